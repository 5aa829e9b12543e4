//! `GET /health`: the verdict over the caller's accounts, for a dashboard; `GET /health/live`: whether the process
//! answers; `GET /v1/version`: which.

use super::Edge;
use super::caller::Caller;
use super::problem::Problem;
use super::shapes::Version;
use crate::sync::health::Health;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;

/// Say that the process answers
#[utoipa::path(
    get,
    path = "/health/live",
    operation_id = "getLiveness",
    tag = "service",
    responses((status = 200, description = "`ok`.", body = String, content_type = "text/plain"))
)]
pub(super) async fn live() -> &'static str {
    "ok"
}

/// How all accounts within reach do
///
/// The verdict is for monitors, the cards are for people. While something keeps every account from being read, `error`
/// says what.
#[utoipa::path(get,
    path = "/health",
    operation_id = "getHealth",
    tag = "service",
    responses(
        (status = 200, description = "Every account that should have been read within three intervals was.", body = Health),
        (status = 503, description = "Some was not, or something keeps all from being read.", body = Health),
    ))]
pub(super) async fn health(
    State(edge): State<Edge>,
    caller: Caller,
) -> Result<(StatusCode, Json<Health>), Problem> {
    let health = edge.desk.health(&caller.actor).await?;
    let status = if health.healthy { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    Ok((status, Json(health)))
}

/// Say which version answers
#[utoipa::path(
    get,
    path = "/v1/version",
    operation_id = "getVersion",
    tag = "service",
    responses((status = 200, description = "Name and version.", body = Version))
)]
pub(super) async fn version() -> Json<Version> {
    Json(Version { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") })
}
