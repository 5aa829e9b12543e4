//! `/v1/accounts`: how the caller's accounts do, what folders one has and why it stands so; switched on and off, read at
//! once, disconnected.

use super::Edge;
use super::asked::{AccountInPath, Query};
use super::caller::Caller;
use super::problem::Problem;
use super::shapes::{AccountCard, AccountFolders, Cards, Explanations, SyncAsked};
use crate::desk::{Disconnected, Ending};
use crate::model::{AccountId, ContactsEnd};
use crate::sync::explain;
use crate::sync::health::AccountHealth;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{HeaderName, LOCATION};
use serde::Deserialize;
use std::sync::Arc;
use utoipa::IntoParams;

/// List the accounts within reach, each with how it does
#[utoipa::path(get,
    path = "/v1/accounts",
    operation_id = "listAccounts",
    tag = "accounts",
    responses((status = 200, description = "A card of each.", body = Cards)))]
pub(super) async fn list(State(edge): State<Edge>, caller: Caller) -> Result<Json<Cards>, Problem> {
    Ok(Json(Arc::unwrap_or_clone(edge.desk.health(&caller.actor).await?).into()))
}

/// Show one account, with its folders
#[utoipa::path(get,
    path = "/v1/accounts/{id}",
    operation_id = "getAccount",
    tag = "accounts",
    responses((status = 200, description = "Its card and its folders.", body = AccountCard)))]
pub(super) async fn show(
    State(edge): State<Edge>,
    caller: Caller,
    AccountInPath(id): AccountInPath,
) -> Result<Json<AccountCard>, Problem> {
    let health = edge.desk.card(&caller.actor, &id).await?;
    let folders = edge.desk.folders(&caller.actor, &id).await?;
    let road_change = edge.desk.road(&caller.actor, &id).await?.change;
    Ok(Json(AccountCard { health, folders, road_change }))
}

/// Explain why an account stands as it does
#[utoipa::path(get,
    path = "/v1/accounts/{id}/explanations",
    operation_id = "explainAccount",
    tag = "accounts",
    responses((status = 200, description = "What is to be said of it; there is always something.", body = Explanations)))]
pub(super) async fn explain(
    State(edge): State<Edge>,
    caller: Caller,
    AccountInPath(id): AccountInPath,
) -> Result<Json<Explanations>, Problem> {
    let health = edge.desk.card(&caller.actor, &id).await?;
    Ok(Json(Explanations { explanations: explain::explain(&health) }))
}

/// List the folders of an account, and what is stored of each
#[utoipa::path(
    get,
    path = "/v1/accounts/{id}/folders",
    operation_id = "listFolders",
    tag = "accounts",
    responses((status = 200, description = "Its folders, read or not.", body = AccountFolders))
)]
pub(super) async fn folders(
    State(edge): State<Edge>,
    caller: Caller,
    AccountInPath(id): AccountInPath,
) -> Result<Json<AccountFolders>, Problem> {
    Ok(Json(AccountFolders { folders: edge.desk.folders(&caller.actor, &id).await? }))
}

/// Have cycles read an account
///
/// That of one that is read already changes nothing.
#[utoipa::path(
    post,
    path = "/v1/accounts/{id}/enable",
    operation_id = "enableAccount",
    tag = "accounts",
    responses((status = 200, description = "How it does then.", body = AccountHealth))
)]
pub(super) async fn enable(
    State(edge): State<Edge>,
    caller: Caller,
    AccountInPath(id): AccountInPath,
) -> Result<Json<AccountHealth>, Problem> {
    set_paused(&edge, &caller, &id, false).await
}

/// Have cycles leave an account out
///
/// Its session and its mail stay. That of one that is left out already changes nothing.
#[utoipa::path(
    post,
    path = "/v1/accounts/{id}/disable",
    operation_id = "disableAccount",
    tag = "accounts",
    responses((status = 200, description = "How it does then.", body = AccountHealth))
)]
pub(super) async fn disable(
    State(edge): State<Edge>,
    caller: Caller,
    AccountInPath(id): AccountInPath,
) -> Result<Json<AccountHealth>, Problem> {
    set_paused(&edge, &caller, &id, true).await
}

