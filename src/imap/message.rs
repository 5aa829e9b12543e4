//! MIME for the model. Pure.

use super::answers::LONGEST_MESSAGE;
use super::fetch::Fetched;
use super::{ImapFolder, ImapKey};
use crate::model::{
    Address, AttachedKind, Attachment, Body, BodyKind, Depth, Importance, Instant, ItemFault, Precision,
    Recipient, RecipientKind, Sight,
};
use chrono::{DateTime, Utc};
use mail_parser::{HeaderName, HeaderValue, Message, MessageParser, MessagePart, MimeHeaders as _, PartType};
use std::panic::catch_unwind;

/// Characters of a preview.
const PREVIEW: usize = 255;

/// The headers that a list of messages needs.
pub(super) const HEADERS: &str = "FROM SENDER TO CC BCC SUBJECT DATE MESSAGE-ID RECEIVED IMPORTANCE";

/// What a message says, as deep as its bytes are.
///
/// # Errors
/// The stand-in that Exchange gives for an item of which it cannot make MIME; what cannot be parsed.
pub(super) fn sight(
    folder: &ImapFolder,
    uid: u32,
    fetched: &Fetched,
    depth: Depth,
) -> Result<Sight, ItemFault> {
    let bytes = fetched.bytes.as_deref().unwrap_or_default();
    let read = catch_unwind(|| parsed(bytes, depth));
    // A parser's mistake costs the one message.
    let mut sight = read.unwrap_or_else(|_| Err(fault("ParserFailed", "the mail cannot be parsed")))?;
    sight.key = Some(ImapKey { folder: folder.id.clone(), validity: folder.validity, uid }.item());
    let arrived = arrival(fetched.internal_date.as_deref());
    sight.received = arrived.map(|at| Instant { at, precision: Precision::Second }).or(sight.received);
    sight.is_read = fetched.has("\\Seen");
    sight.is_draft = fetched.has("\\Draft");
    sight.size = fetched.size.map(i64::from);
    sight.lies_in = Some(folder.id.clone());
    Ok(sight)
}

pub(super) fn fault(code: &str, text: &str) -> ItemFault {
    ItemFault { code: code.to_owned(), text: text.to_owned() }
}

/// INTERNALDATE, which at Exchange is when the mail arrived.
pub(super) fn arrival(said: Option<&str>) -> Option<DateTime<Utc>> {
    let at = DateTime::parse_from_str(said?.trim(), "%d-%b-%Y %H:%M:%S %z").ok()?;
    Some(at.with_timezone(&Utc))
}

fn parsed(bytes: &[u8], depth: Depth) -> Result<Sight, ItemFault> {
    let parser = MessageParser::default();
    let message = if depth == Depth::Whole { parser.parse(bytes) } else { parser.parse_headers(bytes) };
    let message = message.ok_or_else(|| fault("NoMime", "the mail has no header"))?;
    if is_stand_in(&message) {
        return Err(fault("StandIn", "the server cannot make a message of the item"));
    }
    let mut sight = headers(&message);
    sight.depth = depth;
    if depth == Depth::Whole {
        let html = message.body_html(0).unwrap_or_default();
        let attached: Vec<_> = message
            .attachments()
            .filter(|part| !is_invitation(part))
            .map(|part| attachment(part, &html))
            .collect();
        sight.has_attachments = Some(attached.iter().any(|one| !one.is_inline));
        sight.attachments = Some(attached);
        sight.preview = message.body_text(0).as_deref().map(preview);
        sight.body = Some(Body { truncated: bytes.len() as u64 >= LONGEST_MESSAGE, ..body(&message) });
    }
    Ok(sight)
}

/// A part that is no body of the message. A message within it has its subject for a name.
fn attachment(part: &MessagePart<'_>, html: &str) -> Attachment {
    let (kind, subject) = if let PartType::Message(inner) = &part.body {
        (AttachedKind::Item, inner.subject())
    } else {
        (AttachedKind::File, None)
    };
    let media_type = |said: &mail_parser::ContentType<'_>| match said.subtype() {
        Some(subtype) => format!("{}/{subtype}", said.ctype()),
        None => said.ctype().to_owned(),
    };
    Attachment {
        name: part.attachment_name().or(subject).map(str::to_owned),
        content_type: part.content_type().map(media_type),
        size: i64::try_from(part.len()).ok(),
        content_id: part.content_id().map(str::to_owned),
        is_inline: is_shown(part, html),
        ..Attachment::of(kind)
    }
}

