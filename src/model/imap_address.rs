//! Where an IMAP server is.

use serde::{Serialize, Serializer};
use std::fmt;

/// TLS from the first byte (RFC 8314, 3.2).
const IMAPS: u16 = 993;
/// TLS by STARTTLS, which is not spoken here: somebody on the way could leave it out.
const PLAIN: u16 = 143;
/// Longest name of a host (RFC 1035, 2.3.4).
const LONGEST: usize = 253;

/// A server that speaks IMAP by TLS from the first byte.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImapAddress {
    /// A name in lower case, or an address without brackets.
    pub host: String,
    /// Its port.
    pub port: u16,
}

impl ImapAddress {
    /// The server of a host, at the port that is IMAP's.
    #[must_use]
    pub fn at(host: &str) -> Self {
        Self { host: host.to_owned(), port: IMAPS }
    }

    /// What a person writes: `HOST`, `HOST:PORT` or `[ADDRESS]:PORT`.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let (host, port) = match text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            Some((host, "")) => (host, None),
            Some((host, rest)) => (host, Some(rest.strip_prefix(':').ok_or("no port follows the address")?)),
            None if text.matches(':').count() > 1 => (text, None),
            None => text.split_once(':').map_or((text, None), |(host, port)| (host, Some(port))),
        };
        let port =
            port.map_or(Ok(IMAPS), str::parse::<u16>).map_err(|_| "the port is no number up to 65535")?;
        let host = host.trim_end_matches('.').to_lowercase();
        let is_name = |host: &str| {
            host.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b':'))
        };
        match port {
            0 => Err("no port is 0"),
            PLAIN => {
                Err("port 143 begins without TLS, which is not spoken here: name that of IMAP with TLS, 993")
            }
            _ if host.is_empty() || host.len() > LONGEST || !is_name(&host) => {
                Err("the host is neither a name nor an address")
            }
            _ => Ok(Self { host, port }),
        }
    }
}

/// As people write it; the usual port is left out.
impl fmt::Display for ImapAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_v6 = self.host.contains(':');
        let host = if is_v6 { format!("[{}]", self.host) } else { self.host.clone() };
        if self.port == IMAPS { f.write_str(&host) } else { write!(f, "{host}:{}", self.port) }
    }
}

impl Serialize for ImapAddress {
    fn serialize<S: Serializer>(&self, into: S) -> Result<S::Ok, S::Error> {
        into.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_read_as_people_write_it_and_written_so() {
        for (text, host, port) in [
            ("mail.example.com", "mail.example.com", 993),
            ("Mail.Example.com.", "mail.example.com", 993),
            ("mail.example.com:1993", "mail.example.com", 1993),
            ("192.0.2.7:993", "192.0.2.7", 993),
            ("2001:db8::7", "2001:db8::7", 993),
            ("[2001:db8::7]:1993", "2001:db8::7", 1993),
            ("[2001:db8::7]", "2001:db8::7", 993),
        ] {
            let read = ImapAddress::parse(text).unwrap();
            assert_eq!((read.host.as_str(), read.port), (host, port), "{text}");
            assert_eq!(ImapAddress::parse(&read.to_string()), Ok(read));
        }
    }

    #[test]
    fn what_is_no_server_with_tls_is_refused() {
        for text in [
            "",
            ":993",
            "imaps://mail.example.com",
            "mail.example.com:143",
            "mail.example.com:0",
            "a b",
            "a:99999",
            "[::1]993",
            "user@mail",
        ] {
            assert!(ImapAddress::parse(text).is_err(), "{text}");
        }
    }
}
