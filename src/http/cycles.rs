//! `GET /v1/cycles`: what cycles did.

use super::Edge;
use super::asked::Query;
use super::caller::Caller;
use super::paging::{self, ListQuery, Paged};
use super::problem::Problem;
use crate::model::{CycleId, RecordedCycle};
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

/// Reports of cycles, the latest first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CycleList {
    cycles: Vec<RecordedCycle>,
    /// What the next page is asked for with; `None` of the last one.
    next: Option<String>,
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
    params(ListQuery),
    responses((status = 200, description = "Their reports.", body = CycleList, headers(("Link" = String, description = "The address of the next page (RFC 8288); missing on the last."))))
)]
pub(super) async fn list(
    State(edge): State<Edge>,
    caller: Caller,
    Query(asked): Query<ListQuery>,
) -> Result<Paged<CycleList>, Problem> {
    let (path, limit) = ("/v1/cycles", asked.limit()?);
    let after = asked.after(path, CycleId::parse)?;
    let mut cycles = edge.desk.cycle_reports(&caller.actor, after.as_ref(), limit + 1).await?;
    let last = paging::cut(&mut cycles, limit).map(|last| last.report.id.to_string());
    let next = asked.next(path, last.as_deref());
    let page = CycleList { cycles, next: next.cursor.clone() };
    Ok(next.behind(page))
}
