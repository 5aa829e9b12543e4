//! The address of a database: understood, and shown without what is secret in it.

use super::{Result, StoreError};
use sqlx::ConnectOptions;
use sqlx::postgres::PgConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;
use std::fmt::{Display, Formatter};
use std::str::FromStr;

const UNCLEAR: StoreError = StoreError::Address("cannot be understood");

/// Where a database is, and how it is reached.
pub(super) enum Address {
    Memory(SqliteConnectOptions),
    File(SqliteConnectOptions),
    Server(PgConnectOptions),
}

impl Address {
    pub(super) fn parse(url: &str) -> Result<Self> {
        match url.split(':').next() {
            Some("sqlite") => {
                let options = SqliteConnectOptions::from_str(url).map_err(|_| UNCLEAR)?;
                let in_memory = url.contains(":memory:") || url.contains("mode=memory");
                Ok(if in_memory { Self::Memory(options) } else { Self::File(options) })
            }
            Some("postgres" | "postgresql") if !url.contains("://") => {
                Err(StoreError::Address("has no // behind postgres:"))
            }
            Some("postgres" | "postgresql") if is_cut(url) => {
                Err(StoreError::Address("has an @ after its host, as when a password is not percent-encoded"))
            }
            Some("postgres" | "postgresql") => {
                let options = PgConnectOptions::from_str(url).map_err(|_| UNCLEAR)?;
                // What else stands where the name belongs may be a password, and the name is shown.
                if options.get_database().is_some_and(|name| name.contains(['@', '&', '=', ':'])) {
                    return Err(StoreError::Address("names no database"));
                }
                Ok(Self::Server(options.application_name("outlook-syncd").disable_statement_logging()))
            }
            _ => Err(StoreError::Address("is neither sqlite: nor postgres:")),
        }
    }
}

/// For people.
impl Display for Address {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Memory(_) => f.write_str("SQLite in memory"),
            Self::File(options) => write!(f, "SQLite at {}", options.get_filename().display()),
            Self::Server(options) => {
                match options.get_socket() {
                    Some(socket) => write!(f, "PostgreSQL at {}", socket.display())?,
                    None => write!(f, "PostgreSQL at {}:{}", options.get_host(), options.get_port())?,
                }
                options.get_database().map_or(Ok(()), |name| write!(f, "/{name}"))
            }
        }
    }
}

/// Whether a password that is not percent-encoded ended the address too early. What stands where the host belongs is a part
/// of the password then: it must neither be looked up nor shown.
fn is_cut(url: &str) -> bool {
    let after_scheme = url.split_once("://").map_or("", |(_, rest)| rest);
    after_scheme.split_once(['/', '?', '#']).is_some_and(|(_, rest)| rest.contains('@'))
}
