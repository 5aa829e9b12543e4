//! `GET /v1/accounts/{id}/access-token`: a fresh access token for a workflow.

use super::Edge;
use super::asked::{AccountInPath, Query};
use super::caller::Caller;
use super::problem::Problem;
use super::shapes::TokenGiven;
use crate::model::Resource;
use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct TokenQuery {
    /// What the token opens; `graph` where it is not said.
    #[param(value_type = Option<Resource>, inline)]
    resource: Option<String>,
}

/// Get a fresh access token of an account
///
/// For workflows that call Microsoft themselves. Each is written down in the audit log.
#[utoipa::path(get,
    path = "/v1/accounts/{id}/access-token",
    operation_id = "getAccessToken",
    tag = "accounts",
    params(TokenQuery),
    responses((status = 200, description = "The token; never the refresh token.", body = TokenGiven)))]
pub(super) async fn hand_out(
    State(edge): State<Edge>,
    caller: Caller,
    AccountInPath(id): AccountInPath,
    Query(asked): Query<TokenQuery>,
) -> Result<Json<TokenGiven>, Problem> {
    let resource = Resource::parse(asked.resource.as_deref().unwrap_or("graph"));
    let resource =
        resource.ok_or_else(|| Problem::wrong("unknown_resource", "resource is graph or outlook"))?;
    if let Some(problem) = caller.barred_from(resource) {
        edge.refused(&caller.actor, "is of another resource").await;
        return Err(problem);
    }
    let token = edge.desk.access_token(&caller.actor, &id, resource).await?;
    let (access_token, expires_at) = (token.token, token.expires_at);
    Ok(Json(TokenGiven { access_token, token_type: "Bearer", expires_at, resource }))
}
