//! What goes wrong, and what it means.

use super::*;
use outlook_syncd::error::{Classify, Disposition};
use outlook_syncd::store::StoreError;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};
use std::str::FromStr;

#[tokio::test]
async fn a_word_that_this_program_did_not_write_is_no_crash() {
    let dir = tempfile::tempdir().unwrap();
    let store = migrated(&sqlite_url(&dir)).await;
    let id = add_due(&store, "anna@example.org", at(0)).await;
    let Store::Sqlite(pool) = &store else { unreachable!() };
    sqlx::query("UPDATE browser_session SET state = 'dreaming'").execute(pool).await.unwrap();
    let error = store.state(&id).await.unwrap_err();
    assert!(matches!(error, StoreError::Corrupt(_)), "{error:?}");
}

/// A store whose file may not grow beyond so many pages.
async fn small(dir: &TempDir, pages: &'static str) -> Store {
    migrated(&sqlite_url(dir)).await.close().await;
    let options = SqliteConnectOptions::from_str(&sqlite_url(dir)).unwrap().pragma("max_page_count", pages);
    Store::Sqlite(SqlitePoolOptions::new().max_connections(1).connect_with(options).await.unwrap())
}

#[tokio::test]
async fn a_full_disk_loses_nothing_that_was_written() {
    let dir = tempfile::tempdir().unwrap();
    let store = small(&dir, "80").await;
    let claim = claimed(&store).await;
    store_page(&store, &claim, &page(vec![detailed("m1", "One", at(1))])).await.unwrap();
    let mut big = detailed("m2", "Two", at(2));
    big.sight.body.as_mut().unwrap().content = "x".repeat(1 << 20);
    let error = store_page(&store, &claim, &page(vec![big])).await.unwrap_err();
    assert!(matches!(error, StoreError::Full(_)), "{error:?}");
    assert_eq!(error.meaning().disposition, Disposition::Fatal);
    store.close().await;
    let store = migrated(&sqlite_url(&dir)).await;
    assert_eq!(held_in(&store, &claim.account.id, Role::Inbox).await, 1);
}

/// As it does when a commit finds the disk full.
#[tokio::test]
async fn a_transaction_that_sqlite_ended_by_itself_costs_a_connection_and_no_more() {
    let dir = tempfile::tempdir().unwrap();
    let store = migrated(&sqlite_url(&dir)).await;
    let Store::Sqlite(pool) = &store else { unreachable!() };
    let mut all = Vec::new();
    for _ in 0..pool.options().get_max_connections() {
        all.push(pool.begin().await.unwrap());
    }
    for open in &mut all {
        sqlx::query("ROLLBACK").execute(&mut **open).await.unwrap();
    }
    drop(all);
    add(&store, "anna@example.org").await;
}

/// A store that waits for nobody.
async fn impatient(dir: &TempDir) -> Store {
    let options = SqliteConnectOptions::from_str(&sqlite_url(dir)).unwrap();
    let options = options.busy_timeout(Duration::from_millis(1)).pragma("secure_delete", "ON");
    Store::Sqlite(SqlitePoolOptions::new().connect_with(options).await.unwrap())
}

#[tokio::test]
async fn a_writer_that_does_not_let_go_is_a_busy_database() {
    let dir = tempfile::tempdir().unwrap();
    let holder = migrated(&sqlite_url(&dir)).await;
    let store = impatient(&dir).await;
    let Store::Sqlite(pool) = &holder else { unreachable!() };
    let held = pool.begin_with("BEGIN IMMEDIATE").await.unwrap();
    let error = store.check().await.unwrap_err();
    assert!(matches!(error, StoreError::Busy(_)), "{error:?}");
    assert_eq!(error.meaning().disposition, Disposition::Retry);
    drop(held);
}

const MARK: &str = "violet-walrus";

/// An account was deleted while another program read: the stores of that program and of the one that deleted
/// it.
async fn deleted_beside_a_reader(dir: &TempDir, id: &AccountId) -> (Store, Store) {
    let (reader, store) = (migrated(&sqlite_url(dir)).await, impatient(dir).await);
    let new = NewAccount { id: id.clone(), ..new_account("owner", MARK) };
    reader.add_account(&new, at(0)).await.unwrap();
    let Store::Sqlite(pool) = &reader else { unreachable!() };
    let mut reading = pool.begin().await.unwrap();
    let seen: i64 =
        sqlx::query_scalar("SELECT COUNT(*) FROM account").fetch_one(&mut *reading).await.unwrap();
    assert_eq!(seen, 1);
    let error = store.delete_account(id).await.unwrap_err();
    assert!(matches!(error, StoreError::LogKept), "{error:?}");
    reading.rollback().await.unwrap();
    assert_eq!(store.account(id).await.unwrap(), None, "it is gone all the same");
    assert!(statements::marks(dir, MARK) > 0, "but for the log");
    (reader, store)
}

#[tokio::test]
async fn what_a_reader_kept_in_the_log_goes_with_the_next_account() {
    let (dir, id) = (tempfile::tempdir().unwrap(), AccountId::new(at(0)));
    let (_reader, store) = deleted_beside_a_reader(&dir, &id).await;
    let other = add(&store, "berta@example.org").await;
    store.delete_account(&other).await.unwrap();
    assert_eq!(statements::marks(&dir, MARK), 0);
}

#[tokio::test]
async fn what_a_reader_kept_in_the_log_goes_when_the_last_program_closes_the_database() {
    let (dir, id) = (tempfile::tempdir().unwrap(), AccountId::new(at(0)));
    let (reader, store) = deleted_beside_a_reader(&dir, &id).await;
    store.close().await;
    reader.close().await;
    assert_eq!(statements::marks(&dir, MARK), 0);
}

#[tokio::test]
async fn memory_serves_for_a_try() {
    let store = migrated("sqlite::memory:").await;
    let claim = claimed(&store).await;
    store_page(&store, &claim, &page(vec![detailed("m1", "One", at(1))])).await.unwrap();
    assert_eq!(store.delete_account(&claim.account.id).await.unwrap().messages, 1);
}
