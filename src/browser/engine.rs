//! One running Chromium, from launch to the removal of its profile.

use super::bridge::Bridge;
use super::care::{CLOSED, Care, ending};
use super::egress::{Egress, Served};
use super::identity::BrowserIdentity;
use super::launch;
use super::profile::ProfileDir;
use super::tree::Owners;
use super::wire::Wire;
use super::{BrowserError, Page, Settings, tree};
use crate::clock::Clock;
use chromiumoxide::cdp::browser_protocol::browser::GetVersionParams;
use chromiumoxide::cdp::browser_protocol::emulation::{UserAgentBrandVersion, UserAgentMetadata};
use chromiumoxide::error::CdpError;
use chromiumoxide::{Handler, handler::HandlerConfig};
use chrono::{DateTime, TimeDelta, Utc};
use futures::StreamExt as _;
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;
use tokio::sync::{OnceCell, watch};
use tokio_util::sync::{CancellationToken, DropGuard};
use tokio_util::task::TaskTracker;

/// The library's own limit for its bookkeeping calls; ours are shorter.
const LIBRARY_LIMIT: Duration = Duration::from_mins(10);

/// A running Chromium. When the pool and every context have let go of it, it is closed.
pub(super) struct Engine {
    pub(super) settings: Arc<Settings>,
    pub(super) wire: Wire,
    pub(super) library: chromiumoxide::Browser,
    pub(super) identity: BrowserIdentity,
    process_id: u32,
    served: Served,
    metadata: OnceCell<UserAgentMetadata>,
    born: DateTime<Utc>,
    jobs: AtomicU32,
    open: watch::Sender<usize>,
    suspect: AtomicBool,
    _close: DropGuard,
}

/// The right to one context.
pub(super) struct Lease(Arc<Engine>);

impl Engine {
    /// Launches one that speaks `languages` where no context says otherwise. `tasks` cares for it until it
    /// dies, is idle or let go of, or `stop` is cancelled.
    pub(super) async fn launch(
        settings: Arc<Settings>,
        languages: &str,
        clock: &Clock,
        stop: &CancellationToken,
        tasks: &TaskTracker,
    ) -> Result<Arc<Self>, BrowserError> {
        let failed = |error: std::io::Error| BrowserError::Launch(error.to_string());
        let served = Served::default();
        let (care, pipe, identity) = prepare(&settings, languages, &served).await?;
        let (bridge, address) = Bridge::start(pipe).map_err(failed)?;
        let (process_id, stop, open) = (care.process.id(), stop.child_token(), watch::Sender::new(0));
        let ending = ending(bridge.dead.clone(), stop.clone(), clock.clone(), settings.idle, open.clone());
        let caring = tasks.spawn(care.until(ending));
        let close = stop.drop_guard();
        let wire = Wire { bridge, session: None, limit: settings.call_limit };
        let library = match connect(&wire, address).await {
            Ok(library) => library,
            Err(error) => {
                drop(close);
                let explained = caring.await.unwrap_or(BrowserError::Lost);
                return Err(if matches!(error, BrowserError::Lost) { explained } else { error });
            }
        };
        tracing::debug!(process = process_id, "browser launched");
        Ok(Arc::new(Self {
            settings,
            wire,
            library,
            identity,
            process_id,
            served,
            metadata: OnceCell::new(),
            born: clock.now(),
            jobs: AtomicU32::new(0),
            open,
            suspect: AtomicBool::new(false),
            _close: close,
        }))
    }

    /// A proxy for a context of it, which lets through to these hosts.
    pub(super) async fn egress(&self, allow: Vec<String>) -> Result<Egress, BrowserError> {
        let started = Egress::start(allow, self.settings.way(), Arc::clone(&self.served)).await;
        started.map_err(|error| BrowserError::Launch(error.to_string()))
    }

    /// Its first process, if it lives.
    pub(super) fn process_id(&self) -> Option<u32> {
        (!self.wire.bridge.dead.is_cancelled()).then_some(self.process_id)
    }

    /// Makes this the last engine that serves the contexts it has: something went wrong in it.
    pub(super) fn distrust(&self) {
        self.suspect.store(true, Ordering::Relaxed);
    }

