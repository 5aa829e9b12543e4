//! Rounds of changes: of the items of a folder, and of the folders.

use std::marker::PhantomData;

use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use serde_json::{Map, Value, json};

use super::cursor::{self, Cursor};
use super::door::Job;
use super::page::{Round, Rows};
use super::query::View;
use super::shelf::{Kind, Shelved};
use super::{GraphError, Quirk, Settings, folders as folder, mail_folders};
use crate::world::contacts::DEFAULT;
use crate::world::journal::Journal;
use crate::world::{Mailbox, ROOT};

/// A page with so many members of each item is not large, however many items it has.
const NARROW: usize = 2;

/// A round of the contacts or messages of a folder.
pub(super) fn items<K: Shelved>(job: &Job, folder: Option<&str>) -> Result<Response, GraphError> {
    let (smtp, settings) = (job.mailbox()?, job.settings());
    let (wish, size) = (Wish::of(job, K::KIND, &settings)?, size(job, &settings)?);
    let (cursor, rows) = job.read(&smtp, |mailbox| {
        let number = K::folder(mailbox, folder).ok_or_else(|| no_folder(job))?;
        let to = job.settled(K::changes(mailbox));
        let cursor = begin(job, mailbox, (K::KIND, Some(number)), wish, to)?;
        small_enough(job, &settings, &cursor)?;
        let (to, immutable) = (cursor.to.unwrap_or(to), job.asked.immutable());
        let (settings, cursor_of, of) = (&settings, &cursor, PhantomData::<K>);
        let round = Round { mailbox, settings, cursor: cursor_of, folder: number, to, immutable, of };
        let rows = if waits(&cursor, settings) { Vec::new() } else { round.rows(size + 1) };
        Ok((cursor, rows))
    })?;
    Ok(answer(job, &settings, K::TYPE, &cursor, &rows, size))
}

/// Folders of one kind.
struct FolderShelf {
    changes: fn(&Mailbox) -> &Journal<usize>,
    live: fn(&Mailbox) -> Vec<usize>,
    row: fn(&Mailbox, usize) -> Value,
}

const OF_CONTACTS: FolderShelf = FolderShelf {
    changes: |mailbox| &mailbox.book.folder_changes,
    live: |mailbox| {
        let live = mailbox.book.live_folders().map(|(number, _)| number);
        live.filter(|number| *number != DEFAULT).collect()
    },
    row: |mailbox, number| {
        if mailbox.book.folders[number].removed {
            json!({"@removed": {"reason": "deleted"}, "id": mailbox.contact_folder_id(number)})
        } else {
            folder::entity(mailbox, number).into()
        }
    },
};

const OF_MAIL: FolderShelf = FolderShelf {
    changes: |mailbox| &mailbox.history.folders,
    live: |mailbox| mail_folders::of_mail(mailbox).filter(|number| *number != ROOT).collect(),
    row: |mailbox, number| mail_folders::entity(mailbox, number).into(),
};

/// A round of the folders of contacts, or of those of mail.
pub(super) fn folders(job: &Job, kind: Kind) -> Result<Response, GraphError> {
    let (shelf, name) = match kind {
        Kind::MailFolders | Kind::Messages => (OF_MAIL, "mailFolder"),
        Kind::ContactFolders | Kind::Contacts => (OF_CONTACTS, "contactFolder"),
    };
    let (smtp, settings) = (job.mailbox()?, job.settings());
    let size = size(job, &settings)?;
    let (cursor, rows) = job.read(&smtp, |mailbox| {
        let changes = (shelf.changes)(mailbox);
        let cursor = begin(job, mailbox, (kind, None), Wish::default(), changes.last())?;
        let numbers = match cursor.from {
            None => (shelf.live)(mailbox).into_iter().map(|number| (number as u64, number)).collect(),
            Some(from) => last_of_each(changes, from, cursor.to.unwrap_or(from)),
        };
        let numbers = numbers.into_iter().filter(|(at, _)| *at > cursor.after && !waits(&cursor, &settings));
        let rows = numbers.take(size + 1).map(|(at, number)| (at, (shelf.row)(mailbox, number)));
        let rows: Rows = rows.collect();
        Ok((cursor, rows))
    })?;
    Ok(answer(job, &settings, name, &cursor, &rows, size))
}

/// The folders that changed, each with its last change.
fn last_of_each(changes: &Journal<usize>, from: u64, to: u64) -> Vec<(u64, usize)> {
    let all: Vec<(u64, usize)> = changes.between(from, to).map(|(at, number)| (at, *number)).collect();
    let last = |at: u64, number: usize| all.iter().all(|(other, n)| *n != number || *other <= at);
    all.iter().copied().filter(|(at, number)| last(*at, *number)).collect()
}

/// What a round's first request asks for; links say it themselves.
#[derive(Default)]
struct Wish {
    select: Option<Vec<String>>,
    kinds: Option<String>,
    received_since: Option<String>,
}

impl Wish {
    fn of(job: &Job, kind: Kind, settings: &Settings) -> Result<Self, GraphError> {
        let select = View::of(job.asked, kind)?.select;
        if kind != Kind::Messages {
            return Ok(Self { select, ..Self::default() });
        }
        let kinds = job.asked.option("changeType").map(str::to_owned);
        let received_since =
            job.asked.option("filter").map(|filter| received_since(filter, settings)).transpose()?;
        Ok(Self { select, kinds, received_since })
    }
}

/// The one filter that rounds of messages know
/// (<https://learn.microsoft.com/graph/delta-query-messages>), and what was said of it all the same
/// (microsoftgraph/microsoft-graph-docs#18636).
fn received_since(filter: &str, settings: &Settings) -> Result<String, GraphError> {
    let words: Vec<&str> = filter.split_whitespace().collect();
    match words.as_slice() {
        ["receivedDateTime", "ge" | "gt", since] if !settings.has(Quirk::RefusesFilters) => {
            Ok((*since).to_owned())
        }
        _ => Err(GraphError::new(
            400,
            "ErrorInvalidUrlQuery",
            "The following parameters are not supported with change tracking over the 'Messages' resource: '$filter', only a value of 'receivedDateTime ge value' is supported.",
        )),
    }
}

/// The cursor at the beginning of this page: that of the link, or of a round over everything. Its round has an
/// end.
fn begin(
    job: &Job,
    mailbox: &Mailbox,
    (kind, folder): (Kind, Option<usize>),
    Wish { select, kinds, received_since }: Wish,
    to: u64,
) -> Result<Cursor, GraphError> {
    let (immutable, generation) = (job.asked.immutable(), kind.generation(mailbox));
    let settings = job.settings();
    let first = Cursor {
        kind,
        folder,
        immutable,
        generation,
        select,
        kinds,
        received_since,
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
