//! Sign-ins that are under way.

use super::attempt;
use crate::model::{AccountId, AttemptId, AuditEntry, Beginner};
use crate::store::access::write_down;
use crate::store::column::{Word, count};
use crate::store::{Result, Store, Tx, on, tx};
use chrono::{DateTime, TimeDelta, Utc};

/// How many sign-ins of an owner are under way at most.
const MOST: i64 = 5;
/// How long the end of a sign-in may take, Microsoft's answers included.
const FINISHING: TimeDelta = TimeDelta::minutes(2);

/// A sign-in that begins.
#[derive(Debug, Clone)]
pub struct NewFlow {
    /// SHA-256 of what opens it.
    pub handle: [u8; 32],
    /// What is known of it.
    pub flow: Flow,
    /// From when on it cannot be opened, come back or be finished.
    pub expires_at: DateTime<Utc>,
}

/// A sign-in as it was begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flow {
    /// The CRM's user id of whose mailbox is to be connected.
    pub owner: String,
    /// The operator who began it for them; `None`: they did, or the CRM for them.
    pub begun_by: Option<String>,
    /// The account to be connected again.
    pub account: Option<AccountId>,
    /// The origin of the page that began it.
    pub opener: String,
    /// Where the answer comes.
    pub redirect_uri: String,
    /// Who is asked.
    pub authority: String,
}

impl Flow {
    /// Who comes to its end.
    #[must_use]
    pub fn beginner(&self) -> Beginner {
        let user = || Beginner::User(self.owner.clone());
        self.begun_by.clone().map_or_else(user, Beginner::Operator)
    }
}

/// What of a sign-in is sealed, with the wrapped key that opens it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedFlow {
    /// The attempt that it belongs to.
    pub id: AttemptId,
    /// The wrapped key.
    pub wrapped: Vec<u8>,
    /// The sealed bytes.
    pub sealed: Vec<u8>,
    /// What Microsoft answered, sealed, once it has.
    pub answer: Option<Vec<u8>>,
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
    id: Word<AttemptId>,
    owner: String,
    begun_by: Option<String>,
    account_id: Option<Word<AccountId>>,
    opener: String,
    redirect_uri: String,
    authority: String,
    wrapped: Vec<u8>,
    sealed: Vec<u8>,
    answer: Option<Vec<u8>>,
}

impl From<FlowRow> for (Flow, SealedFlow) {
    fn from(row: FlowRow) -> Self {
        let flow = Flow {
            owner: row.owner,
            begun_by: row.begun_by,
            account: row.account_id.map(|id| id.0),
            opener: row.opener,
            redirect_uri: row.redirect_uri,
            authority: row.authority,
        };
        (flow, SealedFlow { id: row.id.0, wrapped: row.wrapped, sealed: row.sealed, answer: row.answer })
    }
}

/// The columns of a flow, as `FlowRow` wants them.
macro_rules! flow_columns {
    () => {
        " id, owner, begun_by, account_id, opener, redirect_uri, authority, wrapped, sealed, answer"
    };
}

impl Store {
    /// Keeps a sign-in that begins, and the attempt that it belongs to. Those whose time is over go, and of
    /// one owner's the oldest beyond five.
    ///
    /// # Errors
    /// `NoSuchAccount`.
    pub async fn put_flow(&self, new: &NewFlow, sealed: &SealedFlow, now: DateTime<Utc>) -> Result<()> {
        let mut open = self.begin().await?;
        tx!(&mut open, execute sqlx::query("DELETE FROM oauth_flow WHERE expires_at <= $1")
            .bind(now.timestamp_millis()))?;
        attempt::begin(&mut open, &sealed.id, &new.flow, now).await?;
        insert(&mut open, new, sealed).await?;
        tx!(&mut open, execute sqlx::query(
            "DELETE FROM oauth_flow WHERE owner = $1 AND id <> $2 AND id NOT IN
             (SELECT id FROM oauth_flow WHERE owner = $1 AND id <> $2 ORDER BY expires_at DESC, id DESC LIMIT $3)",
        )
        .bind(&new.flow.owner)
        .bind(sealed.id.as_str())
        .bind(MOST - 1))?;
        open.commit().await
    }

