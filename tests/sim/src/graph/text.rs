//! Bodies: HTML, sanitised unless that is refused, or text; and a message as MIME.

use serde_json::{Value, json};

use super::message::instant;
use super::query::View;
use crate::world::{Attachment, Message, Person};

pub(super) fn body(message: &Message, view: &View) -> Value {
    shown(message, message.quoted.as_deref(), view)
}

/// The new part alone.
pub(super) fn unique_body(message: &Message, view: &View) -> Value {
    shown(message, None, view)
}

fn shown(message: &Message, quoted: Option<&str>, view: &View) -> Value {
    if view.as_text || message.plain {
        let quoted =
            quoted.map(|text| format!("\n________________________________\n{text}")).unwrap_or_default();
        let text = format!("{}{quoted}\n", message.text).replace('\n', "\r\n");
        return json!({"contentType": "text", "content": text});
    }
    json!({"contentType": "html", "content": html(message, quoted, view.is_unsafe)})
}

/// A script stands in what the sender wrote; the sanitised text lacks it.
fn html(message: &Message, quoted: Option<&str>, is_unsafe: bool) -> String {
    let script = if is_unsafe { "<script>track()</script>" } else { "" };
    let quoted =
        quoted.map(|text| format!("<hr><blockquote>{}</blockquote>", paragraphs(text))).unwrap_or_default();
    let pictures = message.attachments.iter().filter_map(|file| file.content_id.as_ref());
    let pictures = pictures.map(|id| format!("<img src=\"cid:{id}\">")).collect::<Vec<_>>().concat();
    let head = "<html><head>\r\n<meta http-equiv=\"Content-Type\" content=\"text/html; charset=utf-8\">";
    format!("{head}{script}</head><body>{}{pictures}{quoted}</body></html>", paragraphs(&message.text))
}

fn paragraphs(text: &str) -> String {
    let escape = |line: &str| line.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    text.lines().map(|line| format!("<p>{}</p>\r\n", escape(line))).collect::<Vec<_>>().concat()
}

/// `$value`: the message as MIME, made at the time of reading.
pub(super) fn mime(message: &Message) -> Vec<u8> {
    let people = |people: &[Person]| {
        people
            .iter()
            .map(|person| format!("{} <{}>", person.name, person.address))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let from = message.from.as_slice();
    let lines = [
        format!("From: {}", people(from)),
        format!("To: {}", people(&message.to)),
        format!("Subject: {}", message.subject.as_deref().unwrap_or_default()),
        format!("Date: {}", message.sent.unwrap_or(message.received).to_rfc2822()),
        format!("Message-ID: {}", message.internet_id.as_deref().unwrap_or_default()),
        "MIME-Version: 1.0".to_owned(),
        "Content-Type: text/plain; charset=utf-8".to_owned(),
    ];
    format!("{}\r\n\r\n{}\r\n", lines.join("\r\n"), message.text.replace('\n', "\r\n")).into_bytes()
}

/// The message that hangs on another, as MIME.
pub(super) fn item_mime(attachment: &Attachment, text: &str) -> Vec<u8> {
    format!("Subject: {}\r\nMIME-Version: 1.0\r\n\r\n{text}\r\n", attachment.name).into_bytes()
}

/// The same as an entity.
pub(super) fn item(attachment: &Attachment, text: &str, outer: &Message) -> Value {
    json!({
        "@odata.type": "#microsoft.graph.message", "id": "", "subject": attachment.name,
        "receivedDateTime": instant(outer.received), "body": {"contentType": "text", "content": text},
    })
}
