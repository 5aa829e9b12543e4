//! The form of the version before, written from its description: it is nobody's but this test's any more.

use crate::stage::World;
use crate::store::{left_at, run};
use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{Aes256Gcm, KeyInit};
use base64::prelude::{BASE64_STANDARD, Engine as _};
use outlook_syncd::clock::Clock;
use outlook_syncd::model::AccountId;
use outlook_syncd::secret::ExposeSecret;
use outlook_syncd::store::Store;
use ring::{digest, hmac};
use std::fmt::Write as _;
use std::path::Path;

pub(super) const SESSION: &str = "the cookies of";
pub(super) const TOKENS: &str = r#"{"refresh":"a refresh token of before","access":{"graph":{"token":"an access token of before","expires_at":"2100-01-01T00:00:00Z"}}}"#;
/// As long as those that are made.
pub(super) const TOKEN: &str = "osd_a-token-of-before-that-is-as-long-as-one-is";
pub(super) const REFUSED: &str = "refused at last";
pub(super) const REFUSED_EARLIER: &str = "refused before one was accepted";
pub(super) const ACCEPTED: &str = "accepted";
pub(super) const UNKNOWN: &str = "nobody knows";
/// The schema of that version.
const SCHEMA: i64 = 138;

/// What was written.
pub(super) struct Before {
    pub(super) url: String,
    /// The first has a grant too, and each a session and four passwords.
    pub(super) accounts: Vec<AccountId>,
    /// What opens the sign-in that is under way.
    pub(super) flow: String,
}

impl Before {
    pub(super) async fn write(world: &World, url: &str, accounts: usize) -> Self {
        let store = left_at(SCHEMA, url).await;
        let now = Clock::System.now();
        let key = (1, ring_key(&world.dir.path().join("key"), 1));
        let canary = seal(key, ["canary", "sealed", "", ""], b"outlook-syncd canary");
        run(&store, &format!("INSERT INTO canary (id, sealed) VALUES (1, {})", blob(&store, &canary))).await;
        let accounts: Vec<_> = (0..accounts).map(|_| AccountId::new(now)).collect();
        for (number, account) in accounts.iter().enumerate() {
            run(
                &store,
                &format!(
                    "INSERT INTO account (id, owner, login, road, sync_enabled, created_at)
                     VALUES ('{account}', 'u1', '{number}@example.test', 'owa', TRUE, 1);
                     INSERT INTO sync_state (account_id, mailbox_key) VALUES ('{account}', 'account:{account}');
                     INSERT INTO data_key (account_id, wrapped) VALUES ('{account}', {});",
                    blob(&store, b"none yet")
                ),
            )
            .await;
            secrets(&store, key, account, accounts.len() < 10).await;
        }
        let flow = flow(&store, key).await;
        grant(&store, world, &accounts[0]).await;
        let hash = digest::digest(&digest::SHA256, TOKEN.as_bytes());
        run(
            &store,
            &format!(
                "INSERT INTO api_token (id, name, prefix, hash, scopes, owner, created_at, expires_at)
                 VALUES ('t1', 'of before', 'osd_a-token-', {}, 'read', 'u1', 1, 4102444800000)",
                blob(&store, hash.as_ref())
            ),
        )
        .await;
        store.close().await;
        Self { url: url.to_owned(), accounts, flow }
    }

    /// Wraps an account's key by another key of the ring, as a rotation of then did, by which the database
    /// goes from then on.
    pub(super) async fn seal_by(&self, store: &Store, file: &Path, id: u32, account: &AccountId) {
        let key = (id, ring_key(file, id));
        let canary = seal(key, ["canary", "sealed", "", ""], b"outlook-syncd canary");
        run(store, &format!("UPDATE canary SET sealed = {}", blob(store, &canary))).await;
        secrets(store, key, account, true).await;
    }
}

type RingKey = (u32, [u8; 32]);

/// A key of the ring in a file.
fn ring_key(file: &Path, id: u32) -> [u8; 32] {
    let text = std::fs::read_to_string(file).unwrap();
    let begins = format!("{id}:");
    let line = text.lines().find_map(|line| line.strip_prefix(&begins)).unwrap();
    BASE64_STANDARD.decode(line).unwrap().try_into().unwrap()
}

/// `0x01 | key id | nonce | ciphertext | tag`, with the place in the associated data.
fn seal((id, key): RingKey, place: [&str; 4], plain: &[u8]) -> Vec<u8> {
    let mut record = [&[1][..], &id.to_be_bytes()].concat();
    let mut aad = record.clone();
    for part in place {
        aad.extend(u32::try_from(part.len()).unwrap().to_be_bytes());
        aad.extend(part.as_bytes());
    }
    let nonce: [u8; 12] = uuid::Uuid::new_v4().as_bytes()[..12].try_into().unwrap();
    let cipher = Aes256Gcm::new(&key.into());
    let body = cipher.encrypt(&nonce.into(), Payload { msg: plain, aad: &aad }).unwrap();
    record.extend(nonce);
    record.extend(body);
    record
}

