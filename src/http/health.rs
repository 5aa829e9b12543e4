//! `GET /health`: the verdict over the caller's accounts, for a dashboard.

use super::Edge;
use super::caller::Caller;
use super::problem::Problem;
use crate::sync::health::Health;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;

pub(super) async fn health(
    State(edge): State<Edge>,
    caller: Caller,
) -> Result<(StatusCode, Json<Health>), Problem> {
    let health = edge.desk.health(&caller.actor).await?;
    let status = if health.healthy { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    Ok((status, Json(health)))
}
