//! The token endpoint's answers to OWA's own page.

use axum::Json;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};

use super::record;
use crate::hosts;
use crate::sessions::What;
use crate::sim::Sim;

/// Redeems a code of OWA's own page.
pub(crate) fn token(
    sim: &Sim,
    headers: &HeaderMap,
    grant_type: Option<&str>,
    code: Option<&str>,
) -> Response {
    let code = code.filter(|_| grant_type == Some("authorization_code"));
    let smtp = code.and_then(|code| sim.redeem(code));
    let (status, body) = match &smtp {
        Some(smtp) => (StatusCode::OK, issued(sim, smtp)),
        None => (StatusCode::BAD_REQUEST, invalid_grant()),
    };
    let mut answer = (status, Json(body)).into_response();
    allow_origin(headers, &mut answer);
    record(sim, "token", smtp.as_deref(), &answer);
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
