//! Lossless capture of responses.

use crate::clock::Clock;
use std::time::Duration;
use tokio::sync::mpsc;

/// Responses of a page as they arrive.
pub struct Capture {
    exchanges: mpsc::UnboundedReceiver<Exchange>,
}

/// A request of the page, and its response.
pub struct Exchange {
    /// The address asked for.
    pub url: String,
    /// Such as `POST`.
    pub method: String,
    /// Names in lower case. Cookies are not among them.
    pub request_headers: Vec<(String, String)>,
    /// The body of the request, if it had one that is text.
    pub request_body: Option<String>,
    /// The HTTP status.
    pub status: u16,
    /// Names in lower case.
    pub response_headers: Vec<(String, String)>,
    /// The body, decompressed; or why it could not be read (redirects have none, a connection may break).
    pub body: Result<Vec<u8>, String>,
}

impl Exchange {
    /// The value of a header of the request, whose name is given in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.request_headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

impl Capture {
    pub(super) fn new(exchanges: mpsc::UnboundedReceiver<Exchange>) -> Self {
        Self { exchanges }
    }

    /// The next exchange; `None` when none came within the limit, or none can come any more.
    pub async fn next(&mut self, limit: Duration) -> Option<Exchange> {
        Clock::limit(limit, self.exchanges.recv()).await.ok().flatten()
    }

    /// An exchange that has already come.
    pub fn try_next(&mut self) -> Option<Exchange> {
        self.exchanges.try_recv().ok()
    }
}
