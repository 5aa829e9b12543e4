//! A mailbox as one request sees it: in its zone, with its family of ids, in the style of the server.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde_json::Value;

use super::object::{object, typed, typed_in_cloud};
use crate::knobs::KeyOrder;
use crate::world::{DELETED, Folder, Mailbox, Message};

/// What every renderer needs to know.
pub(super) struct Lens<'a> {
    pub(super) mailbox: &'a Mailbox,
    /// Contacts that lie in Deleted Items.
    pub(super) contacts: &'a [Message],
    pub(super) zone: Tz,
    pub(super) style: KeyOrder,
    /// The request prefers immutable ids.
    pub(super) immutable: bool,
    /// A knob: longest page, whatever was asked for.
    pub(super) most_rows: usize,
    /// A knob: what is added to a list's total.
    pub(super) total_off_by: i32,
    /// A knob: every body is an empty string.
    pub(super) empty_bodies: bool,
}

impl<'a> Lens<'a> {
    /// The items of a folder that lists have, newest first.
    pub(super) fn in_folder(&self, folder: usize) -> Vec<&'a Message> {
        let mut items = self.mailbox.in_folder(folder);
        if folder == DELETED && !self.contacts.is_empty() {
            items.extend(self.contacts);
            items.sort_by_key(|item| std::cmp::Reverse((item.received, item.key)));
        }
        items
    }

    /// The item with this id, of either family; letter case counts.
    pub(super) fn item(&self, id: &str) -> Option<&'a Message> {
        let contact = || self.contacts.iter().find(|item| item.id == id || item.immutable == id);
        self.mailbox.message(id).or_else(contact)
    }

    /// How many rows a list of so many says that it has.
    pub(super) fn total(&self, rows: usize) -> i64 {
        i64::try_from(rows).unwrap_or(i64::MAX) + i64::from(self.total_off_by)
    }

    pub(super) fn date(&self, instant: DateTime<Utc>) -> String {
        super::dates::exchange(instant, self.zone)
    }

    /// The item's id in the family that the request prefers.
    pub(super) fn id<'m>(&self, message: &'m Message) -> &'m str {
        if self.immutable { &message.immutable } else { &message.id }
    }

    pub(super) fn item_id(&self, message: &Message) -> Value {
        let id = typed_in_cloud(self.style, "ItemId").put("ChangeKey", message.change_key());
        id.put("Id", self.id(message)).done()
    }

    pub(super) fn conversation_id(&self, id: &str) -> Value {
        typed_in_cloud(self.style, "ItemId").put("Id", id).done()
    }

    /// The search folder behind one half of a divided folder: another id than the folder's.
    pub(super) fn search_folder_id(&self, folder: usize, half: u64) -> Value {
        let id = self.mailbox.search_folder(folder, half);
        typed_in_cloud(self.style, "FolderId").put("Id", id).done()
    }

    pub(super) fn folder_id(&self, folder: &Folder) -> Value {
        let id = || object().put("Id", folder.id.as_str());
        let change_key = || object().put("ChangeKey", folder.change_key.as_str());
        match self.style {
            KeyOrder::Cloud | KeyOrder::Untyped => typed("FolderId").join(id()).join(change_key()).done(),
            KeyOrder::Onprem => change_key().join(id()).done(),
        }
    }
}
