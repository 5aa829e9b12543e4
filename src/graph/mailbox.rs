//! One account's requests.

use super::GraphError;
use super::answer::{self, GraphAnswer};
use super::pace::RequestBudget;
use crate::clock::Clock;
use crate::secret::{ExposeSecret, SecretText};
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, IF_MATCH};
use reqwest::{Client, Method, RequestBuilder, Response};
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;
use url::Url;
use uuid::Uuid;

/// Asked for with every request and every link, since Graph forgets it from page to page: ids that stay when
/// an item moves, and pages as long as they can be had.
pub(super) const PREFER: &str = "IdType=\"ImmutableId\", odata.maxpagesize=200";
/// The same with pages of another length.
pub(super) fn prefer(page: u32) -> String {
    format!("IdType=\"ImmutableId\", odata.maxpagesize={page}")
}
/// How often a server that puts a request off is asked again.
const TRIES: u32 = 3;
/// What it puts off for longer waits for another turn.
pub(super) const SOON: Duration = Duration::from_secs(10);
/// What is long may take so long to its end.
const LONG: Duration = Duration::from_mins(5);

/// One account's mailbox, while its access token is good.
pub struct GraphMailbox {
    http: Client,
    base: Url,
    clock: Clock,
    pace: Arc<RequestBudget>,
    token: SecretText,
}

impl GraphMailbox {
    pub(super) fn new(
        http: Client,
        base: Url,
        clock: Clock,
        pace: Arc<RequestBudget>,
        token: SecretText,
    ) -> Self {
        Self { http, base, clock, pace, token }
    }

    /// An address below the version's, of path segments that may hold anything.
    pub(super) fn address(&self, segments: &[&str], query: &[(&str, &str)]) -> Url {
        let mut address = self.base.clone();
        if let Ok(mut path) = address.path_segments_mut() {
            path.pop_if_empty().extend(segments);
        }
        if !query.is_empty() {
            address.query_pairs_mut().extend_pairs(query);
        }
        address
    }

    /// The same as a batch has it: below the version's address.
    pub(super) fn relative(&self, address: &Url) -> String {
        let path = address.path().strip_prefix(self.base.path().trim_end_matches('/')).unwrap_or_default();
        address.query().map_or_else(|| path.to_owned(), |query| format!("{path}?{query}"))
    }

    /// A link as the server gave it, if it leads to the server. It is followed unchanged.
    pub(super) fn link(&self, link: &str) -> Result<Url, GraphError> {
        let link: Url = link.parse().map_err(|_| GraphError::ForeignLink)?;
        let is_ours = link.origin() == self.base.origin() && link.username().is_empty();
        if is_ours { Ok(link) } else { Err(GraphError::ForeignLink) }
    }

    pub(super) async fn get(&self, address: Url) -> Result<GraphAnswer, GraphError> {
        self.ask(1, soon, || self.request(Method::GET, address.clone())).await
    }

    /// The same, a page of a list with as many items.
    pub(super) async fn get_page(&self, address: Url, items: u32) -> Result<GraphAnswer, GraphError> {
        let prefer = HeaderValue::from_str(&prefer(items)).unwrap_or(HeaderValue::from_static(PREFER));
        let headers = HeaderMap::from_iter([(HeaderName::from_static("prefer"), prefer)]);
        self.ask(1, soon, || self.request(Method::GET, address.clone()).headers(headers.clone())).await
    }

