//! The comparison of a contact folder with its list by ids: what the list has shown so far, and what of the
//! folder it has not.

use super::insert::{insert_text, pieces};
use super::remote_keys;
use crate::model::{AccountId, Comparison, ContactFolderId, storable};
use crate::store::accounts::hold;
use crate::store::column::{Word, millis, rows_in};
use crate::store::{Claim, Result, Store, Tx, on, tx};
use sqlx::AssertSqlSafe;
use std::collections::HashMap;

/// Rows that one transaction destroys.
const SLICE: i64 = 5_000;

/// What is stored of an item that is linked with a contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkedItem {
    /// Where it lies.
    pub folder: ContactFolderId,
    /// Its version.
    pub change_key: Option<String>,
}

#[derive(sqlx::FromRow)]
struct LinkedItemRow {
    remote_key: String,
    folder_id: Word<ContactFolderId>,
    change_key: Option<String>,
}

impl Store {
    /// Those of these items that are linked with a contact, by their ids on the server.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn linked_items(
        &self,
        account: &AccountId,
        remote_ids: &[String],
    ) -> Result<HashMap<String, LinkedItem>> {
        let keys = remote_keys(remote_ids);
        let wanted: Vec<&str> = keys.iter().map(String::as_str).collect();
        let rows: Vec<LinkedItemRow> = rows_in!(
            on(self),
            "SELECT remote_key, folder_id, change_key FROM contact_link
             WHERE account_id = $1 AND ended_at IS NULL AND remote_key IN",
            [account.as_str()],
            &wanted
        );
        let item = |row: LinkedItemRow| {
            (row.remote_key, LinkedItem { folder: row.folder_id.0, change_key: row.change_key })
        };
        let items: HashMap<String, LinkedItem> = rows.into_iter().map(item).collect();
        let named = |(id, key): (&String, &String)| Some((id.clone(), items.get(key)?.clone()));
        Ok(remote_ids.iter().zip(&keys).filter_map(named).collect())
    }

    /// Keeps where the comparison of a folder stands after a page of its list, with the ids that the page
    /// shows; and how many items the server counts, where it said so.
    ///
    /// # Errors
    /// `LeaseLost` when another holder has the account; then nothing is written.
    pub async fn keep_listed_contacts(
        &self,
        claim: &Claim,
        folder: &ContactFolderId,
        comparison: &Comparison,
        listed: &[String],
        server_total: Option<i64>,
    ) -> Result<()> {
        let mut open = self.begin().await?;
        hold(&mut open, claim).await?;
        for piece in pieces(&remote_keys(listed)) {
            let text = insert_text(&open, "contact_listed", &["folder_id", "remote_key"], piece.len());
            tx!(&mut open, execute {
                let mut query = sqlx::query(AssertSqlSafe(format!("{text} ON CONFLICT DO NOTHING")));
                for key in piece {
                    query = query.bind(folder.as_str()).bind(key);
                }
                query
            })?;
        }
        keep(&mut open, folder, comparison, server_total).await?;
        open.commit().await
    }

    /// The ids of items that a folder holds and that its list has not shown. What is missing already and what came
    /// since the comparison began is left out.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn unlisted_contacts(
        &self,
        folder: &ContactFolderId,
        comparison: &Comparison,
    ) -> Result<Vec<String>> {
        Ok(on!(self, db => sqlx::query_scalar(
            "SELECT k.remote_id FROM contact_link k JOIN contact c ON c.id = k.contact_id
             WHERE k.folder_id = $1 AND k.ended_at IS NULL AND k.missing_at IS NULL AND c.created_at < $2
             AND NOT EXISTS (SELECT 1 FROM contact_listed l WHERE l.folder_id = k.folder_id AND l.remote_key = k.remote_key)",
        )
        .bind(folder.as_str())
        .bind(millis(comparison.began))
        .fetch_all(db)
        .await)?)
    }

    /// Forgets what the list of a folder has shown: a comparison begins, or is over.
    ///
    /// # Errors
    /// `LeaseLost` when another holder has the account; then nothing is written.
    pub async fn forget_listed_contacts(
        &self,
        claim: &Claim,
        folder: &ContactFolderId,
        comparison: &Comparison,
    ) -> Result<()> {
        loop {
            let mut open = self.begin().await?;
            hold(&mut open, claim).await?;
            keep(&mut open, folder, comparison, None).await?;
            let forgotten = tx!(&mut open, execute sqlx::query(
                "DELETE FROM contact_listed WHERE folder_id = $1 AND remote_key IN (
                     SELECT remote_key FROM contact_listed WHERE folder_id = $1 LIMIT $2)",
            )
            .bind(folder.as_str())
            .bind(SLICE))?;
            open.commit().await?;
            if forgotten < SLICE.unsigned_abs() {
                return Ok(());
            }
        }
    }
}

async fn keep(
    open: &mut Tx,
    folder: &ContactFolderId,
    comparison: &Comparison,
    server_total: Option<i64>,
) -> Result<()> {
    tx!(open, execute sqlx::query(
        "UPDATE contact_folder SET compare_at = $2, compare_link = $3, compared_at = $4,
         server_total = COALESCE($5, server_total),
         counted = CASE WHEN $5 IS NULL THEN counted ELSE held END,
         counted_more = CASE WHEN $5 IS NULL THEN counted_more ELSE $5 - held END WHERE id = $1",
    )
    .bind(folder.as_str())
    .bind(millis(comparison.began))
    .bind(comparison.link.as_deref().map(storable))
    .bind(millis(comparison.ended))
    .bind(server_total))?;
    Ok(())
}
