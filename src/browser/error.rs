//! What can go wrong with the browser. No variant carries a cookie, an address with a query, or page content.

use crate::error::{Classify, Meaning, WhoseTurn};
use crate::net::ProxyError;
use std::path::PathBuf;
use std::time::Duration;

/// A failure of the browser, or of a page in it.
#[derive(Debug, Clone, thiserror::Error)]
pub enum BrowserError {
    /// There is no Chromium where the configuration says.
    #[error("no Chromium at {}", .executable.display())]
    Missing {
        /// Where it was looked for.
        executable: PathBuf,
    },
    /// The kernel gives Chromium no sandbox; we never run without.
    #[error("Chromium has no usable sandbox")]
    NoSandbox,
    /// We are root, and Chromium's sandbox does not work as root.
    #[error("Chromium does not run as root with its sandbox on")]
    RootRefused,
    /// Chromium or what it needs did not start.
    #[error("Chromium did not start: {0}")]
    Launch(String),
    /// A call had no answer within its limit.
    #[error("{what}: no answer within {} s", .limit.as_secs_f32())]
    Timeout {
        /// What was asked, in a word or two.
        what: String,
        /// How long it was waited for.
        limit: Duration,
    },
    /// What a call came to is more than is taken at a time.
    #[error("an answer of the browser is larger than 64 MiB")]
    TooLarge,
    /// The page's renderer died.
    #[error("the page crashed")]
    Crashed,
    /// The browser died or was closed.
    #[error("the browser is gone")]
    Lost,
    /// The page wanted a host that is not on the allow-list.
    #[error("{0} is not on the list of hosts the browser may reach")]
    Refused(String),
    /// Only `http` and `https` are opened.
    #[error("addresses of the scheme {0} are not opened")]
    Scheme(String),
    /// The network failed; Chromium's own word, such as `net::ERR_CONNECTION_REFUSED`.
    #[error("network: {0}")]
    Network(String),
    /// The firm's proxy did not lead there.
    #[error(transparent)]
    Proxy(ProxyError),
    /// A host showed a certificate that Chromium does not trust; Chromium's own word, such as
    /// `net::ERR_CERT_AUTHORITY_INVALID`.
    #[error("the certificate of the other side is not trusted ({0})")]
    Certificate(String),
    /// No element of the page matches the selector.
    #[error("no element matches {0}")]
    NoElement(String),
    /// A script in the page threw; the class of the exception only, since its message may quote the page.
    #[error("script: {0}")]
    Script(String),
    /// DevTools answered something unexpected.
    #[error("DevTools: {0}")]
    Protocol(String),
}

impl BrowserError {
    /// What Chromium's word for a failed request means.
    pub(super) fn network(word: String) -> Self {
        if word.contains("ERR_CERT_") { Self::Certificate(word) } else { Self::Network(word) }
    }
}

impl Classify for BrowserError {
    fn meaning(&self) -> Meaning {
        use WhoseTurn::{Nobody, Operator};
        match self {
            Self::Missing { .. } => Meaning::fatal(
                "browser_missing",
                Operator,
                "install Chromium (Debian: apt install chromium), or set browser.executable.",
            )
            .machine(),
            Self::NoSandbox => Meaning::fatal(
                "browser_no_sandbox",
                Operator,
                "allow unprivileged user namespaces (sysctl kernel.unprivileged_userns_clone, an AppArmor \
                 profile with `userns,`, RestrictNamespaces=user pid net); Chromium is never run without its \
                 sandbox.",
            )
            .machine(),
            Self::RootRefused => Meaning::fatal(
                "browser_root_refused",
                Operator,
                "run this as the service's own user: as root Chromium refuses to start with its sandbox on, \
                 and it is never turned off.",
            )
            .machine(),
            Self::Launch(_) => Meaning::fatal(
                "browser_launch",
                Operator,
                "mend what Chromium names; `outlook-syncd doctor` tries it in the service's own box. It is \
                 tried again by itself.",
            )
            .machine(),
            Self::Certificate(_) => Meaning::fatal(
                "certificate",
                Operator,
                "something between this machine and Microsoft shows a certificate of its own, such as an \
                 inspecting proxy: let Outlook's hosts pass unopened, or install its authority for the \
                 browser. `outlook-syncd doctor` shows what was presented. It is tried again by itself.",
            )
            .machine(),
            Self::Network(_) => Meaning::retry(
                "network",
                Nobody,
                "it is tried again. If it stays, `outlook-syncd doctor` tells whether this machine reaches \
                 Outlook.",
            )
            .network(),
            Self::Proxy(error) => error.meaning(),
            Self::Timeout { .. } => Meaning::retry("browser_timeout", Nobody, AGAIN).network(),
            Self::TooLarge => Meaning::retry("answer_too_large", Nobody, AGAIN),
            Self::Crashed => Meaning::retry("page_crashed", Nobody, AGAIN),
            Self::Lost => Meaning::retry("browser_lost", Nobody, AGAIN),
            Self::Protocol(_) => Meaning::retry("devtools", Nobody, AGAIN),
            Self::Refused(host) => Meaning::drift(
                "host_refused",
                Operator,
                format!("if the sign-in of this organisation needs {host}, allow it."),
            ),
            Self::Scheme(_) => Meaning::drift("scheme_refused", Operator, UNKNOWN),
            Self::NoElement(_) => Meaning::drift("no_element", Operator, UNKNOWN),
            Self::Script(_) => Meaning::drift("script", Operator, UNKNOWN),
        }
    }
}

const AGAIN: &str = "it is tried again.";
const UNKNOWN: &str =
    "the page is not as we know it, and another way is tried by itself. If it stays so, report it.";
