//! Photos that a server does not take, or that a person has rejected: not sent again until they are changed, or somebody
//! asks for it. What else was changed of their contacts goes out.

use super::parked::ParkedContact;
use super::rejected::REJECTED;
use crate::model::{AccountId, ContactId, ItemFault, storable};
use crate::store::column::{Ms, Word};
use crate::store::retry::{LONGEST_WAIT, SECOND_WAIT};
use crate::store::{Result, Store, Tx, on, tx};
use chrono::{DateTime, Utc};

#[derive(sqlx::FromRow)]
struct ParkedPhotoRow {
    contact_id: Word<ContactId>,
    code: String,
    text: String,
    parked_at: Ms,
    due_at: Option<Ms>,
}

impl Store {
    /// The contacts of an account whose photos the server does not take, or that wait for their next try; the latest
    /// first.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn parked_photos(&self, account: &AccountId) -> Result<Vec<ParkedContact>> {
        let rows: Vec<ParkedPhotoRow> = on!(self, db => sqlx::query_as(
            "SELECT e.contact_id, e.code, e.text, e.parked_at, e.due_at
             FROM contact_photo_edit e CROSS JOIN contact c
             WHERE c.id = e.contact_id AND c.account_id = $1 AND c.gone_at IS NULL AND e.code IS NOT NULL ORDER BY e.parked_at DESC, e.contact_id",
        )
        .bind(account.as_str())
        .fetch_all(db)
        .await)?;
        let parked = |row: ParkedPhotoRow| ParkedContact {
            contact: row.contact_id.0,
            fault: ItemFault { code: row.code, text: row.text },
            since: row.parked_at.0,
            due_at: row.due_at.map(|at| at.0),
        };
        Ok(rows.into_iter().map(parked).collect())
    }
}

/// Has a photo wait until it is changed or, from `due` on, for its next try: in the next turn, then after 4, 16, 36 …
/// minutes, once a day at last. Not one that was changed since.
pub(super) async fn park(
    open: &mut Tx,
    (contact, number): (&ContactId, i64),
    fault: &ItemFault,
    due: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Result<()> {
    tx!(open, execute sqlx::query(
        "UPDATE contact_photo_edit SET code = $3, text = $4, parked_at = $5, attempts = attempts + 1,
         due_at = $6 + CASE WHEN attempts < $8 THEN attempts * attempts * $7 ELSE $9 END
         WHERE contact_id = $1 AND number = $2",
    )
    .bind(contact.as_str())
    .bind(number)
    .bind(storable(&fault.code))
    .bind(storable(&fault.text))
    .bind(now.timestamp_millis())
    .bind(due.map(|due| due.timestamp_millis()))
    .bind(SECOND_WAIT)
    .bind((LONGEST_WAIT / SECOND_WAIT).isqrt())
    .bind(LONGEST_WAIT))?;
    Ok(())
}

/// Sends the photos of an account once more, those that a person has rejected, or the others. How many they are,
/// without those of contacts that are sent once more anyway.
pub(super) async fn unpark(open: &mut Tx, account: &AccountId, is_rejected: bool) -> Result<u64> {
    tx!(open, execute sqlx::query(
        "UPDATE contact_photo_edit SET code = NULL, text = NULL, parked_at = NULL, due_at = NULL
         WHERE code IS NOT NULL AND (code = $2) = $3
         AND contact_id IN (SELECT id FROM contact WHERE account_id = $1)",
    )
    .bind(account.as_str())
    .bind(REJECTED)
    .bind(is_rejected))
    .map_err(Into::into)
}

/// Keeps back the photos of an account that were changed up to an instant. How many they are whose contacts were not
/// changed otherwise.
pub(super) async fn reject(
    open: &mut Tx,
    account: &AccountId,
    until: i64,
    (why, now): (&str, DateTime<Utc>),
) -> Result<u64> {
    let kept: i64 = tx!(&mut *open, db => sqlx::query_scalar(
        "SELECT COUNT(*) FROM contact_photo_edit e CROSS JOIN contact c
         WHERE c.id = e.contact_id AND c.account_id = $1 AND e.edited_at <= $2 AND c.gone_at IS NULL
         AND (c.edited_at IS NULL OR c.edited_at > $2)",
    )
    .bind(account.as_str())
    .bind(until)
    .fetch_one(db)
    .await)?;
    tx!(open, execute sqlx::query(
        "UPDATE contact_photo_edit SET code = $3, text = $4, parked_at = $5, due_at = NULL
         WHERE edited_at <= $2 AND contact_id IN (SELECT id FROM contact WHERE account_id = $1)",
    )
    .bind(account.as_str())
    .bind(until)
    .bind(REJECTED)
    .bind(why)
    .bind(now.timestamp_millis()))?;
    Ok(kept.unsigned_abs())
}
