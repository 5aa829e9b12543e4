//! Graph's errors.

use std::collections::BTreeMap;

use axum::Json;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::access::ids;

/// An error as Graph answers it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GraphError {
    /// HTTP status.
    pub status: u16,
    /// `error.code`. Empty: the answer has no body.
    pub code: String,
    /// `error.message`.
    #[serde(default)]
    pub message: String,
    /// Headers beside those of every answer: `retry-after` in any form, `location`, …
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
}

impl GraphError {
    /// An error without further headers.
    #[must_use]
    pub fn new(status: u16, code: &str, message: &str) -> Self {
        Self { status, code: code.to_owned(), message: message.to_owned(), headers: BTreeMap::new() }
    }

    /// With this header.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.insert(name.to_owned(), value.to_owned());
        self
    }

    /// 429: too much; `Retry-After` in seconds, which may be fractional.
    #[must_use]
    pub fn throttled(retry_after: &str) -> Self {
        Self::new(429, "TooManyRequests", "Please retry again later.").with("retry-after", retry_after)
    }

    /// 429: more requests at once than the mailbox bears.
    #[must_use]
    pub fn concurrency() -> Self {
        Self::new(429, "ApplicationThrottled", "Application is over its MailboxConcurrency limit.")
    }

    /// 412: the change key is not the contact's.
    #[must_use]
    pub fn conflict() -> Self {
        Self::new(
            412,
            "ErrorIrresolvableConflict",
            "The send or update operation could not be performed because the change key passed in the request does not match the current change key for the item.",
        )
    }

    /// 405, as a good PATCH met it for a reason that nobody told.
    #[must_use]
    pub fn not_supported() -> Self {
        Self::new(405, "ErrorInvalidRequest", "The OData request is not supported.")
    }

    /// The mailbox is full.
    #[must_use]
    pub fn quota() -> Self {
        Self::new(507, "ErrorQuotaExceeded", "The mailbox has exceeded its maximum mailbox size.")
    }

    pub(super) fn no_item() -> Self {
        Self::new(404, "ErrorItemNotFound", "The specified object was not found in the store.")
    }

    pub(super) fn malformed_id() -> Self {
        Self::new(400, "ErrorInvalidIdMalformed", "Id is malformed.")
    }

    pub(super) fn no_resource(segment: &str) -> Self {
        Self::new(400, "BadRequest", &format!("Resource not found for the segment '{segment}'."))
    }

    pub(super) fn bad_request(message: &str) -> Self {
        Self::new(400, "BadRequest", message)
    }

    pub(super) fn unreadable() -> Self {
        Self::bad_request(
            "Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.",
        )
    }

    pub(super) fn body(&self, request_id: &str, client_id: &str, now: DateTime<Utc>) -> serde_json::Value {
        let date = now.format("%Y-%m-%dT%H:%M:%S").to_string();
        let inner = json!({"date": date, "request-id": request_id, "client-request-id": client_id});
        json!({"error": {"code": self.code, "message": self.message, "innerError": inner}})
    }

    pub(super) fn answer(&self, headers: &HeaderMap, now: DateTime<Utc>) -> Response {
        let (id, client_id) = ids(headers);
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = Json(self.body(&id, &client_id, now));
        let mut answer =
            if self.code.is_empty() { status.into_response() } else { (status, body).into_response() };
        answer.headers_mut().extend(super::access::trace(&id, &client_id));
        for (name, value) in &self.headers {
            if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), value.parse::<HeaderValue>()) {
                answer.headers_mut().insert(name, value);
            }
        }
        answer
    }
}
