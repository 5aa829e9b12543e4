//! A sign-in service that is slow or does not answer: nobody waits behind anybody, and nothing is sent twice.

use super::tokens::{fail, graph, oauth, refreshes, stale};
use crate::stage::{Stage, now};
use crate::store::count;
use futures::future::join_all;
use outlook_sim::Kind;
use outlook_sim::identity::Rotation;
use outlook_syncd::clock::Clock;
use outlook_syncd::error::{Classify, Disposition};
use outlook_syncd::model::Resource;
use outlook_syncd::net;
use outlook_syncd::store::APART;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::net::TcpListener;

/// A host that takes connections, says nothing and ends each after a while; how many it had.
async fn silent(time: Duration) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let had: Arc<AtomicUsize> = Arc::default();
    let count = Arc::clone(&had);
    tokio::spawn(async move {
        loop {
            let (connection, _) = listener.accept().await.unwrap();
            count.fetch_add(1, Ordering::SeqCst);
            tokio::spawn(async move {
                Clock::System.sleep(time).await;
                drop(connection);
            });
        }
    });
    (address, had)
}

#[tokio::test(flavor = "multi_thread")]
async fn callers_of_a_sign_in_host_that_does_not_answer_wait_once_and_not_one_behind_the_other() {
    let stage = Stage::start().await;
    let mut ids = Vec::new();
    for (index, owner) in ["u1", "u2"].into_iter().enumerate() {
        ids.push(stale(&stage, &stage.account(index).smtp, owner).await);
    }
    let (address, had) = silent(Duration::from_millis(300)).await;
    let deaf = stage.open(&[("SIMULATOR__HTTPS", &address)]).await;
    let callers = (0..20).map(|n| deaf.services.oauth.access_token(&ids[n % 2], Resource::Graph));
    let answers = join_all(callers).await;
    for answer in answers {
        let error = answer.unwrap_err();
        assert_eq!(
            (error.meaning().code, error.meaning().disposition),
            ("oauth_unreachable", Disposition::Retry)
        );
    }
    assert_eq!(had.load(Ordering::SeqCst), 1, "all waited for the same answer");
    assert_eq!(
        count(stage.store(), "SELECT COUNT(*) FROM oauth_grant WHERE lease_until IS NOT NULL").await,
        0
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_that_gets_no_answer_is_sent_once_for_all_who_wait_for_it() {
    let stage = Stage::start().await;
    let ada = stage.account(0);
    let id = stale(&stage, &ada.smtp, "u1").await;
    // Long enough that all have come by then: whoever comes later may ask anew.
    fail(&stage, &ada.smtp, Kind::Slow { ms: 2000 }, 20);
    fail(&stage, &ada.smtp, Kind::HangUp, 20);
    let answers = join_all((0..20).map(|_| graph(&stage, &id))).await;
    assert!(answers.iter().all(Result::is_err));
    assert_eq!(refreshes(&stage, &ada.smtp), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_right_to_renew_outlasts_the_longest_request() {
    let stage = Stage::start().await;
    let ada = stage.account(0);
    let id = stale(&stage, &ada.smtp, "u1").await;
    fail(&stage, &ada.smtp, Kind::Slow { ms: 500 }, 1);
    let (own, account) = (oauth(&stage).clone(), id.clone());
    let asked = tokio::spawn(async move { own.access_token(&account, Resource::Graph).await.map(drop) });
    stage.sim().wait_for("refresh_token", &ada.smtp, 1).await;
    let until = count(stage.store(), "SELECT lease_until FROM oauth_grant").await;
    asked.await.unwrap().unwrap();
    // The other process may be on a machine whose clock is ahead by as much as a start bears, and ours behind.
    let safe = i64::try_from((2 * (net::TOTAL + APART)).as_millis()).unwrap();
    assert!(until - now().timestamp_millis() > safe, "another process would send the same token again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_that_goes_away_does_not_take_the_rotated_token_along() {
    let stage = Stage::start().await;
    let ada = stage.account(0);
    stage.sim().set(Some(&ada.smtp), |settings| settings.identity.rotation = Rotation::Strict);
    let id = stale(&stage, &ada.smtp, "u1").await;
    fail(&stage, &ada.smtp, Kind::Slow { ms: 300 }, 1);
    let (own, account) = (oauth(&stage).clone(), id.clone());
    let caller = tokio::spawn(async move { own.access_token(&account, Resource::Graph).await.map(drop) });
    stage.sim().wait_for("refresh_token", &ada.smtp, 1).await;
    caller.abort();
    assert!(graph(&stage, &id).await.is_ok(), "whoever comes next waits for the same answer");
    oauth(&stage).close().await;
    assert_eq!(refreshes(&stage, &ada.smtp), 1, "what the lost caller had asked for was stored");
}
