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
    migrator.set_locking(false);
    migrator
}

/// What programs that migrate at once wait for on PostgreSQL.
const LOCK: i64 = i64::from_be_bytes(*b"outlooks");

impl Store {
    /// Runs the migrations that are missing, all or none. Safe when several programs start at once; writes nothing, and
    /// waits for nobody, where none is missing.
    ///
    /// # Errors
    /// `SchemaNewer` when the database has one that this program does not know; `Migration` when one fails.
    pub async fn migrate(&self) -> Result<()> {
        let (pending, database) = (self.pending_migrations().await?, self.place());
        if pending == 0 {
            return Ok(());
        }
        if self.is_new().await? {
            tracing::info!(database, "a new database is set up");
        } else {
            tracing::info!(database, pending, "the schema is brought up to date");
        }
        self.run_migrations().await.map_err(|error| error.at(&database))
    }

    /// The same without a word.
    pub(super) async fn run_migrations(&self) -> Result<()> {
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
                let mut open = pool.begin().await?;
                sqlx::query("SELECT pg_advisory_xact_lock($1)").bind(LOCK).execute(&mut *open).await?;
                // That a table is there already is no news.
                sqlx::query("SET LOCAL client_min_messages = warning").execute(&mut *open).await?;
                common.run_direct(None, &mut *open, false).await?;
                own.run_direct(None, &mut *open, false).await?;
                open.commit().await?;
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

    pub(super) async fn applied(&self, table: &str) -> Result<Vec<i64>> {
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
