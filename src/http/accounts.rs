//! `GET /v1/accounts` and `GET /v1/accounts/{id}`: how the caller's accounts do.

use super::Edge;
use super::asked::AccountInPath;
use super::caller::Caller;
use super::problem::Problem;
use super::shapes::Cards;
use crate::model::AccountId;
use crate::sync::health::AccountHealth;
use axum::Json;
use axum::extract::State;

pub(super) async fn list(State(edge): State<Edge>, caller: Caller) -> Result<Json<Cards>, Problem> {
    Ok(Json(edge.desk.health(&caller.actor).await?.into()))
}

pub(super) async fn show(
    State(edge): State<Edge>,
    caller: Caller,
    AccountInPath(id): AccountInPath,
) -> Result<Json<AccountHealth>, Problem> {
    Ok(Json(edge.desk.card(&caller.actor, &AccountId::from(id)).await?))
}
