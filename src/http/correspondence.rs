//! `/v1/accounts/{id}/contacts/{contact}/sync`, and the same by an address: the mail of one person is read in all
//! folders, in the account's turns, and whoever asked asks how far it is.

use super::Edge;
use super::asked::{AddressInPath, ContactInPath};
use super::caller::Caller;
use super::problem::Problem;
use crate::desk::{CorrespondenceDetail, CorrespondenceStanding};
use crate::model::{AccountId, Correspondent};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use chrono::{DateTime, Utc};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use utoipa::ToSchema;

/// That it was asked for. How far it is, is asked at the place that is told.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CorrespondenceAsked {
    state: CorrespondenceStanding,
    asked_at: DateTime<Utc>,
}

type Accepted = (StatusCode, [(HeaderName, HeaderValue); 1], Json<CorrespondenceAsked>);

/// Read a contact's mail in all folders, however old it is
#[utoipa::path(
    post,
    path = "/v1/accounts/{id}/contacts/{contact}/sync",
    operation_id = "syncContact",
    tag = "sync",
    responses((
        status = 202,
        description = "Asked for.",
        body = CorrespondenceAsked,
        headers(("Location" = String, description = "Where it tells how far it is."))
    ))
)]
pub(super) async fn ask_of_contact(
    State(edge): State<Edge>,
    caller: Caller,
    which: ContactInPath,
) -> Result<Accepted, Problem> {
    let ContactInPath { account, contact } = which;
    let place = format!("/v1/accounts/{account}/contacts/{contact}/sync");
    ask(&edge, &caller, &account, Correspondent::Contact(contact), place).await
}

/// Show how far a contact's mail is read
#[utoipa::path(
    get,
    path = "/v1/accounts/{id}/contacts/{contact}/sync",
    operation_id = "getContactSync",
    tag = "sync",
    responses((status = 200, description = "How far each folder was gone through.", body = CorrespondenceDetail))
)]
pub(super) async fn of_contact(
    State(edge): State<Edge>,
    caller: Caller,
    which: ContactInPath,
) -> Result<Json<CorrespondenceDetail>, Problem> {
    let whose = Correspondent::Contact(which.contact);
    Ok(Json(edge.desk.correspondence(&caller.actor, &which.account, whose).await?))
}

/// Read the mail of an address in all folders, however old it is
#[utoipa::path(
    post,
    path = "/v1/accounts/{id}/correspondents/{address}/sync",
    operation_id = "syncAddress",
    tag = "sync",
    responses((
        status = 202,
        description = "Asked for.",
        body = CorrespondenceAsked,
        headers(("Location" = String, description = "Where it tells how far it is."))
    ))
)]
pub(super) async fn ask_of_address(
    State(edge): State<Edge>,
    caller: Caller,
    which: AddressInPath,
) -> Result<Accepted, Problem> {
    let AddressInPath { account, address } = which;
    let named = utf8_percent_encode(&address, NON_ALPHANUMERIC);
    let place = format!("/v1/accounts/{account}/correspondents/{named}/sync");
    ask(&edge, &caller, &account, Correspondent::Address(address), place).await
}

/// Show how far the mail of an address is read
#[utoipa::path(
    get,
    path = "/v1/accounts/{id}/correspondents/{address}/sync",
    operation_id = "getAddressSync",
    tag = "sync",
    responses((status = 200, description = "How far each folder was gone through.", body = CorrespondenceDetail))
)]
pub(super) async fn of_address(
    State(edge): State<Edge>,
    caller: Caller,
    which: AddressInPath,
) -> Result<Json<CorrespondenceDetail>, Problem> {
    let whose = Correspondent::Address(which.address);
    Ok(Json(edge.desk.correspondence(&caller.actor, &which.account, whose).await?))
}

async fn ask(
    edge: &Edge,
    caller: &Caller,
    account: &AccountId,
    whose: Correspondent,
    place: String,
) -> Result<Accepted, Problem> {
    let asked = edge.desk.ask_for_correspondence(&caller.actor, account, whose).await?;
    let CorrespondenceDetail { state, asked_at, .. } = asked;
    // Of ids and percent-encoded text alone.
    let place = HeaderValue::try_from(place).unwrap_or_else(|_| HeaderValue::from_static("/v1/accounts"));
    Ok((StatusCode::ACCEPTED, [(header::LOCATION, place)], Json(CorrespondenceAsked { state, asked_at })))
}
