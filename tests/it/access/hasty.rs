//! Connects of one mailbox that follow each other fast, or while somebody reads the database.

use super::contacts::add as post;
use super::*;
use crate::store::run;
use outlook_syncd::desk::sign_ins::SignInState;
use outlook_syncd::model::{Reach, SignInId};

/// Endpoints whose connects by a password end at once: there is no browser.
async fn without_a_browser() -> (Stage, String) {
    let edges = edges_with(&[("BROWSER__EXECUTABLE", "/bin/false")]).await;
    let bearer = edges.bearer(&[Scope::Admin], Some("u1")).await;
    (edges, bearer)
}

/// Waits until a connect has ended.
async fn ended(edges: &Stage, bearer: &str, at: &str) {
    let actor = Actor::named(&format!("token:{}", token::shown(bearer)), Reach::Everyone);
    let id = SignInId::parse(at.rsplit('/').next().unwrap()).unwrap();
    let mut state = edges.app.desk.sign_in(&actor, &id).unwrap();
    let is_over = |state: &SignInState| matches!(state, SignInState::Failed(_));
    state.wait_for(is_over).await.unwrap();
}

/// The one before it takes the row of the mailbox along, for there is nothing to remember.
#[tokio::test(flavor = "multi_thread")]
async fn a_connect_begins_while_another_of_the_same_mailbox_fails() {
    let (edges, bearer) = without_a_browser().await;
    for round in 0..30 {
        let body = json!({"login": "ada@example.test", "password": format!("an invented one {round}")});
        let mut answer = post(&edges, "/v1/connects", &bearer, &body).await;
        while answer.status == StatusCode::CONFLICT {
            answer = post(&edges, "/v1/connects", &bearer, &body).await;
        }
        assert_eq!(answer.status, StatusCode::ACCEPTED, "{round}: {}", answer.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connect_begins_though_a_reader_keeps_what_was_destroyed_before_in_the_databases_log() {
    let (edges, bearer) = without_a_browser().await;
    let body = json!({"login": "ada@example.test", "password": "an invented one"});
    let first = post(&edges, "/v1/connects", &bearer, &body).await;
    ended(&edges, &bearer, first.header("location")).await;
    // As a disconnect leaves it whose process was killed.
    let id = account(&edges, "u1").await;
    run(edges.store(), &format!("UPDATE account SET leaving = TRUE WHERE id = '{id}'")).await;
    let Store::Sqlite(pool) = edges.store() else { unreachable!() };
    let mut reading = pool.begin().await.unwrap();
    sqlx::query("SELECT COUNT(*) FROM account").fetch_one(&mut *reading).await.unwrap();
    let second = post(&edges, "/v1/connects", &bearer, &body).await;
    assert_eq!(second.status, StatusCode::ACCEPTED, "{}", second.text);
}
