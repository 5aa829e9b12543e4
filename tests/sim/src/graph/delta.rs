//! Rounds of changes: of the contacts of a folder, and of the folders.

use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use chrono::TimeDelta;
use serde_json::{Map, Value, json};

use super::cursor::{self, Cursor};
use super::door::Job;
use super::page::{Round, Rows};
use super::query::View;
use super::{GraphError, Quirk, Settings, folders as folder};
use crate::world::Mailbox;
use crate::world::contacts::DEFAULT;

/// A page with so many members of each item is not large, however many items it has.
const NARROW: usize = 2;

pub(super) fn contacts(job: &Job, folder: Option<&str>) -> Result<Response, GraphError> {
    let (smtp, settings) = (job.mailbox()?, job.settings());
    let (select, size) = (View::of(job.asked)?.select, size(job, &settings)?);
    let settled = job.sim.now() - TimeDelta::milliseconds(settings.late_ms.into());
    let (cursor, rows) = job.read(&smtp, |mailbox| {
        let number = mailbox.contact_folder(folder.unwrap_or("contacts"));
        let number = number.ok_or_else(|| no_folder(job))?;
        let to = mailbox.book.changes.settled(settled);
        let cursor = begin(job, mailbox, Some(number), select, to)?;
        small_enough(job, &settings, &cursor)?;
        let to = cursor.to.unwrap_or(to);
        let immutable = job.asked.immutable();
        let round = Round { mailbox, settings: &settings, cursor: &cursor, folder: number, to, immutable };
        let rows = if waits(&cursor, &settings) { Vec::new() } else { round.rows(size + 1) };
        Ok((cursor, rows))
    })?;
    Ok(answer(job, &settings, "contact", &cursor, &rows, size))
}

pub(super) fn folders(job: &Job) -> Result<Response, GraphError> {
    let (smtp, settings) = (job.mailbox()?, job.settings());
    let size = size(job, &settings)?;
    let (cursor, rows) = job.read(&smtp, |mailbox| {
        let cursor = begin(job, mailbox, None, None, mailbox.book.folder_changes.last())?;
        let rows = if waits(&cursor, &settings) { Vec::new() } else { folder_rows(mailbox, &cursor) };
        Ok((cursor, rows.into_iter().take(size + 1).collect::<Rows>()))
    })?;
    Ok(answer(job, &settings, "contactFolder", &cursor, &rows, size))
}

/// The cursor at the beginning of this page: that of the link, or of a round over everything. Its round has an
/// end.
fn begin(
    job: &Job,
    mailbox: &Mailbox,
    folder: Option<usize>,
    select: Option<Vec<String>>,
    to: u64,
) -> Result<Cursor, GraphError> {
    let (immutable, generation) = (job.asked.immutable(), mailbox.book.generation);
    let settings = job.settings();
    let first = Cursor {
        folder,
        immutable,
        generation,
        select,
        from: None,
        to: Some(to),
        after: 0,
        opened: false,
        turn: false,
    };
    let Some(cursor) = Cursor::of(job.asked)? else { return Ok(first) };
    let again = format!("{}/v1.0{}?$deltatoken=", settings.base, job.asked.path());
    if job.lost {
        return Err(cursor::lost(cursor.generation, generation + 2, settings.lost_cursor, &again));
    }
    cursor.check(&first, settings.lost_cursor, &again)?;
    let to = cursor.to.unwrap_or_else(|| to.max(cursor.from.unwrap_or(0)));
    Ok(Cursor { to: Some(to), ..cursor })
}

fn no_folder(job: &Job) -> GraphError {
    match Cursor::of(job.asked) {
        Ok(Some(_)) => {
            GraphError::new(404, "ErrorSyncFolderNotFound", "The folder that is synchronized was not found.")
        }
        _ => GraphError::no_item(),
    }
}

fn size(job: &Job, settings: &Settings) -> Result<usize, GraphError> {
    if settings.full {
        return Err(GraphError::quota());
    }
    Ok(job.asked.max_page().unwrap_or(settings.usual_page).clamp(1, settings.most_page.max(1)))
}

