//! When parts are due: what a sign-in schedules, and what somebody asks for before its time.

use super::claim::free;
use super::road::mail_credential;
use crate::model::{AccountId, Credential, Part, Reach};
use crate::store::column::{Ms, Word};
use crate::store::{Result, Store, Tx, on, tx};
use chrono::{DateTime, Utc};
use std::collections::HashSet;

/// The latest times that the rows of parts can have.
#[derive(Debug, Clone, Copy)]
pub struct Latest {
    /// What can have been asked for or begun.
    pub turn: DateTime<Utc>,
    /// What ended well.
    pub cycle: DateTime<Utc>,
    /// What a server put off.
    pub not_before: DateTime<Utc>,
}

impl Store {
    /// Makes every part due that is not parked, of one account within reach or of all. A part that is due
    /// already keeps its place; one that a server put off stays put off. The answer counts the accounts of
    /// which something is due.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn make_due(&self, reach: &Reach, id: Option<&AccountId>, now: DateTime<Utc>) -> Result<u64> {
        let mut open = self.begin().await?;
        let asked: Vec<Word<AccountId>> = tx!(&mut open, db => sqlx::query_scalar(
            "UPDATE part_state SET asked_at = $1, next_at = CASE WHEN next_at < $1 THEN next_at ELSE $1 END
             WHERE next_at IS NOT NULL AND (not_before IS NULL OR not_before <= $1)
             AND ($2 IS NULL OR account_id = $2)
             AND account_id IN (SELECT id FROM account WHERE $3 IS NULL OR owner = $3)
             RETURNING account_id",
        )
        .bind(now.timestamp_millis())
        .bind(id.map(AccountId::as_str))
        .bind(reach.owner())
        .fetch_all(db)
        .await)?;
        open.commit().await?;
        let accounts: HashSet<_> = asked.iter().map(|id| id.0.as_str()).collect();
        Ok(accounts.len() as u64)
    }

    /// Makes a part due at that time, also one that is parked, was never to be read or was put off: what a
    /// sign-in does. What is switched off stays parked.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn schedule(&self, id: &AccountId, part: Part, due: DateTime<Utc>) -> Result<()> {
        let mut open = self.begin().await?;
        schedule(&mut open, id, part, due).await?;
        open.commit().await
    }

    /// The accounts that were connected by OAuth when the part was not read yet: of it nothing is known.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn connected_before(&self, part: Part) -> Result<Vec<AccountId>> {
        let ids: Vec<Word<AccountId>> = on!(self, db => sqlx::query_scalar(
            "SELECT account_id FROM oauth_grant g WHERE NOT EXISTS (
                 SELECT 1 FROM part_state p WHERE p.account_id = g.account_id AND p.part = $1)",
        )
        .bind(part.as_str())
        .fetch_all(db)
        .await)?;
        Ok(ids.into_iter().map(|id| id.0).collect())
    }

    /// Makes every part due `now` that is not parked and is due later than it can be. Whether there was one.
    ///
    /// A turn of the future is taken as one of now; what a server asked for after it stays as long.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn bring_forward(&self, latest: Latest, now: DateTime<Utc>) -> Result<bool> {
        let mut open = self.begin().await?;
        let turns = tx!(&mut open, execute sqlx::query(
            "UPDATE part_state SET next_at = $1, not_before = $1 + not_before - last_attempt_at, last_attempt_at = $1
             WHERE last_attempt_at > $2 AND next_at IS NOT NULL",
        )
        .bind(now.timestamp_millis())
        .bind(latest.turn.timestamp_millis()))?;
        let due = tx!(&mut open, execute sqlx::query(
            "UPDATE part_state SET next_at = $1, asked_at = NULL
             WHERE next_at > $1 AND (asked_at > $2 OR (failures = 0 AND next_at > $3))",
        )
        .bind(now.timestamp_millis())
        .bind(latest.turn.timestamp_millis())
        .bind(latest.cycle.timestamp_millis()))?;
        let put_off = tx!(&mut open, execute sqlx::query(
            "UPDATE part_state SET not_before = $1 WHERE not_before > $1 AND next_at IS NOT NULL",
        )
        .bind(latest.not_before.timestamp_millis()))?;
        open.commit().await?;
        Ok(turns + due + put_off > 0)
    }

    /// Makes every part due `now` that is due `until` then, and that no server put off.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn hasten(&self, until: DateTime<Utc>, now: DateTime<Utc>) -> Result<()> {
        on!(self, execute sqlx::query(
            "UPDATE part_state SET next_at = $1
             WHERE next_at > $1 AND next_at <= $2 AND (not_before IS NULL OR not_before <= $1)",
        )
        .bind(now.timestamp_millis())
        .bind(until.timestamp_millis()))?;
        Ok(())
    }

    /// Makes every part due `now` whose last error has this code, also one that was put off for it.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn make_due_after(&self, code: &str, now: DateTime<Utc>) -> Result<()> {
        on!(self, execute sqlx::query(
            "UPDATE part_state SET next_at = $2, not_before = NULL WHERE error_code = $1 AND next_at > $2",
        )
        .bind(code)
        .bind(now.timestamp_millis()))?;
        Ok(())
    }

    /// Forgets of what lives on a credential the failures in a row, the last error and what a server asked
    /// for, as a new sign-in does.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn reset_failures(&self, id: &AccountId, credential: Credential) -> Result<()> {
        let mut open = self.begin().await?;
        for part in credential.parts(mail_credential(&mut open, id).await?) {
            reset(&mut open, id, part).await?;
        }
        open.commit().await
    }

    /// Who has accounts, or had them last, and how many.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn holders(&self) -> Result<Vec<(String, u64)>> {
        let rows: Vec<(String, i64)> = on!(self, db => sqlx::query_as(
            "SELECT lease_holder, COUNT(*) FROM sync_state WHERE lease_holder IS NOT NULL
             GROUP BY lease_holder ORDER BY lease_holder",
        )
        .fetch_all(db)
        .await)?;
        Ok(rows.into_iter().map(|(holder, accounts)| (holder, accounts.unsigned_abs())).collect())
    }

    /// When the next account is due that `holder` could claim `now`, which it is now where one has more to
    /// read; `None` when all are parked or held by others. Two reads of indexes, each as far as the first
    /// account that nobody else holds.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn next_due(&self, holder: &str, now: DateTime<Utc>) -> Result<Option<DateTime<Utc>>> {
        const TEXT: &str = concat!(
            "SELECT COALESCE((
                 SELECT $2 FROM part_state p JOIN sync_state s ON s.account_id = p.account_id
                 WHERE p.import_since IS NOT NULL AND p.failures = 0 AND p.due_at > $2
                 AND (p.not_before IS NULL OR p.not_before <= $2) AND ",
            free!("s", "p"),
            " LIMIT 1), (
                 SELECT p.due_at FROM part_state p JOIN sync_state s ON s.account_id = p.account_id
                 WHERE p.due_at IS NOT NULL AND ",
            free!("s", "p"),
            " ORDER BY p.due_at, p.account_id LIMIT 1))"
        );
        let due: Option<Ms> = on!(self, db => sqlx::query_scalar(TEXT)
        .bind(holder)
        .bind(now.timestamp_millis())
        .fetch_one(db)
        .await)?;
        Ok(due.map(|at| at.0))
    }
}

