//! Ways past the walls between owners, callers and the database that somebody might try.

use crate::stage::{CALLBACK, OPENER, Stage, World, new_account};
use crate::store::{postgres_url, run, text};
use futures::future::join_all;
use outlook_sim::App as Registration;
use outlook_syncd::clock::Clock;
use outlook_syncd::model::{
    AuditAction, AuditEntry, ContactsEnd, NewGrant, Part, Person, Resource, Scope, Troubles,
};
use outlook_syncd::secret::{ExposeSecret, secret};
use outlook_syncd::store::{Settled, Store};
use reqwest::{Method, StatusCode};
use serde_json::json;
use std::time::Duration;

async fn stage(postgres: bool) -> Stage {
    let mut world = World::new().await;
    world.register(Registration::confidential(CALLBACK, "canary-client-secret"));
    if postgres {
        world.set_secret("DATABASE__URL_FILE", "database-url", &postgres_url().await);
    }
    Stage::on(world).await
}

/// A writer to the database deletes an account's wrapped key and names another owner while Microsoft is asked for
/// tokens: what is kept of the answer must not open for that owner.
#[tokio::test(flavor = "multi_thread")]
async fn renewed_tokens_are_not_sealed_for_whoever_owns_the_account_by_then() {
    for postgres in [false, true] {
        let stage = stage(postgres).await;
        let id = stage.connected("u1", &stage.account(0).smtp).await;
        let (strongbox, now) = (&stage.app.services.strongbox, Clock::System.now());
        // As `oauth::refresh` does it.
        let lease = stage.store().lease_grant(&id, now, Duration::from_secs(45)).await.unwrap().unwrap();
        let (grant, tokens) = strongbox.grant_and_tokens(&id).await.unwrap().unwrap();
        run(stage.store(), &format!("DELETE FROM data_key WHERE account_id = '{id}'")).await;
        run(stage.store(), &format!("UPDATE account SET owner = 'thief' WHERE id = '{id}'")).await;
        let troubles = Troubles::default();
        let settled = Settled { troubles: &troubles, scopes: &grant.given.scopes, now };
        let kept = strongbox.settle_refresh(&lease, &grant.given, &tokens, &settled).await;
        stage.store().release_refresh(&lease, None).await.unwrap();
        let bearer = stage.bearer(&[Scope::Tokens], Some("thief")).await;
        let answer = stage.get(&format!("/v1/accounts/{id}/access-token"), &bearer).await;
        assert!(
            answer.status != StatusCode::OK,
            "on PostgreSQL: {postgres}; kept: {kept:?}; the thief has u1's token: {}",
            answer.text.len()
        );
    }
}

