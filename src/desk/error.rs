//! What a verb can have against what is asked for, beside what its tools say.

use crate::error::{Classify, Meaning, WhoseTurn};
use crate::owa::OwaError;
use crate::store::StoreError;
use crate::strongbox::StrongboxError;

/// What stops the connecting of an account.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
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
    /// Outlook on the web.
    #[error(transparent)]
    Owa(#[from] OwaError),
    /// A secret was not put away or found.
    #[error(transparent)]
    Strongbox(#[from] StrongboxError),
}

impl DeskError {
    /// Whether the mailbox is another account's already.
    pub(super) fn is_mailbox_taken(&self) -> bool {
        matches!(self, Self::Strongbox(StrongboxError::Store(StoreError::MailboxTaken)))
    }
}

impl From<StoreError> for DeskError {
    fn from(error: StoreError) -> Self {
        Self::Strongbox(error.into())
    }
}

impl Classify for DeskError {
    fn meaning(&self) -> Meaning {
        use WhoseTurn::{Operator, Owner};
        match self {
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
            Self::Owa(error) => error.meaning(),
            Self::Strongbox(error) => error.meaning(),
        }
    }
}
