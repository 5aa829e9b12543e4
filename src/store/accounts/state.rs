//! OutlookSyncState: one row per account, one per part and one per folder.

use super::account::{AccountRow, account_columns, connected};
use super::part::{PartRow, parts};
use crate::model::{
    Account, AccountId, Coverage, Folder, FolderState, PartState, Reach, SessionState, SyncState,
};
use crate::store::column::{Json, Ms, Word, count, json, millis};
use crate::store::{Result, Store, Tx, on, tx};
use std::collections::{BTreeMap, HashMap};

/// Accounts `a` with their states, as `Both` wants them.
macro_rules! both {
    () => {
        concat!(
            "SELECT ",
            account_columns!(),
            ", s.account_id, s.mailbox_key, COALESCE(b.state, 'absent') AS session, b.expires_at AS session_expires_at
             FROM account a JOIN sync_state s ON s.account_id = a.id
             LEFT JOIN browser_session b ON b.account_id = a.id AND b.generation = 0"
        )
    };
}

#[derive(sqlx::FromRow)]
struct StateRow {
    account_id: Word<AccountId>,
    mailbox_key: String,
    session: Word<SessionState>,
    session_expires_at: Option<Ms>,
}

#[derive(sqlx::FromRow)]
struct FolderRow {
    account_id: Word<AccountId>,
    folder: Word<Folder>,
    remote_id: Option<String>,
    server_total: Option<i64>,
    cursor: Option<String>,
    coverage: Json<Coverage>,
    last_success_at: Option<Ms>,
}

#[derive(sqlx::FromRow)]
struct Both {
    #[sqlx(flatten)]
    account: AccountRow,
    #[sqlx(flatten)]
    state: StateRow,
}

impl Both {
    fn joined(self, parts: Vec<PartState>, folders: Vec<FolderState>) -> (Account, SyncState) {
        let StateRow { account_id, mailbox_key, session, session_expires_at } = self.state;
        let (account_id, session) = (account_id.0, session.0);
        let session_expires_at = session_expires_at.map(|at| at.0);
        let state = SyncState { account_id, mailbox_key, session, session_expires_at, parts, folders };
        (self.account.into(), state)
    }
}

impl From<FolderRow> for FolderState {
    fn from(row: FolderRow) -> Self {
        Self {
            folder: row.folder.0,
            remote_id: row.remote_id,
            server_total: row.server_total,
            cursor: row.cursor,
            coverage: row.coverage.0,
            last_success_at: row.last_success_at.map(|at| at.0),
        }
    }
}

impl Store {
    /// The state of an account, with its parts and folders.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn state(&self, id: &AccountId) -> Result<Option<SyncState>> {
        Ok(self.both(id).await?.map(|(_, state)| state))
    }

    /// An account with its state, connected or not.
    pub(super) async fn both(&self, id: &AccountId) -> Result<Option<(Account, SyncState)>> {
        const TEXT: &str = concat!(both!(), " WHERE a.id = $1");
        let row: Option<Both> =
            on!(self, db => sqlx::query_as(TEXT).bind(id.as_str()).fetch_optional(db).await)?;
        self.with_parts(row).await
    }

    /// The accounts within reach that were ever connected, with their states, the oldest first, in three
    /// queries.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn states(&self, reach: &Reach) -> Result<Vec<(Account, SyncState)>> {
        const TEXT: &str = concat!(
            both!(),
            " WHERE ($1 IS NULL OR a.owner = $1) AND ",
            connected!(),
            " ORDER BY a.created_at, a.id"
        );
        const FOLDERS: &str = "SELECT f.* FROM folder_state f JOIN account a ON a.id = f.account_id
             WHERE ($1 IS NULL OR a.owner = $1) ORDER BY f.folder";
        let owner = reach.owner();
        let rows: Vec<Both> = on!(self, db => sqlx::query_as(TEXT).bind(owner).fetch_all(db).await)?;
        let folders: Vec<FolderRow> =
            on!(self, db => sqlx::query_as(FOLDERS).bind(owner).fetch_all(db).await)?;
        let mut folders = by_account(folders, |row| &row.account_id.0);
        let mut parts = by_account(parts(self, reach, None).await?, PartRow::account_id);
        let joined = |both: Both| {
            let id = &both.state.account_id.0;
            let (parts, folders) =
                (parts.remove(id).unwrap_or_default(), folders.remove(id).unwrap_or_default());
            both.joined(parts, folders)
        };
        Ok(rows.into_iter().map(joined).collect())
    }

    /// One account with its state, if it is within reach.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn state_within(&self, reach: &Reach, id: &AccountId) -> Result<Option<(Account, SyncState)>> {
        const TEXT: &str =
            concat!(both!(), " WHERE a.id = $1 AND ($2 IS NULL OR a.owner = $2) AND ", connected!());
        let row: Option<Both> = on!(self, db => sqlx::query_as(TEXT)
            .bind(id.as_str())
            .bind(reach.owner())
            .fetch_optional(db)
            .await)?;
        self.with_parts(row).await
    }

    /// How many messages a folder holds: those that are stored and not gone.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn held_messages(&self, account: &AccountId, folder: Folder) -> Result<u64> {
        let held: Option<i64> = on!(self, db => sqlx::query_scalar(
            "SELECT held FROM folder_state WHERE account_id = $1 AND folder = $2",
        )
        .bind(account.as_str())
        .bind(folder.as_str())
        .fetch_optional(db)
        .await)?;
        Ok(held.map_or(0, count))
    }

    async fn with_parts(&self, row: Option<Both>) -> Result<Option<(Account, SyncState)>> {
        let Some(both) = row else { return Ok(None) };
        let id = &both.state.account_id.0;
        let parts = parts(self, &Reach::Everyone, Some(id)).await?;
        let folders = folders_of(self, id).await?;
        Ok(Some(both.joined(parts.into_iter().map(PartState::from).collect(), folders)))
    }
}

