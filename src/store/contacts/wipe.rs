//! The contacts of an account that is destroyed: their links, journal and queue go with it; they themselves
//! too, unless they are to be kept.

use crate::model::{AccountId, AuditEntry, ContactId, ContactsEnd, ContactsEnded};
use crate::store::access::write_down;
use crate::store::accounts::{hold, shut_out};
use crate::store::column::{Word, count};
use crate::store::{Claim, Result, Store, Tx, on, tx};

/// Rows that one transaction destroys: a fraction of a second on SQLite, where others wait for it.
const SLICE: i64 = 1_000;

/// What is known of the mailbox goes first: what is kept then belongs to no account.
const DESTROYED: [&str; 8] = [
    "DELETE FROM contact_listed WHERE (folder_id, remote_key) IN (
         SELECT l.folder_id, l.remote_key FROM contact_listed l JOIN contact_folder f ON f.id = l.folder_id
         WHERE f.account_id = $1 LIMIT $2)",
    "DELETE FROM contact_match WHERE id IN (SELECT id FROM contact_match WHERE account_id = $1 LIMIT $2)",
    "DELETE FROM contact_link WHERE account_id = $1 AND remote_key IN (
         SELECT remote_key FROM contact_link WHERE account_id = $1 LIMIT $2)",
    "DELETE FROM contact_write WHERE id IN (SELECT id FROM contact_write WHERE account_id = $1 LIMIT $2)",
    "DELETE FROM contact_change WHERE number IN (SELECT number FROM contact_change WHERE account_id = $1 LIMIT $2)",
    "DELETE FROM contact_parked WHERE contact_id IN (
         SELECT contact_id FROM contact_parked WHERE account_id = $1 LIMIT $2)",
    "DELETE FROM contact_ledger WHERE account_id = $1 AND remote_key IN (
         SELECT remote_key FROM contact_ledger WHERE account_id = $1 LIMIT $2)",
    "DELETE FROM request_key WHERE key IN (SELECT key FROM request_key WHERE account_id = $1 LIMIT $2)",
];
/// Of an account that goes on: nothing reads its contacts any more, and nothing that a person has let out goes out
/// when it is connected again. Which way they go stays said.
const GIVEN_UP: [&str; 3] = [
    "UPDATE account SET contacts_leaving = TRUE WHERE id = $1",
    "DELETE FROM contact_folder WHERE account_id = $1",
    "UPDATE contact_gate SET is_past_first = FALSE, approved_until = NULL, asked_at = NULL, asked_why = NULL,
         asked_until = NULL, creates = NULL, overwrites = NULL, deletes = NULL, missing_at = NULL, missing = NULL,
         missing_of = NULL, missing_until = NULL, missing_answer = NULL WHERE account_id = $1",
];
/// By it a contact that is kept is known again.
const ITEMS: &str =
    "UPDATE contact SET former_item = (SELECT remote_key FROM contact_link l WHERE l.contact_id = contact.id AND l.ended_at IS NULL)
     WHERE id IN (SELECT c.id FROM contact c JOIN contact_link l ON l.contact_id = c.id AND l.ended_at IS NULL
         WHERE c.account_id = $1 AND c.former_item IS DISTINCT FROM l.remote_key LIMIT $2)";
const KEPT: &str = "UPDATE contact SET account_id = NULL, edited_at = NULL,
         former_owner = (SELECT owner FROM account WHERE id = $1),
         former_mailbox = (SELECT COALESCE(address, login) FROM account WHERE id = $1)
     WHERE id IN (SELECT id FROM contact WHERE account_id = $1 AND gone_at IS NULL LIMIT $2)";
const REST: &str = "DELETE FROM contact WHERE id IN (SELECT id FROM contact WHERE account_id = $1 LIMIT $2)";

impl Store {
    /// Destroys what an account has of contacts, in slices.
    pub(in crate::store) async fn wipe_contacts(&self, id: &AccountId) -> Result<()> {
        let keeps: Option<bool> = on!(self, db => sqlx::query_scalar("SELECT keeps_contacts FROM account WHERE id = $1")
            .bind(id.as_str())
            .fetch_optional(db)
            .await)?;
        let keeps = keeps == Some(true);
        if keeps {
            self.in_slices(id, ITEMS).await?;
        }
        for text in DESTROYED {
            self.in_slices(id, text).await?;
        }
        if keeps {
            self.in_slices(id, KEPT).await?;
        }
        self.in_slices(id, REST).await
    }

