//! `/v1/accounts/{id}/contacts`: an account's contacts, listed, made, shown, changed and removed.
//!
//! A contact's entity tag says its revision. Who changes or removes one says which they have seen; who makes one
//! again by its external id writes on the same.

pub(super) mod brake;
pub(super) mod conflicts;
pub(super) mod journal;
pub(super) mod matches;
mod page;
pub(super) mod photo;
mod tag;

use super::Edge;
use super::asked::{AccountInPath, ContactInPath, JsonBody, Query, given};
use super::caller::Caller;
use super::paging::Paged;
use super::problem::Problem;
use super::repeat;
use crate::desk::{ContactDetail, ContactDone, ContactShown, DeskError};
use crate::model::{Actor, Card, Contact};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use page::{ContactListing, PageQuery};
use serde::Deserialize;
use serde_json::{Map, Value};
use tag::IfMatch;
use utoipa::ToSchema;

/// A contact that is to be there.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ContactBrought {
    /// The caller's own id of it.
    #[serde(default)]
    external_id: Option<String>,
    /// Written over what is on it: a merge patch (RFC 7396) of a `Card`. At most 128 KiB.
    #[schema(value_type = Object)]
    card: Map<String, Value>,
}

/// What is to be written on a contact: a merge patch (RFC 7396) of what it is told as.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ContactPatch {
    /// The caller's own id of it.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = String)]
    external_id: Option<String>,
    /// A merge patch of its `Card`. At most 128 KiB.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Object)]
    card: Option<Map<String, Value>>,
}

/// List contacts, by name
#[utoipa::path(get,
    path = "/v1/accounts/{id}/contacts",
    operation_id = "listContacts",
    tag = "contacts",
    params(PageQuery),
    responses((
        status = 200,
        description = "A page.",
        body = ContactListing,
        headers(("Link" = String, description = "The address of the next page (RFC 8288); missing on the last."))
    )))]
pub(super) async fn list(
    State(edge): State<Edge>,
    caller: Caller,
    AccountInPath(id): AccountInPath,
    Query(asked): Query<PageQuery>,
) -> Result<Paged<ContactListing>, Problem> {
    page::read(&edge.desk, &caller.actor, &id, &asked).await
}

/// Make a contact, or write on the one that has its external id
#[utoipa::path(post,
    path = "/v1/accounts/{id}/contacts",
    operation_id = "addContact",
    tag = "contacts",
    params(("Idempotency-Key" = Option<String>, Header, max_length = 255, description = "The same request again under the same key does nothing for 24 hours.")),
    request_body = ContactBrought,
    responses(
        (status = 201, description = "Made.", body = ContactDetail, headers(
            ("ETag" = String, description = "What a later change names in `If-Match`."),
            ("Location" = String, description = "Where it is."),
            ("Idempotency-Replayed" = String, description = "`true`, where the request was made before.")
        )),
        (status = 200, description = "Written on the one that was there.", body = ContactDetail, headers(
            ("ETag" = String, description = "What a later change names in `If-Match`."),
            ("Idempotency-Replayed" = String, description = "`true`, where the request was made before.")
        )),
    ))]
pub(super) async fn add(
    State(edge): State<Edge>,
    caller: Caller,
    AccountInPath(id): AccountInPath,
    headers: HeaderMap,
    JsonBody(brought): JsonBody<ContactBrought>,
) -> Result<Response, Problem> {
    let ContactBrought { external_id, card } = brought;
    let asked = format!("{id} {} {}", Value::from(external_id.as_deref()), Value::from(card.clone()));
    let key = repeat::key(&headers, &caller.actor, &[asked.as_bytes()])?;
    let (change, external_id) = (over(Some(card)), external_id.as_deref());
    let put = edge.desk.put_contact_once(&caller.actor, &id, external_id, key.as_ref(), change).await?;
    let is_new = put.done == ContactDone::Made;
    let place = HeaderValue::try_from(format!("/v1/accounts/{id}/contacts/{}", put.contact.id));
    let place = place.ok().filter(|_| is_new).map(|place| (header::LOCATION, place));
    let more: HeaderMap = place.into_iter().chain(put.is_repeated.then(repeat::repeated)).collect();
    let status = if is_new { StatusCode::CREATED } else { StatusCode::OK };
    Ok((more, told(&edge, status, put.contact).await?).into_response())
}

