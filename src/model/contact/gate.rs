//! What may go out to a mailbox.

use super::ContactWriteKind;
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

words! {
    /// Which way contacts are brought into step.
    pub enum Direction {
        /// Both ways.
        Both = "both",
        /// From the mailbox only.
        In = "in",
        /// To the mailbox only.
        Out = "out",
        /// Not at all.
        Off = "off",
    }
}

impl Direction {
    /// Whether the mailbox's contacts are read.
    #[must_use]
    pub const fn reads(self) -> bool {
        matches!(self, Self::Both | Self::In)
    }

    /// Whether they are written.
    #[must_use]
    pub const fn writes(self) -> bool {
        matches!(self, Self::Both | Self::Out)
    }
}

words! {
    /// Why a person is to look at a plan before it is carried out.
    pub enum AskReason {
        /// It is the first one of the account.
        FirstPlan = "first_plan",
        /// It overwrites or deletes more than one turn may.
        Brake = "brake",
    }
}

/// How many writes a plan has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct WriteCounts {
    /// Items that are made, and photos that are set where there is none.
    pub creates: u64,
    /// Items of which members are written, or whose photos are replaced or taken away.
    pub overwrites: u64,
    /// Items that are deleted.
    pub deletes: u64,
}

impl WriteCounts {
    /// All of them.
    #[must_use]
    pub const fn all(self) -> u64 {
        self.creates + self.overwrites + self.deletes
    }

    /// Adds those that were counted elsewhere.
    pub const fn add_all(&mut self, more: Self) {
        self.creates += more.creates;
        self.overwrites += more.overwrites;
        self.deletes += more.deletes;
    }

    /// Counts a photo that is to be set or taken away, where the item has one, or none.
    pub const fn add_photo(&mut self, has_one: bool) {
        if has_one {
            self.overwrites += 1;
        } else {
            self.creates += 1;
        }
    }

    /// Counts one that is planned.
    pub const fn add(&mut self, kind: ContactWriteKind) {
        match kind {
            ContactWriteKind::Create => self.creates += 1,
            ContactWriteKind::Update => self.overwrites += 1,
            ContactWriteKind::Delete => self.deletes += 1,
            // Of photos it counts whether there is one before. Nothing is written by what was resolved.
            ContactWriteKind::SetPhoto
            | ContactWriteKind::RemovePhoto
            | ContactWriteKind::YieldPhoto
            | ContactWriteKind::Resolve => {}
        }
    }
}

/// A plan that a person is to look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct AskedPlan {
    /// Since when.
    pub since: DateTime<Utc>,
    /// Why.
    pub why: AskReason,
    /// What it has.
    #[serde(flatten)]
    pub counts: WriteCounts,
}

/// Contacts that a mailbox lacks, and that are too many to be called gone unasked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct AskedMissing {
    /// Since when somebody is asked.
    pub since: DateTime<Utc>,
    /// How many are missing.
    pub missing: u64,
    /// How many are held, with these.
    pub held: u64,
}

words! {
    /// What a person says of contacts that a mailbox lacks.
    pub enum MissingAnswer {
        /// They were removed there: they are gone here too.
        Gone = "gone",
        /// They stay here alone. One that is changed here is made anew there.
        Kept = "kept",
    }
}

/// What may go out to an account's mailbox, and what of it may be called gone.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ContactGate {
    /// The account's own direction; `None` where the installation's holds.
    pub direction: Option<Direction>,
    /// Whether its first plan was looked at, or had nothing in it.
    pub is_past_first: bool,
    /// What is changed here up to this instant may go out, however much it is.
    pub approved_until: Option<DateTime<Utc>>,
    /// The plan that waits for a person; `None` while none does.
    pub asked: Option<AskedPlan>,
    /// Up to when what was changed here is counted in it; set with it.
    pub counted_until: Option<DateTime<Utc>>,
    /// When the last of the contacts was missed that the mailbox lacks now.
    pub last_missed: Option<DateTime<Utc>>,
    /// The contacts that the mailbox lacks and that wait for a person; `None` while none do.
    pub missing: Option<AskedMissing>,
    /// What a person has said of those that were missed up to an instant.
    pub said_of_missing: Option<(DateTime<Utc>, MissingAnswer)>,
}

impl ContactGate {
    /// When an approval ends that has not ended yet.
    #[must_use]
    pub fn approval(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.approved_until.filter(|until| *until > now)
    }
}
