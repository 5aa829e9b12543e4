//! Messages that lie no longer where they lay: missing, until they are seen elsewhere or called gone.

use super::missing::{Missing, is_old};
use crate::model::{AccountId, FolderId, ItemKey, KeySpaces, MessageId};
use crate::store::accounts::{count_out, hold};
use crate::store::column::Word;
use crate::store::{Claim, Result, Store, Tx, tx};
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;

const MARK_GONE: &str = concat!(
    "UPDATE message SET gone_at = $4, missing_at = NULL, changed_at = $4, revision = revision + 1
     WHERE account_id = $1 AND missing_at < $2 AND folder_id = $5 AND ",
    is_old!(),
    " = $6 RETURNING folder_id"
);

impl Store {
    /// What an account misses since an instant after that one, it misses since now: a clock was ahead.
    ///
    /// # Errors
    /// `LeaseLost` when another holder has the account; then nothing is written.
    pub async fn miss_anew(&self, claim: &Claim, after: DateTime<Utc>, now: DateTime<Utc>) -> Result<()> {
        let mut open = self.begin().await?;
        hold(&mut open, claim).await?;
        tx!(&mut open, execute sqlx::query(
            "UPDATE message SET missing_at = $3 WHERE account_id = $1 AND missing_at > $2",
        )
        .bind(claim.account.id.as_str())
        .bind(after.timestamp_millis())
        .bind(now.timestamp_millis()))?;
        open.commit().await
    }

    /// Calls these messages of `missing` gone from now on: their rows stay, and their folders hold them no longer. The
    /// answer counts them by folder.
    ///
    /// # Errors
    /// `LeaseLost` when another holder has the account; then nothing is written.
    pub async fn mark_gone(
        &self,
        claim: &Claim,
        missing: &[Missing],
        (before, horizon): (DateTime<Utc>, DateTime<Utc>),
        now: DateTime<Utc>,
    ) -> Result<BTreeMap<FolderId, u64>> {
        let mut open = self.begin().await?;
        hold(&mut open, claim).await?;
        let mut all = Vec::new();
        for Missing { folder, is_old, .. } in missing {
            let rows: Vec<Word<FolderId>> = tx!(&mut open, db => sqlx::query_scalar(MARK_GONE)
                .bind(claim.account.id.as_str())
                .bind(before.timestamp_millis())
                .bind(horizon.timestamp_millis())
                .bind(now.timestamp_millis())
                .bind(folder.as_str())
                .bind(i64::from(*is_old))
                .fetch_all(db)
                .await)?;
            all.extend(rows);
        }
        let gone = count_out(&mut open, all).await?;
        open.commit().await?;
        Ok(gone)
    }

    /// The same of single messages that were missed before an instant.
    ///
    /// # Errors
    /// `LeaseLost` when another holder has the account; then nothing is written.
    pub async fn mark_these_gone(
        &self,
        claim: &Claim,
        messages: &[MessageId],
        before: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<BTreeMap<FolderId, u64>> {
        let mut open = self.begin().await?;
        hold(&mut open, claim).await?;
        let mut all = Vec::new();
        for message in messages {
            let row: Option<Word<FolderId>> = tx!(&mut open, db => sqlx::query_scalar(
                "UPDATE message SET gone_at = $3, missing_at = NULL, changed_at = $3, revision = revision + 1
                 WHERE account_id = $1 AND missing_at < $2 AND id = $4 RETURNING folder_id",
            )
            .bind(claim.account.id.as_str())
            .bind(before.timestamp_millis())
            .bind(now.timestamp_millis())
            .bind(message.as_str())
            .fetch_optional(db)
            .await)?;
            all.extend(row);
        }
        let gone = count_out(&mut open, all).await?;
        open.commit().await?;
        Ok(gone)
    }
}

/// The item lies no longer in this folder. What is stored of it is missed, unless it was seen in another one.
pub(super) async fn miss(
    open: &mut Tx,
    account: &AccountId,
    folder: &FolderId,
    key: &ItemKey,
    now: DateTime<Utc>,
) -> Result<()> {
    tx!(open, execute sqlx::query(
        "UPDATE message SET missing_at = $5 WHERE id = (
             SELECT message_id FROM message_key WHERE account_id = $1 AND space = $2 AND item_id = $3)
         AND folder_id = $4 AND missing_at IS NULL AND gone_at IS NULL",
    )
    .bind(account.as_str())
    .bind(key.space.as_str())
    .bind(&key.id)
    .bind(folder.as_str())
    .bind(now.timestamp_millis()))?;
    Ok(())
}

/// There is no item of this id any more. What is stored of it is missed, unless another id may have taken its
/// place: a move changes ids of the one space and none of the other. What another road knows it by says nothing of that.
pub(super) async fn lose(
    open: &mut Tx,
    account: &AccountId,
    key: &ItemKey,
    now: DateTime<Utc>,
) -> Result<()> {
    tx!(open, execute sqlx::query(
        "UPDATE message SET missing_at = $4 WHERE id = (
             SELECT message_id FROM message_key WHERE account_id = $1 AND space = $2 AND item_id = $3)
         AND NOT EXISTS (SELECT 1 FROM message_key o
                         WHERE o.message_id = message.id AND o.space IN ($2, $5) AND o.item_id <> $3)
         AND missing_at IS NULL AND gone_at IS NULL",
    )
    .bind(account.as_str())
    .bind(key.space.as_str())
    .bind(&key.id)
    .bind(now.timestamp_millis())
    .bind(KeySpaces::of(&key.space).first.as_str()))?;
    Ok(())
}

/// The message was seen, as it is stored.
pub(super) async fn found(open: &mut Tx, id: &MessageId) -> Result<()> {
    tx!(open, execute sqlx::query("UPDATE message SET missing_at = NULL WHERE id = $1").bind(id.as_str()))?;
    Ok(())
}
