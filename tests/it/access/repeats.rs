//! Requests that are made again under a key: what they make is made once, on both databases.

use super::contacts::{refused, send};
use super::*;
use crate::stage::Answer;
use crate::store::{count, postgres_url};
use futures::future::join_all;
use outlook_syncd::model::AuditAction;

/// Endpoints on each database, whose connects by a password end at once: there is no browser.
async fn on_both(body: impl AsyncFn(Stage)) {
    for url in [None, Some(postgres_url().await)] {
        eprintln!("on {}", if url.is_some() { "PostgreSQL" } else { "SQLite" });
        let mut world = World::new().await;
        world.set("BROWSER__EXECUTABLE", "/bin/false");
        if let Some(url) = url {
            world.set_secret("DATABASE__URL_FILE", "database-url", &url);
        }
        body(edges_of(world).await).await;
    }
}

async fn post(edges: &Stage, path: &str, bearer: &str, key: &str, body: &Value) -> Answer {
    let headers = [("idempotency-key", key)];
    send(edges, (Method::POST, path), bearer, &headers, Some(&body.to_string())).await
}

fn wish(name: &str) -> Value {
    json!({"name": name, "scopes": ["read"], "expires_at": now() + chrono::TimeDelta::hours(1)})
}

fn is_replayed(answer: &Answer) -> bool {
    answer.headers.get("idempotency-replayed").is_some_and(|told| told == "true")
}

