//! An account destroyed.

use super::Receipt;
use super::account::connected;
use super::folder::count_out;
use crate::model::{AccountId, AuditEntry, ContactsEnd, ContactsEnded, FolderId};
use crate::store::access::write_down;
use crate::store::column::{self, Word};
use crate::store::contacts::will_leave;
use crate::store::outbox::destroy_outbox;
use crate::store::{Result, Store, Tx, on, tx};
use serde::Serialize;
use utoipa::ToSchema;

/// Messages that one transaction destroys: a fraction of a second on SQLite, where others wait for it.
const SLICE: u64 = 1_000;

/// What went with an account.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Wiped {
    /// Messages, with their bodies, recipients and ids.
    pub messages: u64,
    /// Entries of the ledger.
    pub ledger: u64,
    /// Sealed records and the data key.
    pub secrets: u64,
    /// What reports of cycles told of it.
    pub cycles: u64,
    /// What became of its contacts.
    pub contacts: ContactsEnded,
}

impl Store {
    /// Destroys the account and all that belongs to it, in slices, so that nobody waits for the whole of it.
    /// Keys, credentials and road go first, in one transaction: from then on it is connected no more, and
    /// nobody reads it or gets in with it. What is not destroyed yet is still stored.
    ///
    /// Doing it again finishes what an interrupted one left: on SQLite the erased text leaves the write-ahead
    /// log too.
    ///
    /// # Errors
    /// `LogKept` when a reader keeps the log from being emptied; the rows are gone.
    pub async fn delete_account(&self, id: &AccountId) -> Result<Wiped> {
        self.wipe(id, None, ContactsEnd::Destroy).await
    }

    /// Deletes a row of an owner's in which there is nothing to remember: nobody was connected by it, and no password was
    /// tried. Whether there was such a row.
    ///
    /// # Errors
    /// Those of `delete_account`.
    pub async fn forget_begun(&self, id: &AccountId, owner: &str) -> Result<bool> {
        const TEXT: &str = concat!(
            "UPDATE account AS a SET leaving = TRUE WHERE a.id = $1 AND a.owner = $2 AND NOT a.leaving
             AND NOT EXISTS (SELECT 1 FROM password_attempt p WHERE p.account_id = a.id) AND NOT ",
            connected!()
        );
        let mut open = self.begin().await?;
        let is_begun = tx!(&mut open, execute sqlx::query(TEXT).bind(id.as_str()).bind(owner))? > 0;
        open.commit().await?;
        if is_begun {
            self.delete_account(id).await?;
        }
        Ok(is_begun)
    }

    /// As `delete_account`, and keeps the line that tells of it, with how much it is, with the first step, unless that was taken before. Its
    /// contacts may stay, as those of nobody's account: their links with the mailbox, where its folders were
    /// read to and the journal are destroyed.
    ///
    /// # Errors
    /// Those of `delete_account`.
    pub async fn disconnect_account(
        &self,
        id: &AccountId,
        contacts: ContactsEnd,
        line: &AuditEntry,
    ) -> Result<Wiped> {
        self.wipe(id, Some(line), contacts).await
    }