    /// Gets what is no JSON and may be long: its beginning is waited for here, the rest by who takes it.
    pub(super) async fn stream(&self, address: Url) -> Result<Response, GraphError> {
        let _place = self.pace.place().await;
        self.pace.count(1, self.clock.now()).map_err(GraphError::OverBudget)?;
        let any = HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static("*/*"))]);
        let request = self.request(Method::GET, address).headers(any).timeout(LONG);
        let response = request.send().await.map_err(GraphError::unreachable)?;
        if response.status().is_success() {
            return Ok(response);
        }
        match answer::read(response).await {
            Err(error) => Err(error),
            Ok(GraphAnswer { status, .. }) => Err(GraphError::Unreadable { what: "content", status }),
        }
    }

    /// Posts what changes nothing, and may be posted again.
    pub(super) async fn post(
        &self,
        address: Url,
        body: &Value,
        requests: usize,
    ) -> Result<GraphAnswer, GraphError> {
        self.ask(requests, soon, || with_body(self.request(Method::POST, address.clone()), body)).await
    }

    /// Posts what makes something: again only where it was refused before anything was done.
    pub(super) async fn make(&self, address: Url, body: &Value) -> Result<GraphAnswer, GraphError> {
        let again = |answer: &_| soon(answer).filter(|_| is_undone(answer));
        self.ask(1, again, || with_body(self.request(Method::POST, address.clone()), body)).await
    }

    /// Sends a message, RFC 5322 in base64: again only where it was refused before anything was done.
    pub(super) async fn send_text(&self, address: Url, text: &str) -> Result<GraphAnswer, GraphError> {
        let again = |answer: &_| soon(answer).filter(|_| is_undone(answer));
        let request = || self.request(Method::POST, address.clone()).header(CONTENT_TYPE, "text/plain");
        self.ask(1, again, || request().body(text.to_owned())).await
    }

    /// Writes members of an item: of this version of it, if one is named.
    pub(super) async fn patch(
        &self,
        address: Url,
        version: Option<&str>,
        body: &Value,
    ) -> Result<GraphAnswer, GraphError> {
        let request = || with_body(self.request(Method::PATCH, address.clone()), body);
        self.ask(1, soon, || of_version(request(), version)).await
    }

    /// Puts a file in the place of another.
    pub(super) async fn put(
        &self,
        address: Url,
        kind: &'static str,
        bytes: &[u8],
    ) -> Result<GraphAnswer, GraphError> {
        let request =
            || self.request(Method::PUT, address.clone()).header(CONTENT_TYPE, kind).body(bytes.to_vec());
        self.ask(1, soon, request).await
    }

    /// Deletes an item: this version of it, if one is named.
    pub(super) async fn delete(
        &self,
        address: Url,
        version: Option<&str>,
    ) -> Result<GraphAnswer, GraphError> {
        self.ask(1, soon, || of_version(self.request(Method::DELETE, address.clone()), version)).await
    }

    fn request(&self, method: Method, address: Url) -> RequestBuilder {
        let id = Uuid::new_v4().to_string();
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        headers.insert(HeaderName::from_static("prefer"), HeaderValue::from_static(PREFER));
        if let Ok(id) = HeaderValue::from_str(&id) {
            headers.insert(HeaderName::from_static("client-request-id"), id);
        }
        self.http.request(method, address).headers(headers).bearer_auth(self.token.expose_secret())
    }

    /// Asks, and again after as long as `again` says.
    async fn ask(
        &self,
        requests: usize,
        again: impl Fn(&Result<GraphAnswer, GraphError>) -> Option<Duration>,
        request: impl Fn() -> RequestBuilder,
    ) -> Result<GraphAnswer, GraphError> {
        let mut tries = 0;
        loop {
            tries += 1;
            let answer = self.ask_once(requests, request()).await;
            match again(&answer).filter(|_| tries < TRIES) {
                Some(wait) => self.clock.sleep(wait).await,
                None => return answer,
            }
        }
    }

    async fn ask_once(&self, requests: usize, request: RequestBuilder) -> Result<GraphAnswer, GraphError> {
        let _place = self.pace.place().await;
        self.pace.count(requests, self.clock.now()).map_err(GraphError::OverBudget)?;
        answer::read(request.send().await.map_err(GraphError::unreachable)?).await
    }

    pub(super) async fn rest(&self, wait: Duration) {
        self.clock.sleep(wait).await;
    }
}

/// After how long a server that is busy wants to be asked again, where that is soon.
fn soon(answer: &Result<GraphAnswer, GraphError>) -> Option<Duration> {
    match answer {
        Err(GraphError::Busy { wait, .. }) => wait.filter(|wait| *wait <= SOON),
        _ => None,
    }
}

fn is_undone(answer: &Result<GraphAnswer, GraphError>) -> bool {
    answer.as_ref().is_err_and(GraphError::is_undone)
}

fn with_body(request: RequestBuilder, body: &Value) -> RequestBuilder {
    request.header(CONTENT_TYPE, "application/json").body(body.to_string())
}

/// The version of an item is its change key, of which its etag is made.
fn of_version(request: RequestBuilder, version: Option<&str>) -> RequestBuilder {
    match version {
        Some(key) => request.header(IF_MATCH, format!("W/\"{key}\"")),
        None => request,
    }
}

#[cfg(test)]
mod tests;
