//! What FETCH says of messages, joined by UID: members come in any order, in several lines, with lines in between that
//! nobody asked for (coddingtonbear/django-mailbox#232).

use imap_proto::{AttributeValue, Response};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// All that was said of a message.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Fetched {
    pub(super) flags: Option<BTreeSet<String>>,
    pub(super) internal_date: Option<String>,
    pub(super) size: Option<u32>,
    /// Header lines, or all of the message.
    pub(super) bytes: Option<Vec<u8>>,
}

impl Fetched {
    /// Whether a flag is set; `None` where no flags were said.
    pub(super) fn has(&self, flag: &str) -> Option<bool> {
        let flags = self.flags.as_ref()?;
        Some(flags.iter().any(|own| own.eq_ignore_ascii_case(flag)))
    }

    fn take(&mut self, value: AttributeValue<'_>) {
        if let AttributeValue::Flags(flags) = value {
            self.flags = Some(flags.iter().map(ToString::to_string).collect());
        } else if let AttributeValue::InternalDate(date) = value {
            self.internal_date = Some(date.into_owned());
        } else if let AttributeValue::Rfc822Size(size) = value {
            self.size = Some(size);
        } else if let AttributeValue::BodySection { data: Some(data), .. } = value {
            self.bytes = Some(data.into_owned());
        }
    }

    fn join(&mut self, other: Self) {
        let Self { flags, internal_date, size, bytes } = other;
        self.flags = flags.or(self.flags.take());
        self.internal_date = internal_date.or(self.internal_date.take());
        self.size = size.or(self.size);
        self.bytes = bytes.or(self.bytes.take());
    }
}

/// Messages by UID, as far as they were asked for. What is said later counts.
#[derive(Debug, Default)]
pub(super) struct ByUid {
    messages: BTreeMap<u32, Fetched>,
    /// What lines without a UID have said, until another line of the message says it.
    by_number: HashMap<u32, Fetched>,
    uids: HashMap<u32, u32>,
}

impl ByUid {
    /// Takes an answer, if it is about messages.
    pub(super) fn take(&mut self, response: Response<'_>) {
        if let Response::Fetch(number, values) = response {
            self.take_fetched(number, values);
        } else if let Response::Expunge(_) = response {
            // From here on the numbers are other messages'.
            self.by_number.clear();
            self.uids.clear();
        }
    }

    fn take_fetched(&mut self, number: u32, values: Vec<AttributeValue<'_>>) {
        let (mut fetched, mut uid) = (Fetched::default(), None);
        for value in values {
            if let AttributeValue::Uid(said) = value {
                uid = Some(said);
            } else {
                fetched.take(value);
            }
        }
        let Some(uid) = uid.or_else(|| self.uids.get(&number).copied()) else {
            return self.by_number.entry(number).or_default().join(fetched);
        };
        self.uids.insert(number, uid);
        let message = self.messages.entry(uid).or_default();
        message.join(self.by_number.remove(&number).unwrap_or_default());
        message.join(fetched);
    }

    /// What was said of the messages that are wanted: whatever else came is left out, such as the last message of all,
    /// which `9:*` names even if it is the eighth (RFC 3501, 6.4.8).
    pub(super) fn wanted(mut self, is_wanted: impl Fn(u32) -> bool) -> BTreeMap<u32, Fetched> {
        self.messages.retain(|uid, _| is_wanted(*uid));
        self.messages
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn merged(lines: &[&str]) -> BTreeMap<u32, Fetched> {
        let mut by_uid = ByUid::default();
        for line in lines {
            by_uid.take(Response::parse(format!("* {line}\r\n").as_bytes()).unwrap().1);
        }
        by_uid.wanted(|uid| uid > 4)
    }

    #[test]
    fn members_in_any_order_and_in_several_lines_are_one_message() {
        let at_once = merged(&["2 FETCH (UID 7 FLAGS (\\Seen) RFC822.SIZE 9 BODY[] {3}\r\nabc)"]);
        let lines = [
            "2 FETCH (BODY[] {3}\r\nabc UID 7)",
            "2 FETCH (RFC822.SIZE 9 UID 7)",
            "2 FETCH (FLAGS (\\Seen))",
        ];
        assert_eq!(merged(&lines), at_once);
        assert_eq!(
            (at_once[&7].has("\\seen"), at_once[&7].bytes.as_deref()),
            (Some(true), Some(b"abc".as_slice()))
        );
    }

    #[test]
    fn flags_of_a_message_that_is_known_are_as_old_as_their_line() {
        let read = merged(&["2 FETCH (UID 7)", "2 FETCH (FLAGS ())", "2 FETCH (UID 7 FLAGS (\\Seen))"]);
        assert_eq!(read[&7].has("\\Seen"), Some(true));
        let read = merged(&["2 FETCH (FLAGS ())", "2 FETCH (UID 7 FLAGS (\\Seen))"]);
        assert_eq!(read[&7].has("\\Seen"), Some(true), "what came first is older");
        let read = merged(&["2 FETCH (UID 7 FLAGS ())", "2 FETCH (FLAGS (\\Seen))"]);
        assert_eq!(read[&7].has("\\Seen"), Some(true));
    }

    #[test]
    fn a_message_that_goes_meanwhile_leaves_its_number_to_another() {
        let read = merged(&["2 FETCH (UID 7 FLAGS ())", "2 EXPUNGE", "2 FETCH (FLAGS (\\Seen))"]);
        assert_eq!(read[&7].has("\\Seen"), Some(false));
        let read = merged(&["2 FETCH (FLAGS (\\Seen))", "1 EXPUNGE", "2 FETCH (UID 8)"]);
        assert_eq!(read[&8].has("\\Seen"), None);
    }

    #[test]
    fn what_was_not_asked_for_is_no_message() {
        let read =
            merged(&["1 FETCH (UID 4 FLAGS ())", "2 FETCH (FLAGS (\\Seen))", "3 EXISTS", "3 FETCH (UID 9)"]);
        assert_eq!(read.keys().collect::<Vec<_>>(), [&9]);
        assert_eq!(read[&9].has("\\Seen"), None, "no flags were said");
    }
}