/// Show one contact, with what does not stand on it
#[utoipa::path(get,
    path = "/v1/accounts/{id}/contacts/{contact}",
    operation_id = "getContact",
    tag = "contacts",
    params(("If-None-Match" = Option<String>, Header, description = "The `ETag` that is known.")),
    responses(
        (status = 200, description = "The contact.", body = ContactShown, headers(("ETag" = String, description = "What a later change names in `If-Match`."))),
        (status = 304, description = "All that is told of it is the same."),
    ))]
pub(super) async fn show(
    State(edge): State<Edge>,
    caller: Caller,
    which: ContactInPath,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let contact = find(&edge, &caller.actor, &which).await?;
    let shown = edge.desk.shown(contact).await?;
    let tag = [(header::ETAG, tag::of(&shown))];
    if tag::knows(&headers, &tag[0].1) {
        return Ok((StatusCode::NOT_MODIFIED, tag).into_response());
    }
    Ok((tag, Json(shown)).into_response())
}

/// Change a contact
///
/// The card is merged into what is on it (RFC 7396).
#[utoipa::path(patch,
    path = "/v1/accounts/{id}/contacts/{contact}",
    operation_id = "editContact",
    tag = "contacts",
    params(("If-Match" = Option<String>, Header, description = "The `ETag` that was read, or `*` for whatever there is; without it the answer is 428.")),
    request_body = ContactPatch,
    responses((status = 200, description = "The contact as it stands then.", body = ContactDetail, headers(("ETag" = String, description = "What a later change names in `If-Match`.")))))]
pub(super) async fn edit(
    State(edge): State<Edge>,
    caller: Caller,
    which: ContactInPath,
    headers: HeaderMap,
    JsonBody(patch): JsonBody<ContactPatch>,
) -> Result<Response, Problem> {
    let (contact, based_on) = find_seen(&edge, &caller.actor, &which, &headers).await?;
    let (change, external_id) = (over(patch.card), patch.external_id.as_deref());
    let edited = edge.desk.edit_contact(&caller.actor, &contact, based_on, external_id, change).await?;
    told(&edge, StatusCode::OK, edited).await
}

/// Delete a contact
#[utoipa::path(delete,
    path = "/v1/accounts/{id}/contacts/{contact}",
    operation_id = "removeContact",
    tag = "contacts",
    params(("If-Match" = Option<String>, Header, description = "The `ETag` that was read, or `*` for whatever there is; without it the answer is 428.")),
    responses((status = 204, description = "Deleted here; the mailbox follows.")))]
pub(super) async fn remove(
    State(edge): State<Edge>,
    caller: Caller,
    which: ContactInPath,
    headers: HeaderMap,
) -> Result<StatusCode, Problem> {
    let (contact, based_on) = find_seen(&edge, &caller.actor, &which, &headers).await?;
    edge.desk.remove_contact(&caller.actor, &contact, based_on).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn find(edge: &Edge, actor: &Actor, which: &ContactInPath) -> Result<Contact, Problem> {
    Ok(edge.desk.contact(actor, &which.account, &which.contact).await?)
}

/// A contact, and the revision that the caller means to change; `None` of one who means any.
async fn find_seen(
    edge: &Edge,
    actor: &Actor,
    which: &ContactInPath,
    headers: &HeaderMap,
) -> Result<(Contact, Option<i64>), Problem> {
    let contact = find(edge, actor, which).await?;
    let revision = contact.revision;
    match tag::if_match(headers, &contact) {
        IfMatch::Unsaid => Err(Problem::no_precondition("the contact")),
        IfMatch::Any => Ok((contact, None)),
        IfMatch::This => Ok((contact, Some(revision))),
        IfMatch::Another => Err(DeskError::StaleContact.into()),
    }
}

/// A contact as it stands after a change, with the tag by which it is shown.
async fn told(edge: &Edge, status: StatusCode, contact: Contact) -> Result<Response, Problem> {
    let shown = edge.desk.shown(contact).await?;
    Ok((status, [(header::ETAG, tag::of(&shown))], Json(shown.contact)).into_response())
}

/// What a card becomes; without a patch it stays as it is.
fn over(patch: Option<Map<String, Value>>) -> impl Fn(&Card) -> Result<Card, String> {
    let json = Value::from(patch.unwrap_or_default()).to_string();
    move |card| card.overlaid(&json)
}