/// What the body shows does not count, as in Graph's `hasAttachments`. Gmail gives every file a Content-ID
/// (Sicos1977/MSGReader#290), so one alone does not tell.
fn is_shown(part: &MessagePart<'_>, html: &str) -> bool {
    let is_named = |id: &str| html.contains(&format!("cid:{id}"));
    part.content_id().is_some_and(|id| has_way(part, "inline") || is_named(id))
}

/// What says the body in another way is no attachment.
fn is_invitation(part: &MessagePart<'_>) -> bool {
    part.is_content_type("text", "calendar") && !has_way(part, "attachment")
}

fn has_way(part: &MessagePart<'_>, way: &str) -> bool {
    part.content_disposition().is_some_and(|said| said.ctype().eq_ignore_ascii_case(way))
}

/// The first words, with a space between two.
fn preview(text: &str) -> String {
    text.split_whitespace().flat_map(|word| [" ", word]).flat_map(str::chars).skip(1).take(PREVIEW).collect()
}

/// "Retrieval using the IMAP4 protocol failed for the following message" (OfflineIMAP/offlineimap#62).
fn is_stand_in(message: &Message<'_>) -> bool {
    let subject = message.subject().unwrap_or_default();
    let from = message.header_raw(HeaderName::From).unwrap_or_default();
    subject.starts_with("Retrieval using the IMAP4 protocol failed")
        && from.contains("Microsoft Exchange Server")
}

fn headers(message: &Message<'_>) -> Sight {
    let people = |name| message.header(name).and_then(HeaderValue::as_address);
    let recipients = [
        (RecipientKind::To, people(HeaderName::To)),
        (RecipientKind::Cc, people(HeaderName::Cc)),
        (RecipientKind::Bcc, people(HeaderName::Bcc)),
    ];
    let recipients = recipients.into_iter().flat_map(|(kind, list)| {
        let all = list.into_iter().flat_map(mail_parser::Address::iter);
        all.map(move |person| Recipient { kind, address: address(person) })
    });
    Sight {
        seen_by: "imap".into(),
        internet_message_id: message_id(message),
        subject: Some(message.subject().unwrap_or_default().to_owned()),
        from: people(HeaderName::From).and_then(|list| list.first()).map(address),
        sender: people(HeaderName::Sender).and_then(|list| list.first()).map(address),
        recipients: Some(recipients.collect()),
        recipients_truncated: Some(false),
        received: without_internal_date(message),
        sent_at: message.date().and_then(instant),
        importance: Some(importance(message)),
        ..Sight::default()
    }
}

fn address(person: &mail_parser::Addr<'_>) -> Address {
    Address { name: person.name().map(str::to_owned), address: person.address().map(str::to_owned) }
}

/// The first of them, unfolded, with the brackets that the model's ids have.
fn message_id(message: &Message<'_>) -> Option<String> {
    let id = |value: &HeaderValue<'_>| {
        let first = value.as_text_list().and_then(|list| list.first()).map(AsRef::as_ref);
        first.or_else(|| value.as_text()).map(str::to_owned)
    };
    let first = message.header_values(HeaderName::MessageId).find_map(id)?;
    let bare: String = first.split_whitespace().collect();
    (!bare.is_empty()).then(|| format!("<{}>", bare.trim_matches(['<', '>'])))
}

/// Where INTERNALDATE is missing: when the last server got it, else the day on which it says to be sent. That it is known
/// less exactly marks it as such.
fn without_internal_date(message: &Message<'_>) -> Option<Instant> {
    let received = message.received().and_then(mail_parser::Received::date);
    let received = received.as_ref().and_then(instant).map(|at| Instant { at, precision: Precision::Minute });
    received.or_else(|| message.date().and_then(instant).map(|at| Instant { at, precision: Precision::Day }))
}

