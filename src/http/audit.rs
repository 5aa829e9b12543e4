//! `GET /v1/accounts/{id}/audit` and `GET /v1/audit`: what was done to an account and with it, or to anything, and by
//! whom.

use super::Edge;
use super::asked::{AccountInPath, Query};
use super::caller::Caller;
use super::paging;
use super::problem::Problem;
use crate::model::{AuditEntry, AuditId};
use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Which lines, the latest first.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct AuditQuery {
    /// Those behind the one of this id.
    behind: Option<String>,
    /// How many at most; 50 where it is not said.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
}

/// Lines of the audit log, the latest first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AuditList {
    lines: Vec<AuditEntry>,
}

/// List what was done to an account and with it, the latest first
///
/// The lines outlive the account.
#[utoipa::path(get,
    path = "/v1/accounts/{id}/audit",
    operation_id = "listAuditOfAccount",
    tag = "accounts",
    params(AuditQuery),
    responses((status = 200, description = "Lines of the audit log.", body = AuditList)))]
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

/// List what was done, and by whom, the latest first
///
/// A caller who is bound to a user sees what is about that user.
#[utoipa::path(
    get,
    path = "/v1/audit",
    operation_id = "listAudit",
    tag = "service",
    params(AuditQuery),
    responses((status = 200, description = "Lines of the audit log.", body = AuditList))
)]
pub(super) async fn list_all(
    State(edge): State<Edge>,
    caller: Caller,
    Query(asked): Query<AuditQuery>,
) -> Result<Json<AuditList>, Problem> {
    let limit = paging::limit(asked.limit).ok_or_else(Problem::bad_limit)?;
    let behind = asked.behind.map(AuditId::from);
    Ok(Json(AuditList { lines: edge.desk.audit_log(&caller.actor, behind.as_ref(), limit).await? }))
}
