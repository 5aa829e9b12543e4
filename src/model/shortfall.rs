//! Why what is stored of a mailbox is less than it has, or may be.

use super::Part;
use crate::error::WhoseTurn;
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

words! {
    /// What keeps mail and contacts that are read from being complete, the gravest first.
    #[derive(PartialOrd, Ord)]
    pub enum ShortfallKind {
        /// What is read leaves something out: half of a divided inbox, what a page shows in place of what
        /// there is.
        Partial = "partial",
        /// Between stretches of a folder's time that are held, or before them, something may be missing.
        Holes = "holes",
        /// A folder's list was not gone through for too long: what a list withheld, and what was removed, is not
        /// noticed.
        Unswept = "unswept",
        /// A folder's list, gone through to its end, shows fewer items than it counts.
        Withheld = "withheld",
        /// More than a few items cannot be read.
        Unreadable = "unreadable",
        /// More than a few contacts cannot be read.
        ContactsUnreadable = "contacts_unreadable",
        /// More than a few messages are stored without their bodies, which were never had.
        Bodiless = "bodiless",
        /// The best way of its road is not understood any more, and another one is gone.
        Fallback = "fallback",
    }
}

impl ShortfallKind {
    /// The part that is not complete.
    #[must_use]
    pub fn part(self) -> Part {
        match self {
            Self::ContactsUnreadable => Part::Contacts,
            Self::Partial
            | Self::Holes
            | Self::Unswept
            | Self::Withheld
            | Self::Unreadable
            | Self::Bodiless
            | Self::Fallback => Part::Mail,
        }
    }

    /// Who has to act, and what they have to do, as it follows whose turn it is.
    #[must_use]
    pub fn step(self) -> (WhoseTurn, &'static str) {
        match self {
            Self::Partial | Self::Unswept | Self::Fallback => (
                WhoseTurn::Operator,
                "look for a newer version. The log tells what was not understood (`journalctl -u outlook-syncd -p \
                 warning`): report it.",
            ),
            Self::Holes => (WhoseTurn::Nobody, "it is read again in the next cycles."),
            Self::Withheld => (
                WhoseTurn::Nobody,
                "the list is gone through again as often as `sync.sweep` says, and what it shows then is stored.",
            ),
            Self::Bodiless => (WhoseTurn::Nobody, "they are asked for, some of them in each cycle."),
            Self::Unreadable | Self::ContactsUnreadable => (
                WhoseTurn::Nobody,
                "they are tried again, ever more rarely; `outlook-syncd account show` tells what Outlook says \
                 of each.",
            ),
        }
    }
}

/// Something that keeps what is stored of an account from being complete.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Shortfall {
    /// Of which kind; an account has one of a kind at most.
    pub kind: ShortfallKind,
    /// Since when a turn has found it, each time.
    pub since: DateTime<Utc>,
    /// What it is, for people. Holds no name that an owner gave a folder.
    pub message: String,
}

impl Shortfall {
    /// So many items may be lacking or unreadable without being told as one: mail comes and goes while it is
    /// looked at, and `account show` tells of each.
    pub const FEW: u64 = 10;

    /// Who has to act, and the sentence for people that says so and the next step.
    #[must_use]
    pub fn hint(&self) -> (WhoseTurn, String) {
        let (whose_turn, next) = self.kind.step();
        (whose_turn, whose_turn.sentence(next))
    }
}
