//! What one look at a message says, whatever road looked.

use super::{Address, Attachment, Body, Importance, Instant, Recipient};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// How much of a message a look shows, the least first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Depth {
    /// Read off a page, which names no item.
    #[default]
    Shown,
    /// A row of a list that names the item.
    Listed,
    /// The item itself.
    Whole,
}

/// In which an item's id is unique within its account: a short text of the road, without a space in it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct KeySpace(Cow<'static, str>);

impl KeySpace {
    /// Exchange's ids that change with a move, in base64 as OWA writes it.
    pub const EXCHANGE_ENTRY: Self = Self::new("owa");
    /// Exchange's ids that outlive a move within the mailbox, in the same letters: whichever road names a message, it
    /// is the same id.
    pub const EXCHANGE_IMMUTABLE: Self = Self::new("owa:immutable");

    /// IMAP's numbers of messages, each with its folder's numbering: they end with a move.
    pub const IMAP: Self = Self::new("imap");

    /// The space that a road calls by this word.
    #[must_use]
    pub const fn new(word: &'static str) -> Self {
        Self(Cow::Borrowed(word))
    }

    /// The word in the database.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for KeySpace {
    fn from(word: String) -> Self {
        Self(Cow::Owned(word))
    }
}

/// The spaces in which a road knows messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeySpaces {
    /// By a key of this one it asks for a message that has one.
    pub first: KeySpace,
    /// By one of this it asks for the others.
    pub other: KeySpace,
}

impl KeySpaces {
    /// Those of Exchange, whose roads take ids of either family: those that outlive a move first.
    pub const EXCHANGE: Self = Self { first: KeySpace::EXCHANGE_IMMUTABLE, other: KeySpace::EXCHANGE_ENTRY };
    /// IMAP's one.
    pub const IMAP: Self = Self { first: KeySpace::IMAP, other: KeySpace::IMAP };

    /// Those of the road that a space is of.
    #[must_use]
    pub fn of(space: &KeySpace) -> Self {
        let spaces = [Self::EXCHANGE, Self::IMAP];
        let alone = || Self { first: space.clone(), other: space.clone() };
        spaces.into_iter().find(|spaces| spaces.contains(space)).unwrap_or_else(alone)
    }

    /// Whether a space is one of them.
    #[must_use]
    pub fn contains(&self, space: &KeySpace) -> bool {
        *space == self.first || *space == self.other
    }
}

/// An item's id on its road. Case-sensitive.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ItemKey {
    /// Where it is unique.
    pub space: KeySpace,
    /// The id, exactly as the server wrote it.
    pub id: String,
}

/// Why an item that was asked for was not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ItemError {
    /// There is no item of this id any more.
    Gone,
    /// It is there, and something is wrong with it.
    Fault(ItemFault),
}

impl From<ItemFault> for ItemError {
    fn from(fault: ItemFault) -> Self {
        Self::Fault(fault)
    }
}

/// What is wrong with an item that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ItemFault {
    /// A stable word, such as `ErrorItemCorrupt`.
    pub code: String,
    /// What the server said.
    pub text: String,
}

impl ItemFault {
    /// The code of what the call that asked for the item has met, and no answer for the item itself.
    pub const UNREADABLE: &str = "Unreadable";
    /// The code of an item that was asked for and of which nothing came.
    pub const NO_ITEM: &str = "NoItem";
    /// The code of an item that is listed and said not to be there.
    pub const NOT_THERE: &str = "NotThere";
    /// The code of an item that came and is not what it should be.
    pub const MALFORMED: &str = "Malformed";

    /// Whether it may be of the moment: the call has failed, or the server's word is not about the item.
    #[must_use]
    pub fn may_pass(&self) -> bool {
        const PASSING: [&str; 8] = [
            ItemFault::UNREADABLE,
            ItemFault::NO_ITEM,
            ItemFault::NOT_THERE,
            "ErrorInternalServerError",
            "ErrorInternalServerTransientError",
            "ErrorTimeoutExpired",
            "ErrorConnectionFailed",
            "ErrorMailboxMoveInProgress",
        ];
        PASSING.contains(&self.code.as_str())
    }
}

