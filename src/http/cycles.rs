//! `GET /v1/cycles`: what cycles did.

use super::Edge;
use super::asked::Query;
use super::caller::Caller;
use super::paging;
use super::problem::Problem;
use crate::model::{CycleId, RecordedCycle};
use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Which cycles, the latest first.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct CyclesQuery {
    /// Those before the one of this id.
    behind: Option<String>,
    /// How many at most; 50 where it is not said.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
}

/// Reports of cycles, the latest first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CycleList {
    cycles: Vec<RecordedCycle>,
}

/// List what cycles did, the latest first
///
/// The newest thousand are kept, with the accounts in which something happened. A caller who is bound to a user sees
/// what happened in theirs.
#[utoipa::path(
    get,
    path = "/v1/cycles",
    operation_id = "listCycles",
    tag = "sync",
    params(CyclesQuery),
    responses((status = 200, description = "Their reports.", body = CycleList))
)]
pub(super) async fn list(
    State(edge): State<Edge>,
    caller: Caller,
    Query(asked): Query<CyclesQuery>,
) -> Result<Json<CycleList>, Problem> {
    let limit = paging::limit(asked.limit).ok_or_else(Problem::bad_limit)?;
    let behind = asked.behind.map(CycleId::from);
    Ok(Json(CycleList { cycles: edge.desk.cycle_reports(&caller.actor, behind.as_ref(), limit).await? }))
}
