//! Opening and closing the database.

use super::address::{DatabaseUrl, Link, link};
use super::{Result, Store, StoreError, on, server};
use crate::clock::Clock;
use futures::TryFutureExt as _;
use nix::errno::Errno;
use nix::unistd::{AccessFlags, access};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, Executor as _, SqlitePool};
use std::fs::OpenOptions;
use std::io::{self, ErrorKind};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt};
use std::path::Path;
use std::time::Duration;

/// Connections that are kept at most: accounts are read one after the other, the rest is for the edges.
const CONNECTIONS: u32 = 4;
/// How long a statement waits for another writer, and for a connection.
const PATIENCE: Duration = Duration::from_secs(5);
/// Row level security would hide rows from who does not own the tables: that is to be an error instead. And nothing is
/// looked for in other schemas than the one of the tables, nor in temporary ones first.
const ALONE: &str = "SET row_security = off;
    SELECT pg_catalog.set_config('search_path', pg_catalog.quote_ident(pg_catalog.current_schema()::pg_catalog.text) || ', pg_temp', false)";
/// How long a server may take to let us in and to answer.
const ANSWER: Duration = Duration::from_secs(15);
/// Between two tries to open a file that another program holds for a moment.
const PAUSE: Duration = Duration::from_millis(20);
/// Older ones can damage a file in WAL mode that two connections write to.
const SQLITE_AT_LEAST: [u32; 3] = [3, 51, 3];

impl Store {
    /// Which database it is and where, for people.
    #[must_use]
    pub fn place(&self) -> String {
        let address = match self {
            Self::Sqlite(pool) => DatabaseUrl::File((*pool.connect_options()).clone()),
            Self::Postgres(pool) => DatabaseUrl::Server((*pool.connect_options()).clone()),
        };
        address.to_string()
    }

    /// How the server is known, where it is beyond this machine.
    #[must_use]
    pub fn link(&self) -> Option<Link> {
        match self {
            Self::Sqlite(_) => None,
            Self::Postgres(pool) => link(&pool.connect_options()),
        }
    }

    /// Opens `sqlite:///path/to/file` (made when missing, readable by its owner alone), `sqlite::memory:`, or
    /// `postgres://user@host/database`. Does not migrate.
    ///
    /// # Errors
    /// `Address`; whatever else stands in the way, `At` its place.
    pub async fn connect(url: &str) -> Result<Self> {
        let address = DatabaseUrl::parse(url)?;
        Self::reach(&address).await.map_err(|error| error.at(&address))
    }

    /// The same for a database that was made before.
    ///
    /// # Errors
    /// Those of `connect`; `Absent` when its file has yet to be made, which nothing stands in the way of.
    pub async fn find(url: &str) -> Result<Self> {
        let address = DatabaseUrl::parse(url)?;
        if let DatabaseUrl::File(options) = &address {
            let file = options.get_filename();
            usable(file).map_err(|error| StoreError::from(error).at(&address))?;
            if !file.exists() {
                return Err(StoreError::Absent(file.to_owned()));
            }
        }
        Self::reach(&address).await.map_err(|error| error.at(&address))
    }

    async fn reach(address: &DatabaseUrl) -> Result<Self> {
        match address {
            // Each connection to memory would be a database of its own, gone with the connection.
            DatabaseUrl::Memory(options) => Self::sqlite(options, 1).await,
            DatabaseUrl::File(options) => {
                usable(options.get_filename())?;
                make_private(options.get_filename())?;
                Self::sqlite(options, CONNECTIONS).await
            }
            DatabaseUrl::Server(options) => Self::postgres(options).await,
        }
    }

    /// The rights that others have to the file of SQLite, as `chmod` writes them; `None` where it is for whoever runs this
    /// and their group.
    #[must_use]
    pub fn exposed(&self) -> Option<String> {
        let Self::Sqlite(pool) = self else { return None };
        let mode = std::fs::metadata(pool.connect_options().get_filename()).ok()?.mode() & 0o777;
        (mode & 0o007 != 0).then(|| format!("{mode:04o}"))
    }

    async fn sqlite(options: &SqliteConnectOptions, connections: u32) -> Result<Self> {
        let pool = SqlitePoolOptions::new()
            .max_connections(connections)
            .idle_timeout(None)
            .max_lifetime(None)
            // SQLite ends a transaction by itself when the disk is full. The driver takes it for open all the
            // same, and refuses the connection another one for good.
            .before_acquire(|connection, _| Box::pin(async move { Ok(!connection.is_in_transaction()) }))
            .acquire_timeout(PATIENCE);
        let pool = open_patiently(&pool, &tuned(options.clone())).await?;
        let version: String = sqlx::query_scalar("SELECT sqlite_version()").fetch_one(&pool).await?;
        if !recent(&version) {
            return Err(StoreError::SqliteTooOld(version));
        }
        Ok(Self::Sqlite(pool))
    }

