//! Attempts to connect a mailbox by OAuth, as whoever began one may ask for it.

use super::{AccountId, AttemptId};
use crate::error::WhoseTurn;
use chrono::{DateTime, Utc};
use std::fmt;

/// Who has begun to connect a mailbox: they come to its end, and nobody else does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Beginner {
    /// The user whose mailbox it shall be, by whatever speaks for them: the CRM too.
    User(String),
    /// An operator at the dashboard, by their name in the audit log, for a user.
    Operator(String),
}

impl fmt::Display for Beginner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User(user) => write!(f, "for {user}"),
            Self::Operator(name) => write!(f, "by {name}"),
        }
    }
}

/// An attempt to connect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// Its id. No secret: only whoever began it is told of it.
    pub id: AttemptId,
    /// For whom it was begun.
    pub owner: String,
    /// The account to be connected again by it.
    pub wanted: Option<AccountId>,
    /// When it began.
    pub begun_at: DateTime<Utc>,
    /// When it ended; `None` while it has not, and where it never will.
    pub ended_at: Option<DateTime<Utc>>,
    /// How it stands.
    pub standing: AttemptStanding,
}

/// How an attempt to connect stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AttemptStanding {
    /// It may still end. Where it was tried to be finished: why it could not be yet.
    Pending(Option<AttemptFailure>),
    /// This account is connected by it.
    Connected(AccountId),
    /// It connected nothing.
    Failed(AttemptFailure),
    /// Nobody finished it in time, or too many were begun after it.
    Expired,
}

/// Why an attempt connected nothing. No cause is in it: what is wrong with this program is for its operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttemptFailure {
    /// A stable word for programs.
    pub code: String,
    /// Who has to act.
    pub whose_turn: WhoseTurn,
    /// Whose turn it is and the next step, in a sentence for people.
    pub hint: String,
}
