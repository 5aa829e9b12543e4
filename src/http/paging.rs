//! Lists by pages: how long one is, and where the next begins.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// So many are on a page where it is not said.
const USUAL: u32 = 50;
/// So many are on a page at most.
const MOST: u32 = 200;

/// How many a page has; `None` where it can have no page of so many (`Problem::bad_limit`).
pub(super) fn limit(asked: Option<u32>) -> Option<u32> {
    Some(asked.unwrap_or(USUAL)).filter(|limit| (1..=MOST).contains(limit))
}

/// Of one more than the page has, those on it, and the last of them where there is another page.
pub(super) fn cut<T>(found: &mut Vec<T>, limit: u32) -> Option<&T> {
    let has_more = found.len() > limit as usize;
    found.truncate(limit as usize);
    found.last().filter(|_| has_more)
}

/// Where a page begins, as callers carry it.
pub(super) fn cursor<T: Serialize>(start: &T) -> Option<String> {
    Some(BASE64_URL_SAFE_NO_PAD.encode(serde_json::to_vec(start).ok()?))
}

/// Where a page begins; `None` where it is no cursor.
pub(super) fn start<T: DeserializeOwned>(cursor: &str) -> Option<T> {
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()
}

/// The header `Link` of the page after this one (RFC 8288).
pub(super) fn link(path: &str, query: &str) -> String {
    format!("<{path}?{query}>; rel=\"next\"")
}
