//! A database as the version before has left it: what is sealed in it is sealed anew, and its old form is
//! refused from then on.

#![cfg(test)]

mod audit;
mod before;
mod life;

pub(crate) use before::blob;

use crate::stage::{CALLBACK, Stage, World};
use crate::store::{count, postgres_url, run, text};
use before::{Before, SESSION, TOKEN};
use futures::FutureExt;
use outlook_sim::App as Registration;
use outlook_syncd::clock::Clock;
use outlook_syncd::error::Classify;
use outlook_syncd::model::{AccountId, Resource};
use outlook_syncd::secret::{ExposeSecret, secret};
use outlook_syncd::store::{PasswordAttempt, Store};
use outlook_syncd::strongbox::{Strongbox, StrongboxError};
use outlook_syncd::vault::{KeySource, Ring, VaultError, add_key, remove_key};
use reqwest::{Method, StatusCode};
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, BufReader};

/// A world whose database was left by the version before, on each database.
async fn on_both(accounts: usize, body: impl AsyncFn(World, Before)) {
    for postgres in [false, true] {
        let mut world = World::new().await;
        world.register(Registration::confidential(CALLBACK, "canary-client-secret"));
        let mut url = format!("sqlite://{}", world.database().display());
        if postgres {
            url = postgres_url().await;
            world.set_secret("DATABASE__URL_FILE", "database-url", &url);
        }
        let before = Before::write(&world, &url, accounts).await;
        body(world, before).await;
    }
}

fn key_file(world: &World) -> PathBuf {
    world.dir.path().join("key")
}

async fn open(store: &Store, key: &Path) -> Result<Strongbox, StrongboxError> {
    let ring = Ring::load(&KeySource { file: Some(key.to_owned()), ..KeySource::default() }).unwrap();
    Strongbox::open(store.clone(), ring, Clock::System).await
}

async fn assert_open(strongbox: &Strongbox, accounts: &[AccountId]) {
    for account in accounts {
        let session = strongbox.session(account).await.unwrap().unwrap();
        assert_eq!(session.expose_secret(), &format!("{SESSION} {account}"));
    }
}

