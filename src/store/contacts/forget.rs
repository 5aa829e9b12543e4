//! What is over is forgotten after a while: which contacts items were, what was written to mailboxes, changes
//! that other programs handed in, and contacts that are gone, with their cards and photos.

use crate::store::accounts::hold;
use crate::store::column::count;
use crate::store::{Claim, Result, Store, tx};
use chrono::{DateTime, Utc};

/// Rows that one transaction destroys: a fraction of a second on SQLite, where others wait for it.
const SLICE: i64 = 1_000;

/// A link is kept while something of its contact is left to go out: that the mailbox deleted the item decides
/// what becomes of that. A contact goes after all that names it.
const FORGOTTEN: [&str; 4] = [
    "DELETE FROM contact_link WHERE account_id = $1 AND remote_key IN (
         SELECT l.remote_key FROM contact_link l JOIN contact c ON c.id = l.contact_id
         WHERE l.account_id = $1 AND l.ended_at < $2 AND c.edited_at IS NULL LIMIT $3)",
    "DELETE FROM contact_write WHERE id IN (
         SELECT id FROM contact_write WHERE account_id = $1 AND begun_at < $2 AND ended_at < $2 LIMIT $3)",
    "DELETE FROM contact_change WHERE number IN (
         SELECT number FROM contact_change WHERE account_id = $1 AND done_at < $2 LIMIT $3)",
    "DELETE FROM contact WHERE id IN (
         SELECT c.id FROM contact c WHERE c.account_id = $1 AND c.gone_at < $2 AND c.edited_at IS NULL
         AND NOT EXISTS (SELECT 1 FROM contact_link l WHERE l.contact_id = c.id)
         AND NOT EXISTS (SELECT 1 FROM contact_write w WHERE w.contact_id = c.id) LIMIT $3)",
];

impl Store {
    /// Forgets what was over before an instant of a claimed account's contacts.
    ///
    /// # Errors
    /// `LeaseLost` when another holder has the account; what was forgotten until then stays so.
    pub async fn forget_contacts(&self, claim: &Claim, before: DateTime<Utc>) -> Result<()> {
        for text in FORGOTTEN {
            loop {
                let mut open = self.begin().await?;
                hold(&mut open, claim).await?;
                let forgotten = tx!(&mut open, execute sqlx::query(text)
                    .bind(claim.account.id.as_str())
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
