//! Requests that a caller may make again under a key (the header `Idempotency-Key`).

use crate::http::problem::Problem;
use crate::model::{Actor, RequestKey};
use axum::http::{HeaderMap, HeaderValue, header::HeaderName};

/// The longest key, bytes.
const LONGEST: usize = 255;

/// The header is there, and is no key.
pub(super) struct BadKey;

impl From<BadKey> for Problem {
    fn from(_: BadKey) -> Self {
        Self::wrong("bad_key", "the header Idempotency-Key is one visible text of at most 255 bytes")
    }
}

/// Tells an answer to a request that was made before.
pub(super) fn repeated() -> (HeaderName, HeaderValue) {
    (HeaderName::from_static("idempotency-replayed"), HeaderValue::from_static("true"))
}

/// The key of a request, and what is asked under it; `None` of one without a key.
pub(super) fn key(headers: &HeaderMap, actor: &Actor, asked: &str) -> Result<Option<RequestKey>, BadKey> {
    let mut keys = headers.get_all("idempotency-key").iter();
    let Some(key) = keys.next() else { return Ok(None) };
    let is_one = keys.next().is_none() && (1..=LONGEST).contains(&key.len());
    match key.to_str() {
        Ok(key) if is_one => Ok(Some(RequestKey::new(actor, key, asked))),
        Ok(_) | Err(_) => Err(BadKey),
    }
}
