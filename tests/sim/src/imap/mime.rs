//! A message of the world as MIME (RFC 5322, RFC 2045), made anew at each reading, as Exchange does.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use chrono::{DateTime, Utc};

use crate::world::{Attachment, Importance, Message, Person};

/// The message, whole.
pub(super) fn of(message: &Message) -> Vec<u8> {
    let lines: Vec<String> =
        header(message).iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    format!("{}{}", lines.concat(), content(message)).into_bytes()
}

/// What Exchange gives, where it must give something, in place of an item that it cannot make MIME of
/// (OfflineIMAP/offlineimap#62).
pub(super) fn stand_in(message: &Message) -> Vec<u8> {
    format!(
        "From: Microsoft Exchange Server 2010\r\nTo: {}\r\nSubject: Retrieval using the IMAP4 protocol failed for the following message: {}\r\nDate: {}\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=\"us-ascii\"\r\n\r\nThe server couldn't retrieve the following message:\r\n",
        people(&message.to), message.key, date(message.received)
    )
    .into_bytes()
}

/// Names and values of the header, without what tells of the content.
pub(super) fn header(message: &Message) -> Vec<(&'static str, String)> {
    let mut header = vec![(
        "Received",
        format!(
            "from mail.papermoon-sim.example by SIM.prod.outlook.com with HTTPS;\r\n {}",
            date(message.received)
        ),
    )];
    let mut add = |name, value: Option<String>| header.extend(value.map(|value| (name, value)));
    let list = |people_: &[Person]| (!people_.is_empty()).then(|| people(people_));
    add("From", message.from.as_ref().map(person));
    add("To", list(&message.to));
    add("Cc", list(&message.cc));
    add("Bcc", list(&message.bcc));
    add("Subject", message.subject.as_deref().map(words));
    add("Thread-Topic", message.topic.as_deref().map(words));
    add("Date", message.sent.map(date));
    add("Message-ID", message.internet_id.clone());
    add("In-Reply-To", message.parent_internet_id.clone());
    add("References", message.parent_internet_id.clone());
    add("Importance", (message.importance == Importance::High).then(|| "high".to_owned()));
    add("MIME-Version", Some("1.0".to_owned()));
    header
}

fn date(at: DateTime<Utc>) -> String {
    at.format("%a, %d %b %Y %H:%M:%S +0000").to_string()
}

fn people(people: &[Person]) -> String {
    people.iter().map(person).collect::<Vec<_>>().join(",\r\n\t")
}

/// Who has no address can only be a group without members (RFC 5322, 3.4).
fn person(person: &Person) -> String {
    let name = phrase(&person.name);
    match (person.routing, person.address.as_str()) {
        (_, "") => format!("{name}:;"),
        ("EX", address) => format!("{name} <{}>", encapsulated(address)),
        (_, address) => format!("{name} <{address}>"),
    }
}

/// An X.500 address in an SMTP one (MS-OXCMAIL, IMCEA encapsulation).
fn encapsulated(address: &str) -> String {
    let letter = |byte: u8| match byte {
        b'/' => "_".to_owned(),
        b'-' | b'=' => char::from(byte).to_string(),
        byte if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
        byte => format!("+{byte:02X}"),
    };
    let local: String = address.bytes().map(letter).collect();
    format!("IMCEAEX-{local}@{}", crate::world::DOMAIN)
}

fn phrase(name: &str) -> String {
    if name.is_ascii() {
        format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\""))
    } else {
        words(name)
    }
}

/// Text of a header: as it is, or in encoded words of at most 75 characters (RFC 2047).
fn words(text: &str) -> String {
    if text.bytes().all(|byte| (b' '..=b'~').contains(&byte)) && !text.contains("=?") {
        return text.to_owned();
    }
    let mut chunks = vec![String::new()];
    for c in text.chars() {
        if chunks.last().is_some_and(|chunk| chunk.len() + c.len_utf8() > 45) {
            chunks.push(String::new());
        }
        chunks.last_mut().expect("there is one").push(c);
    }
    let word = |chunk: &String| format!("=?utf-8?B?{}?=", STANDARD.encode(chunk));
    chunks.iter().map(word).collect::<Vec<_>>().join("\r\n ")
}

