//! The HTTP edges: liveness, health, the cron trigger. Loopback unless configured otherwise.

mod cron;
mod guard;
mod health;

use crate::clock::Clock;
use crate::secret::SecretText;
use crate::sync::Engine;
use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::get;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// How long answers under way may take after a stop was asked for.
const GRACE: Duration = Duration::from_secs(2);

/// What the routes share.
#[derive(Clone)]
pub struct Edge {
    engine: Arc<Engine>,
    tokens: Arc<Tokens>,
    stop: CancellationToken,
}

/// Who may call what, and by which names we are called.
#[derive(Debug)]
pub struct Tokens {
    /// Reads the health report; without one nobody may.
    pub read: Option<SecretText>,
    /// Begins a cycle; without one nobody may.
    pub cron: Option<SecretText>,
    /// `Host` names accepted beside loopback ones.
    pub hosts: Vec<String>,
}

/// All routes. Every one but liveness wants a token.
pub fn router(engine: Arc<Engine>, tokens: Tokens, stop: CancellationToken) -> Router {
    let edge = Edge { engine, tokens: Arc::new(tokens), stop };
    Router::new()
        .route("/health", get(health::health))
        .route("/api/cron/outlook-sync", get(cron::trigger).post(cron::trigger))
        .route("/health/live", get(|| async { "ok" }))
        .layer(from_fn_with_state(edge.clone(), guard::known_host))
        .layer(from_fn(guard::headers))
        .with_state(edge)
}

/// Serves until it is asked to stop, then lets the answers that are under way end, but not for long: a client that never
/// ends its request must not hold the daemon.
///
/// # Errors
/// When the listener breaks.
pub async fn serve(listener: TcpListener, router: Router, stop: CancellationToken) -> std::io::Result<()> {
    let overdue = async {
        stop.cancelled().await;
        Clock::System.sleep(GRACE).await;
    };
    tokio::select! {
        served = axum::serve(listener, router).with_graceful_shutdown(stop.clone().cancelled_owned()) => served,
        () = overdue => Ok(()),
    }
}
