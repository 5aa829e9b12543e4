//! What a sweep asks and writes: which messages a stretch of a folder holds, and which of them are missing.

use super::lookup::asked_by;
use crate::model::{AccountId, FolderId, ItemKey, KeySpace, KeySpaces, MessageId, SweepState};
use crate::store::accounts::{hold, write_sweeps};
use crate::store::column::{Ms, Word, count};
use crate::store::{Claim, Result, Store, on, tx};
use chrono::{DateTime, Utc};
use std::ops::Range;

/// How many messages one look at a stretch brings.
const MOST: u32 = 1000;

/// What of a folder was gone through: the time between two instants, neither of them included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stretch {
    /// `None`: down to the list's end.
    pub after: Option<DateTime<Utc>>,
    /// `None`: up to the newest.
    pub until: Option<DateTime<Utc>>,
}

impl Store {
    /// Messages that a folder holds in a stretch, are not missing and were not `changed` in that time, the
    /// oldest first. Those that only the page has shown, and those of which no date is known, lie in no
    /// stretch: their time is not known to the second. At most a thousand that come after `last`, and where
    /// to go on, if there may be more.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn held_in(
        &self,
        folder: &FolderId,
        stretch: Stretch,
        changed: &Range<DateTime<Utc>>,
        last: Option<(DateTime<Utc>, MessageId)>,
    ) -> Result<(Vec<MessageId>, Option<(DateTime<Utc>, MessageId)>)> {
        let after = stretch.after.map_or(i64::MIN, |after| after.timestamp_millis());
        let (from, last) = last.map_or((after, None), |(at, id)| (at.timestamp_millis(), Some(id)));
        let rows: Vec<(Ms, Word<MessageId>)> = on!(self, db => sqlx::query_as(
            "SELECT listed_at, id FROM message
             WHERE folder_id = $1 AND (listed_at, id) > ($2, $3) AND listed_at > $4 AND listed_at < $5
             AND (changed_at < $6 OR changed_at >= $7) AND received_at IS NOT NULL AND NOT provisional
             AND missing_at IS NULL AND gone_at IS NULL
             ORDER BY listed_at, id LIMIT $8",
        )
        .bind(folder.as_str())
        .bind(from)
        .bind(last.as_ref().map_or("", MessageId::as_str))
        .bind(after)
        .bind(stretch.until.map_or(i64::MAX, |until| until.timestamp_millis()))
        .bind(changed.start.timestamp_millis())
        .bind(changed.end.timestamp_millis())
        .bind(i64::from(MOST))
        .fetch_all(db)
        .await)?;
        let next = rows.last().filter(|_| rows.len() >= MOST as usize).map(|(at, id)| (at.0, id.0.clone()));
        Ok((rows.into_iter().map(|(_, id)| id.0).collect(), next))
    }

    /// Messages of a folder that came after an instant, that only the page has shown and that were not
    /// `changed` in that time; a thousand at most.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn shown_only(
        &self,
        folder: &FolderId,
        after: DateTime<Utc>,
        changed: &Range<DateTime<Utc>>,
    ) -> Result<Vec<MessageId>> {
        let rows: Vec<Word<MessageId>> = on!(self, db => sqlx::query_scalar(
            "SELECT id FROM message WHERE folder_id = $1 AND provisional AND listed_at > $2
             AND (changed_at < $3 OR changed_at >= $4) AND missing_at IS NULL AND gone_at IS NULL LIMIT $5",
        )
        .bind(folder.as_str())
        .bind(after.timestamp_millis())
        .bind(changed.start.timestamp_millis())
        .bind(changed.end.timestamp_millis())
        .bind(i64::from(MOST))
        .fetch_all(db)
        .await)?;
        Ok(rows.into_iter().map(|id| id.0).collect())
    }

    /// Items of a folder that a road knows and of which no date is known, so that they lie in no stretch, one key for
    /// each; a thousand at most.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn undated(&self, folder: &FolderId, spaces: &KeySpaces) -> Result<Vec<ItemKey>> {
        let rows: Vec<(Word<KeySpace>, String)> = on!(self, db => sqlx::query_as(concat!(
            "SELECT k.space, k.item_id FROM message m JOIN message_key k ON k.message_id = m.id
             WHERE m.folder_id = $1 AND m.listed_at = 0 AND m.received_at IS NULL AND NOT m.provisional
             AND m.missing_at IS NULL AND m.gone_at IS NULL AND ",
            asked_by!("$3", "$4"),
            " ORDER BY m.id LIMIT $2",
        ))
        .bind(folder.as_str())
        .bind(i64::from(MOST))
        .bind(spaces.first.as_str())
        .bind(spaces.other.as_str())
        .fetch_all(db)
        .await)?;
        Ok(rows.into_iter().map(|(space, id)| ItemKey { space: space.0, id }).collect())
    }

    /// How many messages lie in a folder as far as is known: those that it holds and that are not missing.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn present(&self, account: &AccountId, folder: &FolderId) -> Result<u64> {
        let present: Option<i64> = on!(self, db => sqlx::query_scalar(
            "SELECT held - (SELECT COUNT(*) FROM message
                            WHERE account_id = $1 AND missing_at IS NOT NULL AND folder_id = $2)
             FROM folder WHERE id = $2",
        )
        .bind(account.as_str())
        .bind(folder.as_str())
        .fetch_optional(db)
        .await)?;
        Ok(present.map_or(0, count))
    }

    /// When a message of an account was last missed that was neither seen nor called gone since.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn last_missed(&self, account: &AccountId) -> Result<Option<DateTime<Utc>>> {
        let at: Option<Ms> = on!(self, db => sqlx::query_scalar(
            "SELECT MAX(missing_at) FROM message WHERE account_id = $1 AND missing_at IS NOT NULL",
        )
        .bind(account.as_str())
        .fetch_one(db)
        .await)?;
        Ok(at.map(|at| at.0))
    }

    /// Misses messages from now on.
    ///
    /// # Errors
    /// `LeaseLost` when another holder has the account; then nothing is written.
    pub async fn miss(&self, claim: &Claim, messages: &[MessageId], now: DateTime<Utc>) -> Result<()> {
        let mut open = self.begin().await?;
        hold(&mut open, claim).await?;
        for id in messages {
            tx!(&mut open, execute sqlx::query(
                "UPDATE message SET missing_at = $2 WHERE id = $1 AND missing_at IS NULL AND gone_at IS NULL",
            )
            .bind(id.as_str())
            .bind(now.timestamp_millis()))?;
        }
        open.commit().await
    }

    /// Keeps where the sweeps of a folder stand.
    ///
    /// # Errors
    /// `LeaseLost` when another holder has the account; then nothing is written.
    pub async fn keep_sweeps(&self, claim: &Claim, folder: &FolderId, sweeps: &SweepState) -> Result<()> {
        let mut open = self.begin().await?;
        hold(&mut open, claim).await?;
        write_sweeps(&mut open, folder, sweeps).await?;
        open.commit().await
    }
}
