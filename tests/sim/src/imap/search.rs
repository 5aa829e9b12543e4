//! SEARCH: plain, in ASCII (MailKit#808).

use chrono::NaiveDate;

use super::answer::Answer;
use super::command::{Arg, Command};
use super::mime;
use super::numbers::FolderNumbers;
use super::select::Selected;
use super::set::Set;
use crate::sim::Sim;
use crate::world::Message;

/// What one message is asked.
enum Key {
    Yes,
    Flag(&'static str, bool),
    Numbers(Set),
    Uids(Set),
    Since(NaiveDate),
    Before(NaiveDate),
    Subject(String),
    Header(String, String),
}

pub(super) fn search(sim: &Sim, selected: &Selected, command: &Command) -> Answer {
    let mut words: Vec<&Arg> = command.args.iter().collect();
    // What is not offered (ESEARCH, RFC 4731) is answered with nothing (MailKit#1177).
    if words.first().and_then(|word| word.text()).is_some_and(|word| word.eq_ignore_ascii_case("RETURN")) {
        return Answer::ok("SEARCH completed.").with("SEARCH");
    }
    if words.first().and_then(|word| word.text()).is_some_and(|word| word.eq_ignore_ascii_case("CHARSET")) {
        if !words
            .get(1)
            .and_then(|name| name.text())
            .is_some_and(|name| name.eq_ignore_ascii_case("US-ASCII"))
        {
            return Answer::no("[BADCHARSET (US-ASCII)] The specified charset is not supported.");
        }
        words.drain(..2);
    }
    let words: Option<Vec<&str>> = words.into_iter().map(Arg::text).collect();
    let Some(keys) = words.and_then(|words| keys(&words, selected)) else { return Answer::bad_argument() };
    let found = sim.numbered(&selected.smtp, selected.folder, |mailbox, numbers| {
        let fits = |uid: &&u32| {
            let message = numbers.by_uid.get(uid).and_then(|id| mailbox.message(id));
            message.is_some_and(|m| keys.iter().all(|key| fits(key, selected, numbers, **uid, m)))
        };
        selected.uids.iter().filter(fits).copied().collect::<Vec<u32>>()
    });
    let mut found = found.unwrap_or_default();
    let ghosts = sim.settings(&selected.smtp).imap.ghosts;
    found.extend((1..=ghosts).map(|n| selected.last_uid() + n));
    let shown =
        found.into_iter().filter_map(|uid| if command.by_uid { Some(uid) } else { selected.number(uid) });
    let line = shown.fold("SEARCH".to_owned(), |line, number| format!("{line} {number}"));
    Answer::ok("SEARCH completed.").with(line)
}

fn keys(words: &[&str], selected: &Selected) -> Option<Vec<Key>> {
    let (mut words, mut keys) = (words.iter().copied(), Vec::new());
    while let Some(word) = words.next() {
        let date = |text: Option<&str>| NaiveDate::parse_from_str(text?, "%d-%b-%Y").ok();
        keys.push(match word.to_uppercase().as_str() {
            "ALL" => Key::Yes,
            "SEEN" => Key::Flag("\\Seen", true),
            "UNSEEN" => Key::Flag("\\Seen", false),
            "FLAGGED" => Key::Flag("\\Flagged", true),
            "UNFLAGGED" => Key::Flag("\\Flagged", false),
            "DELETED" => Key::Flag("\\Deleted", true),
            "UNDELETED" => Key::Flag("\\Deleted", false),
            "UID" => Key::Uids(Set::parse(words.next()?, selected.last_uid())?),
            "SINCE" => Key::Since(date(words.next())?),
            "BEFORE" => Key::Before(date(words.next())?),
            "SUBJECT" => Key::Subject(words.next()?.to_lowercase()),
            "HEADER" => Key::Header(words.next()?.to_owned(), words.next()?.to_lowercase()),
            _ => Key::Numbers(Set::parse(word, u32::try_from(selected.uids.len()).ok()?)?),
        });
    }
    Some(keys)
}

fn fits(key: &Key, selected: &Selected, numbers: &FolderNumbers, uid: u32, message: &Message) -> bool {
    match key {
        Key::Yes => true,
        Key::Flag(flag, on) => numbers.flags(uid, message).contains(flag) == *on,
        Key::Numbers(set) => selected.number(uid).is_some_and(|number| set.has(number)),
        Key::Uids(set) => set.has(uid),
        Key::Since(day) => message.received.date_naive() >= *day,
        Key::Before(day) => message.received.date_naive() < *day,
        Key::Subject(text) => message.subject.as_ref().is_some_and(|s| s.to_lowercase().contains(text)),
        Key::Header(name, text) => mime::header(message)
            .iter()
            .any(|(own, value)| own.eq_ignore_ascii_case(name) && value.to_lowercase().contains(text)),
    }
}
