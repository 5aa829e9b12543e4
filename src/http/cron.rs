//! `GET|POST /api/cron/outlook-sync`: makes the caller's accounts due and wakes the loop, as the timer does.

use super::Edge;
use super::answers::{as_told, failed};
use super::asked::Query;
use super::caller::Caller;
use crate::lock::{self, Held};
use crate::model::{AccountId, CycleReport, Reach};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
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
    caller: Caller,
) -> Response {
    // A cycle in this process or in another.
    match lock::holder(&edge.engine.lock_file) {
        Ok(None) => {}
        Ok(Some(Held { since, .. })) => {
            return (StatusCode::CONFLICT, Json(json!({"error": "running", "since": since}))).into_response();
        }
        Err(error) => return failed(&error.into()),
    }
    let asked = edge.engine.clock.now();
    // Subscribed before the loop is woken: the report cannot be missed.
    let reports = edge.engine.last.subscribe();
    if let Err(error) = edge.engine.store.make_due_within(&caller.reach, None, asked).await {
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
        Some(report) => answer(&edge, &caller.reach, &report).await,
        None => (StatusCode::SERVICE_UNAVAILABLE, Json(json!({"error": "stopping"}))).into_response(),
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

/// The report, as far as it is the caller's.
async fn answer(edge: &Edge, reach: &Reach, report: &CycleReport) -> Response {
    let mut report = report.clone();
    report.fault = report.fault.map(|fault| as_told(fault, reach));
    if *reach != Reach::Everyone {
        match edge.engine.store.states(reach).await {
            Ok(own) => keep(&mut report, &own.into_iter().map(|(account, _)| account.id).collect::<Vec<_>>()),
            Err(error) => return failed(&error.into()),
        }
    }
    match report.worst() {
        None => Json(report).into_response(),
        Some(worst) => {
            let body = json!({"worst": worst, "report": report});
            (StatusCode::SERVICE_UNAVAILABLE, Json(body)).into_response()
        }
    }
}

fn keep(report: &mut CycleReport, own: &[AccountId]) {
    report.accounts.retain(|outcome| own.contains(&outcome.account_id));
}
