//! What can go wrong at a firm's proxy, what it means, and whose turn it is. Nothing of it is an account's.

use crate::error::{Classify, Meaning, WhoseTurn};
use chrono::{DateTime, Utc};
use std::time::Duration;

/// A failure of the proxy that everything goes out through. Holds no user and no password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the proxy {proxy} {fault}")]
pub struct ProxyError {
    /// Its host and port.
    pub proxy: String,
    /// What it did.
    pub fault: ProxyFault,
}

/// What a proxy did.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProxyFault {
    /// No name server knows it.
    #[error("has no address: {0}")]
    Unresolved(String),
    /// Nobody takes a connection there.
    #[error("cannot be reached: {0}")]
    Unreachable(String),
    /// It took the connection, and says nothing.
    #[error("does not answer within {} s", .0.as_secs())]
    Silent(Duration),
    /// It took the connection, and broke it.
    #[error("breaks the connection off: {0}")]
    Cut(String),
    /// It wants a user, and was given none.
    #[error("wants a user and a password")]
    Unauthorized,
    /// It wants another user or password than it was given. The same is not shown to it again before that time.
    #[error(
        "does not take the user and the password; they are not shown to it again before {}",
        .until.format("%Y-%m-%d %H:%M UTC")
    )]
    Refused {
        /// When they may be tried once more, unless another password is there before.
        until: DateTime<Utc>,
    },
    /// It wants to be shown a user in a way that is not spoken here.
    #[error("wants to be shown who asks by {0}, and only Basic is spoken here")]
    Scheme(String),
    /// There is no password to show it.
    #[error("cannot be given a password: {0}")]
    Password(String),
    /// A policy of its own says no.
    #[error("does not let {host} through ({status})")]
    Denied {
        /// The host that was asked for.
        host: String,
        /// Its port.
        port: u16,
        /// The HTTP status.
        status: u16,
    },
    /// It cannot get to where it was asked to, or is out of order.
    #[error("does not get to {host} ({status})")]
    Failing {
        /// The host that was asked for.
        host: String,
        /// The HTTP status.
        status: u16,
    },
    /// An answer that is no proxy's: of a web server, a page where guests sign in, or no HTTP at all.
    #[error("answers as no proxy does ({0})")]
    NoTunnel(String),
}

impl Classify for ProxyError {
    fn meaning(&self) -> Meaning {
        use WhoseTurn::{Nobody, Operator};
        match &self.fault {
            ProxyFault::Unresolved(_) => Meaning::retry(
                "proxy_unresolved",
                Operator,
                "see that net.proxy names the proxy as it is called, and look at this machine's DNS.",
            )
            .machine(),
            ProxyFault::Unreachable(_) => Meaning::retry(
                "proxy_unreachable",
                Operator,
                "see that net.proxy has the proxy's address and port, that it runs, and that no firewall is in \
                 between.",
            )
            .machine(),
            ProxyFault::Silent(_) => Meaning::retry(
                "proxy_silent",
                Operator,
                "look at the proxy, and see that net.proxy has its port.",
            )
            .machine(),
            ProxyFault::Cut(_) => Meaning::retry(
                "proxy_cut",
                Operator,
                "look at the proxy, and see that net.proxy has the port where it speaks HTTP without TLS. It is \
                 tried again by itself.",
            )
            .machine(),
            ProxyFault::Unauthorized => Meaning::retry(
                "proxy_unauthorized",
                Operator,
                "set net.proxy_user and net.proxy_password_file and restart the service, or have the proxy let \
                 this machine through by its address.",
            )
            .machine(),
            ProxyFault::Refused { .. } => Meaning::retry(
                "proxy_refused",
                Operator,
                "write the right password into the file of net.proxy_password_file, or mend net.proxy_user. A file \
                 that is written anew (`touch` will do) is tried at once; the same one once an hour, so that nobody \
                 locks the user.",
            )
            .machine(),
            ProxyFault::Scheme(_) => Meaning::retry(
                "proxy_scheme",
                Operator,
                "have the proxy take Basic from this machine, or let it through by its address; or name a relay \
                 that speaks it, such as px or cntlm, in net.proxy.",
            )
            .machine(),
            ProxyFault::Password(_) => Meaning::retry(
                "proxy_password",
                Operator,
                "mend the file of net.proxy_password_file. It is read again by itself.",
            )
            .machine(),
            ProxyFault::Denied { host, port, .. } => Meaning::retry(
                "proxy_denied",
                Operator,
                format!("have the proxy let this machine through to {host} on port {port}, unopened."),
            )
            .network(),
            ProxyFault::Failing { .. } => Meaning::retry(
                "proxy_failing",
                Nobody,
                "it is tried again. If it stays, see whether the proxy resolves the name and gets there.",
            )
            .network(),
            ProxyFault::NoTunnel(_) => Meaning::retry(
                "proxy_no_tunnel",
                Operator,
                "see that net.proxy is a proxy that takes CONNECT to port 443, and no web server, PAC file or \
                 page where guests sign in.",
            )
            .machine(),
        }
    }
}
