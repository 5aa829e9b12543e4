//! The contact folders of accounts: what their mailboxes list, and how far each is read.

use crate::model::{
    AccountId, Comparison, ContactFolder, ContactFolderId, FolderCursor, FullRound, storable,
};
use crate::store::accounts::hold;
use crate::store::column::{Ms, Word, count, millis};
use crate::store::{Claim, Result, Store, Tx, on, tx};

#[derive(sqlx::FromRow)]
struct ContactFolderRow {
    id: Word<ContactFolderId>,
    remote_id: String,
    parent_remote_id: Option<String>,
    name: Option<String>,
    is_default: bool,
    cursor: Option<String>,
    cursor_id_format: Option<String>,
    round_at: Option<Ms>,
    round_read: bool,
    server_total: Option<i64>,
    counted: Option<i64>,
    held: i64,
    last_success_at: Option<Ms>,
    listed_at: Option<Ms>,
    vanished_at: Option<Ms>,
    compare_at: Option<Ms>,
    compare_link: Option<String>,
    compared_at: Option<Ms>,
}

impl From<ContactFolderRow> for ContactFolder {
    fn from(row: ContactFolderRow) -> Self {
        let cursor = row.cursor.zip(row.cursor_id_format);
        Self {
            id: row.id.0,
            remote_id: row.remote_id,
            parent: row.parent_remote_id,
            name: row.name,
            is_default: row.is_default,
            cursor: cursor.map(|(link, id_format)| FolderCursor { link, id_format }),
            round: row.round_at.map(|began| FullRound { began: began.0, is_read: row.round_read }),
            server_total: row.server_total,
            counted: row.counted.map(count),
            held: count(row.held),
            last_success_at: row.last_success_at.map(|at| at.0),
            listed_at: row.listed_at.map(|at| at.0),
            vanished_at: row.vanished_at.map(|at| at.0),
            comparison: Comparison {
                began: row.compare_at.map(|at| at.0),
                link: row.compare_link,
                ended: row.compared_at.map(|at| at.0),
            },
        }
    }
}

impl Store {
    /// The contact folders of an account that were ever listed, the default one first, then in the order in
    /// which they were first seen.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn contact_folders(&self, account: &AccountId) -> Result<Vec<ContactFolder>> {
        let rows: Vec<ContactFolderRow> = on!(self, db => sqlx::query_as(
            "SELECT id, remote_id, parent_remote_id, name, is_default, cursor, cursor_id_format, round_at, round_read,
             server_total, counted, held, last_success_at, listed_at, vanished_at, compare_at, compare_link, compared_at
             FROM contact_folder WHERE account_id = $1 ORDER BY is_default DESC, id",
        )
        .bind(account.as_str())
        .fetch_all(db)
        .await)?;
        Ok(rows.into_iter().map(ContactFolder::from).collect())
    }

    /// Keeps how many items the server counts in a folder. A count that is not explained by what the folder holds
    /// more or less than before is asked for once more.
    ///
    /// # Errors
    /// `LeaseLost` when another holder has the account; then nothing is written.
    pub async fn keep_contact_count(&self, claim: &Claim, folder: &ContactFolder, total: i64) -> Result<()> {
        let mut open = self.begin().await?;
        hold(&mut open, claim).await?;
        tx!(&mut open, execute sqlx::query(
            "UPDATE contact_folder SET server_total = $2,
                 counted = CASE WHEN counted_more = $2 - $3 THEN $3 END, counted_more = $2 - $3
             WHERE id = $1",
        )
        .bind(folder.id.as_str())
        .bind(total)
        .bind(folder.held.cast_signed()))?;
        open.commit().await
    }

    /// Writes what has changed of a claimed account's contact folders; but not how many contacts they hold, nor
    /// how far they are compared.
    ///
    /// # Errors
    /// `LeaseLost` when another holder has the account; then nothing is written.
    pub async fn keep_contact_folders(&self, claim: &Claim, changed: &[ContactFolder]) -> Result<()> {
        let mut open = self.begin().await?;
        hold(&mut open, claim).await?;
        for folder in changed {
            write_folder(&mut open, &claim.account.id, folder).await?;
        }
        open.commit().await
    }
}

/// Writes the state of a folder, if it differs; but neither how many contacts it holds nor how far it is
/// compared.
pub(super) async fn write_folder(open: &mut Tx, account: &AccountId, folder: &ContactFolder) -> Result<()> {
    let cursor = folder.cursor.as_ref();
    tx!(open, execute sqlx::query(WRITE)
        .bind(folder.id.as_str())
        .bind(account.as_str())
        .bind(storable(&folder.remote_id))
        .bind(folder.parent.as_deref().map(storable))
        .bind(folder.name.as_deref().map(storable))
        .bind(folder.is_default)
        .bind(cursor.map(|cursor| &cursor.link))
        .bind(cursor.map(|cursor| &cursor.id_format))
        .bind(millis(folder.round.map(|round| round.began)))
        .bind(folder.round.is_some_and(|round| round.is_read))
        .bind(folder.server_total)
        .bind(millis(folder.last_success_at))
        .bind(millis(folder.listed_at))
        .bind(millis(folder.vanished_at)))?;
    Ok(())
}

/// Counts so many more contacts in a folder; fewer, where `more` is negative.
pub(super) async fn add_held(open: &mut Tx, folder: &ContactFolderId, more: i64) -> Result<()> {
    tx!(open, execute sqlx::query("UPDATE contact_folder SET held = held + $2 WHERE id = $1")
        .bind(folder.as_str())
        .bind(more))?;
    Ok(())
}

const WRITE: &str = "
INSERT INTO contact_folder AS f (id, account_id, remote_id, parent_remote_id, name, is_default, cursor, cursor_id_format,
    round_at, round_read, server_total, last_success_at, listed_at, vanished_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
ON CONFLICT (id) DO UPDATE SET remote_id = excluded.remote_id, parent_remote_id = excluded.parent_remote_id,
    name = excluded.name, is_default = excluded.is_default, cursor = excluded.cursor,
    cursor_id_format = excluded.cursor_id_format, round_at = excluded.round_at, round_read = excluded.round_read,
    server_total = excluded.server_total, last_success_at = excluded.last_success_at,
    listed_at = excluded.listed_at, vanished_at = excluded.vanished_at
WHERE (f.remote_id, f.parent_remote_id, f.name, f.is_default, f.cursor, f.cursor_id_format, f.round_at, f.round_read,
    f.server_total, f.last_success_at, f.listed_at, f.vanished_at) IS DISTINCT FROM (excluded.remote_id, excluded.parent_remote_id,
    excluded.name, excluded.is_default, excluded.cursor, excluded.cursor_id_format, excluded.round_at, excluded.round_read,
    excluded.server_total, excluded.last_success_at, excluded.listed_at,
    excluded.vanished_at)";
