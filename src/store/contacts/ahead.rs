//! What of an account's contacts was written down while a clock was ahead: it would wait until then, and an approval of
//! now would not reach it.

use crate::model::AccountId;
use crate::store::accounts::hold;
use crate::store::retry::LONGEST_WAIT;
use crate::store::{Claim, Result, Store, on, tx};
use chrono::{DateTime, Utc};

/// What is later than it can be, and is set back: `$1` account, `$2` now, `$3` now and the longest wait. Each names all
/// three, as they are bound for all of them.
const AHEAD: [(&str, &str, &str); 6] = [
    ("contact", "edited_at", "account_id = $1 AND edited_at > $2 AND $3 > 0"),
    (
        "contact_photo_edit",
        "edited_at",
        "edited_at > $2 AND $3 > 0 AND contact_id IN (SELECT id FROM contact WHERE account_id = $1)",
    ),
    ("contact_parked", "due_at", "account_id = $1 AND due_at > $3"),
    (
        "contact_photo_edit",
        "due_at",
        "due_at > $3 AND contact_id IN (SELECT id FROM contact WHERE account_id = $1)",
    ),
    ("contact_write", "begun_at", "account_id = $1 AND ended_at IS NULL AND begun_at > $2 AND $3 > 0"),
    ("contact_gate", "asked_until", "account_id = $1 AND asked_until > $2 AND $3 > 0"),
];

impl Store {
    /// Has what was changed, put off, begun or counted of a claimed account's contacts later than it can be by now
    /// be as of now.
    ///
    /// # Errors
    /// `LeaseLost` when another holder has the account; then nothing is written.
    pub async fn set_back_contacts(&self, claim: &Claim, now: DateTime<Utc>) -> Result<()> {
        let account = &claim.account.id;
        if !self.has_contacts_ahead(account, now).await? {
            return Ok(());
        }
        let mut open = self.begin().await?;
        hold(&mut open, claim).await?;
        for (table, column, ahead) in AHEAD {
            let text = format!("UPDATE {table} SET {column} = $2 WHERE {ahead}");
            tx!(&mut open, execute sqlx::query(sqlx::AssertSqlSafe(text))
                .bind(account.as_str())
                .bind(now.timestamp_millis())
                .bind(now.timestamp_millis() + LONGEST_WAIT))?;
        }
        open.commit().await
    }

    async fn has_contacts_ahead(&self, account: &AccountId, now: DateTime<Utc>) -> Result<bool> {
        let any = AHEAD.map(|(table, _, ahead)| format!("SELECT 1 FROM {table} WHERE {ahead}"));
        let text = format!("SELECT COUNT(*) FROM ({}) AS ahead", any.join(" UNION ALL "));
        let ahead: i64 = on!(self, db => sqlx::query_scalar(sqlx::AssertSqlSafe(text))
            .bind(account.as_str())
            .bind(now.timestamp_millis())
            .bind(now.timestamp_millis() + LONGEST_WAIT)
            .fetch_one(db)
            .await)?;
        Ok(ahead > 0)
    }
}
