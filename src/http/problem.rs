//! The one body of every answer that is an error.

mod tokens;

use crate::desk::DeskError;
use crate::error::{Classify, Disposition, Extent, WhoseTurn};
use crate::model::{AccountId, Grant, Scope};
use crate::sync::Failure;
use axum::Json;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use serde::Serialize;
use std::borrow::Cow;

/// Why a request has no other answer.
#[derive(Debug, Serialize)]
pub(super) struct Problem {
    #[serde(skip)]
    status: StatusCode,
    /// What `WWW-Authenticate` says.
    #[serde(skip)]
    challenge: Option<String>,
    /// A stable word for programs.
    error: &'static str,
    /// What happened, for people.
    message: Cow<'static, str>,
    /// The next step.
    hint: Option<Cow<'static, str>>,
    /// Who has to take it.
    whose_turn: Option<WhoseTurn>,
    /// After how many seconds another try is worth it; also in the header `Retry-After`.
    retry_after: Option<u64>,
    /// The scope that the route needs.
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<Scope>,
    /// Since when the cycle runs that stands in the way.
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<DateTime<Utc>>,
    /// Of which accounts one has to be named.
    #[serde(skip_serializing_if = "Option::is_none")]
    accounts: Option<Vec<AccountNamed>>,
}

/// A problem as it is answered (RFC 9457).
#[derive(Serialize)]
struct ProblemBody<'a> {
    /// The same for each problem of a status: what tells them apart is `error`.
    title: Option<&'static str>,
    status: u16,
    detail: &'a str,
    #[serde(flatten)]
    problem: &'a Problem,
}

/// One account among several.
#[derive(Debug, Serialize)]
struct AccountNamed {
    account: AccountId,
    address: String,
}

impl AccountNamed {
    fn of(grant: &Grant) -> Self {
        Self { account: grant.account_id.clone(), address: grant.given.address.clone() }
    }
}

impl Problem {
    fn new(status: StatusCode, error: &'static str, message: &'static str) -> Self {
        Self {
            status,
            challenge: None,
            error,
            message: message.into(),
            hint: None,
            whose_turn: None,
            retry_after: None,
            scope: None,
            since: None,
            accounts: None,
        }
    }

    /// The same, with the next step, as it follows "The operator's turn: ".
    fn next(self, whose_turn: WhoseTurn, next: &str) -> Self {
        Self { hint: Some(whose_turn.sentence(next).into()), whose_turn: Some(whose_turn), ..self }
    }

    /// To a caller without credentials, or (`given`) with some that are not good: why is not said (RFC 6750).
    pub(super) fn unauthorized(given: bool) -> Self {
        let challenge = if given { r#"Bearer error="invalid_token""# } else { "Bearer" };
        let problem = Self::new(
            StatusCode::UNAUTHORIZED,
            "unauthorized",
            "the request carries no credentials that are good here",
        );
        Self { challenge: Some(challenge.to_owned()), ..problem }
    }

    /// To a caller who lacks the scope of the route.
    pub(super) fn forbidden(scope: Scope) -> Self {
        let challenge = format!(r#"Bearer error="insufficient_scope", scope="{}""#, scope.as_str());
        let message = "the caller lacks the scope of this route";
        let problem = Self::new(StatusCode::FORBIDDEN, "insufficient_scope", message);
        Self { challenge: Some(challenge), scope: Some(scope), ..problem }
    }

    /// Its status.
    pub(super) fn status(&self) -> StatusCode {
        self.status
    }

    /// Its word for programs.
    pub(super) fn error(&self) -> &'static str {
        self.error
    }

    /// Whose turn it is and the next step, in a sentence for people.
    pub(super) fn hint(&self) -> Option<&str> {
        self.hint.as_deref()
    }

    /// Asked in a wrong way.
    pub(super) fn wrong(error: &'static str, message: &'static str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, error, message)
    }

    /// What was sent cannot be read, for the reason that this status tells.
    pub(super) fn bad_body(status: StatusCode, why: String) -> Self {
        let (status, error) = match status {
            StatusCode::UNSUPPORTED_MEDIA_TYPE => (status, "unsupported_media_type"),
            _ => (StatusCode::BAD_REQUEST, "bad_body"),
        };
        Self { message: why.into(), ..Self::new(status, error, "") }
    }

    /// The body is larger than what is read, bytes.
    pub(super) fn too_large(most: usize) -> Self {
        let problem = Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", "");
        Self { message: format!("the body is larger than {} KiB", most >> 10).into(), ..problem }
    }

    /// The body did not come in time.
    pub(super) fn too_slow() -> Self {
        Self::new(StatusCode::REQUEST_TIMEOUT, "too_slow", "the body of the request did not come in time")
    }

    /// Who changes something has to say what of it they have seen.
    pub(super) fn no_precondition(what: &str) -> Self {
        let message = "the header If-Match is missing";
        Self::new(StatusCode::PRECONDITION_REQUIRED, "precondition_required", message).next(
            WhoseTurn::Operator,
            &format!("send the ETag that {what} was read with, or * for whatever there is."),
        )
    }

    /// The place where a list should go on is not one of it.
    pub(super) fn invalid_cursor() -> Self {
        Self::wrong("invalid_cursor", "the cursor is not of this list")
            .next(WhoseTurn::Operator, "begin again without a cursor.")
    }

