//! Everything that speaks DevTools: one pooled Chromium, isolated contexts, pages, capture.
//!
//! Knows nothing of Outlook: which hosts a context may reach is handed down in `ContextWish`.

mod bridge;
mod capture;
mod care;
mod context;
mod cookie;
mod egress;
mod engine;
mod error;
mod fetch;
mod identity;
mod input;
mod intercept;
mod keeper;
mod launch;
mod page;
mod pool;
mod profile;
mod session;
mod tree;
mod wire;

pub use capture::{Capture, Exchange};
pub use context::Context;
pub use cookie::{Cookie, PartitionKey, SameSite, SourceScheme};
pub use error::BrowserError;
pub use fetch::{FetchAnswer, FetchCall};
pub use page::Page;
pub use pool::{Browser, Probe};

use crate::net::Proxy;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// How the browser is run.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Chromium, such as `/usr/bin/chromium`.
    pub executable: PathBuf,
    /// A private directory for profiles; made with mode 0700.
    pub profiles: PathBuf,
    /// Where the hosts are that a context may reach.
    pub upstream: Upstream,
    /// What they are reached through, but for those that it leaves out.
    pub proxy: Option<Arc<Proxy>>,
    /// Added to the user agent, so that an administrator can tell us from a person.
    pub user_agent_suffix: Option<String>,
    /// A new browser after so many contexts.
    pub recycle_jobs: u32,
    /// A new browser after this time.
    pub recycle_age: Duration,
    /// A new browser when the processes' proportional memory is more than this, in MiB.
    pub recycle_memory_mb: u32,
    /// The browser is closed after this time without a context.
    pub idle: Duration,
    /// No call to the browser takes longer.
    pub call_limit: Duration,
    /// Width and height of the window, in pixels.
    pub window: (u32, u32),
}

/// The profiles lie in the runtime directory of the service.
impl Default for Settings {
    fn default() -> Self {
        Self {
            executable: "/usr/bin/chromium".into(),
            profiles: "/run/outlook-syncd/browser".into(),
            upstream: Upstream::Direct,
            proxy: None,
            user_agent_suffix: None,
            recycle_jobs: 500,
            recycle_age: Duration::from_hours(6),
            recycle_memory_mb: 1500,
            idle: Duration::from_mins(5),
            call_limit: Duration::from_secs(20),
            // An ordinary desktop's, so that Outlook serves its desktop page.
            window: (1366, 900),
        }
    }
}

/// Where the hosts of the allow-list are.
#[derive(Debug, Clone)]
pub enum Upstream {
    /// Where their names say; addresses that are not public are refused.
    Direct,
    /// Tests and the demo: every allowed host is the simulator.
    Simulator {
        /// Its https listener.
        https: SocketAddr,
        /// Base64 of the SHA-256 of its certificate's public key (SPKI), which alone is trusted.
        spki_sha256: String,
    },
}

impl Settings {
    fn way(&self) -> egress::WayOut {
        egress::WayOut { upstream: self.upstream.clone(), proxy: self.proxy.clone() }
    }
}

/// What a new context should be like.
#[derive(Debug, Clone, Default)]
pub struct ContextWish {
    /// The hosts that it may reach, on port 443: `a.example` is that host, `.example` any below it.
    pub allow: Vec<String>,
    /// Cookies of an earlier run.
    pub cookies: Vec<Cookie>,
    /// The language, such as `de-DE`.
    pub locale: Option<String>,
    /// The IANA time zone, such as `Europe/Berlin`.
    pub time_zone: Option<String>,
}
