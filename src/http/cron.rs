//! `GET|POST /api/cron/outlook-sync`: makes every account due and wakes the loop, as the timer does.

use super::{Edge, guard};
use crate::lock::{self, Attempt, Held};
use crate::model::CycleReport;
use crate::sync::Failure;
use axum::Json;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::json;
use std::sync::Arc;

#[derive(Debug, Deserialize)]
pub(super) struct Options {
    /// `0`: answer at once.
    wait: Option<String>,
}

pub(super) async fn trigger(
    State(edge): State<Edge>,
    Query(options): Query<Options>,
    headers: HeaderMap,
) -> Response {
    if !guard::bears(&headers, edge.tokens.cron.as_ref()) {
        return guard::unauthorized();
    }
    match running(&edge) {
        Ok(None) => {}
        Ok(Some(Held { since, .. })) => {
            return (StatusCode::CONFLICT, Json(json!({"error": "running", "since": since}))).into_response();
        }
        Err(failure) => return failed(&failure),
    }
    let asked = edge.engine.clock.now();
    // Subscribed before the loop is woken: the report cannot be missed.
    let reports = edge.engine.last.subscribe();
    if let Err(error) = edge.engine.store.make_due(None, asked).await {
        return failed(&error.into());
    }
    edge.engine.wake.notify_one();
    if options.wait.as_deref() == Some("0") {
        return (StatusCode::ACCEPTED, Json(json!({"asked": asked}))).into_response();
    }
    let report = tokio::select! {
        report = ended(reports, asked) => report,
        () = edge.stop.cancelled() => None,
    };
    match report {
        Some(report) => answer(&report),
        None => (StatusCode::SERVICE_UNAVAILABLE, Json(json!({"error": "stopping"}))).into_response(),
    }
}

/// Who runs a cycle, in this process or in another.
fn running(edge: &Edge) -> Result<Option<Held>, Failure> {
    let attempt = lock::try_lock(&edge.engine.lock_file, "a look at the lock", edge.engine.clock.now());
    match attempt.map_err(Failure::lock)? {
        Attempt::Held(held) => Ok(Some(held)),
        Attempt::Taken(_) => Ok(None),
    }
}

/// The report of the first cycle that began at `asked` or later; `None` when the daemon ends before.
async fn ended(
    mut reports: tokio::sync::watch::Receiver<Option<Arc<CycleReport>>>,
    asked: DateTime<Utc>,
) -> Option<Arc<CycleReport>> {
    let fresh =
        |report: &Option<Arc<CycleReport>>| report.as_ref().is_some_and(|report| report.started_at >= asked);
    reports.wait_for(fresh).await.ok()?.clone()
}

fn answer(report: &CycleReport) -> Response {
    match report.worst() {
        None => Json(report).into_response(),
        Some(worst) => {
            let body = json!({"worst": worst, "report": report});
            (StatusCode::SERVICE_UNAVAILABLE, Json(body)).into_response()
        }
    }
}

/// The answer when the database cannot be asked.
pub(super) fn failed(failure: &Failure) -> Response {
    tracing::error!(code = failure.code, error = failure.message, "request not answered");
    let body = json!({"error": failure.code, "hint": failure.hint});
    (StatusCode::SERVICE_UNAVAILABLE, Json(body)).into_response()
}
