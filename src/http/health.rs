//! `GET /health`: the verdict, for a dashboard.

use super::{Edge, guard};
use crate::sync::health::{Health, health as verdict};
use crate::sync::{Failure, schedule};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};

pub(super) async fn health(State(edge): State<Edge>, headers: HeaderMap) -> Response {
    if !guard::bears(&headers, edge.tokens.read.as_ref()) {
        return guard::unauthorized();
    }
    match read(&edge).await {
        Ok(health) if health.healthy => Json(health).into_response(),
        Ok(health) => (StatusCode::SERVICE_UNAVAILABLE, Json(health)).into_response(),
        Err(failure) => super::cron::failed(&failure),
    }
}

async fn read(edge: &Edge) -> Result<Health, Failure> {
    let engine = &edge.engine;
    let now = engine.clock.now();
    let interval = schedule::interval(&engine.settings.schedule, engine.settings.time_zone, now);
    Ok(verdict(&engine.store.states().await?, interval, now))
}
