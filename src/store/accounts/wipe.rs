//! An account destroyed.

use super::folder::count_out;
use crate::model::{AccountId, AuditEntry, FolderId};
use crate::store::access::write_down;
use crate::store::column::Word;
use crate::store::{Result, Store, tx};
use serde::Serialize;

/// Messages that one transaction destroys: a fraction of a second on SQLite, where others wait for it.
const SLICE: u64 = 1_000;

/// What went with an account.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Wiped {
    /// Messages, with their bodies, recipients and ids.
    pub messages: u64,
    /// Entries of the ledger.
    pub ledger: u64,
    /// Sealed records and the data key.
    pub secrets: u64,
    /// What reports of cycles told of it.
    pub cycles: u64,
}

impl Store {
    /// Destroys the account and all that belongs to it, in slices, so that nobody waits for the whole of it.
    /// Its keys and credentials go first, in one transaction, after which nothing of it can be opened or read
    /// any more. Doing it again finishes what an interrupted one left: on SQLite the erased text leaves the
    /// write-ahead log too.
    ///
    /// # Errors
    /// `LogKept` when a reader keeps the log from being emptied; the rows are gone.
    pub async fn delete_account(&self, id: &AccountId) -> Result<Wiped> {
        self.wipe(id, None).await
    }

    /// The same, and keeps the line that tells of it with the first step, unless the account was gone before.
    ///
    /// # Errors
    /// Those of `delete_account`.
    pub async fn disconnect_account(&self, id: &AccountId, line: &AuditEntry) -> Result<Wiped> {
        self.wipe(id, Some(line)).await
    }

    async fn wipe(&self, id: &AccountId, line: Option<&AuditEntry>) -> Result<Wiped> {
        let secrets = self.shut_out(id, line).await?;
        let messages = self.wipe_messages(id).await?;
        let (ledger, cycles) = self.wipe_rest(id).await?;
        self.empty_log().await?;
        Ok(Wiped { messages, ledger, secrets, cycles })
    }

    /// Takes the account's keys and credentials, parks it, and ends the turn that holds it.
    async fn shut_out(&self, id: &AccountId, line: Option<&AuditEntry>) -> Result<u64> {
        let (mut open, id) = (self.begin().await?, id.as_str());
        let is_there = tx!(&mut open, execute sqlx::query("UPDATE account SET sync_enabled = $2 WHERE id = $1")
            .bind(id)
            .bind(false))?
            > 0;
        tx!(&mut open, execute sqlx::query("UPDATE part_state SET next_at = NULL WHERE account_id = $1").bind(id))?;
        tx!(&mut open, execute sqlx::query(
            "UPDATE sync_state SET lease_holder = NULL, lease_until = NULL, epoch = epoch + 1 WHERE account_id = $1",
        )
        .bind(id))?;
        let sealed =
            tx!(&mut open, execute sqlx::query("DELETE FROM sealed_record WHERE account_id = $1").bind(id))?;
        let keys =
            tx!(&mut open, execute sqlx::query("DELETE FROM data_key WHERE account_id = $1").bind(id))?;
        if let Some(line) = line.filter(|_| is_there) {
            write_down(&mut open, line).await?;
        }
        open.commit().await?;
        Ok(sealed + keys)
    }

    async fn wipe_messages(&self, id: &AccountId) -> Result<u64> {
        let mut messages = 0;
        loop {
            let mut open = self.begin().await?;
            let slice: Vec<Option<Word<FolderId>>> = tx!(&mut open, db => sqlx::query_scalar(
                "DELETE FROM message WHERE id IN (SELECT id FROM message WHERE account_id = $1 LIMIT $2)
                 RETURNING CASE WHEN gone_at IS NULL THEN folder_id END",
            )
            .bind(id.as_str())
            .bind(SLICE.cast_signed())
            .fetch_all(db)
            .await)?;
            let destroyed = slice.len() as u64;
            count_out(&mut open, slice.into_iter().flatten()).await?;
            open.commit().await?;
            messages += destroyed;
            if destroyed < SLICE {
                return Ok(messages);
            }
            tracing::info!(account = %id, messages, "messages destroyed so far");
        }
    }

    /// The ledger's entries and the outcomes of cycles that went. Everything hangs on the account's row (`ON
    /// DELETE CASCADE`).
    async fn wipe_rest(&self, id: &AccountId) -> Result<(u64, u64)> {
        let (mut open, id) = (self.begin().await?, id.as_str());
        let ledger =
            tx!(&mut open, execute sqlx::query("DELETE FROM ledger WHERE account_id = $1").bind(id))?;
        let cycles =
            tx!(&mut open, execute sqlx::query("DELETE FROM cycle_outcome WHERE account_id = $1").bind(id))?;
        tx!(&mut open, execute sqlx::query("DELETE FROM account WHERE id = $1").bind(id))?;
        open.commit().await?;
        Ok((ledger, cycles))
    }
}