    /// There is no such account, or it is another's: the same answer, so that nobody learns which.
    pub(super) fn no_such_account() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "no_such_account",
            "there is no such account within the caller's reach",
        )
    }

    /// There is no such attempt to connect, or it is another's.
    pub(super) fn no_such_attempt() -> Self {
        let message = "there is no such attempt within the caller's reach, or it is older than a day";
        Self::new(StatusCode::NOT_FOUND, "no_such_attempt", message)
            .next(WhoseTurn::Owner, "begin the connect again.")
    }

    /// Nobody signs in in a popup here.
    pub(super) fn no_popup() -> Self {
        let message = "sign-in in a popup is not set up: oauth.redirect_uri is not set";
        Self::wrong("no_redirect_uri", message)
    }

    /// A page that may not open a popup, or does not say which it is.
    pub(super) fn unknown_origin() -> Self {
        Self::wrong("unknown_origin", "the page's origin is not one of oauth.openers").next(
            WhoseTurn::Operator,
            "name the page's origin in oauth.openers. A page with `Referrer-Policy: no-referrer` says none \
             when it posts.",
        )
    }

    /// What is asked for is served nowhere here.
    pub(super) fn not_found() -> Self {
        let message = "nothing is served at this path";
        Self::new(StatusCode::NOT_FOUND, "not_found", message)
            .next(WhoseTurn::Operator, "docs/api.md has what is served.")
    }

    /// It is served, but not to this method; `Allow` says to which.
    pub(super) fn wrong_method() -> Self {
        let message = "this path is not served to this method";
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", message)
            .next(WhoseTurn::Operator, "the header Allow names the methods.")
    }

    /// We are called by a name that is not ours.
    pub(super) fn unknown_host() -> Self {
        let message = "the header Host names a host that this service is not known by";
        Self::new(StatusCode::MISDIRECTED_REQUEST, "unknown_host", message)
            .next(WhoseTurn::Operator, "add the name to http.hosts in the configuration.")
    }

    /// The daemon ends before there is an answer.
    pub(super) fn stopping() -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "stopping", "the daemon ends")
    }

    /// The daemon has not opened its parts yet.
    pub(super) fn starting() -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "starting", "the daemon starts")
    }

    fn of(status: StatusCode, failure: Failure) -> Self {
        let Failure { meaning, message } = failure;
        let is_callers = status.is_client_error() && meaning.extent != Extent::Machine;
        let is_ours = meaning.extent == Extent::Machine || meaning.disposition == Disposition::Fatal;
        let message = if is_ours && !is_callers {
            // Who asks may be nobody, or anybody's user: what is wrong with this program is for its operator.
            tracing::error!(code = meaning.code, error = message, "request not answered");
            "the request cannot be answered at present".into()
        } else {
            Cow::from(message)
        };
        Self {
            message,
            hint: Some(meaning.hint().into()),
            whose_turn: Some(meaning.whose_turn),
            retry_after: meaning.retry_after.map(|wait| wait.as_secs().max(1)),
            ..Self::new(status, meaning.code, "")
        }
    }
}

impl From<DeskError> for Problem {
    fn from(error: DeskError) -> Self {
        if matches!(error, DeskError::NoSuchAccount(_)) {
            // Not by the name that was given: another's is no different from none.
            return Self::no_such_account();
        }
        let since = if let DeskError::Running(held) = &error { held.since } else { None };
        let accounts = if let DeskError::SeveralAccounts(grants) = &error {
            Some(grants.iter().map(AccountNamed::of).collect())
        } else {
            None
        };
        Self { since, accounts, ..Self::of(status(&error), error.into()) }
    }
}

/// 404 for what is not there, 400 for what was asked in a wrong way, 409 when one account has to be named, a
/// cycle runs or somebody has to act first, 412 when another was faster, 422 when a key is used for two requests, 503 when time will tell.
fn status(error: &DeskError) -> StatusCode {
    if matches!(
        error,
        DeskError::NoSuchAccount(_)
            | DeskError::NoSuchToken(_)
            | DeskError::NoSuchContact(_)
            | DeskError::NoSuchMatch(_)
            | DeskError::NoConflict(_)
            | DeskError::NoPhoto(_)
    ) {
        return StatusCode::NOT_FOUND;
    }
    if matches!(error, DeskError::KeyReused) {
        return StatusCode::UNPROCESSABLE_ENTITY;
    }
    if matches!(error, DeskError::StaleContact) {
        return StatusCode::PRECONDITION_FAILED;
    }
    if matches!(error, DeskError::SeveralAccounts(_) | DeskError::Running(_)) {
        return StatusCode::CONFLICT;
    }
    if error.is_misnamed() {
        return StatusCode::BAD_REQUEST;
    }
    match error.meaning().disposition {
        Disposition::NeedsLogin | Disposition::Blocked => StatusCode::CONFLICT,
        Disposition::Retry | Disposition::Drift | Disposition::Fatal => StatusCode::SERVICE_UNAVAILABLE,
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut headers = HeaderMap::new();
        if let Some(wait) = self.retry_after {
            headers.insert(header::RETRY_AFTER, wait.into());
        }
        let challenge = self.challenge.as_ref().and_then(|text| HeaderValue::from_str(text).ok());
        headers.extend(challenge.map(|challenge| (header::WWW_AUTHENTICATE, challenge)));
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        let (status, title) = (self.status, self.status.canonical_reason());
        let body = ProblemBody { status: status.as_u16(), title, detail: &self.message, problem: &self };
        // The body's own type of content gives way to the one here.
        (status, headers, Json(body)).into_response()
    }
}
