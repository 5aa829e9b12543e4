//! Which messages are missing: they lie no longer where they lay, and were not seen elsewhere.

use super::lookup::asked_by;
use crate::model::{AccountId, FolderId, ItemKey, KeySpace, KeySpaces, MessageId};
use crate::store::column::{Word, count};
use crate::store::{Result, Store, on};
use chrono::{DateTime, Utc};

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

impl Missing {
    /// Whether a message is one of these.
    #[must_use]
    pub fn holds(&self, item: &MissingItem) -> bool {
        (&self.folder, self.is_old) == (&item.folder, item.is_old)
    }
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
    /// The item's ids; none where the road knows none of them: then nothing more is to be had than that no folder
    /// lists it.
    pub keys: Vec<ItemKey>,
    /// The road's word for how it was had.
    pub seen_by: String,
}

#[derive(sqlx::FromRow)]
struct MissingRow {
    id: Word<MessageId>,
    folder_id: Word<FolderId>,
    tier: String,
    space: Option<Word<KeySpace>>,
    item_id: Option<String>,
    is_old: i64,
}

impl MissingRow {
    /// Rows of one message follow each other.
    fn put_into(self, items: &mut Vec<MissingItem>) {
        let key = self.space.zip(self.item_id).map(|(space, id)| ItemKey { space: space.0, id });
        match items.last_mut().filter(|last| last.message == self.id.0) {
            Some(last) => last.keys.extend(key),
            None => items.push(MissingItem {
                message: self.id.0,
                folder: self.folder_id.0,
                is_old: self.is_old != 0,
                keys: key.into_iter().collect(),
                seen_by: self.tier,
            }),
        }
    }
}

/// Whether a message came before the history, which begins after the third that is bound.
macro_rules! is_old {
    () => {
        "CAST(CASE WHEN listed_at > $3 OR received_at IS NULL THEN 0 ELSE 1 END AS BIGINT)"
    };
}
pub(super) use is_old;

const MISSING: &str = concat!(
    "SELECT folder_id, ",
    is_old!(),
    " AS is_old, COUNT(*) FROM message
     WHERE account_id = $1 AND missing_at < $2 GROUP BY 1, 2 ORDER BY 1, 2"
);

const REPLACED: &str = concat!(
    "SELECT folder_id, ",
    is_old!(),
    " AS is_old, COUNT(*) FROM message m WHERE account_id = $1 AND missing_at < $2 AND EXISTS (
         SELECT 1 FROM message o WHERE o.folder_id = m.folder_id AND o.listed_at = m.listed_at
         AND o.internet_message_id = m.internet_message_id AND o.received_at = m.received_at
         AND COALESCE(o.from_address, '') = COALESCE(m.from_address, '')
         AND o.missing_at IS NULL AND o.gone_at IS NULL)
     GROUP BY 1, 2"
);

const MISSING_ITEMS: &str = concat!(
    "SELECT m.id, folder_id, tier, k.space, k.item_id, ",
    is_old!(),
    " AS is_old FROM message m LEFT JOIN message_key k ON k.message_id = m.id AND ",
    asked_by!("$4", "$5"),
    " WHERE m.account_id = $1 AND missing_at < $2
     ORDER BY missing_at, m.id, k.item_id"
);

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

    /// The messages of an account that were missed before an instant, each with the keys by which a road asks for it.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn missing_items(
        &self,
        account: &AccountId,
        spaces: &KeySpaces,
        before: DateTime<Utc>,
        horizon: DateTime<Utc>,
    ) -> Result<Vec<MissingItem>> {
        let rows: Vec<MissingRow> = on!(self, db => sqlx::query_as(MISSING_ITEMS)
        .bind(account.as_str())
        .bind(before.timestamp_millis())
        .bind(horizon.timestamp_millis())
        .bind(spaces.first.as_str())
        .bind(spaces.other.as_str())
        .fetch_all(db)
        .await)?;
        let mut items = Vec::new();
        for row in rows {
            row.put_into(&mut items);
        }
        Ok(items)
    }
}
