//! The address of a database: understood, and shown without what is secret in it.

use super::{Result, StoreError};
use percent_encoding::percent_decode_str;
use sqlx::ConnectOptions;
use sqlx::postgres::{PgConnectOptions, PgSslMode};
use sqlx::sqlite::SqliteConnectOptions;
use std::fmt::{Display, Formatter};
use std::fs::File;
use std::net::IpAddr;
use std::str::FromStr;
use url::Url;

/// What says in an address of PostgreSQL how far TLS is wanted.
const MODES: [&str; 2] = ["sslmode", "ssl-mode"];
/// What names the file of the authority that vouches for a server.
const AUTHORITIES: [&str; 3] = ["sslrootcert", "ssl-root-cert", "ssl-ca"];
/// Stands for a password.
const MASK: &str = "***";
const UNCLEAR: StoreError = StoreError::Address("cannot be understood");
const UNKNOWN_MODE: StoreError = StoreError::Address(
    "has an sslmode that is not one of disable, allow, prefer, require, verify-ca, verify-full",
);

/// Where a database is, and how it is reached.
pub(super) enum DatabaseUrl {
    Memory(SqliteConnectOptions),
    File(SqliteConnectOptions),
    Server(PgConnectOptions),
}

impl DatabaseUrl {
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
                if said(url, &MODES).is_some_and(|mode| PgSslMode::from_str(&mode).is_err()) {
                    return Err(UNKNOWN_MODE);
                }
                readable_authority(url)?;
                let options = PgConnectOptions::from_str(url).map_err(|_| UNCLEAR)?;
                // What else stands where the name belongs may be a password, and the name is shown.
                if options.get_database().is_some_and(|name| name.contains(['@', '&', '=', ':'])) {
                    return Err(StoreError::Address("names no database"));
                }
                let options = options.application_name("outlook-syncd").disable_statement_logging();
                Ok(Self::Server(if is_local(&options) || said(url, &MODES).is_some() {
                    options
                } else {
                    options.ssl_mode(PgSslMode::VerifyFull)
                }))
            }
            _ => Err(StoreError::Address("is neither sqlite: nor postgres:")),
        }
    }
}

/// Whether nobody else hears what is said to a server: it is of this machine.
fn is_local(options: &PgConnectOptions) -> bool {
    let host = options.get_host();
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    let by_network = host != "localhost" && !address.is_ok_and(|address| address.is_loopback());
    options.get_socket().is_some() || host.starts_with('/') || !by_network
}

/// What an address says by a parameter of one of these names.
fn said(url: &str, names: &[&str]) -> Option<String> {
    let url = Url::parse(url).ok()?;
    let mut pairs = url.query_pairs();
    pairs.find(|(name, _)| names.contains(&name.as_ref())).map(|(_, value)| value.into_owned())
}

/// Whether the file of the authority can be read, where an address names one: the driver would not say which file it
/// was that it missed.
fn readable_authority(url: &str) -> Result<()> {
    let Some(path) = said(url, &AUTHORITIES).filter(|text| !text.starts_with("-----BEGIN")) else {
        return Ok(());
    };
    let opened = File::open(&path).map(drop);
    opened.map_err(|source| StoreError::Authority { path: path.into(), source })
}

/// How a server beyond this machine is known; `None` for one of this machine.
pub(super) fn link(options: &PgConnectOptions) -> Option<Link> {
    (!is_local(options)).then(|| match options.get_ssl_mode() {
        PgSslMode::VerifyFull => Link { is_safe: true, what: "TLS, with a certificate for its name" },
        PgSslMode::VerifyCa => {
            Link { is_safe: false, what: "TLS, with anybody's certificate (sslmode=verify-ca)" }
        }
        PgSslMode::Require => Link { is_safe: false, what: "TLS, with any certificate (sslmode=require)" },
        PgSslMode::Prefer | PgSslMode::Allow | PgSslMode::Disable => {
            Link { is_safe: false, what: "a connection that may go without TLS (sslmode of its address)" }
        }
    })
}

/// How a server beyond this machine is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link {
    /// Whether nobody can stand between.
    pub is_safe: bool,
    /// What guards it, for people.
    pub what: &'static str,
}

/// Which database it is and where, for people; nothing secret.
impl Display for DatabaseUrl {
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

/// Scheme, user with password, and the rest of an address, as a person would part it: at the last `@`, also
/// where the address is one that no program understands.
fn parts(url: &str) -> Option<(&str, Option<&str>, &str)> {
    let (scheme, rest) = url.split_once("://")?;
    let (user, place) = rest.rsplit_once('@').map_or((None, rest), |(user, place)| (Some(user), place));
    Some((scheme, user, place))
}

/// Whether a password that is not percent-encoded ended the address too early. What stands where the host
/// belongs is a part of the password then: it must neither be looked up nor shown.
fn is_cut(url: &str) -> bool {
    parts(url).and_then(|(_, user, _)| user).is_some_and(|user| user.contains(['/', '?', '#']))
}

/// Whether an address of a database can be understood. Opens none.
///
/// # Errors
/// `Address` when it cannot; `Authority`.
pub fn check_address(url: &str) -> Result<()> {
    DatabaseUrl::parse(url).map(drop)
}

/// Whether a password stands in the address of a server.
#[must_use]
pub fn holds_password(url: &str) -> bool {
    url.starts_with("postgres") && masked(url) != url
}

/// An address without its password, also where it is one that no program understands.
#[must_use]
pub fn masked(url: &str) -> String {
    let Some((scheme, user, place)) = parts(url) else {
        return if url.contains('@') { MASK.to_owned() } else { url.to_owned() };
    };
    let user = user.map(|user| match user.split_once(':') {
        Some((name, _)) => format!("{name}:{MASK}@"),
        None => format!("{user}@"),
    });
    format!("{scheme}://{}{}", user.unwrap_or_default(), without_passwords(place))
}

/// PostgreSQL takes the password as a parameter, too.
fn without_passwords(place: &str) -> String {
    let Some((before, parameters)) = place.split_once('?') else { return place.to_owned() };
    let shown = |parameter: &str| {
        let name = parameter.split('=').next().unwrap_or_default();
        let is_secret = percent_decode_str(name).decode_utf8_lossy().to_lowercase().contains("password");
        if is_secret { format!("{name}={MASK}") } else { parameter.to_owned() }
    };
    format!("{before}?{}", parameters.split('&').map(shown).collect::<Vec<_>>().join("&"))
}

#[cfg(test)]
mod tests;
