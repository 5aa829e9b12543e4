//! The ledger: items that could not be read, counted and shown, never silently skipped.

use super::page::Unread;
use crate::model::{AccountId, FolderId, ItemKey, KeySpace, storable};
use crate::store::column::{Ms, Word};
use crate::store::{Result, Store, Tx, on, tx};
use chrono::{DateTime, Utc};

/// An entry of the ledger: an item that could not be read. A later success removes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerItem {
    /// Where it was seen.
    pub folder: FolderId,
    /// Which.
    pub key: ItemKey,
    /// A stable word.
    pub code: String,
    /// What the server said.
    pub text: String,
    /// How often it was tried.
    pub attempts: i64,
    /// When it first failed.
    pub first_seen: DateTime<Utc>,
    /// When it last failed.
    pub last_seen: DateTime<Utc>,
}

#[derive(sqlx::FromRow)]
struct LedgerRow {
    folder_id: Word<FolderId>,
    space: Word<KeySpace>,
    item_id: String,
    code: String,
    text: String,
    attempts: i64,
    first_seen: Ms,
    last_seen: Ms,
}

impl From<LedgerRow> for LedgerItem {
    fn from(row: LedgerRow) -> Self {
        Self {
            folder: row.folder_id.0,
            key: ItemKey { space: row.space.0, id: row.item_id },
            code: row.code,
            text: row.text,
            attempts: row.attempts,
            first_seen: row.first_seen.0,
            last_seen: row.last_seen.0,
        }
    }
}

impl Store {
    /// The items of an account that could not be read, those that failed last first.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn ledger(&self, account: &AccountId) -> Result<Vec<LedgerItem>> {
        let rows: Vec<LedgerRow> = on!(self, db => sqlx::query_as(
            "SELECT folder_id, space, item_id, code, text, attempts, first_seen, last_seen FROM ledger
             WHERE account_id = $1 ORDER BY last_seen DESC, item_id",
        )
        .bind(account.as_str())
        .fetch_all(db)
        .await)?;
        Ok(rows.into_iter().map(LedgerItem::from).collect())
    }

    /// Items that failed last before an instant and fewer than five times in all, with where they were seen;
    /// those that wait longest come first. The others are left to the ledger.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn ledger_due(
        &self,
        account: &AccountId,
        before: DateTime<Utc>,
        limit: u32,
    ) -> Result<Vec<(ItemKey, FolderId)>> {
        let rows: Vec<(Word<KeySpace>, String, Word<FolderId>)> = on!(self, db => sqlx::query_as(
            "SELECT space, item_id, folder_id FROM ledger WHERE account_id = $1 AND last_seen < $2 AND attempts < 5
             ORDER BY last_seen, item_id LIMIT $3",
        )
        .bind(account.as_str())
        .bind(before.timestamp_millis())
        .bind(i64::from(limit))
        .fetch_all(db)
        .await)?;
        Ok(rows.into_iter().map(|(space, id, folder)| (ItemKey { space: space.0, id }, folder.0)).collect())
    }
}

/// One more failure of an item. The same failure written again, at the same instant, counts once.
pub(super) async fn enter(
    open: &mut Tx,
    account: &AccountId,
    unread: &Unread,
    now: DateTime<Utc>,
) -> Result<()> {
    tx!(open, execute sqlx::query(
        "INSERT INTO ledger AS l (account_id, space, item_id, folder_id, code, text, attempts, first_seen, last_seen)
         VALUES ($1, $2, $3, $4, $5, $6, 1, $7, $7)
         ON CONFLICT (account_id, space, item_id) DO UPDATE SET folder_id = excluded.folder_id, code = excluded.code,
         text = excluded.text, attempts = l.attempts + 1, last_seen = excluded.last_seen
         WHERE l.last_seen < excluded.last_seen",
    )
    .bind(account.as_str())
    .bind(unread.key.space.as_str())
    .bind(&unread.key.id)
    .bind(unread.folder.as_str())
    .bind(storable(&unread.fault.code))
    .bind(storable(&unread.fault.text))
    .bind(now.timestamp_millis()))?;
    Ok(())
}

/// Nothing is left to be read of the item: it was read after all, or lies no longer in the folder that is
/// named, while it may lie in another.
pub(super) async fn strike(
    open: &mut Tx,
    account: &AccountId,
    key: &ItemKey,
    folder: Option<&FolderId>,
) -> Result<()> {
    tx!(open, execute sqlx::query(
        "DELETE FROM ledger WHERE account_id = $1 AND space = $2 AND item_id = $3
         AND ($4 IS NULL OR folder_id = $4)",
    )
    .bind(account.as_str())
    .bind(key.space.as_str())
    .bind(&key.id)
    .bind(folder.map(FolderId::as_str)))?;
    Ok(())
}
