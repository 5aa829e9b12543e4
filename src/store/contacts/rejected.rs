//! What a person has rejected: it stays here, parked.

use super::gate::decide;
use super::matching::IS_ASKED;
use super::parked::unpark;
use super::photo_parked;
use crate::model::{AccountId, AuditEntry, Contact, ContactId};
use crate::store::access::write_down;
use crate::store::column::{Word, millis};
use crate::store::{Result, Store, Tx, on, tx};
use chrono::{DateTime, Utc};

/// The code of a contact that is parked since a person rejected what was to be written of it (`WithheldReason::Rejected`).
pub(super) const REJECTED: &str = "rejected";
/// What is said of it.
const BY_PERSON: &str = "a person has rejected it";

impl Store {
    /// Keeps back what was changed here until it was last counted, or until now: contacts that were deleted and
    /// still are items are there again, and all are parked, until they are changed here, or approved; so are their
    /// photos. Not those of which a person has yet to say whether the mailbox has them already. An approval that
    /// had not ended yet ends then. How many contacts they are. `counted`: until when it was counted for that person, where
    /// nothing else is meant.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn reject_contacts(
        &self,
        account: &AccountId,
        counted: Option<DateTime<Utc>>,
        line: &AuditEntry,
    ) -> Result<u64> {
        let mut open = self.begin().await?;
        let last = decide(&mut open, account, line.at).await?;
        let until = millis(counted).unwrap_or(last);
        tx!(&mut open, execute sqlx::query(
            "UPDATE contact_gate SET approved_until = $2 WHERE account_id = $1 AND approved_until > $2",
        )
        .bind(account.as_str())
        .bind(until))?;
        tx!(&mut open, execute sqlx::query(
            "UPDATE contact SET gone_at = NULL, changed_at = $3, revision = revision + 1
             WHERE account_id = $1 AND edited_at <= $2 AND gone_at IS NOT NULL",
        )
        .bind(account.as_str())
        .bind(until)
        .bind(line.at.timestamp_millis()))?;
        let text = format!(
            "INSERT INTO contact_parked (contact_id, account_id, revision, code, text, parked_at)
             SELECT c.id, c.account_id, c.revision, $3, $4, $5 FROM contact c
             WHERE c.account_id = $1 AND c.edited_at <= $2 AND NOT {IS_ASKED}
             ON CONFLICT (contact_id) DO UPDATE SET revision = excluded.revision, code = excluded.code,
             text = excluded.text, parked_at = excluded.parked_at, due_at = NULL"
        );
        let kept = tx!(&mut open, execute sqlx::query(sqlx::AssertSqlSafe(text))
        .bind(account.as_str())
        .bind(until)
        .bind(REJECTED)
        .bind(BY_PERSON)
        .bind(line.at.timestamp_millis()))?;
        let photos = photo_parked::reject(&mut open, account, until, (BY_PERSON, line.at)).await?;
        write_down(&mut open, line).await?;
        open.commit().await?;
        Ok(kept + photos)
    }

    /// Contacts of an account that are items, and of which a person has rejected what was to be written.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn rejected_items(&self, account: &AccountId) -> Result<Vec<ContactId>> {
        let rows: Vec<Word<ContactId>> = on!(self, db => sqlx::query_scalar(
            "SELECT p.contact_id FROM contact_parked p JOIN contact c ON c.id = p.contact_id
             JOIN contact_link l ON l.contact_id = c.id AND l.ended_at IS NULL
             WHERE p.account_id = $1 AND p.revision = c.revision AND p.code = $2 ORDER BY p.contact_id",
        )
        .bind(account.as_str())
        .bind(REJECTED)
        .fetch_all(db)
        .await)?;
        Ok(rows.into_iter().map(|id| id.0).collect())
    }

    /// Of rejected contacts that are as the mailbox has them nothing is left to go out; not of one that was changed
    /// since.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn agree_on_rejected(&self, contacts: &[&Contact]) -> Result<()> {
        let mut open = self.begin().await?;
        for contact in contacts {
            let agreed = tx!(&mut open, execute sqlx::query(
                "UPDATE contact SET edited_at = NULL WHERE id = $1 AND revision = $2",
            )
            .bind(contact.id.as_str())
            .bind(contact.revision))?;
            if agreed > 0 {
                unpark(&mut open, &contact.id).await?;
            }
        }
        open.commit().await
    }
}

/// A contact that was rejected stays so after the mailbox has changed it from that revision to the next.
pub(super) async fn stay_rejected(open: &mut Tx, contact: &ContactId, revision: i64) -> Result<()> {
    tx!(open, execute sqlx::query(
        "UPDATE contact_parked SET revision = revision + 1 WHERE contact_id = $1 AND revision = $2 AND code = $3",
    )
    .bind(contact.as_str())
    .bind(revision)
    .bind(REJECTED))?;
    Ok(())
}
