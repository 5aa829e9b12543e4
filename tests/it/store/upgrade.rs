//! The schema of a database: new, left behind by an older program, or this version's.

use super::statements::{count, run, text, try_run};
use super::*;
use crate::stage::repository;
use outlook_syncd::error::Classify;
use outlook_syncd::model::Reach;
use outlook_syncd::store::{Schema, StoreError};
use outlook_syncd::sync::Failure;
use sqlx::migrate::{Migration, Migrator};
use std::collections::BTreeMap;

/// An account with its state and a message, in the words of that schema.
const ROWS: &str = r#"
INSERT INTO account (id, owner, login, address, road, sync_enabled, created_at, culture)
VALUES ('0198d5f2-0000-7000-8000-000000000001', 'owner', 'anna', 'anna@example.org', 'owa', TRUE, 1, 'de-DE');
INSERT INTO sync_state (account_id, mailbox_key, session, next_sync_at)
SELECT id, address, 'valid', 1767225600000 FROM account;
INSERT INTO message (id, account_id, folder, listed_at, subject, recipients_truncated, received_at, received_precision,
                     is_draft, tier, provisional, has_detail, first_seen_at, changed_at, revision)
SELECT '0198d5f2-0000-7000-8000-000000000002', id, 'inbox', 1767225600007, 'One', FALSE, 1767225600007, 'second',
       FALSE, 'service', FALSE, TRUE, 1, 2, 1 FROM account;
INSERT INTO folder_state (account_id, folder, coverage) SELECT id, 'inbox', '[]' FROM account;
INSERT INTO message_key (account_id, family, item_id, message_id) SELECT account_id, 'entry', 'm1', id FROM message;
INSERT INTO message_body (message_id, kind, content, truncated) SELECT id, 'html', '<p>One</p>', FALSE FROM message;
INSERT INTO recipient (message_id, position, kind, name, address) SELECT id, 2, 'to', 'Zoe', NULL FROM message;
INSERT INTO recipient (message_id, position, kind, name, address) SELECT id, 1, 'to', 'Anna', 'a@example.org' FROM message;
INSERT INTO cycle (id, finished_at, report) VALUES ('b', 1, '{}');
INSERT INTO cycle (id, finished_at, report)
VALUES ('c', 2, '{"id": "c", "accounts": [{"account_id": "gone", "name": "berta@example.org"},
        {"account_id": "0198d5f2-0000-7000-8000-000000000001", "name": "anna@example.org"}]}');
INSERT INTO audit_log (id, at, actor, action) VALUES ('a', 1, 'command line', 'token_new');
"#;

/// A database that was left with the migrations up to this one.
pub(crate) async fn left_at(version: i64, url: &str) -> Store {
    left_with(|migration| migration.version <= version, url).await
}

/// A database that was left with these migrations.
async fn left_with(is_in: impl Fn(&Migration) -> bool, url: &str) -> Store {
    let store = Store::connect(url).await.unwrap();
    let own = match store {
        Store::Sqlite(_) => ("migrations/sqlite", "migration_sqlite"),
        Store::Postgres(_) => ("migrations/postgres", "migration_postgres"),
    };
    let of = async |directory: &str| Migrator::new(repository().join(directory)).await.unwrap();
    let (common, own_ones) = (of("migrations").await, of(own.0).await);
    // Counted apart up to 0007, from there on in the order of all.
    let apart = |migration: &&Migration| migration.version <= 7;
    let later = own_ones.iter().filter(|migration| !apart(migration));
    let stages = [
        ("migration", common.iter().filter(apart).cloned().collect::<Vec<_>>()),
        (own.1, own_ones.iter().filter(apart).cloned().collect()),
        ("migration", common.iter().chain(later).cloned().collect()),
    ];
    for (table, migrations) in stages {
        let mut migrator = Migrator::with_migrations(migrations.into_iter().filter(&is_in).collect());
        migrator.dangerous_set_table_name(table);
        migrator.set_ignore_missing(true);
        match &store {
            Store::Sqlite(pool) => migrator.run(pool).await.unwrap(),
            Store::Postgres(pool) => migrator.run(pool).await.unwrap(),
        }
    }
    store
}

/// The same with rows in it, of the schema of 0005.
async fn old(url: &str) -> Store {
    let store = left_at(5, url).await;
    run(&store, ROWS).await;
    store
}

