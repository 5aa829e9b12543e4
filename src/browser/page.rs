//! Pages: navigation, and what a page is asked.

use super::egress::Egress;
use super::engine::Engine;
use super::intercept::Intercept;
use super::session::CdpSession;
use super::{BrowserError, Capture, ContextWish, identity};
use crate::net::ProxyError;
use chromiumoxide::cdp::browser_protocol::browser::BrowserContextId;
use chromiumoxide::cdp::browser_protocol::emulation::{
    SetLocaleOverrideParams, SetTimezoneOverrideParams, SetUserAgentOverrideParams,
};
use chromiumoxide::cdp::browser_protocol::network::{BlockPattern, SetBlockedUrLsParams};
use chromiumoxide::cdp::browser_protocol::page::{
    GetFrameTreeParams, GetNavigationHistoryParams, NavigateParams,
};
use chromiumoxide::cdp::browser_protocol::target::{CloseTargetParams, TargetId, WindowState};
use serde::de::DeserializeOwned;
use std::sync::Arc;
use url::Url;

/// A page (tab) of a context. Dropped, it is closed.
pub struct Page {
    pub(super) session: CdpSession,
    engine: Arc<Engine>,
    egress: Arc<Egress>,
    target: TargetId,
    pub(super) intercept: Intercept,
}

impl Page {
    pub(super) async fn create(
        engine: &Arc<Engine>,
        context: &BrowserContextId,
        egress: &Arc<Egress>,
        wish: &ContextWish,
        window: WindowState,
    ) -> Result<Self, BrowserError> {
        let (session, library) = CdpSession::attach(engine, context, window).await?;
        let intercept = Intercept::start(session.clone(), &library).await?;
        let page = Self {
            session,
            engine: Arc::clone(engine),
            egress: Arc::clone(egress),
            target: library.target_id().clone(),
            intercept,
        };
        page.emulate(wish).await?;
        Ok(page)
    }

    /// Keeps every response whose address matches one of the patterns (`*` is any text, `?` one character),
    /// of the page and of its dedicated workers, service worker bypassed. Call it before `open`; a second
    /// call replaces the first.
    ///
    /// # Errors
    /// When the page or the browser is gone or does not answer.
    pub async fn capture(&self, url_patterns: &[&str]) -> Result<Capture, BrowserError> {
        self.intercept.capture(url_patterns).await
    }

    /// Lets no request out whose address matches one of the patterns (`URLPattern` syntax; a port must be
    /// allowed for: `*://*:*/*.png`).
    ///
    /// # Errors
    /// When the page or the browser is gone or does not answer.
    pub async fn block(&self, url_patterns: &[&str]) -> Result<(), BrowserError> {
        let patterns: Vec<_> = url_patterns.iter().map(|pattern| BlockPattern::new(*pattern, true)).collect();
        self.session.call(SetBlockedUrLsParams::builder().url_patterns(patterns).build()).await.map(drop)
    }

