//! `GET /v1/accounts`, `GET /v1/accounts/{id}` and `…/explanations`: how the caller's accounts do, what folders one
//! has, and why it stands so.

use super::Edge;
use super::asked::AccountInPath;
use super::caller::Caller;
use super::problem::Problem;
use super::shapes::{AccountCard, Cards, Explanations};
use crate::sync::explain;
use axum::Json;
use axum::extract::State;

pub(super) async fn list(State(edge): State<Edge>, caller: Caller) -> Result<Json<Cards>, Problem> {
    Ok(Json(edge.desk.health(&caller.actor).await?.into()))
}

pub(super) async fn show(
    State(edge): State<Edge>,
    caller: Caller,
    AccountInPath(id): AccountInPath,
) -> Result<Json<AccountCard>, Problem> {
    let health = edge.desk.card(&caller.actor, &id).await?;
    let folders = edge.desk.folders(&caller.actor, &id).await?;
    Ok(Json(AccountCard { health, folders }))
}

pub(super) async fn explain(
    State(edge): State<Edge>,
    caller: Caller,
    AccountInPath(id): AccountInPath,
) -> Result<Json<Explanations>, Problem> {
    let health = edge.desk.card(&caller.actor, &id).await?;
    Ok(Json(Explanations { explanations: explain::explain(&health) }))
}
