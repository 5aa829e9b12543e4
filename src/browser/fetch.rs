//! `fetch()` from inside a page.

use super::{BrowserError, Page};
use crate::secret::{ExposeSecret as _, SecretText};
use serde::Deserialize;
use std::time::Duration;
use url::Url;

/// A `fetch()` to be made by a page: its origin, its cookies (`credentials: "include"`).
pub struct FetchCall {
    /// Such as `POST`.
    pub method: String,
    /// The address, of the page's own origin.
    pub url: Url,
    /// Headers. A canary or bearer is secret, so all values are.
    pub headers: Vec<(String, SecretText)>,
    /// The body, if any.
    pub body: Option<String>,
    /// After this the request is aborted.
    pub limit: Duration,
}

/// What `fetch()` gave.
#[derive(Deserialize)]
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

#[derive(Deserialize)]
#[serde(untagged)]
enum FetchOutcome {
    Answer(FetchAnswer),
    Failure { aborted: bool },
}

/// How much longer than the page we wait, for a page that no longer runs its timers.
const GRACE: Duration = Duration::from_secs(2);

const FETCH: &str = r#"async call => {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), call.limit);
    try {
        const answer = await fetch(call.url, {
            method: call.method, headers: call.headers, body: call.body ?? undefined, signal: stop.signal,
            credentials: "include", cache: "no-store", redirect: "manual",
        });
        return { status: answer.status, url: answer.url, redirected: answer.type === "opaqueredirect",
            headers: [...answer.headers], body: await answer.text() };
    } catch (error) {
        return { aborted: stop.signal.aborted };
    } finally {
        clearTimeout(timer);
    }
}"#;

impl Page {
    /// `fetch()` from inside the page, with its origin and cookies. A capture of the page does not keep it.
    ///
    /// # Errors
    /// `Network` or `Certificate` when `fetch` rejects (no connection, cut off, refused by the page's
    /// policy); the page has then been navigated elsewhere. `Timeout` after `call.limit`.
    pub async fn fetch(&self, call: &FetchCall) -> Result<FetchAnswer, BrowserError> {
        let headers: Vec<_> =
            call.headers.iter().map(|(name, value)| [name, value.expose_secret()]).collect();
        let argument = serde_json::json!({
            "method": call.method,
            "url": call.url,
            "headers": headers,
            "body": call.body,
            "limit": u64::try_from(call.limit.as_millis()).unwrap_or(u64::MAX),
        });
        let _own = self.intercept.own(&call.url);
        match self.session.apply(FETCH, argument, call.limit + GRACE).await? {
            FetchOutcome::Answer(answer) => Ok(answer),
            FetchOutcome::Failure { aborted: true } => {
                Err(BrowserError::Timeout { what: "fetch".into(), limit: call.limit })
            }
            FetchOutcome::Failure { aborted: false } => Err(self.why_not(&call.url).await),
        }
    }

    /// Why `fetch()` rejected, which it does not tell: navigating there does, and the page is of no more use.
    async fn why_not(&self, url: &Url) -> BrowserError {
        let Ok(inert) = url.join("/robots.txt") else { return BrowserError::Network("fetch failed".into()) };
        let opened = self.open(&inert).await;
        opened.err().unwrap_or_else(|| BrowserError::Network("fetch failed".into()))
    }
}
