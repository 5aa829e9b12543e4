//! The life of an account's key: handed on with the account, shredded with its grant, and what others do meanwhile.

use super::{blob, open};
use crate::stage::{new_account, now, tomorrow};
use crate::store::{postgres_url, run};
use outlook_syncd::error::Classify;
use outlook_syncd::model::{
    AccountId, ApiToken, AuditAction, AuditEntry, ContactsEnd, NewAccount, NewGrant, Person, Scope, TokenId,
    TokenLimits,
};
use outlook_syncd::secret::{ExposeSecret, secret};
use outlook_syncd::store::{Schema, Store};
use outlook_syncd::strongbox::Strongbox;
use outlook_syncd::token;
use outlook_syncd::vault::{add_key, new_key_file, remove_key};
use std::path::PathBuf;
use tempfile::TempDir;

/// Secrets over each database.
struct Safe {
    store: Store,
    strongbox: Strongbox,
    key: PathBuf,
    _dir: TempDir,
}

async fn on_both(body: impl AsyncFn(Safe)) {
    for postgres in [false, true] {
        let dir = tempfile::tempdir().unwrap();
        let key = dir.path().join("key");
        new_key_file(&key).unwrap();
        let url = if postgres {
            postgres_url().await
        } else {
            format!("sqlite://{}", dir.path().join("store.db").display())
        };
        let store = Store::open(&url, Schema::Update).await.unwrap();
        let strongbox = open(&store, &key).await.unwrap();
        body(Safe { store, strongbox, key, _dir: dir }).await;
    }
}

fn line() -> AuditEntry {
    AuditEntry::new(now(), "test", AuditAction::Connected)
}

impl Safe {
    async fn begun(&self) -> AccountId {
        let new = NewAccount { road: None, ..new_account("u1", "ada@example.test", now()) };
        self.store.add_account(&new, now()).await.unwrap();
        new.id
    }

    /// An account with a session and tokens.
    async fn connected(&self) -> AccountId {
        let new = new_account("u1", "ada@example.test", now());
        self.store.add_account(&new, now()).await.unwrap();
        self.strongbox.put_session(&new.id, "u1", &secret("cookies".to_owned())).await.unwrap();
        self.grant(&new.id).await;
        new.id
    }

    async fn owner(&self, id: &AccountId) -> String {
        self.store.account(id).await.unwrap().unwrap().owner
    }

    async fn grant(&self, id: &AccountId) {
        let grant = NewGrant {
            authority: "https://login.microsoftonline.com/common/v2.0".to_owned(),
            client_id: "client".to_owned(),
            person: Person { tenant: "t".to_owned(), object: "o".to_owned() },
            address: "ada@example.test".to_owned(),
            login: "ada@example.test".to_owned(),
            display_name: None,
            uses: Vec::new(),
            scopes: Vec::new(),
        };
        let owner = self.owner(id).await;
        let tokens = secret("tokens".to_owned());
        self.strongbox.put_grant(id, &owner, &grant, &tokens, (None, &line())).await.unwrap();
    }

    async fn session(&self, id: &AccountId) -> String {
        self.strongbox.session(id).await.unwrap().unwrap().expose_secret().clone()
    }

