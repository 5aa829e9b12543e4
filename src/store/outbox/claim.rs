//! An entry of the outbox that is worked at: by one process, on one machine.

use super::kind;
use crate::model::{OutboxEntry, OutboxId, OutboxState};
use crate::store::accounts::held;
use crate::store::column::Word;
use crate::store::{Result, Store, on, tx};
use chrono::{DateTime, TimeDelta, Utc};

/// An entry that this process works at. Who lost it writes nothing more about it: its epoch is another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxClaim {
    /// How it stood when it was taken.
    pub entry: OutboxEntry,
    pub(super) epoch: i64,
}

impl OutboxClaim {
    /// The kind of the sealed record of what it says.
    #[must_use]
    pub fn kind(&self) -> String {
        Self::kind_of(&self.entry.of.id)
    }

    /// The same of an entry that is put in.
    #[must_use]
    pub fn kind_of(id: &OutboxId) -> String {
        kind(id)
    }
}

impl Store {
    /// Takes the entry that has been due for longest and that nobody works at, and holds it for so long. `None`: there is
    /// none, or another was faster.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn claim_outbox(&self, now: DateTime<Utc>, lease: TimeDelta) -> Result<Option<OutboxClaim>> {
        // The outer condition repeats the inner one: see `take_lease`.
        let taken: Option<(Word<OutboxId>, i64)> = on!(self, db => sqlx::query_as(
            "UPDATE outbox SET epoch = epoch + 1, tries = tries + 1, held_until = $2
             WHERE id = (SELECT id FROM outbox WHERE next_at <= $1 AND (held_until IS NULL OR held_until <= $1)
                         ORDER BY next_at, id LIMIT 1)
             AND next_at <= $1 AND (held_until IS NULL OR held_until <= $1)
             RETURNING id, epoch",
        )
        .bind(now.timestamp_millis())
        .bind((now + lease).timestamp_millis())
        .fetch_optional(db)
        .await)?;
        let Some((Word(id), epoch)) = taken else { return Ok(None) };
        let entry = self.outbox_entry(&id).await?;
        Ok(entry.map(|entry| OutboxClaim { entry, epoch }))
    }

    /// Writes down that it is handed over now: from here on it may have been taken, until the contrary is known.
    ///
    /// # Errors
    /// `LeaseLost` where another process works at it by now, or it is given up.
    pub async fn begin_sending(&self, claim: &OutboxClaim, now: DateTime<Utc>) -> Result<()> {
        let mut open = self.begin().await?;
        let rows = tx!(&mut open, execute sqlx::query(
            "UPDATE outbox SET state = $3, handed_at = $4 WHERE id = $1 AND epoch = $2 AND state = $5 AND held_until > $4",
        )
        .bind(claim.entry.of.id.as_str())
        .bind(claim.epoch)
        .bind(OutboxState::Sending.as_str())
        .bind(now.timestamp_millis())
        .bind(OutboxState::Queued.as_str()))?;
        held(rows)?;
        open.commit().await
    }

    /// When the next entry is due; `None` where none is.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn next_outbox(&self) -> Result<Option<DateTime<Utc>>> {
        let next: Option<i64> = on!(self, db => sqlx::query_scalar(
            "SELECT MIN(next_at) FROM outbox WHERE next_at IS NOT NULL",
        )
        .fetch_one(db)
        .await)?;
        Ok(next.and_then(DateTime::from_timestamp_millis))
    }
}