    async fn postgres(options: &PgConnectOptions) -> Result<Self> {
        // The pool would try until its patience ends, and then not say why.
        server::look(options, ANSWER).await?;
        let pool = PgPoolOptions::new()
            .max_connections(CONNECTIONS)
            .acquire_timeout(PATIENCE)
            .after_connect(|open, _| Box::pin(open.execute(ALONE).map_ok(drop)));
        Ok(Self::Postgres(pool.connect_lazy_with(options.clone())))
    }

    /// The same database through connections of its own: however many wait for these, nobody waits for them who has
    /// the others. A database in memory has only one. To be closed apart.
    #[must_use]
    pub fn apart(&self) -> Self {
        match self {
            Self::Sqlite(_) if self.is_in_memory() => self.clone(),
            Self::Sqlite(pool) => {
                Self::Sqlite(pool.options().clone().connect_lazy_with((*pool.connect_options()).clone()))
            }
            Self::Postgres(pool) => {
                Self::Postgres(pool.options().clone().connect_lazy_with((*pool.connect_options()).clone()))
            }
        }
    }

    /// Whether it is a database in memory, to which there is one connection.
    pub(super) fn is_in_memory(&self) -> bool {
        matches!(self, Self::Sqlite(pool) if pool.options().get_max_connections() == 1)
    }

    /// Whether the database answers and lets us write. Changes nothing.
    ///
    /// # Errors
    /// What stands in the way.
    pub async fn check(&self) -> Result<()> {
        self.begin().await?;
        if let Self::Postgres(pool) = self {
            let read_only: String = sqlx::query_scalar("SHOW transaction_read_only").fetch_one(pool).await?;
            if read_only == "on" {
                return Err(StoreError::ReadOnly.at(&self.place()));
            }
        }
        Ok(())
    }

    /// Moves the write-ahead log of SQLite into its file and syncs both; whether nobody stood in the way.
    /// PostgreSQL syncs with each commit and recycles its log by itself.
    pub(super) async fn checkpoint(&self, text: &'static str) -> Result<bool> {
        let Self::Sqlite(pool) = self else { return Ok(true) };
        let (busy, _, _): (bool, i64, i64) = sqlx::query_as(text).fetch_one(pool).await?;
        Ok(!busy)
    }

    /// Has PostgreSQL look at what it holds of contacts, as it does by itself after a minute or so. Until then it takes an
    /// account for one of many, and reads all that this one has for each look-up.
    /// <https://www.postgresql.org/docs/current/planner-stats.html>
    ///
    /// # Errors
    /// Those of the database.
    pub async fn analyze_contacts(&self) -> Result<()> {
        const TEXT: &str = "ANALYZE contact, contact_email, contact_phone, contact_place, contact_link";
        if let Self::Postgres(pool) = self {
            sqlx::query(TEXT).execute(pool).await?;
        }
        Ok(())
    }

    /// Takes erased text out of the write-ahead log too. What is left of it goes with the next call, or when
    /// SQLite removes the log: as the last connection of all programs is closed.
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

/// The first connection to a new file turns its log on. That needs the file alone, and SQLite does not wait
/// for it by itself: of several programs that start at once, one would do so and the others fail.
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

/// Whether we may read and write the file, and its directory: SQLite does not say why it cannot open a file,
/// and takes one that is write-protected for reading alone. The file is not opened: to close it would take
/// SQLite's locks off it.
fn usable(file: &Path) -> io::Result<()> {
    let directory = file.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    access(directory, AccessFlags::W_OK | AccessFlags::X_OK).map_err(|errno| named(directory, errno))?;
    match access(file, AccessFlags::R_OK | AccessFlags::W_OK) {
        Err(errno) if errno != Errno::ENOENT => Err(named(file, errno)),
        _ => Ok(()),
    }
}

fn named(path: &Path, errno: Errno) -> io::Error {
    let why = io::Error::from(errno);
    io::Error::new(why.kind(), format!("{}: {why}", path.display()))
}

/// SQLite gives the files beside it the rights of the file itself.
fn make_private(file: &Path) -> io::Result<()> {
    let made = OpenOptions::new().write(true).create_new(true).mode(0o600).open(file);
    match made {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

fn recent(version: &str) -> bool {
    version.split('.').map(|part| part.parse().unwrap_or(0)).ge(SQLITE_AT_LEAST)
}

#[cfg(test)]
mod tests;
