//! Bringing the schema up to date.
//!
//! Both databases run the migrations of `migrations/`, and each those of its own directory. From 0008 on a
//! version is unique over the three, and they run in its order; before, each directory counted for itself.

use super::readers::{self, OurNames};
use super::{Result, Store, StoreError, foreign, held, on};
use sqlx::migrate::{MigrateError, Migration, Migrator};
use sqlx::{AssertSqlSafe, PgConnection};
use std::time::Duration;

/// The last version of the own directories that was counted apart. These run after the common ones of their
/// time.
const APART: i64 = 7;
/// Where it is kept which versions were run.
const TABLE: &str = "migration";

/// What is to be run, in this order; two of them share a table.
fn stages(store: &Store) -> [Migrator; 3] {
    let (own, table) = match store {
        Store::Sqlite(_) => (sqlx::migrate!("./migrations/sqlite"), "migration_sqlite"),
        Store::Postgres(_) => (sqlx::migrate!("./migrations/postgres"), "migration_postgres"),
    };
    let common = sqlx::migrate!("./migrations");
    let (apart, ordered): (Vec<_>, Vec<_>) = own.iter().cloned().partition(|own| own.version <= APART);
    let of_their_time = common.iter().filter(|common| common.version <= APART).cloned().collect();
    let all = common.iter().cloned().chain(ordered).collect();
    [migrator(TABLE, of_their_time), migrator(table, apart), migrator(TABLE, all)]
}

fn migrator(table: &'static str, migrations: Vec<Migration>) -> Migrator {
    let mut migrator = Migrator::with_migrations(migrations);
    migrator.dangerous_set_table_name(table);
    migrator.set_locking(false);
    // What its table holds of a later stage; what no stage knows was looked for before.
    migrator.set_ignore_missing(true);
    migrator
}

/// The names of what any migration makes.
fn named(stages: &[Migrator], beginning: &str) -> Vec<String> {
    let made = |migration: &Migration| {
        let name = |rest: &str| rest.split([' ', '(']).next().map(str::to_owned);
        migration.sql.as_str().split(beginning).skip(1).filter_map(name).collect::<Vec<_>>()
    };
    stages.iter().flat_map(|stage| stage.iter()).flat_map(made).collect()
}

fn views(stages: &[Migrator]) -> Vec<String> {
    named(stages, "CREATE VIEW ")
}

/// What the migrations make, by name.
pub(super) fn made(store: &Store) -> OurNames {
    made_by(&stages(store))
}

fn made_by(stages: &[Migrator]) -> OurNames {
    OurNames { tables: named(stages, "CREATE TABLE "), views: views(stages) }
}

/// What programs that migrate at once wait for on PostgreSQL: the table of what was run, which nobody else may
/// lock. Where there is none yet a number stands for it, which whoever may connect can keep from us for as long as
/// we wait for it.
const LOCK_TABLE: &str = "LOCK TABLE migration IN SHARE ROW EXCLUSIVE MODE";
const LOCK_NUMBER: &str =
    "SELECT pg_advisory_xact_lock(hashtext('outlook_syncd'), hashtext(current_schema()::text))";
const NUMBER: Duration = Duration::from_secs(30);

impl Store {
    /// Runs the migrations that are missing, all or none. Safe when several programs start at once; writes
    /// nothing, and waits for nobody, where none is missing.
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
        let stages = stages(self);
        match self {
            // SQLite has no lock for migrations; the write lock serves.
            Self::Sqlite(pool) => {
                let mut open = pool.begin_with("BEGIN IMMEDIATE").await?;
                let set_aside =
                    foreign::set_aside(&mut open, &views(&stages)).await.map_err(MigrateError::Execute)?;
                for stage in &stages {
                    stage.run_direct(None, &mut *open, false).await?;
                }
                foreign::put_back(&mut open, set_aside).await.map_err(MigrateError::Execute)?;
                open.commit().await?;
            }
            Self::Postgres(pool) => {
                let mut open = pool.begin().await?;
                let process = held::wait_at_most(&mut open, NUMBER).await?;
                held::watched(pool, process, run_on_server(&mut open, &stages)).await?;
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
        let [_, apart, all] = stages(self);
        for migrator in [apart, all] {
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

async fn run_on_server(open: &mut PgConnection, stages: &[Migrator]) -> Result<()> {
    let is_new: bool =
        sqlx::query_scalar("SELECT to_regclass('migration') IS NULL").fetch_one(&mut *open).await?;
    if is_new {
        sqlx::query(LOCK_NUMBER).execute(&mut *open).await?;
    } else {
        held::wait_at_most(open, Duration::ZERO).await?;
        sqlx::query(LOCK_TABLE).execute(&mut *open).await?;
    }
    held::wait_at_most(open, held::LOCKS).await?;
    // That a table is there already is no news.
    sqlx::query("SET LOCAL client_min_messages = warning").execute(&mut *open).await?;
    for stage in stages {
        stage.run_direct(None, &mut *open, false).await?;
    }
    Ok(readers::build(open, &made_by(stages)).await?)
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