/// Counts so many more messages in a folder; fewer, where `more` is negative.
pub(in crate::store) async fn add_held(
    open: &mut Tx,
    account: &AccountId,
    folder: Folder,
    more: i64,
) -> Result<()> {
    tx!(open, execute sqlx::query(
        "INSERT INTO folder_state AS f (account_id, folder, coverage, held) VALUES ($1, $2, '[]', $3)
         ON CONFLICT (account_id, folder) DO UPDATE SET held = f.held + excluded.held",
    )
    .bind(account.as_str())
    .bind(folder.as_str())
    .bind(more))?;
    Ok(())
}

/// Counts messages that a folder holds no longer; each folder is named as often as it lost one.
pub(in crate::store) async fn count_out(
    open: &mut Tx,
    account: &AccountId,
    left: impl IntoIterator<Item = Word<Folder>>,
) -> Result<BTreeMap<Folder, u64>> {
    let mut fewer: BTreeMap<Folder, u64> = BTreeMap::new();
    for folder in left {
        *fewer.entry(folder.0).or_default() += 1;
    }
    for (folder, count) in &fewer {
        add_held(&mut *open, account, *folder, -count.cast_signed()).await?;
    }
    Ok(fewer)
}

/// Rows as what they say, by the account that they belong to.
fn by_account<R, T: From<R>>(rows: Vec<R>, id: impl Fn(&R) -> &AccountId) -> HashMap<AccountId, Vec<T>> {
    let mut by_account: HashMap<_, Vec<T>> = HashMap::new();
    for row in rows {
        by_account.entry(id(&row).clone()).or_default().push(row.into());
    }
    by_account
}

/// The folders of an account that were ever read.
async fn folders_of(store: &Store, id: &AccountId) -> Result<Vec<FolderState>> {
    let rows: Vec<FolderRow> = on!(store, db => sqlx::query_as(
        "SELECT * FROM folder_state WHERE account_id = $1 ORDER BY folder",
    )
    .bind(id.as_str())
    .fetch_all(db)
    .await)?;
    Ok(rows.into_iter().map(FolderState::from).collect())
}

/// Writes the state of a folder, if it differs.
pub(in crate::store) async fn write_folder(
    open: &mut Tx,
    account: &AccountId,
    state: &FolderState,
) -> Result<()> {
    tx!(open, execute sqlx::query(
        "INSERT INTO folder_state AS f (account_id, folder, remote_id, server_total, cursor, coverage, last_success_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (account_id, folder) DO UPDATE SET remote_id = excluded.remote_id,
         server_total = excluded.server_total, cursor = excluded.cursor, coverage = excluded.coverage,
         last_success_at = excluded.last_success_at
         WHERE (f.remote_id, f.server_total, f.cursor, f.coverage, f.last_success_at) IS DISTINCT FROM
         (excluded.remote_id, excluded.server_total, excluded.cursor, excluded.coverage, excluded.last_success_at)",
    )
    .bind(account.as_str())
    .bind(state.folder.as_str())
    .bind(&state.remote_id)
    .bind(state.server_total)
    .bind(&state.cursor)
    .bind(json(&state.coverage)?)
    .bind(millis(state.last_success_at)))?;
    Ok(())
}
