//! What the platform answers when it says no: `error`, an AADSTS number with its text, and at times
//! `suberror` and `claims`.

mod table;

use axum::Json;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use self::table::Known;

/// An error answer. As a knob, `code` is enough: the rest is what the real platform says with it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OauthError {
    /// The AADSTS number; 0: none.
    pub code: u32,
    /// `error`, where it differs from the usual one for this number.
    #[serde(default)]
    pub error: Option<String>,
    /// `suberror`, where it differs.
    #[serde(default)]
    pub suberror: Option<String>,
    /// `claims`, where they differ.
    #[serde(default)]
    pub claims: Option<String>,
    /// The text behind the number, where it differs.
    #[serde(default)]
    pub text: Option<String>,
}

impl OauthError {
    /// What the real platform says with this number.
    #[must_use]
    pub fn aadsts(code: u32) -> Self {
        Self { code, ..Self::default() }
    }

    /// A bare OAuth error without a number, such as `slow_down`.
    #[must_use]
    pub fn named(error: &str) -> Self {
        Self { error: Some(error.to_owned()), ..Self::default() }
    }

    /// With this `error`.
    #[must_use]
    pub fn error(mut self, error: &str) -> Self {
        self.error = Some(error.to_owned());
        self
    }

    /// With this `suberror`.
    #[must_use]
    pub fn suberror(mut self, suberror: &str) -> Self {
        self.suberror = Some(suberror.to_owned());
        self
    }

    /// With this text behind the number.
    #[must_use]
    pub fn text(mut self, text: impl Into<String>) -> Self {
        self.text = Some(text.into());
        self
    }

    fn known(&self) -> Option<&'static Known> {
        table::KNOWN.iter().find(|known| known.code == self.code)
    }

    /// Only an administrator can help.
    pub(super) fn needs_admin(&self) -> bool {
        [90_094, 90_095, 900_941].contains(&self.code)
    }

    /// `error` of the answer.
    pub(super) fn name(&self) -> &str {
        self.error.as_deref().or(self.known().map(|known| known.error)).unwrap_or("invalid_request")
    }

    fn words(&self) -> &str {
        self.text.as_deref().or(self.known().map(|known| known.text)).unwrap_or("The request was refused.")
    }

    /// `error_description` of a redirect and of a page.
    pub(super) fn description(&self, now: DateTime<Utc>) -> String {
        let trace = Trace { id: Uuid::new_v4(), correlation: Uuid::new_v4().to_string(), now };
        self.described(&trace)
    }

    fn described(&self, trace: &Trace) -> String {
        let (id, correlation, stamp) = (trace.id, &trace.correlation, trace.stamp());
        let number = if self.code == 0 { String::new() } else { format!("AADSTS{}: ", self.code) };
        format!("{number}{} Trace ID: {id} Correlation ID: {correlation} Timestamp: {stamp}", self.words())
    }

    /// The JSON of the token endpoint. `client-request-id` comes back as the correlation id.
    pub(super) fn body(&self, headers: &HeaderMap, now: DateTime<Utc>) -> Value {
        let trace = Trace::of(headers, now);
        let mut body = json!({
            "error": self.name(), "error_description": self.described(&trace),
            "timestamp": trace.stamp(), "trace_id": trace.id, "correlation_id": trace.correlation,
        });
        if self.code != 0 {
            body["error_codes"] = json!([self.code]);
            body["error_uri"] = format!("https://{}/error?code={}", crate::hosts::LOGIN, self.code).into();
        }
        let known = self.known();
        let suberror = self.suberror.clone().or(known.and_then(|known| known.suberror.map(str::to_owned)));
        let claims = self.claims.clone().or(known.and_then(Known::claims));
        for (name, value) in [("suberror", suberror), ("claims", claims)] {
            if let Some(value) = value {
                body[name] = value.into();
            }
        }
        body
    }

    fn status(&self) -> StatusCode {
        match self.name() {
            "invalid_client" => StatusCode::UNAUTHORIZED,
            "temporarily_unavailable" => StatusCode::SERVICE_UNAVAILABLE,
            _ => StatusCode::BAD_REQUEST,
        }
    }

    /// The answer of the token and device code endpoints.
    pub(crate) fn answer(&self, headers: &HeaderMap, now: DateTime<Utc>) -> Response {
        uncached((self.status(), Json(self.body(headers, now))).into_response())
    }
}

/// Answers of these endpoints are never kept.
pub(super) fn uncached(mut answer: Response) -> Response {
    let headers = answer.headers_mut();
    headers.insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-store, no-cache"));
    headers.insert(header::PRAGMA, header::HeaderValue::from_static("no-cache"));
    let id = Uuid::new_v4().to_string().parse().expect("a GUID is ASCII");
    headers.insert("x-ms-request-id", id);
    answer
}

struct Trace {
    id: Uuid,
    correlation: String,
    now: DateTime<Utc>,
}

impl Trace {
    fn of(headers: &HeaderMap, now: DateTime<Utc>) -> Self {
        let asked = headers.get("client-request-id").and_then(|value| value.to_str().ok());
        let correlation = asked.map_or_else(|| Uuid::new_v4().to_string(), str::to_owned);
        Self { id: Uuid::new_v4(), correlation, now }
    }

    fn stamp(&self) -> String {
        self.now.format("%Y-%m-%d %H:%M:%SZ").to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_brings_its_whole_answer() {
        let body = OauthError::aadsts(50_076).body(&HeaderMap::new(), DateTime::UNIX_EPOCH);
        assert_eq!((&body["error"], &body["suberror"]), (&json!("invalid_grant"), &json!("basic_action")));
        assert_eq!(body["error_codes"], json!([50_076]));
        assert_eq!(body["timestamp"], "1970-01-01 00:00:00Z");
        assert!(body["error_description"].as_str().unwrap().starts_with("AADSTS50076: "));
        let claims: Value = serde_json::from_str(body["claims"].as_str().unwrap()).unwrap();
        assert!(claims["access_token"]["capolids"]["values"].is_array());
    }

    #[test]
    fn what_a_knob_says_wins() {
        let error = OauthError::aadsts(70_016).error("access_denied").suberror("odd").text("No.");
        let body = error.body(&HeaderMap::new(), DateTime::UNIX_EPOCH);
        assert_eq!((&body["error"], &body["suberror"]), (&json!("access_denied"), &json!("odd")));
        assert!(body["error_description"].as_str().unwrap().starts_with("AADSTS70016: No. Trace ID: "));
    }

    #[test]
    fn the_request_id_of_the_client_comes_back() {
        let mut headers = HeaderMap::new();
        headers.insert("client-request-id", "mine".parse().unwrap());
        assert_eq!(OauthError::aadsts(1).body(&headers, Utc::now())["correlation_id"], "mine");
    }

    #[test]
    fn no_number_stands_twice_in_the_table() {
        let codes: std::collections::HashSet<u32> = table::KNOWN.iter().map(|known| known.code).collect();
        assert_eq!(codes.len(), table::KNOWN.len());
    }
}