/// The only generation of every data key here.
const GENERATION: [u8; 32] = *b"\x01the key of an account of before";

/// An account's key, session and passwords, in the place of what it had.
async fn secrets(store: &Store, key: RingKey, account: &AccountId, passwords: bool) {
    let id = account.as_str();
    let wrapped = seal(key, ["data_key", "wrapped", id, id], &GENERATION);
    let plain = format!("{SESSION} {account}");
    let session = seal((1, GENERATION), ["sealed_record", "sealed", "session", id], plain.as_bytes());
    run(
        store,
        &format!(
            "UPDATE data_key SET wrapped = {} WHERE account_id = '{id}';
             DELETE FROM sealed_record WHERE account_id = '{id}' AND kind = 'session';
             INSERT INTO sealed_record (account_id, kind, sealed, updated_at) VALUES ('{id}', 'session', {}, 1);
             DELETE FROM password_attempt WHERE account_id = '{id}';",
            blob(store, &wrapped),
            blob(store, &session)
        ),
    )
    .await;
    let tried =
        [(REFUSED_EARLIER, "refused"), (ACCEPTED, "accepted"), (REFUSED, "refused"), (UNKNOWN, "unknown")];
    for (at, (password, outcome)) in tried.into_iter().enumerate().filter(|_| passwords) {
        let ended = if outcome == "unknown" { "NULL".to_owned() } else { at.to_string() };
        run(
            store,
            &format!(
                "INSERT INTO password_attempt (account_id, version, outcome, begun_at, ended_at)
                 VALUES ('{id}', '{}', '{outcome}', {at}, {ended})",
                fingerprint(password)
            ),
        )
        .await;
    }
}

fn mac(key: &[u8], text: &[u8]) -> Vec<u8> {
    hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), text).as_ref().to_vec()
}

/// By what a password was known.
fn fingerprint(password: &str) -> String {
    let key = mac(&GENERATION, b"outlook-syncd fingerprint: password");
    hex(&mac(&key, password.as_bytes())[..16])
}

/// A grant of the configured authority, which was given at a time when its access token is good for ever.
async fn grant(store: &Store, world: &World, account: &AccountId) {
    let id = account.as_str();
    let tokens = seal((1, GENERATION), ["sealed_record", "sealed", "tokens", id], TOKENS.as_bytes());
    run(
        store,
        &format!(
            "INSERT INTO oauth_grant (account_id, authority, client_id, tenant_id, object_id, address, uses, scopes,
                                      troubles, granted_at, refreshed_at, epoch)
             VALUES ('{id}', 'https://login.microsoftonline.com/common/v2.0', '{}', 't', 'o', '0@example.test',
                     '[\"contacts\", \"imap\"]', '[\"contacts.readwrite\"]', '{{}}', 1, 1, 1);
             INSERT INTO sealed_record (account_id, kind, sealed, updated_at) VALUES ('{id}', 'tokens', {}, 1);",
            world.client_id(),
            blob(store, &tokens)
        ),
    )
    .await;
}

/// A sign-in that waits for its browser; what opens it.
async fn flow(store: &Store, key: RingKey) -> String {
    let (id, handle) = ("a-sign-in", outlook_syncd::secret::random().expose_secret().clone());
    let private = r#"{"verifier":"a-verifier-of-before-that-is-long-enough-to-be-one","nonce":"a-nonce-of-before","login":null,"claims":null}"#;
    let wrapped = seal(key, ["data_key", "wrapped", id, id], &GENERATION);
    let sealed = seal((1, GENERATION), ["oauth_flow", "sealed", "", id], private.as_bytes());
    let hash = digest::digest(&digest::SHA256, handle.as_bytes());
    run(
        store,
        &format!(
            "INSERT INTO oauth_flow (id, handle, owner, redirect_uri, authority, wrapped, sealed, expires_at)
             VALUES ('{id}', {}, 'u1', '{}', 'https://login.microsoftonline.com/common/v2.0', {}, {}, 4102444800000)",
            blob(store, hash.as_ref()),
            crate::stage::CALLBACK,
            blob(store, &wrapped),
            blob(store, &sealed)
        ),
    )
    .await;
    handle
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Bytes as the database's language writes them.
pub(crate) fn blob(store: &Store, bytes: &[u8]) -> String {
    let hex = hex(bytes);
    match store {
        Store::Sqlite(_) => format!("x'{hex}'"),
        Store::Postgres(_) => format!("'\\x{hex}'::bytea"),
    }
}
