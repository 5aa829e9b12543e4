//! Deleted contacts as Deleted Items shows them, a folder of mail: items of another class, empty but for a subject
//! (microsoftgraph/microsoft-graph-docs-contrib#1272). Graph counts them there and lists them not.

use super::{Contact, Place};
use crate::world::{DELETED, Importance, Mailbox, Message, ids};

/// What tells the number of a contact from those of messages.
const CONTACT: u64 = 1 << 40;

impl Mailbox {
    /// The deleted contacts, as items of Deleted Items.
    pub(crate) fn contacts_as_items(&self) -> Vec<Message> {
        let deleted = self.book.all().filter(|contact| contact.place == Place::Deleted);
        deleted.map(|contact| self.shell(contact)).collect()
    }

    fn shell(&self, contact: &Contact) -> Message {
        let name = contact.members().get("displayName").and_then(|name| name.as_str());
        Message {
            key: contact.key | CONTACT,
            folder: DELETED,
            id: ids::from_rest(&contact.id),
            immutable: ids::from_rest(&contact.immutable),
            version: 0,
            conversation: ids::conversation(self.account.mailbox_guid, contact.key | CONTACT),
            topic: name.map(str::to_owned),
            internet_id: None,
            parent_internet_id: None,
            class: Some("IPM.Contact"),
            subject: name.map(str::to_owned),
            from: None,
            to: Vec::new(),
            cc: Vec::new(),
            bcc: Vec::new(),
            sent: None,
            received: contact.created,
            renewed: None,
            modified: contact.modified,
            read: true,
            importance: Importance::Normal,
            flagged: false,
            attachments: Vec::new(),
            meeting: None,
            text: String::new(),
            quoted: None,
            plain: true,
            external_image: false,
            body_limit: None,
            hides_from: false,
            withheld: false,
            since: 0,
        }
    }
}
