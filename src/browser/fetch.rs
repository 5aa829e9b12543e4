//! `fetch()` from inside a page.

use crate::secret::SecretText;
use std::time::Duration;
use url::Url;

/// A `fetch()` to be made by a page: its origin, its cookies (`credentials: "include"`).
pub struct FetchCall {
    /// Such as `POST`.
    pub method: String,
    /// Where to.
    pub url: Url,
    /// Headers. A canary or bearer is secret, so all values are.
    pub headers: Vec<(String, SecretText)>,
    /// The body, if any.
    pub body: Option<String>,
    /// After this the request is aborted.
    pub limit: Duration,
}

/// What `fetch()` gave.
pub struct FetchAnswer {
    /// The HTTP status; 0 when `redirected`.
    pub status: u16,
    /// The address of the answer.
    pub url: String,
    /// The server answered with a redirect. It is not followed: it usually leads to the sign-in page of
    /// another origin, where `fetch` would only say "failed".
    pub redirected: bool,
    /// Headers that a page may see, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body as text.
    pub body: String,
}
