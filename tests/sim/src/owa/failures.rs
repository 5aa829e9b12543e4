//! The ways to go wrong: some replace the answer, some spoil a good one.

use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use serde_json::{Map, Value, json};

use super::{envelope, fault};
use crate::hosts;
use crate::knobs::{FaultForm, KeyOrder, Kind};
use crate::world::half_of;

/// An answer on its way out.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) status: StatusCode,
    pub(super) headers: Vec<(HeaderName, HeaderValue)>,
    pub(super) body: Vec<u8>,
    /// The connection is closed before the body has ended.
    pub(super) cut: bool,
}

impl Reply {
    pub(super) fn new(status: StatusCode, content_type: &'static str, body: impl Into<Vec<u8>>) -> Self {
        let headers = vec![(header::CONTENT_TYPE, HeaderValue::from_static(content_type))];
        Self { status, headers, body: body.into(), cut: false }
    }

    pub(super) fn json(status: StatusCode, value: &Value) -> Self {
        Self::new(status, "application/json; charset=utf-8", spelt(&value.to_string()))
    }

    pub(super) fn text(status: StatusCode, text: &str) -> Self {
        Self::new(status, "text/plain; charset=utf-8", text)
    }

    pub(super) fn with(mut self, name: &'static str, value: &str) -> Self {
        let value = HeaderValue::from_str(value).expect("headers of failures are ASCII");
        self.headers.push((HeaderName::from_static(name), value));
        self
    }

    /// 500 with a fault, named in a header too.
    pub(super) fn exception(form: FaultForm, name: &str, text: &str) -> Self {
        let json = fault::json(form, name, Some(text), None);
        let reply = Self::json(StatusCode::INTERNAL_SERVER_ERROR, &json);
        reply.with("x-owa-error", &fault::full_name(name)).with("x-owa-returncode", "ServerError")
    }

    /// 500 with half of the answer: the server failed while it wrote.
    pub(super) fn broken_off(mut self) -> Self {
        self.body.truncate(self.body.len() / 2);
        self.status = StatusCode::INTERNAL_SERVER_ERROR;
        self.with("x-owa-error", &fault::full_name("SerializationException"))
    }

    /// 401: the bearer is dead or missing.
    pub(super) fn unauthorized() -> Self {
        Self::text(StatusCode::UNAUTHORIZED, "")
            .with("www-authenticate", "Bearer")
            .with("x-owa-returncode", "ClientError")
    }

    /// 440: the session is dead or missing.
    pub(super) fn login_timeout() -> Self {
        let status = StatusCode::from_u16(440).expect("440 is a status code");
        Self::text(status, "Login Timeout")
    }

    /// 449 Retry With: the canary is missing or stale.
    pub(super) fn retry_with() -> Self {
        let status = StatusCode::from_u16(449).expect("449 is a status code");
        Self::text(status, "")
    }

    /// 302 to the sign-in.
    pub(super) fn to_sign_in() -> Self {
        let noise = || uuid::Uuid::new_v4().simple().to_string();
        Self::text(StatusCode::FOUND, "").with("location", &hosts::authorize_url(&noise(), &noise()))
    }
}

/// JSON with halves of surrogate pairs spelt out.
fn spelt(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for c in json.chars() {
        match half_of(c) {
            Some(unit) => text.extend(["\\u", &format!("{unit:04x}")]),
            None => text.push(c),
        }
    }
    text
}

/// The answer that stands in for the right one.
pub(super) fn instead(kind: &Kind, style: KeyOrder, action: &str) -> Option<Reply> {
    let later = |status, seconds: u32| {
        let reply = Reply::text(status, "").with("retry-after", &seconds.to_string());
        reply.with("x-owa-returncode", "Throttled")
    };
    Some(match kind {
        Kind::Unauthorized => Reply::unauthorized(),
        Kind::LoginTimeout => Reply::login_timeout(),
        Kind::RedirectToSignIn => Reply::to_sign_in(),
        Kind::SignInPage => Reply::new(StatusCode::OK, "text/html; charset=utf-8", SIGN_IN_PAGE),
        Kind::EmptyBody => Reply::new(StatusCode::OK, "application/json; charset=utf-8", ""),
        Kind::NulBody => Reply::new(StatusCode::OK, "application/json; charset=utf-8", vec![0; 512]),
        Kind::Fault { status, back_off_ms } => {
            let json = fault::json(fault::form(style), "MapiExceptionNetworkError", None, *back_off_ms);
            Reply::json(status_of(*status), &json)
        }
        Kind::Exception { name, form } => Reply::exception(*form, name, "Something went wrong."),
        Kind::Text { status, text } => Reply::text(status_of(*status), text),
        Kind::Throttled => Reply::json(StatusCode::OK, &throttled(style, action)),
        Kind::TooManyRequests { retry_after } => later(StatusCode::TOO_MANY_REQUESTS, *retry_after),
        Kind::Unavailable { retry_after } => later(StatusCode::SERVICE_UNAVAILABLE, *retry_after),
        Kind::NoContent => Reply::text(StatusCode::NO_CONTENT, ""),
        Kind::FirstLogon => {
            let name = fault::full_name("OwaInvalidUserLanguageException");
            Reply::text(StatusCode::NO_CONTENT, "").with("x-owa-error", &name)
        }
        Kind::Slow { .. }
        | Kind::CutOff
        | Kind::TruncatedJson
        | Kind::BrokenMeetings
        | Kind::ItemErrors
        | Kind::EmptyBodies
        | Kind::ShapeChanged
        | Kind::Oauth(_)
        | Kind::HangUp
        | Kind::AnswerLost
        | Kind::Held
        | Kind::AnswerHeld
        | Kind::ClaimsChallenge
        | Kind::Graph(_)
        | Kind::Imap(_)
        | Kind::CursorLost => {
            return None;
        }
    })
}

