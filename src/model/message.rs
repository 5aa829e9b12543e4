//! What is stored of a message, and what it becomes when it is looked at again. Pure.

use super::{AccountId, Address, Depth, FolderId, Importance, Instant, MessageId, Recipient, Sight};
use chrono::{DateTime, Utc};

/// What is stored of a message; its body is stored apart, for its size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Ours, for life.
    pub id: MessageId,
    /// The account it belongs to.
    pub account_id: AccountId,
    /// Where it lies.
    pub folder: FolderId,
    /// The deepest look there was.
    pub depth: Depth,
    /// The road's word for how it was had when it last changed.
    pub seen_by: String,
    /// The version of the item at the deepest look.
    pub change_key: Option<String>,
    /// The conversation it belongs to.
    pub conversation_id: Option<String>,
    /// RFC 5322 Message-ID.
    pub internet_message_id: Option<String>,
    /// Subject; `None` while no look has said it.
    pub subject: Option<String>,
    /// The author (`From`); `None` while no look has said it.
    pub from: Option<Address>,
    /// Who sent it for the author (`Sender`); `None` while no look has said it.
    pub sender: Option<Address>,
    /// Recipients in order.
    pub recipients: Vec<Recipient>,
    /// Whether there are more recipients than are stored.
    pub recipients_truncated: bool,
    /// When it arrived.
    pub received: Option<Instant>,
    /// When it was sent.
    pub sent_at: Option<DateTime<Utc>>,
    /// Whether it was read.
    pub is_read: Option<bool>,
    /// Whether it is a draft.
    pub is_draft: bool,
    /// Whether it has attachments.
    pub has_attachments: Option<bool>,
    /// As its sender marked it; `None` while no look has said it.
    pub importance: Option<Importance>,
    /// `IPM.Note` and its like.
    pub item_class: Option<String>,
    /// The first words of the body.
    pub preview: Option<String>,
    /// Bytes, as the server counts.
    pub size: Option<i64>,
    /// When it was found to lie in none of the folders that are read; `None` while it does.
    pub gone_at: Option<DateTime<Utc>>,
}

impl Message {
    /// A message of which nothing was seen yet.
    #[must_use]
    pub fn new(id: MessageId, account_id: AccountId, folder: FolderId) -> Self {
        Self {
            id,
            account_id,
            folder,
            depth: Depth::Shown,
            seen_by: String::new(),
            change_key: None,
            conversation_id: None,
            internet_message_id: None,
            subject: None,
            from: None,
            sender: None,
            recipients: Vec::new(),
            recipients_truncated: false,
            received: None,
            sent_at: None,
            is_read: None,
            is_draft: false,
            has_attachments: None,
            importance: None,
            item_class: None,
            preview: None,
            size: None,
            gone_at: None,
        }
    }

    /// What it is after it was seen in `folder`; equal to `self` when that says nothing new.
    ///
    /// What is seen is not gone. A shallower look than the deepest there was says whether it was read and,
    /// where it names the item, in which folder it lies; a deeper or equal one says everything that it says.
    /// So the version stays that of the item itself: a list that names another one shows that the item has to
    /// be fetched again.
    #[must_use]
    pub fn after(&self, sight: &Sight, folder: &FolderId) -> Self {
        let mut next = self.clone();
        next.gone_at = None;
        put(&mut next.is_read, sight.is_read);
        if sight.depth == Depth::Shown && self.depth > Depth::Shown {
            return next;
        }
        next.folder.clone_from(folder);
        if sight.depth >= self.depth {
            next.take(sight);
        }
        // Had in another way, but the same: not a change.
        if next != *self {
            next.seen_by = sight.seen_by.to_string();
        }
        next
    }

    fn take(&mut self, sight: &Sight) {
        self.depth = sight.depth;
        put_text(&mut self.change_key, sight.change_key.as_deref());
        put_text(&mut self.conversation_id, sight.conversation_id.as_deref());
        put_text(&mut self.internet_message_id, sight.internet_message_id.as_deref());
        put_text(&mut self.subject, sight.subject.as_deref());
        // A list of conversations shows names only.
        let from =
            sight.from.as_ref().filter(|from| from.address.is_some() || !has_address(self.from.as_ref()));
        put_address(&mut self.from, from);
        put_address(&mut self.sender, sight.sender.as_ref());
        if let Some(recipients) = &sight.recipients {
            self.recipients = recipients.iter().map(storable_recipient).collect();
        }
        self.recipients_truncated = sight.recipients_truncated.unwrap_or(self.recipients_truncated);
        self.narrow(sight.received);
        put(&mut self.sent_at, sight.sent_at);
        self.is_draft = sight.is_draft.unwrap_or(self.is_draft);
        put(&mut self.has_attachments, sight.has_attachments);
        put(&mut self.importance, sight.importance);
        put_text(&mut self.item_class, sight.item_class.as_deref());
        put_text(&mut self.preview, sight.preview.as_deref());
        put(&mut self.size, sight.size);
    }

    /// Takes an instant that is known at least as exactly as the one that is stored.
    fn narrow(&mut self, seen: Option<Instant>) {
        let width = self.received.map(|stored| stored.precision.width());
        let narrower = |seen: &Instant| width.is_none_or(|width| seen.precision.width() <= width);
        put(&mut self.received, seen.filter(narrower));
    }
}

fn has_address(known: Option<&Address>) -> bool {
    known.is_some_and(|known| known.address.is_some())
}

/// `None` leaves what is there.
fn put<T>(field: &mut Option<T>, seen: Option<T>) {
    if seen.is_some() {
        *field = seen;
    }
}

fn put_text(field: &mut Option<String>, seen: Option<&str>) {
    put(field, seen.map(storable));
}

/// Name and address belong together: the one is not kept when the other changes.
fn put_address(field: &mut Option<Address>, seen: Option<&Address>) {
    put(field, seen.map(storable_address).filter(|seen| *seen != Address::default()));
}

fn storable_address(address: &Address) -> Address {
    Address { name: address.name.as_deref().map(storable), address: address.address.as_deref().map(storable) }
}

fn storable_recipient(recipient: &Recipient) -> Recipient {
    Recipient { kind: recipient.kind, address: storable_address(&recipient.address) }
}

/// PostgreSQL has no text with a NUL in it; mail has.
#[must_use]
pub fn storable(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}

#[cfg(test)]
mod tests;
