//! Who may call: every route without credentials, with the wrong scope, with the right one; and whose accounts are reached.

#![cfg(test)]

use axum::http::Method;
use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
use chrono::{DateTime, TimeDelta, Utc};
use outlook_syncd::app::App;
use outlook_syncd::clock::Clock;
use outlook_syncd::config::{Config, Environment};
use outlook_syncd::http;
use outlook_syncd::model::{AccountId, ApiToken, NewAccount, Road, Scope, SessionState, TokenId};
use outlook_syncd::secret::ExposeSecret;
use outlook_syncd::store::{Schema, Store};
use outlook_syncd::token;
use outlook_syncd::vault::{Ring, new_key_file};
use reqwest::StatusCode;
use ring::hmac;
use serde_json::{Value, json};
use std::sync::Arc;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

const JWT_SECRET: &str = "an invented secret that is long enough";

/// The edges of a daemon, without its loop: whoever waits for a cycle is told that the daemon stops.
struct Edges {
    app: App,
    address: String,
    client: reqwest::Client,
    stop: CancellationToken,
    _dir: TempDir,
}

impl Edges {
    async fn start() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let path = |name: &str| dir.path().join(name).display().to_string();
        new_key_file(&dir.path().join("key")).unwrap();
        for (name, secret) in [("jwt", JWT_SECRET), ("read-token", "read-me"), ("cron-secret", "run-me")] {
            crate::support::write_secret(&dir.path().join(name), secret);
        }
        let settings = [
            ("STATE_DIR", dir.path().display().to_string()),
            ("KEY__FILE", path("key")),
            ("JWT__ALGORITHM", "HS256".to_owned()),
            ("JWT__KEY_FILE", path("jwt")),
            ("HTTP__READ_TOKEN_FILE", path("read-token")),
            ("HTTP__CRON_SECRET_FILE", path("cron-secret")),
        ];
        let settings: Vec<_> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let config = Config::load(Some("/dev/null".as_ref()), &Environment::of(&settings)).unwrap();
        let ring = Ring::load(&config.key).unwrap();
        let app =
            App::open(&config, Schema::Update, ring, Arc::new(|_: &str, _: &_| ()), watch::channel(None).1)
                .await
                .unwrap();
        let (stopping, stop) = (CancellationToken::new(), CancellationToken::new());
        stopping.cancel();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let access = Arc::clone(&config.http.access);
        let router = http::router(Arc::clone(&app.desk), access, stopping);
        tokio::spawn(http::serve(listener, router, stop.clone()));
        Self { app, address, client: outlook_syncd::net::client().build().unwrap(), stop, _dir: dir }
    }

    fn store(&self) -> &Store {
        &self.app.services.store
    }

    async fn ask(&self, method: &Method, path: &str, bearer: Option<&str>) -> (StatusCode, Value) {
        let method = method.as_str().parse().unwrap();
        let mut request = self.client.request(method, format!("http://{}{path}", self.address));
        if let Some(bearer) = bearer {
            request = request.bearer_auth(bearer);
        }
        let answer = request.send().await.unwrap();
        let (status, text) = (answer.status(), answer.text().await.unwrap());
        (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
    }

    async fn get(&self, path: &str, bearer: &str) -> (StatusCode, Value) {
        self.ask(&Method::GET, path, Some(bearer)).await
    }

    /// A token of ours that expires at this time.
    async fn token(&self, scopes: &[Scope], owner: Option<&str>, expires_at: DateTime<Utc>) -> String {
        let text = token::generate();
        let text = text.expose_secret();
        let described = ApiToken {
            id: TokenId::new(now()),
            name: "test".to_owned(),
            prefix: token::shown(text).to_owned(),
            scopes: scopes.iter().copied().collect(),
            owner: owner.map(str::to_owned),
            created_at: now(),
            expires_at,
            last_used_at: None,
        };
        self.store().add_api_token(&described, &token::hash(text), "test").await.unwrap();
        text.clone()
    }

    async fn account(&self, owner: &str) -> AccountId {
        let id = AccountId::new(now());
        let login = format!("{id}@example.test");
        let new = NewAccount { id: id.clone(), owner: owner.to_owned(), login, road: Road::Owa };
        self.store().add_account(&new, now()).await.unwrap();
        self.store().set_session(&id, SessionState::Valid, None).await.unwrap();
        id
    }

    async fn is_due(&self, id: &AccountId) -> bool {
        self.store().state(id).await.unwrap().unwrap().next_sync_at.is_some()
    }
}

impl Drop for Edges {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

fn now() -> DateTime<Utc> {
    Clock::System.now()
}

fn tomorrow() -> DateTime<Utc> {
    now() + TimeDelta::days(1)
}

/// A token of the CRM's.
fn jwt(claims: &Value) -> String {
    let part = |json: &Value| BASE64_URL_SAFE_NO_PAD.encode(json.to_string());
    let message = format!("{}.{}", part(&json!({"alg": "HS256", "typ": "JWT"})), part(claims));
    let signature = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, JWT_SECRET.as_bytes()), message.as_bytes());
    format!("{message}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature))
}

