//! `GET /v1/accounts/{id}/audit`: what was done to an account and with it, and by whom.

use super::Edge;
use super::asked::{AccountInPath, Query};
use super::caller::Caller;
use super::paging;
use super::problem::Problem;
use crate::model::{AuditEntry, AuditId};
use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};

/// Which lines, the latest first.
#[derive(Debug, Deserialize)]
pub(super) struct AuditQuery {
    /// Those behind the one of this id.
    behind: Option<String>,
    limit: Option<u32>,
}

/// Lines of the audit log, the latest first.
#[derive(Debug, Serialize)]
pub(super) struct AuditList {
    lines: Vec<AuditEntry>,
}

pub(super) async fn list(
    State(edge): State<Edge>,
    caller: Caller,
    AccountInPath(id): AccountInPath,
    Query(asked): Query<AuditQuery>,
) -> Result<Json<AuditList>, Problem> {
    let limit = paging::limit(asked.limit).ok_or_else(Problem::bad_limit)?;
    let behind = asked.behind.map(AuditId::from);
    Ok(Json(AuditList { lines: edge.desk.audit(&caller.actor, &id, behind.as_ref(), limit).await? }))
}
