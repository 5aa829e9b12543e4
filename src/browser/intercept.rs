//! What DevTools lets us do to a page's requests while they are paused: keep the response, or answer
//! ourselves.
//!
//! `Fetch` at the response stage loses nothing: the page waits until we continue, so a response cannot be
//! gone before it was read, not even when the page navigates away. (`Network.getResponseBody` loses 9 to 17 %
//! then.) It also sees the requests of dedicated workers. Those of a page that a service worker would answer
//! bypass it: it might answer ours too.

use super::BrowserError;
use super::capture::{Capture, Exchange};
use super::session::CdpSession;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chromiumoxide::Page as Library;
use chromiumoxide::cdp::browser_protocol::fetch::{
    ContinueRequestParams, EnableParams, EventRequestPaused, FulfillRequestParams, GetResponseBodyParams,
    HeaderEntry, RequestPattern, RequestStage,
};
use chromiumoxide::cdp::browser_protocol::network::{GetRequestPostDataParams, SetBypassServiceWorkerParams};
use futures::StreamExt as _;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::mpsc;
use tokio_util::task::AbortOnDropHandle;
use url::Url;

/// The paused requests of one page.
pub(super) struct Intercept {
    session: CdpSession,
    rules: SharedRules,
    _task: AbortOnDropHandle<()>,
}

type SharedRules = Arc<Mutex<RuleSet>>;

#[derive(Default)]
struct RuleSet {
    /// The address that is answered with a document of our own.
    blank: Option<String>,
    /// The address that we fetch ourselves: whoever asked gets the answer, so it is not kept.
    own: Option<String>,
    patterns: Vec<RequestPattern>,
    kept: Option<mpsc::UnboundedSender<Exchange>>,
}

/// While it lives, the address is answered with a document of our own.
pub(super) struct Fulfil<'page>(&'page Intercept);

impl Drop for Fulfil<'_> {
    fn drop(&mut self) {
        self.0.rules().blank = None;
    }
}

/// While it lives, requests for the address are our own.
pub(super) struct Own<'page>(&'page Intercept);

impl Drop for Own<'_> {
    fn drop(&mut self) {
        self.0.rules().own = None;
    }
}

impl Intercept {
    pub(super) async fn start(session: CdpSession, library: &Library) -> Result<Self, BrowserError> {
        session.call(SetBypassServiceWorkerParams::new(true)).await?;
        let paused = library.event_listener::<EventRequestPaused>().await.map_err(|_| BrowserError::Lost)?;
        let rules = SharedRules::default();
        let (caller, shared) = (session.clone(), Arc::clone(&rules));
        let work =
            paused.for_each_concurrent(None, move |event| settle(caller.clone(), Arc::clone(&shared), event));
        Ok(Self { session, rules, _task: AbortOnDropHandle::new(tokio::spawn(work)) })
    }

    pub(super) async fn capture(&self, url_patterns: &[&str]) -> Result<Capture, BrowserError> {
        let (kept, exchanges) = mpsc::unbounded_channel();
        let patterns = url_patterns.iter().map(|pattern| stage(pattern, RequestStage::Response)).collect();
        *self.rules() = RuleSet { patterns, kept: Some(kept), ..RuleSet::default() };
        self.enable(None).await?;
        Ok(Capture::new(exchanges))
    }

    /// Answers the address with an empty document until the guard is dropped.
    pub(super) async fn fulfil(&self, url: &Url) -> Result<Fulfil<'_>, BrowserError> {
        self.rules().blank = Some(url.as_str().to_owned());
        let guard = Fulfil(self);
        self.enable(Some(stage(&literal(url.as_str()), RequestStage::Request))).await?;
        Ok(guard)
    }

    /// Keeps nothing of what is fetched from the address until the guard is dropped.
    pub(super) fn own(&self, url: &Url) -> Own<'_> {
        self.rules().own = Some(url.as_str().to_owned());
        Own(self)
    }

    async fn enable(&self, more: Option<RequestPattern>) -> Result<(), BrowserError> {
        let patterns: Vec<_> = self.rules().patterns.iter().cloned().chain(more).collect();
        self.session.call(EnableParams::builder().patterns(patterns).build()).await.map(drop)
    }

    fn rules(&self) -> MutexGuard<'_, RuleSet> {
        lock(&self.rules)
    }
}