fn status_of(number: u16) -> StatusCode {
    StatusCode::from_u16(number).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

const SIGN_IN_PAGE: &str = "<!DOCTYPE html><html><head><title>Sign in to your account</title>\
    <meta name=\"PageID\" content=\"ConvergedSignIn\"/></head><body>\
    <script>//<![CDATA[\n$Config={\"pgid\":\"ConvergedSignIn\",\"sErrorCode\":\"50058\"};\n//]]></script></body></html>";

fn throttled(style: KeyOrder, action: &str) -> Value {
    let text = "The request was throttled. Exceeded the budget: Policy part 'MaxConcurrency', limit '4', budget type 'Owa'.";
    let error = || Err(envelope::ItemError("OverBudgetException", text.to_owned()));
    match action {
        "FindConversation" => envelope::flat(style, error()),
        _ => envelope::batch(style, action, &format!("{action}ResponseMessage"), vec![error()]),
    }
}

/// Spoils the JSON of a good answer.
pub(super) fn spoil_json(kinds: &[Kind], mut answer: Value) -> Value {
    if kinds.contains(&Kind::ItemErrors) {
        answer = item_errors(answer);
    }
    if kinds.contains(&Kind::ShapeChanged) {
        answer = renamed(answer);
    }
    answer
}

/// Class of a meeting request.
const MEETING: &[u8] = b"\"IPM.Schedule.Meeting.Request\"";

/// Whether a meeting request is in an answer.
pub(super) fn has_meeting(answer: &Value) -> bool {
    answer.to_string().as_bytes().windows(MEETING.len()).any(|text| text == MEETING)
}

/// Spoils the bytes of a good answer.
pub(super) fn spoil_bytes(kinds: &[Kind], mut reply: Reply) -> Reply {
    let half = reply.body.len() / 2;
    if kinds.contains(&Kind::CutOff) {
        reply.body.truncate(half);
        reply.cut = true;
    }
    if kinds.contains(&Kind::TruncatedJson) {
        reply.body.truncate(half);
        reply.status = StatusCode::INTERNAL_SERVER_ERROR;
    }
    if kinds.contains(&Kind::BrokenMeetings) && reply.body.windows(MEETING.len()).any(|text| text == MEETING)
    {
        reply = reply.broken_off();
    }
    if kinds.contains(&Kind::ShapeChanged) {
        reply = reply.with("x-sim-shape", "z");
    }
    reply
}

fn item_errors(mut answer: Value) -> Value {
    let error = json!({
        "MessageText": "An internal server error occurred. Try again later.", "ResponseCode": "ErrorInternalServerTransientError", "DescriptiveLinkKey": 0, "ResponseClass": "Error",
    });
    let body = &mut answer["Body"];
    match body["ResponseMessages"]["Items"].as_array_mut() {
        Some(items) => items.iter_mut().step_by(2).for_each(|item| {
            let contract = item["__type"].take();
            let mut error = error.clone();
            if let Value::Object(members) = &mut error {
                members.shift_insert(0, "__type".to_owned(), contract);
            }
            *item = error;
        }),
        None => *body = error,
    }
    answer
}

/// Every key with the prefix `z`.
fn renamed(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let renamed: Map<_, _> =
                members.into_iter().map(|(name, value)| (format!("z{name}"), renamed(value))).collect();
            Value::Object(renamed)
        }
        Value::Array(values) => values.into_iter().map(renamed).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value,
    }
}
