//! `/v1/accounts/{id}/road`: how an account's mail is read, and another road for it.

use super::Edge;
use super::asked::{AccountInPath, JsonBody};
use super::caller::Caller;
use super::problem::Problem;
use crate::desk::RoadStanding;
use crate::model::Road;
use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;

/// Show how an account's mail is read, and what came of another road
#[utoipa::path(get,
    path = "/v1/accounts/{id}/road",
    operation_id = "getRoad",
    tag = "accounts",
    responses((status = 200, description = "Its road, and the change that was last asked for.", body = RoadStanding)))]
pub(super) async fn show(
    State(edge): State<Edge>,
    caller: Caller,
    AccountInPath(id): AccountInPath,
) -> Result<Json<RoadStanding>, Problem> {
    Ok(Json(edge.desk.road(&caller.actor, &id).await?))
}

/// The road that is wanted.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RoadAsked {
    /// Which.
    road: Road,
    /// Whether the roads are only compared, and nothing is changed.
    #[serde(default)]
    shadow: bool,
}

/// Have an account's mail read on another road, or compare it with that
///
/// Where mail of the account is stored, its next turn looks whether it is the same on that road; then no message is stored
/// anew, and else nothing is changed: `change` tells. 409 `road_without_session` or `road_without_consent` where what the
/// road is taken with is not there.
#[utoipa::path(post,
    path = "/v1/accounts/{id}/road",
    operation_id = "setRoad",
    tag = "accounts",
    request_body = RoadAsked,
    responses((status = 200, description = "Its road, and the change that was asked for.", body = RoadStanding)))]
pub(super) async fn take(
    State(edge): State<Edge>,
    caller: Caller,
    AccountInPath(id): AccountInPath,
    JsonBody(RoadAsked { road, shadow }): JsonBody<RoadAsked>,
) -> Result<Json<RoadStanding>, Problem> {
    let account = edge.desk.account(&caller.actor, &id).await?;
    Ok(Json(edge.desk.set_road(&caller.actor, &account, road, shadow).await?))
}
