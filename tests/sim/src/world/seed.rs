//! From a seed to a mailbox: one message of each kind that breaks naive readers, the rest in conversations.

use chrono::{DateTime, DurationRound as _, TimeDelta, Utc};
use rand::RngExt as _;

use super::folder::{ARCHIVE, INBOX, JUNK, PROJECTS, SENT};
use super::{Mailbox, Message, kinds, text};

/// How far back the world goes.
const DAYS: i64 = 60;

pub(super) fn fill(mailbox: &mut Mailbox, messages: usize, now: DateTime<Utc>) {
    let now = now.duration_trunc(TimeDelta::seconds(1)).expect("a whole second");
    for make in kinds::ALL {
        let at = some_time(mailbox, now);
        let made = make(mailbox, at);
        if mailbox.messages.len() + made.len() <= messages {
            mailbox.messages.extend(made);
        }
    }
    while mailbox.messages.len() < messages {
        let left = messages - mailbox.messages.len();
        let thread = thread(mailbox, now);
        mailbox.messages.extend(thread.into_iter().take(left));
    }
}

/// An instant of the last 60 days; recent ones are likelier, as in a real inbox.
fn some_time(mailbox: &mut Mailbox, now: DateTime<Utc>) -> DateTime<Utc> {
    let far = mailbox.rng.random_range(60..DAYS * 86400);
    let near = mailbox.rng.random_range(60..=far);
    now - TimeDelta::seconds(near)
}

/// A conversation of one to six messages: others write to the inbox (or where a rule puts them), the owner
/// answers.
fn thread(mailbox: &mut Mailbox, now: DateTime<Utc>) -> Vec<Message> {
    let start = some_time(mailbox, now);
    let mut thread = vec![opening(mailbox, start)];
    let length = if mailbox.rng.random_ratio(3, 5) { 1 } else { mailbox.rng.random_range(2..=6) };
    while thread.len() < length {
        let last = &thread[thread.len() - 1];
        let at = last.received + TimeDelta::seconds(mailbox.rng.random_range(90..60_000));
        if at >= now {
            break;
        }
        let answer = answer(mailbox, last, at);
        thread.push(answer);
    }
    thread
}

fn opening(mailbox: &mut Mailbox, at: DateTime<Utc>) -> Message {
    let folder = *text::pick(
        &mut mailbox.rng,
        &[INBOX, INBOX, INBOX, INBOX, INBOX, SENT, SENT, PROJECTS, ARCHIVE, JUNK],
    );
    let mut message = mailbox.blank(folder, at);
    if folder == SENT {
        send(mailbox, &mut message);
    } else {
        message.read = mailbox.rng.random_ratio(2, 3);
    }
    message
}

/// Turns a message into one that the owner sent to its former sender.
pub(super) fn send(mailbox: &mut Mailbox, message: &mut Message) {
    message.folder = SENT;
    message.read = true;
    let owner = mailbox.owner();
    message.to = message.from.replace(owner).into_iter().collect();
    message.hides_from = mailbox.rng.random_ratio(1, 4);
}

/// An answer to `last`, in the same conversation: by the owner when somebody else wrote last, else by
/// somebody.
pub(super) fn answer(mailbox: &mut Mailbox, last: &Message, at: DateTime<Utc>) -> Message {
    let folder = if last.folder == SENT { INBOX } else { SENT };
    let mut message = mailbox.blank(folder, at);
    let reply = mailbox.account.locale.reply;
    message.conversation.clone_from(&last.conversation);
    message.topic.clone_from(&last.topic);
    message.subject = last.topic.as_ref().map(|topic| format!("{reply}{topic}"));
    message.parent_internet_id.clone_from(&last.internet_id);
    message.quoted = Some(last.text.clone());
    if folder == SENT {
        message.from.clone_from(&last.from);
        send(mailbox, &mut message);
    } else if let [to, ..] = last.to.as_slice() {
        message.from = Some(to.clone());
    }
    message
}
