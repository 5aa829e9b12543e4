//! What is answered while the daemon cannot open its parts: that it lives, and to the read token why it can
//! do nothing.

use super::caller::{bearer, is};
use super::problem::Problem;
use super::shapes::NotStarted;
use super::{Access, guard};
use crate::clock::Clock;
use crate::model::LastError;
use crate::sync::health::health;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::sync::watch;

#[derive(Clone)]
struct Standby {
    access: Arc<Access>,
    fault: watch::Receiver<Option<LastError>>,
}

/// Serves in place of the router until there is one. Tokens stand in the database, so nobody but the read
/// token is known.
pub fn standby(access: Arc<Access>, fault: watch::Receiver<Option<LastError>>) -> Router {
    Router::new()
        .route("/health/live", get(async || "ok"))
        .fallback(why)
        .layer(from_fn_with_state(Arc::clone(&access), guard::known_host))
        .layer(from_fn(guard::headers))
        .with_state(Standby { access, fault })
}

async fn why(State(standby): State<Standby>, headers: HeaderMap) -> Response {
    let known = bearer(&headers).is_some_and(|bearer| is(bearer, standby.access.read.as_ref()));
    let fault = standby.fault.borrow().clone().filter(|_| known);
    if let Some(fault) = fault {
        let now = Clock::System.now();
        let health = health(&[], &[], &BTreeMap::new(), now, now).under(Some(fault));
        (StatusCode::SERVICE_UNAVAILABLE, Json(health)).into_response()
    } else {
        let starting = NotStarted { healthy: false, problem: Problem::starting() };
        (StatusCode::SERVICE_UNAVAILABLE, Json(starting)).into_response()
    }
}
