//! Why there is no other page. It is rendered where the request's language is known: `entry::enter`.

use super::frame::{Frame, render};
use super::told::FailureTold;
use crate::desk::DeskError;
use crate::error::{Meaning, WhoseTurn};
use crate::http::Problem;
use crate::sync::Failure;
use askama::Template;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::borrow::Cow;
use std::time::Duration;

/// Why a request has no other answer.
#[derive(Debug, Clone)]
pub(super) struct PageRefusal {
    pub(super) status: StatusCode,
    /// Which of the words say it.
    key: &'static str,
    /// What the desk has said, where it has.
    said: Option<FailureTold>,
    /// When another try is worth it, seconds.
    retry_after: Option<u64>,
}

impl PageRefusal {
    const fn of(status: StatusCode, key: &'static str) -> Self {
        Self { status, key, said: None, retry_after: None }
    }

    /// There is no such page, or it is not for who asks: nobody learns which.
    pub(super) const fn not_found() -> Self {
        Self::of(StatusCode::NOT_FOUND, "refused-not-found")
    }

    /// What was sent means nothing.
    pub(super) const fn misread() -> Self {
        Self::of(StatusCode::BAD_REQUEST, "refused-misread")
    }

    /// Too much of what came from there was made up, and too many wait.
    pub(super) fn later(wait: Duration) -> Self {
        let retry_after = Some(wait.as_secs() + 1);
        Self { retry_after, ..Self::of(StatusCode::TOO_MANY_REQUESTS, "refused-later") }
    }

    /// It goes by no id of theirs any more: a sign-in that is led ends with its process.
    pub(super) const fn lost() -> Self {
        Self::of(StatusCode::NOT_FOUND, "refused-lost")
    }

    /// A page of another site sent it.
    pub(super) const fn foreign() -> Self {
        Self::of(StatusCode::FORBIDDEN, "refused-foreign")
    }
}

impl From<DeskError> for PageRefusal {
    /// What is not within reach is a page that is not there.
    fn from(error: DeskError) -> Self {
        let problem = Problem::from(error);
        if problem.status() == StatusCode::NOT_FOUND {
            return Self::not_found();
        }
        let said = FailureTold {
            code: problem.error().to_owned(),
            message: problem.message().to_owned(),
            whose_turn: problem.whose_turn().unwrap_or(WhoseTurn::Operator),
            hint: problem.hint().unwrap_or_default().to_owned(),
        };
        Self { status: problem.status(), key: "refused-failed", said: Some(said), retry_after: None }
    }
}

impl From<Failure> for PageRefusal {
    fn from(failure: Failure) -> Self {
        tracing::error!(code = failure.meaning.code, error = failure.message, "page not answered");
        let hint = failure.meaning.hint();
        let Meaning { code, whose_turn, .. } = failure.meaning;
        // What failed within is for the log.
        let said = FailureTold { code: code.to_owned(), message: String::new(), whose_turn, hint };
        Self {
            status: StatusCode::SERVICE_UNAVAILABLE,
            key: "refused-failed",
            said: Some(said),
            retry_after: None,
        }
    }
}

impl IntoResponse for PageRefusal {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

#[derive(Template)]
#[template(path = "refused.html")]
struct RefusedPage<'a> {
    page: &'a Frame,
    title: Cow<'static, str>,
    /// What is said of its kind; what the desk has said says it itself.
    text: Option<Cow<'static, str>>,
    said: Option<&'a FailureTold>,
}

impl PageRefusal {
    /// The page that says it.
    pub(super) fn page(&self, frame: &Frame) -> Response {
        let title = frame.words.say(self.key);
        let text = frame.words.found_in(self.key, Some("text"));
        let page = RefusedPage { page: frame, title, text, said: self.said.as_ref() };
        let wait = self.retry_after.map(|wait| (header::RETRY_AFTER, HeaderValue::from(wait)));
        (self.status, HeaderMap::from_iter(wait), render(&page)).into_response()
    }
}

/// What is not there.
pub(super) async fn not_there() -> PageRefusal {
    PageRefusal::not_found()
}
