//! The ledger: items that could not be read, counted and shown, never silently skipped.

use super::lookup::by_space;
use super::page::Unread;
use crate::model::{AccountId, FolderId, ItemKey, KeySpace, MessageId, storable};
use crate::store::column::{Ms, Word, rows_in};
use crate::store::retry::{LONGEST_WAIT, SECOND_WAIT};
use crate::store::{Result, Store, Tx, on, tx};
use chrono::{DateTime, Utc};
use std::collections::HashSet;

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
    /// Not asked for again before.
    pub due_at: DateTime<Utc>,
    /// The stored message that it is, where a list has shown it.
    pub message: Option<MessageId>,
    /// Its subject, where that is stored.
    pub subject: Option<String>,
    /// When it was received, where that is stored.
    pub received_at: Option<DateTime<Utc>>,
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
    due_at: Ms,
    message_id: Option<Word<MessageId>>,
    subject: Option<String>,
    received_at: Option<Ms>,
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
            due_at: row.due_at.0,
            message: row.message_id.map(|id| id.0),
            subject: row.subject,
            received_at: row.received_at.map(|at| at.0),
        }
    }
}

impl Store {
    /// The items of an account that could not be read, those that failed last first, with what a list has
    /// shown of them.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn ledger(&self, account: &AccountId) -> Result<Vec<LedgerItem>> {
        let rows: Vec<LedgerRow> = on!(self, db => sqlx::query_as(
            "SELECT l.folder_id, l.space, l.item_id, l.code, l.text, l.attempts, l.first_seen, l.last_seen, l.due_at,
                 m.id AS message_id, m.subject, m.received_at
             FROM ledger l
             LEFT JOIN message_key k
                 ON k.account_id = l.account_id AND k.space = l.space AND k.item_id = l.item_id
             LEFT JOIN message m ON m.id = k.message_id
             WHERE l.account_id = $1 ORDER BY l.last_seen DESC, l.item_id",
        )
        .bind(account.as_str())
        .fetch_all(db)
        .await)?;
        Ok(rows.into_iter().map(LedgerItem::from).collect())
    }

    /// Items whose time to be asked for again came before an instant, with where they were seen and how often
    /// they failed; those that wait longest come first. What is due later than anything can be failed when a
    /// clock was ahead.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn ledger_due(
        &self,
        account: &AccountId,
        before: DateTime<Utc>,
        limit: u32,
    ) -> Result<Vec<(ItemKey, FolderId, i64)>> {
        let rows: Vec<(Word<KeySpace>, String, Word<FolderId>, i64)> = on!(self, db => sqlx::query_as(
            "SELECT space, item_id, folder_id, attempts FROM ledger
             WHERE account_id = $1 AND (due_at < $2 OR due_at > $2 + $3)
             ORDER BY due_at, item_id LIMIT $4",
        )
        .bind(account.as_str())
        .bind(before.timestamp_millis())
        .bind(LONGEST_WAIT)
        .bind(i64::from(limit))
        .fetch_all(db)
        .await)?;
        let due = |(space, id, folder, attempts): (Word<KeySpace>, _, Word<FolderId>, _)| {
            (ItemKey { space: space.0, id }, folder.0, attempts)
        };
        Ok(rows.into_iter().map(due).collect())
    }

    /// Those of these items that stand in the ledger.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn in_ledger(&self, account: &AccountId, keys: &[ItemKey]) -> Result<HashSet<ItemKey>> {
        let mut found = HashSet::new();
        for (space, wanted) in by_space(keys) {
            let ids: Vec<(String,)> = rows_in!(
                on(self),
                "SELECT item_id FROM ledger WHERE account_id = $1 AND space = $2 AND item_id IN",
                [account.as_str(), space.as_str()],
                &wanted
            );
            found.extend(ids.into_iter().map(|(id,)| ItemKey { space: space.clone(), id }));
        }
        Ok(found)
    }
}

/// One more failure of an item. The same failure written again, at the same instant, counts once. It is due
/// again in the next turn, then after 4, 16, 36 … minutes, once a day at last: no item is given up.
pub(super) async fn enter(
    open: &mut Tx,
    account: &AccountId,
    unread: &Unread,
    now: DateTime<Utc>,
) -> Result<()> {
    tx!(open, execute sqlx::query(
        "INSERT INTO ledger AS l (account_id, space, item_id, folder_id, code, text, attempts, first_seen, last_seen,
             due_at)
         VALUES ($1, $2, $3, $4, $5, $6, 1, $7, $7, $7)
         ON CONFLICT (account_id, space, item_id) DO UPDATE SET folder_id = excluded.folder_id, code = excluded.code,
         text = excluded.text, attempts = l.attempts + 1, last_seen = excluded.last_seen,
         due_at = excluded.last_seen
             + CASE WHEN l.attempts <= $9 THEN l.attempts * l.attempts * $8 ELSE $10 END
         WHERE l.last_seen <> excluded.last_seen",
    )
    .bind(account.as_str())
    .bind(unread.key.space.as_str())
    .bind(&unread.key.id)
    .bind(unread.folder.as_str())
    .bind(storable(&unread.fault.code))
    .bind(storable(&unread.fault.text))
    .bind(now.timestamp_millis())
    .bind(SECOND_WAIT)
    .bind((LONGEST_WAIT / SECOND_WAIT).isqrt())
    .bind(LONGEST_WAIT))?;
    Ok(())
}

/// Nothing is left to be read of the message, by whichever of its ids it was asked for.
pub(super) async fn strike_all(open: &mut Tx, message: &MessageId) -> Result<()> {
    tx!(open, execute sqlx::query(
        "DELETE FROM ledger WHERE (account_id, space, item_id) IN (
             SELECT account_id, space, item_id FROM message_key WHERE message_id = $1)",
    )
    .bind(message.as_str()))?;
    Ok(())
}

/// Nothing is left to be read of the item: there is none, or it lies no longer in the folder that is named,
/// while it may lie in another.
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