    /// Navigates to an http or https address. Returns when the new document has begun (after redirects),
    /// not when it has loaded: wait for a signal of your own.
    ///
    /// # Errors
    /// `Scheme`, `Refused`, `Network`, `Proxy`; `Timeout` when no document began within the limit.
    pub async fn open(&self, url: &Url) -> Result<(), BrowserError> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(BrowserError::Scheme(url.scheme().to_owned()));
        }
        self.check_host(url)?;
        let opened = self.navigate(url.as_str()).await;
        if let Err(BrowserError::Network(_)) = opened
            && let Some(known @ (BrowserError::Refused(_) | BrowserError::Proxy(_))) = self.failure().await?
        {
            // Where a redirect led, and what the proxy did, Chromium's word does not tell.
            return Err(known);
        }
        opened
    }

    /// Opens an empty document of our own under this address; no request leaves.
    ///
    /// # Errors
    /// As `open`.
    pub async fn open_blank(&self, url: &Url) -> Result<(), BrowserError> {
        self.check_host(url)?;
        self.show_blank(url).await
    }

    pub(super) async fn show_blank(&self, url: &Url) -> Result<(), BrowserError> {
        let _fulfil = self.intercept.fulfil(url).await?;
        self.navigate(url.as_str()).await
    }

    /// Why the page shows Chromium's own error page, if it does: a navigation of the page itself (a redirect,
    /// a form) went to a refused host (`Refused`) or failed (`Network`, `Proxy`).
    ///
    /// # Errors
    /// When the page or the browser is gone or does not answer.
    pub async fn failure(&self) -> Result<Option<BrowserError>, BrowserError> {
        let tree = self.session.call(GetFrameTreeParams::default()).await?.frame_tree;
        let Some(url) = tree.frame.unreachable_url else { return Ok(None) };
        if let Ok(url) = Url::parse(&url) {
            if let Err(refused) = self.check_host(&url) {
                return Ok(Some(refused));
            }
            if let Some(error) = self.egress.fault(url.host_str().unwrap_or_default()) {
                return Ok(Some(BrowserError::Proxy(error)));
            }
        }
        // Chromium's error page holds the code for its own script; without it the failure is known all the
        // same.
        let code: Option<String> =
            self.eval("globalThis.loadTimeDataRaw?.errorCode ?? null").await.unwrap_or(None);
        let code = code.unwrap_or_else(|| "ERR_FAILED".into());
        Ok(Some(BrowserError::network(format!("net::{code}"))))
    }

    /// A host of this context's that the firm's proxy does not let through: what a page needs of it never comes,
    /// which the page itself does not tell.
    #[must_use]
    pub fn denied(&self) -> Option<ProxyError> {
        self.egress.denied()
    }

    /// The value of an expression, promises awaited.
    ///
    /// # Errors
    /// `Script` when it throws, `Protocol` when the value has another shape.
    pub async fn eval<T: DeserializeOwned>(&self, expression: &str) -> Result<T, BrowserError> {
        self.session.eval(expression).await
    }

    /// What a function of ours gives for an argument, promises awaited; the argument is handed over as data.
    ///
    /// # Errors
    /// As `eval`.
    pub async fn call<T: DeserializeOwned>(
        &self,
        function: &str,
        argument: serde_json::Value,
    ) -> Result<T, BrowserError> {
        self.session.ask(function, argument).await
    }

    /// The address of the document.
    ///
    /// # Errors
    /// When the page or the browser is gone or does not answer.
    pub async fn url(&self) -> Result<Url, BrowserError> {
        let history = self.session.call(GetNavigationHistoryParams::default()).await?;
        let current =
            usize::try_from(history.current_index).ok().and_then(|index| history.entries.get(index));
        let url = current.and_then(|entry| Url::parse(&entry.url).ok());
        url.ok_or_else(|| BrowserError::Protocol("a page without an address".into()))
    }

    /// The document as it is now, as HTML.
    ///
    /// # Errors
    /// When the page or the browser is gone or does not answer.
    pub async fn html(&self) -> Result<String, BrowserError> {
        self.eval("document.documentElement.outerHTML").await
    }

    /// Navigates anywhere; returns when the new document has begun.
    pub(super) async fn navigate(&self, url: &str) -> Result<(), BrowserError> {
        let answer = self.session.call(NavigateParams::new(url)).await?;
        answer.error_text.map_or(Ok(()), |why| Err(BrowserError::network(why)))
    }

    /// The proxy would refuse too, but it cannot say so to the page.
    fn check_host(&self, url: &Url) -> Result<(), BrowserError> {
        let host = url.host_str().unwrap_or_default();
        let reachable = url.port_or_known_default() == Some(443) && self.egress.allows(host);
        if reachable { Ok(()) } else { Err(BrowserError::Refused(host.to_owned())) }
    }

    async fn emulate(&self, wish: &ContextWish) -> Result<(), BrowserError> {
        if let Some(zone) = &wish.time_zone {
            self.session.call(SetTimezoneOverrideParams::new(zone)).await?;
        }
        let Some(locale) = &wish.locale else { return Ok(()) };
        let mut agent = SetUserAgentOverrideParams::new(&self.engine.identity.user_agent);
        agent.accept_language = Some(identity::languages(locale));
        agent.platform = Some("Linux x86_64".into());
        agent.user_agent_metadata = Some(self.engine.metadata(self).await?.clone());
        self.session.call(agent).await?;
        self.session.call(SetLocaleOverrideParams::builder().locale(locale).build()).await.map(drop)
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        self.engine.wire.post(&CloseTargetParams::new(self.target.clone()));
    }
}