/// How many rows each table has, but for those that tell which migrations were run.
async fn rows(store: &Store) -> BTreeMap<String, i64> {
    let tables = match store {
        Store::Sqlite(_) => {
            "SELECT group_concat(name) FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'migration%'"
        }
        Store::Postgres(_) => {
            "SELECT string_agg(tablename, ',') FROM pg_tables
             WHERE schemaname = current_schema() AND tablename NOT LIKE 'migration%'"
        }
    };
    let mut rows = BTreeMap::new();
    for table in text(store, tables).await.unwrap().split(',') {
        rows.insert(table.to_owned(), count(store, &format!("SELECT COUNT(*) FROM {table}")).await);
    }
    rows
}

/// 0140 was made when some databases had 0150 to 0154.
#[tokio::test]
async fn a_database_that_lacks_a_migration_of_before_its_last_one_is_brought_up_to_date() {
    let dir = tempfile::tempdir().unwrap();
    for url in [sqlite_url(&dir), postgres_url().await] {
        let is_in = |migration: &Migration| migration.version <= 154 && migration.version / 10 != 14;
        let store = left_with(is_in, &url).await;
        store.migrate().await.unwrap();
        assert_eq!(store.pending_migrations().await.unwrap(), 0);
        for table in ["contact_photo_edit", "contact_write_photo", "sealed_version"] {
            assert_eq!(count(&store, &format!("SELECT COUNT(*) FROM {table}")).await, 0, "{table}");
        }
        store.close().await;
    }
}

#[tokio::test]
async fn an_older_database_is_brought_up_to_date_with_all_that_it_holds() {
    let dir = tempfile::tempdir().unwrap();
    for url in [sqlite_url(&dir), postgres_url().await] {
        let store = old(&url).await;
        let mut before = rows(&store).await;
        // In its place there is `folder`.
        before.remove("folder_state");
        assert!(before["message"] == 1 && before["recipient"] == 2, "{before:?}");
        store.migrate().await.unwrap();
        assert_eq!(store.pending_migrations().await.unwrap(), 0);
        let after = rows(&store).await;
        assert!(before.iter().all(|(table, rows)| after.get(table) == Some(rows)), "{before:?}: {after:?}");
        let account = store.find_account(&Reach::Everyone, "anna@example.org").await.unwrap().unwrap();
        assert_eq!(held_in(&store, &account.id, Role::Inbox).await, 1);
        let key = ItemKey { space: KeySpace::new("owa"), id: "m1".into() };
        assert!(store.known(&account.id, std::slice::from_ref(&key)).await.unwrap().contains_key(&key));
        for (column, expected) in [
            ("to_text", Some("Anna <a@example.org>, Zoe")),
            ("cc_text", None),
            ("body", Some("<p>One</p>")),
            ("received_iso", Some("2026-01-01T00:00:00.007Z")),
            ("gone_iso", None),
        ] {
            let seen = text(&store, &format!("SELECT {column} FROM message_v")).await;
            assert_eq!(seen.as_deref(), expected, "{column}");
        }
        let told = store.last_cycle().await.unwrap().unwrap();
        let outcome = serde_json::json!({"account_id": account.id, "name": "anna@example.org"});
        assert_eq!(
            told,
            serde_json::json!({"id": "c", "accounts": [outcome]}),
            "without the account that is gone"
        );
        assert!(store.claim("test", at(0), at(0), LEASE).await.unwrap().is_some(), "work goes on");
    }
}

#[tokio::test]
async fn a_failure_that_an_older_program_kept_still_says_whose_turn_it_is() {
    const FAILED: &str = "UPDATE sync_state SET failures = 1, error_disposition = 'retry', error_code = 'x',
        error_message = 'x', error_at = 1, error_hint = ";
    let dir = tempfile::tempdir().unwrap();
    for (hint, whose_turn) in [
        ("The owner's turn: connect again.", "owner"),
        ("Outlook has ended the session. Owner: connect the account again.", "owner"),
        ("IT's turn: allow it.", "it"),
        ("The account is disabled. IT: enable it, or disconnect it here.", "it"),
        ("Elsewhere. IT or operator: use another road for this account.", "it"),
        ("The operator's turn: make room.", "operator"),
        ("The kernel refuses it. Operator: allow it.", "operator"),
        ("Nobody's turn: it is tried again.", "nobody"),
        ("Outlook's service failed. Nobody: it is tried again.", "nobody"),
        ("Nobody has to act: it is tried again by itself. Operator, if it stays so: look.", "nobody"),
        ("Nobody has this sign-in name. Owner: connect the account with the right one.", "owner"),
    ] {
        let _ = std::fs::remove_file(dir.path().join("store.db"));
        for url in [sqlite_url(&dir), postgres_url().await] {
            let store = old(&url).await;
            run(&store, &format!("{FAILED}'{}'", hint.replace('\'', "''"))).await;
            store.migrate().await.unwrap();
            let account = store.find_account(&Reach::Everyone, "anna@example.org").await.unwrap().unwrap();
            let error = mail(&store, &account.id).await.last_error.unwrap();
            assert_eq!((error.hint.as_str(), error.whose_turn.as_str()), (hint, whose_turn));
            let seen = text(&store, "SELECT error_whose_turn FROM sync_state_v").await;
            assert_eq!(seen.as_deref(), Some(whose_turn));
            store.close().await;
        }
    }
}

