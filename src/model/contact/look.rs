//! What a road to contacts answers: folders, and what happened in one since it was last looked at.

use super::Card;
use crate::model::ContactId;
use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

/// What a list of a mailbox's contact folders says of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactFolderSight {
    /// Its id on the server.
    pub remote_id: String,
    /// The folder that it lies in; `None` of the default one.
    pub parent: Option<String>,
    /// What the mailbox calls it.
    pub name: Option<String>,
}

/// All that one look at a contact says: what it leaves out is empty there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactSight {
    /// Its id on the server. Case-sensitive.
    pub remote_id: String,
    /// The folder that it lies in, by its id on the server.
    pub folder: String,
    /// The version of the item. Another one does not mean that the card differs.
    pub change_key: Option<String>,
    /// When the server last wrote it.
    pub modified_at: Option<DateTime<Utc>>,
    /// Our own id that it carries, if it was asked for. People copy contacts, and copies keep it.
    pub carries: Option<ContactId>,
    /// What is written on it.
    pub card: Card,
    /// Members that are not of the card, as they came: those that come unasked.
    pub others: Map<String, Value>,
}

/// What a change says of one contact of a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ContactLook {
    /// It is here.
    Whole(Box<ContactSight>),
    /// It is here; the change does not say all of it, so it has to be asked for by its id on the server.
    Partial(String),
    /// It is here no longer: moved, deleted, or said by mistake.
    Removed(String),
}

/// Where reading a folder's changes goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PageEnd {
    /// There is more of this round.
    More(String),
    /// The round is over; the next one begins here.
    Round(String),
    /// The round is over, and what happens after it is not told: the next one begins at the beginning.
    Listed,
}

/// What a folder says when it is asked for its changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ContactChanges {
    /// A page of them.
    Page(ContactPage),
    /// Where reading got to is not known any more: all is to be read anew.
    Lost,
    /// There is no such folder.
    NoFolder,
    /// The page is too big for the server, or for the way to it.
    TooBig,
}

/// How much a page of changes is to bring, from much to little.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum PageSize {
    /// As much as can be had.
    #[default]
    Full,
    /// A quarter of it.
    Small,
    /// A few contacts.
    Least,
    /// As much as can be had of ids alone: each contact is asked for by its own.
    Ids,
}

impl PageSize {
    /// The next smaller one.
    #[must_use]
    pub const fn smaller(self) -> Option<Self> {
        match self {
            Self::Full => Some(Self::Small),
            Self::Small => Some(Self::Least),
            Self::Least => Some(Self::Ids),
            Self::Ids => None,
        }
    }
}

/// What a folder says when it is asked for the list of its contacts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ContactList {
    /// A page of it.
    Page(ContactListPage),
    /// Where the list goes on is not known any more.
    Lost,
    /// There is no such folder.
    NoFolder,
}

/// A page of the list of a folder's contacts, in any order: ids and versions alone.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ContactListPage {
    /// The ids on the server, each with its version where it was told.
    pub items: Vec<(String, Option<String>)>,
    /// How many the server counts in the folder, where it says so.
    pub total: Option<i64>,
    /// Where the list goes on; `None` at its end.
    pub next: Option<String>,
}

/// A page of a folder's changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactPage {
    /// In no order; one contact may stand there several times, the last counts.
    pub looks: Vec<ContactLook>,
    /// Members of the page that are no contact that can be read: their ids where they have one, and why.
    pub faults: Vec<(String, String)>,
    /// Where reading goes on.
    pub end: PageEnd,
}
