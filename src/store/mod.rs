//! Everything that speaks SQL.

mod error;
mod stubs;
mod types;

pub use error::StoreError;
pub use types::{
    Attempt, Candidate, Claim, Finish, ItemFailure, Known, LedgerItem, MessageQuery, PageCounts, PageWrite,
    Upsert, Wiped,
};

use sqlx::{PgPool, SqlitePool};

/// The database, whichever it is.
#[derive(Debug, Clone)]
pub enum Store {
    /// A file of ours.
    Sqlite(SqlitePool),
    /// A server.
    Postgres(PgPool),
}
