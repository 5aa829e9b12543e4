//! Pages behind an accepted sign-in: "Stay signed in?", "Are you trying to sign in to …?", and what else may
//! stand before them.

use axum::extract::{Form, Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Deserialize;
use serde_json::json;

use super::flow::{Flow, Posted};
use super::{authorize, cookies, pages, record};
use crate::sim::Sim;

/// The browser is signed in; whether it stays so is asked, where the settings ask.
pub(super) fn signed_in(sim: &Sim, flow: &Flow) -> Response {
    let mut answer = asked_to_stay(sim, flow);
    cookies::sign_in(sim, &flow.login, &mut answer);
    answer
}

fn asked_to_stay(sim: &Sim, flow: &Flow) -> Response {
    if sim.settings(&flow.login).kmsi {
        pages::render(
            &pages::KMSI,
            flow,
            &json!({"urlPost": format!("https://{}/kmsi", crate::hosts::LOGIN)}),
        )
    } else {
        authorize::finish(sim, flow, false)
    }
}

/// A page of a sign-in that is not (or no longer) signed in starts again.
fn at_start(flow: Option<Flow>) -> Response {
    pages::refused(&Flow { login: String::new(), accepted: false, ..flow.unwrap_or_default() }, "50058")
}

pub(super) async fn kmsi(State(sim): State<Sim>, headers: HeaderMap, Form(posted): Form<Posted>) -> Response {
    let Some((smtp, _)) = cookies::signed_in(&sim, &headers) else {
        return at_start(posted.flow());
    };
    let Some(flow) = posted.flow().filter(|flow| flow.login == smtp) else {
        return at_start(posted.flow());
    };
    let stays = posted.login_options == "1";
    let mut answer = authorize::finish(&sim, &flow, stays);
    if stays {
        cookies::stay(&sim, &smtp, &mut answer);
    }
    record(&sim, "kmsi", Some(&smtp), &answer);
    answer
}

/// The consent page was answered, by who is signed in.
pub(super) async fn consent(
    State(sim): State<Sim>,
    headers: HeaderMap,
    Form(posted): Form<Posted>,
) -> Response {
    let answer = match (cookies::signed_in(&sim, &headers), posted.flow()) {
        (Some((smtp, _)), Some(flow)) if flow.login == smtp.to_lowercase() && !flow.asked.is_owa() => {
            crate::identity::consent::answered(&sim, &flow, posted.accept_consent == "true")
        }
        (_, flow) => at_start(flow),
    };
    record(&sim, "consent", posted.flow().map(|flow| flow.login).as_deref(), &answer);
    answer
}

/// Asks whether this application is meant, of a browser that is signed in.
pub(super) fn asked_for_app(sim: &Sim, flow: &Flow) -> Response {
    let more = json!({"urlPost": pages::app_verify(), "sAppName": "One Outlook Web"});
    let mut answer = pages::render(&pages::CONFIRM, flow, &more);
    cookies::sign_in(sim, &flow.login, &mut answer);
    answer
}

/// That was answered, with `ContinueAuth` (published clients of 2025 and 2026).
pub(super) async fn app_confirmed(
    State(sim): State<Sim>,
    headers: HeaderMap,
    Form(posted): Form<Posted>,
) -> Response {
    let goes_on = posted.continue_auth == "true";
    let answer = match (cookies::signed_in(&sim, &headers), posted.flow()) {
        (Some((smtp, _)), Some(flow)) if flow.login == smtp.to_lowercase() => match flow.asked.is_owa() {
            false => crate::identity::consent::answered(&sim, &flow, goes_on),
            true if goes_on => asked_to_stay(&sim, &flow),
            true => at_start(Some(flow)),
        },
        (_, flow) => at_start(flow),
    };
    record(&sim, "appverify", posted.flow().map(|flow| flow.login).as_deref(), &answer);
    answer
}

pub(super) async fn after_reminder(
    State(sim): State<Sim>,
    headers: HeaderMap,
    Form(posted): Form<Posted>,
) -> Response {
    match (cookies::signed_in(&sim, &headers), posted.flow()) {
        (Some((smtp, _)), Some(flow)) if flow.login == smtp => asked_to_stay(&sim, &flow),
        (_, flow) => at_start(flow),
    }
}

#[derive(Deserialize)]
pub(super) struct Skip {
    ctx: String,
}

pub(super) async fn skip_proof_up(State(sim): State<Sim>, Query(skip): Query<Skip>) -> Response {
    match Flow::of(&skip.ctx).filter(|flow| flow.accepted) {
        Some(flow) => signed_in(&sim, &flow),
        None => at_start(None),
    }
}
