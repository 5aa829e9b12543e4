//! A message as an answer shows it. <https://learn.microsoft.com/graph/api/resources/message>

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Map, Value, json};

use super::query::View;
use super::text;
use crate::world::ids::rest;
use crate::world::{Importance, Mailbox, Message, Person};

/// Every member that can be selected.
pub(super) const MEMBERS: [&str; 30] = [
    "id",
    "createdDateTime",
    "lastModifiedDateTime",
    "changeKey",
    "categories",
    "receivedDateTime",
    "sentDateTime",
    "hasAttachments",
    "internetMessageId",
    "subject",
    "bodyPreview",
    "importance",
    "parentFolderId",
    "conversationId",
    "isDeliveryReceiptRequested",
    "isReadReceiptRequested",
    "isRead",
    "isDraft",
    "webLink",
    "inferenceClassification",
    "body",
    "sender",
    "from",
    "toRecipients",
    "ccRecipients",
    "bccRecipients",
    "replyTo",
    "flag",
    "uniqueBody",
    "internetMessageHeaders",
];
/// Members that come only to who selects them.
const ON_REQUEST: [&str; 2] = ["uniqueBody", "internetMessageHeaders"];

pub(super) fn id(message: &Message, immutable: bool) -> String {
    rest(if immutable { &message.immutable } else { &message.id })
}

pub(super) fn entity(
    mailbox: &Mailbox,
    message: &Message,
    view: &View,
    immutable: bool,
) -> Map<String, Value> {
    let mut shown = whole(mailbox, message, view);
    match &view.select {
        Some(select) => shown.retain(|name, _| select.iter().any(|wanted| wanted == name)),
        None => shown.retain(|name, _| !ON_REQUEST.contains(&name.as_str())),
    }
    let mut entity = Map::new();
    entity.insert("@odata.type".to_owned(), json!(format!("#microsoft.graph.{}", kind(message))));
    entity.insert("@odata.etag".to_owned(), json!(format!("W/\"{}\"", message.change_key())));
    entity.insert("id".to_owned(), json!(id(message, immutable)));
    entity.extend(shown);
    let extended =
        view.expand.iter().filter_map(|id| Some(json!({"id": id, "value": property(message, id)?})));
    let extended: Vec<Value> = extended.collect();
    if !extended.is_empty() {
        entity.insert("singleValueExtendedProperties".to_owned(), extended.into());
    }
    entity
}

/// The type of what is no plain message.
fn kind(message: &Message) -> &'static str {
    match message.class {
        Some(class) if class.starts_with("IPM.Schedule.Meeting.Request") => "eventMessageRequest",
        Some(class) if class.starts_with("IPM.Schedule.Meeting.Resp") => "eventMessageResponse",
        Some(class) if class.starts_with("IPM.Schedule.Meeting") => "eventMessage",
        Some(_) | None => "message",
    }
}

/// What extended properties hold of a message: its size (alcionai/corso#4492) and its class, which no member
/// says (MS-OXPROPS, `PidTagMessageSize`, `PidTagMessageClass`).
fn property(message: &Message, id: &str) -> Option<String> {
    let (kind, tag) = id.split_once(' ')?;
    let tag = u32::from_str_radix(tag.strip_prefix("0x")?, 16).ok()?;
    match (kind, tag) {
        ("Integer", 0x0e08) => Some(message.size().to_string()),
        ("String", 0x001a) => message.class.map(str::to_owned),
        _ => None,
    }
}

fn whole(mailbox: &Mailbox, message: &Message, view: &View) -> Map<String, Value> {
    let parent = &mailbox.folders[message.folder].id;
    let focus = if message.is_focused() { "focused" } else { "other" };
    let members = json!({
        "createdDateTime": instant(message.received),
        "lastModifiedDateTime": instant(message.modified),
        "changeKey": message.change_key(),
        "categories": [],
        "receivedDateTime": instant(message.received),
        "sentDateTime": message.sent.map(instant),
        // Pictures within the body do not count.
        "hasAttachments": message.attachments.iter().any(|file| file.content_id.is_none()),
        "internetMessageId": message.internet_id,
        "subject": message.subject,
        "bodyPreview": message.preview(),
        "importance": importance(message.importance),
        "parentFolderId": rest(parent),
        "conversationId": rest(&message.conversation),
        "isDeliveryReceiptRequested": false,
        "isReadReceiptRequested": false,
        "isRead": message.read,
        "isDraft": message.is_draft(),
        "webLink": format!("https://outlook.office365.com/owa/?ItemID={}", rest(&message.id)),
        "inferenceClassification": focus,
        "body": text::body(message, view),
        "uniqueBody": text::unique_body(message, view),
        "sender": message.from.as_ref().map(recipient),
        "from": message.from.as_ref().map(recipient),
        "toRecipients": recipients(&message.to),
        "ccRecipients": recipients(&message.cc),
        "bccRecipients": recipients(&message.bcc),
        "replyTo": [],
        "flag": {"flagStatus": if message.flagged { "flagged" } else { "notFlagged" }},
    });
    let mut members = members.as_object().cloned().unwrap_or_default();
    // What was sent has none (microsoftgraph/microsoft-graph-docs#2716).
    let is_own = message.from.as_ref() == Some(&mailbox.owner());
    if let Some(id) = message.internet_id.as_ref().filter(|_| !is_own) {
        members.insert("internetMessageHeaders".to_owned(), json!([{"name": "Message-ID", "value": id}]));
    }
    members
}

fn recipients(people: &[Person]) -> Vec<Value> {
    people.iter().map(recipient).collect()
}

fn recipient(person: &Person) -> Value {
    json!({"emailAddress": {"name": person.name, "address": person.address}})
}

fn importance(importance: Importance) -> &'static str {
    match importance {
        Importance::Normal => "normal",
        Importance::High => "high",
    }
}

pub(super) fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}
