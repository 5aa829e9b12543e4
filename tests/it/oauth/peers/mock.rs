//! `oauth2-mock-server`: says whatever a test wants, or nothing.

use super::{Ours, Peers, opens};
use outlook_syncd::clock::Clock;
use outlook_syncd::error::{Classify, Disposition};
use outlook_syncd::model::{Account, RefusalClass};
use outlook_syncd::oauth::{AccessToken, OAuthError};
use serde_json::{Value, json};
use std::time::Duration;
use url::Url;

/// Its authorize page lets everybody through at once.
async fn signed_in(ours: &Ours) -> (Account, AccessToken) {
    let popup = ours.popup().await;
    let client = outlook_syncd::net::client().build().unwrap();
    let answer = client.get(popup.location.clone()).send().await.unwrap();
    let landed: Url = answer.headers()["location"].to_str().unwrap().parse().unwrap();
    let account = ours.attach(&ours.finish(&popup, &landed).await.unwrap()).await;
    let token = ours.token(&account.id).await.unwrap();
    (account, token)
}

async fn answers(peers: &Peers, next: &[Value]) {
    peers.control("/answers", &json!(next)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_no_answer_changes_nothing() {
    let (peers, _alone) = Peers::alone().await;
    let ours = Ours::public(&peers, &peers.mock).await;
    let (account, mut token) = signed_in(&ours).await;
    for fault in [
        json!({"status": 500, "body": "<html>Proxy error</html>"}),
        json!({"status": 503, "body": {"error": "temporarily_unavailable"}}),
        json!({"status": 200, "body": "<html>Sign in to the Wi-Fi</html>"}),
        json!({"status": 200, "body": {}}),
        json!({"status": 200, "body": {"access_token": "a", "token_type": "mac", "expires_in": 3600}}),
        json!({"status": 400, "body": {"error": "invalid_grant", "error_codes": [90033]}}),
        json!({"cut": "before"}),
        json!({"cut": "after"}),
    ] {
        let before = ours.stored(&account.id).await;
        answers(&peers, std::slice::from_ref(&fault)).await;
        let error = ours.renew(&account.id, &token).await.unwrap_err();
        assert_eq!(error.disposition(), Disposition::Retry, "{fault}: {error:?}");
        assert_eq!(ours.stored(&account.id).await, before, "{fault}");
        assert!(token.is(&ours.token(&account.id).await.unwrap()), "what is good goes on: {fault}");
        token = ours.renew(&account.id, &token).await.unwrap_or_else(|error| panic!("{fault}: {error:?}"));
        assert!(opens(&peers, &token).await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_told_to_wait_waits() {
    let (peers, _alone) = Peers::alone().await;
    let ours = Ours::public(&peers, &peers.mock).await;
    let (account, token) = signed_in(&ours).await;
    let slow_down =
        json!({"status": 429, "headers": {"retry-after": "2"}, "body": {"error": "temporarily_unavailable"}});
    answers(&peers, &[slow_down]).await;
    let error = ours.renew(&account.id, &token).await.unwrap_err();
    assert_eq!(error.retry_after(), Some(Duration::from_secs(2)), "{error:?}");
    let asked = peers.count("mock", "refresh_token").await;
    let known = ours.renew(&account.id, &token).await.unwrap_err();
    assert!(matches!(known, OAuthError::Known { wait: Some(_), .. }), "{known:?}");
    assert_eq!(peers.count("mock", "refresh_token").await, asked, "not before its time");
    Clock::System.sleep(Duration::from_millis(2100)).await;
    assert!(ours.renew(&account.id, &token).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_has_its_class_and_is_kept_until_somebody_acts() {
    use RefusalClass::{Admin, Consent, Interaction, Policy, Reconnect, Registration, Request};
    let (peers, _alone) = Peers::alone().await;
    let ours = Ours::public(&peers, &peers.mock).await;
    for (status, body, class) in [
        (400, json!({"error": "invalid_grant"}), Reconnect),
        (400, json!({"error": "invalid_grant", "suberror": "bad_token", "error_codes": [70008]}), Reconnect),
        (
            400,
            json!({"error": "interaction_required", "claims": "{\"access_token\":{}}", "error_codes": [50076]}),
            Interaction,
        ),
        (
            400,
            json!({"error": "invalid_grant", "suberror": "consent_required", "error_codes": [65001]}),
            Consent,
        ),
        (400, json!({"error": "invalid_grant", "error_codes": [90094]}), Admin),
        (400, json!({"error": "invalid_grant", "suberror": "message_only", "error_codes": [53003]}), Policy),
        (401, json!({"error": "invalid_client", "error_codes": [7_000_222]}), Registration),
        (400, json!({"error": "invalid_scope", "error_codes": [70011]}), Request),
    ] {
        let (account, token) = signed_in(&ours).await;
        answers(&peers, &[json!({"status": status, "body": body})]).await;
        let error = ours.renew(&account.id, &token).await.unwrap_err();
        let OAuthError::Refused(refusal) = &error else { panic!("{body}: {error:?}") };
        assert_eq!(refusal.class, class, "{body}");
        let asked = peers.count("mock", "refresh_token").await;
        let known = ours.renew(&account.id, &token).await.unwrap_err();
        assert!(matches!(known, OAuthError::Known { .. }), "{body}: {known:?}");
        assert_eq!((known.to_string(), known.hint()), (error.to_string(), error.hint()), "{body}");
        assert_eq!(peers.count("mock", "refresh_token").await, asked, "{body}");
        assert!(token.is(&ours.token(&account.id).await.unwrap()), "what is good goes on: {body}");
    }
}
