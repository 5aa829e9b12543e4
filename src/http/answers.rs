//! Answers that several routes give.

use crate::error::{Disposition, WhoseTurn};
use crate::model::{Grant, LastError, Reach, Scope};
use crate::store::StoreError;
use crate::sync::Failure;
use axum::Json;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// To a caller without credentials, or (`given`) with some that are not good: why is not said (RFC 6750).
pub(super) fn unauthorized(given: bool) -> Response {
    let challenge = if given { r#"Bearer error="invalid_token""# } else { "Bearer" };
    let body = Json(json!({"error": "unauthorized"}));
    (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, challenge)], body).into_response()
}

/// To a caller who lacks the scope of the route.
pub(super) fn forbidden(scope: Scope) -> Response {
    let scope = scope.as_str();
    let challenge = format!(r#"Bearer error="insufficient_scope", scope="{scope}""#);
    let body = Json(json!({"error": "insufficient_scope", "scope": scope}));
    (StatusCode::FORBIDDEN, [(header::WWW_AUTHENTICATE, challenge)], body).into_response()
}

/// There is no such account, or it is another's: the same answer, so that nobody learns which.
pub(super) fn no_such_account() -> Response {
    (StatusCode::NOT_FOUND, Json(json!({"error": "no_such_account"}))).into_response()
}

/// What is asked for is served nowhere here.
pub(super) async fn not_found() -> Response {
    let body = json!({"error": "not_found", "hint": "README, \"Endpoints\", has what is served."});
    (StatusCode::NOT_FOUND, Json(body)).into_response()
}

/// It is served, but not to this method; `Allow` says to which.
pub(super) async fn wrong_method() -> Response {
    let body = json!({"error": "method_not_allowed", "hint": "The header Allow names the methods."});
    (StatusCode::METHOD_NOT_ALLOWED, Json(body)).into_response()
}

/// We are called by a name that is not ours.
pub(super) fn unknown_host() -> Response {
    let hint = WhoseTurn::Operator.sentence("add the name to http.hosts in the configuration.");
    (StatusCode::MISDIRECTED_REQUEST, Json(json!({"error": "unknown_host", "hint": hint}))).into_response()
}

/// When there is no token, and why: 409 when somebody has to act first, 503 when time will tell.
pub(super) fn refused(failure: &Failure) -> Response {
    let status = match failure.meaning.disposition {
        Disposition::NeedsLogin | Disposition::Blocked => StatusCode::CONFLICT,
        Disposition::Retry | Disposition::Drift | Disposition::Fatal => StatusCode::SERVICE_UNAVAILABLE,
    };
    let Failure { meaning, message } = failure;
    let body = Json(json!({
        "error": meaning.code, "message": message, "whose_turn": meaning.whose_turn, "hint": meaning.hint(),
    }));
    match failure.meaning.retry_after {
        Some(wait) => {
            (status, [(header::RETRY_AFTER, wait.as_secs().max(1).to_string())], body).into_response()
        }
        None => (status, body).into_response(),
    }
}

/// When the database cannot be asked.
pub(super) fn failed(failure: &Failure) -> Response {
    tracing::error!(code = failure.meaning.code, error = failure.message, "request not answered");
    let meaning = &failure.meaning;
    let body = json!({"error": meaning.code, "whose_turn": meaning.whose_turn, "hint": meaning.hint()});
    (StatusCode::SERVICE_UNAVAILABLE, Json(body)).into_response()
}

/// A fault of the machine as far as it is the caller's: places and programs of this machine are the operator's alone.
pub(super) fn as_told(fault: LastError, reach: &Reach) -> LastError {
    match reach {
        Reach::Everyone => fault,
        Reach::Owner(_) => LastError {
            message: "no account can be read at present".to_owned(),
            whose_turn: WhoseTurn::Operator,
            hint: WhoseTurn::Operator.sentence("this machine has to be seen to."),
            ..fault
        },
    }
}

/// Why a handler has no other answer.
pub(super) enum No {
    /// No such account within reach.
    Account,
    /// Asked in a wrong way.
    Wrong(&'static str),
    /// The database cannot be asked.
    Failed(Failure),
    /// Somebody has to act first.
    Refused(Failure),
    /// Several accounts may be meant.
    Several(Vec<Grant>),
}

impl From<StoreError> for No {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}

impl IntoResponse for No {
    fn into_response(self) -> Response {
        match self {
            Self::Account => no_such_account(),
            Self::Wrong(word) => (StatusCode::BAD_REQUEST, Json(json!({"error": word}))).into_response(),
            Self::Failed(failure) => failed(&failure),
            Self::Refused(failure) => refused(&failure),
            Self::Several(grants) => several(&grants),
        }
    }
}

fn several(grants: &[Grant]) -> Response {
    let accounts: Vec<_> = grants
        .iter()
        .map(|grant| json!({"account": grant.account_id, "address": grant.given.address}))
        .collect();
    let body = json!({"error": "several_accounts", "hint": "Name one with ?account=.", "accounts": accounts});
    (StatusCode::CONFLICT, Json(body)).into_response()
}
