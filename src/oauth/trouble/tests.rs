use super::*;
use crate::error::Disposition;
use crate::oauth::refusal::ErrorResponse;
use crate::testing::now;
use std::time::Duration;

fn refusal(error: &str, code: u32) -> Refusal {
    Refusal::new(ErrorResponse {
        error: error.to_owned(),
        error_codes: vec![code],
        ..ErrorResponse::default()
    })
}

#[test]
fn an_ended_sign_in_is_kept_until_the_next_one_with_its_claims() {
    let mut ended = refusal("interaction_required", 50076);
    ended.claims = Some("{}".to_owned());
    let (error, kept) = judge(ended, None, now());
    let kept = kept.unwrap();
    assert_eq!(
        (error.meaning().code, error.meaning().disposition),
        ("oauth_interaction", Disposition::NeedsLogin)
    );
    assert_eq!((kept.claims.as_deref(), kept.retry_at), (Some("{}"), None));
    assert!(kept.stands(now() + TimeDelta::days(900)) && kept.hint.contains("owner"));
}

#[test]
fn what_others_mend_is_asked_again_in_some_minutes() {
    for (error, code) in [("invalid_client", 7_000_222), ("invalid_grant", 53003), ("invalid_grant", 90094)] {
        let (_, kept) = judge(refusal(error, code), None, now());
        let kept = kept.unwrap();
        assert!(kept.stands(now()) && !kept.stands(now() + AGAIN), "{error} {code}");
    }
}

#[test]
fn a_passing_fault_changes_nothing_unless_it_says_when_to_come_back() {
    assert_eq!(judge(refusal("temporarily_unavailable", 90033), None, now()).1, None);
    let mut busy = refusal("temporarily_unavailable", 90055);
    busy.retry_after = Some(Duration::from_secs(90));
    let (error, kept) = judge(busy, None, now());
    assert_eq!(error.meaning().retry_after, Some(Duration::from_secs(90)));
    assert_eq!(kept.unwrap().retry_at, Some(now() + TimeDelta::seconds(90)));
}

#[test]
fn what_was_seen_to_flap_counts_the_third_time_and_minutes_apart() {
    let at = |seconds| now() + TimeDelta::seconds(seconds);
    let mut before: Option<Trouble> = None;
    for (seconds, doubts, believed) in
        [(0, 1, false), (30, 1, false), (119, 1, false), (120, 2, false), (200, 2, false), (240, 0, true)]
    {
        let (error, kept) = judge(refusal("invalid_grant", 70000), before.as_ref(), at(seconds));
        let kept = kept.unwrap();
        assert_eq!(kept.doubts, doubts, "{seconds}");
        assert_eq!(error.meaning().disposition == Disposition::NeedsLogin, believed, "{seconds}");
        assert_eq!(kept.class == RefusalClass::Reconnect, believed, "{seconds}");
        before = Some(kept);
    }
}