fn user(sub: &str) -> Value {
    json!({"sub": sub, "aud": "outlook-syncd", "exp": tomorrow().timestamp()})
}

fn ids(answer: &Value) -> Vec<&str> {
    answer["accounts"].as_array().unwrap().iter().map(|card| card["id"].as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_wants_its_scope() {
    let edges = Edges::start().await;
    let account = edges.account("u1").await;
    let mut open = Vec::new();
    for (method, path, scope) in http::routes() {
        let at = path.replace("{id}", account.as_str());
        let Some(scope) = scope else {
            open.push(path);
            continue;
        };
        assert_eq!(edges.ask(&method, &at, None).await.0, StatusCode::UNAUTHORIZED, "{method} {path}");
        for bad in ["x", "osd_x", "a.b.c", "read-me run-me"] {
            assert_eq!(
                edges.ask(&method, &at, Some(bad)).await.0,
                StatusCode::UNAUTHORIZED,
                "{method} {path} {bad}"
            );
        }
        for owner in [None, Some("u1")] {
            let others: Vec<_> = Scope::ALL.into_iter().filter(|other| *other != scope).collect();
            let wrong = edges.token(&others, owner, tomorrow()).await;
            let (status, body) = edges.ask(&method, &at, Some(&wrong)).await;
            assert_eq!((status, &body["scope"]), (StatusCode::FORBIDDEN, &json!(scope)), "{method} {path}");
            let right = edges.token(&[scope], owner, tomorrow()).await;
            let (status, body) = edges.ask(&method, &at, Some(&right)).await;
            let passed =
                !matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN | StatusCode::NOT_FOUND);
            assert!(passed, "{method} {path}: {status} {body}");
        }
    }
    let popup = ["/v1/integrations/outlook", "/api/oauth/microsoft"]
        .map(|at| [format!("{at}/start"), format!("{at}/callback")]);
    let all: Vec<_> = std::iter::once("/health/live".to_owned()).chain(popup.into_iter().flatten()).collect();
    assert_eq!(open, all, "what is open is said here");
    assert_eq!(edges.ask(&Method::GET, "/health/live", None).await.0, StatusCode::OK);
    assert_eq!(edges.get("/v1", "read-me").await.0, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_served_is_said_in_json_too() {
    let edges = Edges::start().await;
    let error = |(status, body): (StatusCode, Value)| (status.as_u16(), body["error"].clone());
    for (method, path, expected) in [
        (Method::GET, "/", (404, json!("not_found"))),
        (Method::GET, "/v1/accounts/x/y/z", (404, json!("not_found"))),
        (Method::DELETE, "/health", (405, json!("method_not_allowed"))),
        (Method::GET, "/v1/integrations/outlook/disconnect", (405, json!("method_not_allowed"))),
        (Method::GET, "/v1/accounts/%ff", (404, json!("no_such_account"))),
        (Method::GET, "/v1/accounts/x", (404, json!("no_such_account"))),
    ] {
        assert_eq!(error(edges.ask(&method, path, Some("read-me")).await), expected, "{method} {path}");
    }
    let twice = edges.get("/api/cron/outlook-sync?wait=0&wait=1", "run-me").await;
    assert_eq!(error(twice), (400, json!("bad_query")));
    let wrong = edges.client.delete(format!("http://{}/health", edges.address)).send().await.unwrap();
    assert!(wrong.headers()["allow"].to_str().unwrap().contains("GET"), "{wrong:?}");
    let foreign =
        edges.client.get(format!("http://{}/health", edges.address)).header("host", "evil.example.test");
    let foreign = foreign.bearer_auth("read-me").send().await.unwrap();
    assert_eq!(foreign.status(), StatusCode::MISDIRECTED_REQUEST);
    let body: Value = serde_json::from_str(&foreign.text().await.unwrap()).unwrap();
    assert_eq!(body["error"], "unknown_host");
    assert!(body["hint"].as_str().unwrap().contains("http.hosts"), "{body}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_reaches_their_own_accounts_only() {
    let edges = Edges::start().await;
    let (own, other) = (edges.account("u1").await, edges.account("u2").await);
    let token = edges.token(&[Scope::Read], Some("u1"), tomorrow()).await;
    for bearer in [token, jwt(&user("u1"))] {
        for path in ["/v1/accounts", "/health"] {
            let (_, body) = edges.get(path, &bearer).await;
            assert_eq!(ids(&body), [own.as_str()], "{path}");
        }
        let (status, card) = edges.get(&format!("/v1/accounts/{own}"), &bearer).await;
        assert_eq!((status, &card["verdict"]), (StatusCode::OK, &json!("new")));
        let missing = edges.get(&format!("/v1/accounts/{}", AccountId::new(now())), &bearer).await;
        let others = edges.get(&format!("/v1/accounts/{other}"), &bearer).await;
        assert_eq!(others.0, StatusCode::NOT_FOUND);
        assert_eq!(others, missing, "another's does not differ from none");
    }
    for bearer in [edges.token(&[Scope::Read], None, tomorrow()).await, "read-me".to_owned()] {
        let (_, body) = edges.get("/v1/accounts", &bearer).await;
        assert_eq!(ids(&body), [own.as_str(), other.as_str()]);
        assert_eq!(edges.get(&format!("/v1/accounts/{other}"), &bearer).await.0, StatusCode::OK);
    }
    for nobody in ["", "%' OR '1'='1", "U1", "u1 "] {
        let (status, body) = edges.get("/v1/accounts", &jwt(&user(nobody))).await;
        let none = status == StatusCode::UNAUTHORIZED || ids(&body).is_empty();
        assert!(none, "{nobody}: {body}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_begins_a_cycle_over_their_own_accounts_only() {
    let edges = Edges::start().await;
    let (own, other) = (edges.account("u1").await, edges.account("u2").await);
    let bearer = edges.token(&[Scope::Sync], Some("u1"), tomorrow()).await;
    let (status, _) = edges.get("/api/cron/outlook-sync?wait=0", &bearer).await;
    assert_eq!(status, StatusCode::ACCEPTED);
    assert_eq!((edges.is_due(&own).await, edges.is_due(&other).await), (true, false));
    let (status, _) = edges.ask(&Method::POST, "/api/cron/outlook-sync?wait=0", Some("run-me")).await;
    assert_eq!(status, StatusCode::ACCEPTED);
    assert!(edges.is_due(&other).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_ends_when_it_expires_or_is_revoked() {
    let edges = Edges::start().await;
    let expired = edges.token(&[Scope::Read], None, now()).await;
    assert_eq!(edges.get("/health", &expired).await.0, StatusCode::UNAUTHORIZED);
    let token = edges.token(&[Scope::Read], None, tomorrow()).await;
    assert_eq!(edges.get("/health", &token).await.0, StatusCode::OK);
    let altered = format!("{}A", &token[..token.len() - 1]);
    let cut = &token[..token.len() - 1];
    for wrong in [altered.as_str(), cut, token::shown(&token)] {
        assert!(wrong == token || edges.get("/health", wrong).await.0 == StatusCode::UNAUTHORIZED, "{wrong}");
    }
    edges.store().revoke_api_token(token::shown(&token), "test", now()).await.unwrap().unwrap();
    assert_eq!(edges.get("/health", &token).await.0, StatusCode::UNAUTHORIZED);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_jwt_says_less_of_itself_and_never_more() {
    let edges = Edges::start().await;
    let with = |name: &str, value: Value| {
        let mut claims = user("u1");
        claims[name] = value;
        jwt(&claims)
    };
    for (token, expected) in [
        (jwt(&user("u1")), StatusCode::OK),
        (with("scope", json!("openid read")), StatusCode::OK),
        (with("scope", json!("sync")), StatusCode::FORBIDDEN),
        (with("scope", json!("")), StatusCode::FORBIDDEN),
        (with("scope", json!(["read"])), StatusCode::UNAUTHORIZED),
        (with("aud", json!("another")), StatusCode::UNAUTHORIZED),
        (with("exp", json!(now().timestamp() - 60)), StatusCode::UNAUTHORIZED),
        (with("sub", json!("x".repeat(300))), StatusCode::UNAUTHORIZED),
    ] {
        assert_eq!(edges.get("/v1/accounts", &token).await.0, expected, "{token}");
    }
    // The configuration gives no `tokens`, so no token of the CRM's has it.
    let all = with("scope", json!("read sync admin tokens"));
    for (_, path, scope) in http::routes().filter(|(method, ..)| method == Method::GET) {
        if scope == Some(Scope::Tokens) {
            assert_eq!(edges.get(path, &all).await.0, StatusCode::FORBIDDEN, "{path}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_of_both_files_has_both_scopes_and_refusals_say_how() {
    let edges = Edges::start().await;
    for (bearer, path, expected) in [
        ("read-me", "/health", StatusCode::OK),
        ("run-me", "/health", StatusCode::FORBIDDEN),
        ("read-me", "/api/cron/outlook-sync?wait=0", StatusCode::FORBIDDEN),
        ("run-me", "/api/cron/outlook-sync?wait=0", StatusCode::ACCEPTED),
        ("Read-me", "/health", StatusCode::UNAUTHORIZED),
        ("read-m", "/health", StatusCode::UNAUTHORIZED),
    ] {
        assert_eq!(edges.get(path, bearer).await.0, expected, "{bearer} {path}");
    }
    let url = format!("http://{}/health", edges.address);
    for (header, challenge) in [
        (None, "Bearer"),
        (Some("Basic cmVhZC1tZQ=="), "Bearer"),
        (Some("read-me"), "Bearer"),
        (Some("Bearer x"), r#"Bearer error="invalid_token""#),
        (Some("bearer run-me"), r#"Bearer error="insufficient_scope", scope="read""#),
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
