//! What a server does not take: not sent again until it is changed, or somebody asks for it.

use super::photo_parked;
use super::rejected::REJECTED;
use crate::model::{AccountId, AuditEntry, ContactId, ContactWrite, ItemFault, storable};
use crate::store::access::write_down;
use crate::store::column::{Ms, Word, count};
use crate::store::retry::{LONGEST_WAIT, SECOND_WAIT};
use crate::store::{Result, Store, Tx, on, tx};
use chrono::{DateTime, Utc};

/// A contact that the server does not take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParkedContact {
    /// The contact's id.
    pub contact: ContactId,
    /// Why.
    pub fault: ItemFault,
    /// Since when.
    pub since: DateTime<Utc>,
    /// When it is sent again by itself; `None` where it is not.
    pub due_at: Option<DateTime<Utc>>,
}

#[derive(sqlx::FromRow)]
struct ParkedRow {
    contact_id: Word<ContactId>,
    code: String,
    text: String,
    parked_at: Ms,
    due_at: Option<Ms>,
}

impl From<ParkedRow> for ParkedContact {
    fn from(row: ParkedRow) -> Self {
        Self {
            contact: row.contact_id.0,
            fault: ItemFault { code: row.code, text: row.text },
            since: row.parked_at.0,
            due_at: row.due_at.map(|at| at.0),
        }
    }
}

impl Store {
    /// Contacts of an account that the server does not take, as they stand, the latest first: so many; and how many there
    /// are.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn parked_contacts(
        &self,
        account: &AccountId,
        limit: u32,
    ) -> Result<(Vec<ParkedContact>, u64)> {
        let rows: Vec<ParkedRow> = on!(self, db => sqlx::query_as(
            "SELECT p.contact_id, p.code, p.text, p.parked_at, p.due_at FROM contact_parked p JOIN contact c ON c.id = p.contact_id
             WHERE p.account_id = $1 AND p.revision = c.revision ORDER BY p.parked_at DESC, p.contact_id LIMIT $2",
        )
        .bind(account.as_str())
        .bind(i64::from(limit))
        .fetch_all(db)
        .await)?;
        let all: i64 = on!(self, db => sqlx::query_scalar(
            "SELECT COUNT(*) FROM contact_parked p JOIN contact c ON c.id = p.contact_id
             WHERE p.account_id = $1 AND p.revision = c.revision",
        )
        .bind(account.as_str())
        .fetch_one(db)
        .await)?;
        // What is counted may be less by then.
        let all = count(all).max(rows.len() as u64);
        Ok((rows.into_iter().map(ParkedContact::from).collect(), all))
    }

    /// Why the server does not take a contact as it stands; `None` where nothing is said of it.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn parked_contact(&self, contact: &ContactId) -> Result<Option<ParkedContact>> {
        let row: Option<ParkedRow> = on!(self, db => sqlx::query_as(
            "SELECT p.contact_id, p.code, p.text, p.parked_at, p.due_at FROM contact_parked p JOIN contact c ON c.id = p.contact_id
             WHERE p.contact_id = $1 AND p.revision = c.revision",
        )
        .bind(contact.as_str())
        .fetch_optional(db)
        .await)?;
        Ok(row.map(ParkedContact::from))
    }

    /// Sends the contacts of an account once more that the server did not take, with the line of the audit log
    /// that says so, and their photos. What a person has rejected stays. How many they are.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn retry_contacts(&self, account: &AccountId, line: &AuditEntry) -> Result<u64> {
        let mut open = self.begin().await?;
        let retried = tx!(&mut open, execute sqlx::query(
            "DELETE FROM contact_parked WHERE account_id = $1 AND code <> $2
             AND revision = (SELECT c.revision FROM contact c WHERE c.id = contact_parked.contact_id)",
        )
        .bind(account.as_str())
        .bind(REJECTED))?;
        let photos = photo_parked::unpark(&mut open, account, false).await?;
        write_down(&mut open, line).await?;
        open.commit().await?;
        Ok(retried + photos)
    }
}

/// Has a contact wait for its next try: it is due again in the next turn, then after 4, 16, 36 … minutes, once
/// a day at last.
pub(super) async fn put_off(
    open: &mut Tx,
    account: &AccountId,
    write: &ContactWrite,
    fault: &ItemFault,
    now: DateTime<Utc>,
) -> Result<()> {
    park(&mut *open, account, write, fault, now).await?;
    tx!(open, execute sqlx::query(
        "UPDATE contact_parked SET due_at = $2
             + CASE WHEN attempts <= $4 THEN (attempts - 1) * (attempts - 1) * $3 ELSE $5 END
         WHERE contact_id = $1",
    )
    .bind(write.contact.as_str())
    .bind(now.timestamp_millis())
    .bind(SECOND_WAIT)
    .bind((LONGEST_WAIT / SECOND_WAIT).isqrt())
    .bind(LONGEST_WAIT))?;
    Ok(())
}

/// Has a contact wait until it is changed.
pub(super) async fn park(
    open: &mut Tx,
    account: &AccountId,
    write: &ContactWrite,
    fault: &ItemFault,
    now: DateTime<Utc>,
) -> Result<()> {
    tx!(open, execute sqlx::query(
        "INSERT INTO contact_parked AS p (contact_id, account_id, revision, code, text, parked_at)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (contact_id) DO UPDATE SET revision = excluded.revision, code = excluded.code,
         text = excluded.text, parked_at = excluded.parked_at, due_at = NULL,
         attempts = CASE WHEN p.revision = excluded.revision THEN p.attempts + 1 ELSE 1 END",
    )
    .bind(write.contact.as_str())
    .bind(account.as_str())
    .bind(write.revision)
    .bind(storable(&fault.code))
    .bind(storable(&fault.text))
    .bind(now.timestamp_millis()))?;
    Ok(())
}

pub(super) async fn unpark(open: &mut Tx, contact: &ContactId) -> Result<()> {
    tx!(open, execute sqlx::query("DELETE FROM contact_parked WHERE contact_id = $1").bind(contact.as_str()))?;
    Ok(())
}
