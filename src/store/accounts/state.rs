//! OutlookSyncState: one row per account and one per folder.

use super::account::{AccountRow, account_columns, connected, existing};
use crate::error::{Disposition, WhoseTurn};
use crate::model::{
    Account, AccountId, Coverage, Folder, FolderState, LastError, Reach, SessionState, SyncState, Tier,
};
use crate::store::column::{Json, Ms, Word, json, millis};
use crate::store::{Result, Store, Tx, on, tx};
use chrono::{DateTime, Utc};
use std::collections::HashMap;

/// The columns of a state, as `StateRow` wants them; SQLite knows no alias in RETURNING.
macro_rules! state_columns {
    () => {
        "account_id, mailbox_key, session, session_expires_at, tier, failures, error_disposition,
         error_code, error_message, error_whose_turn, error_hint, error_at, last_success_at, last_attempt_at,
         next_sync_at, epoch"
    };
}
pub(super) use state_columns;

/// Forgets the failures in a row and the last error.
macro_rules! no_failures {
    () => {
        "failures = 0, error_disposition = NULL, error_code = NULL, error_message = NULL, error_whose_turn = NULL,
         error_hint = NULL, error_at = NULL"
    };
}
pub(super) use no_failures;

/// Accounts `a` with their states, as `Both` wants them.
macro_rules! both {
    () => {
        concat!(
            "SELECT ",
            account_columns!(),
            ", ",
            state_columns!(),
            " FROM account a JOIN sync_state s ON s.account_id = a.id"
        )
    };
}

#[derive(sqlx::FromRow)]
pub(super) struct StateRow {
    account_id: Word<AccountId>,
    mailbox_key: String,
    session: Word<SessionState>,
    session_expires_at: Option<Ms>,
    tier: Option<Word<Tier>>,
    failures: i64,
    error_disposition: Option<Word<Disposition>>,
    error_code: Option<String>,
    error_message: Option<String>,
    error_whose_turn: Option<Word<WhoseTurn>>,
    error_hint: Option<String>,
    error_at: Option<Ms>,
    last_success_at: Option<Ms>,
    last_attempt_at: Option<Ms>,
    next_sync_at: Option<Ms>,
    pub(super) epoch: i64,
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

impl StateRow {
    pub(super) fn account_id(&self) -> &AccountId {
        &self.account_id.0
    }

    pub(super) fn into_state(self, folders: Vec<FolderState>) -> SyncState {
        SyncState {
            last_error: self.last_error(),
            account_id: self.account_id.0,
            mailbox_key: self.mailbox_key,
            session: self.session.0,
            session_expires_at: self.session_expires_at.map(|at| at.0),
            tier: self.tier.map(|tier| tier.0),
            failures: self.failures,
            last_success_at: self.last_success_at.map(|at| at.0),
            last_attempt_at: self.last_attempt_at.map(|at| at.0),
            next_sync_at: self.next_sync_at.map(|at| at.0),
            folders,
        }
    }

    fn last_error(&self) -> Option<LastError> {
        Some(LastError {
            disposition: self.error_disposition.as_ref()?.0,
            code: self.error_code.clone()?,
            message: self.error_message.clone()?,
            whose_turn: self.error_whose_turn.as_ref()?.0,
            hint: self.error_hint.clone()?,
            at: self.error_at?.0,
        })
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
    /// The state of an account, with its folders.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn state(&self, id: &AccountId) -> Result<Option<SyncState>> {
        const TEXT: &str = concat!("SELECT ", state_columns!(), " FROM sync_state s WHERE s.account_id = $1");
        let row: Option<StateRow> =
            on!(self, db => sqlx::query_as(TEXT).bind(id.as_str()).fetch_optional(db).await)?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some(row.into_state(folders_of(self, id).await?)))
    }

    /// The accounts within reach that were ever connected, with their states, the oldest first, in two queries.
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
        let mut by_account: HashMap<AccountId, Vec<FolderState>> = HashMap::new();
        for row in folders {
            by_account.entry(row.account_id.0.clone()).or_default().push(row.into());
        }
        let with_folders = |both: Both| {
            let folders = by_account.remove(both.state.account_id()).unwrap_or_default();
            (both.account.into(), both.state.into_state(folders))
        };
        Ok(rows.into_iter().map(with_folders).collect())
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
        let Some(both) = row else { return Ok(None) };
        let folders = folders_of(self, id).await?;
        Ok(Some((both.account.into(), both.state.into_state(folders))))
    }

    /// Keeps what became of the session. `Valid` is the word of a new sign-in: a turn that is under way with the session
    /// before it loses its lease, so that it writes nothing any more. Anything else parks the account.
    ///
    /// # Errors
    /// `NoSuchAccount`.
    pub async fn set_session(
        &self,
        id: &AccountId,
        session: SessionState,
        expires_at: Option<DateTime<Utc>>,
    ) -> Result<()> {
        existing(on!(self, execute sqlx::query(
            "UPDATE sync_state SET session = $2, session_expires_at = $3,
             next_sync_at = CASE WHEN $4 THEN next_sync_at END,
             epoch = CASE WHEN $4 THEN epoch + 1 ELSE epoch END,
             lease_holder = CASE WHEN $4 THEN NULL ELSE lease_holder END,
             lease_until = CASE WHEN $4 THEN NULL ELSE lease_until END
             WHERE account_id = $1",
        )
        .bind(id.as_str())
        .bind(session.as_str())
        .bind(millis(expires_at))
        .bind(session == SessionState::Valid))?)
    }

    /// Forgets the failures in a row and the last error, as a new sign-in does.
    ///
    /// # Errors
    /// `NoSuchAccount`.
    pub async fn reset_failures(&self, id: &AccountId) -> Result<()> {
        const TEXT: &str = concat!("UPDATE sync_state SET ", no_failures!(), " WHERE account_id = $1");
        existing(on!(self, execute sqlx::query(TEXT).bind(id.as_str()))?)
    }
}

/// The folders of an account that were ever read.
pub(super) async fn folders_of(store: &Store, id: &AccountId) -> Result<Vec<FolderState>> {
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
