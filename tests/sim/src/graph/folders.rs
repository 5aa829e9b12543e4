//! Folders of contacts. Lists leave out the default folder, which is asked for by its id or as `contacts`.

use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Map, Value, json};

use super::GraphError;
use super::door::Job;
use crate::world::Mailbox;
use crate::world::contacts::DEFAULT;

pub(super) fn children(job: &Job, parent: Option<&str>) -> Result<Response, GraphError> {
    let smtp = job.mailbox()?;
    let skip = job.asked.number("skip").unwrap_or(0);
    let size = job.asked.number("top").or(job.asked.max_page()).unwrap_or(10).clamp(1, 1000);
    let below = job.read(&smtp, |mailbox| {
        let parent = mailbox.contact_folder(parent.unwrap_or("contacts")).ok_or_else(GraphError::no_item)?;
        let below = mailbox.book.live_folders().filter(|(_, folder)| folder.parent == Some(parent));
        let page = below.skip(skip).take(size + 1);
        Ok(page.map(|(number, _)| entity(mailbox, number).into()).collect::<Vec<Value>>())
    })?;
    Ok(job.page("contactFolders", below, (skip, size), None))
}

pub(super) fn get(job: &Job, id: &str) -> Result<Response, GraphError> {
    let smtp = job.mailbox()?;
    let folder = job.read(&smtp, |mailbox| {
        let number = mailbox.contact_folder(id).ok_or_else(GraphError::no_item)?;
        Ok(entity(mailbox, number))
    })?;
    Ok(job.entity(StatusCode::OK, "contactFolders", folder))
}

pub(super) fn entity(mailbox: &Mailbox, number: usize) -> Map<String, Value> {
    let folder = &mailbox.book.folders[number];
    let parent = match folder.parent {
        Some(parent) => mailbox.contact_folder_id(parent),
        None => mailbox.contacts_root_id(),
    };
    debug_assert!(folder.parent.is_some() || number == DEFAULT, "only the default folder has no parent");
    let members = json!({"id": mailbox.contact_folder_id(number), "parentFolderId": parent, "displayName": folder.name});
    members.as_object().cloned().unwrap_or_default()
}
