//! What can go wrong with the database.

mod meaning;

use crate::model::AccountId;
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
    /// The file of the authority that vouches for the server cannot be read.
    #[error("the certificate of the authority (sslrootcert) cannot be read at {}: {source}", path.display())]
    Authority {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
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
    /// Only Graph calls an account so.
    #[error("only Microsoft Graph calls account {0} so, and there an address may be made up")]
    Unproven(AccountId),
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