    /// The sign-in that a handle opens. `None` when it was used before, is too old or made up.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn flow_at(&self, handle: &[u8; 32], now: DateTime<Utc>) -> Result<Option<(Flow, SealedFlow)>> {
        const TEXT: &str =
            concat!("SELECT", flow_columns!(), " FROM oauth_flow WHERE handle = $1 AND expires_at > $2");
        let row: Option<FlowRow> = on!(self, db => sqlx::query_as(TEXT)
            .bind(&handle[..])
            .bind(now.timestamp_millis())
            .fetch_optional(db)
            .await)?;
        Ok(row.map(Into::into))
    }

    /// Ties a sign-in to a browser: its handle ends, its state and cookie begin. Whether there was one.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn bind_flow(&self, handle: &[u8; 32], keys: &FlowKeys, now: DateTime<Utc>) -> Result<bool> {
        let bound = on!(self, execute sqlx::query(
            "UPDATE oauth_flow SET handle = NULL, state = $2, cookie = $3 WHERE handle = $1 AND expires_at > $4",
        )
        .bind(&handle[..])
        .bind(&keys.state[..])
        .bind(&keys.cookie[..])
        .bind(now.timestamp_millis()))?;
        Ok(bound > 0)
    }

    /// The sign-in that has come back, by both its state and its cookie. `None` when there is none: another
    /// browser's answer, or one that came before.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn returned_flow(
        &self,
        keys: &FlowKeys,
        now: DateTime<Utc>,
    ) -> Result<Option<(Flow, SealedFlow)>> {
        const TEXT: &str = concat!(
            "SELECT",
            flow_columns!(),
            " FROM oauth_flow WHERE state = $1 AND cookie = $2 AND expires_at > $3"
        );
        let row: Option<FlowRow> = on!(self, db => sqlx::query_as(TEXT)
            .bind(&keys.state[..])
            .bind(&keys.cookie[..])
            .bind(now.timestamp_millis())
            .fetch_optional(db)
            .await)?;
        Ok(row.map(Into::into))
    }

    /// Keeps what Microsoft answered: state and cookie end, `finish` begins. Whether it had not come before.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn answer_flow(&self, keys: &FlowKeys, finish: &[u8; 32], answer: &[u8]) -> Result<bool> {
        let answered = on!(self, execute sqlx::query(
            "UPDATE oauth_flow SET state = NULL, cookie = NULL, finish = $3, answer = $4 WHERE state = $1 AND cookie = $2",
        )
        .bind(&keys.state[..])
        .bind(&keys.cookie[..])
        .bind(&finish[..])
        .bind(answer))?;
        Ok(answered > 0)
    }

    /// Takes the sign-in that somebody comes to finish; nobody else can, until its attempt has ended or is given back, or
    /// two minutes have gone. Where it is not theirs it is gone, and the line tells of it, with both. `None` when there is
    /// none.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn take_flow(
        &self,
        finish: &[u8; 32],
        by: &Beginner,
        refusal: &AuditEntry,
        now: DateTime<Utc>,
    ) -> Result<Option<(Flow, SealedFlow)>> {
        const TEXT: &str =
            concat!("SELECT", flow_columns!(), " FROM oauth_flow WHERE finish = $1 AND expires_at > $2");
        let mut open = self.begin().await?;
        let row: Option<FlowRow> = tx!(&mut open, db => sqlx::query_as(TEXT)
            .bind(&finish[..])
            .bind(now.timestamp_millis())
            .fetch_optional(db)
            .await)?;
        let Some((flow, sealed)) = row.map(<(Flow, SealedFlow)>::from) else { return Ok(None) };
        if !attempt::finishing(&mut open, &sealed.id, now, now + FINISHING).await? {
            return Ok(None);
        }
        let beginner = flow.beginner();
        if beginner != *by {
            attempt::leave(&mut open, &sealed.id).await?;
            let detail = Some(format!("{by}, begun {beginner}"));
            let (account, owner) = (flow.account.clone(), Some(flow.owner.clone()));
            let line = AuditEntry { account, owner, detail, ..refusal.clone() };
            write_down(&mut open, &line).await?;
        }
        open.commit().await?;
        Ok(Some((flow, sealed)))
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

async fn insert(open: &mut Tx, new: &NewFlow, sealed: &SealedFlow) -> Result<()> {
    let flow = &new.flow;
    tx!(open, execute sqlx::query(
        "INSERT INTO oauth_flow (id, handle, owner, account_id, opener, redirect_uri, authority, wrapped, sealed,
                                 expires_at, begun_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    )
    .bind(sealed.id.as_str())
    .bind(&new.handle[..])
    .bind(&flow.owner)
    .bind(flow.account.as_ref().map(AccountId::as_str))
    .bind(&flow.opener)
    .bind(&flow.redirect_uri)
    .bind(&flow.authority)
    .bind(&sealed.wrapped)
    .bind(&sealed.sealed)
    .bind(new.expires_at.timestamp_millis())
    .bind(&flow.begun_by))?;
    Ok(())
}
