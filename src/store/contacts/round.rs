//! Full rounds: what a folder showed, and what it did not.

use crate::model::{AccountId, ContactFolderId};
use crate::store::column::{Word, count, rows_in};
use crate::store::{Result, Store, Tx, on, tx};
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;

impl Store {
    /// The ids of items that a folder held and that the full round which began at that time did not show. Those
    /// that are missing already are left out.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn unseen_contacts(
        &self,
        folder: &ContactFolderId,
        round: DateTime<Utc>,
    ) -> Result<Vec<String>> {
        Ok(on!(self, db => sqlx::query_scalar(
            "SELECT remote_id FROM contact_link WHERE folder_id = $1
             AND ended_at IS NULL AND missing_at IS NULL AND seen_round IS DISTINCT FROM $2",
        )
        .bind(folder.as_str())
        .bind(round.timestamp_millis())
        .fetch_all(db)
        .await)?)
    }

    /// How many items of each folder are linked with a contact, counted one by one: what the folders' own
    /// counts are to come to.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn count_linked_contacts(&self, account: &AccountId) -> Result<BTreeMap<ContactFolderId, u64>> {
        let rows: Vec<(Word<ContactFolderId>, i64)> = on!(self, db => sqlx::query_as(
            "SELECT folder_id, COUNT(*) FROM contact_link WHERE account_id = $1 AND ended_at IS NULL GROUP BY folder_id",
        )
        .bind(account.as_str())
        .fetch_all(db)
        .await)?;
        Ok(rows.into_iter().map(|(folder, linked)| (folder.0, count(linked))).collect())
    }
}

/// These items were seen, as they are stored: none is missing, and the full round under way showed them.
pub(super) async fn mark_seen(
    open: &mut Tx,
    account: &AccountId,
    remote_keys: &[String],
    round: Option<DateTime<Utc>>,
) -> Result<()> {
    let wanted: Vec<&str> = remote_keys.iter().map(String::as_str).collect();
    let round = round.map(|round| round.timestamp_millis());
    let _: Vec<(String,)> = rows_in!(
        tx(&mut *open),
        "UPDATE contact_link SET missing_at = NULL, seen_round = COALESCE($2, seen_round)
         WHERE account_id = $1 AND ended_at IS NULL
         AND (missing_at IS NOT NULL OR seen_round IS DISTINCT FROM COALESCE($2, seen_round)) AND remote_key IN",
        [account.as_str(), round],
        &wanted
    );
    Ok(())
}
