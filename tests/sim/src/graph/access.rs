//! Who asks: the bearer token of a request, and the answers to those that are no good.

use axum::Json;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::json;
use uuid::Uuid;

use crate::hosts::LOGIN;
use crate::identity::scopes::Resource;
use crate::sim::Sim;

/// Whose a request is, and what it may do.
pub(super) struct Caller {
    pub(super) smtp: String,
    scopes: Vec<&'static str>,
}

/// Why a request is refused.
pub(super) struct Refusal {
    status: StatusCode,
    code: &'static str,
    text: &'static str,
    /// What follows the realm in `WWW-Authenticate`.
    challenge: Option<String>,
}

impl Caller {
    /// The holder of the request's bearer token, when it is alive and for Graph.
    pub(super) fn of(sim: &Sim, headers: &HeaderMap) -> Result<Self, Refusal> {
        let text =
            headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let token = text.strip_prefix("Bearer ").unwrap_or_default();
        let access = sim.platform().grants.access(token).cloned();
        let access = access.ok_or_else(|| Refusal::unauthorized(unknown(token)))?;
        if access.resource != Resource::Graph {
            return Err(Refusal::unauthorized("Access token validation failure. Invalid audience."));
        }
        if access.until <= sim.now() {
            return Err(Refusal::unauthorized(expired(token)));
        }
        Ok(Self { smtp: access.smtp, scopes: access.scopes.iter().map(|scope| scope.name).collect() })
    }

    /// Refuses a caller without any of these scopes.
    pub(super) fn may(&self, any: &[&str]) -> Result<(), Refusal> {
        if self.scopes.iter().any(|scope| any.contains(scope)) {
            return Ok(());
        }
        let text = "Insufficient privileges to complete the operation.";
        Err(Refusal {
            status: StatusCode::FORBIDDEN,
            code: "Authorization_RequestDenied",
            text,
            challenge: None,
        })
    }
}

fn unknown(token: &str) -> &'static str {
    match token {
        "" => "Access token is empty.",
        personal if personal.starts_with("EwB") => "CompactToken parsing failed with error code: 80049217",
        jwt if jwt.contains('.') => "Access token validation failure.",
        _ => {
            "IDX14100: JWT is not well formed, there are no dots (.).\nThe token needs to be in JWS or JWE Compact Serialization Format."
        }
    }
}

fn expired(token: &str) -> &'static str {
    if token.starts_with("EwB") {
        "CompactToken validation failed with reason code: 80049228."
    } else {
        "Lifetime validation failed, the token is expired."
    }
}

impl Refusal {
    fn unauthorized(text: &'static str) -> Self {
        let challenge = Some("client_id=\"00000003-0000-0000-c000-000000000000\"".to_owned());
        Self { status: StatusCode::UNAUTHORIZED, code: "InvalidAuthenticationToken", text, challenge }
    }

    /// 400: there is nothing at this address.
    pub(super) fn no_resource() -> Self {
        let text = "Resource not found for the segment.";
        Self { status: StatusCode::BAD_REQUEST, code: "BadRequest", text, challenge: None }
    }

    /// 401 to a client that has to sign in again with `claims` (continuous access evaluation).
    pub(super) fn claims_challenge(sim: &Sim) -> Self {
        let now = sim.now().timestamp().to_string();
        let claims = json!({"access_token": {"nbf": {"essential": true, "value": now}}});
        let claims = STANDARD.encode(claims.to_string());
        let challenge = Some(format!("error=\"insufficient_claims\", claims=\"{claims}\""));
        let text = "Continuous access evaluation resulted in challenge with result: InteractionRequired and code: TokenIssuedBeforeRevocationTimestamp";
        Self { challenge, ..Self::unauthorized(text) }
    }

    /// An error in Graph's form, with the headers that every answer has.
    pub(super) fn answer(self, sim: &Sim, headers: &HeaderMap) -> Response {
        let (id, client_id) = ids(headers);
        let date = sim.now().format("%Y-%m-%dT%H:%M:%S").to_string();
        let inner = json!({"date": date, "request-id": id, "client-request-id": client_id});
        let body = json!({"error": {"code": self.code, "message": self.text, "innerError": inner}});
        let mut answer = traced((self.status, Json(body)).into_response(), &id, &client_id);
        if let Some(more) = self.challenge {
            let realm = "Bearer realm=\"\"";
            let text =
                format!("{realm}, authorization_uri=\"https://{LOGIN}/common/oauth2/authorize\", {more}");
            let text = text.parse().expect("the challenge is ASCII");
            answer.headers_mut().insert(header::WWW_AUTHENTICATE, text);
        }
        answer
    }
}

/// A good answer with the headers that every answer has.
pub(super) fn good(headers: &HeaderMap, body: &serde_json::Value) -> Response {
    let (id, client_id) = ids(headers);
    let odata =
        "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8";
    let kind = [(header::CONTENT_TYPE.as_str(), odata), ("odata-version", "4.0")];
    traced((kind, body.to_string()).into_response(), &id, &client_id)
}

fn ids(headers: &HeaderMap) -> (String, String) {
    let id = Uuid::new_v4().to_string();
    let asked = headers.get("client-request-id").and_then(|value| value.to_str().ok());
    let client_id = asked.map_or_else(|| id.clone(), str::to_owned);
    (id, client_id)
}

fn traced(mut answer: Response, id: &str, client_id: &str) -> Response {
    let diagnostic = r#"{"ServerInfo":{"DataCenter":"Germany West Central","Slice":"E","Ring":"4","ScaleUnit":"001","RoleInstance":"SIM"}}"#;
    for (name, value) in
        [("request-id", id), ("client-request-id", client_id), ("x-ms-ags-diagnostic", diagnostic)]
    {
        if let Ok(value) = value.parse() {
            answer.headers_mut().insert(name, value);
        }
    }
    answer
}
