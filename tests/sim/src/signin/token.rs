//! The token endpoint, for the page's own script.

use axum::Json;
use axum::extract::{Form, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use super::record;
use crate::hosts;
use crate::sessions::What;
use crate::sim::Sim;

#[derive(Deserialize)]
pub(super) struct Redeem {
    code: String,
    grant_type: String,
}

pub(super) async fn token(
    State(sim): State<Sim>,
    headers: HeaderMap,
    Form(redeem): Form<Redeem>,
) -> Response {
    let smtp = (redeem.grant_type == "authorization_code").then(|| sim.redeem(&redeem.code)).flatten();
    let (status, body) = match &smtp {
        Some(smtp) => (StatusCode::OK, issued(&sim, smtp)),
        None => (StatusCode::BAD_REQUEST, invalid_grant()),
    };
    let mut answer = (status, Json(body)).into_response();
    allow_origin(&headers, &mut answer);
    record(&sim, "token", smtp.as_deref(), &answer);
    answer
}

fn issued(sim: &Sim, smtp: &str) -> Value {
    let life = sim.settings(smtp).bearer_life_s;
    json!({
        "token_type": "Bearer", "scope": "https://outlook.office.com/.default", "expires_in": life, "ext_expires_in": life,
        "access_token": sim.grant(What::Bearer, smtp),
    })
}

fn invalid_grant() -> Value {
    let text = "AADSTS70008: The provided authorization code or refresh token has expired due to inactivity.";
    json!({"error": "invalid_grant", "error_description": text, "error_codes": [70008]})
}

/// The page calls from OWA's origins; no other may read the answer.
fn allow_origin(headers: &HeaderMap, answer: &mut Response) {
    let Some(origin) = headers.get(header::ORIGIN) else {
        return;
    };
    let host = origin.to_str().ok().and_then(|origin| origin.strip_prefix("https://"));
    if host.is_some_and(|host| hosts::OWA.contains(&host)) {
        answer.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
    }
}