    /// What would go with an account that is disconnected now. Nothing is changed.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn would_wipe(&self, id: &AccountId, contacts: ContactsEnd) -> Result<Wiped> {
        let mut open = self.begin().await?;
        // The transaction in which it is said, and counted by, is given up.
        let contacts = will_leave(&mut open, id, contacts).await?;
        Ok(Wiped { contacts, ..count(&mut open, id).await? })
    }

    /// The accounts whose destruction was begun and is not ended: cut short, or under way elsewhere.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn leaving(&self) -> Result<Vec<AccountId>> {
        let ids: Vec<Word<AccountId>> =
            on!(self, db => sqlx::query_scalar("SELECT id FROM account WHERE leaving").fetch_all(db).await)?;
        Ok(ids.into_iter().map(|id| id.0).collect())
    }

    /// Whether something of an account is left to be destroyed, or given up.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn is_leaving(&self) -> Result<bool> {
        let text = "SELECT EXISTS (SELECT 1 FROM account WHERE leaving OR contacts_leaving)";
        Ok(on!(self, db => sqlx::query_scalar(text).fetch_one(db).await)?)
    }

    /// Goes on with every such destruction.
    ///
    /// # Errors
    /// Those of `delete_account`.
    pub async fn finish_deletions(&self) -> Result<()> {
        for account in self.leaving().await? {
            tracing::info!(%account, "its destruction goes on");
            self.delete_account(&account).await?;
        }
        self.finish_giving_contacts_up().await
    }

    async fn wipe(&self, id: &AccountId, line: Option<&AuditEntry>, contacts: ContactsEnd) -> Result<Wiped> {
        let wiped = self.begin_wipe(id, line, contacts).await?;
        self.wipe_messages(id).await?;
        self.wipe_contacts(id).await?;
        let mut open = self.begin().await?;
        tx!(&mut open, execute sqlx::query("DELETE FROM account WHERE id = $1 AND leaving").bind(id.as_str()))?;
        open.commit().await?;
        self.empty_log().await?;
        Ok(wiped)
    }

    /// Takes the account's keys, credentials and road, parks it, and ends the turn that holds it; what will
    /// go with it.
    async fn begin_wipe(
        &self,
        id: &AccountId,
        line: Option<&AuditEntry>,
        contacts: ContactsEnd,
    ) -> Result<Wiped> {
        let mut open = self.begin().await?;
        let contacts = will_leave(&mut open, id, contacts).await?;
        let wiped = Wiped { contacts, ..count(&mut open, id).await? };
        let tokens = has_grant(&mut open, id).await?;
        let is_first = tx!(&mut open, execute sqlx::query(
            "UPDATE account SET leaving = TRUE, sync_enabled = FALSE, road = 'none' WHERE id = $1 AND NOT leaving",
        )
        .bind(id.as_str()))?
            > 0;
        shut_out(&mut open, id).await?;
        for text in [
            "UPDATE part_state SET next_at = NULL WHERE account_id = $1",
            // In the order in which whoever seals takes them.
            "DELETE FROM data_key WHERE account_id = $1",
            "DELETE FROM sealed_record WHERE account_id = $1",
            "DELETE FROM oauth_grant WHERE account_id = $1",
            "DELETE FROM contact_folder WHERE account_id = $1",
        ] {
            tx!(&mut open, execute sqlx::query(text).bind(id.as_str()))?;
        }
        destroy_outbox(&mut open, id).await?;
        if let Some(line) = line.filter(|_| is_first) {
            let detail = Some(Receipt { tokens, wiped }.to_string());
            write_down(&mut open, &AuditEntry { detail, ..line.clone() }).await?;
        }
        open.commit().await?;
        Ok(wiped)
    }

    async fn wipe_messages(&self, id: &AccountId) -> Result<()> {
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
                return Ok(());
            }
            tracing::info!(account = %id, messages, "messages destroyed so far");
        }
    }
}

/// Ends the turn that holds an account: what it writes from now on is refused.
pub(in crate::store) async fn shut_out(open: &mut Tx, id: &AccountId) -> Result<()> {
    tx!(open, execute sqlx::query(
        "UPDATE sync_state SET lease_holder = NULL, lease_until = NULL, epoch = epoch + 1 WHERE account_id = $1",
    )
    .bind(id.as_str()))?;
    Ok(())
}

async fn has_grant(open: &mut Tx, id: &AccountId) -> Result<bool> {
    let text = "SELECT EXISTS (SELECT 1 FROM oauth_grant WHERE account_id = $1)";
    Ok(tx!(open, db => sqlx::query_scalar(text).bind(id.as_str()).fetch_one(db).await)?)
}

async fn count(open: &mut Tx, id: &AccountId) -> Result<Wiped> {
    let counts: (i64, i64, i64, i64) = tx!(open, db => sqlx::query_as(
        "SELECT (SELECT COUNT(*) FROM message WHERE account_id = $1),
                (SELECT COUNT(*) FROM ledger WHERE account_id = $1),
                (SELECT COUNT(*) FROM sealed_record WHERE account_id = $1)
                + (SELECT COUNT(*) FROM data_key WHERE account_id = $1),
                (SELECT COUNT(*) FROM cycle_outcome WHERE account_id = $1)",
    )
    .bind(id.as_str())
    .fetch_one(db)
    .await)?;
    let [messages, ledger, secrets, cycles] = <[i64; 4]>::from(counts).map(column::count);
    Ok(Wiped { messages, ledger, secrets, cycles, contacts: ContactsEnded::default() })
}
