//! The kinds of mail that break naive readers, one maker each.

use chrono::{DateTime, TimeDelta, Utc};

use super::folder::{DELETED, DRAFTS, INBOX, SENT};
use super::{Attachment, AttachmentKind, Importance, Mailbox, Meeting, Message, Person, ids, text};

/// Makes the messages of one kind, received at that instant; they are not added yet.
pub(super) type Maker = fn(&mut Mailbox, DateTime<Utc>) -> Vec<Message>;

/// In the order of interest: a small mailbox has the first ones only.
pub(super) const ALL: [Maker; 27] = [
    to_self,
    meeting_request,
    no_from,
    empty_subject,
    exchange_address,
    many_recipients,
    draft,
    undeliverable,
    case_twins,
    truncated,
    no_class,
    empty_address,
    files,
    plain,
    orphan,
    meeting_canceled,
    meeting_response,
    no_subject,
    fraction,
    flagged,
    important,
    same_second,
    distribution_list,
    external_image,
    post,
    smime,
    deleted,
];

/// A message in the inbox with one change.
fn odd(mailbox: &mut Mailbox, at: DateTime<Utc>, change: impl FnOnce(&mut Message)) -> Vec<Message> {
    let mut message = mailbox.blank(INBOX, at);
    change(&mut message);
    vec![message]
}

fn somebody(mailbox: &mut Mailbox) -> Person {
    text::person(&mut mailbox.rng, mailbox.account.locale)
}

/// To oneself: the same Internet message id in Inbox and Sent Items.
fn to_self(mailbox: &mut Mailbox, at: DateTime<Utc>) -> Vec<Message> {
    let mut inbox = mailbox.blank(INBOX, at);
    inbox.from = Some(mailbox.owner());
    let Message { key, folder, id, immutable, .. } = mailbox.blank(SENT, at);
    let sent = Message { key, folder, id, immutable, read: true, ..inbox.clone() };
    vec![inbox, sent]
}

/// Two messages whose ids differ by letter case only.
fn case_twins(mailbox: &mut Mailbox, at: DateTime<Utc>) -> Vec<Message> {
    let first = mailbox.blank(INBOX, at);
    let mut twin = mailbox.blank(INBOX, at - TimeDelta::seconds(37));
    twin.id = ids::case_twin(&first.id);
    twin.immutable = ids::case_twin(&first.immutable);
    vec![first, twin]
}

fn same_second(mailbox: &mut Mailbox, at: DateTime<Utc>) -> Vec<Message> {
    vec![mailbox.blank(INBOX, at), mailbox.blank(INBOX, at)]
}

fn meeting_request(mailbox: &mut Mailbox, at: DateTime<Utc>) -> Vec<Message> {
    odd(mailbox, at, |message| meet(message, "IPM.Schedule.Meeting.Request"))
}

fn meeting_canceled(mailbox: &mut Mailbox, at: DateTime<Utc>) -> Vec<Message> {
    odd(mailbox, at, |message| meet(message, "IPM.Schedule.Meeting.Canceled"))
}

fn meeting_response(mailbox: &mut Mailbox, at: DateTime<Utc>) -> Vec<Message> {
    odd(mailbox, at, |message| meet(message, "IPM.Schedule.Meeting.Resp.Pos"))
}

fn meet(message: &mut Message, class: &'static str) {
    let start = message.received + TimeDelta::days(3);
    message.class = Some(class);
    message.meeting =
        Some(Meeting { start, end: start + TimeDelta::minutes(45), location: "Room 4 1/2".to_owned() });
}

fn undeliverable(mailbox: &mut Mailbox, at: DateTime<Utc>) -> Vec<Message> {
    let prefix = mailbox.account.locale.undeliverable;
    odd(mailbox, at, |message| {
        message.class = Some("REPORT.IPM.Note.NDR");
        message.subject = message.topic.as_ref().map(|topic| format!("{prefix}{topic}"));
        message.from = Some(Person::smtp("Microsoft Outlook", "postmaster@northwind-sim.example"));
    })
}

fn post(mailbox: &mut Mailbox, at: DateTime<Utc>) -> Vec<Message> {
    odd(mailbox, at, |message| message.class = Some("IPM.Post"))
}

fn smime(mailbox: &mut Mailbox, at: DateTime<Utc>) -> Vec<Message> {
    odd(mailbox, at, |message| message.class = Some("IPM.Note.SMIME.MultipartSigned"))
}

fn no_class(mailbox: &mut Mailbox, at: DateTime<Utc>) -> Vec<Message> {
    odd(mailbox, at, |message| message.class = None)
}

fn draft(mailbox: &mut Mailbox, at: DateTime<Utc>) -> Vec<Message> {
    let mut message = mailbox.blank(DRAFTS, at);
    message.from = Some(mailbox.owner());
    message.to = vec![somebody(mailbox)];
    (message.sent, message.internet_id) = (None, None);
    vec![message]
}

