//! A request, taken apart.

use axum::body::to_bytes;
use axum::extract::Request;
use axum::http::{HeaderMap, Method};
use bytes::Bytes;
use percent_encoding::percent_decode_str;

/// Longest request body: a photo of 4 MB and what is around it.
const MOST_BODY: usize = 5 << 20;

/// A request, alone or as a part of a batch.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) method: Method,
    /// Path and query as they came, without the version.
    pub(super) address: String,
    /// The decoded path behind the version.
    pub(super) segments: Vec<String>,
    options: Vec<(String, String)>,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

impl Asked {
    pub(super) async fn read(request: Request) -> Self {
        let (head, body) = request.into_parts();
        let address = head.uri.path_and_query().map(ToString::to_string).unwrap_or_default();
        let body = to_bytes(body, MOST_BODY).await.unwrap_or_default();
        let address = address.strip_prefix("/v1.0").unwrap_or("/unknown/version");
        Self::new(head.method, address, head.headers, body)
    }

    pub(super) fn new(method: Method, address: &str, headers: HeaderMap, body: Bytes) -> Self {
        let (path, query) = address.split_once('?').unwrap_or((address, ""));
        let decode = |part: &str| percent_decode_str(part).decode_utf8_lossy().into_owned();
        Self {
            method,
            address: address.to_owned(),
            segments: path.split('/').filter(|part| !part.is_empty()).map(decode).collect(),
            options: form_urlencoded::parse(query.as_bytes()).into_owned().collect(),
            headers,
            body,
        }
    }

    /// The path as it came, without the version.
    pub(super) fn path(&self) -> &str {
        self.address.split('?').next().unwrap_or_default()
    }

    /// The query, encoded again, with another `$skip`.
    pub(super) fn query_with_skip(&self, skip: usize) -> String {
        let kept = self
            .options
            .iter()
            .filter(|(name, _)| !name.trim_start_matches('$').eq_ignore_ascii_case("skip"));
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(kept).append_pair("$skip", &skip.to_string()).finish()
    }

    /// A system query option; its `$` may be left out.
    pub(super) fn option(&self, name: &str) -> Option<&str> {
        let is = |key: &str| key.trim_start_matches('$').eq_ignore_ascii_case(name);
        self.options.iter().find(|(key, _)| is(key)).map(|(_, value)| value.as_str())
    }

    pub(super) fn number(&self, name: &str) -> Option<usize> {
        self.option(name)?.parse().ok()
    }

    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The preferences of all `Prefer` headers.
    fn preferences(&self) -> impl Iterator<Item = &str> {
        let headers = self.headers.get_all("prefer").iter().filter_map(|value| value.to_str().ok());
        headers.flat_map(|header| header.split([',', ';'])).map(str::trim)
    }

    /// Whether ids that survive a move are preferred.
    pub(super) fn immutable(&self) -> bool {
        self.preferences()
            .any(|preference| preference.replace('"', "").eq_ignore_ascii_case("IdType=ImmutableId"))
    }

    pub(super) fn max_page(&self) -> Option<usize> {
        self.preferences().find_map(|preference| preference.strip_prefix("odata.maxpagesize=")?.parse().ok())
    }

    /// Whether bodies are preferred as text.
    pub(super) fn wants_text(&self) -> bool {
        self.preferences().any(|preference| preference.replace('"', "") == "outlook.body-content-type=text")
    }

    /// Whether bodies are preferred as their senders wrote them, with what may do harm.
    pub(super) fn wants_unsafe(&self) -> bool {
        self.preferences().any(|preference| preference == "outlook.allow-unsafe-html")
    }

    pub(super) fn wants_minimal(&self) -> bool {
        self.preferences().any(|preference| preference == "return=minimal")
    }

    /// Address and body, as failures look for a text in them.
    pub(super) fn text(&self) -> String {
        let address = percent_decode_str(&self.address).decode_utf8_lossy();
        format!("{address}\n{}", String::from_utf8_lossy(&self.body))
    }
}
