//! Any classified error as one value: what ends in the account's state.

use crate::error::{Classify, Disposition, Meaning, WhoseTurn, with_causes};
use crate::model::LastError;
use chrono::{DateTime, Utc};

/// What went wrong, in the words of whoever saw it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What it means.
    pub meaning: Meaning,
    /// What happened. Holds no content of mail and no secret.
    pub message: String,
}

impl<E: Classify> From<E> for Failure {
    fn from(error: E) -> Self {
        Self { meaning: error.meaning(), message: with_causes(&error) }
    }
}

impl Failure {
    /// The same at first sight, where it is believed at the second: nobody has to act, and it is tried again.
    pub(super) fn at_first_sight(self) -> Self {
        let next = "it is looked at again before anybody is asked to act.";
        let disposition = Disposition::Retry;
        let meaning =
            Meaning { disposition, whose_turn: WhoseTurn::Nobody, next: next.into(), ..self.meaning };
        Self { meaning, ..self }
    }

    /// The failure as it is kept.
    #[must_use]
    pub fn at(&self, at: DateTime<Utc>) -> LastError {
        LastError {
            disposition: self.meaning.disposition,
            code: self.meaning.code.to_owned(),
            message: self.message.clone(),
            whose_turn: self.meaning.whose_turn,
            hint: self.meaning.hint(),
            at,
        }
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({})", self.message, self.meaning.code)
    }
}
