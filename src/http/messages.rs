//! `GET /v1/accounts/{id}/messages` and one of them: what is stored of a mailbox, the newest first. `POST …/act`: what is
//! done to them there.

use super::Edge;
use super::asked::{AccountInPath, JsonBody, MessageInPath, Query};
use super::caller::Caller;
use super::paging::{self, NextPage, Paged};
use super::problem::Problem;
use crate::desk::{ActWish, MessageAct, MessageDetail, MessagePage, MessageWhole, MessagesActed};
use crate::model::{AccountId, MessageId};
use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Which messages, and from where on.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct MessagesQuery {
    /// How many at most; 50 where it is not said.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
    /// `next` of the page before, of the same list.
    cursor: Option<String>,
    /// A role, a name, a path or an id.
    folder: Option<String>,
    /// Arrived at or after this instant.
    since: Option<DateTime<Utc>>,
    /// Arrived before this instant.
    until: Option<DateTime<Utc>>,
}

/// A page of messages, the newest first; those without a date come last.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MessageListing {
    messages: Vec<MessageDetail>,
    /// What the next page is asked for with; `None` of the last one.
    next: Option<String>,
}

/// After which message a page begins, and of which list.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct MessageStart {
    at: i64,
    id: MessageId,
    folder: Option<String>,
    since: Option<DateTime<Utc>>,
    until: Option<DateTime<Utc>>,
}

impl MessagesQuery {
    /// After which message a cursor goes on; `None` where it is none of this list.
    fn place(&self, cursor: &str) -> Option<(i64, MessageId)> {
        let MessageStart { at, id, folder, since, until } = paging::start(cursor)?;
        let is_ours = (&folder, since, until) == (&self.folder, self.since, self.until);
        Some((at, MessageId::parse(id.as_str())?)).filter(|_| is_ours)
    }

    fn start_after(&self, last: &MessageDetail) -> MessageStart {
        let at = last.received_at.map_or(0, |at| at.timestamp_millis());
        let Self { folder, since, until, .. } = self;
        MessageStart { at, id: last.id.clone(), folder: folder.clone(), since: *since, until: *until }
    }

    /// The page after the one that ends with this message.
    fn next(&self, account: &AccountId, last: Option<&MessageDetail>) -> NextPage {
        let cursor = last.and_then(|last| paging::cursor(&self.start_after(last)));
        let instant = |at: Option<DateTime<Utc>>| at.map(|at| at.to_rfc3339());
        let more =
            [("folder", self.folder.clone()), ("since", instant(self.since)), ("until", instant(self.until))];
        NextPage::of(&format!("/v1/accounts/{account}/messages"), cursor, self.limit, &more)
    }
}

/// List stored messages, the newest first
///
/// Those without a date come last.
#[utoipa::path(get,
    path = "/v1/accounts/{id}/messages",
    operation_id = "listMessages",
    tag = "messages",
    params(MessagesQuery),
    responses((
        status = 200,
        description = "A page.",
        body = MessageListing,
        headers(("Link" = String, description = "The address of the next page (RFC 8288); missing on the last."))
    )))]
pub(super) async fn list(
    State(edge): State<Edge>,
    caller: Caller,
    AccountInPath(id): AccountInPath,
    Query(asked): Query<MessagesQuery>,
) -> Result<Paged<MessageListing>, Problem> {
    let limit = paging::limit(asked.limit)?;
    let after = match &asked.cursor {
        Some(cursor) => Some(asked.place(cursor).ok_or_else(Problem::invalid_cursor)?),
        None => None,
    };
    let (folder, since, until) = (asked.folder.clone(), asked.since, asked.until);
    let page = MessagePage { folder, since, until, after, limit: limit + 1 };
    let mut messages = edge.desk.message_page(&caller.actor, &id, page).await?;
    let next = asked.next(&id, paging::cut(&mut messages, limit));
    let page = MessageListing { messages, next: next.cursor.clone() };
    Ok(next.behind(page))
}

/// Show one message, with its body
///
/// The HTML of a body is as its sender wrote it: hostile input to whoever displays it.
#[utoipa::path(get,
    path = "/v1/accounts/{id}/messages/{message}",
    operation_id = "getMessage",
    tag = "messages",
    responses((status = 200, description = "The message.", body = MessageWhole)))]
pub(super) async fn show(
    State(edge): State<Edge>,
    caller: Caller,
    which: MessageInPath,
) -> Result<Json<MessageWhole>, Problem> {
    Ok(Json(edge.desk.message(&caller.actor, &which.account, &which.message).await?))
}

/// What is to be done, and to which messages.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ActAsked {
    /// What.
    act: MessageAct,
    /// To which: their ids here.
    #[schema(min_items = 1, max_items = 100)]
    messages: Vec<MessageId>,
    /// Where they are moved to: a role, a name, a path or an id of a folder. Of `move` alone.
    #[serde(default)]
    folder: Option<String>,
    /// Whether more than 25 are meant.
    #[serde(default)]
    confirm: bool,
}

/// Mark, move or delete messages in their mailbox
///
/// Of accounts whose mail is read by Microsoft Graph (else 409 `road_cannot_act`), where `oauth.uses` names `mail_write`
/// (else 409 `acts_off`). What is stored here follows: the mailbox is read at once.
#[utoipa::path(post,
    path = "/v1/accounts/{id}/messages/act",
    operation_id = "actOnMessages",
    tag = "messages",
    request_body = ActAsked,
    responses((status = 200, description = "What came of each of them.", body = MessagesActed)))]
pub(super) async fn act(
    State(edge): State<Edge>,
    caller: Caller,
    AccountInPath(id): AccountInPath,
    JsonBody(ActAsked { act, messages, folder, confirm }): JsonBody<ActAsked>,
) -> Result<Json<MessagesActed>, Problem> {
    let wish = ActWish { act, folder, messages, is_confirmed: confirm };
    Ok(Json(edge.desk.act_on_messages(&caller.actor, &id, wish).await?))
}