    /// The right to one context, unless this engine is closing.
    pub(super) fn lease(self: &Arc<Self>) -> Option<Lease> {
        let free = |open: &mut usize| {
            let free = *open != CLOSED;
            *open += usize::from(free);
            free
        };
        self.open.send_if_modified(free).then(|| {
            self.jobs.fetch_add(1, Ordering::Relaxed);
            Lease(Arc::clone(self))
        })
    }

    /// Whether it is dead or due to be replaced.
    pub(super) async fn is_worn(&self, now: DateTime<Utc>) -> bool {
        let settings = &self.settings;
        let age = TimeDelta::from_std(settings.recycle_age).unwrap_or(TimeDelta::MAX);
        let why = if self.wire.bridge.dead.is_cancelled() {
            "dead"
        } else if self.suspect.load(Ordering::Relaxed) {
            "suspect"
        } else if self.jobs.load(Ordering::Relaxed) >= settings.recycle_jobs {
            "jobs"
        } else if now - self.born >= age {
            "age"
        } else if self.takes_more_than(u64::from(settings.recycle_memory_mb) << 20).await {
            "memory"
        } else {
            return false;
        };
        tracing::debug!(process = self.process_id, why, "browser replaced");
        true
    }

    async fn takes_more_than(&self, bytes: u64) -> bool {
        let group = self.process_id;
        tokio::task::spawn_blocking(move || tree::takes_more_than(group, bytes)).await.unwrap_or(false)
    }

    /// The client hints of this browser, read once, from a page that nothing was opened in yet.
    pub(super) async fn metadata(&self, page: &Page) -> Result<&UserAgentMetadata, BrowserError> {
        let read = async || {
            // Client hints exist on secure origins only; the document is ours, the name is nobody's.
            let origin = "https://hints.invalid/".parse().expect("it is a valid address");
            page.show_blank(&origin).await?;
            let brands: Vec<UserAgentBrandVersion> = page.eval("navigator.userAgentData.brands").await?;
            Ok(self.identity.metadata(brands))
        };
        self.metadata.get_or_try_init(read).await
    }
}

impl std::ops::Deref for Lease {
    type Target = Arc<Engine>;
    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.0.open.send_modify(|open| *open -= 1);
    }
}

/// Starts Chromium with all that it needs.
async fn prepare(
    settings: &Settings,
    languages: &str,
    served: &Served,
) -> Result<(Care, UnixStream, BrowserIdentity), BrowserError> {
    launch::check(settings)?;
    let failed = |error: std::io::Error| BrowserError::Launch(error.to_string());
    let profile = ProfileDir::create(&settings.profiles).map_err(|error| {
        BrowserError::Launch(format!("no profile can be made in {}: {error}", settings.profiles.display()))
    })?;
    let identity = BrowserIdentity::of(settings, &profile).await?;
    let egress = Egress::start(Vec::new(), settings.way(), Arc::clone(served)).await.map_err(failed)?;
    let (process, pipe) =
        launch::start(settings, &profile, &egress.url(), &identity.user_agent, languages).await?;
    // It is named once: each browser has its own.
    let _ = served.set(Owners::new(process.id()));
    Ok((Care { process, profile, egress }, pipe, identity))
}

/// Connects the library, and waits for the browser's first answer.
async fn connect(wire: &Wire, address: String) -> Result<chromiumoxide::Browser, BrowserError> {
    let config = HandlerConfig {
        // By default certificates would not be checked.
        ignore_https_errors: false,
        viewport: None,
        request_timeout: LIBRARY_LIMIT,
        ..HandlerConfig::default()
    };
    let connecting = chromiumoxide::Browser::connect_with_config(address, config);
    let timeout = |_| BrowserError::Timeout { what: "connect".into(), limit: wire.limit };
    let connected = Clock::limit(wire.limit, connecting).await.map_err(timeout)?;
    let (library, handler) = connected.map_err(|_| BrowserError::Lost)?;
    tokio::spawn(handle(handler));
    wire.call(GetVersionParams::default()).await?;
    Ok(library)
}

/// Drives the library until its connection ends; when it ends first, the bridge notices.
async fn handle(mut handler: Handler) {
    while let Some(step) = handler.next().await {
        match step {
            Ok(()) | Err(CdpError::InvalidMessage(..)) => {}
            Err(_) => return,
        }
    }
}