/// What somebody has made over our views, and a trigger that lets them write through it.
const OF_OTHERS: &str = "
CREATE VIEW my_state AS SELECT login, failures FROM sync_state_v;
CREATE VIEW \"my \"\"mail\"\"\" AS SELECT subject, login FROM message_v JOIN my_state ON TRUE;
";
const TRIGGER: &str = "
CREATE TABLE noted (login TEXT);
CREATE TRIGGER my_note INSTEAD OF INSERT ON my_state BEGIN INSERT INTO noted VALUES (new.login); END;
";

#[tokio::test]
async fn a_view_that_somebody_made_over_ours_outlives_an_upgrade() {
    let dir = tempfile::tempdir().unwrap();
    for url in [sqlite_url(&dir), postgres_url().await] {
        let store = old(&url).await;
        run(&store, OF_OTHERS).await;
        if let Store::Sqlite(_) = store {
            run(&store, TRIGGER).await;
        }
        store.migrate().await.unwrap();
        let seen = text(&store, "SELECT subject || ' ' || login FROM \"my \"\"mail\"\"\"").await;
        assert_eq!(seen.as_deref(), Some("One anna"));
        if let Store::Sqlite(_) = store {
            run(&store, "INSERT INTO my_state (login) VALUES ('x')").await;
            assert_eq!(count(&store, "SELECT COUNT(*) FROM noted").await, 1);
        }
    }
}

#[tokio::test]
async fn a_view_over_a_column_that_an_upgrade_drops_is_named_and_nothing_is_changed() {
    let store = old(&postgres_url().await).await;
    run(&store, "CREATE VIEW my_v AS SELECT next_sync_at FROM sync_state").await;
    let pending = store.pending_migrations().await.unwrap();
    let error = Failure::from(store.migrate().await.unwrap_err());
    assert_eq!(error.meaning.code, "database_dependents", "{error:?}");
    assert!(error.message.contains("my_v") && error.meaning.next.contains("migrate"), "{error:?}");
    assert_eq!(store.pending_migrations().await.unwrap(), pending);
    assert_eq!(count(&store, "SELECT COUNT(*) FROM my_v").await, 1);
}

/// A role of PostgreSQL that reaches the schema, and the schema.
pub(super) async fn with_role(store: &Store) -> (String, String) {
    let role = format!("role_{}", Uuid::new_v4().simple());
    let schema = text(store, "SELECT current_schema()::text").await.unwrap();
    run(store, &format!("CREATE ROLE {role} LOGIN; GRANT USAGE ON SCHEMA {schema} TO {role}")).await;
    (role, schema)
}

/// Roles are the whole server's.
pub(super) async fn drop_role(store: &Store, role: &str) {
    run(store, &format!("DROP OWNED BY {role}; DROP ROLE {role}")).await;
}

#[tokio::test]
async fn who_was_granted_the_views_still_reads_them_after_an_upgrade() {
    let store = old(&postgres_url().await).await;
    let (reader, _) = with_role(&store).await;
    run(&store, &format!("GRANT SELECT ON message_v, sync_state_v TO {reader}")).await;
    store.migrate().await.unwrap();
    let as_reader = async |sql: &str| {
        try_run(&store, &format!("SET LOCAL ROLE {reader}; SET LOCAL row_security = on; {sql}")).await
    };
    as_reader("SELECT * FROM message_v").await.unwrap();
    as_reader("SELECT * FROM sync_state_v").await.unwrap();
    assert!(as_reader("SELECT * FROM account").await.is_err(), "nothing else was granted");
    drop_role(&store, &reader).await;
}

