//! The store on both databases, through one helper that runs the body of a test on each.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod access;
mod accounts;
mod answers;
mod attachments;
mod carried;
mod contacts;
mod correspondence;
mod costs;
mod disconnect;
mod endings;
mod errors;
mod flows;
mod folders;
mod gone;
mod history;
mod imports;
mod limits;
mod mail;
mod oauth;
mod opening;
mod pages;
mod parts;
mod passwords;
mod plans;
mod pooler;
mod readers;
mod roads;
mod schedule;
mod schema;
mod secrets;
mod shortfalls;
pub(crate) mod statements;
mod sweep;
mod upgrade;
mod views;
mod walls;

pub(crate) use schedule::error;
pub(crate) use statements::{count, run, text};
pub(crate) use upgrade::left_at;

use chrono::{DateTime, TimeDelta, Utc};
use outlook_syncd::model::{
    Account, AccountId, Address, AuditAction, AuditEntry, Body, BodyKind, ContactsEnd, Depth, Folder,
    FolderId, FolderState, Importance, Instant, ItemKey, KeySpace, KeySpaces, MailboxSettings, MessageId,
    NewAccount, Part, PartState, Precision, Recipient, RecipientKind, Road, Role, SessionState, Sight,
};
use outlook_syncd::store::{Claim, OlderItem, PageCounts, PageWrite, Sealing, Store, StoreError, Upsert};
use std::collections::HashMap;
use std::time::Duration;
use tempfile::TempDir;
use tokio::sync::OnceCell;
use uuid::Uuid;

const LEASE: Duration = Duration::from_mins(1);

/// Runs `body` on an empty, migrated store of each kind.
pub(crate) async fn on_both(body: impl AsyncFn(Store)) {
    let dir = tempfile::tempdir().unwrap();
    eprintln!("on SQLite");
    body(migrated(&sqlite_url(&dir)).await).await;
    eprintln!("on PostgreSQL");
    body(migrated(&postgres_url().await).await).await;
}

pub(crate) async fn migrated(url: &str) -> Store {
    let store = Store::connect(url).await.unwrap();
    store.migrate().await.unwrap();
    store
}

/// The same in an SQLite file, which is made once and copied: histories need many.
pub(crate) async fn migrated_file(dir: &TempDir) -> Store {
    static EMPTY: OnceCell<TempDir> = OnceCell::const_new();
    let set_up = async || {
        let dir = tempfile::tempdir().unwrap();
        migrated(&sqlite_url(&dir)).await.close().await;
        dir
    };
    let empty = EMPTY.get_or_init(set_up).await;
    std::fs::copy(empty.path().join("store.db"), dir.path().join("store.db")).unwrap();
    Store::connect(&sqlite_url(dir)).await.unwrap()
}

pub(crate) fn sqlite_url(dir: &TempDir) -> String {
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
pub(crate) fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_767_225_600 + seconds, 0).unwrap()
}

