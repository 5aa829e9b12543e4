//! What a perfect reader would know of a message.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::{Mailbox, Message, Person};

/// A person as the store knows them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TruthPerson {
    /// Display name.
    pub name: String,
    /// Address in its routing type; may be empty.
    pub address: String,
    /// `SMTP`, `EX`, `MAPIPDL`.
    pub routing: String,
}

/// A message, whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Truth {
    /// Distinguished id of its folder, or its name where there is none.
    pub folder: String,
    /// Entry id: changes with a move.
    pub item_id: String,
    /// Immutable id.
    pub immutable_id: String,
    /// Changes with each update.
    pub change_key: String,
    /// Conversation id.
    pub conversation_id: String,
    /// Row key in message view.
    pub instance_key: String,
    /// Internet message id; drafts have none.
    pub internet_message_id: Option<String>,
    /// Item class, where there is one.
    pub item_class: Option<String>,
    /// Subject as sent; none where the member is missing.
    pub subject: Option<String>,
    /// Sender, where known.
    pub from: Option<TruthPerson>,
    /// Recipients, all of them.
    pub to: Vec<TruthPerson>,
    /// Copies.
    pub cc: Vec<TruthPerson>,
    /// Blind copies.
    pub bcc: Vec<TruthPerson>,
    /// When it was sent; drafts were not.
    pub sent: Option<DateTime<Utc>>,
    /// When it was received.
    pub received: DateTime<Utc>,
    /// Whether it was read.
    pub is_read: bool,
    /// Whether it is a draft.
    pub is_draft: bool,
    /// Whether files hang on it.
    pub has_attachments: bool,
    /// The new part of the body, as text.
    pub text: String,
}

impl Truth {
    pub(super) fn of(message: &Message, mailbox: &Mailbox) -> Self {
        let folder = &mailbox.folders[message.folder];
        Self {
            folder: folder.distinguished.unwrap_or(&folder.name).to_owned(),
            item_id: message.id.clone(),
            immutable_id: message.immutable.clone(),
            change_key: message.change_key(),
            conversation_id: message.conversation.clone(),
            instance_key: message.instance_key(),
            internet_message_id: message.internet_id.clone(),
            item_class: message.class.map(str::to_owned),
            subject: message.subject.clone(),
            from: message.from.as_ref().map(person),
            to: message.to.iter().map(person).collect(),
            cc: message.cc.iter().map(person).collect(),
            bcc: message.bcc.iter().map(person).collect(),
            sent: message.sent,
            received: message.received,
            is_read: message.read,
            is_draft: message.is_draft(),
            has_attachments: !message.attachments.is_empty(),
            text: message.text.clone(),
        }
    }
}

fn person(person: &Person) -> TruthPerson {
    TruthPerson {
        name: person.name.clone(),
        address: person.address.clone(),
        routing: person.routing.to_owned(),
    }
}
