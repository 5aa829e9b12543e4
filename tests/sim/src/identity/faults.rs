//! The failures of the identity platform that a test has ordered.

use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};

use super::errors::OauthError;
use crate::cut::{CutOff, HangUp};
use crate::knobs::Kind;
use crate::sim::Sim;

/// Makes the answer, unless a failure takes its place; then spoils it, where one does that.
pub(crate) async fn around(
    sim: &Sim,
    smtp: &str,
    action: &str,
    headers: &HeaderMap,
    make: impl FnOnce(&[Kind]) -> Response,
) -> Response {
    let kinds = sim.take_failures(smtp, action);
    for kind in &kinds {
        if let Kind::Slow { ms } = kind {
            tokio::time::sleep(Duration::from_millis((*ms).into())).await;
        }
    }
    if let Some(answer) = kinds.iter().find_map(|kind| instead(sim, kind, headers)) {
        return answer;
    }
    spoil(&kinds, make(&kinds)).await
}

fn instead(sim: &Sim, kind: &Kind, headers: &HeaderMap) -> Option<Response> {
    let busy = |code, status: StatusCode, seconds: u32| {
        let mut answer = OauthError::aadsts(code).answer(headers, sim.now());
        *answer.status_mut() = status;
        answer.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        answer
    };
    Some(match kind {
        Kind::Oauth(error) => error.answer(headers, sim.now()),
        Kind::HangUp => HangUp::answer(),
        Kind::TooManyRequests { retry_after } => busy(90_055, StatusCode::TOO_MANY_REQUESTS, *retry_after),
        Kind::Unavailable { retry_after } => busy(90_033, StatusCode::SERVICE_UNAVAILABLE, *retry_after),
        Kind::Unauthorized => StatusCode::UNAUTHORIZED.into_response(),
        Kind::Fault { status, .. } => {
            let status = StatusCode::from_u16(*status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            (status, "<html><body>Our services aren't available right now</body></html>").into_response()
        }
        Kind::Text { status, text } => {
            let status = StatusCode::from_u16(*status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            (status, text.clone()).into_response()
        }
        Kind::SignInPage => {
            axum::response::Html("<html><title>Sign in to your account</title></html>").into_response()
        }
        Kind::EmptyBody => StatusCode::OK.into_response(),
        Kind::NulBody => vec![0; 512].into_response(),
        Kind::NoContent => StatusCode::NO_CONTENT.into_response(),
        Kind::Slow { .. }
        | Kind::AnswerLost
        | Kind::Held
        | Kind::AnswerHeld
        | Kind::CutOff
        | Kind::TruncatedJson
        | Kind::BrokenMeetings
        | Kind::ClaimsChallenge
        | Kind::Graph(_)
        | Kind::Imap(_)
        | Kind::CursorLost
        | Kind::LoginTimeout
        | Kind::RedirectToSignIn
        | Kind::Throttled
        | Kind::Exception { .. }
        | Kind::FirstLogon
        | Kind::ItemErrors
        | Kind::EmptyBodies
        | Kind::ShapeChanged => return None,
    })
}

/// Spoils a good answer: holds it back, or cuts it.
pub(crate) async fn spoil(kinds: &[Kind], answer: Response) -> Response {
    if kinds.contains(&Kind::AnswerLost) {
        return HangUp::answer();
    }
    let (cut, truncated) = (kinds.contains(&Kind::CutOff), kinds.contains(&Kind::TruncatedJson));
    if !cut && !truncated {
        return answer;
    }
    let (mut head, body) = answer.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await.unwrap_or_default();
    let half = body.slice(..body.len() / 2);
    head.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(head, if cut { Body::new(CutOff::after(half)) } else { Body::from(half) })
}
