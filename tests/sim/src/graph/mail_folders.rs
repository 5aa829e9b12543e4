//! Folders of mail. Lists have the folders of one level, without those that hold something else.
//! <https://learn.microsoft.com/graph/api/resources/mailfolder>

use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Map, Value, json};

use super::GraphError;
use super::door::Job;
use crate::world::ids::{from_rest, rest};
use crate::world::{DELETED, Mailbox, Message, ROOT};

/// Every member that can be selected.
pub(super) const MEMBERS: [&str; 7] = [
    "id",
    "displayName",
    "parentFolderId",
    "childFolderCount",
    "unreadItemCount",
    "totalItemCount",
    "isHidden",
];

/// The numbers of the folders that mail lies in, and of their root.
pub(super) fn of_mail(mailbox: &Mailbox) -> impl Iterator<Item = usize> {
    (0..mailbox.folders.len()).filter(|number| mailbox.folders[*number].class == "IPF.Note")
}

/// The folders below one, or at the top; hidden ones for who asks for them.
pub(super) fn children(job: &Job, parent: Option<&str>) -> Result<Response, GraphError> {
    let smtp = job.mailbox()?;
    let shows_hidden = job.asked.option("includeHiddenFolders") == Some("true");
    let skip = job.asked.number("skip").unwrap_or(0);
    let size = job.asked.number("top").or(job.asked.max_page()).unwrap_or(10).clamp(1, 1000);
    let below = job.read(&smtp, |mailbox| {
        let parent =
            mailbox.mail_folder(parent.unwrap_or("msgfolderroot")).ok_or_else(GraphError::no_item)?;
        let below = of_mail(mailbox).filter(|number| {
            let folder = &mailbox.folders[*number];
            folder.parent == parent && *number != ROOT && (shows_hidden || !folder.hidden)
        });
        let page = below.skip(skip).take(size + 1);
        Ok(page.map(|number| selected(job, entity(mailbox, number)).into()).collect::<Vec<Value>>())
    })?;
    Ok(job.page("mailFolders", below, (skip, size), None))
}

pub(super) fn get(job: &Job, id: &str) -> Result<Response, GraphError> {
    let smtp = job.mailbox()?;
    let folder = job.read(&smtp, |mailbox| {
        let number = mailbox.mail_folder(id).ok_or_else(GraphError::no_item)?;
        Ok(selected(job, entity(mailbox, number)))
    })?;
    Ok(job.entity(StatusCode::OK, "mailFolders", folder))
}

fn selected(job: &Job, mut folder: Map<String, Value>) -> Map<String, Value> {
    if let Some(select) = job.asked.option("select") {
        folder.retain(|name, _| name == "id" || select.split(',').any(|wanted| wanted.trim() == name));
    }
    folder
}

pub(super) fn entity(mailbox: &Mailbox, number: usize) -> Map<String, Value> {
    let folder = &mailbox.folders[number];
    let here = || mailbox.messages.iter().filter(|message| message.folder == number);
    let beside = if number == DELETED { mailbox.deleted_contacts() } else { 0 };
    let members = json!({
        "id": rest(&folder.id),
        "displayName": folder.name,
        "parentFolderId": rest(&mailbox.folders[folder.parent].id),
        "childFolderCount": of_mail(mailbox).filter(|n| *n != number && mailbox.folders[*n].parent == number).count(),
        "unreadItemCount": here().filter(|message| !message.read).count(),
        "totalItemCount": here().count() + beside,
        "isHidden": folder.hidden,
    });
    members.as_object().cloned().unwrap_or_default()
}

impl Mailbox {
    /// The number of the folder of mail with this id, or with this well-known name, which is not in the owner's
    /// language.
    pub(super) fn mail_folder(&self, id: &str) -> Option<usize> {
        let own = from_rest(id);
        let is_it = |number: &usize| {
            let folder = &self.folders[*number];
            folder.id == own || folder.distinguished.is_some_and(|name| name.eq_ignore_ascii_case(id))
        };
        of_mail(self).find(is_it)
    }

    /// The messages of all folders, the newest first.
    pub(super) fn all_mail(&self) -> Vec<&Message> {
        let mut all: Vec<&Message> = self.messages.iter().filter(|message| !message.withheld).collect();
        all.sort_by_key(|message| std::cmp::Reverse((message.received, message.key)));
        all
    }

    pub(super) fn deleted_contacts(&self) -> usize {
        self.book.all().filter(|contact| contact.place == crate::world::contacts::Place::Deleted).count()
    }
}
