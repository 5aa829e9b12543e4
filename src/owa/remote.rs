//! How Exchange names folders: the standard ones by a word that every mailbox knows, all of them by an id.

use crate::model::{Folder, Role};

/// The words of the folders that have a role.
const STANDARD: [(&str, Role); 7] = [
    ("inbox", Role::Inbox),
    ("sentitems", Role::Sent),
    ("drafts", Role::Drafts),
    ("archive", Role::Archive),
    ("junkemail", Role::Junk),
    ("deleteditems", Role::Deleted),
    ("outbox", Role::Outbox),
];

/// A folder of a mailbox as Exchange names it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum RemoteFolder {
    /// By its word.
    Standard(&'static str),
    /// By its id: one that has no word.
    Own(String),
}

/// Where startup data and Outlook's page begin.
pub(super) const INBOX: RemoteFolder = RemoteFolder::Standard("inbox");

impl RemoteFolder {
    /// `None` where the folder has neither a role nor an id.
    pub(super) fn of(folder: &Folder) -> Option<Self> {
        let word =
            STANDARD.iter().find(|(_, role)| *role == folder.role).map(|(word, _)| Self::Standard(word));
        word.or_else(|| folder.remote_id.clone().map(Self::Own))
    }

    /// The standard folder of a word; `None` where that is no such word.
    pub(super) fn standard(word: &str) -> Option<Self> {
        STANDARD.iter().find(|(standard, _)| *standard == word).map(|(standard, _)| Self::Standard(standard))
    }

    /// Its word or id.
    pub(super) fn id(&self) -> &str {
        match self {
            Self::Standard(word) => word,
            Self::Own(id) => id,
        }
    }
}

/// The role of the folder that Exchange calls by this word; those of other words have none.
pub(super) fn role(word: Option<&str>) -> Role {
    let known = STANDARD.iter().find(|(standard, _)| word == Some(standard));
    known.map_or(Role::Other, |(_, role)| *role)
}
