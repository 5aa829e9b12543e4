//! What can go wrong with the database.

use crate::error::{Classify, Meaning, WhoseTurn};
use std::fmt::Display;
use std::path::PathBuf;

/// What the database, its driver or the operating system said.
type Cause = Box<dyn std::error::Error + Send + Sync>;

/// What went wrong with the database. No variant carries a bound value: no address, no mail.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another writer holds the database, or two transactions got into each other's way.
    #[error("the database is busy")]
    Busy(#[source] Option<sqlx::Error>),
    /// Others use what is to be changed, longer than is waited.
    #[error("it cannot be changed while others use the database: {0}")]
    Held(String),
    /// What was to be destroyed is; somebody kept the write-ahead log of SQLite from being emptied.
    #[error("it is destroyed, but a reader of the database keeps its erased text in the write-ahead log")]
    LogKept,
    /// The server cannot be reached, or the connection broke.
    #[error("no connection to the database")]
    Connection(#[source] Cause),
    /// The server has no TLS, or no certificate that is trusted for its name.
    #[error("no TLS with the server of the database that a certificate for its name vouches for")]
    Tls(#[source] Cause),
    /// The server does not take the user or the password.
    #[error("the server refuses the user or the password: {0}")]
    Login(String),
    /// The server has no database of that name.
    #[error("the server has no such database: {0}")]
    NoDatabase(String),
    /// The user lacks a right on the server.
    #[error("the server does not let the user do what the program has to: {0}")]
    Forbidden(String),
    /// The server takes no writes.
    #[error("the server of the database takes no writes")]
    ReadOnly,
    /// This machine and the server go by different times.
    #[error("the clock of this machine is {seconds} s ahead of the database's")]
    Clock {
        /// Negative where it is behind.
        seconds: i64,
    },
    /// What answers hands the connections of its server on between two statements.
    #[error("the database is reached through a pooler of transactions, such as PgBouncer")]
    Pooled,
    /// No room left.
    #[error("the disk of the database is full")]
    Full(#[source] sqlx::Error),
    /// The file cannot be opened, read or written.
    #[error("the database cannot be opened, read or written")]
    Access(#[source] Cause),
    /// Nobody has made the database yet.
    #[error("there is no database yet at {}", .0.display())]
    Absent(PathBuf),
    /// What is stored is damaged, or is not what we wrote.
    #[error("the database is damaged or holds what this program did not write")]
    Corrupt(#[source] sqlx::Error),
    /// A newer program has changed the schema.
    #[error("the database has schema {found}, this program knows it up to {known}")]
    SchemaNewer {
        /// The newest migration that the database has.
        found: i64,
        /// The newest that the program has.
        known: i64,
    },
    /// An older program made the schema, and to bring it up to date is not this one's task.
    #[error("the database has an older schema; migrations yet to run: {pending}")]
    SchemaOlder {
        /// How many migrations it lacks.
        pending: usize,
    },
    /// A migration failed, or one that was released was changed.
    #[error("the schema of the database could not be brought up to date")]
    Migration(#[source] Box<sqlx::migrate::MigrateError>),
    /// What an upgrade changes has something that others made upon it, such as a view.
    #[error("the schema cannot be brought up to date: {0}")]
    Dependents(String),
    /// The SQLite that is built in has a defect that destroys data.
    #[error("SQLite {0} is older than 3.51.3 and may damage its file")]
    SqliteTooOld(String),
    /// The address of the database cannot be understood.
    #[error("the address of the database {0}")]
    Address(&'static str),
    /// What went wrong while the database was opened or migrated.
    #[error("{place}: {what}")]
    At {
        /// Which database it is and where.
        place: String,
        /// What went wrong.
        #[source]
        what: Box<Self>,
    },
    /// Another holder has the account now, its owner has signed in anew, or it was deleted.
    #[error("the lease of the account was lost")]
    LeaseLost,
    /// The account does not exist, or no longer.
    #[error("no such account")]
    NoSuchAccount,
    /// Another account reads this mailbox already.
    #[error("another account reads this mailbox already")]
    MailboxTaken,
    /// Another account is this person's already.
    #[error("another account is this person's already")]
    PersonTaken,
    /// Where the audit log ends is gone: nothing is added to it.
    #[error("the audit log has lost its end (audit_head): nothing can be written down, so nothing is done")]
    NoAuditHead,
    /// Where the next line of the audit log belongs, there is one that this program has not written.
    #[error("line {0} of the audit log is taken: nothing can be written down, so nothing is done")]
    AuditTaken(i64),
    /// A key was to be stored that an older key of the ring has wrapped than the database goes by.
    #[error("the key ring in use is older than that of the database")]
    RingOutdated,
    /// Another process has changed the key of an account's secrets, or the account, between reading and
    /// writing.
    #[error("the key of the account's secrets was changed meanwhile")]
    KeyChanged,
    /// More than one account goes by that name.
    #[error("{0} accounts go by that name")]
    Ambiguous(usize),
    /// A statement failed in a way that it should not: a defect of ours.
    #[error("the database refused a statement")]
    Unexpected(#[source] sqlx::Error),
}

impl StoreError {
    /// The same, with the place.
    pub(super) fn at(self, place: &impl Display) -> Self {
        Self::At { place: place.to_string(), what: Box::new(self) }
    }
}

impl Classify for StoreError {
    #[expect(clippy::too_many_lines, reason = "one row per variant")]
    fn meaning(&self) -> Meaning {
        use WhoseTurn::{Nobody, Operator, Owner};
        match self {
            Self::At { what, .. } => what.meaning(),
            Self::Busy(_) => Meaning::retry(
                "database_busy",
                Nobody,
                "it is tried again. If it stays, look for another program that holds the database.",
            )
            .machine(),
            Self::Held(_) => Meaning::retry(
                "database_held",
                Operator,
                "it is tried again. If it stays, end these sessions, on the server as a superuser: \
                 `SELECT pg_terminate_backend(pid);`.",
            )
            .machine(),
            Self::Clock { .. } => Meaning::retry(
                "database_clock",
                Operator,
                "set the clocks of this machine and of the database's server (`timedatectl set-ntp true`): who \
                 holds an account is told by time. It is tried again by itself.",
            )
            .machine(),
            Self::Pooled => Meaning::fatal(
                "database_pooled",
                Operator,
                "name the server itself in the address of the database, or have PgBouncer keep a connection for \
                 each of ours: pool_mode = session, ignore_startup_parameters = extra_float_digits.",
            )
            .machine()
            .lasting(),
            Self::LogKept => Meaning::retry(
                "database_log_kept",
                Nobody,
                "there is nothing to do again. The log (the file that ends in -wal) is emptied with the next \
                 account that is disconnected, and goes when the last program closes the database: to be rid \
                 of it now, stop the other readers and restart the service.",
            ),
            Self::Connection(_) => Meaning::retry(
                "database_connection",
                Operator,
                "if it stays, see that the server runs and listens there, and that the address in the \
                 configuration is right.",
            )
            .machine(),
            Self::Tls(_) => Meaning::fatal(
                "database_tls",
                Operator,
                "give the server a certificate for its name (ssl = on in postgresql.conf), and name the file of \
                 the authority in the address of the database: ?sslrootcert=/path/ca.pem. Where nobody else can \
                 be on the way, write less into it in so many words: ?sslmode=require, or ?sslmode=disable.",
            )
            .machine(),
            Self::Login(_) => Meaning::fatal(
                "database_login",
                Operator,
                "correct the user and the password in the address of the database (database.url_file). In \
                 both, characters such as @ / : # % are percent-encoded: %40 %2F %3A %23 %25. Whom the \
                 server lets in from where stands in its pg_hba.conf. Then restart the service.",
            )
            .machine(),
            Self::NoDatabase(_) => Meaning::fatal(
                "database_missing",
                Operator,
                "make it on the server (`CREATE DATABASE name OWNER user`), or correct its name in the \
                 address of the database (database.url_file).",
            )
            .machine(),
            Self::Forbidden(_) => Meaning::fatal(
                "database_permission",
                Operator,
                "let the user own the database (`ALTER DATABASE name OWNER TO user`), or GRANT it what the \
                 message names.",
            )
            .machine(),
            Self::ReadOnly => Meaning::retry(
                "database_read_only",
                Operator,
                "it is tried again. If it stays, the address of the database names a standby, or the server was \
                 set to default_transaction_read_only: name the primary, or make it writable.",
            )
            .machine(),
            Self::Full(_) => Meaning::fatal(
                "database_full",
                Operator,
                "make room on the disk of the database; nothing stored is lost, the next run goes on.",
            )
            .machine(),
            Self::Access(_) => Meaning::fatal(
                "database_access",
                Operator,
                "the directory must exist and, like the file, belong to the user that runs the program; then \
                 look at the disk.",
            )
            .machine(),
            Self::Absent(_) => {
                Meaning::fatal("database_absent", Nobody, "the service makes it when it starts.").machine()
            }
            // A row that cannot be read, or that another row stands in the way of, is one account's.
            Self::Corrupt(_) => Meaning::fatal(
                "database_corrupt",
                Operator,
                "stop the program, keep a copy of the database, and restore the last good backup.",
            ),
            Self::SchemaNewer { .. } => Meaning::fatal(
                "schema_newer",
                Operator,
                "install the newer version of the program again; there is no way back for the schema.",
            )
            .machine()
            .lasting(),
            Self::SchemaOlder { .. } => Meaning::fatal(
                "schema_older",
                Operator,
                "restart the service, which brings it up to date when it starts, or run `outlook-syncd \
                 migrate`.",
            )
            .machine(),
            Self::Migration(_) => Meaning::fatal(
                "migration",
                Operator,
                "keep a copy of the database and read the cause; `outlook-syncd migrate` tries again.",
            )
            .machine()
            .lasting(),
            Self::Dependents(_) => Meaning::fatal(
                "database_dependents",
                Operator,
                "nothing was changed. Keep the definition of what depends on it, drop it, run `outlook-syncd \
                 migrate` and make it again; the views of docs/views.md stay as they are in every upgrade.",
            )
            .machine()
            .lasting(),
            Self::SqliteTooOld(_) => Meaning::fatal(
                "sqlite_too_old",
                Operator,
                "build the program with the SQLite that it bundles.",
            )
            .machine()
            .lasting(),
            Self::Address(_) => Meaning::fatal(
                "database_address",
                Operator,
                "write sqlite:///path/to/file or postgres://user:password@host/database. In user and \
                 password, characters such as @ / : # % are percent-encoded: %40 %2F %3A %23 %25.",
            )
            .machine()
            .lasting(),
            Self::LeaseLost => Meaning::retry(
                "lease_lost",
                Nobody,
                "whoever holds the account goes on; nothing was written twice.",
            ),
            Self::NoSuchAccount => Meaning::retry("no_such_account", Nobody, "the account was disconnected."),
            Self::MailboxTaken => Meaning::blocked("mailbox_taken", Owner, GO_ON_WITH_THE_OTHER),
            Self::PersonTaken => Meaning::blocked("person_taken", Owner, GO_ON_WITH_THE_OTHER),
            Self::NoAuditHead => Meaning::fatal(
                "audit_head_missing",
                Operator,
                "somebody took it away: see who writes to the database beside the service. Then `outlook-syncd audit renew`.",
            ),
            Self::AuditTaken(_) => Meaning::fatal(
                "audit_line_taken",
                Operator,
                "somebody put it in: see who writes to the database beside the service. Then `outlook-syncd audit renew`.",
            ),
            Self::RingOutdated => Meaning::fatal(
                "ring_outdated",
                Operator,
                "the key was rotated; restart the service, so that it gets the new ring.",
            ),
            Self::KeyChanged => {
                Meaning::retry("key_changed", Nobody, "it is tried again; nothing was written.")
            }
            Self::Ambiguous(_) => Meaning::fatal(
                "ambiguous",
                Operator,
                "name the account by its id: `outlook-syncd account list` shows it.",
            )
            .lasting(),
            Self::Unexpected(_) => Meaning::fatal(
                "database_unexpected",
                Operator,
                "report the message and its cause: this is a defect of the program.",
            ),
        }
    }
}

const GO_ON_WITH_THE_OTHER: &str = "disconnect the other account first, or go on with that one.";
