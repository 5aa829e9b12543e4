//! `GET /v1/accounts` and `GET /v1/accounts/{id}`: how the caller's accounts do.

use super::asked::Id;
use super::caller::Caller;
use super::{Edge, answers};
use crate::model::{AccountId, Reach};
use crate::sync::health::{AccountHealth, Health, card, health};
use crate::sync::{Engine, Failure, schedule};
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use serde_json::json;

pub(super) async fn list(State(edge): State<Edge>, caller: Caller) -> Response {
    match cards(&edge, &caller.reach).await {
        Ok(health) => Json(json!({"at": health.at, "accounts": health.accounts})).into_response(),
        Err(failure) => answers::failed(&failure),
    }
}

pub(super) async fn show(State(edge): State<Edge>, caller: Caller, Id(id): Id) -> Response {
    match one(&edge, &caller.reach, &AccountId::from(id)).await {
        Ok(Some(card)) => Json(card).into_response(),
        Ok(None) => answers::no_such_account(),
        Err(failure) => answers::failed(&failure),
    }
}

/// The verdict over the accounts within reach.
pub(super) async fn cards(edge: &Edge, reach: &Reach) -> Result<Health, Failure> {
    let engine = &edge.engine;
    let now = engine.clock.now();
    let (states, grants) = (engine.store.states(reach).await?, engine.store.grants(reach).await?);
    Ok(health(&states, &grants, since(engine, now), now))
}

async fn one(edge: &Edge, reach: &Reach, id: &AccountId) -> Result<Option<AccountHealth>, Failure> {
    let engine = &edge.engine;
    let now = engine.clock.now();
    let Some((account, state)) = engine.store.state_within(reach, id).await? else { return Ok(None) };
    let grant = engine.store.grant(id).await?;
    Ok(Some(card(&account, &state, grant.as_ref(), since(engine, now), now)))
}

fn since(engine: &Engine, now: DateTime<Utc>) -> DateTime<Utc> {
    schedule::expected_since(&engine.settings.schedule, engine.settings.time_zone, now)
}
