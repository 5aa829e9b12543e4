//! `GET /health`: the verdict over the caller's accounts, for a dashboard; `GET /health/live`: whether the process
//! answers; `GET /v1/version`: which.

use super::Edge;
use super::asked::Query;
use super::caller::Caller;
use super::problem::Problem;
use super::shapes::Version;
use crate::model::Reach;
use crate::sync::health::Health;
use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use std::sync::{Arc, Mutex, PoisonError};
use utoipa::{IntoParams, ToSchema};

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

const JSON: &str = "application/json";

/// The last answer about all accounts that was written out: the same is sent again.
#[derive(Debug, Default)]
pub(super) struct HealthText(Mutex<Option<(Arc<Health>, Bytes)>>);

impl HealthText {
    fn json(&self, health: &Arc<Health>) -> serde_json::Result<Bytes> {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, json)) = last.as_ref().filter(|(same, _)| Arc::ptr_eq(same, health)) {
            return Ok(json.clone());
        }
        let json = Bytes::from(serde_json::to_vec(health.as_ref())?);
        *last = Some((Arc::clone(health), json.clone()));
        Ok(json)
    }
}

/// How much is told beside the verdict.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct HealthQuery {
    /// `none`: no cards. With very many accounts the answer is short then, and comes soon.
    #[param(inline)]
    accounts: Option<CardsWanted>,
}

/// Which cards stand in a verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum CardsWanted {
    All,
    None,
}

/// How all accounts within reach do
///
/// The verdict is for monitors, the cards are for people. While something keeps every account from being read, `error`
/// says what.
#[utoipa::path(get,
    path = "/health",
    operation_id = "getHealth",
    tag = "service",
    params(HealthQuery),
    responses(
        (status = 200, description = "Every account that should have been read within three intervals was.", body = Health),
        (status = 503, description = "Some was not, or something keeps all from being read.", body = Health),
    ))]
pub(super) async fn health(
    State(edge): State<Edge>,
    caller: Caller,
    Query(asked): Query<HealthQuery>,
) -> Result<Response, Problem> {
    let health = edge.desk.health(&caller.actor).await?;
    let status = if health.healthy { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    if asked.accounts == Some(CardsWanted::None) {
        return Ok((status, Json(health.without_cards())).into_response());
    }
    let written = (caller.actor.reach == Reach::Everyone).then(|| edge.health_text.json(&health).ok());
    Ok(match written.flatten() {
        Some(json) => (status, [(CONTENT_TYPE, JSON)], json).into_response(),
        None => (status, Json(health.as_ref())).into_response(),
    })
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
