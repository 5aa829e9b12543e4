//! `/v1/integrations/outlook/…` for the CRM's pages: an address for the popup, how the connection stands, its end.

use super::Edge;
use super::answers::No;
use super::asked::Query;
use super::caller::Caller;
use crate::model::{Account, AccountId, AuditAction, AuditEntry, Grant, Reach};
use crate::oauth::Begin;
use crate::secret::ExposeSecret;
use crate::sync::standing::connection;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use serde::Deserialize;
use serde_json::{Value, json};

/// What the routes are asked with.
#[derive(Debug, Deserialize)]
pub(super) struct Asked {
    /// Names one account.
    account: Option<String>,
    /// The user, where the caller is bound to none.
    user: Option<String>,
    /// The origin of the page that opens the popup.
    origin: Option<String>,
}

type Answer = Result<Json<Value>, No>;

/// A new address of ours, to be opened in a popup.
pub(super) async fn auth_url(
    State(edge): State<Edge>,
    caller: Caller,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Answer {
    let popup = edge.access.popup.as_ref().ok_or(No::Wrong("no_redirect_uri"))?;
    let owner = user(&caller, &asked)?;
    let origin = asked.origin.as_deref().or_else(|| headers.get(header::ORIGIN)?.to_str().ok());
    let opener = origin.map(|origin| origin.trim_end_matches('/').to_owned());
    if opener.as_ref().is_some_and(|origin| !popup.openers.contains(origin)) {
        return Err(No::Wrong("unknown_origin"));
    }
    let account = match &asked.account {
        Some(id) => Some(one(&edge, &Reach::Owner(owner.clone()), id).await?),
        None => None,
    };
    let begin = Begin {
        owner,
        login: account.as_ref().map(|account| account.name().to_owned()),
        account: account.map(|account| account.id),
        opener,
        redirect_uri: popup.redirect_uri.clone(),
    };
    let handle = edge.engine.oauth.begin(begin).await.map_err(|error| No::Refused(error.into()))?;
    let mut url = popup.start();
    url.query_pairs_mut().append_pair("h", handle.expose_secret());
    Ok(Json(json!({"url": url, "expires_in": 600})))
}

/// How the connection stands. No token is in it.
pub(super) async fn status(State(edge): State<Edge>, caller: Caller, Query(asked): Query<Asked>) -> Answer {
    let Some((account, grant)) = meant(&edge, &caller, &asked).await? else {
        return Ok(Json(json!({"connected": false})));
    };
    let card = connection(&grant, edge.engine.clock.now());
    Ok(Json(json!({
        "connected": true, "account": account.id, "provider": card.provider, "address": card.address,
        "display_name": card.display_name, "scopes": card.scopes, "expiry": card.standing,
        "error": card.error, "whose_turn": card.whose_turn, "hint": card.hint,
    })))
}

/// Ends the connection. Doing it again is no error.
pub(super) async fn disconnect(
    State(edge): State<Edge>,
    caller: Caller,
    Query(asked): Query<Asked>,
) -> Answer {
    let Some((account, _)) = meant(&edge, &caller, &asked).await? else {
        return Ok(Json(json!({"tokens": false, "wiped": null})));
    };
    let engine = &edge.engine;
    let entry = AuditEntry {
        account: Some(account.id.clone()),
        ..AuditEntry::new(engine.clock.now(), &caller.name, AuditAction::Disconnected)
    };
    engine.store.audit(&entry).await?;
    let done = edge.desk.disconnect(&account).await.map_err(No::Failed)?;
    Ok(Json(json!(done)))
}

/// Whose popup it is: the caller's own, or the user that a caller bound to none names.
fn user(caller: &Caller, asked: &Asked) -> Result<String, No> {
    match (caller.reach.owner(), asked.user.as_deref()) {
        (Some(own), None) => Ok(own.to_owned()),
        (Some(own), Some(user)) if own == user => Ok(user.to_owned()),
        (Some(_), Some(_)) => Err(No::Account),
        (None, Some(user)) if !user.is_empty() => Ok(user.to_owned()),
        (None, _) => Err(No::Wrong("user_missing")),
    }
}

/// What the caller reaches, narrowed to the user that they name.
fn reach(caller: &Caller, asked: &Asked) -> Result<Reach, No> {
    if asked.user.is_some() { user(caller, asked).map(Reach::Owner) } else { Ok(caller.reach.clone()) }
}

/// The connection that is meant: the one that is named, or the only one.
async fn meant(edge: &Edge, caller: &Caller, asked: &Asked) -> Result<Option<(Account, Grant)>, No> {
    let reach = reach(caller, asked)?;
    let store = &edge.engine.store;
    let mut grants = match &asked.account {
        Some(id) => {
            let account = one(edge, &reach, id).await?;
            store.grant(&account.id).await?.into_iter().collect()
        }
        None => store.grants(&reach).await?,
    };
    if grants.len() > 1 {
        return Err(No::Several(grants));
    }
    let Some(grant) = grants.pop() else { return Ok(None) };
    let account = store.account(&grant.account_id).await?;
    Ok(account.map(|account| (account, grant)))
}

async fn one(edge: &Edge, reach: &Reach, id: &str) -> Result<Account, No> {
    let found = edge.engine.store.state_within(reach, &AccountId::from(id.to_owned())).await?;
    found.map(|(account, _)| account).ok_or(No::Account)
}
