//! `GET /v1/accounts/{id}/audit` and `GET /v1/audit`: what was done to an account and with it, or to anything, and by
//! whom.

use super::Edge;
use super::asked::{AccountInPath, Query};
use super::caller::Caller;
use super::paging::{self, ListQuery, Paged};
use super::problem::Problem;
use crate::model::{AuditEntry, AuditId};
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

/// Lines of the audit log, the latest first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AuditList {
    lines: Vec<AuditEntry>,
    /// What the next page is asked for with; `None` of the last one.
    next: Option<String>,
}

impl AuditList {
    /// The page that was asked for of the list at this path, of one line more than it has.
    fn page(path: &str, asked: &ListQuery, limit: u32, mut lines: Vec<AuditEntry>) -> Paged<Self> {
        let last = paging::cut(&mut lines, limit).map(|last| last.id.to_string());
        let next = asked.next(path, last.as_deref());
        let page = Self { lines, next: next.cursor.clone() };
        next.behind(page)
    }
}

/// List what was done to an account and with it, the latest first
///
/// The lines outlive the account.
#[utoipa::path(get,
    path = "/v1/accounts/{id}/audit",
    operation_id = "listAuditOfAccount",
    tag = "accounts",
    params(ListQuery),
    responses((status = 200, description = "Lines of the audit log.", body = AuditList, headers(("Link" = String, description = "The address of the next page (RFC 8288); missing on the last.")))))]
pub(super) async fn list(
    State(edge): State<Edge>,
    caller: Caller,
    AccountInPath(id): AccountInPath,
    Query(asked): Query<ListQuery>,
) -> Result<Paged<AuditList>, Problem> {
    let (path, limit) = (format!("/v1/accounts/{id}/audit"), asked.limit()?);
    let after = asked.after(&path, AuditId::parse)?;
    let lines = edge.desk.audit(&caller.actor, &id, after.as_ref(), limit + 1).await?;
    Ok(AuditList::page(&path, &asked, limit, lines))
}

/// List what was done, and by whom, the latest first
///
/// A caller who is bound to a user sees what is about that user.
#[utoipa::path(
    get,
    path = "/v1/audit",
    operation_id = "listAudit",
    tag = "service",
    params(ListQuery),
    responses((status = 200, description = "Lines of the audit log.", body = AuditList, headers(("Link" = String, description = "The address of the next page (RFC 8288); missing on the last."))))
)]
pub(super) async fn list_all(
    State(edge): State<Edge>,
    caller: Caller,
    Query(asked): Query<ListQuery>,
) -> Result<Paged<AuditList>, Problem> {
    let (path, limit) = ("/v1/audit", asked.limit()?);
    let after = asked.after(path, AuditId::parse)?;
    let lines = edge.desk.audit_log(&caller.actor, after.as_ref(), limit + 1).await?;
    Ok(AuditList::page(path, &asked, limit, lines))
}
