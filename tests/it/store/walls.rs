//! Readers by SQL, as the roles themselves on the server: what they see, and what they try.

mod attempts;
mod roles;
mod tricks;

use super::statements::{count, run, text};
use super::*;
use outlook_syncd::error::Classify;
use outlook_syncd::model::{Actor, Reach, ReaderOrigin};
use outlook_syncd::secret::secret;
use outlook_syncd::store::{NewReader, ReaderError};
use outlook_syncd::vault::scram_verifier;
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, PgPool};
use std::collections::BTreeSet;
use std::str::FromStr;

const PASSWORD: &str = "an invented password";
pub(super) const VIEWS: [&str; 11] = [
    "message_v",
    "attachment_v",
    "sync_state_v",
    "part_state_v",
    "folder_v",
    "contact_v",
    "contact_email_v",
    "contact_phone_v",
    "contact_address_v",
    "contact_photo_v",
    "contact_change_v",
];

/// A row of every kind for each of two users, and a contact of each that outlived its account.
const ROWS: &str = "
INSERT INTO account (id, owner, login, address, road, sync_enabled, created_at)
SELECT 'a' || u, 'u' || u, 'login' || u, 'a' || u || '@example.org', 'owa', TRUE, 1 FROM generate_series(1, 2) u;
INSERT INTO sync_state (account_id, mailbox_key) SELECT id, address FROM account;
INSERT INTO part_state (account_id, part) SELECT id, 'mail' FROM account;
INSERT INTO browser_session (account_id, generation, state) SELECT id, 0, 'valid' FROM account;
INSERT INTO sealed_record (account_id, kind, sealed, updated_at) SELECT id, 'session', 'sealed', 1 FROM account;
INSERT INTO data_key (account_id, wrapped) SELECT id, 'wrapped' FROM account;
INSERT INTO api_token (id, name, prefix, hash, scopes, created_at, expires_at) VALUES ('t', 'crm', 'osd_t', 'h', 'read', 1, 2);
INSERT INTO oauth_grant (account_id, authority, client_id, tenant_id, object_id, address, uses, scopes, troubles, granted_at,
    refreshed_at, epoch) SELECT id, 'canary', 'c', 't' || id, 'o', address, '[]', '', '[]', 1, 1, 1 FROM account;
INSERT INTO folder (id, account_id, role, name, path, coverage) SELECT 'f' || id, id, 'inbox', 'Inbox', 'Inbox', '[]' FROM account;
INSERT INTO message (id, account_id, folder_id, listed_at, subject, recipients_truncated, is_draft, tier, provisional, has_detail,
    first_seen_at, changed_at, revision) SELECT 'm' || id, id, 'f' || id, 1, 'secret of ' || owner, FALSE, FALSE, 'service', FALSE, TRUE,
    1, 1, 1 FROM account;
INSERT INTO message_body (message_id, kind, content, truncated) SELECT id, 'text', subject, FALSE FROM message;
INSERT INTO recipient (message_id, position, kind, name, address) SELECT id, 0, 'to', subject, 'x@example.org' FROM message;
INSERT INTO contact_folder (id, account_id, remote_id, is_default, round_read) SELECT 'cf' || id, id, 'r', TRUE, TRUE FROM account;
INSERT INTO contact (id, account_id, surname, im_addresses, children, categories, listed_as, searched, created_at, changed_at, revision)
SELECT 'c' || id, id, 'of ' || owner, '[]', '[]', '[]', '', '', 1, 1, 1 FROM account;
INSERT INTO contact (id, former_owner, surname, im_addresses, children, categories, listed_as, searched, created_at, changed_at, revision)
SELECT 'k' || id, owner, 'kept of ' || owner, '[]', '[]', '[]', '', '', 1, 1, 1 FROM account;
INSERT INTO contact_link (account_id, remote_key, remote_id, contact_id, folder_id, base_ours, base_theirs, others)
SELECT id, 'k', 'r', 'c' || id, 'cf' || id, '{}', '{}', '{}' FROM account;
INSERT INTO contact_email (contact_id, position, address, name) SELECT id, 0, surname, '' FROM contact;
INSERT INTO contact_phone (contact_id, position, kind, number) SELECT id, 0, 'home', surname FROM contact;
INSERT INTO contact_place (contact_id, kind, street, city, state, postal_code, country) SELECT id, 'home', surname, '', '', '', '' FROM contact;
INSERT INTO contact_photo (contact_id, media_type, bytes, sha256, changed_at) SELECT id, 'image/png', 'bytes', surname, 1 FROM contact;
INSERT INTO contact_change (account_id, contact_id, change) SELECT id, 'c' || id, 'remove' FROM account;
INSERT INTO audit_log (id, at, actor, action) VALUES ('l', 1, 'command line', 'connected');
";

