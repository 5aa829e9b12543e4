//! Bringing the schema up to date: the migrations that both databases run, then those that one has alone.

use super::{Result, Store, StoreError, on};
use sqlx::AssertSqlSafe;
use sqlx::migrate::{MigrateError, Migrator};

/// The migrations that both run.
fn common() -> Migrator {
    in_table(sqlx::migrate!("./migrations"), "migration")
}

/// The migrations of one database alone. Their versions are their own, so they have a table of their own.
fn own(store: &Store) -> Migrator {
    match store {
        Store::Sqlite(_) => in_table(sqlx::migrate!("./migrations/sqlite"), "migration_sqlite"),
        Store::Postgres(_) => in_table(sqlx::migrate!("./migrations/postgres"), "migration_postgres"),
    }
}

fn in_table(mut migrator: Migrator, table: &'static str) -> Migrator {
    migrator.dangerous_set_table_name(table);
    migrator
}

impl Store {
    /// Runs the migrations that are missing. Safe when several programs start at once.
    ///
    /// # Errors
    /// `SchemaNewer` when the database has one that this program does not know; `Migration` when one fails.
    pub async fn migrate(&self) -> Result<()> {
        self.pending_migrations().await?;
        let (common, own) = (common(), own(self));
        match self {
            // SQLite has no lock for migrations; the write lock serves.
            Self::Sqlite(pool) => {
                let mut open = pool.begin_with("BEGIN IMMEDIATE").await?;
                common.run_direct(None, &mut *open, false).await?;
                own.run_direct(None, &mut *open, false).await?;
                open.commit().await?;
            }
            Self::Postgres(pool) => {
                common.run(pool).await?;
                own.run(pool).await?;
            }
        }
        Ok(())
    }

    /// How many migrations are still to run. Writes nothing.
    ///
    /// # Errors
    /// `SchemaNewer` when the database has one that this program does not know.
    pub async fn pending_migrations(&self) -> Result<usize> {
        let mut pending = 0;
        for migrator in [common(), own(self)] {
            let applied = self.applied(&migrator.table_name).await?;
            let known = migrator.iter().map(|migration| migration.version).max().unwrap_or_default();
            if let Some(&found) = applied.iter().find(|&&version| version > known) {
                return Err(StoreError::SchemaNewer { found, known });
            }
            pending += migrator.iter().filter(|migration| !applied.contains(&migration.version)).count();
        }
        Ok(pending)
    }

    async fn applied(&self, table: &str) -> Result<Vec<i64>> {
        let text = format!("SELECT version FROM {table} ORDER BY version DESC");
        let versions = on!(self, pool => sqlx::query_scalar(AssertSqlSafe(text)).fetch_all(pool).await);
        match versions {
            Err(sqlx::Error::Database(error)) if is_no_such_table(error.as_ref()) => Ok(Vec::new()),
            versions => Ok(versions?),
        }
    }
}

/// PostgreSQL has a code for it; SQLite has only the text of its general error.
fn is_no_such_table(error: &dyn sqlx::error::DatabaseError) -> bool {
    error.code().as_deref() == Some("42P01") || error.message().starts_with("no such table")
}

impl From<MigrateError> for StoreError {
    fn from(error: MigrateError) -> Self {
        let (MigrateError::Execute(cause) | MigrateError::ExecuteMigration(cause, _)) = error else {
            return Self::Migration(Box::new(error));
        };
        let refusal = Self::from(cause);
        let Self::Unexpected(cause) = refusal else { return refusal };
        Self::Migration(Box::new(MigrateError::Execute(cause)))
    }
}
