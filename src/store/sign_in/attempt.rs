//! How attempts to connect by OAuth stand, and how they ended.

use super::flow::Flow;
use crate::error::WhoseTurn;
use crate::model::{AccountId, Actor, Attempt, AttemptFailure, AttemptId, AttemptStanding, AuditEntry};
use crate::store::access::write_down;
use crate::store::column::{Ms, Word};
use crate::store::{Result, Store, Tx, on, tx};
use chrono::{DateTime, TimeDelta, Utc};

/// How long an attempt is kept.
const KEPT: TimeDelta = TimeDelta::days(1);
/// No sign-in is under way for longer, and of one that connected nothing is told as long.
const RECENT: TimeDelta = TimeDelta::hours(1);
/// How many of an owner's are kept at most.
const MOST: i64 = 50;

#[derive(sqlx::FromRow)]
struct AttemptRow {
    id: Word<AttemptId>,
    owner: String,
    begun_at: Ms,
    ended_at: Option<Ms>,
    pending: bool,
    wanted: Option<Word<AccountId>>,
    account_id: Option<Word<AccountId>>,
    error: Option<String>,
    whose_turn: Option<Word<WhoseTurn>>,
    hint: Option<String>,
}

impl From<AttemptRow> for Attempt {
    fn from(row: AttemptRow) -> Self {
        let failure = match (row.error, row.whose_turn, row.hint) {
            (Some(code), Some(whose_turn), Some(hint)) => {
                Some(AttemptFailure { code, whose_turn: whose_turn.0, hint })
            }
            _ => None,
        };
        let standing = match (row.ended_at, row.account_id, failure) {
            (Some(_), Some(account), _) => AttemptStanding::Connected(account.0),
            (Some(_), None, Some(failure)) => AttemptStanding::Failed(failure),
            (_, _, failure) if row.pending => AttemptStanding::Pending(failure),
            _ => AttemptStanding::Expired,
        };
        let (begun_at, ended_at) = (row.begun_at.0, row.ended_at.map(|at| at.0));
        let wanted = row.wanted.map(|id| id.0);
        Self { id: row.id.0, owner: row.owner, wanted, begun_at, ended_at, standing }
    }
}

/// The columns of an attempt that somebody has begun, as `AttemptRow` wants them. Who reaches everybody, as a token of the CRM's
/// does, sees what users have begun, and nothing of what an operator has.
macro_rules! attempt_columns {
    () => {
        "SELECT id, owner, begun_at, ended_at, account_id, error, whose_turn, hint, wanted,
                COALESCE(finishing_until > $1, FALSE)
                OR EXISTS (SELECT 1 FROM oauth_flow f WHERE f.id = a.id AND f.expires_at > $1) AS pending
         FROM oauth_attempt a WHERE ($2 IS NULL OR owner = $2) AND COALESCE(begun_by, '') = COALESCE($3, '')"
    };
}

impl Store {
    /// How an attempt stands that the actor has begun: a user, or for them whoever reaches them; an operator their own.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn attempt(
        &self,
        actor: &Actor,
        id: &AttemptId,
        now: DateTime<Utc>,
    ) -> Result<Option<Attempt>> {
        const TEXT: &str = concat!(attempt_columns!(), " AND id = $4");
        let row: Option<AttemptRow> = on!(self, db => sqlx::query_as(TEXT)
            .bind(now.timestamp_millis())
            .bind(actor.reach.owner())
            .bind(actor.operator())
            .bind(id.as_str())
            .fetch_optional(db)
            .await)?;
        Ok(row.map(Into::into))
    }

    /// Those that were begun lately, likewise, the latest first.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn attempts_lately(&self, actor: &Actor, now: DateTime<Utc>) -> Result<Vec<Attempt>> {
        const TEXT: &str = concat!(attempt_columns!(), " AND begun_at > $4 ORDER BY begun_at DESC, id DESC");
        let rows: Vec<AttemptRow> = on!(self, db => sqlx::query_as(TEXT)
            .bind(now.timestamp_millis())
            .bind(actor.reach.owner())
            .bind(actor.operator())
            .bind((now - RECENT).timestamp_millis())
            .fetch_all(db)
            .await)?;
        Ok(rows.into_iter().map(Attempt::from).collect())
    }

    /// Keeps why an attempt connected nothing, unless it did: that is kept with the tokens. Nobody can finish it any
    /// more.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn end_attempt(
        &self,
        id: &AttemptId,
        failure: &AttemptFailure,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let mut open = self.begin().await?;
        failed(&mut open, id, failure, Some(now)).await?;
        leave(&mut open, id).await?;
        open.commit().await
    }

    /// Keeps why an attempt could not be finished yet. It can be again, for as long as its sign-in is good.
    ///
    /// # Errors
    /// Those of the database; then it can be only after a while.
    pub async fn give_attempt_back(&self, id: &AttemptId, failure: &AttemptFailure) -> Result<()> {
        let mut open = self.begin().await?;
        failed(&mut open, id, failure, None).await?;
        open.commit().await
    }

    /// Ends an attempt that the actor has begun, as `attempt`, and that nobody has finished or is finishing, with the line
    /// that tells of it. Whether there was one.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn cancel_attempt(
        &self,
        actor: &Actor,
        id: &AttemptId,
        failure: &AttemptFailure,
        line: &AuditEntry,
    ) -> Result<bool> {
        let mut open = self.begin().await?;
        let owner: Option<String> = tx!(&mut open, db => sqlx::query_scalar(
            "UPDATE oauth_attempt SET ended_at = $2, error = $3, whose_turn = $4, hint = $5
             WHERE id = $1 AND ended_at IS NULL AND (finishing_until IS NULL OR finishing_until <= $2)
             AND EXISTS (SELECT 1 FROM oauth_flow f WHERE f.id = $1 AND f.expires_at > $2)
             AND ($6 IS NULL OR owner = $6) AND COALESCE(begun_by, '') = COALESCE($7, '') RETURNING owner",
        )
        .bind(id.as_str())
        .bind(line.at.timestamp_millis())
        .bind(&failure.code)
        .bind(failure.whose_turn.as_str())
        .bind(&failure.hint)
        .bind(actor.reach.owner())
        .bind(actor.operator())
        .fetch_optional(db)
        .await)?;
        let ended = owner.is_some();
        if ended {
            leave(&mut open, id).await?;
            write_down(&mut open, &AuditEntry { owner, ..line.clone() }).await?;
        }
        open.commit().await?;
        Ok(ended)
    }
}