/// The same of what later versions have.
const LATER_ROWS: &str = "INSERT INTO attachment (message_id, position, kind, name, is_inline) SELECT id, 0, 'file', subject, FALSE FROM message";

fn tester() -> Actor {
    Actor::named("test", Reach::Everyone)
}

/// A database of two users on a server.
struct Server {
    url: String,
    store: Store,
}

/// The name of a role that no other test has.
fn name(of: &str) -> String {
    format!("{of}_{}", Uuid::new_v4().simple())
}

impl Server {
    async fn start() -> Self {
        let url = postgres_url().await;
        let store = migrated(&url).await;
        run(&store, ROWS).await;
        run(&store, LATER_ROWS).await;
        Self { url, store }
    }

    /// Lets a new role in; `None` is everybody's accounts.
    async fn add(&self, owners: Option<&[&str]>, writes_contacts: bool) -> String {
        let role = name("reader");
        let owners: Option<Vec<String>> =
            owners.map(|owners| owners.iter().map(|owner| (*owner).to_owned()).collect());
        let verifier = scram_verifier(&secret(PASSWORD.to_owned()));
        let new =
            NewReader { role: &role, verifier: Some(&verifier), owners: owners.as_deref(), writes_contacts };
        self.store.add_reader(new, &tester(), at(0)).await.unwrap();
        role
    }

    /// What the role sees and does with its own password and nothing but its own settings.
    async fn sign_in(&self, role: &str) -> sqlx::Result<PgPool> {
        let options = PgConnectOptions::from_str(self.url.split('?').next().unwrap()).unwrap();
        PgPool::connect_with(options.username(role).password(PASSWORD)).await
    }

    async fn reader(&self, owners: Option<&[&str]>, writes_contacts: bool) -> PgPool {
        let role = self.add(owners, writes_contacts).await;
        self.sign_in(&role).await.unwrap()
    }

    /// The same as an SQL administrator of the server has made it.
    async fn role(&self, attributes: &str) -> String {
        let role = name("role");
        run(&self.store, &format!("CREATE ROLE {role} LOGIN PASSWORD '{PASSWORD}' {attributes}")).await;
        role
    }
}

async fn said(pool: &PgPool, sql: &str) -> sqlx::Result<Option<String>> {
    sqlx::query_scalar(AssertSqlSafe(sql.to_owned())).fetch_one(pool).await
}

async fn words(pool: &PgPool, sql: &str) -> String {
    said(pool, sql).await.unwrap_or_else(|error| panic!("{sql}: {error}")).unwrap_or_default()
}

/// Whose rows a view shows.
async fn owners_in(pool: &PgPool, view: &str) -> String {
    let owner = match view {
        "contact_change_v" => "'u' || substr(account_id, 2)",
        _ => "owner",
    };
    words(pool, &format!("SELECT string_agg(DISTINCT {owner}, ',' ORDER BY {owner}) FROM {view}")).await
}

/// The server's code for what it refuses.
async fn refusal(pool: &PgPool, sql: &str) -> String {
    let done = sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(pool).await;
    let error = done.err().unwrap_or_else(|| panic!("{sql}: was done"));
    error.as_database_error().and_then(sqlx::error::DatabaseError::code).unwrap_or_default().into_owned()
}

const FORBIDDEN: &str = "42501";

