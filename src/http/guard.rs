//! Who is let in, and what every answer carries.

use super::Edge;
use crate::secret::{ExposeSecret, SecretText};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// Every answer: not stored, not framed, not sniffed.
const HEADERS: [(header::HeaderName, &str); 5] = [
    (header::CACHE_CONTROL, "no-store"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"),
    (header::X_FRAME_OPTIONS, "DENY"),
];

pub(super) async fn headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    for (name, value) in HEADERS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

/// Loopback alone is no boundary: a page whose name is made to resolve to it would be let in (DNS rebinding).
pub(super) async fn known_host(State(edge): State<Edge>, request: Request, next: Next) -> Response {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    if is_known(host, &edge.tokens.hosts) {
        next.run(request).await
    } else {
        (StatusCode::MISDIRECTED_REQUEST, "unknown host; see http.hosts in the configuration\n")
            .into_response()
    }
}

fn is_known(host: &str, configured: &[String]) -> bool {
    let name = host.rsplit_once(':').filter(|(_, port)| port.bytes().all(|b| b.is_ascii_digit()));
    let name = name.map_or(host, |(name, _)| name).trim_start_matches('[').trim_end_matches(']');
    name.eq_ignore_ascii_case("localhost")
        || name.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
        || configured.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// Whether the request carries `Authorization: Bearer` and the secret; compared in constant time, by hash.
pub(super) fn bears(headers: &HeaderMap, secret: Option<&SecretText>) -> bool {
    let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let given =
        given.and_then(|value| value.split_once(' ')).filter(|(kind, _)| kind.eq_ignore_ascii_case("bearer"));
    let (Some((_, given)), Some(secret)) = (given, secret) else { return false };
    let hash = |text: &str| Sha256::digest(text.trim().as_bytes());
    hash(given).ct_eq(&hash(secret.expose_secret())).into()
}

/// The answer to a caller without the token.
pub(super) fn unauthorized() -> Response {
    let challenge = [(header::WWW_AUTHENTICATE, "Bearer")];
    (StatusCode::UNAUTHORIZED, challenge, axum::Json(serde_json::json!({"error": "unauthorized"})))
        .into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts() {
        let own = ["sync.example.test".to_owned()];
        for host in
            ["localhost", "127.0.0.1:8425", "[::1]:8425", "sync.example.test", "Sync.Example.Test:443"]
        {
            assert!(is_known(host, &own), "{host}");
        }
        for host in ["", "example.test", "127.0.0.1.example.test", "localhost.example.test:8425", "10.0.0.1"]
        {
            assert!(!is_known(host, &own), "{host}");
        }
    }

    #[test]
    fn bearers() {
        let secret = crate::secret::secret("s3cret".to_owned());
        let with = |value: &'static str| {
            HeaderMap::from_iter([(header::AUTHORIZATION, HeaderValue::from_static(value))])
        };
        assert!(bears(&with("Bearer s3cret"), Some(&secret)));
        assert!(bears(&with("bearer s3cret"), Some(&secret)));
        for wrong in ["Bearer s3cre", "Bearer s3cret2", "Basic s3cret", "s3cret", "Bearer "] {
            assert!(!bears(&with(wrong), Some(&secret)), "{wrong}");
        }
        assert!(!bears(&with("Bearer "), None), "no secret configured lets nobody in");
        assert!(!bears(&HeaderMap::new(), Some(&secret)));
    }
}
