//! Messages that lie no longer where they lay: missing, until they are seen elsewhere or called gone.

use crate::model::{AccountId, FolderId, ItemKey, KeySpace, MessageId};
use crate::store::accounts::{count_out, hold};
use crate::store::column::{Word, count};
use crate::store::{Claim, Result, Store, Tx, on, tx};
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;

/// Messages of a folder that are missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// Where they lay.
    pub folder: FolderId,
    /// Whether they came before the history.
    pub is_old: bool,
    /// How many they are.
    pub count: u64,
}

/// A message that is missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingItem {
    /// Ours.
    pub message: MessageId,
    /// Where it lay.
    pub folder: FolderId,
    /// Whether it came before the history.
    pub is_old: bool,
    /// The item's id.
    pub key: ItemKey,
    /// The road's word for how it was had.
    pub seen_by: String,
}

#[derive(sqlx::FromRow)]
struct MissingRow {
    id: Word<MessageId>,
    folder_id: Word<FolderId>,
    tier: String,
    space: Word<KeySpace>,
    item_id: String,
    is_old: i64,
}

impl From<MissingRow> for MissingItem {
    fn from(row: MissingRow) -> Self {
        Self {
            message: row.id.0,
            folder: row.folder_id.0,
            is_old: row.is_old != 0,
            key: ItemKey { space: row.space.0, id: row.item_id },
            seen_by: row.tier,
        }
    }
}

const MISSING: &str = "
SELECT folder_id, CAST(CASE WHEN listed_at > $3 OR received_at IS NULL THEN 0 ELSE 1 END AS BIGINT) AS is_old, COUNT(*)
FROM message WHERE account_id = $1 AND missing_at < $2 GROUP BY 1, 2 ORDER BY 1, 2";

const REPLACED: &str = "
SELECT m.folder_id, CAST(CASE WHEN m.listed_at > $3 OR m.received_at IS NULL THEN 0 ELSE 1 END AS BIGINT) AS is_old,
    COUNT(*)
FROM message m WHERE m.account_id = $1 AND m.missing_at < $2 AND EXISTS (
    SELECT 1 FROM message o WHERE o.folder_id = m.folder_id AND o.listed_at = m.listed_at
    AND o.internet_message_id = m.internet_message_id AND o.received_at = m.received_at
    AND COALESCE(o.from_address, '') = COALESCE(m.from_address, '')
    AND o.missing_at IS NULL AND o.gone_at IS NULL)
GROUP BY 1, 2";

impl Store {
    /// The messages of an account that were missed before an instant and not seen since; those that came before the
    /// horizon apart.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn missing(
        &self,
        account: &AccountId,
        before: DateTime<Utc>,
        horizon: DateTime<Utc>,
    ) -> Result<Vec<Missing>> {
        self.missing_of(MISSING, account, before, horizon).await
    }

    /// How many messages a folder holds that came after an instant, with those of which no date is known.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn held_since(&self, folder: &FolderId, after: DateTime<Utc>) -> Result<u64> {
        let held: i64 = on!(self, db => sqlx::query_scalar(
            "SELECT COUNT(*) FROM message
             WHERE folder_id = $1 AND (listed_at > $2 OR received_at IS NULL) AND gone_at IS NULL",
        )
        .bind(folder.as_str())
        .bind(after.timestamp_millis())
        .fetch_one(db)
        .await)?;
        Ok(count(held))
    }

    /// Those of them that lie in their folder all the same, as items of other ids: of one Internet message id, sender
    /// and time.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn replaced(
        &self,
        account: &AccountId,
        before: DateTime<Utc>,
        horizon: DateTime<Utc>,
    ) -> Result<Vec<Missing>> {
        self.missing_of(REPLACED, account, before, horizon).await
    }

    async fn missing_of(
        &self,
        text: &'static str,
        account: &AccountId,
        before: DateTime<Utc>,
        horizon: DateTime<Utc>,
    ) -> Result<Vec<Missing>> {
        let rows: Vec<(Word<FolderId>, i64, i64)> = on!(self, db => sqlx::query_as(text)
            .bind(account.as_str())
            .bind(before.timestamp_millis())
            .bind(horizon.timestamp_millis())
            .fetch_all(db)
            .await)?;
        let missing = |(folder, is_old, all): (Word<FolderId>, i64, i64)| Missing {
            folder: folder.0,
            is_old: is_old != 0,
            count: count(all),
        };
        Ok(rows.into_iter().map(missing).collect())
    }

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

    /// The messages of an account that were missed before an instant, each by the key that it is asked for by.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn missing_items(
        &self,
        account: &AccountId,
        before: DateTime<Utc>,
        horizon: DateTime<Utc>,
    ) -> Result<Vec<MissingItem>> {
        let rows: Vec<MissingRow> = on!(self, db => sqlx::query_as(
            "SELECT m.id, m.folder_id, m.tier, k.space, k.item_id,
                 CAST(CASE WHEN m.listed_at > $3 OR m.received_at IS NULL THEN 0 ELSE 1 END AS BIGINT) AS is_old
             FROM message m JOIN message_key k ON k.message_id = m.id
             WHERE m.account_id = $1 AND m.missing_at < $2
             AND NOT EXISTS (SELECT 1 FROM message_key o WHERE o.message_id = m.id AND o.space > k.space)
             ORDER BY m.missing_at, m.id",
        )
        .bind(account.as_str())
        .bind(before.timestamp_millis())
        .bind(horizon.timestamp_millis())
        .fetch_all(db)
        .await)?;
        Ok(rows.into_iter().map(MissingItem::from).collect())
    }

    /// Messages that are missing are missed since now.
    ///
    /// # Errors
    /// `LeaseLost` when another holder has the account; then nothing is written.
    pub async fn miss_again(&self, claim: &Claim, messages: &[MessageId], now: DateTime<Utc>) -> Result<()> {
        let mut open = self.begin().await?;
        hold(&mut open, claim).await?;
        for id in messages {
            tx!(&mut open, execute sqlx::query(
                "UPDATE message SET missing_at = $2 WHERE id = $1 AND missing_at IS NOT NULL",
            )
            .bind(id.as_str())
            .bind(now.timestamp_millis()))?;
        }
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
            let rows: Vec<Word<FolderId>> = tx!(&mut open, db => sqlx::query_scalar(
                "UPDATE message SET gone_at = $3, missing_at = NULL, changed_at = $3, revision = revision + 1
                 WHERE account_id = $1 AND missing_at < $2 AND folder_id = $4
                 AND CASE WHEN listed_at > $5 OR received_at IS NULL THEN 0 ELSE 1 END = $6
                 RETURNING folder_id",
            )
            .bind(claim.account.id.as_str())
            .bind(before.timestamp_millis())
            .bind(now.timestamp_millis())
            .bind(folder.as_str())
            .bind(horizon.timestamp_millis())
            .bind(i64::from(*is_old))
            .fetch_all(db)
            .await)?;
            all.extend(rows);
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
/// place: a move changes ids of the one space and none of the other.
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
                         WHERE o.message_id = message.id AND o.space >= $2 AND o.item_id <> $3)
         AND missing_at IS NULL AND gone_at IS NULL",
    )
    .bind(account.as_str())
    .bind(key.space.as_str())
    .bind(&key.id)
    .bind(now.timestamp_millis()))?;
    Ok(())
}

/// The message was seen, as it is stored.
pub(super) async fn found(open: &mut Tx, id: &MessageId) -> Result<()> {
    tx!(open, execute sqlx::query("UPDATE message SET missing_at = NULL WHERE id = $1").bind(id.as_str()))?;
    Ok(())
}