/// How many tokens of this name there are.
async fn tokens(edges: &Stage, name: &str) -> usize {
    edges.store().api_tokens().await.unwrap().iter().filter(|token| token.name == name).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_is_asked_for_again_under_a_key_is_the_one_that_was_made() {
    on_both(async |edges| {
        let bearer = edges.bearer(&[Scope::Admin, Scope::Read], None).await;
        let crm = wish("crm");
        let first = post(&edges, "/v1/tokens", &bearer, "k-1", &crm).await;
        assert!(first.status == StatusCode::CREATED && !is_replayed(&first), "{}", first.text);
        let again = post(&edges, "/v1/tokens", &bearer, "k-1", &crm).await;
        assert_eq!((again.status, &again.text), (StatusCode::CREATED, &first.text));
        assert!(is_replayed(&again) && again.header("content-type") == "application/json");
        assert_eq!(tokens(&edges, "crm").await, 1);

        let otherwise = post(&edges, "/v1/tokens", &bearer, "k-1", &wish("another")).await;
        assert_eq!(refused(&otherwise), (422, json!("key_reused")));
        let elsewhere = post(&edges, "/v1/dashboard-links", &bearer, "k-1", &crm).await;
        assert_eq!(refused(&elsewhere), (422, json!("key_reused")));
        assert_eq!(tokens(&edges, "another").await, 0);
        let other = edges.bearer(&[Scope::Admin, Scope::Read], None).await;
        let others = post(&edges, "/v1/tokens", &other, "k-1", &crm).await;
        assert!(others.status == StatusCode::CREATED && !is_replayed(&others), "{}", others.text);
        assert_eq!(tokens(&edges, "crm").await, 2);
        for bad in ["", &"k".repeat(256)] {
            let answer = post(&edges, "/v1/tokens", &bearer, bad, &crm).await;
            assert_eq!(refused(&answer), (400, json!("bad_key")));
        }
    })
    .await;
}

/// What was given lets its user do more than a JWT of fewer scopes may.
#[tokio::test(flavor = "multi_thread")]
async fn who_may_do_less_is_not_given_what_the_same_user_was_given() {
    let edges = edges().await;
    let all = json!({"sub": "u1", "aud": "outlook-syncd", "exp": now().timestamp() + 600});
    let mut less = all.clone();
    less["scope"] = json!("admin");
    let mut wanted = wish("crm");
    wanted["expires_at"] = json!(now() + chrono::TimeDelta::minutes(5));
    let first = post(&edges, "/v1/tokens", &jwt(&all), "k", &wanted).await;
    assert_eq!(first.status, StatusCode::CREATED, "{}", first.text);
    let again = post(&edges, "/v1/tokens", &jwt(&all), "k", &wanted).await;
    assert_eq!((again.status, &again.text), (StatusCode::CREATED, &first.text));
    let lesser = post(&edges, "/v1/tokens", &jwt(&less), "k", &wanted).await;
    assert_eq!(refused(&lesser), (422, json!("key_reused")));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_refused_can_be_asked_again_under_its_key() {
    on_both(async |edges| {
        let bearer = edges.bearer(&[Scope::Admin, Scope::Read], None).await;
        let more =
            json!({"name": "crm", "scopes": ["tokens"], "expires_at": now() + chrono::TimeDelta::hours(1)});
        let refusal = post(&edges, "/v1/tokens", &bearer, "k", &more).await;
        assert_eq!(refused(&refusal), (403, json!("too_much")));
        assert_eq!(count(edges.store(), "SELECT COUNT(*) FROM kept_answer").await, 0);
        let made = post(&edges, "/v1/tokens", &bearer, "k", &wish("crm")).await;
        assert!(made.status == StatusCode::CREATED && !is_replayed(&made), "{}", made.text);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_asked_many_times_at_once_is_done_once() {
    on_both(async |edges| {
        let bearer = edges.bearer(&[Scope::Admin, Scope::Read], None).await;
        assert_eq!(get(&edges, "/v1/accounts", &bearer).await.0, StatusCode::OK);
        let crm = wish("crm");
        let all = join_all((0..12).map(|_| post(&edges, "/v1/tokens", &bearer, "k", &crm))).await;
        assert_eq!(tokens(&edges, "crm").await, 1);
        let (done, waiting): (Vec<_>, Vec<_>) =
            all.iter().partition(|answer| answer.status == StatusCode::CREATED);
        assert!(!done.is_empty() && done.iter().all(|answer| answer.text == done[0].text));
        for answer in waiting {
            assert_eq!(refused(answer), (409, json!("request_under_way")));
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connect_that_is_begun_again_under_a_key_tries_the_password_once_and_nothing_lies_in_plain() {
    on_both(async |edges| {
        let bearer = edges.bearer(&[Scope::Admin, Scope::Read], Some("u1")).await;
        let asked = json!({"login": "canary@example.test", "password": "canary of a password"});
        let first = post(&edges, "/v1/connects", &bearer, "canary of a key", &asked).await;
        assert_eq!(first.status, StatusCode::ACCEPTED, "{}", first.text);
        let again = post(&edges, "/v1/connects", &bearer, "canary of a key", &asked).await;
        assert_eq!((again.status, &again.text), (StatusCode::ACCEPTED, &first.text));
        assert_eq!(again.header("location"), first.header("location"));
        assert!(is_replayed(&again));
        let lines = edges.store().audit_log(200).await.unwrap();
        let begun = lines.iter().filter(|line| line.action == AuditAction::ConnectBegun).count();
        assert_eq!(begun, 1, "{lines:?}");

        let token = post(&edges, "/v1/tokens", &bearer, "k", &wish("crm")).await.json();
        for canary in ["canary", token["token"].as_str().unwrap(), &bearer] {
            let kept = match edges.store() {
                Store::Sqlite(_) => format!(
                    "SELECT COUNT(*) FROM kept_answer WHERE instr(key || caller, '{canary}') > 0
                     OR instr(sealed, CAST('{canary}' AS BLOB)) > 0 OR instr(wrapped, CAST('{canary}' AS BLOB)) > 0"
                ),
                Store::Postgres(_) => format!(
                    "SELECT COUNT(*) FROM kept_answer WHERE strpos(key || caller, '{canary}') > 0
                     OR position(convert_to('{canary}', 'UTF8') IN sealed) > 0
                     OR position(convert_to('{canary}', 'UTF8') IN wrapped) > 0"
                ),
            };
            assert_eq!(count(edges.store(), &kept).await, 0, "{canary}");
        }
        assert_eq!(count(edges.store(), "SELECT COUNT(*) FROM kept_answer WHERE sealed IS NOT NULL").await, 2);
    })
    .await;
}