fn lock(rules: &SharedRules) -> MutexGuard<'_, RuleSet> {
    rules.lock().unwrap_or_else(PoisonError::into_inner)
}

fn stage(pattern: &str, stage: RequestStage) -> RequestPattern {
    RequestPattern::builder().url_pattern(pattern).request_stage(stage).build()
}

/// An address as a pattern that matches it alone.
fn literal(url: &str) -> String {
    url.replace('\\', "\\\\").replace('*', "\\*").replace('?', "\\?")
}

/// Settles one paused request. Whatever happens, it goes on: a paused request would stop the page.
async fn settle(session: CdpSession, rules: SharedRules, event: Arc<EventRequestPaused>) {
    let at_response = event.response_status_code.is_some() || event.response_error_reason.is_some();
    if !at_response && lock(&rules).blank.as_deref() == Some(&event.request.url) {
        session.post(&blank_document(&event));
        return;
    }
    let is_own = lock(&rules).own.as_deref() == Some(&event.request.url);
    let kept = lock(&rules).kept.clone().filter(|_| event.response_status_code.is_some() && !is_own);
    let exchange = match &kept {
        Some(_) => Some(exchange(&session, &event).await),
        None => None,
    };
    session.post(&ContinueRequestParams::new(event.request_id.clone()));
    if let (Some(kept), Some(exchange)) = (kept, exchange) {
        // A capture that nobody holds any more keeps nothing.
        let _ = kept.send(exchange);
    }
}

async fn exchange(session: &CdpSession, event: &EventRequestPaused) -> Exchange {
    let request = &event.request;
    let headers = request.headers.inner().as_object();
    let request_headers = headers.into_iter().flatten();
    let response_headers = event.response_headers.iter().flatten();
    Exchange {
        url: request.url.clone(),
        method: request.method.clone(),
        request_headers: request_headers
            .map(|(name, value)| (name.to_lowercase(), value.as_str().unwrap_or_default().to_owned()))
            .filter(|(name, _)| name != "cookie")
            .collect(),
        request_body: request_body(session, event).await,
        status: event.response_status_code.and_then(|status| status.try_into().ok()).unwrap_or_default(),
        response_headers: response_headers
            .map(|header| (header.name.to_lowercase(), header.value.clone()))
            .collect(),
        body: response_body(session, event).await.map_err(|error| error.to_string()),
    }
}

async fn response_body(session: &CdpSession, event: &EventRequestPaused) -> Result<Vec<u8>, BrowserError> {
    let answer = session.call(GetResponseBodyParams::new(event.request_id.clone())).await?;
    if !answer.base64_encoded {
        return Ok(answer.body.into_bytes());
    }
    STANDARD.decode(answer.body).map_err(|_| BrowserError::Protocol("a body that is not base64".into()))
}

/// A small body is part of the event; a large one is asked for.
async fn request_body(session: &CdpSession, event: &EventRequestPaused) -> Option<String> {
    if !event.request.has_post_data.unwrap_or(false) {
        return None;
    }
    let parts = event.request.post_data_entries.iter().flatten().map(|part| part.bytes.as_ref());
    let inline: Option<Vec<u8>> = parts
        .map(|bytes| STANDARD.decode(AsRef::<str>::as_ref(bytes?)).ok())
        .collect::<Option<Vec<_>>>()
        .map(|parts| parts.concat());
    match inline.filter(|bytes| !bytes.is_empty()) {
        Some(bytes) => String::from_utf8(bytes).ok(),
        None => session
            .call(GetRequestPostDataParams::new(event.network_id.clone()?))
            .await
            .ok()
            .map(|got| got.post_data),
    }
}

fn blank_document(event: &EventRequestPaused) -> FulfillRequestParams {
    let mut answer = FulfillRequestParams::new(event.request_id.clone(), 200);
    let header = |name: &str, value: &str| HeaderEntry::new(name, value);
    answer.response_headers =
        Some(vec![header("Content-Type", "text/html; charset=utf-8"), header("Cache-Control", "no-store")]);
    answer.body = Some(STANDARD.encode("<!doctype html><title></title>").into());
    answer
}
