//! Contacts on their way out: what is changed here, and what is written to a mailbox.

use super::{Card, CardMember, CardPatch, Conflict, ContactForms, ContactPhoto};
use crate::model::{ContactId, ContactWriteId, CycleId, ItemFault};
use chrono::{DateTime, Utc};
use std::collections::BTreeSet;

/// What is written on a contact here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactEdit {
    /// Of the stored contact, or a fresh one.
    pub id: ContactId,
    /// The id that another program gives it; `None` leaves the one that it has.
    pub external_id: Option<String>,
    /// What is written on it from now on.
    pub card: Card,
    /// The forms of its addresses and numbers.
    pub forms: ContactForms,
}

words! {
    /// What is done to an item of a mailbox, or by it to its contact.
    pub enum ContactWriteKind {
        /// It is made.
        Create = "create",
        /// Members of it are written.
        Update = "update",
        /// It is deleted.
        Delete = "delete",
        /// What both sides had changed is one value again: nothing is written to the mailbox by that.
        Resolve = "resolve",
        /// Its photo is set.
        SetPhoto = "photo_set",
        /// Its photo is taken away.
        RemovePhoto = "photo_removed",
        /// The photo here, which both sides had changed, gave way to the item's: nothing is written to the mailbox by
        /// that.
        YieldPhoto = "photo_gave_way",
    }
}

impl ContactWriteKind {
    /// Whether a photo is there by it that was set here.
    #[must_use]
    pub const fn sets_photo(self) -> bool {
        matches!(self, Self::SetPhoto)
    }

    /// Whether it is about the photo alone.
    #[must_use]
    pub const fn is_of_photo(self) -> bool {
        matches!(self, Self::SetPhoto | Self::RemovePhoto | Self::YieldPhoto)
    }
}

/// What is asked of a mailbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ContactRequest {
    /// To make an item that carries the contact's id.
    Create {
        /// The contact's id here.
        contact: ContactId,
        /// What is written on it.
        patch: CardPatch,
    },
    /// To write members of an item.
    Update {
        /// The item's id on the server.
        remote_id: String,
        /// The version of it that is meant, if it is known.
        version: Option<String>,
        /// What is written.
        patch: CardPatch,
    },
    /// To delete an item.
    Delete {
        /// The item's id on the server.
        remote_id: String,
        /// The version of it that is meant, if it is known.
        version: Option<String>,
    },
    /// To set the photo of an item.
    SetPhoto {
        /// The item's id on the server.
        remote_id: String,
        /// The photo.
        photo: ContactPhoto,
    },
    /// To take the photo of an item away.
    RemovePhoto {
        /// The item's id on the server.
        remote_id: String,
    },
}

impl ContactRequest {
    /// What is done by it.
    #[must_use]
    pub const fn kind(&self) -> ContactWriteKind {
        match self {
            Self::Create { .. } => ContactWriteKind::Create,
            Self::Update { .. } => ContactWriteKind::Update,
            Self::Delete { .. } => ContactWriteKind::Delete,
            Self::SetPhoto { .. } => ContactWriteKind::SetPhoto,
            Self::RemovePhoto { .. } => ContactWriteKind::RemovePhoto,
        }
    }

    /// The item's id on the server; `None` of one that is to be made.
    #[must_use]
    pub fn remote_id(&self) -> Option<&str> {
        match self {
            Self::Create { .. } => None,
            Self::Update { remote_id, .. }
            | Self::Delete { remote_id, .. }
            | Self::SetPhoto { remote_id, .. }
            | Self::RemovePhoto { remote_id } => Some(remote_id),
        }
    }

    /// What is written on its card; `None` where the item is deleted, or its photo is meant.
    #[must_use]
    pub const fn patch(&self) -> Option<&CardPatch> {
        match self {
            Self::Create { patch, .. } | Self::Update { patch, .. } => Some(patch),
            Self::Delete { .. } | Self::SetPhoto { .. } | Self::RemovePhoto { .. } => None,
        }
    }
}

/// A write to a mailbox, as the journal has it from before it is sent; or what made one of values
/// that both sides had changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactWrite {
    /// Its own id.
    pub id: ContactWriteId,
    /// The cycle that sent it; of what a person has resolved, an id of that alone.
    pub cycle: CycleId,
    /// The contact that it was for.
    pub contact: ContactId,
    /// What was done.
    pub kind: ContactWriteKind,
    /// The revision of the contact that was sent, or written over; of a photo, which change of it.
    pub revision: i64,
    /// The item's id on the server; `None` of one that is to be made, until it is.
    pub remote_id: Option<String>,
    /// The server's card before, `None` of one that was made; of what was resolved, the card as it would be
    /// by what gave way, `None` where it would have been deleted by that.
    pub before: Option<Card>,
    /// Our card, `None` of one that was deleted; of what was resolved, the card as it is by what holds, `None`
    /// where it is deleted by that.
    pub sent: Option<Card>,
    /// The members of it that were written.
    pub members: BTreeSet<CardMember>,
    /// What both sides had changed, each differently, with whose value holds by this write.
    pub conflicts: Vec<Conflict>,
    /// When it was begun.
    pub begun_at: DateTime<Utc>,
    /// When it ended, and why where it failed; `None` while it is not known what came of it.
    pub ended: Option<(DateTime<Utc>, Result<(), ItemFault>)>,
}

/// A change of a contact that another program has handed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandedChange {
    /// In whose order the changes of a contact are taken.
    pub number: i64,
    /// The contact's id here.
    pub contact: Option<ContactId>,
    /// The program's own id of the contact. One of both is there.
    pub external_id: Option<String>,
    /// JSON: what is written on it, for `Card::overlaid`; `None` where the contact is removed.
    pub card: Option<String>,
    /// The revision that was changed; `None` overwrites any.
    pub based_on: Option<i64>,
    /// The role that has signed in to hand it in; SQLite knows none.
    pub handed_in_by: Option<String>,
}
