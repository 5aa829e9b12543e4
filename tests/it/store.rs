//! The store on both databases, through one helper that runs the body of a test on each.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod access;
mod accounts;
mod carried;
mod errors;
mod history;
mod mail;
mod oauth;
mod opening;
mod pages;
mod parts;
mod readers;
mod schedule;
mod schema;
mod secrets;
mod upgrade;
mod views;

pub(crate) use upgrade::left_at;

use chrono::{DateTime, TimeDelta, Utc};
use outlook_syncd::model::{
    Account, AccountId, Address, AuditAction, AuditEntry, Body, BodyKind, Detail, Folder, FolderState,
    IdFamily, Importance, Instant, ItemKey, ListRow, MailboxSettings, MessageId, NewAccount, Part, PartState,
    Precision, Recipient, RecipientKind, Road, SessionState, Tier,
};
use outlook_syncd::store::{Claim, PageWrite, Store, Upsert};
use std::time::Duration;
use tempfile::TempDir;
use uuid::Uuid;

const LEASE: Duration = Duration::from_mins(1);

/// Runs `body` on an empty, migrated store of each kind.
async fn on_both(body: impl AsyncFn(Store)) {
    let dir = tempfile::tempdir().unwrap();
    eprintln!("on SQLite");
    body(migrated(&sqlite_url(&dir)).await).await;
    eprintln!("on PostgreSQL");
    body(migrated(&postgres_url().await).await).await;
}

async fn migrated(url: &str) -> Store {
    let store = Store::connect(url).await.unwrap();
    store.migrate().await.unwrap();
    store
}

fn sqlite_url(dir: &TempDir) -> String {
    format!("sqlite://{}", dir.path().join("store.db").display())
}

/// A schema of its own on the server that the tests were given.
pub(crate) async fn postgres_url() -> String {
    #[expect(clippy::disallowed_methods, reason = "the tests are told where the server is")]
    let base = std::env::var("OUTLOOK_SYNCD_TEST_POSTGRES")
        .expect("OUTLOOK_SYNCD_TEST_POSTGRES is not set: run scripts/test, or source scripts/lib/postgres.sh and pg_start");
    let schema = format!("test_{}", Uuid::new_v4().simple());
    let admin = sqlx::PgPool::connect(&base).await.unwrap();
    sqlx::raw_sql(sqlx::AssertSqlSafe(format!("CREATE SCHEMA {schema}"))).execute(&admin).await.unwrap();
    admin.close().await;
    format!("{base}?options[search_path]={schema}")
}

/// Seconds after a fixed instant.
fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_767_225_600 + seconds, 0).unwrap()
}

/// A line of the audit log.
fn line(at: DateTime<Utc>) -> AuditEntry {
    AuditEntry::new(at, "anna", AuditAction::Connected)
}

fn new_account(owner: &str, login: &str) -> NewAccount {
    crate::stage::new_account(owner, login, at(0))
}

async fn add(store: &Store, login: &str) -> AccountId {
    let new = new_account("owner", login);
    store.add_account(&new, at(0)).await.unwrap();
    new.id
}

/// An account with a valid session, due at `due`.
async fn add_due(store: &Store, login: &str, due: DateTime<Utc>) -> AccountId {
    let id = add(store, login).await;
    store.begin_session(&id, None, due).await.unwrap();
    id
}

/// How its mail stands.
async fn mail(store: &Store, id: &AccountId) -> PartState {
    store.state(id).await.unwrap().unwrap().part(Part::Mail).unwrap().clone()
}

/// A store with one account, claimed.
async fn claimed(store: &Store) -> Claim {
    add_due(store, "anna@example.org", at(0)).await;
    store.claim("test", at(0), at(0), LEASE).await.unwrap().unwrap()
}

async fn account(store: &Store, id: &AccountId) -> Account {
    store.account(id).await.unwrap().unwrap()
}

fn key(id: &str) -> ItemKey {
    ItemKey { family: IdFamily::Immutable, id: id.into() }
}

fn person(name: &str) -> Address {
    Address { name: Some(name.into()), address: Some(format!("{}@example.org", name.to_lowercase())) }
}

fn row(subject: &str, received: DateTime<Utc>) -> ListRow {
    ListRow {
        key: None,
        others: Vec::new(),
        change_key: Some("v1".into()),
        conversation_id: Some("conversation".into()),
        subject: Some(subject.into()),
        from: Some(person("Berta")),
        received: Some(Instant { at: received, precision: Precision::Second }),
        is_read: Some(false),
        has_attachments: Some(false),
        preview: Some(format!("{subject}, as it begins")),
    }
}

fn detail(id: &str, subject: &str, received: DateTime<Utc>) -> Detail {
    Detail {
        key: key(id),
        change_key: Some("v1".into()),
        conversation_id: Some("conversation".into()),
        internet_message_id: Some(format!("<{id}@example.org>")),
        subject: subject.into(),
        from: Some(person("Berta")),
        sender: Some(person("Carl")),
        recipients: vec![to("Anna"), Recipient { kind: RecipientKind::Cc, address: person("Dora") }],
        recipients_truncated: false,
        received_at: Some(received),
        sent_at: Some(received - TimeDelta::seconds(5)),
        is_read: false,
        is_draft: false,
        has_attachments: false,
        importance: Importance::High,
        item_class: Some("IPM.Note".into()),
        preview: Some(format!("{subject}, as it begins")),
        body: Some(Body { kind: BodyKind::Html, content: format!("<p>{subject}</p>"), truncated: false }),
        size: Some(4_096),
    }
}

fn to(name: &str) -> Recipient {
    Recipient { kind: RecipientKind::To, address: person(name) }
}

/// A message as the JSON of a list shows it.
pub(crate) fn listed(id: &str, subject: &str, received: DateTime<Utc>) -> Upsert {
    Upsert {
        id: MessageId::new(received),
        keys: vec![key(id)],
        folder: Folder::Inbox,
        row: Some(row(subject, received)),
        detail: None,
        tier: Tier::Service,
        provisional: false,
    }
}

/// A message with all that the item itself says.
fn detailed(id: &str, subject: &str, received: DateTime<Utc>) -> Upsert {
    Upsert { detail: Some(detail(id, subject, received)), ..listed(id, subject, received) }
}

/// A message as the page shows it: no id, the time to the minute.
fn on_the_page(subject: &str, received: DateTime<Utc>) -> Upsert {
    let mut row = row(subject, received);
    row.change_key = None;
    row.received = Some(Instant { at: received, precision: Precision::Minute });
    row.from = Some(Address { name: Some("Berta".into()), address: None });
    Upsert {
        id: MessageId::new(received),
        keys: Vec::new(),
        folder: Folder::Inbox,
        row: Some(row),
        detail: None,
        tier: Tier::Dom,
        provisional: true,
    }
}

pub(crate) fn page(upserts: Vec<Upsert>) -> PageWrite {
    PageWrite { folder_state: FolderState::new(Folder::Inbox), upserts, failed: Vec::new(), now: at(1_000) }
}
