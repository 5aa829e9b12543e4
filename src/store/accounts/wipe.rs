//! An account destroyed.

use crate::model::{AccountId, AuditEntry};
use crate::store::access::write_down;
use crate::store::column::count;
use crate::store::{Result, Store, Tx, tx};
use serde::Serialize;

/// What went with an account.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Wiped {
    /// Messages, with their bodies, recipients and ids.
    pub messages: u64,
    /// Entries of the ledger.
    pub ledger: u64,
    /// Sealed records and the data key.
    pub secrets: u64,
    /// Reports of cycles that named it.
    pub cycles: u64,
}

impl Store {
    /// Destroys the account and all that belongs to it, also the reports of cycles that name it. Doing it
    /// again is safe, and finishes what an interrupted one left: on SQLite the erased text leaves the
    /// write-ahead log too.
    ///
    /// # Errors
    /// `LogKept` when a reader keeps the log from being emptied; the rows are gone.
    pub async fn delete_account(&self, id: &AccountId) -> Result<Wiped> {
        self.wipe(id, None).await
    }

    /// The same, and keeps the line that tells of it, unless the account was gone before.
    ///
    /// # Errors
    /// Those of `delete_account`.
    pub async fn disconnect_account(&self, id: &AccountId, line: &AuditEntry) -> Result<Wiped> {
        self.wipe(id, Some(line)).await
    }

    async fn wipe(&self, id: &AccountId, line: Option<&AuditEntry>) -> Result<Wiped> {
        let mut open = self.begin().await?;
        let (wiped, was_there) = wipe(&mut open, id).await?;
        if let Some(line) = line.filter(|_| was_there) {
            write_down(&mut open, line).await?;
        }
        open.commit().await?;
        self.empty_log().await?;
        Ok(wiped)
    }
}

/// What was destroyed, and whether the account was there. Everything hangs on its row (`ON DELETE CASCADE`),
/// except what only mentions it.
async fn wipe(open: &mut Tx, id: &AccountId) -> Result<(Wiped, bool)> {
    let id = id.as_str();
    let (messages, ledger, secrets): (i64, i64, i64) = tx!(&mut *open, db => sqlx::query_as(
        "SELECT (SELECT COUNT(*) FROM message WHERE account_id = $1),
                (SELECT COUNT(*) FROM ledger WHERE account_id = $1),
                (SELECT COUNT(*) FROM sealed_record WHERE account_id = $1)
                + (SELECT COUNT(*) FROM data_key WHERE account_id = $1)",
    )
    .bind(id)
    .fetch_one(db)
    .await)?;
    let rows = tx!(&mut *open, execute sqlx::query("DELETE FROM account WHERE id = $1").bind(id))?;
    let cycles = tx!(open, execute sqlx::query("DELETE FROM cycle WHERE report LIKE '%' || $1 || '%'")
        .bind(id))?;
    let (messages, ledger, secrets) = (count(messages), count(ledger), count(secrets));
    Ok((Wiped { messages, ledger, secrets, cycles }, rows > 0))
}