/// The header of the content, an empty line, and the content.
fn content(message: &Message) -> String {
    let (inline, files): (Vec<_>, Vec<_>) =
        message.attachments.iter().partition(|file| file.content_id.is_some());
    let body =
        multipart("related", message, std::iter::once(bodies(message)).chain(inline.iter().map(|f| file(f))));
    let rest = files.iter().map(|f| file(f)).chain(signature(message));
    multipart("mixed", message, std::iter::once(body).chain(rest))
}

/// Text and HTML, and the meeting.
fn bodies(message: &Message) -> String {
    let history = message.quoted.as_ref().map(|text| format!("\n________________________________\n{text}"));
    let text = format!("{}{}\n", message.text, history.unwrap_or_default());
    let mut parts = vec![encoded("text/plain; charset=\"utf-8\"", &text.replace('\n', "\r\n"))];
    if !message.plain {
        let paragraphs: Vec<String> =
            text.lines().map(|line| format!("<p>{}</p>\r\n", escape(line))).collect();
        let html = format!("<html><head></head><body>\r\n{}</body></html>\r\n", paragraphs.concat());
        parts.push(encoded("text/html; charset=\"utf-8\"", &html));
    }
    if let Some(meeting) = &message.meeting {
        let at = |at: DateTime<Utc>| at.format("%Y%m%dT%H%M%SZ");
        let event = format!(
            "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nDTSTART:{}\r\nDTEND:{}\r\nLOCATION:{}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
            at(meeting.start),
            at(meeting.end),
            meeting.location
        );
        parts.push(encoded("text/calendar; charset=\"utf-8\"; method=REQUEST", &event));
    }
    multipart("alternative", message, parts.into_iter())
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// What signs a message of S/MIME.
fn signature(message: &Message) -> Option<String> {
    let signed = message.class.is_some_and(|class| class.starts_with("IPM.Note.SMIME"));
    signed.then(|| encoded("application/pkcs7-signature; name=\"smime.p7s\"", "sim"))
}

fn file(file: &Attachment) -> String {
    let id = file.content_id.as_ref().map(|id| format!("Content-ID: <{id}>\r\n")).unwrap_or_default();
    let way = if file.content_id.is_some() { "inline" } else { "attachment" };
    let bytes: Vec<u8> = file.name.bytes().cycle().take(file.size as usize).collect();
    format!(
        "Content-Type: {}; name=\"{name}\"\r\n{id}Content-Disposition: {way}; filename=\"{name}\"\r\nContent-Transfer-Encoding: base64\r\n\r\n{}",
        file.content_type,
        base64(&bytes),
        name = file.name
    )
}

fn encoded(content_type: &str, text: &str) -> String {
    format!(
        "Content-Type: {content_type}\r\nContent-Transfer-Encoding: base64\r\n\r\n{}",
        base64(text.as_bytes())
    )
}

/// Lines of 76 characters (RFC 2045, 6.8).
fn base64(bytes: &[u8]) -> String {
    bytes.chunks(57).map(|chunk| STANDARD.encode(chunk) + "\r\n").collect()
}

/// The parts in one; the part itself where it is alone.
fn multipart(kind: &str, message: &Message, parts: impl Iterator<Item = String>) -> String {
    let parts: Vec<String> = parts.collect();
    if let [only] = parts.as_slice() {
        return only.clone();
    }
    let boundary = format!("_{kind}_{:016X}_", message.key);
    let inside: Vec<String> = parts.iter().map(|part| format!("--{boundary}\r\n{part}\r\n")).collect();
    let inside = inside.concat();
    format!("Content-Type: multipart/{kind}; boundary=\"{boundary}\"\r\n\r\n{inside}--{boundary}--\r\n")
}