async fn set_paused(
    edge: &Edge,
    caller: &Caller,
    id: &AccountId,
    paused: bool,
) -> Result<Json<AccountHealth>, Problem> {
    let account = edge.desk.account(&caller.actor, id).await?;
    if account.sync_enabled == paused {
        edge.desk.set_paused(&caller.actor, &account, paused).await?;
    }
    Ok(Json(edge.desk.card(&caller.actor, id).await?))
}

/// Read an account at once
///
/// It is read in the next cycle, which begins at once where none runs; asked twice it is read once. How it went is told by
/// the account.
#[utoipa::path(
    post,
    path = "/v1/accounts/{id}/sync",
    operation_id = "syncAccount",
    tag = "sync",
    responses((
        status = 202,
        description = "Asked for.",
        body = SyncAsked,
        headers(("Location" = String, description = "The account."))
    ))
)]
pub(super) async fn sync(
    State(edge): State<Edge>,
    caller: Caller,
    AccountInPath(id): AccountInPath,
) -> Result<(StatusCode, [(HeaderName, String); 1], Json<SyncAsked>), Problem> {
    let account = edge.desk.account(&caller.actor, &id).await?.id;
    let made = edge.desk.make_due(&caller.actor, Some(&account)).await?;
    Ok((StatusCode::ACCEPTED, [(LOCATION, format!("/v1/accounts/{account}"))], Json(made.into())))
}

/// Read all accounts within reach at once
///
/// As `syncAccount` of each.
#[utoipa::path(
    post,
    path = "/v1/sync",
    operation_id = "syncAll",
    tag = "sync",
    responses((
        status = 202,
        description = "Asked for.",
        body = SyncAsked,
        headers(("Location" = String, description = "The accounts."))
    ))
)]
pub(super) async fn sync_all(
    State(edge): State<Edge>,
    caller: Caller,
) -> Result<(StatusCode, [(HeaderName, &'static str); 1], Json<SyncAsked>), Problem> {
    let made = edge.desk.make_due(&caller.actor, None).await?;
    Ok((StatusCode::ACCEPTED, [(LOCATION, "/v1/accounts")], Json(made.into())))
}

/// What becomes of contacts.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct EndQuery {
    /// What becomes of the contacts; they stay where it is not said.
    #[serde(default)]
    #[param(inline)]
    contacts: ContactsEnd,
}

/// Show what a disconnect would destroy
#[utoipa::path(
    get,
    path = "/v1/accounts/{id}/disconnect",
    operation_id = "previewDisconnect",
    tag = "accounts",
    params(EndQuery),
    responses((status = 200, description = "What would be destroyed, and what would stay.", body = Disconnected))
)]
pub(super) async fn would_disconnect(
    State(edge): State<Edge>,
    caller: Caller,
    AccountInPath(id): AccountInPath,
    Query(EndQuery { contacts }): Query<EndQuery>,
) -> Result<Json<Disconnected>, Problem> {
    let account = edge.desk.to_disconnect(&caller.actor, id.as_str()).await?;
    Ok(Json(edge.desk.would_disconnect(&caller.actor, &account, contacts).await?))
}

/// Disconnect an account: its sessions, tokens and mail are destroyed
///
/// It cannot be taken back. What could not be ended is the sign-in at Microsoft itself, which ends by itself or under
/// <https://mysignins.microsoft.com>.
#[utoipa::path(
    post,
    path = "/v1/accounts/{id}/disconnect",
    operation_id = "disconnectAccount",
    tag = "accounts",
    params(EndQuery),
    responses((status = 200, description = "What was destroyed.", body = Disconnected))
)]
pub(super) async fn disconnect(
    State(edge): State<Edge>,
    caller: Caller,
    AccountInPath(id): AccountInPath,
    Query(EndQuery { contacts }): Query<EndQuery>,
) -> Result<Json<Disconnected>, Problem> {
    let account = edge.desk.to_disconnect(&caller.actor, id.as_str()).await?;
    Ok(Json(edge.desk.disconnect(&caller.actor, &account, Ending::Account, contacts).await?))
}