/// How many records, keys and tokens are not of today's form.
async fn left(store: &Store) -> i64 {
    let mut left = count(store, "SELECT COUNT(*) FROM api_token WHERE mark IS NULL").await;
    for (table, column) in [
        ("sealed_record", "sealed"),
        ("data_key", "wrapped"),
        ("oauth_flow", "wrapped"),
        ("oauth_flow", "sealed"),
        ("canary", "sealed"),
    ] {
        let first = if matches!(store, Store::Sqlite(_)) {
            format!("hex(substr({column}, 1, 1)) <> '02'")
        } else {
            format!("get_byte({column}, 0) <> 2")
        };
        left += count(store, &format!("SELECT COUNT(*) FROM {table} WHERE {first}")).await;
    }
    left + count(store, "SELECT COUNT(*) FROM password_attempt WHERE version NOT LIKE 'argon2id:%'").await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_version_before_has_sealed_goes_on_and_nothing_of_its_form_is_left() {
    on_both(3, async |world, before| {
        let stage = Stage::on(world).await;
        let services = &stage.app.services;
        assert_eq!(left(stage.store()).await, 0);
        assert_open(&services.strongbox, &before.accounts).await;
        // The grant that Microsoft knows nothing of, asked for as before.
        let granted = services.strongbox.grant_and_tokens(&before.accounts[0]).await.unwrap().unwrap();
        assert_eq!(granted.1.expose_secret(), before::TOKENS);
        let token = services.oauth.access_token(&before.accounts[0], Resource::Graph).await.unwrap();
        assert_eq!(token.token.expose_secret(), "an access token of before");
        // The token for the API.
        let found = stage.get("/v1/accounts", TOKEN).await;
        assert_eq!(found.status, StatusCode::OK, "{}", found.text);
        // The popup that was open has no attempt, and is begun anew.
        let path = format!("/v1/integrations/outlook/start?h={}", before.flow);
        assert!(stage.ask(Method::GET, &path, None, None).await.status.is_client_error());
    })
    .await;
}

/// What the rows say is believed once; where secrets may go at all is not asked of them.
#[tokio::test(flavor = "multi_thread")]
async fn a_grant_that_was_redirected_before_the_upgrade_goes_nowhere() {
    on_both(1, async |world, before| {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let store = Store::connect(&before.url).await.unwrap();
        run(&store, &format!("UPDATE oauth_grant SET authority = 'http://{address}/x/v2.0'")).await;
        store.close().await;
        let stage = Stage::on(world).await;
        let asked = stage.app.services.oauth.access_token(&before.accounts[0], Resource::Outlook).await;
        let error = asked.unwrap_err();
        assert_eq!(error.meaning().code, "oauth_stranger", "{error}");
        assert!(error.to_string().contains(&address.to_string()), "{error}");
        assert!(listener.accept().now_or_never().is_none(), "nobody came");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_that_was_refused_before_the_upgrade_is_not_tried_after_it() {
    on_both(1, async |world, before| {
        let (store, now) = (world.store_at(&before.url).await, Clock::System.now());
        let strongbox = open(&store, &key_file(&world)).await.unwrap();
        let account = &before.accounts[0];
        let attempt = async |password: &str| {
            let version =
                strongbox.password_version(account, "u1", &secret(password.to_owned())).await.unwrap();
            store.begin_password(account, &version, Some("a connect"), now).await.unwrap()
        };
        assert_eq!(attempt(before::REFUSED).await, PasswordAttempt::Refused);
        assert_eq!(attempt(before::UNKNOWN).await, PasswordAttempt::Unknown);
        for forgotten in [before::ACCEPTED, before::REFUSED_EARLIER] {
            assert_eq!(attempt(forgotten).await, PasswordAttempt::Fresh, "{forgotten}");
        }
        assert_eq!(count(&store, "SELECT COUNT(*) FROM password_attempt").await, 4);
        store.close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_in_the_old_form_after_the_upgrade_is_refused() {
    on_both(2, async |world, before| {
        let store = world.store_at(&before.url).await;
        for table in ["data_key", "sealed_record", "api_token"] {
            run(&store, &format!("CREATE TABLE old_{table} AS SELECT * FROM {table}")).await;
        }
        let strongbox = open(&store, &key_file(&world)).await.unwrap();
        let account = &before.accounts[0];
        let put_back =
            "DELETE FROM sealed_record; INSERT INTO sealed_record SELECT * FROM old_sealed_record;";
        run(&store, put_back).await;
        for strongbox in [strongbox, open(&store, &key_file(&world)).await.unwrap()] {
            let refused = strongbox.session(account).await.unwrap_err();
            assert!(matches!(refused, StrongboxError::Vault(VaultError::OtherForm(1))), "{refused}");
            assert_eq!(refused.meaning().code, "old_form");
        }
        // With the owner of the writer's choice, as the old form knew none.
        run(&store, "DELETE FROM data_key; INSERT INTO data_key SELECT * FROM old_data_key;").await;
        run(&store, "UPDATE account SET owner = 'u2'").await;
        let strongbox = open(&store, &key_file(&world)).await.unwrap();
        let refused = strongbox.session(account).await.unwrap_err();
        assert!(matches!(refused, StrongboxError::Vault(VaultError::OtherForm(1))), "{refused}");
        run(&store, "DELETE FROM api_token; INSERT INTO api_token SELECT * FROM old_api_token;").await;
        let hash = outlook_syncd::token::hash(TOKEN);
        assert_eq!(strongbox.api_token(&hash, Clock::System.now()).await.unwrap(), None);
        store.close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_of_before_the_upgrade_does_not_open_when_its_key_is_retired() {
    on_both(1, async |world, before| {
        let store = world.store_at(&before.url).await;
        run(&store, "CREATE TABLE old_canary AS SELECT * FROM canary").await;
        drop(open(&store, &key_file(&world)).await.unwrap());
        add_key(&key_file(&world)).unwrap();
        let strongbox = open(&store, &key_file(&world)).await.unwrap();
        strongbox.adopt_key("test").await.unwrap();
        let done = strongbox.rewrap(|_| ()).await.unwrap();
        assert_eq!((done.accounts, done.tokens, done.lost), (1, 1, 0));
        remove_key(&key_file(&world), 1).unwrap();
        assert_open(&open(&store, &key_file(&world)).await.unwrap(), &before.accounts).await;
        run(&store, "DELETE FROM canary; INSERT INTO canary SELECT * FROM old_canary").await;
        let refused = open(&store, &key_file(&world)).await.unwrap_err();
        assert!(matches!(refused, StrongboxError::Vault(VaultError::UnknownKey(1))), "{refused}");
        store.close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_missing_key_has_sealed_is_not_waited_for_and_no_row_is_believed_afterwards() {
    on_both(2, async |world, before| {
        let (store, file) = (world.store_at(&before.url).await, key_file(&world));
        // The database went by key 2, and one account was left behind with key 1.
        add_key(&file).unwrap();
        let both = std::fs::read(&file).unwrap();
        before.seal_by(&store, &file, 2, &before.accounts[1]).await;
        remove_key(&file, 1).unwrap();
        let strongbox = open(&store, &file).await.unwrap();
        assert_open(&strongbox, &before.accounts[1..]).await;
        assert!(strongbox.session(&before.accounts[0]).await.is_err());
        std::fs::write(&file, both).unwrap();
        run(&store, "UPDATE api_token SET mark = NULL").await;
        let strongbox = open(&store, &file).await.unwrap();
        assert_open(&strongbox, &before.accounts[1..]).await;
        let old = strongbox.session(&before.accounts[0]).await.unwrap_err();
        assert_eq!(old.meaning().code, "old_form", "{old}");
        let marked = "SELECT COUNT(*) FROM api_token WHERE mark IS NOT NULL";
        assert_eq!(count(&store, marked).await, 0, "a token without a mark is never given one again");
        store.close().await;
    })
    .await;
}

/// Kill -9 in the midst of it; run again, it ends.
#[tokio::test(flavor = "multi_thread")]
async fn kill_9_of_the_upgrade_loses_nothing_and_it_goes_on() {
    on_both(300, async |world, before| {
        for lines in [1, 2] {
            let mut child = world.command(&["--verbose", "--once"]).spawn().unwrap();
            let mut said = BufReader::new(child.stderr.take().unwrap()).lines();
            let mut batches = 0;
            while batches < lines
                && let Some(line) = said.next_line().await.unwrap()
            {
                batches += usize::from(line.contains("sealed anew"));
            }
            child.kill().await.unwrap();
        }
        let store = Store::connect(&before.url).await.unwrap();
        let form = text(&store, "SELECT CAST(COUNT(*) AS TEXT) FROM sealed_version").await.unwrap();
        let done: i64 = form.parse().unwrap();
        assert!((1..301).contains(&done), "it was killed in the midst: {done}");
        let strongbox = open(&store, &key_file(&world)).await.unwrap();
        assert_eq!(left(&store).await, 0);
        assert_open(&strongbox, &before.accounts).await;
        let once = "SELECT COUNT(*) FROM sealed_version WHERE version > 1";
        assert_eq!(count(&store, once).await, 0, "nothing was sealed anew twice");
        store.close().await;
    })
    .await;
}

/// Where the ring seals by its older key again: it must end, well or not.
#[tokio::test(flavor = "multi_thread")]
async fn an_upgrade_under_an_older_active_key_ends_and_says_so() {
    on_both(1, async |world, before| {
        let (store, file) = (world.store_at(&before.url).await, key_file(&world));
        add_key(&file).unwrap();
        before.seal_by(&store, &file, 2, &before.accounts[0]).await;
        let text = std::fs::read_to_string(&file).unwrap();
        std::fs::write(&file, text.replace("active:2", "active:1")).unwrap();
        let opened = Clock::limit(Duration::from_secs(20), open(&store, &file)).await;
        let error = opened.expect("it does not go round and round").unwrap_err();
        assert_eq!(error.meaning().code, "ring_outdated", "{error}");
        store.close().await;
    })
    .await;
}
