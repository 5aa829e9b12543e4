//! A message as a row of the list (`MailListItem`) and as the reading pane wants it.

use serde_json::{Value, json};

use super::lens::Lens;
use super::object::{Object, object, typed, typed_in_cloud};
use super::person;
use super::shape::{Bodies, ItemShape, Members};
use crate::knobs::KeyOrder;
use crate::world::{Attachment, AttachmentKind, Importance, Message};

/// Order of members on-premises: base class first.
const ONPREM: [&str; 50] = [
    "ItemId",
    "ParentFolderId",
    "ItemClass",
    "Subject",
    "Body",
    "Attachments",
    "Importance",
    "Sensitivity",
    "DateTimeReceived",
    "Size",
    "IsDraft",
    "DateTimeSent",
    "DateTimeCreated",
    "DisplayTo",
    "HasAttachments",
    "ExtendedProperty",
    "LastModifiedTime",
    "ConversationId",
    "UniqueBody",
    "Flag",
    "InstanceKey",
    "NormalizedBody",
    "Preview",
    "IconIndex",
    "BlockStatus",
    "HasBlockedImages",
    "ReceivedOrRenewTime",
    "Sender",
    "ToRecipients",
    "CcRecipients",
    "BccRecipients",
    "IsReadReceiptRequested",
    "IsDeliveryReceiptRequested",
    "From",
    "InternetMessageId",
    "IsRead",
    "References",
    "InReplyTo",
    "RecipientCounts",
    "MeetingRequestType",
    "Start",
    "End",
    "Location",
    "Organizer",
    "RequiredAttendees",
    "OptionalAttendees",
    "IsOutOfDate",
    "ResponseType",
    "IsOrganizer",
    "ReplyTo",
];

/// Order of members in the cloud, as far as it is known; the others follow.
const CLOUD: [&str; 12] = [
    "Sender",
    "ItemId",
    "ParentFolderId",
    "ItemClass",
    "IsReadReceiptRequested",
    "Subject",
    "IsDeliveryReceiptRequested",
    "Sensitivity",
    "Importance",
    "Body",
    "From",
    "IsDraft",
];

/// The class of a contact, which is an item and no message.
const CONTACT: &str = "IPM.Contact";
/// What every item has (`ItemType`, learn.microsoft.com/exchange/client-developer/web-service-reference/item), as far as
/// it is known here.
const OF_ITEMS: [&str; 16] = [
    "ParentFolderId",
    "ItemClass",
    "Subject",
    "Sensitivity",
    "DateTimeReceived",
    "Size",
    "Importance",
    "IsDraft",
    "DateTimeCreated",
    "HasAttachments",
    "LastModifiedTime",
    "Flag",
    "InstanceKey",
    "Preview",
    "NormalizedBody",
    "Body",
];

/// A row of `FindItem`, without recipients whatever is asked for.
pub(super) fn row(lens: &Lens, message: &Message, members: &Members) -> Value {
    finish(lens, message, common(lens, message, message.from.as_ref()), members)
}

/// An item of `GetItem` or `GetConversationItems`; `as_node`: in a conversation, where own copies may lack
/// `From`.
pub(super) fn reading(
    lens: &Lens,
    message: &Message,
    shape: &ItemShape,
    bodies: Bodies,
    as_node: bool,
) -> Value {
    let from = message.from.as_ref().filter(|_| !(as_node && message.hides_from));
    let item = common(lens, message, from);
    let item = item.join(recipients(lens.style, message, shape.most_recipients)).join(meeting(lens, message));
    let item = item
        .list(
            "Attachments",
            message.attachments.iter().enumerate().map(|(n, a)| file(lens, message, n, a)).collect(),
        )
        .put("BlockStatus", "DontKnow")
        .put("HasBlockedImages", message.external_image)
        .put("Apps", json!([]))
        .put("IsGroupEscalationMessage", false);
    finish(lens, message, body(lens, message, shape, bodies, item), &shape.members)
}

/// The members that were asked for, in the server's order.
fn finish(lens: &Lens, message: &Message, item: Object, members: &Members) -> Value {
    let is_contact = message.class == Some(CONTACT);
    let item = if is_contact { item.only(&OF_ITEMS.map(str::to_owned)) } else { item };
    let item = match members {
        Members::All => item,
        Members::Named(names) => item.only(names),
    };
    match lens.style {
        KeyOrder::Cloud | KeyOrder::Untyped => item.with_first(&CLOUD),
        KeyOrder::Onprem => item.ordered(&ONPREM),
    }
}

fn contract(message: &Message) -> &'static str {
    match message.class {
        Some(class) if class.starts_with("IPM.Schedule.Meeting.Request") => "MeetingRequestMessageType",
        Some(class) if class.starts_with("IPM.Schedule.Meeting.Canceled") => "MeetingCancellationMessageType",
        Some(class) if class.starts_with("IPM.Schedule.Meeting.Resp") => "MeetingResponseMessageType",
        Some("IPM.Post") => "PostItem",
        Some(CONTACT) => "Contact",
        Some(_) | None => "Message",
    }
}