fn deleted(mailbox: &mut Mailbox, at: DateTime<Utc>) -> Vec<Message> {
    vec![mailbox.blank(DELETED, at)]
}

fn empty_subject(mailbox: &mut Mailbox, at: DateTime<Utc>) -> Vec<Message> {
    odd(mailbox, at, |message| (message.subject, message.topic) = (Some(String::new()), None))
}

fn no_subject(mailbox: &mut Mailbox, at: DateTime<Utc>) -> Vec<Message> {
    odd(mailbox, at, |message| (message.subject, message.topic) = (None, None))
}

/// The message that it answers is not in the mailbox.
fn orphan(mailbox: &mut Mailbox, at: DateTime<Utc>) -> Vec<Message> {
    let parent = mailbox.internet_id(u64::from(u32::MAX));
    odd(mailbox, at, |message| message.parent_internet_id = Some(parent))
}

fn no_from(mailbox: &mut Mailbox, at: DateTime<Utc>) -> Vec<Message> {
    odd(mailbox, at, |message| message.from = None)
}

/// An X.500 address.
fn exchange_address(mailbox: &mut Mailbox, at: DateTime<Utc>) -> Vec<Message> {
    let address =
        "/o=ExchangeLabs/ou=Exchange Administrative Group (FYDIBOHF23SPDLT)/cn=Recipients/cn=3f1c0000aa-sim";
    let from =
        Person { address: address.to_owned(), routing: "EX", mailbox_type: "Mailbox", ..somebody(mailbox) };
    odd(mailbox, at, |message| message.from = Some(from))
}

/// A copy to somebody of whom only the name is known.
fn empty_address(mailbox: &mut Mailbox, at: DateTime<Utc>) -> Vec<Message> {
    let person = somebody(mailbox);
    let original = Some(person.name.clone());
    let nameless = Person { address: String::new(), mailbox_type: "Unknown", original, ..person };
    odd(mailbox, at, |message| message.cc = vec![nameless])
}

fn distribution_list(mailbox: &mut Mailbox, at: DateTime<Utc>) -> Vec<Message> {
    let list = Person { routing: "MAPIPDL", mailbox_type: "PrivateDL", ..Person::smtp("Lantern makers", "") };
    odd(mailbox, at, |message| message.to.push(list))
}

/// More than a request may have back.
fn many_recipients(mailbox: &mut Mailbox, at: DateTime<Utc>) -> Vec<Message> {
    let guest = |n| Person::smtp(&format!("Guest {n}"), &format!("guest{n}@papermoon-sim.example"));
    odd(mailbox, at, |message| {
        message.to.extend((1..=27).map(guest));
        message.cc = (28..=31).map(guest).collect();
    })
}

/// Longer than the server gives out.
fn truncated(mailbox: &mut Mailbox, at: DateTime<Utc>) -> Vec<Message> {
    odd(mailbox, at, |message| {
        let times = 9000 / message.text.len() + 1;
        message.text = vec![message.text.as_str(); times].join("\n");
        message.body_limit = Some(4096);
    })
}

fn plain(mailbox: &mut Mailbox, at: DateTime<Utc>) -> Vec<Message> {
    odd(mailbox, at, |message| message.plain = true)
}

/// Dates with milliseconds.
fn fraction(mailbox: &mut Mailbox, at: DateTime<Utc>) -> Vec<Message> {
    odd(mailbox, at, |message| {
        message.sent = message.sent.map(|sent| sent + TimeDelta::milliseconds(250));
        message.modified += TimeDelta::milliseconds(125);
    })
}

fn flagged(mailbox: &mut Mailbox, at: DateTime<Utc>) -> Vec<Message> {
    odd(mailbox, at, |message| message.flagged = true)
}

fn important(mailbox: &mut Mailbox, at: DateTime<Utc>) -> Vec<Message> {
    odd(mailbox, at, |message| message.importance = Importance::High)
}

fn external_image(mailbox: &mut Mailbox, at: DateTime<Utc>) -> Vec<Message> {
    odd(mailbox, at, |message| message.external_image = true)
}

fn files(mailbox: &mut Mailbox, at: DateTime<Utc>) -> Vec<Message> {
    let file = |name: &str, content_type, size, content_id: Option<&str>| Attachment {
        name: name.to_owned(),
        content_type,
        size,
        content_id: content_id.map(str::to_owned),
        kind: AttachmentKind::File,
    };
    odd(mailbox, at, |message| {
        message.attachments = vec![
            file("Lantern plan.pdf", "application/pdf", 48_213, None),
            file("kite.png", "image/png", 9_120, Some("kite@sim.example")),
        ];
    })
}
