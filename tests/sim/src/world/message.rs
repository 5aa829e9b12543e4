//! Messages as the store holds them: instants in UTC, text without markup; what a client is shown is made
//! from this.

use chrono::{DateTime, Utc};

use super::{ids, text};
use uuid::Uuid;

/// An address as Exchange knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Person {
    pub(crate) name: String,
    /// SMTP address, or an X.500 one (`/o=…`) when `routing` is `EX`; may be empty.
    pub(crate) address: String,
    pub(crate) routing: &'static str,
    /// `Mailbox`, `OneOff`, `PublicDL`, …
    pub(crate) mailbox_type: &'static str,
    /// The text as typed, where there is no address.
    pub(crate) original: Option<String>,
}

impl Person {
    pub(crate) fn smtp(name: &str, address: &str) -> Self {
        Self {
            name: name.to_owned(),
            address: address.to_owned(),
            routing: "SMTP",
            mailbox_type: "OneOff",
            original: None,
        }
    }
}

/// A file on a message.
#[derive(Clone, Debug)]
pub(crate) struct Attachment {
    pub(crate) name: String,
    pub(crate) content_type: &'static str,
    pub(crate) size: u32,
    /// Content id of an image shown within the body.
    pub(crate) content_id: Option<String>,
    pub(crate) kind: AttachmentKind,
}

impl Attachment {
    /// The bytes of a file, as many as it has.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        self.name.bytes().cycle().take(self.size as usize).collect()
    }
}

/// What hangs on a message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum AttachmentKind {
    #[default]
    File,
    /// Another message, with this text.
    Item { text: String },
    /// A file that lies elsewhere.
    Reference { url: String },
}

/// When and where, of meeting messages.
#[derive(Clone, Debug)]
pub(crate) struct Meeting {
    pub(crate) start: DateTime<Utc>,
    pub(crate) end: DateTime<Utc>,
    pub(crate) location: String,
}

/// Importance as the sender set it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Importance {
    #[default]
    Normal,
    High,
}

/// One item of one folder.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "properties of an item, each of its own")]
pub(crate) struct Message {
    /// Never changes; never shown.
    pub(crate) key: u64,
    pub(crate) folder: usize,
    /// Entry id: changes with a move.
    pub(crate) id: String,
    /// Immutable id: does not.
    pub(crate) immutable: String,
    /// Number of updates so far.
    pub(crate) version: u32,
    /// Id of the conversation.
    pub(crate) conversation: String,
    /// Subject of the conversation.
    pub(crate) topic: Option<String>,
    pub(crate) internet_id: Option<String>,
    pub(crate) parent_internet_id: Option<String>,
    pub(crate) class: Option<&'static str>,
    pub(crate) subject: Option<String>,
    pub(crate) from: Option<Person>,
    pub(crate) to: Vec<Person>,
    pub(crate) cc: Vec<Person>,
    pub(crate) bcc: Vec<Person>,
    pub(crate) sent: Option<DateTime<Utc>>,
    pub(crate) received: DateTime<Utc>,
    /// What stands in for `received` in the order of a list: far ahead while it is pinned, later than it when
    /// it came back from a snooze.
    pub(crate) renewed: Option<DateTime<Utc>>,
    pub(crate) modified: DateTime<Utc>,
    pub(crate) read: bool,
    pub(crate) importance: Importance,
    pub(crate) flagged: bool,
    pub(crate) attachments: Vec<Attachment>,
    pub(crate) meeting: Option<Meeting>,
    /// The new part, paragraphs parted by `\n`.
    pub(crate) text: String,
    /// The history below it.
    pub(crate) quoted: Option<String>,
    /// Not HTML.
    pub(crate) plain: bool,
    /// An image that the server blocks stands in the body.
    pub(crate) external_image: bool,
    /// The server cuts the body at this length, whatever the request allows.
    pub(crate) body_limit: Option<usize>,
    /// A copy in Sent Items whose `From` is not given in conversations.
    pub(crate) hides_from: bool,
    /// No list has it, as while an index lags; asked for by its id it is there.
    pub(crate) withheld: bool,
    /// Number of the change by which it came to its folder; 0 where it was there from the beginning.
    pub(crate) since: u64,
}

impl Message {
    /// `ReceivedOrRenewTime`: where it stands in a list that goes by it.
    pub(crate) fn listed_at(&self) -> DateTime<Utc> {
        self.renewed.unwrap_or(self.received)
    }

    pub(crate) fn is_draft(&self) -> bool {
        self.folder == super::folder::DRAFTS
    }

    /// In which half of a divided inbox it lies: two of three are Focused.
    pub(crate) fn is_focused(&self) -> bool {
        !self.key.is_multiple_of(3)
    }

    pub(crate) fn change_key(&self) -> String {
        ids::change_key(self.key, self.version)
    }

    pub(crate) fn instance_key(&self) -> String {
        ids::instance_key(self.folder, self.key)
    }

    /// Whether `id` is one of the names by which this message is known.
    pub(crate) fn answers_to(&self, id: &str) -> bool {
        self.id == id || self.immutable == id || self.internet_id.as_deref() == Some(id)
    }

    /// The first 255 units of UTF-16 of the text, with its line ends: the last may be half of a pair.
    pub(crate) fn preview(&self) -> String {
        text::of_units(self.text.replace('\n', "\r\n").encode_utf16().take(255))
    }

    pub(crate) fn size(&self) -> usize {
        let text = self.text.len() + self.quoted.as_ref().map_or(0, String::len);
        2048 + text * 2 + self.attachments.iter().map(|a| a.size as usize).sum::<usize>()
    }

    /// After an edit in place.
    pub(super) fn touch(&mut self, now: DateTime<Utc>) {
        self.version += 1;
        self.modified = now;
    }

    /// To another folder: the item id is a new one.
    pub(super) fn move_to(&mut self, mailbox: Uuid, folder: usize, entry: u64, now: DateTime<Utc>) {
        self.folder = folder;
        self.id = ids::item(mailbox, folder, entry);
        self.touch(now);
    }
}
