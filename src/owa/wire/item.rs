//! One message, from a list or from `GetItem`.

use super::attachment::{AttachmentWire, attachments};
use super::lenient::{Lenient, filled};
use super::people::{SingleRecipient, recipients};
use super::{AnswerContext, date};
use crate::model::{
    Address, Body, BodyKind, Depth, Importance, Instant, ItemFault, ItemKey, Precision, Recipient,
    RecipientKind, Sight,
};
use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::collections::HashMap;

/// The longest id that is a key as it is, bytes. An index of PostgreSQL takes little more.
const LONGEST_KEY: usize = 1024;
/// Stands in a key between the beginning of a longer id and the hash of the whole. It stands in no id.
const CUT: char = '…';
/// So much of the beginning, characters.
const BEGINNING: usize = 100;

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Id {
    pub(super) id: Lenient<String>,
    pub(super) change_key: Lenient<String>,
}

impl Id {
    pub(super) fn text(self) -> Option<String> {
        filled(self.id)
    }

    /// The key of the item whose id it is.
    pub(super) fn key(self, reading: AnswerContext) -> Option<ItemKey> {
        let id = self.text()?;
        let id = if id.len() <= LONGEST_KEY { id } else { cut(&id) };
        Some(ItemKey { space: reading.family.space(), id })
    }
}

fn cut(id: &str) -> String {
    let beginning: String = id.chars().take(BEGINNING).collect();
    format!("{beginning}{CUT}{}", BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(id)))
}

/// Why an item cannot be asked for by its key, where the key is not the whole of its id.
pub(in crate::owa) fn unaskable(key: &ItemKey) -> Option<ItemFault> {
    let text = format!("its id is longer than {LONGEST_KEY} bytes");
    key.id.contains(CUT).then(|| ItemFault { code: "IdTooLong".to_owned(), text })
}

/// What tells a row from all others of its list: the key by which the page itself asks for what follows,
/// which is the same whatever ids are asked for; else an id.
pub(super) fn mark(instance_key: &Lenient<String>, row_id: &Lenient<Id>) -> String {
    filled(instance_key.clone()).or_else(|| id(row_id.clone())).unwrap_or_default()
}

