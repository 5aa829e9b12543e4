//! The mail of one person that somebody asked for: it is read in every folder of the mailbox, whichever are read
//! by themselves, and however old it is.

use super::{AccountId, ContactId, CorrespondenceId, Folder, Sight, Sweep};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Whose mail somebody asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Correspondent {
    /// That of a contact, by each of the addresses that it had then.
    Contact(ContactId),
    /// That of an address, in lower case.
    Address(String),
}

/// By what somebody's messages are known; both in lower case.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Names {
    /// Their addresses.
    pub addresses: BTreeSet<String>,
    /// What they are called beside one of these addresses.
    pub names: BTreeSet<String>,
}

/// The mail of one person, as far as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correspondence {
    /// Ours.
    pub id: CorrespondenceId,
    /// In whose mailbox.
    pub account_id: AccountId,
    /// Whose.
    pub whose: Correspondent,
    /// By what it is known.
    pub names: Names,
    /// When somebody asked for it.
    pub asked_at: DateTime<Utc>,
    /// When a turn first read of it.
    pub began_at: Option<DateTime<Utc>>,
    /// When all folders had been gone through, or given up.
    pub ended_at: Option<DateTime<Utc>>,
    /// How far each folder was gone through; none before a turn has begun.
    pub folders: Vec<FolderCorrespondence>,
}

/// How far a folder was gone through for the mail of one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FolderCorrespondence {
    /// Which folder.
    pub folder: Folder,
    /// Where its list is read on; `None` before it was begun, and at its end.
    pub place: Option<Sweep>,
    /// When the oldest message came down to which its list was gone through.
    pub back_to: Option<DateTime<Utc>>,
    /// Messages of theirs.
    pub found: u64,
    /// Those of them that were not stored before.
    pub stored: u64,
    /// Items of theirs that could not be read; they are not among those found.
    pub unreadable: u64,
    /// Turns in a row that did not get on in it.
    pub tries: u32,
    /// A word for what kept the last turn from getting on, or ended it early.
    pub stopped: Option<String>,
    /// When it was gone through, or given up.
    pub ended_at: Option<DateTime<Utc>>,
}

impl FolderCorrespondence {
    /// One of which nothing was read yet.
    #[must_use]
    pub const fn new(folder: Folder) -> Self {
        Self {
            folder,
            place: None,
            back_to: None,
            found: 0,
            stored: 0,
            unreadable: 0,
            tries: 0,
            stopped: None,
            ended_at: None,
        }
    }
}

words! {
    /// What became of an item that may be somebody's.
    pub enum CorrespondenceItem {
        /// It is theirs, and was stored already.
        Known = "known",
        /// It is theirs, and was stored now.
        Stored = "stored",
        /// It is theirs, and could not be read.
        Unreadable = "unreadable",
        /// It is somebody else's, or could not be read and nothing else says that it is theirs.
        Other = "other",
    }
}

/// A page of a folder's list with the people that it shows, the newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowPage {
    /// Its rows, each of which names an item.
    pub rows: Vec<Sight>,
    /// How many items the server says that the whole list has.
    pub total: Option<i64>,
    /// Whether the server says that the list ends here.
    pub is_last: bool,
}
