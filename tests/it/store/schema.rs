//! The schema, its migrations, the views for other programs, and what a file gives away.

use super::statements::{count, marks, run, text};
use super::*;
use outlook_syncd::store::StoreError;
use sqlx::AssertSqlSafe;
use std::os::unix::fs::PermissionsExt;

async fn each_empty(body: impl AsyncFn(String)) {
    let dir = tempfile::tempdir().unwrap();
    body(sqlite_url(&dir)).await;
    body(postgres_url().await).await;
}

#[tokio::test]
async fn migrations_run_once_and_are_counted_without_writing() {
    each_empty(async |url| {
        let store = Store::connect(&url).await.unwrap();
        let pending = store.pending_migrations().await.unwrap();
        assert!(pending >= 3, "{pending}");
        assert_eq!(store.pending_migrations().await.unwrap(), pending);
        store.migrate().await.unwrap();
        assert_eq!(store.pending_migrations().await.unwrap(), 0);
        store.migrate().await.unwrap();
        store.check().await.unwrap();
        store.close().await;
        assert!(store.check().await.is_err());
        assert_eq!(Store::connect(&url).await.unwrap().pending_migrations().await.unwrap(), 0);
    })
    .await;
}

/// The versions of a directory's migrations.
fn versions(directory: &str) -> Vec<i64> {
    let files = std::fs::read_dir(crate::stage::repository().join(directory)).unwrap();
    let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
    names.filter_map(|name| name.split_once('_')?.0.parse().ok()).collect()
}

