//! `POST /me/sendMail`, in JSON or in MIME. <https://learn.microsoft.com/graph/api/user-sendmail>
//!
//! 202 says that it was accepted, no more. Bcc stands in the MIME and is delivered to (SMTP2Graph#30), and nobody sees it.

use axum::http::header;
use axum::response::Response;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use mail_parser::{Address, MessageParser, MimeHeaders as _};
use serde_json::Value;

use super::door::Job;
use super::{GraphError, Quirk};
use crate::world::{Letter, SentCopy};

/// Requests are no longer (O365/python-o365#308).
const MOST: usize = 4 << 20;

type People = Vec<(String, String)>;

pub(super) fn mail(job: &Job) -> Result<Response, GraphError> {
    let smtp = job.sender()?;
    if job.asked.body.len() > MOST {
        return Err(GraphError::new(413, "RequestEntityTooLarge", "The request is too large."));
    }
    let kind = job.asked.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let is_mime = kind.is_some_and(|kind| kind.starts_with("text/plain"));
    let (letter, from, is_kept) = if is_mime { of_mime(job)? } else { of_json(job)? };
    if from.is_some_and(|from| !from.eq_ignore_ascii_case(&smtp)) {
        // microsoft-graph-docs-contrib#7446
        let text = "The user account which was used to submit this request does not have the right to send mail on behalf of the specified sending account., Cannot submit message.";
        return Err(GraphError::new(403, "ErrorSendAsDenied", text));
    }
    refuse_nobody(&letter)?;
    let now = job.sim.now();
    let has = |quirk| job.settings().has(quirk);
    let copy = SentCopy {
        is_renamed: has(Quirk::RenamesSent),
        is_late: has(Quirk::SentCopiesLate),
        is_missing: !is_kept || has(Quirk::NoSentCopies),
    };
    let letter = Letter { from: smtp, at: now, ..letter };
    job.sim.send_letter(letter, copy).map_err(|error| GraphError::bad_request(&error.to_string()))?;
    Ok(job.accepted())
}

/// SMTP2Graph#30.
fn refuse_nobody(letter: &Letter) -> Result<(), GraphError> {
    let invalid = |text: &str| {
        GraphError::new(
            400,
            "ErrorInvalidRecipients",
            &format!("At least one recipient is not valid., {text}"),
        )
    };
    if letter.addresses().next().is_none() {
        return Err(invalid("A message can't be sent because it contains no recipients."));
    }
    match letter.addresses().find(|address| !address.contains('@')) {
        Some(address) => Err(invalid(&format!("Recipient '{address}' is not resolved."))),
        None => Ok(()),
    }
}

fn of_mime(job: &Job) -> Result<(Letter, Option<String>, bool), GraphError> {
    let text = "Invalid base64 string for MIME content.";
    let invalid = || GraphError::new(400, "ErrorMimeContentInvalidBase64String", text);
    let bytes = STANDARD.decode(job.asked.body.as_ref()).map_err(|_| invalid())?;
    let read = MessageParser::default().parse(&bytes).ok_or_else(invalid)?;
    let from = read.from().and_then(|from| from.first()).and_then(|from| from.address());
    let id = |text: &str| format!("<{text}>");
    let letter = Letter {
        internet_message_id: read.message_id().map(id),
        to: people(read.to()),
        cc: people(read.cc()),
        bcc: people(read.bcc()),
        subject: read.subject().unwrap_or_default().to_owned(),
        text: read.body_text(0).unwrap_or_default().replace("\r\n", "\n"),
        in_reply_to: read.in_reply_to().as_text().map(id),
        files: read
            .attachments()
            .map(|file| (file.attachment_name().unwrap_or_default().to_owned(), size(file.len())))
            .collect(),
        mime: Some(String::from_utf8_lossy(&bytes).into_owned()),
        ..Letter::default()
    };
    let from = from.map(str::to_owned);
    Ok((letter, from, true))
}

fn size(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX)
}

fn people(header: Option<&Address<'_>>) -> People {
    let all = header.into_iter().flat_map(Address::iter);
    let named = |text: Option<&str>| text.unwrap_or_default().to_owned();
    all.map(|one| (named(one.name().or(one.address())), named(one.address()))).collect()
}

fn of_json(job: &Job) -> Result<(Letter, Option<String>, bool), GraphError> {
    let sent: Value = serde_json::from_slice(&job.asked.body).map_err(|_| GraphError::unreadable())?;
    let message =
        sent.get("message").filter(|message| message.is_object()).ok_or_else(GraphError::unreadable)?;
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let person = |one: &Value| {
        let address = text(&one["emailAddress"]["address"]);
        let name = text(&one["emailAddress"]["name"]);
        (if name.is_empty() { address.clone() } else { name }, address)
    };
    let people =
        |name: &str| -> People { message[name].as_array().into_iter().flatten().map(person).collect() };
    let letter = Letter {
        internet_message_id: message["internetMessageId"].as_str().map(str::to_owned),
        to: people("toRecipients"),
        cc: people("ccRecipients"),
        bcc: people("bccRecipients"),
        subject: text(&message["subject"]),
        text: text(&message["body"]["content"]),
        ..Letter::default()
    };
    let from = message["from"]["emailAddress"]["address"].as_str().map(str::to_owned);
    Ok((letter, from, sent["saveToSentItems"].as_bool().unwrap_or(true)))
}
