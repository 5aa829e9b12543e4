//! Pages.

use super::{BrowserError, Capture, FetchAnswer, FetchCall};
use crate::secret::SecretText;
use serde::de::DeserializeOwned;
use url::Url;

/// A page (tab) of a context. Dropped, it is closed.
pub struct Page;

impl Page {
    /// Keeps every response whose address matches one of the patterns (`*` is any text, `?` one character),
    /// of the page and of its dedicated workers, service worker bypassed. Call it before `open`; a second
    /// call replaces the first.
    ///
    /// # Errors
    /// When the page or the browser is gone or does not answer.
    pub async fn capture(&self, _url_patterns: &[&str]) -> Result<Capture, BrowserError> {
        Err(BrowserError::Lost)
    }

    /// Lets no request out whose address matches one of the patterns (URLPattern syntax; a port must be
    /// allowed for: `*://*:*/*.png`).
    ///
    /// # Errors
    /// When the page or the browser is gone or does not answer.
    pub async fn block(&self, _url_patterns: &[&str]) -> Result<(), BrowserError> {
        Err(BrowserError::Lost)
    }

    /// Navigates to an http or https address. Returns when the new document has begun (after redirects),
    /// not when it has loaded: wait for a signal of your own.
    ///
    /// # Errors
    /// `Scheme`, `Refused`, `Network`; `Timeout` when no document began within the limit.
    pub async fn open(&self, _url: &Url) -> Result<(), BrowserError> {
        Err(BrowserError::Lost)
    }

    /// Opens an empty document of our own under this address; no request leaves.
    ///
    /// # Errors
    /// As `open`.
    pub async fn open_blank(&self, _url: &Url) -> Result<(), BrowserError> {
        Err(BrowserError::Lost)
    }

    /// Why the page shows Chromium's own error page, if it does: a navigation of the page itself (a redirect,
    /// a form) went to a refused host (`Refused`) or failed (`Network`).
    ///
    /// # Errors
    /// When the page or the browser is gone or does not answer.
    pub async fn failure(&self) -> Result<Option<BrowserError>, BrowserError> {
        Err(BrowserError::Lost)
    }

    /// The value of an expression, promises awaited.
    ///
    /// # Errors
    /// `Script` when it throws, `Protocol` when the value has another shape.
    pub async fn eval<T: DeserializeOwned>(&self, _expression: &str) -> Result<T, BrowserError> {
        Err(BrowserError::Lost)
    }

    /// `fetch()` from inside the page, with its origin and cookies.
    ///
    /// # Errors
    /// `Network` when `fetch` rejects, `Timeout` after `call.limit`.
    pub async fn fetch(&self, _call: &FetchCall) -> Result<FetchAnswer, BrowserError> {
        Err(BrowserError::Lost)
    }

    /// Types a text into a field by real input events, in place of what is there.
    ///
    /// # Errors
    /// `NoElement`.
    pub async fn type_text(&self, _selector: &str, _text: &SecretText) -> Result<(), BrowserError> {
        Err(BrowserError::Lost)
    }

    /// Clicks the middle of an element by real mouse events.
    ///
    /// # Errors
    /// `NoElement`.
    pub async fn click(&self, _selector: &str) -> Result<(), BrowserError> {
        Err(BrowserError::Lost)
    }

    /// The address of the document.
    ///
    /// # Errors
    /// When the page or the browser is gone or does not answer.
    pub async fn url(&self) -> Result<Url, BrowserError> {
        Err(BrowserError::Lost)
    }

    /// The document as it is now, as HTML.
    ///
    /// # Errors
    /// When the page or the browser is gone or does not answer.
    pub async fn html(&self) -> Result<String, BrowserError> {
        Err(BrowserError::Lost)
    }
}
