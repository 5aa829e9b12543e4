//! Items that lie in folders, of which rounds tell: contacts and messages.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::query::View;
use super::{entity, message};
use crate::world::contacts::{Contact, DEFAULT, Place};
use crate::world::ids::rest;
use crate::world::journal::{Change, Journal};
use crate::world::{Mailbox, Message};

/// What a round tells of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Kind {
    Contacts,
    ContactFolders,
    Messages,
    MailFolders,
}

impl Kind {
    /// Cursors of another generation are lost.
    pub(super) fn generation(self, mailbox: &Mailbox) -> u32 {
        match self {
            Self::Contacts | Self::ContactFolders => mailbox.book.generation,
            Self::Messages | Self::MailFolders => mailbox.history.generation,
        }
    }
}

/// An item that lies in a folder.
pub(super) trait Shelved: Sized {
    const KIND: Kind;
    /// The name of its type.
    const TYPE: &'static str;
    /// Members that stand in every item of a round, however little of it has changed.
    const ALWAYS: &'static [&'static str];

    fn changes(mailbox: &Mailbox) -> &Journal<Change>;
    /// The number of a folder, by its id; without one, of that where items lie by default.
    fn folder(mailbox: &Mailbox, id: Option<&str>) -> Option<usize>;
    /// What a folder shows, in the order of the keys, from the key behind `after`.
    fn held(mailbox: &Mailbox, folder: usize, after: u64) -> Vec<&Self>;
    /// The item with this key, where it lies in that folder and is shown.
    fn here(mailbox: &Mailbox, folder: usize, key: u64) -> Option<&Self>;
    /// The immutable id, of gone ones too.
    fn immutable(mailbox: &Mailbox, key: u64) -> String;
    fn key(&self) -> u64;
    /// Number of the change by which it came to its folder.
    fn since(&self) -> u64;
    fn id(&self, immutable: bool) -> String;
    fn entity(&self, mailbox: &Mailbox, view: &View, immutable: bool) -> Map<String, Value>;
}

impl Shelved for Contact {
    const KIND: Kind = Kind::Contacts;
    const TYPE: &'static str = "contact";
    const ALWAYS: &'static [&'static str] = &["@odata.etag", "id", "parentFolderId"];

    fn changes(mailbox: &Mailbox) -> &Journal<Change> {
        &mailbox.book.changes
    }

    fn folder(mailbox: &Mailbox, id: Option<&str>) -> Option<usize> {
        id.map_or(Some(DEFAULT), |id| mailbox.contact_folder(id))
    }

    fn held(mailbox: &Mailbox, folder: usize, after: u64) -> Vec<&Self> {
        mailbox.book.in_folder(folder, after).filter(|contact| !contact.is_list).collect()
    }

    fn here(mailbox: &Mailbox, folder: usize, key: u64) -> Option<&Self> {
        let contact = mailbox.book.get(key)?;
        (contact.place == Place::Folder(folder) && !contact.is_list).then_some(contact)
    }

    fn immutable(mailbox: &Mailbox, key: u64) -> String {
        mailbox.book.immutable(key)
    }

    fn key(&self) -> u64 {
        self.key
    }

    fn since(&self) -> u64 {
        self.since
    }

    fn id(&self, immutable: bool) -> String {
        entity::id(self, immutable).to_owned()
    }

    fn entity(&self, mailbox: &Mailbox, view: &View, immutable: bool) -> Map<String, Value> {
        entity::contact(mailbox, self, view, immutable)
    }
}

impl Shelved for Message {
    const KIND: Kind = Kind::Messages;
    const TYPE: &'static str = "message";
    // What came of a message that was read, whatever was selected
    // (microsoftgraph/microsoft-graph-docs#7776, microsoft-graph-docs-contrib#5544).
    const ALWAYS: &'static [&'static str] = &["@odata.type", "id", "parentFolderId"];

    fn changes(mailbox: &Mailbox) -> &Journal<Change> {
        &mailbox.history.changes
    }

    fn folder(mailbox: &Mailbox, id: Option<&str>) -> Option<usize> {
        mailbox.mail_folder(id?)
    }

    fn held(mailbox: &Mailbox, folder: usize, after: u64) -> Vec<&Self> {
        let mut held = mailbox.in_folder(folder);
        held.retain(|message| message.key > after);
        held.sort_by_key(|message| message.key);
        held
    }

    fn here(mailbox: &Mailbox, folder: usize, key: u64) -> Option<&Self> {
        mailbox.message_of(key).filter(|message| message.folder == folder && !message.withheld)
    }

    fn immutable(mailbox: &Mailbox, key: u64) -> String {
        rest(&mailbox.immutable(key))
    }

    fn key(&self) -> u64 {
        self.key
    }

    fn since(&self) -> u64 {
        self.since
    }

    fn id(&self, immutable: bool) -> String {
        message::id(self, immutable)
    }

    fn entity(&self, mailbox: &Mailbox, view: &View, immutable: bool) -> Map<String, Value> {
        message::entity(mailbox, self, view, immutable)
    }
}
