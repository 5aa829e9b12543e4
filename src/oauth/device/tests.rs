use super::*;
use crate::oauth::Refusal;
use crate::oauth::refusal;

fn refused(error: &str) -> OAuthError {
    let wire = refusal::ErrorResponse { error: error.to_owned(), ..refusal::ErrorResponse::default() };
    OAuthError::Refused(Box::new(Refusal::new(wire)))
}

fn seconds(of: Result<Duration, OAuthError>) -> u64 {
    of.unwrap().as_secs()
}

#[test]
fn polling_follows_the_rfc() {
    let five = Duration::from_secs(5);
    assert_eq!(seconds(after(refused("authorization_pending"), five)), 5);
    assert_eq!(seconds(after(refused("slow_down"), five)), 10);
    assert_eq!(seconds(after(refused("temporarily_unavailable"), five)), 10);
    let unreadable = || OAuthError::Unreadable { what: "tokens", status: 502 };
    assert_eq!(seconds(after(unreadable(), five)), 10);
    assert_eq!(seconds(after(unreadable(), Duration::from_secs(50))), 60);
    assert_eq!(seconds(after(unreadable(), Duration::from_secs(90))), 90, "never faster than it was");
}

#[test]
fn what_ends_it() {
    for error in [
        "authorization_declined",
        "access_denied",
        "expired_token",
        "bad_verification_code",
        "invalid_client",
    ] {
        assert!(after(refused(error), Duration::from_secs(5)).is_err(), "{error}");
    }
    assert!(expired().to_string().contains("AADSTS70019"));
}