/// Why it connected nothing; `ended`: for good. One that has ended otherwise while somebody was at it stays so.
async fn failed(
    open: &mut Tx,
    id: &AttemptId,
    failure: &AttemptFailure,
    ended: Option<DateTime<Utc>>,
) -> Result<()> {
    tx!(open, execute sqlx::query(
        "UPDATE oauth_attempt SET finishing_until = NULL, ended_at = $2, error = $3, whose_turn = $4, hint = $5
         WHERE id = $1 AND ended_at IS NULL",
    )
    .bind(id.as_str())
    .bind(ended.map(|at| at.timestamp_millis()))
    .bind(&failure.code)
    .bind(failure.whose_turn.as_str())
    .bind(&failure.hint))?;
    Ok(())
}

/// Its sign-in has done its work.
pub(super) async fn leave(open: &mut Tx, id: &AttemptId) -> Result<()> {
    tx!(open, execute sqlx::query("DELETE FROM oauth_flow WHERE id = $1").bind(id.as_str()))?;
    Ok(())
}

/// An attempt has connected an account.
pub(super) async fn connected(
    open: &mut Tx,
    id: &AttemptId,
    account: &AccountId,
    now: DateTime<Utc>,
) -> Result<()> {
    tx!(&mut *open, execute sqlx::query(
        "UPDATE oauth_attempt SET ended_at = $2, account_id = $3, error = NULL, whose_turn = NULL, hint = NULL WHERE id = $1",
    )
    .bind(id.as_str())
    .bind(now.timestamp_millis())
    .bind(account.as_str()))?;
    leave(open, id).await
}

/// Keeps an attempt that begins. Those that are older than a day go, and of one owner's the oldest beyond 50.
pub(super) async fn begin(open: &mut Tx, id: &AttemptId, flow: &Flow, now: DateTime<Utc>) -> Result<()> {
    let Flow { owner, begun_by, account, .. } = flow;
    tx!(&mut *open, execute sqlx::query(
        "DELETE FROM oauth_attempt WHERE begun_at <= $1 OR owner = $2 AND id NOT IN
         (SELECT id FROM oauth_attempt WHERE owner = $2 ORDER BY begun_at DESC, id DESC LIMIT $3)",
    )
    .bind((now - KEPT).timestamp_millis())
    .bind(owner)
    .bind(MOST - 1))?;
    tx!(open, execute sqlx::query(
        "INSERT INTO oauth_attempt (id, owner, begun_at, begun_by, wanted) VALUES ($1, $2, $3, $4, $5)",
    )
        .bind(id.as_str())
        .bind(owner)
        .bind(now.timestamp_millis())
        .bind(begun_by)
        .bind(account.as_ref().map(AccountId::as_str)))?;
    Ok(())
}

/// An attempt's sign-in is taken to be finished: until then nobody else can. Whether nobody else does.
pub(super) async fn finishing(
    open: &mut Tx,
    id: &AttemptId,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<bool> {
    let taken = tx!(open, execute sqlx::query(
        "UPDATE oauth_attempt SET finishing_until = $2
         WHERE id = $1 AND (finishing_until IS NULL OR finishing_until <= $3)
         AND EXISTS (SELECT 1 FROM oauth_flow f WHERE f.id = $1)",
    )
    .bind(id.as_str())
    .bind(until.timestamp_millis())
    .bind(now.timestamp_millis()))?;
    Ok(taken > 0)
}
