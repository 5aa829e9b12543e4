//! Who is whom: contacts made here, and those that are items of the mailbox.

use crate::model::{ContactId, ContactMatchId};
use chrono::{DateTime, Utc};
use std::collections::BTreeSet;

words! {
    /// By what two contacts are taken for one; the strongest first.
    #[derive(PartialOrd, Ord)]
    pub enum Proof {
        /// They are linked.
        Link = "link",
        /// The one in Outlook carries the id of the one here, as copies do.
        Carried = "carried",
        /// An e-mail address.
        Email = "email",
        /// A phone number.
        Phone = "phone",
        /// A name.
        Name = "name",
    }
}

words! {
    /// What a person says of two contacts.
    pub enum MatchAnswer {
        /// They are one: the one made here is the item of the other from now on.
        Same = "same",
        /// They are two: the one made here goes out as an item of its own.
        Different = "different",
    }
}

/// Two contacts that may be one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactMatch {
    /// Its own id.
    pub id: ContactMatchId,
    /// The one that was made here. It does not go out before somebody has said who it is.
    pub here: ContactId,
    /// The item: one that the mailbox brought, or that was made here before.
    pub there: ContactId,
    /// What they have in common.
    pub by: BTreeSet<Proof>,
    /// When it was found.
    pub found_at: DateTime<Utc>,
}
