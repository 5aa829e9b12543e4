//! What passes: whatever the mock's token endpoint does, nothing is lost and the next try succeeds.

use super::Peers;
use chrono::{DateTime, TimeDelta, Utc};
use outlook_syncd::model::{AccountId, Reach};
use reqwest::StatusCode;
use serde_json::{Value, json};

/// The answer to a sign-in or to a refresh whose token has to be renewed at once.
fn stale() -> Value {
    json!({"more": {"expires_in": 60}})
}

/// An account whose access token is old.
pub(super) async fn connected(peers: &Peers) -> AccountId {
    peers.answers(json!([stale()])).await;
    peers.connected().await
}

/// One answer that is no good: the class, and that nothing has changed.
async fn fails(peers: &Peers, account: &AccountId, answer: &Value) -> Value {
    let before = (peers.stored(account).await, peers.store().account(account).await.unwrap());
    peers.answers(json!([answer, stale()])).await;
    let failed = peers.token(account, "graph").await;
    assert_eq!(failed.status, StatusCode::SERVICE_UNAVAILABLE, "{answer}: {}", failed.text);
    assert_eq!(
        (peers.stored(account).await, peers.store().account(account).await.unwrap()),
        before,
        "{answer}"
    );
    assert_eq!(peers.status().await["expiry"], "good", "{answer}");
    let wait = failed.header("retry-after").to_owned();
    json!({"error": failed.json()["error"], "wait": wait})
}

async fn succeeds(peers: &Peers, account: &AccountId, after: &Value) {
    let before = peers.stored(account).await;
    let token = peers.good_token(account, "graph").await;
    assert_eq!(peers.me(&token).await, StatusCode::OK, "{after}");
    assert_ne!(peers.stored(account).await, before, "{after}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_passes_costs_one_try() {
    let peers = Peers::mock().await;
    let account = connected(&peers).await;
    let html = "<!doctype html><title>Sign in to the hotel's network</title>";
    for (answer, error) in [
        (json!({"status": 500, "body": {"error": "server_error"}}), "oauth_transient"),
        (json!({"status": 503, "body": {"error": "temporarily_unavailable"}}), "oauth_transient"),
        (
            json!({"status": 503, "body": {"error": "invalid_grant", "error_codes": [70008]}}),
            "oauth_transient",
        ),
        (
            json!({"status": 400, "body": {"error": "temporarily_unavailable", "error_codes": [90033]}}),
            "oauth_transient",
        ),
        (
            json!({"status": 400, "body": {"error": "invalid_grant", "error_codes": [90055]}}),
            "oauth_transient",
        ),
        (json!({"status": 502, "text": html}), "oauth_unreadable"),
        (json!({"text": html}), "oauth_unreadable"),
        (json!({"text": ""}), "oauth_unreadable"),
        (json!({"status": 400, "text": ""}), "oauth_unreadable"),
        (json!({"body": {"token_type": "Bearer", "expires_in": 3600}}), "oauth_unreadable"),
        (json!({"more": {"token_type": "mac"}}), "oauth_unreadable"),
        (json!({"text": "x".repeat(600 * 1024)}), "oauth_unreadable"),
        (json!({"cut": "before"}), "oauth_unreachable"),
        (json!({"cut": "within"}), "oauth_unreachable"),
        (json!({"cut": "after"}), "oauth_unreachable"),
    ] {
        let before = peers.refreshes().await;
        let failed = fails(&peers, &account, &answer).await;
        assert_eq!(failed, json!({"error": error, "wait": ""}), "{answer:.200}");
        succeeds(&peers, &account, &answer).await;
        let counted = if answer["cut"] == "before" { 1 } else { 2 };
        assert_eq!(peers.refreshes().await, before + counted, "nothing is repeated by itself: {answer:.200}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_whose_life_is_not_said_is_good_and_a_dead_one_is_handed_to_nobody() {
    let peers = Peers::mock().await;
    let account = connected(&peers).await;
    for life in [0, -1, i64::MIN] {
        let before = peers.stored(&account).await;
        peers.answers(json!([{"more": {"expires_in": life}}, stale()])).await;
        let dead = peers.token(&account, "graph").await;
        assert_eq!(
            (dead.status, &dead.json()["error"]),
            (StatusCode::SERVICE_UNAVAILABLE, &json!("oauth_dead_token")),
            "{life}"
        );
        assert_ne!(peers.stored(&account).await, before, "{life}: a rotated token is kept");
        succeeds(&peers, &account, &json!(life)).await;
    }
    for (life, seconds) in [
        (json!(null), 3600),
        (json!("3599"), 3599),
        (json!(3599.5), 3599),
        (json!("soon"), 3600),
        (json!(i64::MAX), 86_400),
    ] {
        let before = peers.refreshes().await;
        peers.answers(json!([{"more": {"expires_in": life}}])).await;
        let answer = peers.token(&account, "graph").await.json();
        let end: DateTime<Utc> = answer["expires_at"].as_str().unwrap().parse().unwrap();
        assert_eq!((end - peers.clock.now()).num_seconds(), seconds, "{life}");
        peers.good_token(&account, "graph").await;
        assert_eq!(peers.refreshes().await, before + 1, "{life}: it is good for some time");
        peers.clock.advance(TimeDelta::hours(1));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_says_when_is_not_asked_before() {
    let peers = Peers::mock().await;
    let account = connected(&peers).await;
    for answer in [
        json!({"status": 429, "headers": {"retry-after": "40"}, "body": {"error": "temporarily_unavailable"}}),
        json!({"status": 503, "headers": {"retry-after": "40"}, "body": {"error": "server_error"}}),
        json!({"status": 429, "headers": {"retry-after": "40"}, "text": "<h1>Too Many Requests</h1>"}),
        json!({"status": 503, "headers": {"retry-after": "40"}, "text": ""}),
    ] {
        assert_eq!(
            fails(&peers, &account, &answer).await,
            json!({"error": "oauth_transient", "wait": "40"}),
            "{answer}"
        );
        let before = peers.refreshes().await;
        peers.clock.advance(TimeDelta::seconds(39));
        let known = peers.token(&account, "graph").await;
        assert_eq!(
            (known.status, known.header("retry-after")),
            (StatusCode::SERVICE_UNAVAILABLE, "1"),
            "{answer}"
        );
        assert_eq!(peers.refreshes().await, before, "{answer}");
        peers.clock.advance(TimeDelta::seconds(1));
        succeeds(&peers, &account, &answer).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_that_breaks_at_the_end_keeps_nothing_and_can_be_repeated() {
    let peers = Peers::mock().await;
    for (answer, error) in [
        (json!({"status": 500, "body": {"error": "server_error"}}), "oauth_transient"),
        (json!({"text": "<html>"}), "oauth_unreadable"),
        // A code is good once: from here on it is redeemed.
        (json!({"more": {"refresh_token": null}}), "oauth_code_spent"),
        (json!({"more": {"id_token": null}}), "oauth_identity"),
        (json!({"cut": "after"}), "oauth_unreachable"),
    ] {
        peers.answers(json!([answer])).await;
        assert_eq!(peers.sign_in(true).await.json()["error"], error, "{answer}");
        assert!(peers.store().accounts(&Reach::Everyone).await.unwrap().is_empty(), "{answer}");
    }
    peers.connected().await;
}
