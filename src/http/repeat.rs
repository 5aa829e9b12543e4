//! Requests that a caller may make again under a key (the header `Idempotency-Key`).

use super::Edge;
use super::caller::Caller;
use super::problem::Problem;
use crate::desk::{RequestTurn, RequestUnderWay};
use crate::model::{Actor, RequestKey};
use crate::secret::{ExposeSecret, SecretText, secret};
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::{CONTENT_TYPE, HeaderName, LOCATION};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::panic::resume_unwind;

/// The longest key, bytes.
const LONGEST: usize = 255;

/// What answers are.
const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// What of an answer is kept: its status, where what it made is, and its body, which is JSON.
type Kept = (u16, Option<String>, String);

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

/// The key of a request, and what is asked under it, in parts; `None` of one without a key.
pub(super) fn key(headers: &HeaderMap, actor: &Actor, asked: &[&[u8]]) -> Result<Option<RequestKey>, BadKey> {
    let mut keys = headers.get_all("idempotency-key").iter();
    let Some(key) = keys.next() else { return Ok(None) };
    let is_one = keys.next().is_none() && (1..=LONGEST).contains(&key.len());
    match key.to_str() {
        Ok(key) if is_one => Ok(Some(RequestKey::new(actor, key, asked))),
        Ok(_) | Err(_) => Err(BadKey),
    }
}

/// Has a request under a key done once, and answers the same again as it was answered. Its body is here whole.
pub(super) async fn once(
    State(edge): State<Edge>,
    caller: Caller,
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
    let key = asked(&caller, &parts, &body)?;
    let request = Request::from_parts(parts, Body::from(body));
    let Some(key) = key else { return Ok(next.run(request).await) };
    let under_way = match edge.desk.begin_request(key).await? {
        RequestTurn::Again(answer) => return Ok(again(&answer)),
        RequestTurn::First(under_way) => under_way,
    };
    // Who hangs up before the answer comes back for it: that ends no more than their waiting.
    let work = tokio::spawn(async move {
        let answer = next.run(request).await;
        ended(&edge, &under_way, answer).await
    });
    work.await.map_err(|lost| match lost.try_into_panic() {
        Ok(panic) => resume_unwind(panic),
        Err(_) => Problem::stopping(),
    })
}

/// What a request asks: by which way, with which rights and with which body.
fn asked(caller: &Caller, parts: &Parts, body: &[u8]) -> Result<Option<RequestKey>, BadKey> {
    let (way, may) = (format!("{} {}", parts.method, parts.uri), caller.may());
    key(&parts.headers, &caller.actor, &[way.as_bytes(), may.as_bytes(), body])
}

/// The answer as it goes out, once it is kept where it is a success.
async fn ended(edge: &Edge, of: &RequestUnderWay, answer: Response) -> Response {
    let (parts, body) = answer.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
    let location = parts.headers.get(LOCATION).and_then(|place| place.to_str().ok()).map(str::to_owned);
    let text = std::str::from_utf8(&body).ok().filter(|_| parts.status.is_success());
    let kept = text.map(|text| -> Kept { (parts.status.as_u16(), location, text.to_owned()) });
    let kept = kept.and_then(|kept| serde_json::to_string(&kept).ok()).map(secret);
    if let Err(error) = edge.desk.end_request(of, kept.as_ref()).await {
        // It is done all the same.
        tracing::error!(%error, "an answer could not be kept for the same request again");
    }
    Response::from_parts(parts, Body::from(body))
}

/// An answer as it was.
fn again(kept: &SecretText) -> Response {
    let (status, location, body): Kept = serde_json::from_str(kept.expose_secret()).unwrap_or_default();
    let place = location.and_then(|place| HeaderValue::try_from(place).ok()).map(|place| (LOCATION, place));
    let headers: HeaderMap = place.into_iter().chain([repeated(), (CONTENT_TYPE, JSON)]).collect();
    (StatusCode::from_u16(status).unwrap_or_default(), headers, body).into_response()
}
