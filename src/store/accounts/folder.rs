//! The folders of accounts: what their mailboxes list, and how far each is read.

use super::claim::{Claim, hold};
use super::sweep::{SweepRow, write_sweeps};
use crate::model::{AccountId, Coverage, Folder, FolderId, FolderState, Role};
use crate::store::column::{Json, Ms, Word, count, json, millis, rows_in};
use crate::store::{Result, Store, Tx, on, tx};
use chrono::{DateTime, Utc};
use std::collections::{BTreeMap, HashMap};

#[derive(sqlx::FromRow)]
struct FolderRow {
    id: Word<FolderId>,
    role: Word<Role>,
    name: Option<String>,
    path: Option<String>,
    remote_id: Option<String>,
    listed_total: Option<i64>,
    vanished_at: Option<Ms>,
    server_total: Option<i64>,
    cursor: Option<String>,
    coverage: Json<Coverage>,
    last_success_at: Option<Ms>,
    held: i64,
    beside: i64,
    #[sqlx(flatten)]
    sweeps: SweepRow,
}

impl From<FolderRow> for FolderState {
    fn from(row: FolderRow) -> Self {
        let FolderRow { id, role, name, path, remote_id, .. } = row;
        Self {
            folder: Folder { id: id.0, role: role.0, name, path, remote_id },
            listed_total: row.listed_total,
            vanished_at: row.vanished_at.map(|at| at.0),
            server_total: row.server_total,
            cursor: row.cursor,
            coverage: row.coverage.0,
            last_success_at: row.last_success_at.map(|at| at.0),
            held: count(row.held),
            beside: count(row.beside),
            sweeps: row.sweeps.into(),
        }
    }
}

impl Store {
    /// The folders of an account that were ever listed or read, in the order of their roles and paths.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn folders(&self, account: &AccountId) -> Result<Vec<FolderState>> {
        let rows: Vec<FolderRow> = on!(self, db => sqlx::query_as("SELECT * FROM folder WHERE account_id = $1")
            .bind(account.as_str())
            .fetch_all(db)
            .await)?;
        let mut folders: Vec<FolderState> = rows.into_iter().map(FolderState::from).collect();
        let order =
            |FolderState { folder, .. }: &FolderState| (folder.role, folder.path.clone(), folder.id.clone());
        folders.sort_by_cached_key(order);
        Ok(folders)
    }

    /// How many messages a folder holds: those that are stored and not gone.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn held_messages(&self, folder: &FolderId) -> Result<u64> {
        let held: Option<i64> = on!(self, db => sqlx::query_scalar("SELECT held FROM folder WHERE id = $1")
            .bind(folder.as_str())
            .fetch_optional(db)
            .await)?;
        Ok(held.map_or(0, count))
    }

    /// Whether the mailbox of any other account has a folder of this role or this name, in any case of ASCII
    /// letters. Looks through the folders of all accounts where none has.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn has_another_folder(&self, id: &AccountId, role: Option<Role>, name: &str) -> Result<bool> {
        Ok(on!(self, db => sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM folder WHERE account_id <> $1 AND vanished_at IS NULL
                            AND (role = $2 OR name = $3 OR lower(name) = lower($3)))",
        )
        .bind(id.as_str())
        .bind(role.map(Role::as_str))
        .bind(name)
        .fetch_one(db)
        .await)?)
    }

    /// The folders of these ids.
    ///
    /// # Errors
    /// Those of the database.
    pub(in crate::store) async fn folders_by_id(
        &self,
        ids: impl Iterator<Item = &FolderId>,
    ) -> Result<HashMap<FolderId, Folder>> {
        let mut wanted: Vec<&str> = ids.map(FolderId::as_str).collect();
        wanted.sort_unstable();
        wanted.dedup();
        let rows: Vec<FolderRow> = rows_in!(on(self), "SELECT * FROM folder WHERE id IN", [], &wanted);
        let folders = rows.into_iter().map(|row| FolderState::from(row).folder);
        Ok(folders.map(|folder| (folder.id.clone(), folder)).collect())
    }

    /// Writes what has changed of a claimed account's folders, and when they were listed, where they were.
    ///
    /// # Errors
    /// `LeaseLost` when another holder has the account; then nothing is written.
    pub async fn keep_folders(
        &self,
        claim: &Claim,
        changed: &[FolderState],
        listed_at: Option<DateTime<Utc>>,
    ) -> Result<()> {
        let mut open = self.begin().await?;
        hold(&mut open, claim).await?;
        for state in changed {
            write_folder(&mut open, &claim.account.id, state).await?;
            write_sweeps(&mut open, &state.folder.id, &state.sweeps).await?;
        }
        tx!(&mut open, execute sqlx::query(
            "UPDATE sync_state SET folders_listed_at = COALESCE($2, folders_listed_at) WHERE account_id = $1",
        )
        .bind(claim.account.id.as_str())
        .bind(millis(listed_at)))?;
        open.commit().await
    }
}

/// Writes the state of a folder, if it differs; but not how many messages are stored of it, nor where its sweeps
/// stand.
pub(in crate::store) async fn write_folder(
    open: &mut Tx,
    account: &AccountId,
    state: &FolderState,
) -> Result<()> {
    let FolderState { folder, .. } = state;
    tx!(open, execute sqlx::query(WRITE)
        .bind(folder.id.as_str())
        .bind(account.as_str())
        .bind(folder.role.as_str())
        .bind(&folder.name)
        .bind(&folder.path)
        .bind(&folder.remote_id)
        .bind(state.listed_total)
        .bind(millis(state.vanished_at))
        .bind(state.server_total)
        .bind(&state.cursor)
        .bind(json(&state.coverage)?)
        .bind(millis(state.last_success_at)))?;
    Ok(())
}

/// Counts so many more messages in a folder; fewer, where `more` is negative.
pub(in crate::store) async fn add_held(open: &mut Tx, folder: &FolderId, more: i64) -> Result<()> {
    tx!(open, execute sqlx::query("UPDATE folder SET held = held + $2 WHERE id = $1")
        .bind(folder.as_str())
        .bind(more))?;
    Ok(())
}

/// Counts messages that a folder holds no longer; each folder is named as often as it lost one.
pub(in crate::store) async fn count_out(
    open: &mut Tx,
    left: impl IntoIterator<Item = Word<FolderId>>,
) -> Result<BTreeMap<FolderId, u64>> {
    let mut fewer: BTreeMap<FolderId, u64> = BTreeMap::new();
    for folder in left {
        *fewer.entry(folder.0).or_default() += 1;
    }
    for (folder, count) in &fewer {
        add_held(&mut *open, folder, -count.cast_signed()).await?;
    }
    Ok(fewer)
}

const WRITE: &str = "
INSERT INTO folder AS f (id, account_id, role, name, path, remote_id, listed_total, vanished_at, server_total, cursor,
    coverage, last_success_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
ON CONFLICT (id) DO UPDATE SET role = excluded.role, name = excluded.name, path = excluded.path,
    remote_id = excluded.remote_id, listed_total = excluded.listed_total, vanished_at = excluded.vanished_at,
    server_total = excluded.server_total, cursor = excluded.cursor, coverage = excluded.coverage,
    last_success_at = excluded.last_success_at
WHERE (f.role, f.name, f.path, f.remote_id, f.listed_total, f.vanished_at, f.server_total, f.cursor, f.coverage,
    f.last_success_at) IS DISTINCT FROM (excluded.role, excluded.name, excluded.path, excluded.remote_id,
    excluded.listed_total, excluded.vanished_at, excluded.server_total, excluded.cursor, excluded.coverage,
    excluded.last_success_at)";
