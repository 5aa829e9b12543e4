//! OutlookSyncState: one row per account and one per part.

use super::account::{AccountRow, account_columns, connected};
use super::part::parts;
use super::shortfall::shortfalls;
use super::span::AccountSpan;
use crate::model::{Account, AccountId, PartState, Reach, SessionState, Shortfall, SyncState};
use crate::store::column::{Ms, Word};
use crate::store::{Result, Store, on};
use sqlx::AssertSqlSafe;
use std::collections::HashMap;

/// Accounts `a` with their states, as `Both` wants them.
macro_rules! both {
    () => {
        concat!(
            "SELECT ",
            account_columns!(),
            ", s.account_id, s.mailbox_key, s.folders_listed_at, COALESCE(b.state, 'absent') AS session,
             b.expires_at AS session_expires_at
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
    folders_listed_at: Option<Ms>,
}

#[derive(sqlx::FromRow)]
struct Both {
    #[sqlx(flatten)]
    account: AccountRow,
    #[sqlx(flatten)]
    state: StateRow,
}

impl Both {
    fn joined(
        self,
        parts: Vec<PartState>,
        shortfalls: Vec<Shortfall>,
        correspondences: Option<u64>,
    ) -> (Account, SyncState) {
        let StateRow { account_id, mailbox_key, session, session_expires_at, folders_listed_at } = self.state;
        let state = SyncState {
            account_id: account_id.0,
            mailbox_key,
            session: session.0,
            session_expires_at: session_expires_at.map(|at| at.0),
            parts,
            shortfalls,
            correspondences: correspondences.unwrap_or_default(),
            folders_listed_at: folders_listed_at.map(|at| at.0),
        };
        (self.account.into(), state)
    }
}

impl Store {
    /// The state of an account, with its parts.
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

    /// The accounts within reach that were ever connected, with their states, the oldest first, in four
    /// queries.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn states(&self, reach: &Reach) -> Result<Vec<(Account, SyncState)>> {
        self.states_in(reach, AccountSpan::ALL).await
    }

    /// The same of some of them.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn states_in(&self, reach: &Reach, span: AccountSpan<'_>) -> Result<Vec<(Account, SyncState)>> {
        let within = span.holds(reach, "a.id", AccountSpan::BOUND);
        let text =
            format!(concat!(both!(), " WHERE {} AND ", connected!(), " ORDER BY a.created_at, a.id"), within);
        let rows: Vec<Both> = on!(self, db => sqlx::query_as(AssertSqlSafe(text))
            .bind(reach.owner())
            .bind(span.from)
            .bind(span.to)
            .fetch_all(db)
            .await)?;
        let mut parts: HashMap<_, Vec<PartState>> = HashMap::new();
        for row in self::parts(self, reach, span).await? {
            parts.entry(row.account_id().clone()).or_default().push(row.into());
        }
        let mut amiss: HashMap<_, Vec<Shortfall>> = HashMap::new();
        for row in shortfalls(self, reach, span).await? {
            amiss.entry(row.account_id().clone()).or_default().push(row.into());
        }
        let asked = self.correspondences_under_way(reach, span).await?;
        let joined = |both: Both| {
            let id = &both.state.account_id.0;
            let (parts, amiss, asked) = (parts.remove(id), amiss.remove(id), asked.get(id).copied());
            both.joined(parts.unwrap_or_default(), amiss.unwrap_or_default(), asked)
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

    async fn with_parts(&self, row: Option<Both>) -> Result<Option<(Account, SyncState)>> {
        let Some(both) = row else { return Ok(None) };
        let id = &both.state.account_id.0;
        let parts = parts(self, &Reach::Everyone, AccountSpan::of(id)).await?;
        let amiss = shortfalls(self, &Reach::Everyone, AccountSpan::of(id)).await?;
        let parts = parts.into_iter().map(PartState::from).collect();
        let asked = self.correspondences_under_way(&Reach::Everyone, AccountSpan::of(id)).await?;
        let asked = asked.get(id).copied();
        Ok(Some(both.joined(parts, amiss.into_iter().map(Shortfall::from).collect(), asked)))
    }
}
