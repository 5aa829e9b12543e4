//! The contacts of an account that is destroyed: their links, journal and queue go with it; they themselves
//! too, unless they are to be kept.

use crate::model::{AccountId, AuditEntry, ContactId};
use crate::store::access::write_down;
use crate::store::accounts::hold;
use crate::store::column::count;
use crate::store::{Claim, Result, Store, on, tx};

/// Rows that one transaction destroys: a fraction of a second on SQLite, where others wait for it.
const SLICE: i64 = 1_000;

/// What is known of the mailbox goes first: what is kept then belongs to no account.
const DESTROYED: [&str; 5] = [
    "DELETE FROM contact_listed WHERE (folder_id, remote_key) IN (
         SELECT l.folder_id, l.remote_key FROM contact_listed l JOIN contact_folder f ON f.id = l.folder_id
         WHERE f.account_id = $1 LIMIT $2)",
    "DELETE FROM contact_match WHERE id IN (SELECT id FROM contact_match WHERE account_id = $1 LIMIT $2)",
    "DELETE FROM contact_link WHERE account_id = $1 AND remote_key IN (
         SELECT remote_key FROM contact_link WHERE account_id = $1 LIMIT $2)",
    "DELETE FROM contact_write WHERE id IN (SELECT id FROM contact_write WHERE account_id = $1 LIMIT $2)",
    "DELETE FROM contact_change WHERE number IN (SELECT number FROM contact_change WHERE account_id = $1 LIMIT $2)",
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
    /// has by now. What has an external id that one of the account's has by now stays apart. How many they are.
    ///
    /// # Errors
    /// `LeaseLost` when another holder has the account; then nothing is written.
    pub async fn adopt_kept_contacts(&self, claim: &Claim) -> Result<u64> {
        let mut open = self.begin().await?;
        hold(&mut open, claim).await?;
        let adopted = tx!(&mut open, execute sqlx::query(
            "UPDATE contact SET account_id = $1, edited_at = changed_at, met = FALSE, former_owner = NULL, former_mailbox = NULL
             WHERE account_id IS NULL AND former_owner = $2 AND former_mailbox = $3 AND NOT EXISTS (
                 SELECT 1 FROM contact o WHERE o.account_id = $1 AND o.external_id = contact.external_id)",
        )
        .bind(claim.account.id.as_str())
        .bind(&claim.account.owner)
        .bind(claim.account.address.as_ref().unwrap_or(&claim.account.login)))?;
        open.commit().await?;
        Ok(adopted)
    }
}
