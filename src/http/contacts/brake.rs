//! `/v1/accounts/{id}/contacts/plan` and `brake`: what the next cycle would write, what waits for a person, and
//! what that person decides.

use crate::desk::{BrakeDecided, BrakeDetail, BrakeKind, ContactApproval, ContactPlan};
use crate::http::Edge;
use crate::http::asked::{AccountInPath, JsonBody};
use crate::http::caller::Caller;
use crate::http::problem::Problem;
use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use serde::Deserialize;
use utoipa::ToSchema;

/// Of what it is decided.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct Decision {
    /// Only of this; else of all that waits.
    #[serde(default)]
    only: Option<BrakeKind>,
    /// The `revision` of the brake or the plan that was looked at: where other things wait by now, nothing is decided
    /// (412, `brake_changed`).
    #[serde(default)]
    seen: Option<String>,
}

/// What is approved.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct Approval {
    /// Only this; else all that waits.
    #[serde(default)]
    only: Option<BrakeKind>,
    /// Whatever is changed until then goes out too.
    #[serde(default)]
    until: Option<DateTime<Utc>>,
    /// The `revision` of the brake or the plan that was looked at: where other things wait by now, nothing goes out
    /// (412, `brake_changed`).
    #[serde(default)]
    seen: Option<String>,
    /// Whether what was rejected before goes out too.
    #[serde(default)]
    rejected: bool,
}

/// Show what the next cycle would write to the mailbox, and what not
#[utoipa::path(get,
    path = "/v1/accounts/{id}/contacts/plan",
    operation_id = "getContactPlan",
    tag = "contacts",
    responses((status = 200, description = "The plan.", body = ContactPlan)))]
pub(in crate::http) async fn plan(
    State(edge): State<Edge>,
    caller: Caller,
    AccountInPath(id): AccountInPath,
) -> Result<Json<ContactPlan>, Problem> {
    Ok(Json(edge.desk.contact_plan(&caller.actor, &id).await?))
}

/// Show what waits for a person before it is written, or called gone
#[utoipa::path(get,
    path = "/v1/accounts/{id}/contacts/brake",
    operation_id = "getBrake",
    tag = "contacts",
    responses((status = 200, description = "What waits.", body = BrakeDetail)))]
pub(in crate::http) async fn show(
    State(edge): State<Edge>,
    caller: Caller,
    AccountInPath(id): AccountInPath,
) -> Result<Json<BrakeDetail>, Problem> {
    Ok(Json(edge.desk.contact_brake(&caller.actor, &id).await?))
}

/// Let out what waits
#[utoipa::path(post,
    path = "/v1/accounts/{id}/contacts/brake/approve",
    operation_id = "approveContacts",
    tag = "contacts",
    request_body = Approval,
    responses((status = 200, description = "How much was decided; zeros where nothing waited.", body = BrakeDecided)))]
pub(in crate::http) async fn approve(
    State(edge): State<Edge>,
    caller: Caller,
    AccountInPath(id): AccountInPath,
    JsonBody(Approval { only, until, seen, rejected }): JsonBody<Approval>,
) -> Result<Json<BrakeDecided>, Problem> {
    let approval = ContactApproval { only, until, seen: seen.as_deref(), rejected };
    Ok(Json(edge.desk.approve_contacts(&caller.actor, &id, approval).await?))
}

/// Keep here what waits
#[utoipa::path(post,
    path = "/v1/accounts/{id}/contacts/brake/reject",
    operation_id = "rejectContacts",
    tag = "contacts",
    request_body = Decision,
    responses((status = 200, description = "How much was decided; zeros where nothing waited.", body = BrakeDecided)))]
pub(in crate::http) async fn reject(
    State(edge): State<Edge>,
    caller: Caller,
    AccountInPath(id): AccountInPath,
    JsonBody(Decision { only, seen }): JsonBody<Decision>,
) -> Result<Json<BrakeDecided>, Problem> {
    Ok(Json(edge.desk.reject_contacts(&caller.actor, &id, only, seen.as_deref()).await?))
}