#[test]
fn no_version_of_a_migration_stands_twice_from_0008_on() {
    for own in ["migrations/sqlite", "migrations/postgres"] {
        let mut all: Vec<_> = [versions("migrations"), versions(own)].concat();
        assert!(all.len() > 8, "{all:?}");
        all.retain(|version| *version > 7);
        all.sort_unstable();
        assert!(all.windows(2).all(|pair| pair[0] < pair[1]), "{own}: {all:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn programs_that_start_at_once_migrate_once() {
    each_empty(async |url| {
        let starts: Vec<_> = (0..12)
            .map(|_| {
                let url = url.clone();
                tokio::spawn(async move { Store::connect(&url).await.unwrap().migrate().await })
            })
            .collect();
        for start in starts {
            start.await.unwrap().unwrap();
        }
    })
    .await;
}

#[tokio::test]
async fn a_schema_of_a_newer_program_is_refused() {
    on_both(async |store| {
        let own = if matches!(store, Store::Sqlite(_)) { "migration_sqlite" } else { "migration_postgres" };
        for table in ["migration", own] {
            run(
                &store,
                &format!(
                    "INSERT INTO {table} (version, description, installed_on, success, checksum, execution_time)
                     SELECT 9999, description, installed_on, success, checksum, 0 FROM {table} WHERE version = 1"
                ),
            )
            .await;
            for refusal in [store.pending_migrations().await.map(drop), store.migrate().await] {
                assert!(matches!(refusal, Err(StoreError::SchemaNewer { found: 9999, .. })), "{refusal:?}");
            }
            run(&store, &format!("DELETE FROM {table} WHERE version = 9999")).await;
        }
        store.migrate().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn the_views_show_instants_and_recipients_as_text() {
    on_both(async |store| {
        let claim = claimed(&store).await;
        store.set_identity(&claim.account.id, "anna@example.org", None).await.unwrap();
        let mut upsert = detailed("m1", "One", at(0) + TimeDelta::milliseconds(7));
        upsert.sight.recipients.as_mut().unwrap().extend([
            Recipient { kind: RecipientKind::To, address: Address { name: None, address: Some("x@example.org".into()) } },
            Recipient { kind: RecipientKind::To, address: Address { name: Some("List".into()), address: None } },
        ]);
        store_page(&store, &claim, &page(vec![upsert])).await.unwrap();
        for (column, expected) in [
            ("owner", Some("owner")),
            ("mailbox", Some("anna@example.org")),
            ("folder", Some("inbox")),
            ("subject", Some("One")),
            ("from_address", Some("berta@example.org")),
            ("sender_name", Some("Carl")),
            ("to_text", Some("Anna <anna@example.org>, x@example.org, List")),
            ("cc_text", Some("Dora <dora@example.org>")),
            ("bcc_text", None),
            ("received_iso", Some("2026-01-01T00:00:00.007Z")),
            ("sent_iso", Some("2025-12-31T23:59:55.007Z")),
            ("body", Some("<p>One</p>")),
            ("importance", Some("high")),
        ] {
            let seen = text(&store, &format!("SELECT {column} FROM message_v")).await;
            assert_eq!(seen.as_deref(), expected, "{column}");
        }
        let millis = count(&store, "SELECT received_ms FROM message_v").await;
        assert_eq!(millis, at(0).timestamp_millis() + 7);
        for (column, expected) in [
            ("mailbox_key", Some("anna@example.org")),
            ("session", Some("valid")),
            ("next_sync_iso", Some("2026-01-01T00:00:00.000Z")),
            ("last_success_iso", None),
            ("error_code", None),
        ] {
            let seen = text(&store, &format!("SELECT {column} FROM sync_state_v")).await;
            assert_eq!(seen.as_deref(), expected, "{column}");
        }
        let flags = "SELECT COUNT(*) FROM message_v WHERE has_body AND NOT provisional AND NOT is_read AND revision = 1";
        assert_eq!(count(&store, flags).await, 1);
    })
    .await;
}

#[tokio::test]
async fn both_databases_give_their_views_the_same_columns() {
    let mut seen = Vec::new();
    let dir = tempfile::tempdir().unwrap();
    for url in [sqlite_url(&dir), postgres_url().await] {
        let store = migrated(&url).await;
        for view in ["message_v", "sync_state_v", "part_state_v", "folder_v"] {
            let columns = match store {
                Store::Sqlite(_) => format!("SELECT group_concat(name, ' ' ORDER BY cid) FROM pragma_table_info('{view}')"),
                Store::Postgres(_) => format!(
                    "SELECT string_agg(column_name, ' ' ORDER BY ordinal_position) FROM information_schema.columns
                     WHERE table_schema = current_schema() AND table_name = '{view}'"
                ),
            };
            seen.push(text(&store, &columns).await.unwrap());
        }
    }
    assert_eq!(seen[..4], seen[4..]);
    assert!(seen[0].contains("received_iso") && seen[1].contains("next_sync_iso"), "{seen:?}");
}

#[tokio::test]
async fn postgres_keeps_no_statistics_of_personal_text() {
    let store = migrated(&postgres_url().await).await;
    let claim = claimed(&store).await;
    let upserts = (0..50).map(|n| detailed(&format!("m{n}"), &format!("marker-{n}"), at(n))).collect();
    store_page(&store, &claim, &page(upserts)).await.unwrap();
    for n in 0..50 {
        store.record_cycle(&history::report(n, &claim.account.id)).await.unwrap();
    }
    run(&store, "ANALYZE").await;
    let kept = "SELECT COUNT(*) FROM pg_stats WHERE schemaname = current_schema()
                AND (most_common_vals::text LIKE '%marker-%' OR histogram_bounds::text LIKE '%marker-%'
                     OR most_common_vals::text LIKE '%example.org%' OR histogram_bounds::text LIKE '%example.org%')";
    assert_eq!(count(&store, kept).await, 0);
    let any = "SELECT COUNT(*) FROM pg_stats WHERE schemaname = current_schema()";
    assert!(count(&store, any).await > 0, "it was analysed");
}

#[tokio::test]
async fn a_file_is_private_and_its_connections_are_careful() {
    let dir = tempfile::tempdir().unwrap();
    let store = migrated(&sqlite_url(&dir)).await;
    add(&store, "anna@example.org").await;
    for entry in std::fs::read_dir(dir.path()).unwrap() {
        let entry = entry.unwrap();
        assert_eq!(entry.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{:?}", entry.file_name());
    }
    let Store::Sqlite(pool) = &store else { unreachable!() };
    let mut open = Vec::new();
    for _ in 0..4 {
        let mut connection = pool.acquire().await.unwrap();
        for (pragma, expected) in
            [("secure_delete", 1), ("foreign_keys", 1), ("synchronous", 1), ("busy_timeout", 5_000)]
        {
            let sql = AssertSqlSafe(format!("PRAGMA {pragma}"));
            let value: i64 = sqlx::query_scalar(sql).fetch_one(&mut *connection).await.unwrap();
            assert_eq!(value, expected, "{pragma}");
        }
        open.push(connection);
    }
    drop(open);
    assert_eq!(text(&store, "PRAGMA journal_mode").await.as_deref(), Some("wal"));
}

#[tokio::test]
async fn nothing_of_a_deleted_account_is_left_in_the_file_or_its_log() {
    const MARK: &str = "violet-walrus";
    let dir = tempfile::tempdir().unwrap();
    let store = migrated(&sqlite_url(&dir)).await;
    let claim = claimed(&store).await;
    let long = MARK.repeat(800);
    let upserts = (0..60)
        .map(|n| {
            let mut upsert = detailed(&format!("{MARK}-{n}"), MARK, at(n));
            upsert.sight.body.as_mut().unwrap().content.clone_from(&long);
            upsert.sight.recipients = Some(vec![to(MARK)]);
            upsert
        })
        .collect();
    store_page(&store, &claim, &page(upserts)).await.unwrap();
    seal(&store, &claim.account.id, "session", long.as_bytes(), at(0)).await.unwrap();
    store.set_identity(&claim.account.id, MARK, Some(MARK)).await.unwrap();
    assert!(marks(&dir, MARK) > 800, "they were there");
    store.delete_account(&claim.account.id).await.unwrap();
    assert_eq!(marks(&dir, MARK), 0);
}

#[tokio::test]
async fn the_questions_asked_most_are_answered_from_an_index() {
    let dir = tempfile::tempdir().unwrap();
    let store = migrated(&sqlite_url(&dir)).await;
    let Store::Sqlite(pool) = &store else { unreachable!() };
    for (question, index) in [
        (
            "SELECT p.due_at FROM part_state p JOIN sync_state s ON s.account_id = p.account_id
             WHERE p.due_at IS NOT NULL AND (s.lease_holder IS NULL OR s.lease_holder = 'h' OR s.lease_until <= 9
                                              OR (s.lease_until IS NULL AND p.due_at <= 9 - 600000))
             ORDER BY p.due_at, p.account_id LIMIT 1",
            "part_state_due",
        ),
        (
            "SELECT p.account_id FROM part_state p JOIN sync_state f ON f.account_id = p.account_id
             WHERE p.due_at <= 9 AND (f.lease_holder IS NULL OR f.lease_holder = 'h' OR f.lease_until <= 9
                                     OR (f.lease_until IS NULL AND p.due_at <= 9 - 600000))
             ORDER BY p.due_at, p.account_id LIMIT 1",
            "part_state_due",
        ),
        (
            "SELECT COUNT(*) FROM message WHERE folder_id = 'f' AND listed_at > 9",
            "message_list",
        ),
        (
            "SELECT id FROM message m WHERE EXISTS (SELECT 1 FROM folder f WHERE f.id = 'f' AND f.account_id = 'a') AND m.folder_id = 'f' AND (m.listed_at, m.id) < (9, 'x') ORDER BY m.listed_at DESC, m.id DESC LIMIT 5",
            "message_list",
        ),
        (
            "SELECT id FROM message m WHERE EXISTS (SELECT 1 FROM folder f WHERE f.id = m.folder_id AND 'inbox' IN (f.role, f.name, f.path)) ORDER BY m.listed_at DESC, m.id DESC LIMIT 5",
            "message_time",
        ),
        ("SELECT id FROM message m ORDER BY m.listed_at DESC, m.id DESC LIMIT 5", "message_time"),
        (
            "SELECT listed_at FROM message WHERE folder_id = 'f' AND received_at IS NOT NULL ORDER BY listed_at, id LIMIT 1",
            "message_list",
        ),
        (
            "SELECT item_id FROM ledger WHERE account_id = 'a' AND due_at < 9 ORDER BY due_at, item_id LIMIT 5",
            "ledger_due",
        ),
        (
            "WITH seen (conversation_id, after, until) AS (VALUES ('x', 1, 9), ('y', 2, 8)) SELECT m.id FROM seen CROSS JOIN message m
             WHERE m.account_id = 'a' AND m.folder_id = 'f' AND m.conversation_id = seen.conversation_id
             AND m.listed_at > seen.after AND m.listed_at < seen.until",
            "message_conversation (account_id=? AND folder_id=? AND conversation_id=? AND listed_at>? AND listed_at<?)",
        ),
        (
            "SELECT id FROM message m WHERE m.folder_id = 'f' AND COALESCE(m.received_precision, '') <> 'second'
             AND m.conversation_id || '' IN ('x', 'y', 'z')",
            "message_inexact",
        ),
        (
            "SELECT id FROM message m WHERE m.account_id = 'a' AND m.folder_id = 'f' AND m.conversation_id = 'x'
             ORDER BY m.listed_at DESC LIMIT 5",
            "message_conversation",
        ),
        (
            "SELECT id FROM message m WHERE m.account_id = 'a' AND NOT m.has_detail AND NOT m.provisional
             AND m.missing_at IS NULL AND m.gone_at IS NULL ORDER BY m.listed_at DESC, m.id DESC LIMIT 5",
            "message_without_detail",
        ),
        (
            "SELECT COUNT(*) FROM message m WHERE m.account_id = 'a' AND NOT m.has_detail AND NOT m.provisional
             AND m.missing_at IS NULL AND m.gone_at IS NULL",
            "message_without_detail",
        ),
        ("SELECT COUNT(*) FROM message WHERE account_id = 'a' AND missing_at < 9", "message_missing"),
    ] {
        let sql = AssertSqlSafe(format!("EXPLAIN QUERY PLAN {question}"));
        let plan: Vec<(i64, i64, i64, String)> = sqlx::query_as(sql).fetch_all(pool).await.unwrap();
        let plan: Vec<String> = plan.into_iter().map(|step| step.3).collect();
        assert!(plan.iter().any(|step| step.contains(index)), "{question}: {plan:?}");
        assert!(!plan.iter().any(|step| step.contains("B-TREE FOR ORDER BY")), "{question}: {plan:?}");
    }
}