    async fn version(&self, id: &AccountId) -> String {
        let owner = self.owner(id).await;
        self.strongbox.password_version(id, &owner, &secret("hunter2".to_owned())).await.unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_sealed_destroyed_tokens_opens_nothing_any_more() {
    on_both(async |safe| {
        let id = safe.connected().await;
        let version = safe.version(&id).await;
        for table in ["sealed_record", "sealed_version", "oauth_grant"] {
            run(&safe.store, &format!("CREATE TABLE old_{table} AS SELECT * FROM {table}")).await;
        }
        assert!(safe.strongbox.destroy_grant(&id, ContactsEnd::Keep, &line()).await.unwrap().tokens);
        assert_eq!(safe.session(&id).await, "cookies", "what stays was sealed anew");
        assert_eq!(safe.version(&id).await, version, "and passwords are known as before");
        assert!(safe.strongbox.tokens(&id).await.unwrap().is_none());
        assert!(!safe.strongbox.destroy_grant(&id, ContactsEnd::Keep, &line()).await.unwrap().tokens);
        // All of it but the key, as a log, a free page or a dead row keeps it.
        for table in ["sealed_record", "sealed_version", "oauth_grant"] {
            let back = format!("DELETE FROM {table}; INSERT INTO {table} SELECT * FROM old_{table};");
            run(&safe.store, &back).await;
        }
        let tokens = safe.strongbox.tokens(&id).await.unwrap_err();
        assert_eq!(tokens.meaning().code, "damaged", "{tokens}");
        assert_eq!(safe.strongbox.session(&id).await.unwrap_err().meaning().code, "damaged");
        safe.grant(&id).await;
        assert!(safe.strongbox.tokens(&id).await.unwrap().is_some(), "a new sign-in goes on");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grant_whose_key_does_not_open_is_destroyed_all_the_same() {
    on_both(async |safe| {
        let id = safe.connected().await;
        run(&safe.store, "UPDATE account SET owner = 'u2'").await;
        assert!(safe.strongbox.destroy_grant(&id, ContactsEnd::Keep, &line()).await.unwrap().tokens);
        assert!(safe.store.grant(&id).await.unwrap().is_none());
        assert!(safe.store.sealed(&id, "tokens").await.unwrap().is_none());
        run(&safe.store, "UPDATE account SET owner = 'u1'").await;
        assert_eq!(safe.session(&id).await, "cookies");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_session_that_is_put_away_while_a_grant_is_destroyed_opens_afterwards() {
    on_both(async |safe| {
        let id = safe.connected().await;
        for round in 0..20 {
            safe.grant(&id).await;
            let session = format!("cookies {round}");
            let putting = {
                let (strongbox, id, session) = (safe.strongbox.clone(), id.clone(), session.clone());
                tokio::spawn(async move { strongbox.put_session(&id, "u1", &secret(session)).await })
            };
            assert!(safe.strongbox.destroy_grant(&id, ContactsEnd::Keep, &line()).await.unwrap().tokens);
            putting.await.unwrap().unwrap();
            assert_eq!(safe.session(&id).await, session);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_is_handed_on_keeps_what_its_passwords_are_known_by() {
    on_both(async |safe| {
        let id = safe.begun().await;
        assert!(safe.strongbox.hand_over(&id, "u2").await.unwrap(), "one without a key");
        let version = safe.version(&id).await;
        for owner in ["u1", "u1", "u3"] {
            assert!(safe.strongbox.hand_over(&id, owner).await.unwrap());
            assert_eq!(safe.store.account(&id).await.unwrap().unwrap().owner, owner);
            assert_eq!(safe.version(&id).await, version);
        }
        safe.grant(&id).await;
        assert!(!safe.strongbox.hand_over(&id, "u1").await.unwrap(), "it is connected");
        assert!(safe.strongbox.tokens(&id).await.unwrap().is_some());
        assert!(!safe.strongbox.hand_over(&AccountId::new(now()), "u1").await.unwrap());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_for_the_api_outlive_the_key_that_marked_them() {
    on_both(async |safe| {
        let make = async |strongbox: &Strongbox, name: &str| {
            let text = format!("osd_{name}");
            let token = ApiToken {
                id: TokenId::new(now()),
                name: name.to_owned(),
                prefix: text.clone(),
                scopes: [Scope::Read].into_iter().collect(),
                owner: None,
                created_at: now(),
                expires_at: tomorrow(),
                limits: TokenLimits::default(),
                last_used_at: None,
                last_used_from: None,
            };
            strongbox.add_api_token(&token, &token::hash(&text), "test").await.unwrap();
        };
        let is_known = async |strongbox: &Strongbox, name: &str| {
            let hash = token::hash(&format!("osd_{name}"));
            strongbox.api_token(&hash, now()).await.unwrap().is_some()
        };
        make(&safe.strongbox, "before").await;
        let garbage = blob(&safe.store, b"{ is no mark");
        for (id, mark) in [("forged", "mark"), ("garbage", garbage.as_str())] {
            let columns = "name, scopes, created_at, expires_at";
            run(
                &safe.store,
                &format!(
                    "INSERT INTO api_token (id, prefix, hash, mark, {columns})
                     SELECT '{id}', 'osd_{id}', {mark}, {mark}, {columns} FROM api_token WHERE prefix = 'osd_before'"
                ),
            )
            .await;
        }
        add_key(&safe.key).unwrap();
        let newer = open(&safe.store, &safe.key).await.unwrap();
        newer.adopt_key("test").await.unwrap();
        make(&safe.strongbox, "meanwhile").await;
        let by_key = async || {
            let uses = newer.key_uses().await.unwrap();
            uses.iter().map(|usage| (usage.id, usage.tokens, usage.is_needed())).collect::<Vec<_>>()
        };
        assert_eq!(by_key().await, [(1, 2, true), (2, 1, true)]);
        assert_eq!(newer.rewrap(|_| ()).await.unwrap().tokens, 1);
        assert_eq!(by_key().await, [(1, 0, false), (2, 2, true)], "what nobody marked needs no key");
        remove_key(&safe.key, 1).unwrap();
        let after = open(&safe.store, &safe.key).await.unwrap();
        for name in ["before", "meanwhile"] {
            assert!(is_known(&after, name).await && is_known(&safe.strongbox, name).await, "{name}");
        }
        assert_eq!(newer.rewrap(|_| ()).await.unwrap().tokens, 0, "the second run writes nothing");
    })
    .await;
}
