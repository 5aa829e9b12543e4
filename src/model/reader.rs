//! Who reads the database itself, by SQL.

use chrono::{DateTime, Utc};
use serde::Serialize;

words! {
    /// Where the role of a reader comes from.
    pub enum ReaderOrigin {
        /// Made here, and dropped with the reader.
        Made = "made",
        /// Made by somebody else, who keeps it.
        Existing = "existing",
        /// The same, let in with `GRANT` before there were walls, to the views that it was granted.
        Granted = "granted",
    }
}

/// A role of the database's server that reads the views.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SqlReader {
    /// The role's name.
    pub role: String,
    /// Where it comes from.
    pub origin: ReaderOrigin,
    /// Whose accounts it sees; `None`: everybody's.
    pub owners: Option<Vec<String>>,
    /// Whether it hands in changes of contacts.
    pub writes_contacts: bool,
    /// When it was let in.
    pub added_at: DateTime<Utc>,
}

/// The longest name of a role, bytes.
const LONGEST_ROLE: usize = 63;

/// Whether a text can be the name of a reader's role. Names with `pg_` are the server's own, and `public` and
/// `none` no names at all (PostgreSQL, `CREATE ROLE`).
#[must_use]
pub fn is_role(text: &str) -> bool {
    !text.trim().is_empty()
        && text.len() <= LONGEST_ROLE
        && !text.contains(char::is_control)
        && !text.starts_with("pg_")
        && !["public", "none"].contains(&text)
}
