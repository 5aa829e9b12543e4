//! Mail as every road and tier reports it, and as the store keeps it.

use super::{AccountId, Folder, MessageId};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

words! {
    /// How a page of OWA mail was had.
    #[derive(PartialOrd, Ord)]
    pub enum Tier {
        /// We called OWA's JSON service from inside its origin, with the headers its own page uses.
        Service = "service",
        /// We kept the JSON that OWA's full page fetched for itself.
        Network = "network",
        /// We read the list off the page.
        Dom = "dom",
    }
}

words! {
    /// Exchange has two ids for one item; a request chooses the family with `Prefer: IdType`.
    pub enum IdFamily {
        /// The default; changes when the item is moved.
        Entry = "entry",
        /// `IdType="ImmutableId"`; survives a move within the mailbox.
        Immutable = "immutable",
    }
}

/// An item's id on its road. Case-sensitive.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ItemKey {
    /// Which of the two ids.
    pub family: IdFamily,
    /// The id, exactly as the server wrote it.
    pub id: String,
}

words! {
    /// How exactly an instant is known.
    pub enum Precision {
        /// As the server sent it.
        Second = "second",
        /// Read off the page, with a time of day.
        Minute = "minute",
        /// Read off the page, a date alone: the instant is the day's start in the mailbox's zone.
        Day = "day",
    }
}

impl Precision {
    /// The length of the interval, from the instant on, in which the true instant lies.
    #[must_use]
    pub fn width(self) -> chrono::TimeDelta {
        match self {
            Self::Second => chrono::TimeDelta::seconds(1),
            Self::Minute => chrono::TimeDelta::minutes(1),
            // A day of a zone that falls back is 25 hours long.
            Self::Day => chrono::TimeDelta::hours(25),
        }
    }
}

/// An instant and how exactly it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Instant {
    /// The start of the interval that `precision` gives.
    pub at: DateTime<Utc>,
    /// How exactly.
    pub precision: Precision,
}

/// A name and an address; either may be missing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {
    /// Display name.
    pub name: Option<String>,
    /// SMTP address as written, or an X.500 name where Exchange gives no other (`/o=…`).
    pub address: Option<String>,
}

words! {
    /// In which header line a recipient stood.
    pub enum RecipientKind {
        /// `To`
        To = "to",
        /// `Cc`
        Cc = "cc",
        /// `Bcc`
        Bcc = "bcc",
    }
}

/// One recipient.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recipient {
    /// Which line.
    pub kind: RecipientKind,
    /// Who.
    #[serde(flatten)]
    pub address: Address,
}

words! {
    /// Exchange's three importances.
    #[derive(Default)]
    pub enum Importance {
        /// `Low`
        Low = "low",
        /// `Normal`
        #[default]
        Normal = "normal",
        /// `High`
        High = "high",
    }
}

words! {
    /// What a body is written in.
    pub enum BodyKind {
        /// HTML as the server filtered it.
        Html = "html",
        /// Plain text.
        Text = "text",
    }
}

/// A message's body. Hostile input: never show its HTML outside a sandbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Body {
    /// HTML or text.
    pub kind: BodyKind,
    /// The text itself.
    pub content: String,
    /// Whether the server cut it off at the size asked for.
    pub truncated: bool,
}

/// One message as a list shows it. What a tier cannot see is `None`, never a guess.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListRow {
    /// The item's id; `None` on the `dom` tier, which sees only conversations.
    pub key: Option<ItemKey>,
    /// Further items of the same conversation in this folder, of which the list says nothing but the id.
    pub others: Vec<ItemKey>,
    /// The version of the item; a different one means that something changed.
    pub change_key: Option<String>,
    /// The conversation it belongs to.
    pub conversation_id: Option<String>,
    /// Subject; `Some("")` when the server says that it has none.
    pub subject: Option<String>,
    /// `From`, or what the list shows for it; in Sent items the list may show recipients instead, then `None`.
    pub from: Option<Address>,
    /// When it arrived (for Sent items: when it was sent).
    pub received: Option<Instant>,
    /// Whether it was read.
    pub is_read: Option<bool>,
    /// Whether it has attachments.
    pub has_attachments: Option<bool>,
    /// The first words of the body.
    pub preview: Option<String>,
}

/// Everything that `GetItem` or `GetConversationItems` adds to a list row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "they are Exchange's, each of its own")]
pub struct Detail {
    /// The item's id.
    pub key: ItemKey,
    /// The version of the item.
    pub change_key: Option<String>,
    /// The conversation it belongs to.
    pub conversation_id: Option<String>,
    /// RFC 5322 Message-ID. Not unique, may be absent, may be forged.
    pub internet_message_id: Option<String>,
    /// Subject.
    pub subject: String,
    /// RFC 5322 From.
    pub from: Option<Address>,
    /// RFC 5322 Sender.
    pub sender: Option<Address>,
    /// To, Cc and Bcc in order.
    pub recipients: Vec<Recipient>,
    /// Whether the server gave fewer recipients than there are.
    pub recipients_truncated: bool,
    /// `DateTimeReceived`
    pub received_at: Option<DateTime<Utc>>,
    /// `DateTimeSent`
    pub sent_at: Option<DateTime<Utc>>,
    /// Whether it was read.
    pub is_read: bool,
    /// Whether it is a draft.
    pub is_draft: bool,
    /// Whether it has attachments.
    pub has_attachments: bool,
    /// Importance.
    pub importance: Importance,
    /// `IPM.Note` and its like; absent means a message.
    pub item_class: Option<String>,
    /// The first words of the body.
    pub preview: Option<String>,
    /// The body.
    pub body: Option<Body>,
    /// Bytes, as the server counts.
    pub size: Option<i64>,
}

/// Where the next page of a list begins. Opaque outside the road that made it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// Rows before it, newest first.
    pub offset: u32,
}

/// One page of a folder's list, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListPage {
    /// How it was had.
    pub tier: Tier,
    /// Its rows.
    pub rows: Vec<ListRow>,
    /// Whether the list leaves some of the folder out, as a view of Outlook's page may.
    pub partial: bool,
    /// Where the next page begins; `None` at the end of the list.
    pub next: Option<Position>,
    /// How many items the server says the folder holds, where it counts items (not conversations).
    pub server_total: Option<i64>,
    /// The folder's id on the server, where the page names it.
    pub folder_id: Option<String>,
}

/// A message as it is read back from the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredMessage {
    /// Ours.
    pub id: MessageId,
    /// Whose.
    pub account_id: AccountId,
    /// Where it lies.
    pub folder: Folder,
    /// Subject.
    pub subject: String,
    /// From.
    pub from: Option<Address>,
    /// Recipients in order.
    pub recipients: Vec<Recipient>,
    /// When it arrived.
    pub received: Option<Instant>,
    /// RFC 5322 Message-ID.
    pub internet_message_id: Option<String>,
    /// The conversation it belongs to.
    pub conversation_id: Option<String>,
    /// Whether it was read.
    pub is_read: Option<bool>,
    /// Whether it has attachments.
    pub has_attachments: Option<bool>,
    /// The first words of the body.
    pub preview: Option<String>,
    /// Whether the body was fetched.
    pub has_body: bool,
    /// How it was last seen.
    pub tier: Tier,
    /// Seen only on the page so far; no JSON has named the item yet.
    pub provisional: bool,
}
