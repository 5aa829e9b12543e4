//! `POST /v1/accounts/{id}/send`: mail that is sent. `GET …/outbox` and one of it: how it stands; `POST …/retry` and `DELETE`:
//! what a person decides of what nobody knows.

use super::Edge;
use super::asked::{AccountInPath, JsonBody, OutboxInPath, Query, given};
use super::caller::Caller;
use super::paging::{self, ListQuery, Paged};
use super::problem::Problem;
use super::repeat;
use crate::desk::{DeskError, OutboxDetail, SendWish};
use crate::model::{MailAddress, MessageId, OutboxId, OutgoingBody, OutgoingFault, OutgoingFile, SendMode};
use axum::Json;
use axum::extract::State;
use axum::http::header::LOCATION;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::AppendHeaders;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A body of this length holds what Graph takes at most, with attachments in base64.
pub(super) const LARGEST_SEND: usize = 5 << 20;

/// Somebody to whom it goes.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PersonAsked {
    /// Their address, in ASCII.
    address: String,
    /// The name to be shown.
    #[serde(default, deserialize_with = "given")]
    name: Option<String>,
}

/// A file that goes along.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct FileAsked {
    /// What it is called.
    name: String,
    /// Its media type; `application/octet-stream` where it is not said.
    #[serde(rename = "type", default, deserialize_with = "given")]
    media_type: Option<String>,
    /// What is in it, in base64.
    content: String,
}

/// A message that is to be sent.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SendAsked {
    /// What it is to another message; `new` where it is not said.
    #[serde(default = "new")]
    #[schema(default = "new")]
    mode: SendMode,
    /// Which message it answers or forwards: its id here.
    #[serde(default, deserialize_with = "given")]
    regarding: Option<MessageId>,
    /// To whom, beside those whom an answer goes to.
    #[serde(default)]
    to: Vec<PersonAsked>,
    /// Who sees it too.
    #[serde(default)]
    cc: Vec<PersonAsked>,
    /// Who sees it too, and nobody sees that.
    #[serde(default)]
    bcc: Vec<PersonAsked>,
    /// What it is about, in one line; of an answer and of what is forwarded, by default what the other message is about.
    #[serde(default, deserialize_with = "given")]
    subject: Option<String>,
    /// What it says, without markup.
    #[serde(default, deserialize_with = "given")]
    text: Option<String>,
    /// What it says, in HTML; beside `text` the same in another form.
    #[serde(default, deserialize_with = "given")]
    html: Option<String>,
    /// What goes along.
    #[serde(default)]
    attachments: Vec<FileAsked>,
}

fn new() -> SendMode {
    SendMode::New
}

/// What an account sent or is to send.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct OutboxListing {
    /// The latest first.
    outbox: Vec<OutboxDetail>,
    /// What the next page is asked for with; `None` of the last one.
    next: Option<String>,
}

/// Where it tells how it stands, and whether the same request had put it in before.
type Sent = (StatusCode, AppendHeaders<Vec<(HeaderName, HeaderValue)>>, Json<OutboxDetail>);

/// Send mail
///
/// From accounts whose owner has allowed `Mail.Send` (else 409 `oauth_not_granted`), where `oauth.uses` names `mail_send`
/// (else 409 `send_off`). The header `Idempotency-Key` is needed: the same request under the same key sends nothing a second time. What is
/// sent tells its entry in the outbox.
#[utoipa::path(post,
    path = "/v1/accounts/{id}/send",
    operation_id = "sendMail",
    tag = "messages",
    request_body = SendAsked,
    params(("Idempotency-Key" = String, Header, description = "One visible text of at most 255 bytes, another for each message.")),
    responses((status = 202, description = "It waits to be sent.", body = OutboxDetail, headers(
        ("Location" = String, description = "Where it tells how it stands.")))))]
pub(super) async fn send(
    State(edge): State<Edge>,
    caller: Caller,
    AccountInPath(id): AccountInPath,
    headers: HeaderMap,
    JsonBody(asked): JsonBody<SendAsked>,
) -> Result<Sent, Problem> {
    let text = serde_json::to_vec(&asked).unwrap_or_default();
    let parts: [&[u8]; 3] = [b"send", id.as_str().as_bytes(), &text];
    let key = repeat::key(&headers, &caller.actor, &parts)?.ok_or_else(no_key)?;
    let answer = edge.desk.send(&caller.actor, &id, &key, asked.wish()?).await?;
    let place = format!("/v1/accounts/{id}/outbox/{}", answer.entry.id);
    let place = HeaderValue::try_from(place).ok().map(|place| (LOCATION, place));
    let headers = place.into_iter().chain(answer.is_repeated.then(repeat::repeated)).collect();
    Ok((StatusCode::ACCEPTED, AppendHeaders(headers), Json(answer.entry)))
}

fn no_key() -> Problem {
    Problem::wrong("key_missing", "mail is sent under a key: the header Idempotency-Key is missing")
}

