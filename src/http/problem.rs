//! The one body of every answer that is an error.

mod asked;
mod desk;
mod tokens;

use super::lines::LineLimit;
use super::problems::{self, ProblemKind};
use crate::error::{Disposition, Extent, WhoseTurn};
use crate::model::Scope;
use crate::sync::Failure;
use axum::Json;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use desk::AccountNamed;
use serde::Serialize;
use std::borrow::Cow;
use std::sync::LazyLock;
use utoipa::ToSchema;

/// There is one log. Anybody may ask, and each is answered so while the database is in trouble.
static UNANSWERED: LazyLock<LineLimit> = LazyLock::new(LineLimit::default);

/// Why a request has no other answer.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Problem {
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

/// Every answer that is an error (RFC 9457).
#[derive(Serialize, ToSchema)]
pub(super) struct ProblemDetails<'a> {
    /// Where it is told what such a problem means and what to do: an address here.
    #[serde(rename = "type")]
    leads_to: String,
    /// What such a problem means, whatever happened this time.
    title: &'static str,
    /// The status of the answer.
    status: u16,
    /// The same as `message`.
    detail: &'a str,
    #[serde(flatten)]
    problem: &'a Problem,
}

impl Problem {
    /// With the step that such a problem has, whatever happened this time.
    fn new(status: StatusCode, error: &'static str, message: &'static str) -> Self {
        let turn = problems::kind(error).and_then(ProblemKind::turn);
        Self {
            status,
            challenge: None,
            error,
            message: message.into(),
            hint: turn.as_ref().map(|(whose, step)| whose.sentence(step).into()),
            whose_turn: turn.map(|(whose, _)| whose),
            retry_after: None,
            scope: None,
            since: None,
            accounts: None,
        }
    }

    /// The same, with the next step of this one, as it follows "The operator's turn: ".
    fn next(self, whose_turn: WhoseTurn, next: &str) -> Self {
        Self { hint: Some(whose_turn.sentence(next).into()), whose_turn: Some(whose_turn), ..self }
    }

    /// Its status.
    pub(crate) fn status(&self) -> StatusCode {
        self.status
    }

    /// Its word for programs.
    pub(crate) fn error(&self) -> &'static str {
        self.error
    }

    /// What happened, for people.
    pub(crate) fn message(&self) -> &str {
        &self.message
    }

    /// Who has to take the next step.
    pub(crate) fn whose_turn(&self) -> Option<WhoseTurn> {
        self.whose_turn
    }

    /// Whose turn it is and the next step, in a sentence for people.
    pub(crate) fn hint(&self) -> Option<&str> {
        self.hint.as_deref()
    }

    /// The header that says when another try is worth it, where there is one.
    pub(super) fn retry_after(&self) -> HeaderMap {
        self.retry_after.map(|wait| (header::RETRY_AFTER, wait.into())).into_iter().collect()
    }

    fn of(status: StatusCode, failure: Failure) -> Self {
        let Failure { meaning, message } = failure;
        let is_callers = status.is_client_error() && meaning.extent != Extent::Machine;
        let is_ours = meaning.extent == Extent::Machine || meaning.disposition == Disposition::Fatal;
        let message = if is_ours && !is_callers {
            // Who asks may be nobody, or anybody's user: what is wrong with this program is for its operator.
            UNANSWERED.tell(|untold| {
                tracing::error!(code = meaning.code, error = message, untold, "request not answered");
            });
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

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut headers = self.retry_after();
        let challenge = self.challenge.as_ref().and_then(|text| HeaderValue::from_str(text).ok());
        headers.extend(challenge.map(|challenge| (header::WWW_AUTHENTICATE, challenge)));
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        let (status, leads_to) = (self.status, problems::address(self.error));
        let title = problems::kind(self.error).map_or(self.error, |kind| kind.means);
        let body = ProblemDetails {
            leads_to,
            title,
            status: status.as_u16(),
            detail: &self.message,
            problem: &self,
        };
        // The body's own type of content gives way to the one here.
        (status, headers, Json(body)).into_response()
    }
}
