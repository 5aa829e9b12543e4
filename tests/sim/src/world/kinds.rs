//! The kinds of mail that break naive readers, one maker each.

use chrono::{DateTime, TimeDelta, Utc};

use super::folder::{DELETED, DRAFTS, INBOX, SENT};
use super::{Attachment, Importance, Mailbox, Meeting, Message, Person, ids, text};

/// What is special about a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Special {
    MeetingRequest,
    MeetingCanceled,
    MeetingResponse,
    Undeliverable,
    Post,
    Smime,
    NoClass,
    Draft,
    EmptySubject,
    NoSubject,
    NoFrom,
    ExchangeAddress,
    EmptyAddress,
    DistributionList,
    ManyRecipients,
    Truncated,
    Plain,
    Fraction,
    Flagged,
    Important,
    Files,
    ExternalImage,
    Deleted,
    /// The message that it answers is not in the mailbox.
    Orphan,
    /// To oneself: the same Internet message id in Inbox and Sent Items.
    ToSelf,
    /// Two messages whose ids differ by letter case only.
    CaseTwins,
    /// Two messages received in the same second.
    SameSecond,
}

/// In the order of interest: a small mailbox has the first ones only.
pub(super) const ALL: [Special; 27] = [
    Special::ToSelf,
    Special::MeetingRequest,
    Special::NoFrom,
    Special::EmptySubject,
    Special::ExchangeAddress,
    Special::ManyRecipients,
    Special::Draft,
    Special::Undeliverable,
    Special::CaseTwins,
    Special::Truncated,
    Special::NoClass,
    Special::EmptyAddress,
    Special::Files,
    Special::Plain,
    Special::Orphan,
    Special::MeetingCanceled,
    Special::MeetingResponse,
    Special::NoSubject,
    Special::Fraction,
    Special::Flagged,
    Special::Important,
    Special::SameSecond,
    Special::DistributionList,
    Special::ExternalImage,
    Special::Post,
    Special::Smime,
    Special::Deleted,
];

/// Makes the messages of one kind; they are not added yet.
pub(super) fn make(mailbox: &mut Mailbox, kind: Special, at: DateTime<Utc>) -> Vec<Message> {
    let folder = match kind {
        Special::Draft => DRAFTS,
        Special::Deleted => DELETED,
        _ => INBOX,
    };
    let mut message = mailbox.blank(folder, at);
    if let Some(second) = pair(mailbox, kind, &mut message) {
        return vec![message, second];
    }
    classify(mailbox, kind, &mut message);
    address(mailbox, kind, &mut message);
    dress(kind, &mut message);
    vec![message]
}

/// Kinds that take two messages.
fn pair(mailbox: &mut Mailbox, kind: Special, first: &mut Message) -> Option<Message> {
    match kind {
        Special::ToSelf => {
            first.from = Some(mailbox.owner());
            let mut copy = mailbox.blank(SENT, first.received);
            (copy.id, copy.immutable) = (ids::item(mailbox.account.mailbox_guid, SENT, copy.key), copy.immutable);
            let (key, id, immutable, folder) = (copy.key, copy.id, copy.immutable, copy.folder);
            Some(Message { key, id, immutable, folder, read: true, ..first.clone() })
        }
        Special::CaseTwins => {
            let mut twin = mailbox.blank(first.folder, first.received + TimeDelta::seconds(37));
            twin.id = ids::case_twin(&first.id);
            twin.immutable = ids::case_twin(&first.immutable);
            Some(twin)
        }
        Special::SameSecond => Some(mailbox.blank(first.folder, first.received)),
        _ => None,
    }
}

