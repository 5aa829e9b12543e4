//! Who may call: every route without credentials, with the wrong scope, with the right one; and whose
//! accounts are reached.

#![cfg(test)]

mod acts;
mod audit;
mod brake;
mod connects;
pub(crate) mod contacts;
mod correspondence;
mod described;
mod fuzzed;
mod guesses;
mod hasty;
mod headers;
mod jwt;
pub(crate) mod messages;
mod narrow;
mod photos;
mod pressed;
mod problems;
mod questions;
mod refusals;
mod repeats;
mod scopes;

use crate::stage::{CALLBACK, HOST, OPENER, READ, RUN, Stage, World, new_account, now, tomorrow};
use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
use futures::FutureExt;
use outlook_sim::App as Registration;
use outlook_syncd::desk::PhotoSeen;
use outlook_syncd::http;
use outlook_syncd::model::{AccountId, Actor, AttemptId, Card, NewAccount, Part, Scope, TokenLimits};
use outlook_syncd::secret::ExposeSecret;
use outlook_syncd::store::{Flow, NewFlow, SealedFlow, Store};
use outlook_syncd::token;
use reqwest::{Method, StatusCode};
use ring::hmac;
use serde_json::{Value, json};

const JWT_SECRET: &str = "an invented secret that is long enough";

/// Endpoints that the secrets of files and tokens of the CRM open too.
async fn edges() -> Stage {
    edges_with(&[]).await
}

/// The same with these settings.
async fn edges_with(more: &[(&str, &str)]) -> Stage {
    let mut world = World::new().await;
    for (name, value) in more {
        world.set(name, value);
    }
    edges_of(world).await
}

async fn edges_of(mut world: World) -> Stage {
    world.set("HTTP__HOSTS", &format!("[\"{HOST}\"]"));
    world.set("JWT__ALGORITHM", "HS256");
    world.set("CONTACTS__REGION", "DE");
    world.set_secret("JWT__KEY_FILE", "jwt", JWT_SECRET);
    let stage = Stage::on(world).await;
    stage.stopping.cancel();
    stage
}

async fn ask(stage: &Stage, method: &Method, path: &str, bearer: Option<&str>) -> (StatusCode, Value) {
    let answer = stage.ask(method.clone(), path, bearer, None).await;
    (answer.status, serde_json::from_str(&answer.text).unwrap_or(Value::String(answer.text)))
}

async fn get(stage: &Stage, path: &str, bearer: &str) -> (StatusCode, Value) {
    ask(stage, &Method::GET, path, Some(bearer)).await
}

/// An account of this owner that can be read, and is not due.
async fn account(stage: &Stage, owner: &str) -> AccountId {
    let new = new_account(owner, &format!("{owner}@example.test"), now());
    stage.store().add_account(&new, now()).await.unwrap();
    stage.store().begin_session(&new.id, None, tomorrow()).await.unwrap();
    new.id
}

/// An attempt to connect of u1's.
async fn attempt(stage: &Stage) -> AttemptId {
    attempt_of(stage, "u1", 1).await
}

/// An attempt to connect of this owner's, with handles of its own.
async fn attempt_of(stage: &Stage, owner: &str, number: u8) -> AttemptId {
    let flow = Flow {
        owner: owner.to_owned(),
        begun_by: None,
        account: None,
        opener: OPENER.to_owned(),
        redirect_uri: CALLBACK.to_owned(),
        authority: String::new(),
    };
    let new = NewFlow { handle: [number; 32], flow, expires_at: tomorrow() };
    let id = AttemptId::new(now());
    let sealed = SealedFlow { id: id.clone(), wrapped: vec![1], sealed: vec![1], answer: None };
    stage.store().put_flow(&new, &sealed, now()).await.unwrap();
    id
}

async fn is_due(stage: &Stage, id: &AccountId) -> bool {
    stage.store().state(id).await.unwrap().unwrap().parts[0].is_due(now())
}

/// A token of the CRM's.
fn jwt(claims: &Value) -> String {
    let part = |json: &Value| BASE64_URL_SAFE_NO_PAD.encode(json.to_string());
    let message = format!("{}.{}", part(&json!({"alg": "HS256", "typ": "JWT"})), part(claims));
    let signature = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, JWT_SECRET.as_bytes()), message.as_bytes());
    format!("{message}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature))
}

fn user(sub: &str) -> Value {
    json!({"sub": sub, "aud": "outlook-syncd", "exp": now().timestamp() + 1800})
}

