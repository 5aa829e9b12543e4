//! Strict rotation with reuse detection: a refresh token serves once, and one that comes again ends them all.

use super::{Client, Peers};
use crate::stage::new_account;
use outlook_syncd::model::{AccountId, Resource, Role};
use reqwest::{Method, StatusCode};
use serde_json::json;
use std::collections::BTreeSet;
use std::time::Duration;

#[tokio::test(flavor = "multi_thread")]
async fn two_processes_renew_in_turn_and_none_uses_a_token_twice() {
    let peers = Peers::provider(Client::Confidential).await;
    let account = peers.connected().await;
    let other = peers.process(peers.server.client_secret.as_deref()).await;
    let (before, mut stored) = (peers.refreshes().await, BTreeSet::from([peers.stored(&account).await]));
    for round in 0..4 {
        assert_eq!(peers.me(&peers.good_token(&account, "graph").await).await, StatusCode::OK);
        assert!(stored.insert(peers.stored(&account).await), "a new one is stored before its answer is used");
        other.services.oauth.access_token(&account, Resource::Outlook).await.unwrap();
        assert!(stored.insert(peers.stored(&account).await));
        assert_eq!(peers.refreshes().await, before + 2 * (round + 1));
    }
}

/// Every token of this server is old at once: who asks while one is renewed has that one, who comes later renews again, one after
/// the other.
#[tokio::test(flavor = "multi_thread")]
async fn callers_at_once_do_not_trip_over_each_other() {
    let peers = Peers::provider(Client::Public).await;
    let account = peers.connected().await;
    let before = peers.refreshes().await;
    let callers: Vec<_> = (0..10)
        .map(|_| {
            let (oauth, account) = (peers.oauth().clone(), account.clone());
            tokio::spawn(async move { oauth.access_token(&account, Resource::Graph).await })
        })
        .collect();
    for caller in callers {
        assert!(caller.await.unwrap().is_ok());
    }
    let renewed = peers.refreshes().await - before;
    assert!((1..=10).contains(&renewed), "{renewed}");
    assert_eq!(peers.status().await["expiry"], "good");
}

/// The account of the person, with mail and a cursor, before it is connected by OAuth.
async fn with_mail(peers: &Peers) -> AccountId {
    let (store, now) = (peers.store(), peers.clock.now());
    let new = new_account("u1", &peers.server.preferred_username, now);
    store.add_account(&new, now).await.unwrap();
    let id = new.id;
    store.begin_session(&id, None, now).await.unwrap();
    let claim = store.claim("test", now, now, Duration::from_mins(1)).await.unwrap().unwrap();
    let mut page = crate::store::page(vec![crate::store::listed("m1", "One", now)]);
    page.folder_state.as_mut().unwrap().cursor = Some("as far as page 7".to_owned());
    crate::store::store_page(store, &claim, &page).await.unwrap();
    store.release(&claim).await.unwrap();
    id
}

/// What is kept of it: how many messages, and how far it was read.
async fn kept(peers: &Peers, id: &AccountId) -> (u64, Option<String>) {
    let messages = crate::store::held_in(peers.store(), id, Role::Inbox).await;
    let folders = peers.store().folders(id).await.unwrap();
    (messages, folders[0].cursor.clone())
}

/// Killed between answer and store, or a backup that was put back: the token in the database has been used.
#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_comes_again_ends_the_sign_in_and_nothing_else() {
    let peers = Peers::provider(Client::Confidential).await;
    let id = with_mail(&peers).await;
    assert_eq!(peers.connected().await, id, "the account of the same address");
    let (data, used) = (kept(&peers, &id).await, peers.stored(&id).await);
    assert_eq!(data, (1, Some("as far as page 7".to_owned())));
    peers.control(Method::POST, "/lose", &json!({})).await;
    let lost = peers.token(&id, "graph").await;
    assert_eq!(
        (lost.status, &lost.json()["error"]),
        (StatusCode::SERVICE_UNAVAILABLE, &json!("oauth_unreachable"))
    );
    assert_eq!(peers.stored(&id).await, used, "no answer changes nothing");

    let before = peers.refreshes().await;
    for resource in ["graph", "outlook", "graph", "outlook"] {
        let ended = peers.token(&id, resource).await;
        assert_eq!((ended.status, &ended.json()["error"]), (StatusCode::CONFLICT, &json!("oauth_reconnect")));
    }
    assert_eq!(peers.refreshes().await, before + 1, "asked in vain once only");
    let status = peers.status().await;
    assert_eq!(
        (&status["expiry"], &status["error"]),
        (&json!("ended"), &json!("oauth_reconnect")),
        "{status}"
    );
    assert!(status["hint"].as_str().unwrap().starts_with("The owner's turn"), "{status}");
    let trouble = peers.store().grant(&id).await.unwrap().unwrap().worst().unwrap().clone();
    assert!(trouble.message.contains("invalid_grant"), "{trouble:?}");
    assert_eq!(kept(&peers, &id).await, data);

    assert_eq!(peers.connected().await, id);
    assert_eq!(peers.me(&peers.good_token(&id, "graph").await).await, StatusCode::OK);
    assert_eq!((kept(&peers, &id).await, &peers.status().await["expiry"]), (data, &json!("good")));
}
