//! Folders of contacts.

use anyhow::{Result, anyhow, ensure};
use chrono::{DateTime, Utc};

use super::card::CONTACTS;
use super::ids::rest;
use super::{Book, Place, ids};
use crate::world::{DELETED, Mailbox, folder};

/// Number of the default folder.
pub(crate) const DEFAULT: usize = 0;

/// A folder of contacts. Its number is its place in the book; removed ones keep theirs.
#[derive(Clone, Debug)]
pub(crate) struct ContactFolder {
    pub(crate) name: String,
    /// Number of the parent; the default folder has none.
    pub(crate) parent: Option<usize>,
    pub(crate) removed: bool,
}

impl ContactFolder {
    pub(super) fn new(name: &str, parent: Option<usize>) -> Self {
        Self { name: name.to_owned(), parent, removed: false }
    }
}

impl Book {
    pub(crate) fn add_folder(&mut self, name: &str, parent: usize) -> usize {
        self.folders.push(ContactFolder::new(name, Some(parent)));
        let number = self.folders.len() - 1;
        self.folder_changes.log(number);
        number
    }

    /// Folders that are there, with their numbers.
    pub(crate) fn live_folders(&self) -> impl Iterator<Item = (usize, &ContactFolder)> {
        self.folders.iter().enumerate().filter(|(_, folder)| !folder.removed)
    }

    pub(super) fn rename_folder(&mut self, number: usize, name: &str) {
        name.clone_into(&mut self.folders[number].name);
        self.folder_changes.log(number);
    }

    /// Removes a folder with those below it; their contacts go to Deleted Items.
    pub(super) fn remove_folder(&mut self, number: usize, now: DateTime<Utc>) -> Result<()> {
        ensure!(number != DEFAULT, "the default folder cannot be removed");
        let below = self.live_folders().filter(|(_, folder)| folder.parent == Some(number));
        for child in below.map(|(number, _)| number).collect::<Vec<_>>() {
            self.remove_folder(child, now)?;
        }
        for key in self.in_folder(number, 0).map(|contact| contact.key).collect::<Vec<_>>() {
            self.relocate(key, Place::Deleted, now);
        }
        self.folders[number].removed = true;
        self.folder_changes.log(number);
        Ok(())
    }
}

impl Mailbox {
    /// Id of a folder of contacts, as Graph says it. The default folder is the one that OWA's tree has.
    pub(crate) fn contact_folder_id(&self, number: usize) -> String {
        if number == DEFAULT {
            let own = self.folders.iter().find(|folder| folder.distinguished == Some("contacts"));
            return own.map(|folder| rest(&folder.id)).unwrap_or_default();
        }
        rest(&ids::folder(self.account.mailbox_guid, CONTACTS + number))
    }

    pub(crate) fn place_id(&self, place: Place) -> String {
        match place {
            Place::Folder(number) => self.contact_folder_id(number),
            Place::Deleted => rest(&self.folders[DELETED].id),
        }
    }

    /// Id of what the default folder hangs below.
    pub(crate) fn contacts_root_id(&self) -> String {
        rest(&self.folders[folder::ROOT].id)
    }

    /// The number of the folder with this id, or with the well-known name `contacts`.
    pub(crate) fn contact_folder(&self, id: &str) -> Option<usize> {
        if id.eq_ignore_ascii_case("contacts") {
            return Some(DEFAULT);
        }
        self.book.live_folders().map(|(number, _)| number).find(|n| self.contact_folder_id(*n) == id)
    }

    /// The same for tests, which may give its name too.
    pub(super) fn contact_folder_named(&self, name: &str) -> Result<usize> {
        let by_name = || self.book.live_folders().find(|(_, folder)| folder.name == name).map(|(n, _)| n);
        self.contact_folder(name).or_else(by_name).ok_or_else(|| anyhow!("no contact folder {name}"))
    }
}