fn instant(date: &mail_parser::DateTime) -> Option<DateTime<Utc>> {
    date.is_valid().then(|| DateTime::from_timestamp(date.to_timestamp(), 0)).flatten()
}

fn importance(message: &Message<'_>) -> Importance {
    let said = message.header(HeaderName::Importance).and_then(HeaderValue::as_text);
    match said.map(str::trim) {
        Some(said) if said.eq_ignore_ascii_case("high") => Importance::High,
        Some(said) if said.eq_ignore_ascii_case("low") => Importance::Low,
        _ => Importance::Normal,
    }
}

/// The HTML, where there is one, else the text. A mail with neither has an empty text.
fn body(message: &Message<'_>) -> Body {
    let of = |kind, content: &str| Body { kind, content: content.to_owned(), truncated: false };
    let is_html = message.html_part(0).is_some_and(MessagePart::is_text_html);
    match message.body_html(0).filter(|_| is_html) {
        Some(html) => of(BodyKind::Html, &html),
        None => of(BodyKind::Text, &message.body_text(0).unwrap_or_default()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(mime: &[u8], internal_date: Option<&str>, depth: Depth) -> Result<Sight, ItemFault> {
        let fetched = Fetched {
            flags: Some(["\\Seen".to_owned()].into()),
            internal_date: internal_date.map(str::to_owned),
            size: Some(4_096),
            bytes: Some(mime.to_vec()),
        };
        let inbox = ImapFolder { id: "INBOX".to_owned(), validity: 14, next: None, total: 1 };
        sight(&inbox, 7, &fetched, depth)
    }

    fn whole(mime: &str) -> Sight {
        read(mime.replace('\n', "\r\n").as_bytes(), Some("20-Nov-2026 12:00:00 +0100"), Depth::Whole).unwrap()
    }

    #[test]
    fn a_message_says_all_that_the_model_has_a_place_for() {
        let sight = whole(
            "From: =?utf-8?B?WsO2ZQ==?= <zoe@sim.example>\nTo: \"Pike, Marlow\" <m@sim.example>, Nobody:;\nCc: c@sim.example\n\
             Subject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=\nDate: Fri, 20 Nov 2026 11:59:58 +0100\nMessage-ID: <a@sim.example>\n\
             Importance: high\nContent-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain\n\nHello  you\n\
             --b\nContent-Type: text/html\n\n<p>Hello you</p>\n--b--\n",
        );
        assert_eq!(sight.key.unwrap().id, "14.7@INBOX");
        assert_eq!(sight.subject.as_deref(), Some("Grüße"));
        assert_eq!(sight.from.unwrap().name.as_deref(), Some("Zöe"));
        let recipients = sight.recipients.unwrap();
        let shown: Vec<_> = recipients.iter().map(|r| (r.kind, r.address.address.as_deref())).collect();
        assert_eq!(
            shown,
            [(RecipientKind::To, Some("m@sim.example")), (RecipientKind::Cc, Some("c@sim.example"))]
        );
        let at = "2026-11-20T11:00:00Z".parse().unwrap();
        assert_eq!(sight.received, Some(Instant { at, precision: Precision::Second }));
        assert_eq!(sight.sent_at, Some("2026-11-20T10:59:58Z".parse().unwrap()));
        assert_eq!(
            (sight.importance, sight.is_read, sight.size),
            (Some(Importance::High), Some(true), Some(4_096))
        );
        let body = sight.body.unwrap();
        assert_eq!(
            (body.kind, body.content.trim(), sight.preview.as_deref()),
            (BodyKind::Html, "<p>Hello you</p>", Some("Hello you"))
        );
    }

    #[test]
    fn what_the_body_shows_is_no_attachment_and_a_file_of_gmail_is_one() {
        let has = |html: &str, part: &str| {
            let mime = format!(
                "Subject: x\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/html\n\n{html}\n\
                 --b\n{part}\n\nabc\n--b--\n"
            );
            whole(&mime).has_attachments.unwrap()
        };
        let file = "Content-Type: image/png; name=a.png\nContent-Disposition: attachment; filename=a.png\nContent-ID: <f_a>";
        assert!(has("<p>Hello</p>", file));
        assert!(!has("<img src=\"cid:f_a\">", file));
        assert!(!has("<p>Hello</p>", &file.replace("attachment", "inline")));
        let calendar = "Content-Type: text/calendar; method=REQUEST";
        assert!(!has("<p>Hello</p>", calendar));
        assert!(has("<p>Hello</p>", &format!("{calendar}\nContent-Disposition: attachment; filename=a.ics")));
        assert!(has("<p>Hello</p>", "Content-Type: message/rfc822\n\nSubject: y"));
    }

    #[test]
    fn what_hangs_on_a_mail_is_told_also_where_the_body_alone_shows_it() {
        let mime = "Subject: x\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/html\n\n<img src=\"cid:kite\">\n\
            --b\nContent-Type: image/png\nContent-Disposition: inline; filename*=utf-8''dr%C3%A4chen.png\nContent-ID: <kite>\n\n1234\n\
            --b\nContent-Type: message/rfc822\n\nSubject: Inner\n\nHi\n\
            --b\nContent-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR\n--b--\n";
        let sight = whole(mime);
        let attached = sight.attachments.unwrap();
        let shown: Vec<_> =
            attached.iter().map(|one| (one.kind.as_str(), one.name.as_deref(), one.is_inline)).collect();
        assert_eq!(shown, [("file", Some("drächen.png"), true), ("item", Some("Inner"), false)]);
        assert_eq!(
            (attached[0].content_type.as_deref(), attached[0].content_id.as_deref()),
            (Some("image/png"), Some("kite"))
        );
        assert_eq!((attached[0].size, sight.has_attachments), (Some(4), Some(true)));
    }

    #[test]
    fn a_preview_has_the_first_words() {
        assert_eq!(preview("  Hello\r\n you "), "Hello you");
        assert_eq!(preview(&"é ".repeat(1 << 20)).chars().count(), PREVIEW);
    }

    #[test]
    fn eight_bit_headers_no_date_two_ids_and_a_folded_one_are_read() {
        let mime = b"From: Zo\xeb <zoe@sim.example>\r\nSubject: Gr\xc3\xbc\xc3\x9fe\r\nMessage-ID:\r\n <a@sim.example>\r\nMessage-ID: <b@sim.example>\r\n\r\nHi\r\n";
        let sight = read(mime, Some(" 1-Nov-2026 12:00:00 +0000"), Depth::Whole).unwrap();
        assert_eq!(sight.internet_message_id.as_deref(), Some("<a@sim.example>"));
        assert_eq!(sight.subject.as_deref(), Some("Grüße"));
        assert_eq!(sight.from.unwrap().address.as_deref(), Some("zoe@sim.example"));
        assert_eq!(
            (sight.sent_at, sight.received.unwrap().at),
            (None, "2026-11-01T12:00:00Z".parse().unwrap())
        );
        assert_eq!(sight.body.unwrap().content.trim(), "Hi");
    }

    #[test]
    fn an_arrival_that_the_server_does_not_say_is_known_less_exactly_and_is_never_now() {
        let received = "Received: from a by b; Fri, 20 Nov 2026 12:00:05 +0000\r\nDate: Thu, 19 Nov 2026 08:00:00 +0000\r\n\r\n";
        let arrived = |mime: &str| read(mime.as_bytes(), None, Depth::Listed).unwrap().received;
        let instant = |at: &str, precision| Some(Instant { at: at.parse().unwrap(), precision });
        assert_eq!(arrived(received), instant("2026-11-20T12:00:05Z", Precision::Minute));
        assert_eq!(
            arrived("Date: Thu, 19 Nov 2026 08:00:00 +0000\r\n\r\n"),
            instant("2026-11-19T08:00:00Z", Precision::Day)
        );
        assert_eq!(arrived("Subject: x\r\n\r\n"), None);
    }

    #[test]
    fn the_stand_in_of_an_item_is_not_the_item() {
        let mime = b"From: Microsoft Exchange Server 2010\r\nSubject: Retrieval using the IMAP4 protocol failed for the following message: 7\r\n\r\nx";
        assert_eq!(read(mime, None, Depth::Whole).unwrap_err().code, "StandIn");
    }
}