/// The id that a member holds, if it does.
pub(super) fn id(member: Lenient<Id>) -> Option<String> {
    member.0.and_then(Id::text)
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct BodyText {
    body_type: Lenient<String>,
    value: Lenient<String>,
    is_truncated: Lenient<bool>,
}

/// `Message:#Exchange` and its kin.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
#[expect(clippy::struct_field_names, reason = "the members are named by the contract")]
pub(in crate::owa) struct Item {
    instance_key: Lenient<String>,
    item_id: Lenient<Id>,
    parent_folder_id: Lenient<Id>,
    conversation_id: Lenient<Id>,
    internet_message_id: Lenient<String>,
    item_class: Lenient<String>,
    subject: Lenient<String>,
    from: Lenient<SingleRecipient>,
    sender: Lenient<SingleRecipient>,
    display_to: Lenient<String>,
    to_recipients: Lenient<Vec<Lenient<SingleRecipient>>>,
    cc_recipients: Lenient<Vec<Lenient<SingleRecipient>>>,
    bcc_recipients: Lenient<Vec<Lenient<SingleRecipient>>>,
    recipient_counts: Lenient<HashMap<String, Lenient<usize>>>,
    date_time_received: Lenient<String>,
    date_time_sent: Lenient<String>,
    is_read: Lenient<bool>,
    is_draft: Lenient<bool>,
    has_attachments: Lenient<bool>,
    importance: Lenient<String>,
    preview: Lenient<String>,
    size: Lenient<i64>,
    normalized_body: Lenient<BodyText>,
    body: Lenient<BodyText>,
    attachments: Lenient<Vec<Lenient<AttachmentWire>>>,
}

impl Item {
    /// The folder it says it lies in.
    pub(super) fn folder_id(&self) -> Option<String> {
        id(self.parent_folder_id.clone())
    }

    /// What tells its row from all others of its list.
    pub(super) fn mark(&self) -> String {
        mark(&self.instance_key, &self.item_id)
    }

    /// Whether it says when it came or was sent, in whatever year.
    pub(super) fn is_dated(&self) -> bool {
        [&self.date_time_received, &self.date_time_sent]
            .iter()
            .any(|at| at.0.as_deref().is_some_and(date::is_date))
    }

    /// A row of a list; `None` when it has no id.
    pub(super) fn listed(self, reading: AnswerContext) -> Option<Sight> {
        let (key, change_key) = self.key(reading)?;
        let at =
            instant(&self.date_time_received, reading).or_else(|| instant(&self.date_time_sent, reading));
        Some(Sight {
            depth: Depth::Listed,
            key: Some(key),
            change_key,
            conversation_id: id(self.conversation_id),
            // The server leaves an empty subject out.
            subject: Some(self.subject.0.unwrap_or_default()),
            from: address(self.from).or_else(|| address(self.sender)),
            shows_to: self.display_to.0,
            received: at,
            is_read: self.is_read.0,
            has_attachments: self.has_attachments.0,
            item_class: filled(self.item_class),
            preview: self.preview.0,
            size: self.size.0,
            ..Sight::default()
        })
    }

    /// Everything that `GetItem` says; `None` when it has no id. `most` recipients per line were asked for.
    pub(in crate::owa) fn whole(self, reading: AnswerContext, most: usize) -> Option<Sight> {
        let ((key, change_key), lies_in) = (self.key(reading)?, self.folder_id());
        let received = instant(&self.date_time_received, reading);
        let sent = instant(&self.date_time_sent, reading);
        let has_attachments = self.has_attachments.0.unwrap_or_default();
        let recipients = [
            recipients(RecipientKind::To, self.to_recipients),
            recipients(RecipientKind::Cc, self.cc_recipients),
            recipients(RecipientKind::Bcc, self.bcc_recipients),
        ];
        Some(Sight {
            depth: Depth::Whole,
            key: Some(key),
            change_key,
            recipients_truncated: Some(truncated(&recipients, self.recipient_counts.0.as_ref(), most)),
            conversation_id: id(self.conversation_id),
            internet_message_id: filled(self.internet_message_id),
            subject: Some(self.subject.0.unwrap_or_default()),
            from: address(self.from),
            sender: address(self.sender),
            recipients: Some(recipients.into_iter().flatten().collect()),
            received,
            sent_at: sent.map(|sent| sent.at),
            is_read: Some(self.is_read.0.unwrap_or_default()),
            is_draft: Some(self.is_draft.0.unwrap_or_default()),
            has_attachments: Some(has_attachments),
            attachments: attachments(self.attachments, has_attachments),
            importance: Some(importance(self.importance.0.as_deref())),
            item_class: filled(self.item_class),
            preview: self.preview.0,
            body: self.normalized_body.0.or(self.body.0).and_then(body),
            size: self.size.0,
            lies_in,
            ..Sight::default()
        })
    }

    fn key(&self, reading: AnswerContext) -> Option<(ItemKey, Option<String>)> {
        let item_id = self.item_id.0.clone()?;
        let change_key = filled(item_id.change_key.clone());
        Some((item_id.key(reading)?, change_key))
    }
}

fn instant(text: &Lenient<String>, reading: AnswerContext) -> Option<Instant> {
    Some(Instant { at: date::parse(text.0.as_deref()?, reading.zone)?, precision: Precision::Second })
}

fn address(person: Lenient<SingleRecipient>) -> Option<Address> {
    person.0.and_then(SingleRecipient::into_address)
}

fn importance(word: Option<&str>) -> Importance {
    match word {
        Some("High") => Importance::High,
        Some("Low") => Importance::Low,
        Some(_) | None => Importance::Normal,
    }
}

fn body(text: BodyText) -> Option<Body> {
    let kind = if text.body_type.0.as_deref() == Some("Text") { BodyKind::Text } else { BodyKind::Html };
    Some(Body { kind, content: text.value.0?, truncated: text.is_truncated.0.unwrap_or_default() })
}

/// The counts say it (`ToRecipientsCount` …); without them a line filled to the brim was probably cut.
fn truncated(
    lines: &[Vec<Recipient>; 3],
    counts: Option<&HashMap<String, Lenient<usize>>>,
    most: usize,
) -> bool {
    let Some(counts) = counts else {
        return lines.iter().any(|line| line.len() >= most);
    };
    ["To", "Cc", "Bcc"].iter().zip(lines).any(|(name, line)| {
        let count = counts.iter().find(|(key, _)| key.starts_with(name)).and_then(|(_, count)| count.0);
        count.is_some_and(|count| count > line.len())
    })
}