/// Item classes other than a plain note, and what belongs to them.
fn classify(mailbox: &mut Mailbox, kind: Special, message: &mut Message) {
    match kind {
        Special::MeetingRequest => meet(message, "IPM.Schedule.Meeting.Request"),
        Special::MeetingCanceled => meet(message, "IPM.Schedule.Meeting.Canceled"),
        Special::MeetingResponse => meet(message, "IPM.Schedule.Meeting.Resp.Pos"),
        Special::Undeliverable => {
            let prefix = mailbox.account.locale.undeliverable;
            message.class = Some("REPORT.IPM.Note.NDR");
            message.subject = message.topic.as_ref().map(|topic| format!("{prefix}{topic}"));
            message.from = Some(Person::smtp("Microsoft Outlook", "postmaster@northwind-sim.example"));
        }
        Special::Post => message.class = Some("IPM.Post"),
        Special::Smime => message.class = Some("IPM.Note.SMIME.MultipartSigned"),
        Special::NoClass => message.class = None,
        Special::Draft => {
            message.from = Some(mailbox.owner());
            message.to = vec![text::person(&mut mailbox.rng, mailbox.account.locale)];
            (message.sent, message.internet_id) = (None, None);
        }
        Special::EmptySubject => (message.subject, message.topic) = (Some(String::new()), None),
        Special::NoSubject => (message.subject, message.topic) = (None, None),
        Special::Orphan => message.parent_internet_id = Some(mailbox.internet_id(u64::from(u32::MAX) - message.key)),
        _ => {}
    }
}

fn meet(message: &mut Message, class: &'static str) {
    let start = message.received + TimeDelta::days(3);
    message.class = Some(class);
    message.meeting = Some(Meeting { start, end: start + TimeDelta::minutes(45), location: "Room 4 1/2".to_owned() });
}

/// Addresses that are not what they seem.
fn address(mailbox: &mut Mailbox, kind: Special, message: &mut Message) {
    match kind {
        Special::NoFrom => message.from = None,
        Special::ExchangeAddress => {
            let address = "/o=ExchangeLabs/ou=Exchange Administrative Group (FYDIBOHF23SPDLT)/cn=Recipients/cn=3f1c0000aa-sim";
            let person = text::person(&mut mailbox.rng, mailbox.account.locale);
            message.from = Some(Person { address: address.to_owned(), routing: "EX", mailbox_type: "Mailbox", ..person });
        }
        Special::EmptyAddress => {
            let person = text::person(&mut mailbox.rng, mailbox.account.locale);
            let original = Some(person.name.clone());
            message.cc = vec![Person { address: String::new(), mailbox_type: "Unknown", original, ..person }];
        }
        Special::DistributionList => {
            let list = Person { routing: "MAPIPDL", mailbox_type: "PrivateDL", ..Person::smtp("Lantern makers", "") };
            message.to.push(list);
        }
        Special::ManyRecipients => {
            let guest = |n| Person::smtp(&format!("Guest {n}"), &format!("guest{n}@papermoon-sim.example"));
            message.to.extend((1..=27).map(guest));
            message.cc = (28..=31).map(guest).collect();
        }
        _ => {}
    }
}

/// Bodies, attachments, marks.
fn dress(kind: Special, message: &mut Message) {
    match kind {
        Special::Truncated => {
            message.text = vec![message.text.as_str(); 40].join("\n");
            message.body_limit = Some(4096);
        }
        Special::Plain => message.plain = true,
        Special::Fraction => {
            message.sent = message.sent.map(|sent| sent + TimeDelta::milliseconds(250));
            message.modified += TimeDelta::milliseconds(125);
        }
        Special::Flagged => message.flagged = true,
        Special::Important => message.importance = Importance::High,
        Special::ExternalImage => message.external_image = true,
        Special::Files => {
            message.attachments = vec![
                file("Lantern plan.pdf", "application/pdf", 48_213, None),
                file("kite.png", "image/png", 9_120, Some("kite@sim.example")),
            ];
        }
        _ => {}
    }
}

fn file(name: &str, content_type: &'static str, size: u32, content_id: Option<&str>) -> Attachment {
    Attachment { name: name.to_owned(), content_type, size, content_id: content_id.map(str::to_owned) }
}