#[tokio::test]
async fn a_reader_who_is_bound_sees_their_own_accounts_in_every_view_and_one_of_all_sees_all() {
    let server = Server::start().await;
    let (one, both, all) = (
        server.reader(Some(&["u1"]), false).await,
        server.reader(Some(&["u1", "u2"]), false).await,
        server.reader(None, false).await,
    );
    let nobody = server.reader(Some(&["it's, \"nobody\" {} \\"]), false).await;
    for view in VIEWS {
        assert_eq!(owners_in(&one, view).await, "u1", "{view}");
        assert_eq!(owners_in(&both, view).await, "u1,u2", "{view}");
        assert_eq!(owners_in(&all, view).await, "u1,u2", "{view}");
        assert_eq!(owners_in(&nobody, view).await, "", "{view}");
    }
    assert_eq!(
        words(&one, "SELECT body || to_text FROM message_v").await,
        "secret of u1secret of u1 <x@example.org>"
    );
    assert_eq!(
        words(&one, "SELECT string_agg(surname, ',' ORDER BY surname) FROM contact_v").await,
        "kept of u1,of u1"
    );
    for (user, expected) in [("u1", "true"), ("u2", "false"), ("u3", "false")] {
        let asked = format!("SELECT outlook_connected('{user}')::text");
        assert_eq!(words(&one, &asked).await, expected, "{user}");
    }
    assert_eq!(words(&all, "SELECT outlook_connected('u2')::text").await, "true");
    assert_eq!(count(&server.store, "SELECT COUNT(*) FROM message").await, 2, "the service sees all");
}

/// By table, the columns that a reader may name.
async fn readable(pool: &PgPool, schema: &str) -> BTreeSet<String> {
    let sql = format!(
        "SELECT string_agg(c.relname || '.' || a.attname, ',') FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
         WHERE c.relnamespace = '{schema}'::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
         AND has_column_privilege(c.oid, a.attnum, 'SELECT')"
    );
    words(pool, &sql).await.split(',').map(str::to_owned).collect()
}

#[tokio::test]
async fn no_reader_can_name_a_secret_or_what_no_view_shows() {
    let server = Server::start().await;
    let all = server.reader(None, true).await;
    let schema = text(&server.store, "SELECT current_schema()::text").await.unwrap();
    let readable = readable(&all, &schema).await;
    let tables: BTreeSet<_> = readable.iter().map(|column| column.split('.').next().unwrap()).collect();
    assert_eq!(
        tables.into_iter().collect::<Vec<_>>(),
        [
            "account",
            "attachment",
            "browser_session",
            "contact",
            "contact_change",
            "contact_email",
            "contact_folder",
            "contact_link",
            "contact_phone",
            "contact_photo",
            "contact_place",
            "folder",
            "message",
            "message_body",
            "oauth_grant",
            "part_state",
            "reader",
            "recipient",
            "sync_state",
        ]
    );
    let of =
        |table: &str| readable.iter().filter(|column| column.starts_with(table)).cloned().collect::<Vec<_>>();
    assert_eq!(of("oauth_grant."), ["oauth_grant.account_id"]);
    assert_eq!(of("reader."), ["reader.owners", "reader.role"]);
    assert_eq!(of("sync_state."), ["sync_state.account_id", "sync_state.mailbox_key"]);
    assert!(!readable.contains("contact_link.base_ours") && !readable.contains("contact_folder.cursor"));
    for table in [
        "sealed_record",
        "sealed_version",
        "data_key",
        "canary",
        "api_token",
        "audit_log",
        "oauth_flow",
        "oauth_attempt",
        "password_attempt",
        "request_key",
        "kept_answer",
        "dashboard_user",
        "dashboard_link",
        "dashboard_session",
        "correspondence",
        "correspondence_folder",
        "correspondence_item",
        "reader",
        "migration",
    ] {
        assert_eq!(refusal(&all, &format!("SELECT * FROM {table}")).await, FORBIDDEN, "{table}");
        assert_eq!(refusal(&all, &format!("COPY {table} TO STDOUT")).await, FORBIDDEN, "{table}");
    }
    for column in ["authority", "client_id", "tenant_id", "object_id", "troubles"] {
        assert_eq!(refusal(&all, &format!("SELECT {column} FROM oauth_grant")).await, FORBIDDEN, "{column}");
    }
}

#[tokio::test]
async fn sqlite_has_no_readers_and_says_what_to_do_instead() {
    let dir = tempfile::tempdir().unwrap();
    let store = migrated(&sqlite_url(&dir)).await;
    let refused = store.readers().await.unwrap_err();
    assert!(refused.meaning().next.contains("token new"), "{refused}");
}
