//! Graph's message -> the model. A member that is absent was not told, whatever was asked for: of a message that
//! was read, a round of changes tells no more than that (microsoftgraph/microsoft-graph-docs#7776).

use super::{id, select};
use crate::graph::property::property;
use crate::model::{
    Address, Body, BodyKind, Depth, Importance, Instant, ItemKey, Precision, Recipient, RecipientKind, Sight,
};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::{Map, Value};

/// The road's word.
pub(crate) const SEEN_BY: &str = "graph";

/// The member that is not what it should be.
pub(super) type Fault = &'static str;

/// The key of an item that names itself.
pub(super) fn key(item: &Value) -> Option<ItemKey> {
    item.get("id")?.as_str().filter(|id| !id.is_empty()).map(id::key)
}

/// The id of the folder that an item says it lies in.
pub(super) fn place(item: &Value) -> Option<String> {
    Some(id::from_graph(item.get("parentFolderId")?.as_str()?))
}

/// An item of a list or of a round. Of one that cannot be read its key is left, by which it is asked for: what
/// is wrong with it is found out then. One without an id is passed over.
pub(super) fn row(item: &Value) -> Option<Sight> {
    let key = key(item);
    if key.is_none() {
        tracing::warn!("Microsoft Graph lists an item without an id");
    }
    let bare =
        |key| Sight { depth: Depth::Listed, seen_by: SEEN_BY.into(), key: Some(key), ..Sight::default() };
    let read = item.as_object().and_then(|item| message(item).ok());
    key.map(|key| read.unwrap_or_else(|| bare(key)))
}

/// A message; whole where it has a body.
pub(super) fn message(item: &Map<String, Value>) -> Result<Sight, Fault> {
    let id: String = told(item, "id")?.ok_or("id")?;
    let body = told::<BodyWire>(item, "body")?.map(Body::from);
    Ok(Sight {
        depth: if body.is_some() { Depth::Whole } else { Depth::Listed },
        seen_by: SEEN_BY.into(),
        key: Some(id::key(&id)),
        change_key: told(item, "changeKey")?.or_else(|| etag(item)),
        conversation_id: told::<String>(item, "conversationId")?.map(|id| id::from_graph(&id)),
        internet_message_id: told(item, "internetMessageId")?,
        subject: text(item, "subject")?,
        from: told::<PersonWire>(item, "from")?.map(Address::from),
        sender: told::<PersonWire>(item, "sender")?.map(Address::from),
        recipients: recipients(item)?,
        received: instant(item, "receivedDateTime")?.map(|at| Instant { at, precision: Precision::Second }),
        sent_at: instant(item, "sentDateTime")?,
        is_read: told(item, "isRead")?,
        is_draft: told(item, "isDraft")?,
        has_attachments: told(item, "hasAttachments")?,
        importance: told::<String>(item, "importance")?.and_then(|word| Importance::parse(&word)),
        item_class: property(item, select::CLASS),
        preview: text(item, "bodyPreview")?,
        body,
        size: property(item, select::SIZE).and_then(|size| size.parse().ok()),
        lies_in: told::<String>(item, "parentFolderId")?.map(|id| id::from_graph(&id)),
        ..Sight::default()
    })
}

/// A member that was told; `None` where it is absent or null.
fn told<T: for<'a> Deserialize<'a>>(
    item: &Map<String, Value>,
    name: &'static str,
) -> Result<Option<T>, Fault> {
    let value = item.get(name).unwrap_or(&Value::Null);
    Option::<T>::deserialize(value).map_err(|_| name)
}

/// A text that is null says that there is none.
fn text(item: &Map<String, Value>, name: &'static str) -> Result<Option<String>, Fault> {
    Ok(told(item, name)?.or_else(|| item.contains_key(name).then(String::new)))
}

/// `W/"…"`, of which the change key is made.
fn etag(item: &Map<String, Value>) -> Option<String> {
    let etag = item.get("@odata.etag")?.as_str()?;
    Some(etag.strip_prefix("W/\"")?.strip_suffix('"')?.to_owned())
}

fn instant(item: &Map<String, Value>, name: &'static str) -> Result<Option<DateTime<Utc>>, Fault> {
    let Some(text) = told::<String>(item, name)? else { return Ok(None) };
    let at = DateTime::parse_from_rfc3339(&text).map_err(|_| name)?;
    Ok(Some(at.with_timezone(&Utc)))
}

/// Those of To, Cc and Bcc; `None` where To was not told.
fn recipients(item: &Map<String, Value>) -> Result<Option<Vec<Recipient>>, Fault> {
    let lines = [
        ("toRecipients", RecipientKind::To),
        ("ccRecipients", RecipientKind::Cc),
        ("bccRecipients", RecipientKind::Bcc),
    ];
    let mut all = Vec::new();
    for (name, kind) in lines {
        let people: Option<Vec<PersonWire>> = told(item, name)?;
        let people = people.unwrap_or_default().into_iter().map(Address::from);
        all.extend(people.map(|address| Recipient { kind, address }));
    }
    Ok(item.contains_key("toRecipients").then_some(all))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PersonWire {
    email_address: Option<AddressWire>,
}

#[derive(Deserialize)]
struct AddressWire {
    name: Option<String>,
    address: Option<String>,
}

impl From<PersonWire> for Address {
    fn from(wire: PersonWire) -> Self {
        let filled = |text: Option<String>| text.filter(|text| !text.is_empty());
        let said = wire.email_address;
        said.map(|said| Self { name: filled(said.name), address: filled(said.address) }).unwrap_or_default()
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct BodyWire {
    content_type: Option<String>,
    content: Option<String>,
}

impl From<BodyWire> for Body {
    fn from(wire: BodyWire) -> Self {
        let is_text = wire.content_type.is_some_and(|kind| kind.eq_ignore_ascii_case("text"));
        let kind = if is_text { BodyKind::Text } else { BodyKind::Html };
        Self { kind, content: wire.content.unwrap_or_default(), truncated: false }
    }
}
