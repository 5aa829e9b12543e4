//! By which names we may be called, how much a request may bring and how long it may take to, and what every
//! answer carries.

use super::Access;
use super::connections::OpenConnection;
use super::problem::Problem;
use crate::clock::Clock;
use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;
use std::time::Duration;

/// The largest body of a request that is read, bytes, unless its route says otherwise.
pub(crate) const LARGEST_BODY: usize = 256 << 10;
/// The longest time that a body may take to come.
pub(crate) const BODY_LIMIT: Duration = Duration::from_secs(30);

/// Every answer: not stored, not framed, not sniffed.
const HEADERS: [(header::HeaderName, &str); 5] = [
    (header::CACHE_CONTROL, "no-store"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::CONTENT_SECURITY_POLICY, "default-src 'none'; base-uri 'none'; frame-ancestors 'none'"),
    (header::X_FRAME_OPTIONS, "DENY"),
];

/// Of an answer that pages of a certain origin may frame: its policy says which, and the older header has no word for that.
#[derive(Debug, Clone)]
pub(crate) struct Framed;

pub(super) async fn headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    for (name, value) in HEADERS {
        // A page of ours brings a policy of its own.
        response.headers_mut().entry(name).or_insert(HeaderValue::from_static(value));
    }
    if response.extensions().get::<Framed>().is_some() {
        response.headers_mut().remove(header::X_FRAME_OPTIONS);
    }
    response
}

/// No name that we know has a NUL in it, and PostgreSQL has no such text.
pub(super) async fn no_nul(request: Request, next: Next) -> Response {
    if request.uri().path_and_query().is_some_and(|address| address.as_str().contains("%00")) {
        Problem::wrong("bad_address", "the address holds a NUL").into_response()
    } else {
        next.run(request).await
    }
}

/// Hands on the whole body, so that no handler waits for a client that sends its own a byte a minute. From then on
/// its connection makes room for no other, until it is answered.
pub(crate) async fn whole_body(
    State((limit, largest)): State<(Duration, usize)>,
    request: Request,
    next: Next,
) -> Response {
    let (parts, body) = request.into_parts();
    match Clock::limit(limit, to_bytes(body, largest)).await {
        Ok(Ok(bytes)) => {
            let connection = parts.extensions.get::<Arc<OpenConnection>>().cloned();
            let _under_way = connection.as_ref().map(OpenConnection::under_way);
            next.run(Request::from_parts(parts, bytes.into())).await
        }
        Ok(Err(_)) => Problem::too_large(largest).into_response(),
        Err(_) => Problem::too_slow().into_response(),
    }
}

/// Loopback alone is no boundary: a page whose name is made to resolve to it would be let in (DNS rebinding).
pub(super) async fn known_host(State(access): State<Arc<Access>>, request: Request, next: Next) -> Response {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    if is_known(host, &access.hosts) {
        next.run(request).await
    } else {
        Problem::unknown_host().into_response()
    }
}

fn is_known(host: &str, configured: &[String]) -> bool {
    let name = host.rsplit_once(':').filter(|(_, port)| port.bytes().all(|b| b.is_ascii_digit()));
    let name = name.map_or(host, |(name, _)| name).trim_start_matches('[').trim_end_matches(']');
    name.eq_ignore_ascii_case("localhost")
        || name.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
        || configured.iter().any(|known| known.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;
    use axum::middleware::from_fn_with_state;
    use tower::ServiceExt as _;

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

    #[tokio::test]
    async fn a_body_that_does_not_come_holds_no_handler() {
        let router = axum::Router::new().route("/", axum::routing::post(async || "never"));
        let router = router.layer(from_fn_with_state((Duration::from_millis(10), LARGEST_BODY), whole_body));
        let body = Body::from_stream(futures::stream::pending::<Result<axum::body::Bytes, std::io::Error>>());
        let request = Request::post("/").body(body).unwrap();
        let answer = router.oneshot(request).await.unwrap();
        assert_eq!(answer.status(), axum::http::StatusCode::REQUEST_TIMEOUT);
    }
}
