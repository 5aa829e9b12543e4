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

#[derive(Debug, Deserialize)]
pub(super) struct TokenQuery {
    /// What the token opens: graph, outlook.
    resource: Option<String>,
}

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
