//! Why there is no other page. It is rendered where the request's language is known: `entry::enter`.

use super::frame::{Frame, render};
use crate::desk::DeskError;
use crate::http::Problem;
use crate::sync::Failure;
use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use std::borrow::Cow;

/// Why a request has no other answer.
#[derive(Debug, Clone)]
pub(super) struct Refusal {
    pub(super) status: StatusCode,
    /// Which of the words say it.
    key: &'static str,
    /// What the desk has said, where it has.
    said: Option<Said>,
}

#[derive(Debug, Clone)]
struct Said {
    code: &'static str,
    message: String,
    hint: String,
}

impl Refusal {
    const fn of(status: StatusCode, key: &'static str) -> Self {
        Self { status, key, said: None }
    }

    /// There is no such page, or it is not for who asks: nobody learns which.
    pub(super) const fn not_found() -> Self {
        Self::of(StatusCode::NOT_FOUND, "refused-not-found")
    }

    /// What was sent means nothing.
    pub(super) const fn misread() -> Self {
        Self::of(StatusCode::BAD_REQUEST, "refused-misread")
    }

    /// A page of another site sent it.
    pub(super) const fn foreign() -> Self {
        Self::of(StatusCode::FORBIDDEN, "refused-foreign")
    }
}

impl From<DeskError> for Refusal {
    /// What is not within reach is a page that is not there.
    fn from(error: DeskError) -> Self {
        let problem = Problem::from(error);
        if problem.status() == StatusCode::NOT_FOUND {
            return Self::not_found();
        }
        let said = Said {
            code: problem.error(),
            message: problem.message().to_owned(),
            hint: problem.hint().unwrap_or_default().to_owned(),
        };
        Self { status: problem.status(), key: "refused-failed", said: Some(said) }
    }
}

impl From<Failure> for Refusal {
    fn from(failure: Failure) -> Self {
        tracing::error!(code = failure.meaning.code, error = failure.message, "page not answered");
        let hint = failure.meaning.hint();
        let said = Said { code: failure.meaning.code, message: String::new(), hint };
        Self { status: StatusCode::SERVICE_UNAVAILABLE, key: "refused-failed", said: Some(said) }
    }
}

impl IntoResponse for Refusal {
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
    text: Cow<'static, str>,
    said: Option<&'a Said>,
}

impl Refusal {
    /// The page that says it.
    pub(super) fn page(&self, frame: &Frame) -> Response {
        let title = frame.words.say(self.key);
        let text = frame.words.part(self.key, "text");
        let page = RefusedPage { page: frame, title, text, said: self.said.as_ref() };
        (self.status, render(&page)).into_response()
    }
}

/// What is not there.
pub(super) async fn not_there() -> Refusal {
    Refusal::not_found()
}
