//! `/v1/accounts/{id}/contacts/conflicts` and `{contact}/resolve`: what both sides have changed, and whose values
//! hold.

use super::told;
use crate::desk::{ConflictDetail, ContactDetail};
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
use utoipa::ToSchema;

/// What waits for somebody to say whose values hold.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct ConflictList {
    conflicts: Vec<ConflictDetail>,
}

/// Whose values hold.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct Resolved {
    holds: Side,
    /// Of this member only, or of the photo; else of all that waits of the contact.
    #[serde(default)]
    member: Option<ContestedPart>,
}

/// List what both sides have changed and a person is to decide
#[utoipa::path(get,
    path = "/v1/accounts/{id}/contacts/conflicts",
    operation_id = "listConflicts",
    tag = "contacts",
    responses((status = 200, description = "What waits.", body = ConflictList)))]
pub(in crate::http) async fn list(
    State(edge): State<Edge>,
    caller: Caller,
    AccountInPath(id): AccountInPath,
) -> Result<Json<ConflictList>, Problem> {
    Ok(Json(ConflictList { conflicts: edge.desk.contact_conflicts(&caller.actor, &id).await? }))
}

/// Say whose values hold
#[utoipa::path(post,
    path = "/v1/accounts/{id}/contacts/{contact}/resolve",
    operation_id = "resolveContact",
    tag = "contacts",
    request_body = Resolved,
    responses((status = 200, description = "The contact as it stands then.", body = ContactDetail, headers(("ETag" = String, description = "What a later change names in `If-Match`.")))))]
pub(in crate::http) async fn resolve(
    State(edge): State<Edge>,
    caller: Caller,
    which: ContactInPath,
    JsonBody(Resolved { holds, member }): JsonBody<Resolved>,
) -> Result<Response, Problem> {
    let contact = edge.desk.any_contact(&caller.actor, &which.account, &which.contact).await?;
    let resolved = edge.desk.resolve_contact(&caller.actor, &contact, member, holds).await?;
    told(&edge, StatusCode::OK, resolved).await
}
