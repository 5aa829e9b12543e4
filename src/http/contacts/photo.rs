//! `/v1/accounts/{id}/contacts/{contact}/photo`: a contact's photo, had, set and taken away.
//!
//! Its entity tag is the SHA-256 of the file. Who sets one, or takes one away, says which they have seen; who sets the
//! first one, that there is none (RFC 9110, 13.1).

use super::{find, tag};
use crate::desk::{DeskError, PhotoSeen};
use crate::http::Edge;
use crate::http::asked::ContactInPath;
use crate::http::caller::Caller;
use crate::http::problem::Problem;
use crate::model::ContactPhoto;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};

/// The one kind of image that is taken.
const JPEG: &str = "image/jpeg";

/// Get the photo of a contact
///
/// Nothing but its first bytes was looked at: hostile input to whoever displays it.
#[utoipa::path(get,
    path = "/v1/accounts/{id}/contacts/{contact}/photo",
    operation_id = "getPhoto",
    tag = "contacts",
    params(("If-None-Match" = Option<String>, Header, description = "The `ETag` that is known.")),
    responses(
        (
            status = 200,
            description = "The file. What Outlook brought may be a PNG or a GIF.",
            content((String = "image/jpeg"), (String = "image/png"), (String = "image/gif")),
            headers(("ETag" = String, description = "What a later change names in `If-Match`."))
        ),
        (status = 304, description = "It is the same."),
    ))]
pub(in crate::http) async fn show(
    State(edge): State<Edge>,
    caller: Caller,
    which: ContactInPath,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let photo = edge.desk.contact_photo(&caller.actor, &which.account, &which.contact).await?;
    let tag = [(header::ETAG, tag::of_photo(&photo.sha256()))];
    if tag::knows(&headers, &tag[0].1) {
        return Ok((StatusCode::NOT_MODIFIED, tag).into_response());
    }
    Ok((tag, [(header::CONTENT_TYPE, photo.media_type)], photo.bytes).into_response())
}

/// Set the photo of a contact: a JPEG of at most 4 MiB
#[utoipa::path(put,
    path = "/v1/accounts/{id}/contacts/{contact}/photo",
    operation_id = "setPhoto",
    tag = "contacts",
    params(
        ("If-Match" = Option<String>, Header, description = "The `ETag` that was read, or `*` for whatever there is; without it the answer is 428."),
        ("If-None-Match" = Option<String>, Header, description = "`*` for the first one.")
    ),
    request_body(content = String, content_type = "image/jpeg"),
    responses((status = 204, description = "Set.", headers(("ETag" = String, description = "What a later change names in `If-Match`.")))))]
pub(in crate::http) async fn set(
    State(edge): State<Edge>,
    caller: Caller,
    which: ContactInPath,
    headers: HeaderMap,
    bytes: Bytes,
) -> Result<Response, Problem> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if !kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case(JPEG)) {
        let why =
            format!("a photo is sent as {JPEG}: Outlook takes JPEG alone, and nothing is converted here");
        return Err(Problem::bad_body(StatusCode::UNSUPPORTED_MEDIA_TYPE, why));
    }
    // The tag is that of what was sent: somebody else may have set another since.
    let set = change(&edge, &caller, &which, &headers, Some(bytes.to_vec())).await?;
    let tag = set.map(|photo| tag::of_photo(&photo.sha256())).unwrap_or_default();
    Ok((StatusCode::NO_CONTENT, [(header::ETAG, tag)]).into_response())
}

/// Take the photo of a contact away
#[utoipa::path(delete,
    path = "/v1/accounts/{id}/contacts/{contact}/photo",
    operation_id = "removePhoto",
    tag = "contacts",
    params(("If-Match" = Option<String>, Header, description = "The `ETag` that was read, or `*` for whatever there is; without it the answer is 428.")),
    responses((status = 204, description = "Taken away.")))]
pub(in crate::http) async fn remove(
    State(edge): State<Edge>,
    caller: Caller,
    which: ContactInPath,
    headers: HeaderMap,
) -> Result<StatusCode, Problem> {
    change(&edge, &caller, &which, &headers, None).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Changes the photo that the caller has seen. The answer is what was set.
async fn change(
    edge: &Edge,
    caller: &Caller,
    which: &ContactInPath,
    headers: &HeaderMap,
    photo: Option<Vec<u8>>,
) -> Result<Option<ContactPhoto>, Problem> {
    let contact = find(edge, &caller.actor, which).await?;
    let stored = match edge.desk.contact_photo(&caller.actor, &which.account, &which.contact).await {
        Ok(stored) => Some(stored.sha256()),
        Err(DeskError::NoPhoto(_)) => None,
        Err(error) => return Err(error.into()),
    };
    let seen = match tag::photo_seen(headers, stored.as_deref()) {
        tag::IfMatch::Unsaid => return Err(Problem::no_precondition("the photo")),
        tag::IfMatch::Another => return Err(DeskError::StaleContact.into()),
        tag::IfMatch::Any => PhotoSeen::Any,
        tag::IfMatch::This => stored.as_deref().map_or(PhotoSeen::Absent, PhotoSeen::This),
    };
    Ok(edge.desk.set_photo(&caller.actor, &contact, photo, seen).await?)
}
