//! Messages: lists with `$top`, `$skip`, `$filter`, `$orderby`, and one of them.

use axum::http::StatusCode;
use axum::response::Response;
use serde_json::Value;

use super::door::Job;
use super::mail_query::{Filter, Order};
use super::query::View;
use super::shelf::Kind;
use super::target::Item;
use super::{GraphError, Quirk, message, one, text};
use crate::world::ids::from_rest;
use crate::world::{Mailbox, Message};

/// Items on a page when nothing is said.
const USUAL: usize = 10;
/// Most items on a page.
const MOST: usize = 1000;

/// The messages of a folder, or of all folders of mail.
pub(super) fn list(job: &Job, folder: Option<&str>) -> Result<Response, GraphError> {
    let (smtp, view) = (job.mailbox()?, View::of(job.asked, Kind::Messages)?);
    let (filter, order) = (Filter::of(job.asked)?, Order::of(job.asked)?);
    order.fits(filter.as_ref())?;
    let size = job.asked.number("top").or(job.asked.max_page()).unwrap_or(USUAL).clamp(1, MOST);
    too_big(job, size, &view)?;
    let skip = job.asked.number("skip").unwrap_or(0);
    let (items, counted) = job.read(&smtp, |mailbox| {
        let mut found = visible(job, mailbox, folder)?;
        let extra = folder.map_or(0, |folder| counted_beside(mailbox, folder));
        found.retain(|message| filter.as_ref().is_none_or(|filter| filter.admits(message)));
        order.sort(&mut found);
        let counted = found.len() + extra;
        let page = found.into_iter().skip(skip).take(size + 1);
        let page = page.map(|found| message::entity(mailbox, found, &view, job.asked.immutable()).into());
        Ok((page.collect::<Vec<Value>>(), counted))
    })?;
    let count = (job.asked.option("count") == Some("true")).then_some(counted);
    Ok(job.page("messages", items, (skip, size), count))
}

/// Large pages with bodies take too long (<https://learn.microsoft.com/graph/api/user-list-messages>).
fn too_big(job: &Job, size: usize, view: &View) -> Result<(), GraphError> {
    let has_bodies = view.select.as_ref().is_none_or(|select| select.iter().any(|member| member == "body"));
    let is_too_big = job.settings().page_too_big.is_some_and(|most| size > most);
    if has_bodies && is_too_big {
        return Err(GraphError::new(504, "ErrorTimeoutExpired", "The request timed out."));
    }
    Ok(())
}

/// What lies in a folder and has settled, the newest first.
fn visible<'a>(
    job: &Job,
    mailbox: &'a Mailbox,
    folder: Option<&str>,
) -> Result<Vec<&'a Message>, GraphError> {
    let settings = job.settings();
    if settings.has(Quirk::ShowsNothing) {
        return Ok(Vec::new());
    }
    let settled = job.settled(&mailbox.history.changes);
    let found = match folder {
        Some(folder) => mailbox.in_folder(mailbox.mail_folder(folder).ok_or_else(GraphError::no_item)?),
        None => mailbox.all_mail(),
    };
    Ok(found.into_iter().filter(|message| message.since <= settled).collect())
}

/// Deleted contacts lie in Deleted Items: they are counted there and not listed
/// (microsoftgraph/microsoft-graph-docs-contrib#404).
fn counted_beside(mailbox: &Mailbox, folder: &str) -> usize {
    let is_deleted = mailbox.mail_folder(folder) == Some(crate::world::DELETED);
    if is_deleted { mailbox.deleted_contacts() } else { 0 }
}

pub(super) fn count(job: &Job, folder: Option<&str>) -> Result<Response, GraphError> {
    let smtp = job.mailbox()?;
    let count = job.read(&smtp, |mailbox| {
        Ok(visible(job, mailbox, folder)?.len() + folder.map_or(0, |folder| counted_beside(mailbox, folder)))
    })?;
    Ok(job.bytes("text/plain", count.to_string().into_bytes()))
}

pub(super) fn get(job: &Job, item: &Item) -> Result<Response, GraphError> {
    let (smtp, view) = (job.mailbox()?, View::of(job.asked, Kind::Messages)?);
    let body = job.read(&smtp, |mailbox| {
        let found = find(mailbox, item)?;
        Ok(message::entity(mailbox, found, &view, job.asked.immutable()))
    })?;
    Ok(job.entity(StatusCode::OK, "messages", body))
}

/// `$value`.
pub(super) fn value(job: &Job, item: &Item) -> Result<Response, GraphError> {
    let smtp = job.mailbox()?;
    let mime = job.read(&smtp, |mailbox| Ok(text::mime(find(mailbox, item)?)))?;
    Ok(job.bytes("text/plain", mime))
}

/// The message that a path names. A path through a folder names only what lies there. Letter case counts
/// (microsoftgraph/msgraph-sdk-dotnet#2672).
pub(super) fn find<'a>(mailbox: &'a Mailbox, item: &Item) -> Result<&'a Message, GraphError> {
    one::well_formed(&item.id)?;
    let folder = match &item.folder {
        Some(folder) => Some(mailbox.mail_folder(folder).ok_or_else(GraphError::no_item)?),
        None => None,
    };
    let found = mailbox.message(&from_rest(&item.id));
    let found = found.filter(|message| folder.is_none_or(|folder| message.folder == folder));
    found.ok_or_else(GraphError::no_item)
}
