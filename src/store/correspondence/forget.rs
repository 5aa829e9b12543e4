//! What has ended is forgotten after a while.

use crate::store::accounts::hold;
use crate::store::column::count;
use crate::store::{Claim, Result, Store, on, tx};
use chrono::{DateTime, Utc};

/// Rows that one transaction destroys: a fraction of a second on SQLite, where others wait for it.
const SLICE: i64 = 1_000;

/// The items first: there may be very many.
const FORGOTTEN: [&str; 2] = [
    "DELETE FROM correspondence_item WHERE (correspondence_id, space, item_id) IN (
         SELECT i.correspondence_id, i.space, i.item_id
         FROM correspondence_item i JOIN correspondence c ON c.id = i.correspondence_id
         WHERE c.account_id = $1 AND c.ended_at < $2 LIMIT $3)",
    "DELETE FROM correspondence WHERE id IN (
         SELECT id FROM correspondence WHERE account_id = $1 AND ended_at < $2 LIMIT $3)",
];

impl Store {
    /// Forgets what ended before an instant of a claimed account.
    ///
    /// # Errors
    /// `LeaseLost` when another holder has the account; what was forgotten until then stays so.
    pub async fn forget_correspondences(&self, claim: &Claim, before: DateTime<Utc>) -> Result<()> {
        let account = &claim.account.id;
        let is_any: bool = on!(self, db => sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM correspondence WHERE account_id = $1 AND ended_at < $2)",
        )
        .bind(account.as_str())
        .bind(before.timestamp_millis())
        .fetch_one(db)
        .await)?;
        // An idle turn writes nothing.
        for text in FORGOTTEN.into_iter().filter(|_| is_any) {
            loop {
                let mut open = self.begin().await?;
                hold(&mut open, claim).await?;
                let forgotten = tx!(&mut open, execute sqlx::query(text)
                    .bind(account.as_str())
                    .bind(before.timestamp_millis())
                    .bind(SLICE))?;
                open.commit().await?;
                if forgotten < count(SLICE) {
                    break;
                }
            }
        }
        Ok(())
    }
}
