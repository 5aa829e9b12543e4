//! A code that is typed elsewhere, at oidc-provider, which names no interval: five seconds are meant.

use super::{Client, Peers, until};
use chrono::TimeDelta;
use outlook_syncd::clock::Clock;
use outlook_syncd::desk::DeskError;
use outlook_syncd::error::{Classify, Disposition};
use outlook_syncd::model::{Account, Actor};
use reqwest::{Method, StatusCode};
use serde_json::json;
use std::sync::Arc;
use tokio::task::JoinHandle;

const GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// A sign-in that has begun: its code, and who waits for it.
async fn begun(peers: &Peers) -> (String, JoinHandle<Result<Account, DeskError>>) {
    let desk = Arc::clone(&peers.app.desk);
    let sign_in = desk.begin_device(&Actor::command_line(), "u1", None).await.unwrap();
    assert!(sign_in.verification_uri.starts_with(&peers.server.issuer), "{sign_in:?}");
    (sign_in.user_code.clone(), tokio::spawn(async move { desk.finish_device(&sign_in).await }))
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
    let account = waiting.await.unwrap().unwrap();
    assert_eq!(peers.asked(GRANT).await, before + 4);
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
    assert_eq!(
        (error.meaning().code, error.meaning().disposition),
        ("oauth_declined", Disposition::NeedsLogin),
        "{error}"
    );
    let (_, waiting) = begun(&peers).await;
    let before = peers.asked(GRANT).await;
    pass(&peers, 600).await;
    assert_eq!(waiting.await.unwrap().unwrap_err().meaning().code, "oauth_code_expired");
    assert_eq!(peers.asked(GRANT).await, before, "after its end a code is not asked for");
}