/// Tables and views.
async fn relations(store: &Store) -> i64 {
    let all = match store {
        Store::Sqlite(_) => "SELECT COUNT(*) FROM sqlite_schema",
        Store::Postgres(_) => {
            "SELECT COUNT(*) FROM pg_class WHERE relnamespace = current_schema()::regnamespace"
        }
    };
    count(store, all).await
}

#[tokio::test]
async fn a_database_that_nobody_has_set_up_reads_as_an_empty_one_and_stays_as_it_is() {
    let dir = tempfile::tempdir().unwrap();
    for url in [sqlite_url(&dir), postgres_url().await] {
        let store = Store::open(&url, Schema::Keep).await.unwrap();
        assert_eq!(store.accounts(&Reach::Everyone).await.unwrap(), []);
        assert!(!dir.path().join("store.db").exists());
    }
    for url in [sqlite_url(&dir), postgres_url().await] {
        let store = Store::connect(&url).await.unwrap();
        assert_eq!(Store::open(&url, Schema::Keep).await.unwrap().api_tokens().await.unwrap(), []);
        assert_eq!(relations(&store).await, 0, "an empty file, or a server's database");
        let set_up = Store::open(&url, Schema::Make).await.unwrap();
        assert_eq!(set_up.pending_migrations().await.unwrap(), 0);
        add(&set_up, "anna@example.org").await;
        for schema in [Schema::Keep, Schema::Make, Schema::Update] {
            assert_eq!(
                Store::open(&url, schema).await.unwrap().accounts(&Reach::Everyone).await.unwrap().len(),
                1
            );
        }
    }
}

#[tokio::test]
async fn an_older_schema_is_brought_up_to_date_by_the_service_alone() {
    let dir = tempfile::tempdir().unwrap();
    for url in [sqlite_url(&dir), postgres_url().await] {
        let store = left_at(4, &url).await;
        let (before, pending) = (relations(&store).await, store.pending_migrations().await.unwrap());
        for schema in [Schema::Keep, Schema::Make] {
            let refusal = Store::open(&url, schema).await.unwrap_err();
            assert!(
                matches!(refusal, StoreError::SchemaOlder { pending: all } if all == pending),
                "{refusal}"
            );
            assert!(
                refusal.meaning().hint().contains("`outlook-syncd migrate`"),
                "{}",
                refusal.meaning().hint()
            );
        }
        assert_eq!(relations(&store).await, before);
        let updated = Store::open(&url, Schema::Update).await.unwrap();
        assert_eq!(updated.pending_migrations().await.unwrap(), 0);
    }
}

#[tokio::test]
async fn who_has_nothing_to_migrate_waits_for_nobody() {
    let dir = tempfile::tempdir().unwrap();
    let store = migrated(&sqlite_url(&dir)).await;
    let Store::Sqlite(pool) = &store else { unreachable!() };
    let _writer = pool.begin_with("BEGIN IMMEDIATE").await.unwrap();
    store.migrate().await.unwrap();
    // Who may not make tables may not even ask whether they are there already.
    let url = postgres_url().await;
    let store = migrated(&url).await;
    let (role, schema) = with_role(&store).await;
    let rights = format!("GRANT ALL ON ALL TABLES IN SCHEMA {schema} TO {role}");
    run(&store, &rights).await;
    let theirs = Store::connect(&format!("{url}&options[role]={role}")).await.unwrap();
    theirs.migrate().await.unwrap();
    theirs.check().await.unwrap();
    theirs.close().await;
    drop_role(&store, &role).await;
}

/// A migration that fails at its end leaves nothing of the others behind.
#[tokio::test]
async fn migrations_run_all_or_none() {
    let dir = tempfile::tempdir().unwrap();
    for url in [sqlite_url(&dir), postgres_url().await] {
        let store = Store::connect(&url).await.unwrap();
        // In the way of the last table of all.
        run(&store, "CREATE VIEW audit_log AS SELECT 1 AS one").await;
        let error = store.migrate().await.unwrap_err();
        assert_eq!(error.meaning().code, "migration", "{error}");
        assert!(store.is_new().await.unwrap());
        run(&store, "DROP VIEW audit_log").await;
        assert_eq!(relations(&store).await, 0);
        store.migrate().await.unwrap();
    }
}
