//! The pool: at most one Chromium that takes new contexts.

use super::engine::{Engine, Lease};
use super::{BrowserError, Context, ContextWish, Settings, egress, identity, profile};
use crate::clock::Clock;
use crate::net::ProxyError;
use chromiumoxide::cdp::browser_protocol::browser::GetVersionParams;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// The pool: Chromium is launched on first need, replaced when worn, and closed when idle.
#[derive(Clone)]
pub struct Browser {
    inner: Arc<Inner>,
}

struct Inner {
    settings: Arc<Settings>,
    clock: Clock,
    /// Held while an engine is chosen or launched, so that two needs launch one.
    choosing: tokio::sync::Mutex<()>,
    state: Mutex<State>,
    tasks: TaskTracker,
}

struct State {
    current: Option<Arc<Engine>>,
    /// Ends every engine launched since the last shutdown.
    stop: CancellationToken,
}

/// What the installed Chromium is.
#[derive(Debug, Clone)]
pub struct Probe {
    /// Such as `Chrome/156.0.8078.79`.
    pub version: String,
    /// Whether its own page says that it is adequately sandboxed.
    pub sandboxed: bool,
}

/// The verdict of Chromium's own page, once its script has written it.
const SANDBOX_VERDICT: &str = "new Promise(done => { const look = () => {
    const verdict = document.getElementById('evaluation')?.innerText;
    verdict ? done(verdict) : setTimeout(look, 20); }; look(); })";

impl Browser {
    /// A pool without a browser yet. Removes the profiles that killed runs left behind.
    #[must_use]
    pub fn new(settings: Settings, clock: Clock) -> Self {
        if let Err(error) = profile::remove_stale(&settings.profiles) {
            tracing::warn!(%error, "stale profiles could not be looked for");
        }
        let inner = Inner {
            settings: Arc::new(settings),
            clock,
            choosing: tokio::sync::Mutex::default(),
            state: Mutex::new(State { current: None, stop: CancellationToken::new() }),
            tasks: TaskTracker::new(),
        };
        Self { inner: Arc::new(inner) }
    }

    /// A fresh isolated context, in a browser that is launched if need be.
    ///
    /// # Errors
    /// When Chromium does not start, or does not answer.
    pub async fn context(&self, wish: ContextWish) -> Result<Context, BrowserError> {
        let lease = self.inner.lease(wish.locale.as_deref()).await?;
        let engine = Arc::clone(&lease);
        Context::open(lease, wish).await.inspect_err(|_| engine.distrust())
    }

    /// Asks Chromium what it is; launches it if need be.
    ///
    /// # Errors
    /// When Chromium does not start, or does not answer.
    pub async fn probe(&self) -> Result<Probe, BrowserError> {
        let lease = self.inner.lease(None).await?;
        let version = lease.wire.call(GetVersionParams::default()).await?.product;
        let context = Context::open(lease, ContextWish::default()).await?;
        let page = context.page().await?;
        page.navigate("chrome://sandbox/").await?;
        let verdict: String = page.eval(SANDBOX_VERDICT).await?;
        context.close().await;
        Ok(Probe { version, sandboxed: verdict.contains("You are adequately sandboxed") })
    }

    /// Whether a host answers on port 443 to this machine, within 15 s.
    ///
    /// # Errors
    /// When it does not; with what the firm's proxy did, where it was that.
    pub async fn reach(&self, host: &str) -> Result<(), Option<ProxyError>> {
        egress::reach(&self.inner.settings.way(), host).await
    }

    /// Closes the browser; every context in it is lost. Returns when its processes and its profile are gone.
    /// A later `context` launches anew.
    pub async fn shutdown(&self) {
        let _choosing = self.inner.choosing.lock().await;
        {
            let mut state = self.inner.state();
            state.current = None;
            std::mem::take(&mut state.stop).cancel();
        }
        self.inner.tasks.close();
        self.inner.tasks.wait().await;
        self.inner.tasks.reopen();
    }

    /// The process of the browser that new contexts are made in, if there is one.
    #[must_use]
    pub fn process_id(&self) -> Option<u32> {
        self.inner.state().current.as_ref().and_then(|engine| engine.process_id())
    }
}

impl Inner {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A place in the current engine, or in a new one where that is worn; the old one closes with its last
    /// context. Workers know no language but the browser's, so that is the language of whoever needed it
    /// first.
    async fn lease(&self, locale: Option<&str>) -> Result<Lease, BrowserError> {
        let _choosing = self.choosing.lock().await;
        let current = self.state().current.clone();
        if let Some(engine) = current
            && !engine.is_worn(self.clock.now()).await
            && let Some(lease) = engine.lease()
        {
            return Ok(lease);
        }
        let stop = {
            let mut state = self.state();
            state.current = None;
            state.stop.clone()
        };
        let languages = identity::languages(locale.unwrap_or("en-US"));
        let settings = Arc::clone(&self.settings);
        let engine = Engine::launch(settings, &languages, &self.clock, &stop, &self.tasks).await?;
        self.state().current = Some(Arc::clone(&engine));
        engine.lease().ok_or(BrowserError::Lost)
    }
}
