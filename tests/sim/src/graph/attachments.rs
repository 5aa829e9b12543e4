//! What hangs on a message: files, other messages, links.
//! <https://learn.microsoft.com/graph/api/message-list-attachments>

use axum::http::StatusCode;
use axum::response::Response;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Map, Value, json};

use super::door::Job;
use super::message::instant;
use super::target::Item;
use super::{GraphError, mail, message, text};
use crate::world::{Attachment, AttachmentKind, Message};

/// What every attachment has; what one kind has alone is selected as that kind's
/// (microsoftgraph/microsoft-graph-explorer-v4#3916).
const MEMBERS: [&str; 6] = ["id", "name", "contentType", "size", "isInline", "lastModifiedDateTime"];

/// Everything that hangs on it, with the bytes of files unless other members are selected. A filter changes
/// nothing.
pub(super) fn list(job: &Job, item: &Item) -> Result<Response, GraphError> {
    let smtp = job.mailbox()?;
    let all = job.read(&smtp, |mailbox| {
        let found = mail::find(mailbox, item)?;
        let one = |(number, file)| Ok(selected(job, entity(job, found, number, file))?.into());
        found.attachments.iter().enumerate().map(one).collect::<Result<Vec<Value>, GraphError>>()
    })?;
    let context = job.context(&format!("messages('{}')/attachments", item.id));
    Ok(job.json(StatusCode::OK, &json!({"@odata.context": context, "value": all})))
}

pub(super) fn get(job: &Job, item: &Item, id: &str) -> Result<Response, GraphError> {
    let smtp = job.mailbox()?;
    let body = job.read(&smtp, |mailbox| {
        let found = mail::find(mailbox, item)?;
        let (number, file) = named(job, found, id)?;
        let mut body = entity(job, found, number, file);
        let expands = job.asked.option("expand").is_some_and(|expand| expand.ends_with("/item"));
        if let (AttachmentKind::Item { text }, true) = (&file.kind, expands) {
            body.insert("item".to_owned(), text::item(file, text, found));
        }
        selected(job, body)
    })?;
    Ok(job.entity(StatusCode::OK, &format!("messages('{}')/attachments", item.id), body))
}

/// `$value`: the bytes of a file, a message as MIME. A link has none.
pub(super) fn value(job: &Job, item: &Item, id: &str) -> Result<Response, GraphError> {
    let smtp = job.mailbox()?;
    let (kind, bytes) = job.read(&smtp, |mailbox| {
        let found = mail::find(mailbox, item)?;
        let (_, file) = named(job, found, id)?;
        match &file.kind {
            AttachmentKind::File => Ok((file.content_type, file.bytes())),
            AttachmentKind::Item { text } => Ok(("text/plain", text::item_mime(file, text))),
            AttachmentKind::Reference { .. } => Err(GraphError::not_supported()),
        }
    })?;
    Ok(job.bytes(kind, bytes))
}

fn named<'a>(job: &Job, message: &'a Message, id: &str) -> Result<(usize, &'a Attachment), GraphError> {
    let mut all = message.attachments.iter().enumerate();
    all.find(|(number, _)| id_of(job, message, *number) == id).ok_or_else(GraphError::no_item)
}

/// The message's id and some more.
fn id_of(job: &Job, message: &Message, number: usize) -> String {
    format!("{}{number:04}", message::id(message, job.asked.immutable()).trim_end_matches('='))
}

fn entity(job: &Job, message: &Message, number: usize, file: &Attachment) -> Map<String, Value> {
    let kind = match file.kind {
        AttachmentKind::File => "fileAttachment",
        AttachmentKind::Item { .. } => "itemAttachment",
        AttachmentKind::Reference { .. } => "referenceAttachment",
    };
    let mut members = json!({
        "@odata.type": format!("#microsoft.graph.{kind}"),
        "id": id_of(job, message, number),
        "lastModifiedDateTime": instant(message.modified),
        "name": file.name,
        "contentType": if file.kind == AttachmentKind::File { Some(file.content_type) } else { None },
        "size": file.size,
        "isInline": file.content_id.is_some(),
    });
    match &file.kind {
        AttachmentKind::File => {
            members["contentId"] = json!(file.content_id);
            members["contentLocation"] = Value::Null;
            members["contentBytes"] = json!(STANDARD.encode(file.bytes()));
        }
        AttachmentKind::Reference { url } => members["sourceUrl"] = json!(url),
        AttachmentKind::Item { .. } => {}
    }
    members.as_object().cloned().unwrap_or_default()
}

fn selected(job: &Job, mut members: Map<String, Value>) -> Result<Map<String, Value>, GraphError> {
    if let Some(select) = job.asked.option("select") {
        let wanted: Vec<&str> = select.split(',').map(str::trim).collect();
        if let Some(own) = wanted.iter().find(|name| !name.contains('/') && !MEMBERS.contains(name)) {
            let text =
                format!("Could not find a property named '{own}' on type 'microsoft.graph.attachment'.");
            return Err(GraphError::new(400, "RequestBroker--ParseUri", &text));
        }
        let last = |name: &str| name.rsplit('/').next().map(str::to_owned);
        members.retain(|name, _| {
            name.starts_with('@')
                || name == "id"
                || wanted.iter().any(|wanted| last(wanted).as_deref() == Some(name))
        });
    }
    Ok(members)
}
