//! The contacts of a mailbox: folders in a tree, contacts in them, and the order of changes.

mod card;
mod deleted;
mod edit;
mod folder;
mod names;
mod seed;
mod truth;

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};
use uuid::Uuid;

pub(crate) use card::{Contact, Form, MEMBERS, Place, is_empty};
pub use edit::ContactDraft;
pub(crate) use folder::{ContactFolder, DEFAULT};
pub(crate) use names::renamed;
pub(crate) use seed::fill;
pub use truth::TruthContact;

use super::ids;
use super::journal::{Change, Journal, What};

/// Everything that Contacts shows, and what lies in Deleted Items of it.
pub(crate) struct Book {
    guid: Uuid,
    pub(crate) folders: Vec<ContactFolder>,
    contacts: BTreeMap<u64, Contact>,
    /// Keys by id, of both families.
    ids: HashMap<String, u64>,
    pub(crate) changes: Journal<Change>,
    /// Numbers of folders, in the order in which they were made, renamed, moved or removed.
    pub(crate) folder_changes: Journal<usize>,
    last: u64,
    /// Cursors of an older generation are lost.
    pub(crate) generation: u32,
}

impl Book {
    pub(super) fn new(guid: Uuid, default: &str) -> Self {
        Self {
            guid,
            folders: vec![ContactFolder::new(default, None)],
            contacts: BTreeMap::new(),
            ids: HashMap::new(),
            changes: Journal::default(),
            folder_changes: Journal::default(),
            last: 0,
            generation: 149,
        }
    }

    /// A number that nothing else in this book has.
    fn next(&mut self) -> u64 {
        self.last += 1;
        self.last
    }

    pub(crate) fn add(&mut self, members: Map<String, Value>, folder: usize, at: DateTime<Utc>) -> u64 {
        let (key, entry) = (self.next(), self.next());
        let since = self.log(at, key, folder, What::Made);
        let mut contact = Contact::new(self.guid, key, entry, folder, members, at);
        contact.since = since;
        self.ids.extend([(contact.id.clone(), key), (contact.immutable.clone(), key)]);
        self.contacts.insert(key, contact);
        key
    }

    /// Changes a contact without a new change key: of one that was made a moment ago.
    pub(crate) fn amend(&mut self, key: u64, amend: impl FnOnce(&mut Contact)) {
        self.change(key, amend);
    }

    /// Changes a contact: it gets another change key.
    pub(crate) fn edit(
        &mut self,
        key: u64,
        members: Vec<String>,
        now: DateTime<Utc>,
        edit: impl FnOnce(&mut Contact),
    ) {
        let version = self.next();
        self.change(key, |contact| {
            edit(contact);
            contact.touch(version, now);
        });
        if let Some(Place::Folder(folder)) = self.contacts.get(&key).map(|contact| contact.place) {
            self.log(now, key, folder, What::Edited(members));
        }
    }

    /// Moves a contact: its id and its change key change, its immutable id stays.
    pub(crate) fn relocate(&mut self, key: u64, to: Place, now: DateTime<Utc>) {
        let (entry, guid) = (self.next(), self.guid);
        let Some(contact) = self.contacts.get(&key) else { return };
        let (from, old) = (contact.place, contact.id.clone());
        self.leave(key, from, &old, now);
        let since = match to {
            Place::Folder(folder) => self.log(now, key, folder, What::Arrived),
            Place::Deleted => 0,
        };
        self.change(key, |contact| {
            contact.relocate(guid, entry, to, since);
            contact.touch(entry, now);
        });
        if let Some(contact) = self.contacts.get(&key) {
            self.ids.insert(contact.id.clone(), key);
        }
    }

    /// Removes a contact for good.
    pub(crate) fn purge(&mut self, key: u64, now: DateTime<Utc>) {
        let Some(contact) = self.contacts.remove(&key) else { return };
        self.leave(key, contact.place, &contact.id, now);
        self.ids.remove(&contact.immutable);
    }

    fn leave(&mut self, key: u64, from: Place, id: &str, now: DateTime<Utc>) {
        self.ids.remove(id);
        if let Place::Folder(folder) = from {
            self.log(now, key, folder, What::Left { id: id.to_owned() });
        }
    }

    fn change(&mut self, key: u64, change: impl FnOnce(&mut Contact)) {
        if let Some(contact) = self.contacts.get_mut(&key) {
            change(contact);
        }
    }

    fn log(&mut self, at: DateTime<Utc>, key: u64, folder: usize, what: What) -> u64 {
        self.changes.log(Change { at, key, folder, what })
    }

    /// The contact with this id, of either family; letter case counts.
    pub(crate) fn find(&self, id: &str) -> Option<&Contact> {
        self.contacts.get(self.ids.get(id)?)
    }

    pub(crate) fn get(&self, key: u64) -> Option<&Contact> {
        self.contacts.get(&key)
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = &Contact> {
        self.contacts.values()
    }

    /// What lies in a folder, contact lists too, from the key behind `after`.
    pub(crate) fn in_folder(&self, folder: usize, after: u64) -> impl Iterator<Item = &Contact> {
        let later = self.contacts.range(after + 1..).map(|(_, contact)| contact);
        later.filter(move |contact| contact.place == Place::Folder(folder))
    }

    /// The immutable id of a contact, gone ones too.
    pub(crate) fn immutable(&self, key: u64) -> String {
        card::immutable(self.guid, key)
    }
}
