//! One contact: read, made, changed, deleted.

use axum::http::StatusCode;
use axum::response::Response;
use serde_json::json;

use super::door::Job;
use super::query::View;
use super::rewrite::Change;
use super::shelf::Kind;
use super::target::Item;
use super::write::{self, Written};
use super::{GraphError, Quirk, entity};
use crate::world::Mailbox;
use crate::world::contacts::{Contact, Place};
use crate::world::ids::from_rest;

pub(super) fn get(job: &Job, item: &Item) -> Result<Response, GraphError> {
    let (smtp, view) = (job.mailbox()?, View::of(job.asked, Kind::Contacts)?);
    let body = job.read(&smtp, |mailbox| {
        let contact = find(mailbox, item)?;
        Ok(entity::contact(mailbox, contact, &view, job.asked.immutable()))
    })?;
    Ok(job.entity(StatusCode::OK, "contacts", body))
}

pub(super) fn create(job: &Job, folder: Option<&str>) -> Result<Response, GraphError> {
    let (smtp, now) = (job.mailbox()?, job.sim.now());
    let written = Written::read(&job.asked.body)?;
    let (settings, directory) = (job.settings(), write::directory(job.sim));
    if settings.full {
        return Err(GraphError::quota());
    }
    let body = job.change(&smtp, |mailbox| {
        let folder = written.parent.as_deref().or(folder).unwrap_or("contacts");
        let number = mailbox.contact_folder(folder).ok_or_else(GraphError::no_item)?;
        let key = mailbox.book.add(serde_json::Map::new(), number, now);
        let change = Change::of(&written, mailbox, key, &settings, &directory);
        change.apply_new(mailbox, key);
        let contact = mailbox.book.get(key).ok_or_else(GraphError::no_item)?;
        Ok(entity::contact(mailbox, contact, &View::default(), job.asked.immutable()))
    })?;
    Ok(job.entity(StatusCode::CREATED, "contacts", body))
}

pub(super) fn update(job: &Job, item: &Item) -> Result<Response, GraphError> {
    let (smtp, now) = (job.mailbox()?, job.sim.now());
    let written = Written::read(&job.asked.body)?;
    let (settings, directory) = (job.settings(), write::directory(job.sim));
    if settings.full {
        return Err(GraphError::quota());
    }
    let body = job.change(&smtp, |mailbox| {
        let contact = find(mailbox, item)?;
        unchanged(job, contact)?;
        let (key, place) = (contact.key, contact.place);
        let parent = written.parent.as_deref().filter(|_| !settings.has(Quirk::IgnoresParent));
        let parent =
            parent.map(|id| mailbox.contact_folder(id).ok_or_else(GraphError::no_item)).transpose()?;
        let change = Change::of(&written, mailbox, key, &settings, &directory);
        change.apply(mailbox, key, now);
        if let Some(to) = parent.map(Place::Folder).filter(|to| *to != place) {
            mailbox.book.relocate(key, to, now);
        }
        let contact = mailbox.book.get(key).ok_or_else(GraphError::no_item)?;
        Ok(entity::contact(mailbox, contact, &View::default(), job.asked.immutable()))
    })?;
    if job.asked.wants_minimal() || settings.has(Quirk::EmptyPatches) {
        return Ok(job.no_content());
    }
    Ok(job.entity(StatusCode::OK, "contacts", body))
}

/// To Deleted Items; what lies there is deleted for good.
pub(super) fn delete(job: &Job, item: &Item) -> Result<Response, GraphError> {
    let (smtp, now) = (job.mailbox()?, job.sim.now());
    job.change(&smtp, |mailbox| {
        let contact = find(mailbox, item)?;
        unchanged(job, contact)?;
        match (contact.key, contact.place) {
            (key, Place::Folder(_)) => mailbox.book.relocate(key, Place::Deleted, now),
            (key, Place::Deleted) => mailbox.book.purge(key, now),
        }
        Ok(())
    })?;
    Ok(job.no_content())
}

/// `permanentDelete`.
pub(super) fn purge(job: &Job, item: &Item) -> Result<Response, GraphError> {
    let (smtp, now) = (job.mailbox()?, job.sim.now());
    job.change(&smtp, |mailbox| {
        let key = find(mailbox, item)?.key;
        mailbox.book.purge(key, now);
        Ok(())
    })?;
    Ok(job.no_content())
}

/// The contact that a path names. A path through a folder names only what lies there.
pub(super) fn find<'a>(mailbox: &'a Mailbox, item: &Item) -> Result<&'a Contact, GraphError> {
    well_formed(&item.id)?;
    let folder = match &item.folder {
        Some(folder) => Some(mailbox.contact_folder(folder).ok_or_else(GraphError::no_item)?),
        None => None,
    };
    let found = mailbox.book.find(&item.id).filter(|contact| !contact.is_list);
    let found = found.filter(|contact| folder.is_none_or(|folder| contact.place == Place::Folder(folder)));
    found.ok_or_else(GraphError::no_item)
}

pub(super) fn well_formed(id: &str) -> Result<(), GraphError> {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    match STANDARD.decode(from_rest(id)) {
        Ok(bytes) if bytes.len() > 20 => Ok(()),
        _ => Err(GraphError::malformed_id()),
    }
}

/// Checks `If-Match`.
pub(super) fn unchanged(job: &Job, contact: &Contact) -> Result<(), GraphError> {
    let wanted = job.asked.header("if-match").filter(|wanted| *wanted != "*");
    let stale = wanted.is_some_and(|wanted| wanted != entity::etag(contact));
    if stale && !job.settings().has(Quirk::IgnoresIfMatch) { Err(GraphError::conflict()) } else { Ok(()) }
}

impl Job<'_> {
    pub(super) fn read<T>(
        &self,
        smtp: &str,
        look: impl FnOnce(&Mailbox) -> Result<T, GraphError>,
    ) -> Result<T, GraphError> {
        self.sim.read(smtp, look).unwrap_or_else(|_| Err(GraphError::no_item()))
    }

    pub(super) fn change<T>(
        &self,
        smtp: &str,
        edit: impl FnOnce(&mut Mailbox) -> Result<T, GraphError>,
    ) -> Result<T, GraphError> {
        self.sim.change(smtp, edit).unwrap_or_else(|_| Err(GraphError::no_item()))
    }

    /// An answer with one entity of a set.
    pub(super) fn entity(
        &self,
        status: StatusCode,
        set: &str,
        members: serde_json::Map<String, serde_json::Value>,
    ) -> Response {
        let mut body = serde_json::Map::new();
        body.insert("@odata.context".to_owned(), json!(format!("{}/$entity", self.context(set))));
        body.extend(members);
        self.json(status, &body.into())
    }

    /// `@odata.context` of a set of the mailbox.
    pub(super) fn context(&self, set: &str) -> String {
        let whose = format!("users('{}')", self.whose().replace('@', "%40"));
        format!("{}/v1.0/$metadata#{whose}/{set}", self.settings().base)
    }
}
