//! Contacts that could not be read: counted and shown, never silently skipped.

use super::{remote_key, remote_keys};
use crate::model::{AccountId, ContactFolderId, ItemFault, storable};
use crate::store::column::{Ms, Word, count, rows_in};
use crate::store::retry::{LONGEST_WAIT, SECOND_WAIT};
use crate::store::{Result, Store, Tx, on, tx};
use chrono::{DateTime, Utc};
use std::collections::HashSet;

/// A contact that could not be read: for the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnreadContact {
    /// Where it was seen.
    pub folder: ContactFolderId,
    /// Its id on the server.
    pub remote_id: String,
    /// Why.
    pub fault: ItemFault,
}

/// A contact that could not be read, as the ledger has it. A later success removes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactLedgerItem {
    /// The last failure.
    pub unread: UnreadContact,
    /// How often it was tried.
    pub attempts: i64,
    /// When it first failed.
    pub first_seen: DateTime<Utc>,
    /// When it last failed.
    pub last_seen: DateTime<Utc>,
    /// Not asked for again before.
    pub due_at: DateTime<Utc>,
}

#[derive(sqlx::FromRow)]
struct ContactLedgerRow {
    folder_id: Word<ContactFolderId>,
    remote_id: String,
    code: String,
    text: String,
    attempts: i64,
    first_seen: Ms,
    last_seen: Ms,
    due_at: Ms,
}

impl From<ContactLedgerRow> for ContactLedgerItem {
    fn from(row: ContactLedgerRow) -> Self {
        let fault = ItemFault { code: row.code, text: row.text };
        Self {
            unread: UnreadContact { folder: row.folder_id.0, remote_id: row.remote_id, fault },
            attempts: row.attempts,
            first_seen: row.first_seen.0,
            last_seen: row.last_seen.0,
            due_at: row.due_at.0,
        }
    }
}

impl Store {
    /// The contacts of an account that could not be read, those that failed last first.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn contact_ledger(&self, account: &AccountId) -> Result<Vec<ContactLedgerItem>> {
        let rows: Vec<ContactLedgerRow> = on!(self, db => sqlx::query_as(
            "SELECT folder_id, remote_id, code, text, attempts, first_seen, last_seen, due_at FROM contact_ledger
             WHERE account_id = $1 ORDER BY last_seen DESC, remote_key",
        )
        .bind(account.as_str())
        .fetch_all(db)
        .await)?;
        Ok(rows.into_iter().map(ContactLedgerItem::from).collect())
    }

    /// How many contacts of an account could not be read.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn unread_contacts(&self, account: &AccountId) -> Result<u64> {
        let unread = on!(self, db => sqlx::query_scalar(
            "SELECT COUNT(*) FROM contact_ledger WHERE account_id = $1",
        )
        .bind(account.as_str())
        .fetch_one(db)
        .await)?;
        Ok(count(unread))
    }

    /// Whether an account has items that came since an instant and could not be read yet: which contacts they
    /// are is not known.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn has_unread_contacts(&self, account: &AccountId, since: DateTime<Utc>) -> Result<bool> {
        let unread: i64 = on!(self, db => sqlx::query_scalar(
            "SELECT COUNT(*) FROM contact_ledger l WHERE l.account_id = $1 AND l.first_seen >= $2
             AND NOT EXISTS (SELECT 1 FROM contact_link k WHERE k.account_id = l.account_id AND k.remote_key = l.remote_key)",
        )
        .bind(account.as_str())
        .bind(since.timestamp_millis())
        .fetch_one(db)
        .await)?;
        Ok(unread > 0)
    }

    /// Contacts whose time to be asked for again came before an instant, by their ids on the server, with
    /// where they were seen; those that wait longest come first. What is due later than anything can be
    /// failed when a clock was ahead.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn contact_ledger_due(
        &self,
        account: &AccountId,
        before: DateTime<Utc>,
        limit: u32,
    ) -> Result<Vec<(String, ContactFolderId)>> {
        let rows: Vec<(String, Word<ContactFolderId>)> = on!(self, db => sqlx::query_as(
            "SELECT remote_id, folder_id FROM contact_ledger
             WHERE account_id = $1 AND (due_at < $2 OR due_at > $2 + $3)
             ORDER BY due_at, remote_key LIMIT $4",
        )
        .bind(account.as_str())
        .bind(before.timestamp_millis())
        .bind(LONGEST_WAIT)
        .bind(i64::from(limit))
        .fetch_all(db)
        .await)?;
        Ok(rows.into_iter().map(|(id, folder)| (id, folder.0)).collect())
    }

    /// Those of these ids on the server that stand in the ledger.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn in_contact_ledger(
        &self,
        account: &AccountId,
        remote_ids: &[String],
    ) -> Result<HashSet<String>> {
        let keys = remote_keys(remote_ids);
        let wanted: Vec<&str> = keys.iter().map(String::as_str).collect();
        let found: Vec<(String,)> = rows_in!(
            on(self),
            "SELECT remote_key FROM contact_ledger WHERE account_id = $1 AND remote_key IN",
            [account.as_str()],
            &wanted
        );
        let found: HashSet<String> = found.into_iter().map(|(key,)| key).collect();
        let stand = remote_ids.iter().zip(&keys).filter(|(_, key)| found.contains(*key));
        Ok(stand.map(|(id, _)| id.clone()).collect())
    }
}

/// One more failure of a contact. The same failure written again, at the same instant, counts once. It is due
/// again in the next turn, then after 4, 16, 36 … minutes, once a day at last: none is given up.
pub(super) async fn enter(
    open: &mut Tx,
    account: &AccountId,
    unread: &UnreadContact,
    now: DateTime<Utc>,
) -> Result<()> {
    tx!(open, execute sqlx::query(
        "INSERT INTO contact_ledger AS l (account_id, remote_key, remote_id, folder_id, code, text, attempts, first_seen,
             last_seen, due_at)
         VALUES ($1, $2, $3, $4, $5, $6, 1, $7, $7, $7)
         ON CONFLICT (account_id, remote_key) DO UPDATE SET folder_id = excluded.folder_id, code = excluded.code,
         text = excluded.text, attempts = l.attempts + 1, last_seen = excluded.last_seen,
         due_at = excluded.last_seen
             + CASE WHEN l.attempts <= $9 THEN l.attempts * l.attempts * $8 ELSE $10 END
         WHERE l.last_seen <> excluded.last_seen",
    )
    .bind(account.as_str())
    .bind(remote_key(&unread.remote_id))
    .bind(storable(&unread.remote_id))
    .bind(unread.folder.as_str())
    .bind(storable(&unread.fault.code))
    .bind(storable(&unread.fault.text))
    .bind(now.timestamp_millis())
    .bind(SECOND_WAIT)
    .bind((LONGEST_WAIT / SECOND_WAIT).isqrt())
    .bind(LONGEST_WAIT))?;
    Ok(())
}

/// Nothing is left to be read of these contacts: they were read after all, or there are none of these ids in
/// the folder that is named.
pub(super) async fn strike(
    open: &mut Tx,
    account: &AccountId,
    remote_keys: &[String],
    folder: Option<&ContactFolderId>,
) -> Result<()> {
    let wanted: Vec<&str> = remote_keys.iter().map(String::as_str).collect();
    let _: Vec<(String,)> = rows_in!(
        tx(&mut *open),
        "DELETE FROM contact_ledger WHERE account_id = $1 AND ($2 IS NULL OR folder_id = $2) AND remote_key IN",
        [account.as_str(), folder.map(ContactFolderId::as_str)],
        &wanted
    );
    Ok(())
}