/// Forgets of a part the failures in a row, the last error and what a server asked for.
pub(super) async fn reset(open: &mut Tx, id: &AccountId, part: Part) -> Result<()> {
    tx!(open, execute sqlx::query(
        "UPDATE part_state SET failures = 0, drifts = 0, not_before = NULL, error_disposition = NULL,
         error_code = NULL, error_message = NULL, error_whose_turn = NULL, error_hint = NULL, error_at = NULL,
         error_since = NULL
         WHERE account_id = $1 AND part = $2",
    )
    .bind(id.as_str())
    .bind(part.as_str()))?;
    Ok(())
}

/// `Store::schedule` in a transaction.
pub(super) async fn schedule(open: &mut Tx, id: &AccountId, part: Part, due: DateTime<Utc>) -> Result<()> {
    tx!(open, execute sqlx::query(
        "INSERT INTO part_state (account_id, part, next_at, asked_at)
         SELECT id, $2, CASE WHEN sync_enabled THEN $3 END, $3 FROM account WHERE id = $1
         ON CONFLICT (account_id, part) DO UPDATE SET next_at = excluded.next_at, asked_at = excluded.asked_at,
         not_before = NULL",
    )
    .bind(id.as_str())
    .bind(part.as_str())
    .bind(due.timestamp_millis()))?;
    Ok(())
}
