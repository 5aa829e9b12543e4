//! Whoever writes to the database, and has no key: they redirect nothing, open nothing and become nobody.

use crate::sealed::blob;
use crate::stage::{Answer, CALLBACK, Stage, World, tomorrow};
use crate::store::{postgres_url, run};
use axum::Json;
use axum::extract::State;
use outlook_sim::App as Registration;
use outlook_syncd::error::{Classify, Disposition, WhoseTurn};
use outlook_syncd::model::{AccountId, Actor, Resource, Scope, TokenLimits};
use outlook_syncd::oauth::OAuthError;
use outlook_syncd::secret::{ExposeSecret, secret};
use outlook_syncd::token;
use reqwest::StatusCode;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};

/// Plays on a stage over each database.
async fn on_both(body: impl AsyncFn(Stage)) {
    for postgres in [false, true] {
        let mut world = World::new().await;
        world.register(Registration::confidential(CALLBACK, "canary-client-secret"));
        if postgres {
            world.set_secret("DATABASE__URL_FILE", "database-url", &postgres_url().await);
        }
        body(Stage::on(world).await).await;
    }
}

async fn write(stage: &Stage, sql: &str) {
    run(stage.store(), sql).await;
}

/// A sign-in service of somebody else's that describes itself as one should, and all that it hears.
struct Elsewhere {
    authority: String,
    heard: Arc<Mutex<Vec<String>>>,
}

impl Elsewhere {
    async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let home = format!("http://{}", listener.local_addr().unwrap());
        let heard: Arc<Mutex<Vec<String>>> = Arc::default();
        let router = axum::Router::new().fallback(answer).with_state((home.clone(), Arc::clone(&heard)));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { authority: format!("{home}/x/v2.0"), heard }
    }

    fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap().clone()
    }
}

async fn answer(
    State((home, heard)): State<(String, Arc<Mutex<Vec<String>>>)>,
    uri: axum::http::Uri,
    body: String,
) -> Json<Value> {
    heard.lock().unwrap().push(format!("{uri} {body}"));
    let at = |path: &str| format!("{home}{path}");
    Json(json!({
        "issuer": at("/"), "authorization_endpoint": at("/a"), "token_endpoint": at("/t"), "jwks_uri": at("/k"),
        "token_type": "Bearer", "access_token": "theirs", "expires_in": 3600,
    }))
}

/// An account whose next token has to be asked for.
async fn connected(stage: &Stage) -> AccountId {
    stage.connected("u1", &stage.account(0).smtp).await
}

async fn outlook(stage: &Stage, id: &AccountId) -> OAuthError {
    stage.app.services.oauth.access_token(id, Resource::Outlook).await.unwrap_err()
}

