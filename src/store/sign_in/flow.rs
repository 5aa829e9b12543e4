//! Sign-ins that are under way.

use crate::model::AccountId;
use crate::store::column::{Word, count};
use crate::store::{Result, Store, on, tx};
use chrono::{DateTime, Utc};

/// A sign-in that begins.
#[derive(Debug, Clone)]
pub struct NewFlow {
    /// SHA-256 of what opens it.
    pub handle: [u8; 32],
    /// The CRM's user id of who asks.
    pub owner: String,
    /// The account to be connected again.
    pub account: Option<AccountId>,
    /// The origin that hears how it ended.
    pub opener: Option<String>,
    /// Where the answer comes.
    pub redirect_uri: String,
    /// Who is asked.
    pub authority: String,
    /// From when on it cannot be opened or come back.
    pub expires_at: DateTime<Utc>,
}

/// A sign-in as it was begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flow {
    /// The CRM's user id of who asked.
    pub owner: String,
    /// The account to be connected again.
    pub account: Option<AccountId>,
    /// The origin that hears how it ended.
    pub opener: Option<String>,
    /// Where the answer comes.
    pub redirect_uri: String,
    /// Who was asked.
    pub authority: String,
}

/// What of a sign-in is sealed, with the wrapped key that opens it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedFlow {
    /// Ours, random.
    pub id: String,
    /// The wrapped key.
    pub wrapped: Vec<u8>,
    /// The sealed bytes.
    pub sealed: Vec<u8>,
}

/// What finds a sign-in when it comes back: both, as SHA-256.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlowKeys {
    /// Of what Microsoft hands back.
    pub state: [u8; 32],
    /// Of what the browser kept.
    pub cookie: [u8; 32],
}

#[derive(sqlx::FromRow)]
struct FlowRow {
    id: String,
    owner: String,
    account_id: Option<Word<AccountId>>,
    opener: Option<String>,
    redirect_uri: String,
    authority: String,
    wrapped: Vec<u8>,
    sealed: Vec<u8>,
}

impl From<FlowRow> for (Flow, SealedFlow) {
    fn from(row: FlowRow) -> Self {
        let flow = Flow {
            owner: row.owner,
            account: row.account_id.map(|id| id.0),
            opener: row.opener,
            redirect_uri: row.redirect_uri,
            authority: row.authority,
        };
        (flow, SealedFlow { id: row.id, wrapped: row.wrapped, sealed: row.sealed })
    }
}

/// The columns of a flow, as `FlowRow` wants them.
macro_rules! flow_columns {
    () => {
        " RETURNING id, owner, account_id, opener, redirect_uri, authority, wrapped, sealed"
    };
}

impl Store {
    /// Keeps a sign-in that begins. Those whose time is over go.
    ///
    /// # Errors
    /// `NoSuchAccount`.
    pub async fn put_flow(&self, flow: &NewFlow, sealed: &SealedFlow, now: DateTime<Utc>) -> Result<()> {
        on!(self, execute sqlx::query("DELETE FROM oauth_flow WHERE expires_at <= $1").bind(now.timestamp_millis()))?;
        on!(self, execute sqlx::query(
            "INSERT INTO oauth_flow (id, handle, owner, account_id, opener, redirect_uri, authority, wrapped, sealed,
                                     expires_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        )
        .bind(&sealed.id)
        .bind(&flow.handle[..])
        .bind(&flow.owner)
        .bind(flow.account.as_ref().map(AccountId::as_str))
        .bind(&flow.opener)
        .bind(&flow.redirect_uri)
        .bind(&flow.authority)
        .bind(&sealed.wrapped)
        .bind(&sealed.sealed)
        .bind(flow.expires_at.timestamp_millis()))?;
        Ok(())
    }

    /// Ties a sign-in to a browser: its handle ends, its state and cookie begin. `None` when the handle was
    /// used before, is too old or made up.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn bind_flow(
        &self,
        handle: &[u8; 32],
        keys: &FlowKeys,
        now: DateTime<Utc>,
    ) -> Result<Option<(Flow, SealedFlow)>> {
        const TEXT: &str = concat!(
            "UPDATE oauth_flow SET handle = NULL, state = $2, cookie = $3 WHERE handle = $1 AND expires_at > $4",
            flow_columns!()
        );
        let row: Option<FlowRow> = on!(self, db => sqlx::query_as(TEXT)
            .bind(&handle[..])
            .bind(&keys.state[..])
            .bind(&keys.cookie[..])
            .bind(now.timestamp_millis())
            .fetch_optional(db)
            .await)?;
        Ok(row.map(Into::into))
    }

    /// Takes a sign-in that has come back, by both its state and its cookie; it cannot come back again.
    /// `None` when there is none: another browser's answer leaves it where it is.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn take_flow(&self, keys: &FlowKeys, now: DateTime<Utc>) -> Result<Option<(Flow, SealedFlow)>> {
        const TEXT: &str = concat!(
            "DELETE FROM oauth_flow WHERE state = $1 AND cookie = $2 AND expires_at > $3",
            flow_columns!()
        );
        let mut open = self.begin().await?;
        let row: Option<FlowRow> = tx!(&mut open, db => sqlx::query_as(TEXT)
            .bind(&keys.state[..])
            .bind(&keys.cookie[..])
            .bind(now.timestamp_millis())
            .fetch_optional(db)
            .await)?;
        open.commit().await?;
        Ok(row.map(Into::into))
    }

    /// The sign-ins whose keys are wrapped in an older form than that whose records begin so.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn flows_before(&self, beginning: &[u8]) -> Result<Vec<(Flow, SealedFlow)>> {
        let rows: Vec<FlowRow> = on!(self, db => sqlx::query_as(
            "SELECT id, owner, account_id, opener, redirect_uri, authority, wrapped, sealed FROM oauth_flow
             WHERE substr(wrapped, 1, 1) < $1",
        )
        .bind(beginning)
        .fetch_all(db)
        .await)?;
        Ok(rows.into_iter().map(Into::into).collect())
    }

    /// Puts what of a sign-in is sealed in the place of what it was, unless it has come back meanwhile.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn reseal_flow(&self, old: &SealedFlow, new: &SealedFlow) -> Result<()> {
        on!(self, execute sqlx::query("UPDATE oauth_flow SET wrapped = $3, sealed = $4 WHERE id = $1 AND sealed = $2")
            .bind(&old.id)
            .bind(&old.sealed)
            .bind(&new.wrapped)
            .bind(&new.sealed))?;
        Ok(())
    }

    /// How the wrapped keys of sign-ins begin that may still come back, and how many begin so.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn flow_key_beginnings(&self, now: DateTime<Utc>) -> Result<Vec<(Vec<u8>, u64)>> {
        let rows: Vec<(Vec<u8>, i64)> = on!(self, db => sqlx::query_as(
            "SELECT substr(wrapped, 1, 5), COUNT(*) FROM oauth_flow WHERE expires_at > $1 GROUP BY 1 ORDER BY 1",
        )
        .bind(now.timestamp_millis())
        .fetch_all(db)
        .await)?;
        Ok(rows.into_iter().map(|(beginning, keys)| (beginning, count(keys))).collect())
    }
}