/// What one look at a message says. What it does not say is `None`, never a guess.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Sight {
    /// How much it shows.
    pub depth: Depth,
    /// The road's own word for how it was had, such as `service`.
    pub seen_by: Cow<'static, str>,
    /// The item's id; `None` where only a conversation is shown.
    pub key: Option<ItemKey>,
    /// Further items of the same conversation in this folder, of which the look says nothing but the id.
    pub others: Vec<ItemKey>,
    /// The version of the item; a different one means that something changed.
    pub change_key: Option<String>,
    /// The conversation it belongs to.
    pub conversation_id: Option<String>,
    /// RFC 5322 Message-ID. Not unique, may be absent, may be forged.
    pub internet_message_id: Option<String>,
    /// Subject; `Some("")` when the server says that it has none.
    pub subject: Option<String>,
    /// RFC 5322 From, or what a list shows for it; where a list shows recipients instead, `None`.
    pub from: Option<Address>,
    /// RFC 5322 Sender.
    pub sender: Option<Address>,
    /// To, Cc and Bcc in order.
    pub recipients: Option<Vec<Recipient>>,
    /// Whom a list shows that it is for: the names of To, with a semicolon between two. No address is said, and
    /// no other line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shows_to: Option<String>,
    /// Whether the server gave fewer recipients than there are.
    pub recipients_truncated: Option<bool>,
    /// When it arrived; of sent mail, when it was sent.
    pub received: Option<Instant>,
    /// When it was sent.
    pub sent_at: Option<DateTime<Utc>>,
    /// Whether it was read.
    pub is_read: Option<bool>,
    /// Whether it is a draft.
    pub is_draft: Option<bool>,
    /// Whether it has attachments.
    pub has_attachments: Option<bool>,
    /// As its sender marked it.
    pub importance: Option<Importance>,
    /// `IPM.Note` and its like; absent means a message.
    pub item_class: Option<String>,
    /// The first words of the body.
    pub preview: Option<String>,
    /// The body; only a whole look has one.
    pub body: Option<Body>,
    /// What hangs on it, in order; also what its body shows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attachments: Option<Vec<Attachment>>,
    /// Bytes, as the server counts.
    pub size: Option<i64>,
    /// The id on the server of the folder that the item says it lies in.
    pub lies_in: Option<String>,
}

/// Classes of items that lie in folders of mail once they are deleted, and are none ("Item types and message classes",
/// learn.microsoft.com/office/vba/outlook/concepts/forms; a deleted contact was shown as an empty mail,
/// microsoftgraph/microsoft-graph-docs-contrib#1272).
const OTHER_CLASSES: [&str; 7] = [
    "IPM.Activity",
    "IPM.Appointment",
    "IPM.Contact",
    "IPM.DistList",
    "IPM.StickyNote",
    "IPM.Task",
    "IPM.AbchPerson",
];

/// Whether an item of a class is a message: one that says none is, and one of a class that nobody knows.
pub(crate) fn is_mail(class: &str) -> bool {
    let class = class.to_ascii_lowercase();
    // A form of one's own has a class below that of its kind. `IPM.TaskRequest` is a mail.
    let is_of = |other: &str| {
        let rest = class.strip_prefix(&other.to_ascii_lowercase());
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    !OTHER_CLASSES.into_iter().any(is_of)
}

impl Sight {
    /// Whether it is of a message, as far as it says.
    pub(crate) fn is_mail(&self) -> bool {
        self.item_class.as_deref().is_none_or(is_mail)
    }

    /// Whether it says so little that nobody would know the message by it: its id, and what has become of it.
    #[must_use]
    pub fn is_bare(&self) -> bool {
        self.conversation_id.is_none() && self.subject.is_none() && self.from.is_none()
    }

    /// This look, and where it is silent, the shallower one by which the message was found.
    #[must_use]
    pub fn over(self, listed: &Self) -> Self {
        let listed = listed.clone();
        Self {
            depth: self.depth,
            seen_by: listed.seen_by,
            key: self.key.or(listed.key),
            others: listed.others,
            change_key: self.change_key.or(listed.change_key),
            conversation_id: self.conversation_id.or(listed.conversation_id),
            internet_message_id: self.internet_message_id.or(listed.internet_message_id),
            subject: self.subject.or(listed.subject),
            from: self.from.or(listed.from),
            sender: self.sender.or(listed.sender),
            recipients: self.recipients.or(listed.recipients),
            shows_to: self.shows_to.or(listed.shows_to),
            recipients_truncated: self.recipients_truncated.or(listed.recipients_truncated),
            received: self.received.or(listed.received),
            sent_at: self.sent_at.or(listed.sent_at),
            is_read: self.is_read.or(listed.is_read),
            is_draft: self.is_draft.or(listed.is_draft),
            has_attachments: self.has_attachments.or(listed.has_attachments),
            importance: self.importance.or(listed.importance),
            item_class: self.item_class.or(listed.item_class),
            preview: self.preview.or(listed.preview),
            body: self.body.or(listed.body),
            attachments: self.attachments.or(listed.attachments),
            size: self.size.or(listed.size),
            lies_in: self.lies_in.or(listed.lies_in),
        }
    }
}
