use super::*;
use crate::testing::now;

fn answer(access: &str, refresh: Option<&str>, seconds: i64) -> TokenAnswer {
    TokenAnswer {
        access: secret(access.to_owned()),
        expires_at: now() + TimeDelta::seconds(seconds),
        refresh: refresh.map(|text| secret(text.to_owned())),
        id_token: None,
        scope: None,
    }
}

#[test]
fn sealed_and_back_and_never_shown() {
    let mut tokens = Tokens::of_sign_in(&answer("a1", Some("r1"), 3600), Resource::Graph).unwrap();
    tokens.take(&answer("a2", None, 60), Resource::Outlook);
    let again = Tokens::from_secret(&tokens.to_secret()).unwrap();
    assert_eq!(again.refresh.expose_secret(), "r1", "an answer without one leaves the one there is");
    let graph = again.fresh(Resource::Graph, now()).unwrap();
    assert_eq!((graph.token.expose_secret().as_str(), graph.expires_at), ("a1", now() + TimeDelta::hours(1)));
    assert!(again.fresh(Resource::Outlook, now()).is_none(), "it ends within five minutes");
    let shown = format!("{again:?}");
    assert!(!shown.contains("a1") && !shown.contains("r1"), "{shown}");
    assert!(Tokens::from_secret(&secret("{}".to_owned())).is_none());
}

#[test]
fn five_minutes_early() {
    let tokens = Tokens::of_sign_in(&answer("a", Some("r"), 3600), Resource::Graph).unwrap();
    let at = |seconds| tokens.fresh(Resource::Graph, now() + TimeDelta::seconds(seconds)).is_some();
    assert!(at(3299) && !at(3300));
    assert!(tokens.fresh(Resource::Outlook, now()).is_none());
}

#[test]
fn a_sign_in_without_a_refresh_token_keeps_nothing() {
    assert!(Tokens::of_sign_in(&answer("a", None, 3600), Resource::Graph).is_none());
}

#[test]
fn a_long_refresh_token_is_kept_whole() {
    let long = "r".repeat(8192);
    let tokens = Tokens::of_sign_in(&answer("a", Some(&long), 3600), Resource::Graph).unwrap();
    let again = Tokens::from_secret(&tokens.to_secret()).unwrap();
    assert_eq!(again.refresh.expose_secret(), &long);
}
