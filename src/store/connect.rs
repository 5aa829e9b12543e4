//! Opening and closing the database.

use super::{Result, Store, StoreError, on};
use crate::clock::Clock;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, SqlitePool};
use std::fs::OpenOptions;
use std::io::ErrorKind;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

/// Connections that are kept at most: accounts are read one after the other, the rest is for the edges.
const CONNECTIONS: u32 = 4;
/// How long a statement waits for another writer, and for a connection.
const PATIENCE: Duration = Duration::from_secs(5);
/// Between two tries to open a file that another program holds for a moment.
const PAUSE: Duration = Duration::from_millis(20);
/// Older ones can damage a file in WAL mode that two connections write to.
const SQLITE_AT_LEAST: [u32; 3] = [3, 51, 3];

impl Store {
    /// Which database it is, for people.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "SQLite",
            Self::Postgres(_) => "PostgreSQL",
        }
    }

    /// Whether an address of a database can be understood. Opens nothing.
    ///
    /// # Errors
    /// `Address` when it cannot.
    pub fn check_address(url: &str) -> Result<()> {
        let understood = match url.split(':').next() {
            Some("sqlite") => SqliteConnectOptions::from_str(url).is_ok(),
            Some("postgres" | "postgresql") => PgConnectOptions::from_str(url).is_ok(),
            _ => false,
        };
        if understood { Ok(()) } else { Err(StoreError::Address) }
    }

    /// Opens `sqlite:///path/to/file` (made when missing, readable by its owner alone), `sqlite::memory:`, or
    /// `postgres://user@host/database`. Does not migrate.
    ///
    /// # Errors
    /// `Address`, `Access`, `Connection`; `SqliteTooOld`.
    pub async fn connect(url: &str) -> Result<Self> {
        match url.split(':').next() {
            Some("sqlite") => Self::sqlite(url).await,
            Some("postgres" | "postgresql") => Self::postgres(url).await,
            _ => Err(StoreError::Address),
        }
    }

    async fn sqlite(url: &str) -> Result<Self> {
        let options = SqliteConnectOptions::from_str(url).map_err(|_| StoreError::Address)?;
        let memory = url.contains(":memory:") || url.contains("mode=memory");
        if !memory {
            make_private(options.get_filename())?;
        }
        let pool = SqlitePoolOptions::new()
            // Each connection to memory would be a database of its own, gone with the connection.
            .max_connections(if memory { 1 } else { CONNECTIONS })
            .idle_timeout(None)
            .max_lifetime(None)
            .acquire_timeout(PATIENCE);
        let pool = open_patiently(&pool, &tuned(options)).await?;
        let version: String = sqlx::query_scalar("SELECT sqlite_version()").fetch_one(&pool).await?;
        if !recent(&version) {
            return Err(StoreError::SqliteTooOld(version));
        }
        Ok(Self::Sqlite(pool))
    }

    async fn postgres(url: &str) -> Result<Self> {
        let options = PgConnectOptions::from_str(url).map_err(|_| StoreError::Address)?;
        let options = options.application_name("outlook-syncd").disable_statement_logging();
        // The pool would try until its patience ends, and then not say why.
        options.connect().await?.close().await?;
        let pool = PgPoolOptions::new().max_connections(CONNECTIONS).acquire_timeout(PATIENCE);
        Ok(Self::Postgres(pool.connect_lazy_with(options)))
    }

    /// Whether the database answers and lets us write. Changes nothing.
    ///
    /// # Errors
    /// What stands in the way.
    pub async fn check(&self) -> Result<()> {
        self.begin().await.map(drop)
    }

    /// Moves the write-ahead log of SQLite into its file and syncs both; whether nobody stood in the way. PostgreSQL
    /// syncs with each commit and recycles its log by itself.
    pub(super) async fn checkpoint(&self, text: &'static str) -> Result<bool> {
        let Self::Sqlite(pool) = self else { return Ok(true) };
        let (busy, _, _): (bool, i64, i64) = sqlx::query_as(text).fetch_one(pool).await?;
        Ok(!busy)
    }

    /// Takes erased text out of the write-ahead log too. What is left of it goes with the next call, or when SQLite removes
    /// the log: as the last connection of all programs is closed.
    ///
    /// # Errors
    /// `LogKept` when somebody stands in the way.
    pub(super) async fn empty_log(&self) -> Result<()> {
        let emptied = self.checkpoint("PRAGMA wal_checkpoint(TRUNCATE)").await?;
        if emptied { Ok(()) } else { Err(StoreError::LogKept) }
    }

    /// Waits for what is running and closes all connections.
    pub async fn close(&self) {
        on!(self, pool => pool.close().await);
    }
}

/// What every connection to a file is set to. Deleted text is overwritten, and nothing is written elsewhere.
fn tuned(options: SqliteConnectOptions) -> SqliteConnectOptions {
    options
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Normal)
        .busy_timeout(PATIENCE)
        .foreign_keys(true)
        .pragma("secure_delete", "ON")
        .pragma("mmap_size", "0")
        .pragma("temp_store", "MEMORY")
        .disable_statement_logging()
}

/// The first connection to a new file turns its log on. That needs the file alone, and SQLite does not wait for it by
/// itself: of several programs that start at once, one would do so and the others fail.
async fn open_patiently(pool: &SqlitePoolOptions, options: &SqliteConnectOptions) -> Result<SqlitePool> {
    let work = async {
        loop {
            match pool.clone().connect_with(options.clone()).await.map_err(StoreError::from) {
                Err(StoreError::Busy(_)) => Clock::System.sleep(PAUSE).await,
                opened => return opened,
            }
        }
    };
    Clock::limit(PATIENCE, work).await.unwrap_or(Err(StoreError::Busy(None)))
}

/// SQLite gives the files beside it the rights of the file itself.
fn make_private(file: &Path) -> Result<()> {
    let made = OpenOptions::new().write(true).create_new(true).mode(0o600).open(file);
    match made {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(StoreError::Access(error.into())),
        _ => Ok(()),
    }
}

fn recent(version: &str) -> bool {
    version.split('.').map(|part| part.parse().unwrap_or(0)).ge(SQLITE_AT_LEAST)
}

#[cfg(test)]
mod tests {
    use super::recent;

    #[test]
    fn versions_compare_by_number() {
        for (version, good) in [
            ("3.51.3", true),
            ("3.52.0", true),
            ("3.100.1", true),
            ("4.0", true),
            ("3.51.2", false),
            ("3.9.9", false),
        ] {
            assert_eq!(recent(version), good, "{version}");
        }
    }
}
