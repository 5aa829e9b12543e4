//! What came of a message that was to be sent.

use super::{OutboxClaim, kind, sent_copy};
use crate::model::{AccountId, AuditEntry, LastError, OutboxId, OutboxState};
use crate::store::access::write_down;
use crate::store::accounts::held;
use crate::store::column::{Word, json, millis};
use crate::store::{Result, Store, Tx, on, tx};
use chrono::{DateTime, TimeDelta, Utc};

/// So long is told of a message that was sent or refused, and so long the key of its request stands for it.
const KEPT: TimeDelta = TimeDelta::days(30);

/// How an entry stands from now on.
#[derive(Debug, Clone)]
pub struct OutboxSettled {
    /// How.
    pub state: OutboxState,
    /// Since when it may have been taken; `None`: it surely was not.
    pub handed_at: Option<DateTime<Utc>>,
    /// When it is looked at again; `None`: never by itself.
    pub next_at: Option<DateTime<Utc>>,
    /// Why it waits, was refused or is unknown.
    pub error: Option<LastError>,
}

impl Store {
    /// Writes down what came of an entry, and gives it back. What it says is destroyed with that where it is over.
    ///
    /// # Errors
    /// `LeaseLost` where another process works at it by now, or it is given up.
    pub async fn settle_outbox(
        &self,
        claim: &OutboxClaim,
        settled: &OutboxSettled,
        line: Option<&AuditEntry>,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let of = &claim.entry.of;
        let mut open = self.begin().await?;
        let is_over = settled.state.is_over();
        let rows = tx!(&mut open, execute sqlx::query(
            "UPDATE outbox SET state = $3, handed_at = $4, next_at = $5, error = $6, ended_at = $7, held_until = NULL
             WHERE id = $1 AND epoch = $2",
        )
        .bind(of.id.as_str())
        .bind(claim.epoch)
        .bind(settled.state.as_str())
        .bind(millis(settled.handed_at))
        .bind(millis(settled.next_at))
        .bind(settled.error.as_ref().map(json).transpose()?)
        .bind(millis(is_over.then_some(now))))?;
        held(rows)?;
        if is_over {
            destroy(&mut open, &of.account, &of.id).await?;
        }
        if let Some(line) = line {
            write_down(&mut open, line).await?;
        }
        open.commit().await
    }

    /// Those of which nobody knew whether they were sent, and whose copy was read in the mailbox since: they were. Each with
    /// whose it is and who had it sent.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn outbox_found(&self) -> Result<Vec<OutboxId>> {
        const TEXT: &str = concat!(
            "SELECT o.id FROM outbox o WHERE o.state IN ('sending', 'unknown') AND o.handed_at IS NOT NULL AND ",
            sent_copy!(),
            " IS NOT NULL"
        );
        let found: Vec<Word<OutboxId>> = on!(self, db => sqlx::query_scalar(TEXT).fetch_all(db).await)?;
        Ok(found.into_iter().map(|id| id.0).collect())
    }

    /// Whether one of which nobody knew was sent after all: writes that down, unless it is known by now. A process that
    /// works at it is shut out.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn outbox_was_sent(
        &self,
        id: &OutboxId,
        line: &AuditEntry,
        now: DateTime<Utc>,
    ) -> Result<bool> {
        let change = "state = 'sent', error = NULL, next_at = NULL, ended_at = $2";
        let of = "state IN ('sending', 'unknown')";
        self.decide(id, (change, of), line, now).await
    }

    /// Has one sent once more of which nobody knows whether it was. Whether it was such a one.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn repeat_outbox(&self, id: &OutboxId, line: &AuditEntry, now: DateTime<Utc>) -> Result<bool> {
        let change = "state = 'queued', error = NULL, next_at = $2, ended_at = NULL";
        self.decide(id, (change, "state = 'unknown'"), line, now).await
    }

    /// Gives one up that waits, or of which nobody knows whether it was sent: why stands with it. Whether it was such a one.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn drop_outbox(
        &self,
        id: &OutboxId,
        why: &LastError,
        line: &AuditEntry,
        now: DateTime<Utc>,
    ) -> Result<bool> {
        let mut open = self.begin().await?;
        let account: Option<Word<AccountId>> = tx!(&mut open, db => sqlx::query_scalar(
            "UPDATE outbox SET state = 'refused', error = $3, next_at = NULL, ended_at = $2, held_until = NULL,
                               epoch = epoch + 1
             WHERE id = $1 AND state IN ('queued', 'unknown') RETURNING account_id",
        )
        .bind(id.as_str())
        .bind(now.timestamp_millis())
        .bind(json(why)?)
        .fetch_optional(db)
        .await)?;
        let Some(Word(account)) = account else { return Ok(false) };
        destroy(&mut open, &account, id).await?;
        write_down(&mut open, line).await?;
        open.commit().await?;
        Ok(true)
    }

    async fn decide(
        &self,
        id: &OutboxId,
        (change, of): (&'static str, &'static str),
        line: &AuditEntry,
        now: DateTime<Utc>,
    ) -> Result<bool> {
        let text = format!(
            "UPDATE outbox SET {change}, held_until = NULL, epoch = epoch + 1
             WHERE id = $1 AND {of} AND $2 > 0 RETURNING account_id, state"
        );
        let mut open = self.begin().await?;
        let row: Option<(Word<AccountId>, Word<OutboxState>)> = tx!(&mut open, db => sqlx::query_as(
            sqlx::AssertSqlSafe(text.clone()),
        )
        .bind(id.as_str())
        .bind(now.timestamp_millis())
        .fetch_optional(db)
        .await)?;
        let Some((Word(account), Word(state))) = row else { return Ok(false) };
        if state.is_over() {
            destroy(&mut open, &account, id).await?;
        }
        write_down(&mut open, line).await?;
        open.commit().await?;
        Ok(true)
    }

    /// Forgets what was sent or refused long ago.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn prune_outbox(&self, now: DateTime<Utc>) -> Result<u64> {
        on!(self, execute sqlx::query("DELETE FROM outbox WHERE ended_at < $1")
            .bind((now - KEPT).timestamp_millis()))
        .map_err(Into::into)
    }
}

/// Destroys what a message says. No other record is ever of its kind: its version goes along.
async fn destroy(open: &mut Tx, account: &AccountId, id: &OutboxId) -> Result<()> {
    for text in [
        "DELETE FROM sealed_record WHERE account_id = $1 AND kind = $2",
        "DELETE FROM sealed_version WHERE account_id = $1 AND kind = $2",
    ] {
        tx!(open, execute sqlx::query(text).bind(account.as_str()).bind(kind(id)))?;
    }
    Ok(())
}

/// Destroys all that an account was to send: nobody sends anything with it any more.
pub(in crate::store) async fn destroy_outbox(open: &mut Tx, account: &AccountId) -> Result<()> {
    for text in [
        "DELETE FROM outbox WHERE account_id = $1",
        "DELETE FROM sealed_record WHERE account_id = $1 AND kind LIKE 'outbox/%'",
    ] {
        tx!(open, execute sqlx::query(text).bind(account.as_str()))?;
    }
    Ok(())
}
