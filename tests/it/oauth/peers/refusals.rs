//! What the mock says no to: each answer comes to its class, is kept with the account, and is not asked for
//! again in vain.

use super::super::hostile::parameter;
use super::Peers;
use super::faults::connected;
use crate::stage::Answer;
use chrono::TimeDelta;
use outlook_syncd::model::AccountId;
use reqwest::StatusCode;
use serde_json::{Value, json};

fn no(error: &str, number: u32) -> Value {
    json!({"status": 400, "body": {"error": error, "error_codes": [number],
        "error_description": format!("AADSTS{number}: what somebody@peer-sim.example need not read in a log.")}})
}

fn suberror(error: &str, suberror: &str) -> Value {
    json!({"status": 400, "body": {"error": error, "suberror": suberror, "error_description": "AADSTS: x"}})
}

/// No token, for this reason.
async fn refused(peers: &Peers, account: &AccountId, error: &str, answer: &Value) -> Answer {
    let refused = peers.token(account, "graph").await;
    assert_eq!((refused.status, &refused.json()["error"]), (StatusCode::CONFLICT, &json!(error)), "{answer}");
    refused
}

/// The owner has to come back: until then nobody asks, then all is well.
#[tokio::test(flavor = "multi_thread")]
async fn what_the_owner_has_to_mend_waits_for_the_owner() {
    let peers = Peers::mock().await;
    for (answer, error) in [
        (no("invalid_grant", 70008), "oauth_reconnect"),
        (no("invalid_grant", 700_082), "oauth_reconnect"),
        (no("invalid_grant", 50173), "oauth_reconnect"),
        (suberror("invalid_grant", "bad_token"), "oauth_reconnect"),
        (suberror("invalid_grant", "user_password_expired"), "oauth_interaction"),
        (no("interaction_required", 50076), "oauth_interaction"),
        (suberror("interaction_required", "basic_action"), "oauth_interaction"),
        (suberror("interaction_required", "message_only"), "oauth_interaction"),
        (suberror("invalid_grant", "consent_required"), "oauth_consent"),
        (no("consent_required", 65001), "oauth_consent"),
    ] {
        let account = connected(&peers).await;
        let stored = peers.stored(&account).await;
        peers.answers(json!([answer])).await;
        let before = peers.refreshes().await;
        for _ in 0..2 {
            let refused = refused(&peers, &account, error, &answer).await;
            assert!(!refused.text.contains("somebody@"), "{}", refused.text);
        }
        assert_eq!(peers.refreshes().await, before + 1, "{answer}");
        let status = peers.status().await;
        assert_eq!(
            (&status["expiry"], &status["error"]),
            (&json!("ended"), &json!(error)),
            "{answer}: {status}"
        );
        assert!(status["hint"].as_str().unwrap().starts_with("The owner's turn"), "{answer}: {status}");
        assert_eq!(peers.stored(&account).await, stored, "{answer}");
        assert_eq!(connected(&peers).await, account, "{answer}");
        assert_eq!(peers.me(&peers.good_token(&account, "graph").await).await, StatusCode::OK, "{answer}");
    }
}

/// The owner need not come back: what others have mended is seen in some minutes.
#[tokio::test(flavor = "multi_thread")]
async fn what_others_have_to_mend_is_asked_for_again_in_some_minutes() {
    let peers = Peers::mock().await;
    let account = connected(&peers).await;
    for (answer, error, whose) in [
        (no("invalid_client", 7_000_215), "oauth_registration", "The operator's"),
        (no("unauthorized_client", 700_016), "oauth_registration", "The operator's"),
        (no("invalid_scope", 70011), "oauth_request", "The operator's"),
        (no("invalid_resource", 500_011), "oauth_request", "The operator's"),
        (no("something_new", 1), "oauth_request", "The operator's"),
        (no("invalid_grant", 90094), "oauth_admin_consent", "IT's"),
        (no("invalid_grant", 53003), "oauth_policy", "IT's"),
    ] {
        let stored = peers.stored(&account).await;
        peers.answers(json!([answer, {"more": {"expires_in": 60}}])).await;
        let before = peers.refreshes().await;
        for _ in 0..2 {
            let refused = refused(&peers, &account, error, &answer).await;
            assert!(
                refused.json()["hint"].as_str().unwrap().starts_with(whose),
                "{answer}: {}",
                refused.text
            );
        }
        assert_eq!(
            (peers.refreshes().await, &peers.stored(&account).await),
            (before + 1, &stored),
            "{answer}"
        );
        assert_eq!(peers.status().await["expiry"], "waiting", "{answer}");
        peers.clock.advance(TimeDelta::minutes(5));
        assert_eq!(peers.me(&peers.good_token(&account, "graph").await).await, StatusCode::OK, "{answer}");
        assert_eq!(peers.status().await["expiry"], "good", "{answer}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_policy_asks_for_is_handed_on_at_the_next_sign_in() {
    let peers = Peers::mock().await;
    let account = connected(&peers).await;
    let claims = r#"{"access_token":{"capolids":{"essential":true,"values":["8ab2"]}}}"#;
    let body = json!({"error": "interaction_required", "suberror": "basic_action", "claims": claims, "error_codes": [50076]});
    peers.answers(json!([{"status": 400, "body": body}])).await;
    assert_eq!(peers.token(&account, "graph").await.json()["error"], "oauth_interaction");
    let (location, _) = peers.popup("u1", &format!("&account={account}")).await;
    assert_eq!(parameter(location.as_str(), "claims"), claims);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_seen_to_flap_is_believed_the_third_time() {
    let peers = Peers::mock().await;
    let account = connected(&peers).await;
    for error in ["oauth_doubtful", "oauth_doubtful", "oauth_reconnect"] {
        peers.answers(json!([no("invalid_grant", 70000)])).await;
        assert_eq!(peers.token(&account, "graph").await.json()["error"], error);
        peers.clock.advance(TimeDelta::minutes(2));
    }
    let before = peers.refreshes().await;
    assert_eq!(peers.token(&account, "graph").await.json()["error"], "oauth_reconnect");
    assert_eq!(peers.refreshes().await, before);
}
