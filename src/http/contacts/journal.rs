//! `/v1/accounts/{id}/contacts/journal` and `undo`: what was written to a mailbox and what gave way
//! to it, and taking it back.

use crate::desk::{JournalQuery, UndoneWrite, WriteDetail};
use crate::http::Edge;
use crate::http::asked::{AccountInPath, JsonBody, Query};
use crate::http::caller::Caller;
use crate::http::paging::{self, NextPage, Paged};
use crate::http::problem::Problem;
use crate::model::ContactWriteId;
use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Which writes, the latest first.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct WritesQuery {
    /// The one of this id.
    write: Option<String>,
    /// Those of the cycle of this id.
    run: Option<String>,
    /// Those of the contact of this id.
    contact: Option<String>,
    /// Those that began at or after this instant.
    since: Option<DateTime<Utc>>,
    /// How many at most; 50 where it is not said.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
    /// `next` of the page before, of the same list.
    cursor: Option<String>,
}

/// Before which write a page begins.
#[derive(Serialize, Deserialize)]
struct WriteStart(DateTime<Utc>, ContactWriteId);

/// Writes to a mailbox, the latest first.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct WriteList {
    writes: Vec<WriteDetail>,
    /// What the next page is asked for with; `None` of the last one.
    next: Option<String>,
}

/// Which writes to take back: at least one of the four is named.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct UndoAsked {
    /// The one of this id.
    write: Option<String>,
    /// Those of the cycle of this id.
    run: Option<String>,
    /// Those of the contact of this id.
    contact: Option<String>,
    /// Those that began at or after this instant.
    since: Option<DateTime<Utc>>,
    /// Whether it is only told what would be done.
    #[serde(default)]
    dry_run: bool,
}

/// What was done, or would be.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct UndoneList {
    dry_run: bool,
    undone: Vec<UndoneWrite>,
}

/// Of an id that holds what none does.
const NO_ID: &str = "write, run and contact are ids, as the journal tells them";

/// List what was written to the mailbox, the latest first
#[utoipa::path(get,
    path = "/v1/accounts/{id}/contacts/journal",
    operation_id = "listWrites",
    tag = "contacts",
    params(WritesQuery),
    responses((status = 200, description = "Writes, and values that gave way.", body = WriteList, headers(("Link" = String, description = "The address of the next page (RFC 8288); missing on the last.")))))]
pub(in crate::http) async fn list(
    State(edge): State<Edge>,
    caller: Caller,
    AccountInPath(id): AccountInPath,
    Query(asked): Query<WritesQuery>,
) -> Result<Paged<WriteList>, Problem> {
    let limit = paging::limit(asked.limit)?;
    let before = match asked.cursor.as_deref() {
        Some(cursor) => Some(place(cursor).ok_or_else(Problem::invalid_cursor)?),
        None => None,
    };
    let WritesQuery { write, run, contact, since, limit: wished, .. } = asked;
    let more = [
        ("write", write.clone()),
        ("run", run.clone()),
        ("contact", contact.clone()),
        ("since", since.map(|since| since.to_rfc3339())),
    ];
    let query = query((write, run, contact), since, limit + 1);
    let query = query.ok_or_else(|| Problem::wrong("bad_query", NO_ID))?;
    let query = JournalQuery { before, ..query };
    let mut writes = edge.desk.contact_writes(&caller.actor, &id, &query).await?;
    let last = paging::cut(&mut writes, limit);
    let cursor = last.and_then(|last| paging::cursor(&WriteStart(last.begun_at, last.id.clone())));
    let next = NextPage::of(&format!("/v1/accounts/{id}/contacts/journal"), cursor, wished, &more);
    let page = WriteList { writes, next: next.cursor.clone() };
    Ok(next.behind(page))
}

/// Take writes back
///
/// At least one member names which.
#[utoipa::path(post,
    path = "/v1/accounts/{id}/contacts/undo",
    operation_id = "undoWrites",
    tag = "contacts",
    request_body = UndoAsked,
    responses((status = 200, description = "What was done, or would be.", body = UndoneList)))]
pub(in crate::http) async fn undo(
    State(edge): State<Edge>,
    caller: Caller,
    AccountInPath(id): AccountInPath,
    JsonBody(UndoAsked { write, run, contact, since, dry_run }): JsonBody<UndoAsked>,
) -> Result<Json<UndoneList>, Problem> {
    if write.is_none() && run.is_none() && contact.is_none() && since.is_none() {
        return Err(Problem::wrong(
            "bad_body",
            "one of write, run, contact and since says what to take back",
        ));
    }
    let query =
        query((write, run, contact), since, u32::MAX).ok_or_else(|| Problem::wrong("bad_body", NO_ID))?;
    let undone = edge.desk.undo_contact_writes(&caller.actor, &id, &query, dry_run).await?;
    Ok(Json(UndoneList { dry_run, undone }))
}

/// Where a page goes on; `None` where it is no cursor of the list.
fn place(cursor: &str) -> Option<(DateTime<Utc>, ContactWriteId)> {
    let WriteStart(at, id) = paging::start(cursor)?;
    Some((at, ContactWriteId::parse(id.as_str())?))
}

/// `None` where something can be no id.
fn query(
    (write, run, contact): (Option<String>, Option<String>, Option<String>),
    since: Option<DateTime<Utc>>,
    limit: u32,
) -> Option<JournalQuery> {
    let is_id = |text: &&String| text.len() <= 255 && text.chars().all(|c| !c.is_control());
    let given: Vec<_> = [&write, &run, &contact].into_iter().flatten().collect();
    if !given.iter().all(is_id) {
        return None;
    }
    let (id, cycle, contact) = (write.map(Into::into), run.map(Into::into), contact.map(Into::into));
    Some(JournalQuery { id, cycle, contact, since, limit, ..JournalQuery::default() })
}
