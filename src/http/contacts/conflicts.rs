//! `/v1/accounts/{id}/contacts/conflicts` and `{contact}/resolve`: what both sides have changed, and whose values
//! hold.

use super::told;
use crate::desk::ConflictDetail;
use crate::http::Edge;
use crate::http::asked::{AccountInPath, ContactInPath, JsonBody};
use crate::http::caller::Caller;
use crate::http::problem::Problem;
use crate::model::{ContestedPart, Side};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};

/// What waits for somebody to say whose values hold.
#[derive(Debug, Serialize)]
pub(in crate::http) struct ConflictList {
    conflicts: Vec<ConflictDetail>,
}

/// Whose values hold.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct Resolved {
    holds: Side,
    /// Of this member only, or of the photo; else of all that waits of the contact.
    #[serde(default)]
    member: Option<ContestedPart>,
}

pub(in crate::http) async fn list(
    State(edge): State<Edge>,
    caller: Caller,
    AccountInPath(id): AccountInPath,
) -> Result<Json<ConflictList>, Problem> {
    Ok(Json(ConflictList { conflicts: edge.desk.contact_conflicts(&caller.actor, &id).await? }))
}

pub(in crate::http) async fn resolve(
    State(edge): State<Edge>,
    caller: Caller,
    which: ContactInPath,
    JsonBody(Resolved { holds, member }): JsonBody<Resolved>,
) -> Result<Response, Problem> {
    let contact = edge.desk.any_contact(&caller.actor, &which.account, &which.contact).await?;
    Ok(told(StatusCode::OK, edge.desk.resolve_contact(&caller.actor, &contact, member, holds).await?))
}