fn common(lens: &Lens, message: &Message, from: Option<&crate::world::Person>) -> Object {
    let date = |instant| lens.date(instant);
    let who = from.map(|from| person::wrapped(lens.style, from));
    let display_to: Vec<&str> = message.to.iter().map(|p| p.name.as_str()).collect();
    typed(contract(message))
        .maybe("Sender", who.clone())
        .put("ItemId", lens.item_id(message))
        .put("ParentFolderId", lens.folder_id(&lens.mailbox.folders[message.folder]))
        .maybe("ItemClass", message.class)
        .maybe("Subject", message.subject.as_deref())
        .maybe("From", who)
        .put("Sensitivity", "Normal")
        .put("DateTimeReceived", date(message.received))
        .put("Size", message.size())
        .put("Importance", importance(message.importance))
        .put("IsReadReceiptRequested", false)
        .put("IsDeliveryReceiptRequested", false)
        .put("IsRead", message.read)
        .put("IsDraft", message.is_draft())
        .maybe("DateTimeSent", message.sent.map(date))
        .put("DateTimeCreated", date(message.received))
        .put("DisplayTo", display_to.join("; "))
        .put("HasAttachments", !message.attachments.is_empty())
        .list("ExtendedProperty", normalized_subject(lens, message))
        .put("LastModifiedTime", date(message.modified))
        .put("ConversationId", lens.conversation_id(&message.conversation))
        .put("Flag", json!({ "FlagStatus": flag(message) }))
        .put("InstanceKey", message.instance_key())
        .put("Preview", message.preview())
        .put("IconIndex", if message.read { "MailRead" } else { "MailUnread" })
        .put("ReceivedOrRenewTime", date(message.listed_at()))
}

pub(super) fn importance(importance: Importance) -> &'static str {
    match importance {
        Importance::Normal => "Normal",
        Importance::High => "High",
    }
}

pub(super) fn flag(message: &Message) -> &'static str {
    if message.flagged { "Flagged" } else { "NotFlagged" }
}

/// An empty subject has an empty one; without a subject there is none.
fn normalized_subject(lens: &Lens, message: &Message) -> Vec<Value> {
    let topic = message.topic.as_deref().or(message.subject.as_deref().filter(|subject| subject.is_empty()));
    topic.into_iter().map(|topic| property(lens, "0xe1d", topic)).collect()
}

fn property(lens: &Lens, tag: &str, value: &str) -> Value {
    let uri = typed_in_cloud(lens.style, "ExtendedPropertyUri").put("PropertyTag", tag);
    json!({"ExtendedFieldURI": uri.put("PropertyType", "String").done(), "Value": value})
}

fn recipients(style: KeyOrder, message: &Message, most: usize) -> Object {
    object()
        .list("ToRecipients", person::some(style, &message.to, most))
        .list("CcRecipients", person::some(style, &message.cc, most))
        .list("BccRecipients", person::some(style, &message.bcc, most))
        .maybe("InternetMessageId", message.internet_id.as_deref())
        .maybe("InReplyTo", message.parent_internet_id.as_deref())
        .put("RecipientCounts", counts(message))
}

/// A count of none is left out, as the contract has it.
fn counts(message: &Message) -> Value {
    let counts = [
        ("ToRecipientsCount", message.to.len()),
        ("CcRecipientsCount", message.cc.len()),
        ("BccRecipientsCount", message.bcc.len()),
    ];
    let counts = counts.into_iter().filter(|(_, count)| *count > 0);
    counts.fold(object(), |all, (name, count)| all.put(name, count)).done()
}

fn meeting(lens: &Lens, message: &Message) -> Object {
    let Some(meeting) = &message.meeting else { return object() };
    object()
        .put("MeetingRequestType", "NewMeetingRequest")
        .put("Start", lens.date(meeting.start))
        .put("End", lens.date(meeting.end))
        .put("Location", json!({ "DisplayName": meeting.location }))
        .maybe("Organizer", message.from.as_ref().map(|from| person::wrapped(lens.style, from)))
        .put("IsOutOfDate", false)
}

fn file(lens: &Lens, message: &Message, number: usize, file: &Attachment) -> Value {
    let id = format!("{}{number:04}", lens.id(message).trim_end_matches('='));
    let contract = match file.kind {
        AttachmentKind::File => "FileAttachment",
        AttachmentKind::Item { .. } => "ItemAttachment",
        AttachmentKind::Reference { .. } => "ReferenceAttachment",
    };
    typed(contract)
        .put("AttachmentId", json!({ "Id": id }))
        .put("Name", file.name.as_str())
        .put("ContentType", file.content_type)
        .maybe("ContentId", file.content_id.as_deref())
        .put("Size", file.size)
        .put("LastModifiedTime", lens.date(message.modified))
        .put("IsInline", file.content_id.is_some())
        .done()
}

fn body(lens: &Lens, message: &Message, shape: &ItemShape, bodies: Bodies, item: Object) -> Object {
    let body = |history| {
        if lens.empty_bodies {
            return json!({"BodyType": "HTML", "IsTruncated": false, "Value": ""});
        }
        shape.body.render(message, history)
    };
    match bodies {
        Bodies::Normalized => item.put("NormalizedBody", body(true)),
        Bodies::Unique => item.put("UniqueBody", body(false)),
        Bodies::Plain => item.put("Body", body(true)),
        Bodies::Headers => {
            let own = message.from.as_ref() == Some(&lens.mailbox.owner());
            let headers = message.internet_id.as_ref().filter(|_| !own).map(|id| {
                let headers = format!("Message-ID: {id}\r\nMIME-Version: 1.0\r\nX-Mailer: outlook-sim\r\n");
                property(lens, "0x7d", &headers)
            });
            item.list("ExtendedProperty", headers.into_iter().collect())
        }
        Bodies::None => item,
    }
}
