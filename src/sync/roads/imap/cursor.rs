//! What a folder was when it was last told: which numbers lay in it, and which of them were unread. Pure.
//!
//! `14 61 1:40,42:60 3,57`; a round from the beginning that is not over says below which number it goes on: `14 61 42:60 57 42`.

use crate::imap::{MessageFlags, UidSet};
use std::fmt::{self, Display, Formatter};

/// The cursor of a folder that begins with all that is there.
pub(super) const BEGINNING: &str = "beginning";

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ImapCursor {
    /// UIDVALIDITY.
    pub(super) validity: u32,
    /// All below was told.
    pub(super) next: u32,
    /// What lay there.
    pub(super) known: UidSet,
    pub(super) unread: UidSet,
    /// Of a round from the beginning that is not over: it goes on below.
    pub(super) left: Option<u32>,
}

impl ImapCursor {
    /// `None` of a beginning, and of what cannot be read.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut words = text.split(' ');
        let mut word = || words.next();
        let (validity, next) = (word()?.parse().ok()?, word()?.parse().ok()?);
        let (known, unread) = (word()?.parse().ok()?, word()?.parse().ok()?);
        let left = match word() {
            Some(left) => Some(left.parse().ok()?),
            None => None,
        };
        Some(Self { validity, next, known, unread, left })
    }

    /// A round from the beginning, of a folder in which the next message will have that number.
    pub(super) fn beginning(validity: u32, next: u32) -> Self {
        let (known, unread) = (UidSet::default(), UidSet::default());
        Self { validity, next, known, unread, left: Some(next) }
    }

    /// Takes in what is said of a message; whether it says anything new.
    pub(super) fn take(&mut self, said: &MessageFlags) -> bool {
        let is_new = self.known.0.insert(said.uid);
        // Where no flags are said, they are as they were.
        let is_other = match said.is_read {
            Some(false) => self.unread.0.insert(said.uid),
            Some(true) => self.unread.0.remove(&said.uid),
            None => false,
        };
        is_new || is_other
    }

    /// Forgets a message that is not there any more.
    pub(super) fn remove(&mut self, uid: u32) {
        self.known.0.remove(&uid);
        self.unread.0.remove(&uid);
    }
}

impl Display for ImapCursor {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self { validity, next, known, unread, left } = self;
        write!(f, "{validity} {next} {known} {unread}")?;
        left.map_or(Ok(()), |left| write!(f, " {left}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_what_its_text_says() {
        for text in ["14 61 1:40,42:60 3,57", "14 61 42:60 57 42", "1 1 - -"] {
            assert_eq!(ImapCursor::parse(text).unwrap().to_string(), text);
        }
        for text in
            [BEGINNING, "", "14", "14 61 1:40", "14 61 1:40 x", "14 61 1:40 - x", "immutable https://x"]
        {
            assert_eq!(ImapCursor::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_message_says_something_new_where_it_is_or_where_it_was_read() {
        let mut cursor = ImapCursor::parse("14 9 1:5 2").unwrap();
        let mut says =
            |uid, is_read| cursor.take(&MessageFlags { uid, is_read, is_deleted: None, received: None });
        assert!(!says(1, Some(true)) && !says(2, Some(false)) && !says(2, None));
        assert!(says(1, Some(false)) && says(2, Some(true)) && says(7, Some(true)));
        cursor.remove(1);
        assert_eq!(cursor.to_string(), "14 9 2:5,7 -");
    }
}
