//! Answers of Graph: their limits, and which failure a refusal is. By status and code, never by the text
//! beside them. <https://learn.microsoft.com/graph/errors>

use super::GraphError;
use super::error::{END, GraphRefusal};
use crate::json;
use crate::net;
use reqwest::header::{DATE, HeaderMap, RETRY_AFTER, WWW_AUTHENTICATE};
use reqwest::{Response, StatusCode};
use serde_json::Value;
use std::time::Duration;

/// No answer is longer, bytes: two hundred contacts with long notes.
const LONGEST: usize = 32 * 1024 * 1024;
/// Inner errors are looked at so deep.
const DEEPEST: usize = 8;

/// What a good answer said.
pub(super) struct GraphAnswer {
    pub(super) status: u16,
    /// `Null` where it had no body.
    pub(super) body: Value,
}

/// Reads an answer to its end.
pub(super) async fn read(mut response: Response) -> Result<GraphAnswer, GraphError> {
    let (status, headers) = (response.status(), response.headers().clone());
    let id = headers.get("request-id").and_then(|id| id.to_str().ok());
    tracing::debug!(status = status.as_u16(), request_id = id, "Graph answers");
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(GraphError::unreachable)? {
        if bytes.len() + chunk.len() > LONGEST {
            return Err(GraphError::Unreadable { what: END, status: status.as_u16() });
        }
        bytes.extend_from_slice(&chunk);
    }
    let body: Option<Value> = json::from_slice(&bytes).ok();
    if !status.is_success() {
        let said = Said { status, headers: &headers, body: body.unwrap_or_default() };
        return Err(said.refusal());
    }
    let body = if bytes.is_empty() { Some(Value::Null) } else { body };
    let what = if bytes.trim_ascii_start().starts_with(b"{") { END } else { "JSON" };
    let body = body.ok_or(GraphError::Unreadable { what, status: status.as_u16() })?;
    Ok(GraphAnswer { status: status.as_u16(), body })
}

/// A refusal, alone or in a batch.
pub(super) struct Said<'a> {
    pub(super) status: StatusCode,
    pub(super) headers: &'a HeaderMap,
    pub(super) body: Value,
}

impl Said<'_> {
    pub(super) fn refusal(&self) -> GraphError {
        let codes = codes(&self.body);
        let class = codes.iter().rev().find_map(|code| Class::of_code(code));
        let class = self.class(class);
        let refusal = GraphRefusal {
            status: self.status.as_u16(),
            code: codes.last().cloned().unwrap_or_default(),
            request_id: self.header("request-id").map(str::to_owned),
        };
        match class {
            Class::Unauthorized => GraphError::Unauthorized(refusal),
            Class::Challenged => GraphError::Challenged(refusal),
            Class::Denied => GraphError::Denied(refusal),
            Class::NoMailbox => GraphError::NoMailbox(refusal),
            Class::Gone => GraphError::Gone(refusal),
            Class::CursorLost => GraphError::CursorLost(refusal),
            Class::Conflict => GraphError::Conflict(refusal),
            Class::Full => GraphError::Full(refusal),
            Class::Invalid => GraphError::Invalid(refusal),
            Class::Busy => GraphError::Busy { refusal, wait: self.wait() },
        }
    }

    /// The status says more than a code only where it is about the token and about being busy.
    fn class(&self, by_code: Option<Class>) -> Class {
        match self.status.as_u16() {
            401 | 403 if self.is_challenged() => Class::Challenged,
            401 => Class::Unauthorized,
            429 => Class::Busy,
            status => by_code.unwrap_or(match status {
                403 => Class::Denied,
                404 => Class::Gone,
                410 => Class::CursorLost,
                409 | 412 => Class::Conflict,
                507 => Class::Full,
                408 | 500.. => Class::Busy,
                _ => Class::Invalid,
            }),
        }
    }

    fn is_challenged(&self) -> bool {
        self.header(WWW_AUTHENTICATE.as_str()).is_some_and(|challenge| challenge.contains("claims"))
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    fn wait(&self) -> Option<Duration> {
        let said = self.headers.get_all(RETRY_AFTER).iter().filter_map(|value| value.to_str().ok());
        net::retry_after(said, self.header(DATE.as_str()))
    }
}

/// The codes of an error from the outside in.
fn codes(body: &Value) -> Vec<String> {
    let inner = |error: &Value| {
        let mut members = error.as_object()?.iter();
        members.find(|(name, _)| name.eq_ignore_ascii_case("innererror")).map(|(_, inner)| inner.clone())
    };
    let errors = std::iter::successors(body.get("error").cloned(), inner).take(DEEPEST);
    let code = |error: Value| Some(error.get("code")?.as_str()?.chars().take(100).collect());
    errors.filter_map(code).collect()
}

#[derive(Clone, Copy)]
enum Class {
    Unauthorized,
    Challenged,
    Denied,
    NoMailbox,
    Gone,
    CursorLost,
    Conflict,
    Full,
    Invalid,
    Busy,
}

/// What codes mean, which differ in case between services.
const CODES: &[(&str, Class)] = &[
    ("ErrorAccessDenied", Class::Denied),
    ("accessDenied", Class::Denied),
    ("Authorization_RequestDenied", Class::Denied),
    ("MailboxNotEnabledForRESTAPI", Class::NoMailbox),
    ("MailboxNotSupportedForRESTAPI", Class::NoMailbox),
    ("ErrorNonExistentMailbox", Class::NoMailbox),
    ("ErrorInvalidUser", Class::NoMailbox),
    ("ResourceNotFound", Class::NoMailbox),
    ("Request_ResourceNotFound", Class::NoMailbox),
    ("extensionError", Class::NoMailbox),
    ("ErrorItemNotFound", Class::Gone),
    ("itemNotFound", Class::Gone),
    ("ErrorSyncFolderNotFound", Class::Gone),
    ("ErrorFolderNotFound", Class::Gone),
    ("SyncStateNotFound", Class::CursorLost),
    ("SyncStateInvalid", Class::CursorLost),
    ("resyncRequired", Class::CursorLost),
    ("resyncApplyDifferences", Class::CursorLost),
    ("resyncUploadDifferences", Class::CursorLost),
    ("ErrorIrresolvableConflict", Class::Conflict),
    ("resourceModified", Class::Conflict),
    ("entityTagDoesNotMatch", Class::Conflict),
    ("ErrorQuotaExceeded", Class::Full),
    ("quotaLimitReached", Class::Full),
    ("TooManyRequests", Class::Busy),
    ("ApplicationThrottled", Class::Busy),
    ("activityLimitReached", Class::Busy),
    ("ServiceUnavailable", Class::Busy),
    ("serviceNotAvailable", Class::Busy),
    ("ServerBusy", Class::Busy),
    ("ErrorServerBusy", Class::Busy),
    ("ErrorInternalServerTransientError", Class::Busy),
    ("ErrorMailboxStoreUnavailable", Class::Busy),
    ("ErrorTimeoutExpired", Class::Busy),
    ("generalException", Class::Busy),
    ("UnknownError", Class::Busy),
];

impl Class {
    fn of_code(code: &str) -> Option<Self> {
        CODES.iter().find(|(known, _)| known.eq_ignore_ascii_case(code)).map(|(_, class)| *class)
    }
}

#[cfg(test)]
mod tests;
