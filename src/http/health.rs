//! `GET /health`: the verdict over the caller's accounts, for a dashboard.

use super::caller::Caller;
use super::{Edge, accounts, answers};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

pub(super) async fn health(State(edge): State<Edge>, caller: Caller) -> Response {
    let fault = edge.engine.fault.borrow().clone().map(|fault| answers::as_told(fault, &caller.reach));
    match accounts::cards(&edge, &caller.reach).await.map(|health| health.under(fault)) {
        Ok(health) if health.healthy => Json(health).into_response(),
        Ok(health) => (StatusCode::SERVICE_UNAVAILABLE, Json(health)).into_response(),
        Err(failure) => answers::failed(&failure),
    }
}