/// The whole of it without a race: a trigger does the writer's part.
#[tokio::test(flavor = "multi_thread")]
async fn a_trigger_of_a_writer_has_no_tokens_sealed_for_another_owner() {
    let stage = stage(false).await;
    let id = stage.connected("u1", &stage.account(0).smtp).await;
    run(
        stage.store(),
        "CREATE TRIGGER thief AFTER UPDATE OF seals ON data_key
         WHEN EXISTS (SELECT 1 FROM account WHERE id = NEW.account_id AND owner = 'u1') BEGIN
             DELETE FROM data_key WHERE account_id = NEW.account_id;
             UPDATE account SET owner = 'thief' WHERE id = NEW.account_id;
         END",
    )
    .await;
    let renewed = stage.app.services.oauth.access_token(&id, Resource::Outlook).await;
    let bearer = stage.bearer(&[Scope::Tokens], Some("thief")).await;
    for resource in ["graph", "outlook"] {
        let answer = stage.get(&format!("/v1/accounts/{id}/access-token?resource={resource}"), &bearer).await;
        assert!(
            answer.status != StatusCode::OK,
            "renewed: {}; the thief has a token for {resource}",
            renewed.is_ok()
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_and_links_are_looked_up_by_connections_of_the_edge() {
    let stage = stage(false).await;
    let bearer = stage.bearer(&[Scope::Read], Some("u1")).await;
    let Store::Sqlite(pool) = stage.store() else { panic!("SQLite") };
    // A cycle that has all of its connections in use.
    let mut held = Vec::new();
    for _ in 0..4 {
        held.push(pool.acquire().await.unwrap());
    }
    let link = stage.browse("https://sync.example.test/v1/integrations/outlook/start?h=made-up", None).await;
    let token = stage.get("/v1/accounts", &bearer).await;
    drop(held);
    assert_eq!(
        (link.status, token.status),
        (StatusCode::CONFLICT, StatusCode::OK),
        "{} {}",
        link.text,
        token.text
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_attempt_whose_row_was_changed_is_told_as_failed() {
    let stage = stage(false).await;
    let begun = stage.begun("u1", "").await;
    let start = stage.go_on(begun["url"].as_str().unwrap(), Some(OPENER)).await;
    let landed = stage.sim().visit(start.goes_on_to().as_str(), &stage.account(0).smtp, true).await.unwrap();
    let finish = stage.come_back(landed.url(), &start.cookie()).await;
    run(stage.store(), "UPDATE oauth_flow SET authority = 'https://evil.example.test/v2.0'").await;
    let told = stage.finish("u1", &finish).await;
    assert_eq!(told.json()["error"], "sign_in_changed", "{}", told.text);
    let attempt = stage.attempt("u1", &begun["attempt"]).await.json();
    assert_eq!(
        (&attempt["state"], &attempt["error"]),
        (&json!("failed"), &json!("sign_in_changed")),
        "{attempt}"
    );
}

/// PostgreSQL holds no NUL.
#[tokio::test(flavor = "multi_thread")]
async fn an_id_in_a_body_with_a_nul_is_the_callers_fault() {
    let stage = stage(true).await;
    let id = stage.connected("u1", &stage.account(0).smtp).await;
    stage.store().schedule(&id, Part::Contacts, Clock::System.now()).await.unwrap();
    let bearer = stage.bearer(&[Scope::Contacts, Scope::Read], Some("u1")).await;
    for member in ["write", "run", "contact"] {
        let url = format!("http://{}/v1/accounts/{id}/contacts/undo", stage.address);
        let request =
            stage.client.request(Method::POST, url).header("host", "localhost").bearer_auth(&bearer);
        let body = format!(r#"{{"{member}": "\u0000"}}"#);
        let answer = request.header("content-type", "application/json").body(body).send().await.unwrap();
        let (status, text) = (answer.status(), answer.text().await.unwrap());
        assert!(!status.is_server_error(), "{member}: {status} {text}");
    }
}

fn grant(number: usize) -> NewGrant {
    NewGrant {
        authority: "https://login.microsoftonline.com/common/v2.0".to_owned(),
        client_id: "c".to_owned(),
        person: Person { tenant: "t".to_owned(), object: format!("o{number}") },
        address: format!("{number}@example.test"),
        login: format!("{number}@example.test"),
        display_name: None,
        uses: Vec::new(),
        scopes: Vec::new(),
    }
}

/// The first session of an account is put away while its connection by OAuth ends.
#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_comes_while_a_grant_is_destroyed_is_not_lost() {
    for postgres in [true, false] {
        let stage = stage(postgres).await;
        let strongbox = &stage.app.services.strongbox;
        let mut lost = 0;
        for number in 0..200 {
            let now = Clock::System.now();
            let new = new_account("u1", &format!("{number}@example.test"), now);
            stage.store().add_account(&new, now).await.unwrap();
            let line =
                |action| AuditEntry { account: Some(new.id.clone()), ..AuditEntry::new(now, "test", action) };
            let tokens = secret("tokens".to_owned());
            strongbox
                .put_grant(&new.id, "u1", &grant(number), &tokens, (None, &line(AuditAction::Connected)))
                .await
                .unwrap();
            let session = secret("the cookies".to_owned());
            let gone = line(AuditAction::Disconnected);
            let (put, destroyed) = tokio::join!(
                strongbox.put_session(&new.id, "u1", &session),
                strongbox.destroy_grant(&new.id, ContactsEnd::Keep, &gone)
            );
            put.unwrap();
            destroyed.unwrap();
            match strongbox.session(&new.id).await {
                Ok(Some(found)) => assert_eq!(found.expose_secret(), "the cookies"),
                Ok(None) => panic!("none"),
                Err(error) => {
                    eprintln!("{number}: {error}");
                    lost += 1;
                }
            }
        }
        assert_eq!(lost, 0, "of 200, on PostgreSQL: {postgres}");
    }
}

/// What a grant is asked for is its row's word alone: a writer adds a use, and the next token opens more than was asked
/// for at the sign-in.
#[tokio::test(flavor = "multi_thread")]
async fn a_use_that_a_writer_adds_opens_nothing_more() {
    let registration = Registration::confidential(CALLBACK, "canary-client-secret");
    let stage = Stage::of(registration, &[("OAUTH__USES", "[\"contacts\"]")]).await;
    let id = stage.connected("u1", &stage.account(0).smtp).await;
    let outlook = async || stage.app.services.oauth.access_token(&id, Resource::Outlook).await;
    assert!(outlook().await.is_err(), "not asked for");
    // Microsoft would give it: an administrator has allowed the application more than this program was set to ask for.
    let tenant = text(stage.store(), "SELECT tenant_id FROM oauth_grant").await.unwrap();
    stage.sim().grant_admin_consent(stage.client_id(), tenant.parse().unwrap());
    run(stage.store(), r#"UPDATE oauth_grant SET uses = '["contacts", "imap", "smtp"]'"#).await;
    assert!(outlook().await.is_err(), "a token for IMAP and SMTP was fetched from Microsoft");
}

#[tokio::test(flavor = "multi_thread")]
async fn made_up_links_to_a_sign_in_are_slowed_and_a_good_one_opens() {
    let edges = stage(false).await;
    let begun = edges.begun("u1", "").await;
    let good = begun["url"].as_str().unwrap();
    let (path, _) = good.split_once("?h=").unwrap();
    let made_up = async |number| edges.browse(&format!("{path}?h=made-up-{number}"), None).await;
    let flood = join_all((0..200).map(async |number| made_up(number).await)).await;
    let waits: Vec<_> =
        flood.iter().filter(|answer| answer.status == StatusCode::TOO_MANY_REQUESTS).collect();
    assert!(!waits.is_empty(), "none of {} was told to wait", flood.len());
    for answer in waits {
        assert!(answer.headers.contains_key("retry-after"), "{}", answer.text);
        assert!(answer.text.contains("open the link again"), "{}", answer.text);
    }
    let (others, opened) = tokio::join!(
        join_all((0..20).map(async |number| made_up(number).await.status)),
        edges.browse(good, None)
    );
    assert_eq!(opened.status, StatusCode::OK, "{}", opened.text);
    assert!(others.iter().all(|status| *status == StatusCode::CONFLICT), "{others:?}");
}