/// An error that stops this account alone and is for the operator, with this code.
fn is_operators(error: &OAuthError, code: &str) {
    let meaning = error.meaning();
    assert_eq!(
        (meaning.code, meaning.disposition, meaning.whose_turn),
        (code, Disposition::Fatal, WhoseTurn::Operator),
        "{error}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_token_is_not_sent_where_a_changed_row_says() {
    on_both(async |stage| {
        let (id, elsewhere) = (connected(&stage).await, Elsewhere::start().await);
        write(&stage, &format!("UPDATE oauth_grant SET authority = '{}'", elsewhere.authority)).await;
        let error = outlook(&stage, &id).await;
        assert_eq!(elsewhere.heard(), Vec::<String>::new());
        is_operators(&error, "grant_changed");
        assert!(error.to_string().contains("authority"), "{error}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grant_that_was_changed_in_the_database_gives_no_token_and_says_what_was_changed() {
    on_both(async |stage| {
        let id = connected(&stage).await;
        for column in ["client_id", "tenant_id", "object_id"] {
            write(&stage, &format!("UPDATE oauth_grant SET {column} = {column} || 'x'")).await;
            let error = outlook(&stage, &id).await;
            is_operators(&error, "grant_changed");
            assert!(error.to_string().contains(column), "{column}: {error}");
            let graph = stage.app.services.oauth.access_token(&id, Resource::Graph).await.unwrap_err();
            is_operators(&graph, "grant_changed");
            write(
                &stage,
                &format!("UPDATE oauth_grant SET {column} = substr({column}, 1, length({column}) - 1)"),
            )
            .await;
        }
        assert!(stage.app.services.oauth.access_token(&id, Resource::Outlook).await.is_ok(), "as it was");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_not_sent_where_a_changed_sign_in_says_nor_kept_for_another_owner() {
    on_both(async |stage| {
        let elsewhere = Elsewhere::start().await;
        for change in [
            format!("authority = '{}'", elsewhere.authority),
            "owner = 'u2'".to_owned(),
            "redirect_uri = 'https://evil.example.test/callback'".to_owned(),
            "opener = 'https://evil.example.test'".to_owned(),
        ] {
            let ada = stage.account(0);
            let changed = format!("UPDATE oauth_flow SET {change}");
            let refused = |answer: &Answer| {
                assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{change}: {}", answer.text);
                assert!(answer.text.contains("sign_in_changed"), "{change}: {}", answer.text);
                assert!(!answer.text.contains("evil"), "{}", answer.text);
            };
            // Before Microsoft is gone to.
            let start = stage.auth_url("u1", "").await;
            write(&stage, &changed).await;
            refused(&stage.browse(start.as_str(), None).await);
            // Before Microsoft's answer comes.
            let (location, cookie) = stage.popup("u1", "").await;
            let landed = stage.sim().visit(location.as_str(), &ada.smtp, true).await.unwrap();
            write(&stage, &changed).await;
            refused(&stage.browse(landed.url(), Some(&cookie)).await);
            // Before somebody finishes it, who is whom the row names.
            let (location, cookie) = stage.popup("u1", "").await;
            let landed = stage.sim().visit(location.as_str(), &ada.smtp, true).await.unwrap();
            let finish = stage.come_back(landed.url(), &cookie).await;
            write(&stage, &changed).await;
            let named = if change.starts_with("owner") { "u2" } else { "u1" };
            refused(&stage.finish(named, &finish).await);
            assert_eq!(elsewhere.heard(), Vec::<String>::new());
            assert_eq!(stage.sim().count("authorization_code", &ada.smtp), 0, "{change}");
            write(&stage, "DELETE FROM oauth_flow").await;
        }
        assert_eq!(stage.app.desk.accounts(&Actor::command_line()).await.unwrap(), []);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_was_moved_to_another_owner_in_the_database_opens_for_nobody() {
    on_both(async |stage| {
        let id = connected(&stage).await;
        let strongbox = &stage.app.services.strongbox;
        strongbox.put_session(&id, "u1", &secret("cookies".to_owned())).await.unwrap();
        write(&stage, "UPDATE account SET owner = 'u2'").await;
        let theirs = stage.bearer(&[Scope::Tokens], Some("u2")).await;
        let given = stage.get(&format!("/v1/accounts/{id}/access-token"), &theirs).await;
        assert_ne!(given.status, StatusCode::OK, "{}", given.text);
        assert_eq!(given.json()["error"], "owner_changed", "{}", given.text);
        is_operators(&outlook(&stage, &id).await, "owner_changed");
        let session = strongbox.session(&id).await.unwrap_err();
        assert_eq!(session.meaning().code, "owner_changed", "{session}");
        let put = strongbox.put_session(&id, "u1", &secret("theirs".to_owned())).await.unwrap_err();
        assert_eq!(put.meaning().code, "owner_changed", "{put}");
        write(&stage, "UPDATE account SET owner = 'u1'").await;
        assert!(strongbox.session(&id).await.unwrap().is_some(), "as it was");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_was_written_into_the_database_lets_nobody_in() {
    on_both(async |stage| {
        let good = stage.bearer(&[Scope::Read], Some("u1")).await;
        let is_in = async |bearer: &str| stage.get("/v1/accounts", bearer).await.status == StatusCode::OK;
        let mine = token::generate();
        let mine = mine.expose_secret();
        let hash = blob(stage.store(), &token::hash(mine));
        let columns = "name, scopes, owner, created_at, expires_at";
        write(
            &stage,
            &format!(
                "INSERT INTO api_token (id, prefix, hash, {columns})
                 SELECT 'mine', 'osd_mine', {hash}, name, 'read', NULL, created_at, expires_at FROM api_token"
            ),
        )
        .await;
        assert!(!is_in(mine).await, "one that was inserted");
        assert!(is_in(&good).await);
        write(&stage, "DELETE FROM api_token WHERE id = 'mine'").await;
        for (change, back) in [
            ("owner = NULL".to_owned(), "owner = 'u1'"),
            ("owner = 'u2'".to_owned(), "owner = 'u1'"),
            ("scopes = 'read tokens'".to_owned(), "scopes = 'read'"),
            ("expires_at = expires_at + 1".to_owned(), "expires_at = expires_at - 1"),
            (format!("hash = {hash}"), ""),
        ] {
            write(&stage, &format!("UPDATE api_token SET {change}")).await;
            assert!(!is_in(&good).await && !is_in(mine).await, "{change}");
            if back.is_empty() {
                break;
            }
            write(&stage, &format!("UPDATE api_token SET {back}")).await;
            assert!(is_in(&good).await, "{back}: as it was");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_whose_limits_were_widened_or_taken_away_in_the_database_is_refused_and_listed_so() {
    on_both(async |stage| {
        let id = connected(&stage).await;
        let limits = TokenLimits {
            account: Some(id.clone()),
            resource: Some(Resource::Graph),
            networks: "127.0.0.0/8".parse().unwrap(),
            uses_per_hour: Some(100),
        };
        let bearer = stage.narrowed_bearer(&[Scope::Tokens], Some("u1"), tomorrow(), limits).await;
        let path = format!("/v1/accounts/{id}/access-token");
        let is_in = async || stage.get(&path, &bearer).await.status == StatusCode::OK;
        let key = stage.config(&[]).key;
        let listed = async || {
            let seen = stage.app.desk.tokens(&key).await.unwrap();
            seen.iter().find(|seen| seen.token.prefix == token::shown(&bearer)).unwrap().holds
        };
        assert!(is_in().await && listed().await == Some(true));
        write(&stage, "CREATE TABLE was AS SELECT * FROM api_token").await;
        for change in [
            "account = NULL",
            "account = 'another'",
            "resource = NULL",
            "resource = 'outlook'",
            "networks = NULL",
            "networks = '0.0.0.0/0'",
            "networks = '127.0.0.0/8 192.0.2.0/24'",
            "uses_per_hour = NULL",
            "uses_per_hour = 101",
            "account = NULL, resource = NULL, networks = NULL, uses_per_hour = NULL",
        ] {
            write(&stage, &format!("UPDATE api_token SET {change}")).await;
            assert!(!is_in().await, "{change}");
            assert_eq!(listed().await, Some(false), "{change}");
            write(&stage, "DELETE FROM api_token; INSERT INTO api_token SELECT * FROM was").await;
            let again = stage.get(&path, &bearer).await;
            assert_eq!(again.status, StatusCode::OK, "{change}, as it was: {}", again.text);
        }
        let open = stage.bearer(&[Scope::Read], None).await;
        write(&stage, "UPDATE api_token SET networks = '127.0.0.0/8'").await;
        assert_ne!(stage.get("/v1/accounts", &open).await.status, StatusCode::OK, "one that had no limits");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_lay_in_a_place_before_does_not_open_there_again() {
    on_both(async |stage| {
        let id = connected(&stage).await;
        let strongbox = &stage.app.services.strongbox;
        strongbox.put_session(&id, "u1", &secret("first".to_owned())).await.unwrap();
        write(&stage, "CREATE TABLE kept AS SELECT * FROM sealed_record").await;
        strongbox.put_session(&id, "u1", &secret("second".to_owned())).await.unwrap();
        stage.app.services.oauth.access_token(&id, Resource::Outlook).await.unwrap();
        write(&stage, "DELETE FROM sealed_record; INSERT INTO sealed_record SELECT * FROM kept").await;
        let session = strongbox.session(&id).await.unwrap_err();
        assert_eq!(session.meaning().code, "damaged", "{session}");
        let tokens = strongbox.tokens(&id).await.unwrap_err();
        assert_eq!(tokens.meaning().code, "damaged", "{tokens}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whose_account_it_is_cannot_be_changed_without_doctor_saying_so() {
    on_both(async |stage| {
        let id = connected(&stage).await;
        let doctor = stage.run(&["doctor"]).await;
        assert!(!doctor.out.contains("owners: "), "{}", doctor.out);
        for change in ["UPDATE account SET owner = 'u2'", "DELETE FROM data_key"] {
            write(&stage, change).await;
            let doctor = stage.run(&["doctor"]).await.expect(70);
            let line = doctor.out.lines().find(|line| line.starts_with("FAIL owners: ")).unwrap_or_default();
            assert!(line.contains(id.as_str()), "{change}: {}", doctor.out);
        }
    })
    .await;
}
