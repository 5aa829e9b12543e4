//! Lists of contacts, with `$top` and `$skip`.

use axum::response::Response;
use serde_json::Value;

use super::door::Job;
use super::query::{Filter, View};
use super::shelf::Kind;
use super::{GraphError, Quirk, entity};
use crate::world::Mailbox;
use crate::world::contacts::Contact;

/// Items on a page when nothing is said.
const USUAL: usize = 10;
/// Most items on a page.
const MOST: usize = 1000;

pub(super) fn contacts(job: &Job, folder: Option<&str>) -> Result<Response, GraphError> {
    let (smtp, view) = (job.mailbox()?, View::of(job.asked, Kind::Contacts)?);
    let filter = Filter::of(job.asked)?;
    let size = job.asked.number("top").or(job.asked.max_page()).unwrap_or(USUAL).clamp(1, MOST);
    let skip = job.asked.number("skip").unwrap_or(0);
    let (items, counted) = job.read(&smtp, |mailbox| {
        let found = visible(job, mailbox, folder)?;
        let counted = found.len();
        let admitted = found.into_iter().filter(|contact| !contact.is_list);
        let admitted = admitted.filter(|contact| filter.as_ref().is_none_or(|filter| filter.admits(contact)));
        let page = admitted.skip(skip).take(size + 1);
        let page = page.map(|contact| entity::contact(mailbox, contact, &view, job.asked.immutable()).into());
        Ok((page.collect::<Vec<Value>>(), counted))
    })?;
    let count = (job.asked.option("count") == Some("true")).then_some(counted);
    Ok(job.page("contacts", items, (skip, size), count))
}

/// Contact lists count.
pub(super) fn count(job: &Job, folder: Option<&str>) -> Result<Response, GraphError> {
    let smtp = job.mailbox()?;
    let count = job.read(&smtp, |mailbox| Ok(visible(job, mailbox, folder)?.len()))?;
    Ok(job.bytes("text/plain", count.to_string().into_bytes()))
}

/// What lies in a folder and has settled.
fn visible<'a>(
    job: &Job,
    mailbox: &'a Mailbox,
    folder: Option<&str>,
) -> Result<Vec<&'a Contact>, GraphError> {
    let number = mailbox.contact_folder(folder.unwrap_or("contacts")).ok_or_else(GraphError::no_item)?;
    let (settings, settled) = (job.settings(), job.settled(&mailbox.book.changes));
    let held = mailbox.book.in_folder(number, 0).filter(|contact| contact.since <= settled);
    Ok(held.filter(|_| !settings.has(Quirk::ShowsNothing)).collect())
}
