//! The edits of clients that are not the page: flags, and copies.

use chrono::{DateTime, Utc};

use super::journal::What;
use super::{Mailbox, ids};

impl Mailbox {
    /// Flags the messages with these ids for follow-up, or takes the flag away. Returns how many.
    pub(crate) fn flag(&mut self, ids: &[String], flagged: bool, now: DateTime<Utc>) -> usize {
        self.edit(ids, &["flag"], now, |message| message.flagged = flagged)
    }

    /// Copies the message with this item id to a folder, by its index: an item of its own, with the Internet message id
    /// of the first. Its item id; `None` where there is no such message.
    pub(crate) fn copy_to(&mut self, id: &str, folder: usize, now: DateTime<Utc>) -> Option<String> {
        let mut copy = self.message(id)?.clone();
        let guid = self.account.mailbox_guid;
        copy.key = self.next_key();
        copy.immutable = ids::immutable(guid, copy.key);
        copy.move_to(guid, folder, copy.key, now);
        copy.since = self.history.log(now, copy.key, folder, What::Made);
        let id = copy.id.clone();
        self.messages.push(copy);
        Some(id)
    }
}