    /// Goes on with the contacts of every account that goes on without them.
    pub(in crate::store) async fn finish_giving_contacts_up(&self) -> Result<()> {
        let ids: Vec<Word<AccountId>> = on!(self, db => sqlx::query_scalar("SELECT id FROM account WHERE contacts_leaving AND NOT leaving")
                .fetch_all(db)
                .await)?;
        for id in ids {
            tracing::info!(account = %id.0, "its contacts are given up");
            self.give_contacts_up(&id.0).await?;
        }
        Ok(())
    }

    /// Ends what `leave_contacts` began.
    pub(in crate::store) async fn give_contacts_up(&self, id: &AccountId) -> Result<()> {
        self.wipe_contacts(id).await?;
        on!(self, execute sqlx::query("UPDATE account SET contacts_leaving = FALSE WHERE id = $1").bind(id.as_str()))?;
        Ok(())
    }

    async fn in_slices(&self, id: &AccountId, text: &'static str) -> Result<()> {
        loop {
            let mut open = self.begin().await?;
            let done = tx!(&mut open, execute sqlx::query(text).bind(id.as_str()).bind(SLICE))?;
            open.commit().await?;
            if done < count(SLICE) {
                return Ok(());
            }
        }
    }

    /// Destroys a contact that was kept when its account was disconnected, with the line of the audit log that says
    /// so. Whether it was one.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn destroy_kept_contact(&self, id: &ContactId, line: &AuditEntry) -> Result<bool> {
        let mut open = self.begin().await?;
        let destroyed = tx!(&mut open, execute sqlx::query("DELETE FROM contact WHERE id = $1 AND account_id IS NULL")
            .bind(id.as_str()))?;
        if destroyed == 0 {
            return Ok(false);
        }
        write_down(&mut open, line).await?;
        open.commit().await?;
        Ok(true)
    }

    /// Gives a claimed account the contacts that were kept when its owner disconnected the same mailbox
    /// before; all of them are left to go out, as they were last changed, once they were compared with what it
    /// has by now. What has an external id that one of the account's has by now stays apart, and of several
    /// that were kept with one external id all but the one that was changed last. How many they are.
    ///
    /// # Errors
    /// `LeaseLost` when another holder has the account; then nothing is written.
    pub async fn adopt_kept_contacts(&self, claim: &Claim) -> Result<u64> {
        let mut open = self.begin().await?;
        hold(&mut open, claim).await?;
        let adopted = tx!(&mut open, execute sqlx::query(
            "UPDATE contact SET account_id = $1, edited_at = changed_at, met = FALSE, former_owner = NULL, former_mailbox = NULL
             WHERE account_id IS NULL AND former_owner = $2 AND former_mailbox = $3 AND NOT EXISTS (
                 SELECT 1 FROM contact o WHERE o.account_id = $1 AND o.external_id = contact.external_id)
             AND NOT EXISTS (
                 SELECT 1 FROM contact o WHERE o.account_id IS NULL AND o.former_owner = $2 AND o.former_mailbox = $3
                 AND o.external_id = contact.external_id
                 AND (o.changed_at > contact.changed_at OR o.changed_at = contact.changed_at AND o.id > contact.id))",
        )
        .bind(claim.account.id.as_str())
        .bind(&claim.account.owner)
        .bind(claim.account.address.as_ref().unwrap_or(&claim.account.login)))?;
        open.commit().await?;
        Ok(adopted)
    }
}

/// Says what is to become of an account's contacts; what will. What was said before holds.
pub(in crate::store) async fn will_leave(
    open: &mut Tx,
    id: &AccountId,
    end: ContactsEnd,
) -> Result<ContactsEnded> {
    tx!(open, execute sqlx::query(
        "UPDATE account SET keeps_contacts = $2 WHERE id = $1 AND NOT leaving AND NOT contacts_leaving",
    )
    .bind(id.as_str())
    .bind(end == ContactsEnd::Keep))?;
    let (all, kept): (i64, i64) = tx!(open, db => sqlx::query_as(
        "SELECT COUNT(*), COALESCE(SUM(CASE WHEN a.keeps_contacts AND c.gone_at IS NULL THEN 1 ELSE 0 END), 0)
         FROM contact c JOIN account a ON a.id = c.account_id WHERE a.id = $1",
    )
    .bind(id.as_str())
    .fetch_one(db)
    .await)?;
    Ok(ContactsEnded { destroyed: count(all - kept), kept: count(kept) })
}

/// Takes the contacts of an account that goes on out of every turn's reach.
pub(in crate::store) async fn leave_contacts(open: &mut Tx, id: &AccountId) -> Result<()> {
    shut_out(open, id).await?;
    for text in GIVEN_UP {
        tx!(open, execute sqlx::query(text).bind(id.as_str()))?;
    }
    Ok(())
}