/// A line of the audit log.
pub(crate) fn line(at: DateTime<Utc>) -> AuditEntry {
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

/// What stands in for a wrapped key: it begins as one of the ring's first key.
pub(crate) const KEY: &[u8] = &[2, 0, 0, 0, 1, b'k'];

/// Keeps bytes as an account's record of a kind, under a key that it has from the first of them on.
pub(crate) async fn seal(
    store: &Store,
    id: &AccountId,
    kind: &str,
    bytes: &[u8],
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let owner = store.account(id).await.unwrap().unwrap().owner;
    store.put_canary(KEY).await.unwrap();
    store.add_data_key(id, &owner, KEY).await.unwrap();
    let wrapped = store.data_key(id).await.unwrap().unwrap().wrapped;
    store.put_sealed(id, kind, &Sealing { wrapped: &wrapped, seal: &|_| bytes.to_vec() }, now).await
}

/// The bytes of an account's record of a kind.
pub(crate) async fn sealed(store: &Store, id: &AccountId, kind: &str) -> Option<Vec<u8>> {
    store.sealed(id, kind).await.unwrap().map(|record| record.sealed)
}

/// An account with a valid session, due at `due`.
pub(crate) async fn add_due(store: &Store, login: &str, due: DateTime<Utc>) -> AccountId {
    let id = add(store, login).await;
    store.begin_session(&id, None, due).await.unwrap();
    id
}

/// How its mail stands.
async fn mail(store: &Store, id: &AccountId) -> PartState {
    store.state(id).await.unwrap().unwrap().part(Part::Mail).unwrap().clone()
}

/// A store with one account that has the folders pages name, claimed.
pub(crate) async fn claimed(store: &Store) -> Claim {
    add_due(store, "anna@example.org", at(0)).await;
    let claim = store.claim("test", at(0), at(0), LEASE).await.unwrap().unwrap();
    let state = |role| FolderState::new(folder_of(&claim.account.id, role));
    store.keep_folders(&claim, &[Role::Inbox, Role::Sent].map(state), None).await.unwrap();
    claim
}

async fn account(store: &Store, id: &AccountId) -> Account {
    store.account(id).await.unwrap().unwrap()
}

pub(crate) fn key(id: &str) -> ItemKey {
    ItemKey { space: KeySpace::new("owa:immutable"), id: id.into() }
}

fn person(name: &str) -> Address {
    Address { name: Some(name.into()), address: Some(format!("{}@example.org", name.to_lowercase())) }
}

/// A row as the JSON of a list has it.
pub(crate) fn row(id: &str, subject: &str, received: DateTime<Utc>) -> Sight {
    Sight {
        depth: Depth::Listed,
        seen_by: "service".into(),
        key: Some(key(id)),
        change_key: Some("v1".into()),
        conversation_id: Some("conversation".into()),
        subject: Some(subject.into()),
        from: Some(person("Berta")),
        received: Some(Instant { at: received, precision: Precision::Second }),
        is_read: Some(false),
        has_attachments: Some(false),
        preview: Some(format!("{subject}, as it begins")),
        ..Sight::default()
    }
}

/// An item as it says itself.
pub(crate) fn item(id: &str, subject: &str, received: DateTime<Utc>) -> Sight {
    Sight {
        depth: Depth::Whole,
        internet_message_id: Some(format!("<{id}@example.org>")),
        sender: Some(person("Carl")),
        recipients: Some(vec![to("Anna"), Recipient { kind: RecipientKind::Cc, address: person("Dora") }]),
        recipients_truncated: Some(false),
        sent_at: Some(received - TimeDelta::seconds(5)),
        is_draft: Some(false),
        importance: Some(Importance::High),
        item_class: Some("IPM.Note".into()),
        body: Some(Body { kind: BodyKind::Html, content: format!("<p>{subject}</p>"), truncated: false }),
        size: Some(4_096),
        ..row(id, subject, received)
    }
}

fn to(name: &str) -> Recipient {
    Recipient { kind: RecipientKind::To, address: person(name) }
}

/// The id of a standard folder as pages name it, until they are written for an account.
fn folder_id(role: Role) -> FolderId {
    FolderId::from(role.as_str().to_owned())
}

/// That folder of an account.
pub(crate) fn folder_of(account: &AccountId, role: Role) -> Folder {
    Folder::new(own(account, &folder_id(role)), role)
}

fn own(account: &AccountId, folder: &FolderId) -> FolderId {
    FolderId::from(format!("{account} {folder}"))
}

/// How many messages an account has in its folder of this role.
pub(crate) async fn held_in(store: &Store, account: &AccountId, role: Role) -> u64 {
    let folders = store.folders(account).await.unwrap();
    match folders.into_iter().find(|state| state.folder.role == role) {
        Some(state) => store.held_messages(&state.folder.id).await.unwrap(),
        None => 0,
    }
}

fn upsert(sight: Sight, now: DateTime<Utc>) -> Upsert {
    let keys = sight.key.iter().cloned().collect();
    Upsert { id: MessageId::new(now), keys, folder: folder_id(Role::Inbox), sight }
}

/// A message as the JSON of a list shows it.
pub(crate) fn listed(id: &str, subject: &str, received: DateTime<Utc>) -> Upsert {
    upsert(row(id, subject, received), received)
}

/// A message with all that the item itself says.
fn detailed(id: &str, subject: &str, received: DateTime<Utc>) -> Upsert {
    upsert(item(id, subject, received), received)
}

/// A message as the page shows it: no id, the time to the minute.
pub(crate) fn on_the_page(subject: &str, received: DateTime<Utc>) -> Upsert {
    let shown = Sight {
        depth: Depth::Shown,
        seen_by: "dom".into(),
        key: None,
        change_key: None,
        received: Some(Instant { at: received, precision: Precision::Minute }),
        from: Some(Address { name: Some("Berta".into()), address: None }),
        ..row("", subject, received)
    };
    upsert(shown, received)
}

/// Writes a page as sync does: in the account's folders, and what is stored under the key of an item is that
/// message.
pub(crate) async fn store_page(
    store: &Store,
    claim: &Claim,
    page: &PageWrite,
) -> Result<PageCounts, StoreError> {
    let account = &claim.account.id;
    let keys: Vec<ItemKey> = page.upserts.iter().flat_map(|upsert| upsert.keys.clone()).collect();
    let known = store.known(account, &keys).await?;
    let mut ids: HashMap<ItemKey, MessageId> =
        known.into_iter().map(|(key, known)| (key, known.message_id)).collect();
    let mut page = page.clone();
    let states = page.folder_state.iter_mut().map(|state| &mut state.folder.id);
    let failed = page.failed.iter_mut().map(|unread| &mut unread.folder);
    states.chain(failed).for_each(|folder| *folder = own(account, folder));
    for upsert in &mut page.upserts {
        upsert.folder = own(account, &upsert.folder);
        if let Some(id) = upsert.keys.iter().find_map(|key| ids.get(key)) {
            upsert.id = id.clone();
        }
        upsert.keys.retain(|key| ids.insert(key.clone(), upsert.id.clone()).is_none());
    }
    store.write_page(claim, &page).await
}

pub(crate) fn page(upserts: Vec<Upsert>) -> PageWrite {
    let folder_state = FolderState::new(Folder::new(folder_id(Role::Inbox), Role::Inbox));
    PageWrite { folder_state: Some(folder_state), upserts, ..PageWrite::at(at(1_000)) }
}
