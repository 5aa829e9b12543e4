//! What can go wrong in a cycle or a connect beside what its tools say.

use crate::error::{Classify, Meaning, WhoseTurn};
use crate::model::Folder;
use crate::owa::OwaError;
use crate::store::StoreError;
use crate::strongbox::StrongboxError;
use std::time::Duration;

/// What stops the reading or the connecting of an account.
#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    /// An account took longer than it may.
    #[error("the account was not read within {} s", .0.as_secs())]
    TooLong(Duration),
    /// Connected but not signed in.
    #[error("no browser session is stored for this account")]
    NoSession,
    /// Another person has signed in than the one whose account it is.
    #[error("somebody else signed in at Microsoft than the person of {0}")]
    AnotherPerson(String),
    /// Somebody else's mailbox.
    #[error("{0} is connected for another owner")]
    NotTheOwner(String),
    /// The password was refused once.
    #[error("this password was refused before and is not tried again")]
    RefusedBefore,
    /// The password was tried and nobody saw what came of it.
    #[error("this password was tried before and the answer never came; it is not tried again")]
    OutcomeUnknown,
    /// A folder of which we hold messages is suddenly empty.
    #[error("the list of {} came empty, and we hold {held} of its messages", .folder.as_str())]
    Emptied {
        /// Which folder.
        folder: Folder,
        /// How many messages are held.
        held: u64,
    },
    /// Outlook on the web.
    #[error(transparent)]
    Owa(#[from] OwaError),
    /// A secret was not put away or found.
    #[error(transparent)]
    Strongbox(#[from] StrongboxError),
}

impl SyncError {
    /// Whether the mailbox is another account's already.
    pub(super) fn is_mailbox_taken(&self) -> bool {
        matches!(self, Self::Strongbox(StrongboxError::Store(StoreError::MailboxTaken)))
    }
}

impl From<StoreError> for SyncError {
    fn from(error: StoreError) -> Self {
        Self::Strongbox(error.into())
    }
}

impl Classify for SyncError {
    fn meaning(&self) -> Meaning {
        use WhoseTurn::{Nobody, Operator, Owner};
        match self {
            Self::TooLong(_) => Meaning::retry(
                "account_limit",
                Nobody,
                "what was read is kept and the next cycle goes on from there. If it happens every time, raise \
                 sync.account_limit.",
            ),
            Self::NoSession => Meaning::needs_login(
                "no_session",
                Owner,
                "connect the mailbox again with `outlook-syncd account connect`.",
            ),
            Self::AnotherPerson(_) => Meaning::blocked(
                "another_person",
                Owner,
                "sign in as that person, in a private window if the browser remembers another. Or disconnect the \
                 account first; nothing of the sign-in was kept.",
            ),
            Self::NotTheOwner(_) => Meaning::blocked(
                "not_the_owner",
                Operator,
                "name the owner who connected it, or disconnect it first.",
            ),
            Self::RefusedBefore => Meaning::needs_login(
                "password_refused_before",
                Owner,
                "give the right password. Trying a wrong one again would lock the account.",
            ),
            Self::OutcomeUnknown => Meaning::needs_login(
                "password_outcome_unknown",
                Owner,
                "sign in to Outlook in a browser to see that the password is right. Then disconnect the account here \
                 and connect it again.",
            ),
            Self::Emptied { .. } => Meaning::drift(
                "folder_emptied",
                Operator,
                "look at the mailbox in a browser. Nothing was deleted here; the next cycle that finds mail in the \
                 folder goes on by itself.",
            ),
            Self::Owa(error) => error.meaning(),
            Self::Strongbox(error) => error.meaning(),
        }
    }
}
