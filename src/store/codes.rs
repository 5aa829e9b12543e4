//! Which failure the driver's, the databases' and the operating system's own codes mean.

use super::StoreError;
use sqlx::postgres::PgDatabaseError;
use std::io::{self, ErrorKind};

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        use sqlx::Error as E;
        #[expect(
            clippy::wildcard_enum_match_arm,
            reason = "whatever else sqlx may say, it is a defect of ours"
        )]
        let class = match &error {
            // Every foreign key leads to an account, straight or by a message that goes with it.
            E::Database(refusal) if refusal.is_foreign_key_violation() => return Self::NoSuchAccount,
            E::Database(refusal) => match refusal.code() {
                Some(code) if code.len() == 5 => postgres_class(&code),
                Some(code) => sqlite_class(&code),
                None => Self::Unexpected,
            },
            E::Tls(_) => tls,
            E::Io(cause) if is_tls(cause) => tls,
            E::Io(_) | E::PoolTimedOut | E::PoolClosed | E::WorkerCrashed => connection,
            E::ColumnDecode { .. } | E::Decode(_) => Self::Corrupt,
            _ => Self::Unexpected,
        };
        class(error)
    }
}

/// Of files; what a connection came to says `sqlx`.
impl From<io::Error> for StoreError {
    fn from(error: io::Error) -> Self {
        let is_full = matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded);
        if is_full { Self::Full(error.into()) } else { Self::Access(error.into()) }
    }
}

type Class = fn(sqlx::Error) -> StoreError;

fn connection(error: sqlx::Error) -> StoreError {
    StoreError::Connection(if let sqlx::Error::Io(cause) = error { cause.into() } else { error.into() })
}

fn tls(error: sqlx::Error) -> StoreError {
    StoreError::Tls(if let sqlx::Error::Io(cause) = error { cause.into() } else { error.into() })
}

/// Whether a connection ended over the certificate or the form of its TLS.
fn is_tls(cause: &io::Error) -> bool {
    matches!(cause.get_ref(), Some(inner) if inner.is::<rustls::Error>())
}

/// A pooler refuses what the driver says at the start; a server of PostgreSQL does not.
fn started(error: sqlx::Error) -> StoreError {
    if said(&error).contains("startup parameter") { StoreError::Pooled } else { connection(error) }
}

/// The server's own words, without the line of its source that the driver adds.
fn said(error: &sqlx::Error) -> String {
    let Some(refusal) = error.as_database_error() else { return error.to_string() };
    let detail = refusal.try_downcast_ref::<PgDatabaseError>().and_then(PgDatabaseError::detail);
    detail.map_or_else(|| refusal.message().to_owned(), |detail| format!("{} ({detail})", refusal.message()))
}

/// By SQLSTATE: five characters, of which the first two are the class.
fn postgres_class(code: &str) -> Class {
    match code {
        "53100" => StoreError::Full,
        // Only what changes the schema waits for no longer than some time.
        "55P03" => |_| StoreError::Held("another session".to_owned()),
        "40001" | "40P01" | "57014" => |error| StoreError::Busy(Some(error)),
        "25006" => |_| StoreError::ReadOnly,
        // What was prepared is there already, or not there: by another connection.
        "26000" | "42P05" => |_| StoreError::Pooled,
        "08P01" => started,
        "3D000" => |error| StoreError::NoDatabase(said(&error)),
        "42501" => |error| StoreError::Forbidden(said(&error)),
        "2BP01" => |error| StoreError::Dependents(said(&error)),
        "XX001" | "XX002" => StoreError::Corrupt,
        _ => match code.get(..2) {
            // 57: the operator intervenes, as by a restart.
            Some("08" | "53" | "57") => connection,
            // What is outside of the server, such as its disk.
            Some("58") => |error| StoreError::Access(error.into()),
            Some("28") => |error| StoreError::Login(said(&error)),
            _ => StoreError::Unexpected,
        },
    }
}

/// By SQLite's result code, of which the lowest byte is the primary one.
fn sqlite_class(code: &str) -> Class {
    match code.parse::<u32>().unwrap_or_default() & 0xff {
        5 | 6 => |error| StoreError::Busy(Some(error)),
        13 => StoreError::Full,
        // PERM, READONLY, IOERR, CANTOPEN
        3 | 8 | 10 | 14 => |error| StoreError::Access(error.into()),
        // CORRUPT, NOTADB
        11 | 26 => StoreError::Corrupt,
        _ => StoreError::Unexpected,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{Classify, Extent};

    #[test]
    fn a_disk_without_room_for_the_file_is_full() {
        for (kind, code) in [
            (ErrorKind::StorageFull, "database_full"),
            (ErrorKind::QuotaExceeded, "database_full"),
            (ErrorKind::PermissionDenied, "database_access"),
        ] {
            assert_eq!(StoreError::from(io::Error::from(kind)).meaning().code, code);
        }
    }

    #[test]
    fn a_server_that_restarts_fails_over_or_takes_no_writes_is_no_defect_of_ours() {
        let taken = |code| postgres_class(code)(sqlx::Error::PoolClosed).meaning();
        for (code, meant) in [
            ("25006", "database_read_only"),
            ("57014", "database_busy"),
            ("57P01", "database_connection"),
            ("57P02", "database_connection"),
            ("57P03", "database_connection"),
            ("57P05", "database_connection"),
            ("53300", "database_connection"),
            ("08006", "database_connection"),
            ("58030", "database_access"),
            ("26000", "database_pooled"),
            ("08P01", "database_connection"),
        ] {
            let meaning = taken(code);
            assert_eq!((meaning.code, meaning.extent), (meant, Extent::Machine), "{code}");
        }
        assert_eq!(taken("42601").code, "database_unexpected");
    }
}