/// What is wrong with a message that is asked for.
enum SendAskedFault {
    /// What is in a file.
    Base64,
    /// What it says, or to whom.
    Outgoing(OutgoingFault),
}

impl From<OutgoingFault> for SendAskedFault {
    fn from(fault: OutgoingFault) -> Self {
        Self::Outgoing(fault)
    }
}

impl From<SendAskedFault> for Problem {
    fn from(fault: SendAskedFault) -> Self {
        match fault {
            SendAskedFault::Base64 => Self::wrong("bad_body", "what is in an attachment is not base64"),
            SendAskedFault::Outgoing(fault) => DeskError::from(fault).into(),
        }
    }
}

impl SendAsked {
    fn wish(self) -> Result<SendWish, SendAskedFault> {
        let Self { mode, regarding, to, cc, bcc, subject, text, html, attachments } = self;
        let [to, cc, bcc] = [people(&to)?, people(&cc)?, people(&bcc)?];
        let files = attachments.into_iter().map(FileAsked::file).collect::<Result<_, _>>()?;
        Ok(SendWish { mode, regarding, to, cc, bcc, subject, body: OutgoingBody { text, html }, files })
    }
}

impl FileAsked {
    fn file(self) -> Result<OutgoingFile, SendAskedFault> {
        let content = BASE64_STANDARD.decode(self.content).map_err(|_| SendAskedFault::Base64)?;
        Ok(OutgoingFile::new(&self.name, self.media_type.as_deref(), content)?)
    }
}

fn people(asked: &[PersonAsked]) -> Result<Vec<MailAddress>, OutgoingFault> {
    asked.iter().map(|one| MailAddress::new(&one.address, one.name.as_deref())).collect()
}

/// List what was sent and is to be sent from an account, the latest first
#[utoipa::path(get,
    path = "/v1/accounts/{id}/outbox",
    operation_id = "listOutbox",
    tag = "messages",
    params(ListQuery),
    responses((status = 200, description = "Entries of the outbox.", body = OutboxListing, headers(("Link" = String, description = "The address of the next page (RFC 8288); missing on the last.")))))]
pub(super) async fn list(
    State(edge): State<Edge>,
    caller: Caller,
    AccountInPath(id): AccountInPath,
    Query(asked): Query<ListQuery>,
) -> Result<Paged<OutboxListing>, Problem> {
    let (path, limit) = (format!("/v1/accounts/{id}/outbox"), asked.limit()?);
    let after = asked.after(&path, OutboxId::parse)?;
    let mut outbox = edge.desk.outbox(&caller.actor, &id, after.as_ref(), limit + 1).await?;
    let last = paging::cut(&mut outbox, limit).map(|last| last.id.to_string());
    let next = asked.next(&path, last.as_deref());
    let page = OutboxListing { outbox, next: next.cursor.clone() };
    Ok(next.behind(page))
}

/// Show how a message stands that was sent or is to be sent
#[utoipa::path(get,
    path = "/v1/accounts/{id}/outbox/{entry}",
    operation_id = "getOutboxEntry",
    tag = "messages",
    responses((status = 200, description = "The entry.", body = OutboxDetail)))]
pub(super) async fn show(
    State(edge): State<Edge>,
    caller: Caller,
    which: OutboxInPath,
) -> Result<Json<OutboxDetail>, Problem> {
    Ok(Json(edge.desk.outbox_entry(&caller.actor, &which.account, &which.entry).await?))
}

/// Send a message once more of which nobody knows whether it was sent
///
/// It is looked for in the mailbox first, and not sent where it is found. Of any other 409 `sending_decided`.
#[utoipa::path(post,
    path = "/v1/accounts/{id}/outbox/{entry}/retry",
    operation_id = "retryOutboxEntry",
    tag = "messages",
    responses((status = 202, description = "It waits to be sent.", body = OutboxDetail)))]
pub(super) async fn retry(
    State(edge): State<Edge>,
    caller: Caller,
    which: OutboxInPath,
) -> Result<(StatusCode, Json<OutboxDetail>), Problem> {
    let entry = edge.desk.repeat_sending(&caller.actor, &which.account, &which.entry).await?;
    Ok((StatusCode::ACCEPTED, Json(entry)))
}

/// Give a message up that waits to be sent, or of which nobody knows whether it was
///
/// What it says is destroyed. Of any other 409 `sending_decided`.
#[utoipa::path(delete,
    path = "/v1/accounts/{id}/outbox/{entry}",
    operation_id = "dropOutboxEntry",
    tag = "messages",
    responses((status = 200, description = "It is given up.", body = OutboxDetail)))]
pub(super) async fn drop_entry(
    State(edge): State<Edge>,
    caller: Caller,
    which: OutboxInPath,
) -> Result<Json<OutboxDetail>, Problem> {
    Ok(Json(edge.desk.drop_sending(&caller.actor, &which.account, &which.entry).await?))
}
