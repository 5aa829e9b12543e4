//! What can go wrong with the browser. No variant carries a cookie, an address with a query, or page content.

use crate::error::{Classify, Disposition, Extent};
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
        /// The call.
        what: String,
        /// Its limit.
        limit: Duration,
    },
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
    fn disposition(&self) -> Disposition {
        match self {
            Self::Missing { .. }
            | Self::NoSandbox
            | Self::RootRefused
            | Self::Launch(_)
            | Self::Certificate(_) => Disposition::Fatal,
            Self::Timeout { .. } | Self::Crashed | Self::Lost | Self::Network(_) | Self::Protocol(_) => {
                Disposition::Retry
            }
            Self::Refused(_) | Self::Scheme(_) | Self::NoElement(_) | Self::Script(_) => Disposition::Drift,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Missing { .. } => "browser_missing",
            Self::NoSandbox => "browser_no_sandbox",
            Self::RootRefused => "browser_root_refused",
            Self::Launch(_) => "browser_launch",
            Self::Timeout { .. } => "browser_timeout",
            Self::Crashed => "page_crashed",
            Self::Lost => "browser_lost",
            Self::Refused(_) => "host_refused",
            Self::Scheme(_) => "scheme_refused",
            Self::Network(_) => "network",
            Self::Certificate(_) => "certificate",
            Self::NoElement(_) => "no_element",
            Self::Script(_) => "script",
            Self::Protocol(_) => "devtools",
        }
    }

    fn hint(&self) -> String {
        match self {
            Self::Missing { executable } => format!(
                "There is no Chromium at {}. Operator: install it (Debian: apt install chromium) or set its path.",
                executable.display()
            ),
            Self::NoSandbox => "The kernel refuses Chromium's sandbox. Operator: allow unprivileged user namespaces \
                 (sysctl kernel.unprivileged_userns_clone, an AppArmor profile with `userns,`, RestrictNamespaces=user pid net)."
                .into(),
            Self::RootRefused => "Chromium keeps its sandbox only for ordinary users; as root it refuses to start, \
                 and we never turn the sandbox off. Operator: run this as the service's own user."
                .into(),
            Self::Launch(_) => "Operator: mend what Chromium names; `outlook-syncd doctor` tries it in the service's own box. \
                 It is tried again by itself."
                .into(),
            Self::Certificate(_) => "Operator: something between this machine and Microsoft shows a certificate of its own, such as \
                 an inspecting proxy: let Outlook's hosts pass unopened, or install its authority for the browser. \
                 `outlook-syncd doctor` shows what was presented. It is tried again by itself."
                .into(),
            Self::Network(_) => "Nobody has to act: it is tried again by itself. Operator, if it stays so: \
                 `outlook-syncd doctor` tells whether this machine reaches Outlook."
                .into(),
            Self::Timeout { .. } | Self::Crashed | Self::Lost | Self::Protocol(_) => {
                "Nobody has to act: it is tried again by itself.".into()
            }
            Self::Refused(host) => format!(
                "The page wanted {host}, which is not allowed. Operator: if the sign-in of this organisation needs it, allow it."
            ),
            Self::Scheme(_) | Self::NoElement(_) | Self::Script(_) => {
                "The page is not as we know it; another way is tried by itself. If it stays so, tell the developers.".into()
            }
        }
    }

    fn extent(&self) -> Extent {
        match self {
            Self::Missing { .. }
            | Self::NoSandbox
            | Self::RootRefused
            | Self::Launch(_)
            | Self::Certificate(_) => Extent::Machine,
            Self::Timeout { .. }
            | Self::Crashed
            | Self::Lost
            | Self::Refused(_)
            | Self::Scheme(_)
            | Self::Network(_)
            | Self::NoElement(_)
            | Self::Script(_)
            | Self::Protocol(_) => Extent::Account,
        }
    }
}
