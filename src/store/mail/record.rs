//! What is stored of a message, and what it becomes when it is seen again. No database in here.

use crate::model::{Address, Detail, Folder, Importance, Instant, ListRow, MessageId, Precision, Tier};
use crate::store::Upsert;
use crate::store::column::{Ms, Word};

/// The columns of a message `m`, as `Record` wants them.
macro_rules! record_columns {
    () => {
        "m.id, m.folder, m.change_key, m.conversation_id, m.internet_message_id, m.subject, m.from_name,
         m.from_address, m.sender_name, m.sender_address, m.recipients_truncated, m.received_at,
         m.received_precision, m.sent_at, m.is_read, m.is_draft, m.has_attachments, m.importance, m.item_class,
         m.preview, m.size, m.tier, m.provisional, m.has_detail"
    };
}
pub(super) use record_columns;

/// A row of the table of messages.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
#[expect(clippy::struct_excessive_bools, reason = "they are columns")]
pub(super) struct Record {
    pub(super) id: Word<MessageId>,
    pub(super) folder: Word<Folder>,
    pub(super) change_key: Option<String>,
    pub(super) conversation_id: Option<String>,
    pub(super) internet_message_id: Option<String>,
    pub(super) subject: Option<String>,
    pub(super) from_name: Option<String>,
    pub(super) from_address: Option<String>,
    pub(super) sender_name: Option<String>,
    pub(super) sender_address: Option<String>,
    pub(super) recipients_truncated: bool,
    pub(super) received_at: Option<Ms>,
    pub(super) received_precision: Option<Word<Precision>>,
    pub(super) sent_at: Option<Ms>,
    pub(super) is_read: Option<bool>,
    pub(super) is_draft: bool,
    pub(super) has_attachments: Option<bool>,
    pub(super) importance: Option<Word<Importance>>,
    pub(super) item_class: Option<String>,
    pub(super) preview: Option<String>,
    pub(super) size: Option<i64>,
    pub(super) tier: Word<Tier>,
    pub(super) provisional: bool,
    pub(super) has_detail: bool,
}

impl Record {
    /// A message that was not stored before.
    pub(super) fn new(id: MessageId, upsert: &Upsert) -> Self {
        let blank = Self {
            id: Word(id),
            folder: Word(upsert.folder),
            change_key: None,
            conversation_id: None,
            internet_message_id: None,
            subject: None,
            from_name: None,
            from_address: None,
            sender_name: None,
            sender_address: None,
            recipients_truncated: false,
            received_at: None,
            received_precision: None,
            sent_at: None,
            is_read: None,
            is_draft: false,
            has_attachments: None,
            importance: None,
            item_class: None,
            preview: None,
            size: None,
            tier: Word(upsert.tier),
            provisional: true,
            has_detail: false,
        };
        blank.merged(upsert)
    }

    /// What it becomes. Equal to `self` when the upsert says nothing new.
    pub(super) fn merged(&self, upsert: &Upsert) -> Self {
        let mut next = self.clone();
        if upsert.tier == Tier::Dom && !self.provisional {
            put(&mut next.is_read, upsert.row.as_ref().and_then(|row| row.is_read));
            return next;
        }
        next.folder = Word(upsert.folder);
        next.provisional &= upsert.provisional;
        if let Some(row) = &upsert.row {
            next.see(row);
        }
        if let Some(detail) = &upsert.detail {
            // An item that does not say its version has that of the row for which it was fetched.
            let listed = upsert.row.as_ref().and_then(|row| row.change_key.as_deref());
            next.read(detail, listed);
        }
        // Seen on another tier, but the same: not a change.
        if next != *self {
            next.tier = Word(upsert.tier);
        }
        next
    }

    fn see(&mut self, row: &ListRow) {
        put(&mut self.is_read, row.is_read);
        // The version too stays that of the detail: a list that names another one shows that it has to be fetched again.
        if self.has_detail {
            return;
        }
        put_text(&mut self.change_key, row.change_key.as_deref());
        put_text(&mut self.conversation_id, row.conversation_id.as_deref());
        put_text(&mut self.subject, row.subject.as_deref());
        put(&mut self.has_attachments, row.has_attachments);
        put_text(&mut self.preview, row.preview.as_deref());
        self.narrow(row.received);
        // A list of conversations shows names only.
        let from = row.from.as_ref().filter(|from| from.address.is_some() || self.from_address.is_none());
        put_address(&mut self.from_name, &mut self.from_address, from);
    }

    fn read(&mut self, detail: &Detail, listed: Option<&str>) {
        put_text(&mut self.change_key, detail.change_key.as_deref().or(listed));
        put_text(&mut self.conversation_id, detail.conversation_id.as_deref());
        put_text(&mut self.internet_message_id, detail.internet_message_id.as_deref());
        put_text(&mut self.subject, Some(&detail.subject));
        put_address(&mut self.from_name, &mut self.from_address, detail.from.as_ref());
        put_address(&mut self.sender_name, &mut self.sender_address, detail.sender.as_ref());
        self.recipients_truncated = detail.recipients_truncated;
        self.narrow(detail.received_at.map(|at| Instant { at, precision: Precision::Second }));
        put(&mut self.sent_at, detail.sent_at.map(Ms));
        self.is_read = Some(detail.is_read);
        self.is_draft = detail.is_draft;
        self.has_attachments = Some(detail.has_attachments);
        self.importance = Some(Word(detail.importance));
        put_text(&mut self.item_class, detail.item_class.as_deref());
        put_text(&mut self.preview, detail.preview.as_deref());
        put(&mut self.size, detail.size);
        self.has_detail = true;
    }

    /// Takes an instant that is known at least as exactly as the one that is stored.
    fn narrow(&mut self, seen: Option<Instant>) {
        let width = self.received().map(|stored| stored.precision.width());
        if let Some(seen) = seen.filter(|seen| width.is_none_or(|width| seen.precision.width() <= width)) {
            self.received_at = Some(Ms(seen.at));
            self.received_precision = Some(Word(seen.precision));
        }
    }

    pub(super) fn from(&self) -> Option<Address> {
        let from = Address { name: self.from_name.clone(), address: self.from_address.clone() };
        (from != Address::default()).then_some(from)
    }

    pub(super) fn received(&self) -> Option<Instant> {
        Some(Instant { at: self.received_at?.0, precision: self.received_precision.as_ref()?.0 })
    }

    /// What lists are ordered by: milliseconds UTC, 0 where no date is known.
    pub(super) fn listed_at(&self) -> i64 {
        self.received_at.map_or(0, |at| at.0.timestamp_millis())
    }
}

/// `None` leaves what is there.
fn put<T>(column: &mut Option<T>, seen: Option<T>) {
    if seen.is_some() {
        *column = seen;
    }
}

fn put_text(column: &mut Option<String>, seen: Option<&str>) {
    put(column, seen.map(storable));
}

/// Name and address belong together: the one is not kept when the other changes.
fn put_address(name: &mut Option<String>, address: &mut Option<String>, seen: Option<&Address>) {
    if let Some(seen) = seen {
        *name = seen.name.as_deref().map(storable);
        *address = seen.address.as_deref().map(storable);
    }
}

/// PostgreSQL has no text with a NUL in it; mail has.
pub(super) fn storable(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}
