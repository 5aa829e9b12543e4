//! `GET|POST /api/cron/outlook-sync`: makes the caller's accounts due and wakes the loop, as the timer does.

use super::Edge;
use super::asked::Query;
use super::caller::Caller;
use super::problem::{Problem, ProblemDetails};
use super::shapes::CycleAnswer;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::IntoParams;

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Options {
    /// `0`: answer at once.
    wait: Option<String>,
}

/// Make the accounts within reach due, and wait for what comes of it
///
/// As a timer does; 409 while a cycle runs.
#[utoipa::path(get,
    path = "/api/cron/outlook-sync",
    operation_id = "runCycle",
    tag = "sync",
    params(Options),
    responses(
        (status = 200, description = "All went well.", body = CycleAnswer),
        (status = 202, description = "Asked for, with `wait=0`.", body = CycleAnswer),
        (
            status = 503,
            description = "Something did not, or the service stops.",
            content((CycleAnswer = "application/json"), (ProblemDetails = "application/problem+json"))
        ),
    ))]
pub(super) async fn trigger(
    State(edge): State<Edge>,
    Query(options): Query<Options>,
    caller: Caller,
) -> Result<(StatusCode, Json<CycleAnswer>), Problem> {
    let asked = edge.desk.ask_for_cycle(&caller.actor).await?;
    if options.wait.as_deref() == Some("0") {
        return Ok((StatusCode::ACCEPTED, Json(CycleAnswer::Asked { asked: asked.at })));
    }
    let report = tokio::select! {
        report = edge.desk.report(&caller.actor, asked) => report?,
        () = edge.stop.cancelled() => None,
    };
    let report = report.ok_or_else(Problem::stopping)?;
    Ok(match report.worst() {
        None => (StatusCode::OK, Json(CycleAnswer::Report(report))),
        Some(worst) => (StatusCode::SERVICE_UNAVAILABLE, Json(CycleAnswer::Failed { worst, report })),
    })
}