/// Each guess of a token would be a look into the database.
#[tokio::test(flavor = "multi_thread")]
async fn who_guesses_at_tokens_is_told_to_wait_and_keeps_nobody_else_out() {
    let edges = edges().await;
    let good = edges.bearer_until(&[Scope::Read], None, tomorrow()).await;
    assert_eq!(get(&edges, "/v1/accounts", &good).await.0, StatusCode::OK);
    let mut refused = Vec::new();
    for _ in 0..20 {
        refused.push(get(&edges, "/v1/accounts", token::generate().expose_secret()).await);
    }
    let (first, last) = (&refused[0], &refused[19]);
    assert_eq!((first.0, last.0), (StatusCode::UNAUTHORIZED, StatusCode::TOO_MANY_REQUESTS));
    assert!(last.1["retry_after"].as_u64().unwrap() <= 7, "{}", last.1);
    for bearer in [good.as_str(), READ, &jwt(&user("u1"))] {
        assert_eq!(get(&edges, "/v1/accounts", bearer).await.0, StatusCode::OK, "from the same address");
    }
}

fn ids(answer: &Value) -> Vec<&str> {
    answer["accounts"].as_array().unwrap().iter().map(|card| card["id"].as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_makes_accounts_due_reaches_their_own_and_wakes_the_loop() {
    let edges = edges().await;
    let (own, other) = (account(&edges, "u1").await, account(&edges, "u2").await);
    let (desk, cycles) = (&edges.app.desk, &edges.app.cycle);
    let user = Actor::user("u1");
    assert_eq!(desk.make_due(&user, Some(&other)).await.unwrap().accounts, 0);
    assert!(!is_due(&edges, &own).await && !is_due(&edges, &other).await);
    assert!(cycles.woken().now_or_never().is_some());
    assert!(cycles.woken().now_or_never().is_none(), "once a time");
    let made = desk.make_due(&user, None).await.unwrap();
    assert!(made.accounts == 1 && made.at <= now());
    assert!(is_due(&edges, &own).await && !is_due(&edges, &other).await);
    assert!(cycles.woken().now_or_never().is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_served_is_said_in_json_too() {
    let edges = edges().await;
    let error = |(status, body): (StatusCode, Value)| (status.as_u16(), body["error"].clone());
    for (method, path, expected) in [
        (Method::GET, "/nowhere", (404, json!("not_found"))),
        (Method::GET, "/v1/accounts/x/y/z", (404, json!("not_found"))),
        (Method::DELETE, "/health", (405, json!("method_not_allowed"))),
        (Method::TRACE, "/health", (405, json!("method_not_allowed"))),
        (Method::GET, "/v1/integrations/outlook/disconnect", (405, json!("method_not_allowed"))),
        (Method::GET, "/v1/accounts/%ff", (404, json!("no_such_account"))),
        (Method::GET, "/v1/accounts/x", (404, json!("no_such_account"))),
    ] {
        assert_eq!(error(ask(&edges, &method, path, Some(READ)).await), expected, "{method} {path}");
    }
    for path in ["/v1/accounts/%00", "/v1/accounts?user=%00", "/v1/integrations/outlook/status?user=a%00b"] {
        assert_eq!(error(get(&edges, path, READ).await), (400, json!("bad_address")), "{path}");
    }
    let twice = get(&edges, "/api/cron/outlook-sync?wait=0&wait=1", RUN).await;
    assert_eq!(error(twice), (400, json!("bad_query")));
    let wrong = edges.client.delete(format!("http://{}/health", edges.address)).send().await.unwrap();
    assert!(wrong.headers()["allow"].to_str().unwrap().contains("GET"), "{wrong:?}");
    let foreign =
        edges.client.get(format!("http://{}/health", edges.address)).header("host", "evil.example.test");
    let foreign = foreign.bearer_auth(READ).send().await.unwrap();
    assert_eq!(foreign.status(), StatusCode::MISDIRECTED_REQUEST);
    let body: Value = serde_json::from_str(&foreign.text().await.unwrap()).unwrap();
    assert_eq!(body["error"], "unknown_host");
    assert!(body["hint"].as_str().unwrap().contains("http.hosts"), "{body}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_reaches_their_own_accounts_only() {
    let edges = edges().await;
    let (own, other) = (account(&edges, "u1").await, account(&edges, "u2").await);
    let token = edges.bearer_until(&[Scope::Read], Some("u1"), tomorrow()).await;
    for bearer in [token, jwt(&user("u1"))] {
        for path in ["/v1/accounts", "/health"] {
            let (_, body) = get(&edges, path, &bearer).await;
            assert_eq!(ids(&body), [own.as_str()], "{path}");
        }
        let (status, card) = get(&edges, &format!("/v1/accounts/{own}"), &bearer).await;
        assert_eq!((status, &card["verdict"]), (StatusCode::OK, &json!("new")));
        let missing = get(&edges, &format!("/v1/accounts/{}", AccountId::new(now())), &bearer).await;
        let others = get(&edges, &format!("/v1/accounts/{other}"), &bearer).await;
        assert_eq!(others.0, StatusCode::NOT_FOUND);
        assert_eq!(others, missing, "another's does not differ from none");
    }
    for bearer in [edges.bearer_until(&[Scope::Read], None, tomorrow()).await, READ.to_owned()] {
        let (_, body) = get(&edges, "/v1/accounts", &bearer).await;
        assert_eq!(ids(&body), [own.as_str(), other.as_str()]);
        assert_eq!(get(&edges, &format!("/v1/accounts/{other}"), &bearer).await.0, StatusCode::OK);
    }
    for nobody in ["", "%' OR '1'='1", "U1", "u1 "] {
        let (status, body) = get(&edges, "/v1/accounts", &jwt(&user(nobody))).await;
        let none = status == StatusCode::UNAUTHORIZED || ids(&body).is_empty();
        assert!(none, "{nobody}: {body}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_begins_a_cycle_over_their_own_accounts_only() {
    let edges = edges().await;
    let (own, other) = (account(&edges, "u1").await, account(&edges, "u2").await);
    let bearer = edges.bearer_until(&[Scope::Sync], Some("u1"), tomorrow()).await;
    let (status, _) = get(&edges, "/api/cron/outlook-sync?wait=0", &bearer).await;
    assert_eq!(status, StatusCode::ACCEPTED);
    assert_eq!((is_due(&edges, &own).await, is_due(&edges, &other).await), (true, false));
    let (status, _) = ask(&edges, &Method::POST, "/api/cron/outlook-sync?wait=0", Some(RUN)).await;
    assert_eq!(status, StatusCode::ACCEPTED);
    assert!(is_due(&edges, &other).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_ends_when_it_expires_or_is_revoked() {
    let edges = edges().await;
    let expired = edges.bearer_until(&[Scope::Read], None, now()).await;
    assert_eq!(get(&edges, "/health", &expired).await.0, StatusCode::UNAUTHORIZED);
    let token = edges.bearer_until(&[Scope::Read], None, tomorrow()).await;
    assert_eq!(get(&edges, "/health", &token).await.0, StatusCode::OK);
    let altered = format!("{}A", &token[..token.len() - 1]);
    let cut = &token[..token.len() - 1];
    for wrong in [altered.as_str(), cut, token::shown(&token)] {
        assert!(
            wrong == token || get(&edges, "/health", wrong).await.0 == StatusCode::UNAUTHORIZED,
            "{wrong}"
        );
    }
    edges.store().revoke_api_token(token::shown(&token), "test", now()).await.unwrap().unwrap();
    assert_eq!(get(&edges, "/health", &token).await.0, StatusCode::UNAUTHORIZED);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_of_both_files_has_both_scopes_and_refusals_say_how() {
    let edges = edges().await;
    for (bearer, path, expected) in [
        (READ, "/health", StatusCode::OK),
        (RUN, "/health", StatusCode::FORBIDDEN),
        (READ, "/api/cron/outlook-sync?wait=0", StatusCode::FORBIDDEN),
        (RUN, "/api/cron/outlook-sync?wait=0", StatusCode::ACCEPTED),
        (&READ.to_uppercase(), "/health", StatusCode::UNAUTHORIZED),
        (&READ[1..], "/health", StatusCode::UNAUTHORIZED),
    ] {
        assert_eq!(get(&edges, path, bearer).await.0, expected, "{bearer} {path}");
    }
    let url = format!("http://{}/health", edges.address);
    for (header, challenge) in [
        (None, "Bearer"),
        (Some("Basic cmVhZC1tZQ=="), "Bearer"),
        (Some(READ), "Bearer"),
        (Some("Bearer x"), r#"Bearer error="invalid_token""#),
        (Some(&format!("bearer {RUN}")), r#"Bearer error="insufficient_scope", scope="read""#),
    ] {
        let mut request = edges.client.get(&url);
        if let Some(header) = header {
            request = request.header("authorization", header);
        }
        let answer = request.send().await.unwrap();
        assert_eq!(answer.headers()["www-authenticate"], challenge, "{header:?}");
        assert_eq!(answer.headers()["cache-control"], "no-store");
    }
}

/// Nobody is known yet where a token is looked for.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_the_database_is_told_to_no_caller() {
    let edges = edges().await;
    let Store::Sqlite(pool) = edges.store() else { panic!("the stage opens SQLite") };
    sqlx::query("ALTER TABLE api_token RENAME TO elsewhere").execute(pool).await.unwrap();
    let (status, said) = get(&edges, "/v1/accounts", token::generate().expose_secret()).await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(said["error"].is_string() && said["hint"].is_string(), "{said}");
    assert!(!said.to_string().contains("api_token"), "{said}");
}
