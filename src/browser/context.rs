//! Isolated contexts.

use super::egress::{BYPASS, Egress};
use super::engine::Lease;
use super::{BrowserError, ContextWish, Cookie, Page};
use chromiumoxide::cdp::browser_protocol::browser::{
    BrowserContextId, SetDownloadBehaviorBehavior, SetDownloadBehaviorParams,
};
use chromiumoxide::cdp::browser_protocol::storage::{GetCookiesParams, SetCookiesParams};
use chromiumoxide::cdp::browser_protocol::target::{
    CreateBrowserContextParams, DisposeBrowserContextParams, WindowState,
};
use std::sync::Arc;

/// An isolated context: cookies, storage and a way out of its own, in memory only. Dropped, it is disposed
/// of.
pub struct Context {
    lease: Lease,
    id: BrowserContextId,
    egress: Arc<Egress>,
    wish: ContextWish,
    open: bool,
}

impl Context {
    pub(super) async fn open(lease: Lease, mut wish: ContextWish) -> Result<Self, BrowserError> {
        let egress = Arc::new(lease.egress(std::mem::take(&mut wish.allow)).await?);
        let create = CreateBrowserContextParams::builder()
            .dispose_on_detach(true)
            .proxy_server(egress.url())
            .proxy_bypass_list(BYPASS)
            .build();
        let id = lease.wire.call(create).await?.browser_context_id;
        let cookies = std::mem::take(&mut wish.cookies);
        let context = Self { lease, id, egress, wish, open: true };
        context.deny_downloads().await?;
        context.set_cookies(&cookies).await?;
        Ok(context)
    }

    /// A new page (tab). It fills its window: tabs would be drawn too, and turn a wheel while the page loads,
    /// which takes a tenth of a core.
    ///
    /// # Errors
    /// When the browser is gone or does not answer.
    pub async fn page(&self) -> Result<Page, BrowserError> {
        self.make_page(WindowState::Fullscreen).await
    }

    /// A new page for scripts alone, which is never drawn: its document is hidden, no frame comes, and timers
    /// tick once a second.
    ///
    /// # Errors
    /// When the browser is gone or does not answer.
    pub async fn hidden_page(&self) -> Result<Page, BrowserError> {
        self.make_page(WindowState::Minimized).await
    }

    /// Every cookie of the context as it is now.
    ///
    /// # Errors
    /// When the browser is gone or does not answer.
    pub async fn cookies(&self) -> Result<Vec<Cookie>, BrowserError> {
        let get = GetCookiesParams::builder().browser_context_id(self.id.clone()).build();
        let found = self.lease.wire.call(get).await?;
        Ok(found.cookies.iter().map(Cookie::from).collect())
    }

    /// Closes its pages and forgets everything in it, before it returns.
    pub async fn close(mut self) {
        self.open = false;
        let dispose = DisposeBrowserContextParams::new(self.id.clone());
        if let Err(error) = self.lease.wire.call(dispose).await {
            tracing::warn!(%error, "context could not be disposed of");
            self.lease.distrust();
        }
    }

    async fn make_page(&self, window: WindowState) -> Result<Page, BrowserError> {
        Page::create(&self.lease, &self.id, &self.egress, &self.wish, window).await
    }

    async fn set_cookies(&self, cookies: &[Cookie]) -> Result<(), BrowserError> {
        if cookies.is_empty() {
            return Ok(());
        }
        let mut set = SetCookiesParams::new(cookies.iter().map(Cookie::to_param).collect::<Vec<_>>());
        set.browser_context_id = Some(self.id.clone());
        self.lease.wire.call(set).await.map(drop)
    }

    async fn deny_downloads(&self) -> Result<(), BrowserError> {
        let mut deny = SetDownloadBehaviorParams::new(SetDownloadBehaviorBehavior::Deny);
        deny.browser_context_id = Some(self.id.clone());
        self.lease.wire.call(deny).await.map(drop)
    }
}

impl Drop for Context {
    fn drop(&mut self) {
        if self.open {
            self.lease.wire.post(&DisposeBrowserContextParams::new(self.id.clone()));
        }
    }
}
