//! Contexts.

use super::{BrowserError, Cookie, Page};

/// An isolated context: cookies and storage of its own, in memory only. Dropped, it is disposed of.
pub struct Context;

impl Context {
    /// A new page (tab).
    ///
    /// # Errors
    /// When the browser is gone or does not answer.
    pub async fn page(&self) -> Result<Page, BrowserError> {
        Err(BrowserError::Lost)
    }

    /// Every cookie of the context as it is now.
    ///
    /// # Errors
    /// When the browser is gone or does not answer.
    pub async fn cookies(&self) -> Result<Vec<Cookie>, BrowserError> {
        Err(BrowserError::Lost)
    }

    /// Closes its pages and forgets everything in it, before it returns.
    pub async fn close(self) {}
}
