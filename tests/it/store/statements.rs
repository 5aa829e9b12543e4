//! Statements of the tests' own, that both databases read alike, and what lies in the files.

use super::*;
use sqlx::AssertSqlSafe;

pub(crate) async fn count(store: &Store, sql: &str) -> i64 {
    let sql = AssertSqlSafe(sql.to_owned());
    match store {
        Store::Sqlite(pool) => sqlx::query_scalar(sql).fetch_one(pool).await.unwrap(),
        Store::Postgres(pool) => sqlx::query_scalar(sql).fetch_one(pool).await.unwrap(),
    }
}

pub(crate) async fn text(store: &Store, sql: &str) -> Option<String> {
    let sql = AssertSqlSafe(sql.to_owned());
    match store {
        Store::Sqlite(pool) => sqlx::query_scalar(sql).fetch_one(pool).await.unwrap(),
        Store::Postgres(pool) => sqlx::query_scalar(sql).fetch_one(pool).await.unwrap(),
    }
}

pub(crate) async fn run(store: &Store, sql: &str) {
    try_run(store, sql).await.unwrap();
}

pub(super) async fn try_run(store: &Store, sql: &str) -> sqlx::Result<()> {
    let sql = AssertSqlSafe(sql.to_owned());
    match store {
        Store::Sqlite(pool) => sqlx::raw_sql(sql).execute(pool).await.map(drop),
        Store::Postgres(pool) => sqlx::raw_sql(sql).execute(pool).await.map(drop),
    }
}

/// Rows of any table that say in any column whose they are.
pub(super) async fn rows_that_belong_to(store: &Store, account: &AccountId) -> i64 {
    let tables = match store {
        Store::Sqlite(_) => {
            "SELECT group_concat(m.name) FROM sqlite_master m JOIN pragma_table_info(m.name) c
             WHERE m.type = 'table' AND c.name = 'account_id'"
        }
        Store::Postgres(_) => {
            "SELECT string_agg(c.table_name, ',') FROM information_schema.columns c
             JOIN information_schema.tables t USING (table_schema, table_name)
             WHERE c.table_schema = current_schema() AND t.table_type = 'BASE TABLE' AND c.column_name = 'account_id'"
        }
    };
    let tables = text(store, tables).await.unwrap();
    assert!(tables.split(',').count() >= 8, "{tables}");
    let mut rows = 0;
    for table in tables.split(',') {
        rows += count(store, &format!("SELECT COUNT(*) FROM {table} WHERE account_id = '{account}'")).await;
    }
    for table in ["message_body", "recipient", "attachment"] {
        rows += count(
            store,
            &format!("SELECT COUNT(*) FROM {table} WHERE message_id NOT IN (SELECT id FROM message)"),
        )
        .await;
    }
    rows
}

/// What a plan says of a question: the steps of it, in one text.
pub(crate) async fn plan(store: &Store, question: &str) -> String {
    match store {
        Store::Sqlite(pool) => {
            let sql = AssertSqlSafe(format!("EXPLAIN QUERY PLAN {question}"));
            let steps: Vec<(i64, i64, i64, String)> = sqlx::query_as(sql).fetch_all(pool).await.unwrap();
            steps.into_iter().map(|step| step.3).collect::<Vec<_>>().join("\n")
        }
        Store::Postgres(pool) => {
            let sql = AssertSqlSafe(format!("EXPLAIN {question}"));
            let steps: Vec<String> = sqlx::query_scalar(sql).fetch_all(pool).await.unwrap();
            steps.join("\n")
        }
    }
}

pub(super) fn marks(dir: &TempDir, mark: &str) -> usize {
    let files =
        std::fs::read_dir(dir.path()).unwrap().map(|entry| std::fs::read(entry.unwrap().path()).unwrap());
    files.map(|bytes| bytes.windows(mark.len()).filter(|window| *window == mark.as_bytes()).count()).sum()
}