/// A page of little more than ids is never too big.
fn small_enough(job: &Job, settings: &Settings, cursor: &Cursor) -> Result<(), GraphError> {
    let is_narrow = cursor.select.as_ref().is_some_and(|members| members.len() <= NARROW);
    let is_too_big =
        job.asked.max_page().zip(settings.page_too_big).is_some_and(|(asked, most)| asked > most);
    if is_too_big && !is_narrow {
        return Err(GraphError::new(504, "ErrorTimeoutExpired", "The request timed out."));
    }
    Ok(())
}

/// Whether this page is the empty one before the first.
fn waits(cursor: &Cursor, settings: &Settings) -> bool {
    settings.has(Quirk::EmptyPages) && !cursor.opened
}

fn folder_rows(mailbox: &Mailbox, cursor: &Cursor) -> Rows {
    let row = |number: usize| {
        if mailbox.book.folders[number].removed {
            json!({"@removed": {"reason": "deleted"}, "id": mailbox.contact_folder_id(number)})
        } else {
            folder::entity(mailbox, number).into()
        }
    };
    let Some(from) = cursor.from else {
        let live = mailbox.book.live_folders().map(|(number, _)| number).filter(|number| *number != DEFAULT);
        return live
            .map(|number| (number as u64, row(number)))
            .filter(|(at, _)| *at > cursor.after)
            .collect();
    };
    let changes: Vec<(u64, usize)> = mailbox.book.folder_changes.between(from, cursor.to.unwrap_or(from)).map(|(at, number)| (at, *number)).collect();
    let last = |at: u64, number: usize| changes.iter().all(|(other, n)| *n != number || *other <= at);
    let told = changes.iter().filter(|(at, number)| *at > cursor.after && last(*at, *number));
    told.map(|(at, number)| (*at, row(*number))).collect()
}

fn answer(
    job: &Job,
    settings: &Settings,
    kind: &str,
    cursor: &Cursor,
    rows: &[(u64, Value)],
    size: usize,
) -> Response {
    let more = rows.len() > size || waits(cursor, settings);
    let page = &rows[..rows.len().min(size)];
    let after = page.last().map_or(cursor.after, |(at, _)| *at);
    let mut items: Vec<Value> = page.iter().map(|(_, item)| item.clone()).collect();
    if settings.has(Quirk::Doubles) {
        items = items.iter().flat_map(|item| [item.clone(), item.clone()]).collect();
    }
    if settings.has(Quirk::Reversed) {
        items.reverse();
    }
    let mut body = Map::new();
    let context = format!("{}/v1.0/$metadata#Collection(microsoft.graph.{kind})", settings.base);
    body.insert("@odata.context".to_owned(), json!(context));
    let link = |cursor: &Cursor| json!(cursor.link(&settings.base, job.asked.path()));
    let done = Cursor { from: cursor.to, to: None, after: 0, opened: false, turn: false, ..cursor.clone() };
    if more && !settings.has(Quirk::NoLinks) {
        body.insert("@odata.nextLink".to_owned(), link(&next(cursor, settings, after)));
    }
    if !more || settings.has(Quirk::BothLinks) {
        body.insert("@odata.deltaLink".to_owned(), link(&done));
    }
    body.insert("value".to_owned(), items.into());
    let mut answer = job.json(StatusCode::OK, &body.into());
    let applied =
        if job.asked.immutable() { "odata.track-changes, IdType=ImmutableId" } else { "odata.track-changes" };
    answer.headers_mut().insert("preference-applied", HeaderValue::from_static(applied));
    answer
}

/// The cursor of the next page.
fn next(cursor: &Cursor, settings: &Settings, after: u64) -> Cursor {
    let opened = Cursor { opened: true, ..cursor.clone() };
    if settings.has(Quirk::SelfLink) {
        opened
    } else if settings.has(Quirk::RingOfLinks) {
        Cursor { turn: !cursor.turn, ..opened }
    } else {
        Cursor { after, ..opened }
    }
}
