//! Who asks: the bearer token of a request, and what it may do.

use std::collections::BTreeSet;

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::json;
use uuid::Uuid;

use super::GraphError;
use crate::hosts::LOGIN;
use crate::identity::scopes::Resource;
use crate::sim::Sim;

/// Whose a request is, and what it may do.
pub(super) struct Caller {
    pub(super) smtp: String,
    scopes: BTreeSet<&'static str>,
}

impl Caller {
    /// The holder of the request's bearer token, when it is alive and for Graph.
    pub(super) fn of(sim: &Sim, headers: &HeaderMap) -> Result<Self, GraphError> {
        let text =
            headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let token = text.strip_prefix("Bearer ").unwrap_or_default();
        let access = sim.platform().grants.access(token).cloned();
        let access = access.ok_or_else(|| unauthorized(unknown(token)))?;
        if access.resource != Resource::Graph {
            return Err(unauthorized("Access token validation failure. Invalid audience."));
        }
        if access.until <= sim.now() {
            return Err(unauthorized(expired(token)));
        }
        Ok(Self { smtp: access.smtp, scopes: access.scopes.iter().map(|scope| scope.name).collect() })
    }

    /// Whether one of these scopes is held.
    pub(super) fn holds(&self, any: &[&str]) -> bool {
        any.iter().any(|scope| self.scopes.contains(scope))
    }

    /// The mailbox that a path means: that of who asks, or another that is shared with them. The scopes that
    /// it takes are checked: those of `Mail` or of `Contacts`.
    pub(super) fn mailbox(
        &self,
        sim: &Sim,
        whose: Option<&str>,
        area: &str,
        writes: bool,
    ) -> Result<String, GraphError> {
        let denied = || {
            GraphError::new(403, "ErrorAccessDenied", "Access is denied. Check credentials and try again.")
        };
        let Some(other) = whose.filter(|whose| !self.is(sim, whose)) else {
            return if self.may(area, writes, "") { Ok(self.smtp.clone()) } else { Err(denied()) };
        };
        if sim.account(other).is_none() {
            let text = format!(
                "Resource '{other}' does not exist or one of its queried reference-property objects are not present."
            );
            return Err(GraphError::new(404, "Request_ResourceNotFound", &text));
        }
        let shared = sim.settings(&self.smtp).shared_mailboxes;
        if self.may(area, writes, ".Shared") && shared.iter().any(|shared| shared.eq_ignore_ascii_case(other))
        {
            return Ok(other.to_lowercase());
        }
        Err(denied())
    }

    /// Whether it may read, or write, what an area's scopes open: `Mail.Read.Shared` for instance.
    fn may(&self, area: &str, writes: bool, end: &str) -> bool {
        let rights: &[&str] = if writes { &["ReadWrite"] } else { &["Read", "ReadWrite"] };
        rights.iter().any(|right| self.holds(&[&format!("{area}.{right}{end}")]))
    }

    fn is(&self, sim: &Sim, user: &str) -> bool {
        let oid = sim.account(&self.smtp).map(|account| account.oid.to_string());
        self.smtp.eq_ignore_ascii_case(user) || oid.is_some_and(|oid| oid.eq_ignore_ascii_case(user))
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

fn unauthorized(text: &str) -> GraphError {
    challenged(text, "client_id=\"00000003-0000-0000-c000-000000000000\"")
}

fn challenged(text: &str, more: &str) -> GraphError {
    let uri = format!("authorization_uri=\"https://{LOGIN}/common/oauth2/authorize\"");
    let challenge = format!("Bearer realm=\"\", {uri}, {more}");
    GraphError::new(401, "InvalidAuthenticationToken", text).with("www-authenticate", &challenge)
}

/// 401 to a client whose token is no longer taken.
pub(super) fn refused() -> GraphError {
    unauthorized("Access token has expired or is not yet valid.")
}

/// 401 to a client that has to sign in again with `claims` (continuous access evaluation).
pub(super) fn claims_challenge(sim: &Sim) -> GraphError {
    let now = sim.now().timestamp().to_string();
    let claims = json!({"access_token": {"nbf": {"essential": true, "value": now}}});
    let claims = STANDARD.encode(claims.to_string());
    let text = "Continuous access evaluation resulted in challenge with result: InteractionRequired and code: TokenIssuedBeforeRevocationTimestamp";
    challenged(text, &format!("error=\"insufficient_claims\", claims=\"{claims}\""))
}

/// The request's id and the client's own.
pub(super) fn ids(headers: &HeaderMap) -> (String, String) {
    let id = Uuid::new_v4().to_string();
    let asked = headers.get("client-request-id").and_then(|value| value.to_str().ok());
    let client_id = asked.map_or_else(|| id.clone(), str::to_owned);
    (id, client_id)
}

/// The headers that every answer has.
pub(super) fn trace(id: &str, client_id: &str) -> HeaderMap {
    let diagnostic = r#"{"ServerInfo":{"DataCenter":"Germany West Central","Slice":"E","Ring":"4","ScaleUnit":"001","RoleInstance":"SIM"}}"#;
    let headers = [
        ("request-id", id),
        ("client-request-id", client_id),
        ("x-ms-ags-diagnostic", diagnostic),
        ("cache-control", "private"),
        ("strict-transport-security", "max-age=31536000"),
    ];
    let parsed = headers.into_iter().filter_map(|(name, value)| {
        Some((HeaderName::from_static(name), HeaderValue::from_str(value).ok()?))
    });
    parsed.collect()
}
