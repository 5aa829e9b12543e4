//! Changes that another program hands in.

use crate::model::{AccountId, ContactId, HandedChange, storable};
use crate::store::accounts::hold;
use crate::store::column::Word;
use crate::store::{Claim, Result, Store, Tx, on, tx};
use chrono::{DateTime, Utc};

#[derive(sqlx::FromRow)]
struct ChangeRow {
    number: i64,
    contact_id: Option<Word<ContactId>>,
    external_id: Option<String>,
    card: Option<String>,
    based_on: Option<i64>,
    handed_in_by: Option<String>,
}

impl From<ChangeRow> for HandedChange {
    fn from(row: ChangeRow) -> Self {
        Self {
            number: row.number,
            contact: row.contact_id.map(|id| id.0),
            external_id: row.external_id,
            card: row.card,
            based_on: row.based_on,
            handed_in_by: row.handed_in_by,
        }
    }
}

impl Store {
    /// The changes of an account's contacts that wait to be taken, in their order.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn handed_changes(&self, account: &AccountId, limit: u32) -> Result<Vec<HandedChange>> {
        let rows: Vec<ChangeRow> = on!(self, db => sqlx::query_as(
            "SELECT number, contact_id, external_id, CASE change WHEN 'put' THEN COALESCE(card, '{}') END AS card, based_on, handed_in_by
             FROM contact_change WHERE account_id = $1 AND done_at IS NULL ORDER BY number LIMIT $2",
        )
        .bind(account.as_str())
        .bind(i64::from(limit))
        .fetch_all(db)
        .await)?;
        Ok(rows.into_iter().map(HandedChange::from).collect())
    }

    /// Says of a change that waits that it is not taken: `stale` or `refused`, and why.
    ///
    /// # Errors
    /// `LeaseLost` when another holder has the account; then nothing is written.
    pub async fn refuse_change(
        &self,
        claim: &Claim,
        number: i64,
        (outcome, message): (&'static str, &str),
        now: DateTime<Utc>,
    ) -> Result<()> {
        let mut open = self.begin().await?;
        hold(&mut open, claim).await?;
        end_change(&mut open, number, None, (outcome, Some(message)), now).await?;
        open.commit().await
    }
}

/// Whether the change had not ended before.
pub(super) async fn end_change(
    open: &mut Tx,
    number: i64,
    contact: Option<&ContactId>,
    (outcome, message): (&'static str, Option<&str>),
    now: DateTime<Utc>,
) -> Result<bool> {
    let ended = tx!(open, execute sqlx::query(
        "UPDATE contact_change SET done_at = $5, outcome = $3, message = $4, contact_id = COALESCE($2, contact_id)
         WHERE number = $1 AND done_at IS NULL",
    )
    .bind(number)
    .bind(contact.map(ContactId::as_str))
    .bind(outcome)
    .bind(message.map(storable))
    .bind(now.timestamp_millis()))?;
    Ok(ended > 0)
}
