//! Attempts to connect by OAuth, to who has begun them: how they stand, what is told of them, their end.

use super::Desk;
use super::error::{DeskError, Result};
use crate::error::{Classify, WhoseTurn};
use crate::model::{Actor, Attempt, AttemptFailure, AttemptId, AttemptStanding, AuditAction, AuditEntry};

words! {
    /// How somebody ends an attempt that they have begun.
    pub enum AttemptEnd {
        /// They have given it up.
        Cancelled = "connect_cancelled",
        /// They have begun another in its place.
        Replaced = "connect_replaced",
    }
}

impl AttemptEnd {
    /// What is told of it.
    fn failure(self) -> AttemptFailure {
        let (code, whose_turn) = (self.as_str().to_owned(), WhoseTurn::Owner);
        let next = match self {
            Self::Cancelled => "begin the connect again. Nothing was stored.",
            Self::Replaced => "go on in the window that was opened last. Nothing was stored.",
        };
        AttemptFailure { code, whose_turn, hint: whose_turn.sentence(next) }
    }
}

impl Desk {
    /// How an attempt to connect stands that the actor has begun, or the user for whom they speak; `None` where there is none.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn attempt(&self, actor: &Actor, id: &AttemptId) -> Result<Option<Attempt>> {
        Ok(self.store.attempt(actor, id, self.clock.now()).await?)
    }

    /// Ends those that are still open and were begun for the same user as this one before it: whoever begins anew goes
    /// on in one window. One that is being finished goes on.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn end_attempts_before(&self, actor: &Actor, owner: &str, id: &AttemptId) -> Result<()> {
        // The latest stands first: of two that are begun at once, the earlier one ends, and the later one does not.
        let all = self.store.attempts_lately(actor, self.clock.now()).await?;
        let is_open = |one: &Attempt| matches!(one.standing, AttemptStanding::Pending(_));
        for before in all.into_iter().skip_while(|one| one.id != *id).skip(1) {
            if before.owner == owner && is_open(&before) {
                let line = AuditEntry::by(self.clock.now(), actor, AuditAction::ConnectCancelled);
                self.store.cancel_attempt(actor, &before.id, &AttemptEnd::Replaced.failure(), &line).await?;
            }
        }
        Ok(())
    }

    /// Ends such an attempt that has not ended, and says how it stands then: one that is being finished goes on. `None`
    /// where there is none.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn cancel_attempt(&self, actor: &Actor, id: &AttemptId) -> Result<Option<Attempt>> {
        let line = AuditEntry::by(self.clock.now(), actor, AuditAction::ConnectCancelled);
        self.store.cancel_attempt(actor, id, &AttemptEnd::Cancelled.failure(), &line).await?;
        self.attempt(actor, id).await
    }
}

/// What is told of an attempt that connected nothing; the cause is for the log.
pub(super) fn failed(attempt: &AttemptId, error: &DeskError) -> AttemptFailure {
    let meaning = error.meaning();
    tracing::warn!(%attempt, code = meaning.code, %error, "not connected by OAuth");
    AttemptFailure { code: meaning.code.to_owned(), whose_turn: meaning.whose_turn, hint: meaning.hint() }
}
