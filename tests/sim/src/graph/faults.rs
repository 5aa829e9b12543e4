//! The failures that a test has ordered, in Graph's form.

use std::time::Duration;

use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse as _, Response};

use super::{GraphError, access};
use crate::cut::HangUp;
use crate::identity::faults::spoil;
use crate::knobs::Kind;
use crate::sim::Sim;

/// Makes the answer, unless a failure takes its place; then spoils it, where one does that.
pub(super) async fn around(
    sim: &Sim,
    kinds: &[Kind],
    headers: &HeaderMap,
    make: impl FnOnce() -> Response,
) -> Response {
    for kind in kinds {
        if let Kind::Slow { ms } = kind {
            tokio::time::sleep(Duration::from_millis((*ms).into())).await;
        }
    }
    let instead = kinds.iter().find_map(|kind| instead(sim, kind, headers));
    match instead {
        Some(answer) => answer,
        None => spoil(kinds, make()).await,
    }
}

fn instead(sim: &Sim, kind: &Kind, headers: &HeaderMap) -> Option<Response> {
    let error = |error: &GraphError| error.answer(headers, sim.now());
    Some(match kind {
        Kind::Graph(ordered) => error(ordered),
        Kind::ClaimsChallenge => error(&access::claims_challenge(sim)),
        Kind::Unauthorized => error(&access::refused()),
        Kind::TooManyRequests { retry_after } => error(&GraphError::throttled(&retry_after.to_string())),
        Kind::Unavailable { retry_after } => {
            let text = "Service is temporarily unavailable. Please wait and try again.";
            error(
                &GraphError::new(503, "serviceNotAvailable", text)
                    .with("retry-after", &retry_after.to_string()),
            )
        }
        Kind::HangUp => HangUp::answer(),
        Kind::Fault { status, .. } => {
            let page = "<html><body>Our services aren't available right now</body></html>";
            (status_of(*status), Html(page)).into_response()
        }
        Kind::Text { status, text } => (status_of(*status), text.clone()).into_response(),
        Kind::SignInPage => Html("<html><title>Sign in to your account</title></html>").into_response(),
        Kind::EmptyBody => StatusCode::OK.into_response(),
        Kind::NulBody => vec![0; 512].into_response(),
        Kind::NoContent => StatusCode::NO_CONTENT.into_response(),
        Kind::Slow { .. }
        | Kind::AnswerLost
        | Kind::Held
        | Kind::AnswerHeld
        | Kind::CutOff
        | Kind::TruncatedJson
        | Kind::CursorLost
        | Kind::BrokenMeetings
        | Kind::LoginTimeout
        | Kind::RedirectToSignIn
        | Kind::Throttled
        | Kind::Exception { .. }
        | Kind::FirstLogon
        | Kind::ItemErrors
        | Kind::EmptyBodies
        | Kind::ShapeChanged
        | Kind::Imap(_)
        | Kind::Oauth(_) => return None,
    })
}

fn status_of(number: u16) -> StatusCode {
    StatusCode::from_u16(number).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}
