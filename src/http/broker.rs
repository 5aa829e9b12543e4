//! `GET /v1/accounts/{id}/access-token`: a fresh access token for a workflow. Never the refresh token; every one that is
//! handed out is written down first.

use super::Edge;
use super::answers::No;
use super::asked::{Id, Query};
use super::caller::Caller;
use crate::model::{AccountId, AuditAction, AuditEntry, Resource};
use crate::secret::ExposeSecret;
use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Debug, Deserialize)]
pub(super) struct Asked {
    /// What the token opens: graph, outlook.
    resource: Option<String>,
}

pub(super) async fn hand_out(
    State(edge): State<Edge>,
    caller: Caller,
    Id(id): Id,
    Query(asked): Query<Asked>,
) -> Result<Json<Value>, No> {
    let resource = Resource::parse(asked.resource.as_deref().unwrap_or("graph"));
    let resource = resource.ok_or(No::Wrong("unknown_resource"))?;
    let engine = &edge.engine;
    let id = AccountId::from(id);
    engine.store.state_within(&caller.reach, &id).await?.ok_or(No::Account)?;
    let token = engine.oauth.access_token(&id, resource).await;
    let token = token.map_err(|error| No::Refused(error.into()))?;
    let entry = AuditEntry {
        account: Some(id),
        detail: Some(resource.as_str().to_owned()),
        ..AuditEntry::new(engine.clock.now(), &caller.name, AuditAction::AccessTokenGiven)
    };
    engine.store.audit(&entry).await?;
    Ok(Json(json!({
        "access_token": token.token.expose_secret(), "token_type": "Bearer", "expires_at": token.expires_at,
        "resource": resource,
    })))
}
