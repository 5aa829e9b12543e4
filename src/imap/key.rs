//! The id of a message: its number in a folder, for as long as the folder numbers its messages as it does. Pure.

use crate::model::{ItemKey, KeySpace};

/// A message's place. RFC 3501, 2.3.1.1: it never means another message, and a move or another UIDVALIDITY ends it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ImapKey {
    /// The folder's id.
    pub folder: String,
    /// UIDVALIDITY.
    pub validity: u32,
    /// The message's UID.
    pub uid: u32,
}

impl ImapKey {
    /// The place that a key names; `None` of a key of another road.
    #[must_use]
    pub fn of(key: &ItemKey) -> Option<Self> {
        let (numbers, folder) = key.id.split_once('@').filter(|_| key.space == KeySpace::IMAP)?;
        let (validity, uid) = numbers.split_once('.')?;
        Some(Self { folder: folder.to_owned(), validity: validity.parse().ok()?, uid: uid.parse().ok()? })
    }

    /// The key that names it.
    #[must_use]
    pub fn item(&self) -> ItemKey {
        ItemKey { space: KeySpace::IMAP, id: format!("{}.{}@{}", self.validity, self.uid, self.folder) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_says_which_place_it_names() {
        let place = ImapKey { folder: "R&AOk-sum@s/7.9@x".to_owned(), validity: 14, uid: 7 };
        assert_eq!(place.item().id, "14.7@R&AOk-sum@s/7.9@x");
        assert_eq!(ImapKey::of(&place.item()), Some(place));
        let other = ItemKey { space: KeySpace::EXCHANGE_ENTRY, id: "14.7@INBOX".to_owned() };
        assert_eq!(ImapKey::of(&other), None);
    }
}
