//! A code that is typed elsewhere, at oidc-provider, which names no interval: five seconds are meant.

use super::{Client, Peers, until};
use chrono::TimeDelta;
use outlook_syncd::clock::Clock;
use outlook_syncd::error::{Classify, Disposition};
use outlook_syncd::oauth::{OAuthError, SignedIn};
use outlook_syncd::sync::attach::attach;
use reqwest::{Method, StatusCode};
use serde_json::json;
use tokio::task::JoinHandle;

const GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// A sign-in that has begun: its code, and who waits for it.
async fn begun(peers: &Peers) -> (String, JoinHandle<Result<SignedIn, OAuthError>>) {
    let code = peers.oauth().begin_device().await.unwrap();
    assert!(code.verification_uri.as_str().starts_with(&peers.server.issuer), "{code:?}");
    let (oauth, user_code) = (peers.oauth().clone(), code.user_code.clone());
    (user_code, tokio::spawn(async move { oauth.finish_device(&code).await }))
}

/// Lets time pass for whoever waits.
async fn pass(peers: &Peers, seconds: i64) {
    let Clock::Manual(at) = &peers.clock else { panic!("a clock that the test moves") };
    until(async || at.receiver_count() > 0).await;
    peers.clock.advance(TimeDelta::seconds(seconds));
}

async fn answered(peers: &Peers, user_code: &str, accept: bool) {
    let asked = json!({"user_code": user_code, "accept": accept});
    peers.control(Method::POST, "/device", &asked).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_server_is_asked_until_the_person_has_accepted() {
    let peers = Peers::provider(Client::Public).await;
    let before = peers.asked(GRANT).await;
    let (user_code, waiting) = begun(&peers).await;
    for pending in 1..=3 {
        pass(&peers, 5).await;
        until(async || peers.asked(GRANT).await == before + pending).await;
    }
    assert!(!waiting.is_finished());
    answered(&peers, &user_code, true).await;
    pass(&peers, 5).await;
    let signed_in = waiting.await.unwrap().unwrap();
    assert_eq!(peers.asked(GRANT).await, before + 4);
    let account = attach(&peers.app.engine, "u1", None, &signed_in).await.unwrap();
    assert_eq!(account.address.as_ref(), Some(&peers.server.preferred_username));
    let (stored, token) = (peers.stored(&account.id).await, peers.good_token(&account.id, "graph").await);
    assert_eq!(peers.me(&token).await, StatusCode::OK);
    assert_ne!(peers.stored(&account.id).await, stored, "it goes on as a sign-in of the popup does");
    assert_eq!(peers.status().await["expiry"], "good");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_who_says_no_or_does_not_come_ends_it() {
    let peers = Peers::provider(Client::Public).await;
    let (user_code, waiting) = begun(&peers).await;
    answered(&peers, &user_code, false).await;
    pass(&peers, 5).await;
    let error = waiting.await.unwrap().unwrap_err();
    assert_eq!((error.code(), error.disposition()), ("oauth_declined", Disposition::NeedsLogin), "{error}");
    let (_, waiting) = begun(&peers).await;
    let before = peers.asked(GRANT).await;
    pass(&peers, 600).await;
    assert_eq!(waiting.await.unwrap().unwrap_err().code(), "oauth_code_expired");
    assert_eq!(peers.asked(GRANT).await, before, "after its end a code is not asked for");
}
