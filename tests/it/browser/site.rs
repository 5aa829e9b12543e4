//! A tiny https site for the browser: every allowed host is this server.

use crate::stage::{browser_settings, left_by_browsers, nothing_left};
use axum::Router;
use axum::body::Body;
use axum::extract::{Path, Query, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{any, get};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use outlook_syncd::browser::{Browser, Settings, Upstream};
use outlook_syncd::clock::Clock;
use rcgen::PublicKeyData as _;
use sha2::{Digest as _, Sha256};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use tempfile::TempDir;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// A server, and a place for profiles.
pub(super) struct Site {
    pub(super) profiles: TempDir,
    pub(super) seen: Seen,
    upstream: Upstream,
}

/// Host and path of every request, in the order of arrival.
#[derive(Clone, Default)]
pub(super) struct Seen(Arc<Mutex<Vec<String>>>);

impl Seen {
    pub(super) fn count(&self, text: &str) -> usize {
        self.0.lock().unwrap().iter().filter(|line| line.contains(text)).count()
    }
}

impl Site {
    pub(super) async fn new() -> Self {
        let seen = Seen::default();
        let (https, spki_sha256) = serve(router(seen.clone())).await;
        let profiles = TempDir::new().unwrap();
        Self { profiles, seen, upstream: Upstream::Simulator { https, spki_sha256 } }
    }

    pub(super) fn settings(&self) -> Settings {
        let settings = browser_settings(self.profiles.path().join("profiles"), self.upstream.clone());
        Settings { window: (1280, 800), ..settings }
    }

    pub(super) fn browser(&self) -> Browser {
        Browser::new(self.settings(), Clock::System)
    }

    /// The profile directories there are now.
    pub(super) fn profile_names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.settings().profiles).into_iter().flatten().flatten();
        let names = entries.filter(|entry| entry.path().is_dir()).map(|entry| entry.file_name());
        names.filter_map(|name| name.into_string().ok()).collect()
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        nothing_left(|| left_by_browsers(&self.settings().profiles));
    }
}

/// Serves over https: where, and the SHA-256 of the key (SPKI) of its certificate, base64.
pub(crate) async fn serve(router: Router) -> (SocketAddr, String) {
    let key = rcgen::generate_simple_self_signed(vec!["mail.test".into()]).unwrap();
    let spki_sha256 = STANDARD.encode(Sha256::digest(key.signing_key.subject_public_key_info()));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let https = listener.local_addr().unwrap();
    let tls = Tls { listener, acceptor: acceptor(&key) };
    tokio::spawn(async move { axum::serve(tls, router).await });
    (https, spki_sha256)
}

fn acceptor(key: &rcgen::CertifiedKey<rcgen::KeyPair>) -> TlsAcceptor {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![key.cert.der().clone()], key.signing_key.serialize_der().try_into().unwrap())
        .unwrap();
    TlsAcceptor::from(Arc::new(config))
}

struct Tls {
    listener: TcpListener,
    acceptor: TlsAcceptor,
}

impl axum::serve::Listener for Tls {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        loop {
            let (stream, address) = self.listener.accept().await.unwrap();
            if let Ok(stream) = self.acceptor.accept(stream).await {
                return (stream, address);
            }
        }
    }

    fn local_addr(&self) -> std::io::Result<Self::Addr> {
        self.listener.local_addr()
    }
}

fn router(seen: Seen) -> Router {
    Router::new()
        .route("/", get(async || Html("<!doctype html><title>home</title><p>home</p>")))
        .route("/headers", any(headers))
        .route(
            "/sign-in",
            get(async || ([(header::SET_COOKIE, "server=from-the-server; Path=/; Secure; HttpOnly")], "in")),
        )
        .route("/json/{number}", get(json))
        .route("/post", any(async |body: String| body))
        .route("/huge", get(async || "x".repeat(20 << 20)))
        .route("/hang", any(async || std::future::pending::<()>().await))
        .route("/away", get(async |Query(to): Query<To>| (StatusCode::FOUND, [(header::LOCATION, to.to)])))
        .route("/worker.js", get(async || ([(header::CONTENT_TYPE, "text/javascript")], WORKER)))
        .with_state(())
        .layer(axum::middleware::from_fn_with_state(seen, note))
}

#[derive(serde::Deserialize)]
struct To {
    to: String,
}

/// Fetches as many as it is told, and says how many came.
const WORKER: &str = "onmessage = async ({ data: [from, to] }) => {
    const all = [];
    for (let n = from; n < to; n++) all.push(fetch('/json/' + n).then(answer => answer.json()));
    postMessage([(await Promise.all(all)).length, navigator.language, navigator.userAgent,
        Intl.DateTimeFormat().resolvedOptions().timeZone]); };";

async fn note(State(seen): State<Seen>, request: Request, next: axum::middleware::Next) -> Response {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    seen.0.lock().unwrap().push(format!("{host}{}", request.uri().path()));
    next.run(request).await
}

/// The request's own headers, as JSON.
async fn headers(headers: HeaderMap) -> Response {
    let pairs: serde_json::Map<_, _> = headers
        .iter()
        .map(|(name, value)| (name.to_string(), value.to_str().unwrap_or_default().into()))
        .collect();
    axum::Json(pairs).into_response()
}

/// Some kilobytes that differ for every number.
async fn json(Path(number): Path<u32>) -> Response {
    Body::from(expected_json(number)).into_response()
}

pub(super) fn expected_json(number: u32) -> String {
    serde_json::json!({ "number": number, "text": format!("{number},").repeat(1000) }).to_string()
}
