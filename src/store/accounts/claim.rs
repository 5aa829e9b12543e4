//! The schedule: which account is due, who holds it, and how its turn ended.

use super::account::{AccountRow, account_columns, existing};
use super::state::{StateRow, folders_of, no_failures, state_columns};
use crate::model::{Account, AccountId, LastError, Reach, SessionState, SyncState, Tier};
use crate::store::column::{Ms, millis};
use crate::store::{Result, Store, StoreError, Tx, on, tx};
use chrono::{DateTime, TimeDelta, Utc};
use std::time::Duration;

/// An account held by its lease. Every write for it carries the epoch, so that a holder whose lease ran out
/// and was taken over cannot write any more.
#[derive(Debug, Clone)]
pub struct Claim {
    /// Which account.
    pub account: Account,
    /// Its state when it was claimed.
    pub state: SyncState,
    /// Grows with every claim, every release and every new sign-in.
    pub epoch: i64,
}

/// How a claimed account's turn ended.
#[derive(Debug, Clone)]
pub enum Finish {
    /// Everything was read that should have been.
    Success {
        /// How the last page was had; `None` leaves the stored word.
        tier: Option<Tier>,
        /// When.
        now: DateTime<Utc>,
        /// When the account is due again.
        next_sync_at: DateTime<Utc>,
        /// When the cookies say the session ends, if they say.
        session_expires_at: Option<DateTime<Utc>>,
    },
    /// Something went wrong: one more failure in a row.
    Failure {
        /// What.
        error: LastError,
        /// What became of the session; `None` leaves it as it was.
        session: Option<SessionState>,
        /// When.
        now: DateTime<Utc>,
        /// When the account is due again; `None` parks it.
        next_sync_at: Option<DateTime<Utc>>,
    },
}

/// The code of an error by which the server said when to come back.
const THROTTLED: &str = "throttled";

/// How often a claim is tried when others were faster; each time they were, they took an account.
const CLAIM_TRIES: usize = 64;

impl Store {
    /// Makes one account, or all, due now: those that are switched on and have a valid session. One whose server has
    /// said when to come back stays due then, and is not sooner. Returns how many.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn make_due(&self, id: Option<&AccountId>, now: DateTime<Utc>) -> Result<u64> {
        self.make_due_within(&Reach::Everyone, id, now).await
    }

    /// The same for the accounts within reach.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn make_due_within(
        &self,
        reach: &Reach,
        id: Option<&AccountId>,
        now: DateTime<Utc>,
    ) -> Result<u64> {
        Ok(on!(self, execute sqlx::query(
            "UPDATE sync_state SET next_sync_at = $1
             WHERE ($2 IS NULL OR account_id = $2) AND session = $3
             AND (error_code IS DISTINCT FROM $4 OR next_sync_at IS NULL OR next_sync_at <= $1)
             AND account_id IN (SELECT id FROM account WHERE sync_enabled AND ($5 IS NULL OR owner = $5))",
        )
        .bind(now.timestamp_millis())
        .bind(id.map(AccountId::as_str))
        .bind(SessionState::Valid.as_str())
        .bind(THROTTLED)
        .bind(reach.owner()))?)
    }

    /// When the next account is due that `holder` could claim `now`; `None` when all are parked or held by others. One
    /// read of an index, as far as the first account that nobody else holds.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn next_due(&self, holder: &str, now: DateTime<Utc>) -> Result<Option<DateTime<Utc>>> {
        let due: Option<Ms> = on!(self, db => sqlx::query_scalar(
            "SELECT next_sync_at FROM sync_state WHERE next_sync_at IS NOT NULL
             AND (lease_until IS NULL OR lease_until <= $2 OR lease_holder = $1)
             ORDER BY next_sync_at, account_id LIMIT 1",
        )
        .bind(holder)
        .bind(now.timestamp_millis())
        .fetch_optional(db)
        .await)?;
        Ok(due.map(|at| at.0))
    }

    /// Takes the account that has been due for longest, by `due_by` at the latest, and that nobody else holds `now`, and
    /// holds it for `lease` from now on. `None`: there is none.
    ///
    /// A holder takes back what it holds already: it died and began anew, for a living one asks only when it has given
    /// back what it had. The epoch shuts its former life out.
    ///
    /// # Errors
    /// `Busy` when others were faster every time.
    pub async fn claim(
        &self,
        holder: &str,
        due_by: DateTime<Utc>,
        now: DateTime<Utc>,
        lease: Duration,
    ) -> Result<Option<Claim>> {
        for _ in 0..CLAIM_TRIES {
            if let Some(row) = self.take_lease(holder, due_by, now, lease).await? {
                return self.claimed(row).await.map(Some);
            }
            if !self.is_any_free(holder, due_by, now).await? {
                return Ok(None);
            }
        }
        Err(StoreError::Busy(None))
    }

    /// The outer condition repeats the inner one: without it two connections of PostgreSQL both get the same row,
    /// because the second finds it before the first has committed. With it the second gets none.
    async fn take_lease(
        &self,
        holder: &str,
        due_by: DateTime<Utc>,
        now: DateTime<Utc>,
        lease: Duration,
    ) -> Result<Option<StateRow>> {
        const TEXT: &str = concat!(
            "UPDATE sync_state
             SET lease_holder = $1, lease_until = $2, last_attempt_at = $3, epoch = epoch + 1
             WHERE account_id = (
                 SELECT f.account_id FROM sync_state f
                 WHERE f.next_sync_at <= $4 AND (f.lease_until IS NULL OR f.lease_until <= $3 OR f.lease_holder = $1)
                 ORDER BY f.next_sync_at, f.account_id LIMIT 1)
             AND next_sync_at <= $4 AND (lease_until IS NULL OR lease_until <= $3 OR lease_holder = $1)
             RETURNING ",
            state_columns!()
        );
        let mut open = self.begin().await?;
        let row = tx!(&mut open, db => sqlx::query_as(TEXT)
            .bind(holder)
            .bind(lease_end(now, lease))
            .bind(now.timestamp_millis())
            .bind(due_by.timestamp_millis())
            .fetch_optional(db)
            .await)?;
        open.commit().await?;
        Ok(row)
    }

    async fn is_any_free(&self, holder: &str, due_by: DateTime<Utc>, now: DateTime<Utc>) -> Result<bool> {
        Ok(on!(self, db => sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM sync_state
             WHERE next_sync_at <= $3 AND (lease_until IS NULL OR lease_until <= $2 OR lease_holder = $1))",
        )
        .bind(holder)
        .bind(now.timestamp_millis())
        .bind(due_by.timestamp_millis())
        .fetch_one(db)
        .await)?)
    }

    async fn claimed(&self, row: StateRow) -> Result<Claim> {
        const TEXT: &str = concat!("SELECT ", account_columns!(), " FROM account a WHERE a.id = $1");
        let epoch = row.epoch;
        let folders = folders_of(self, row.account_id()).await?;
        let account: Option<AccountRow> =
            on!(self, db => sqlx::query_as(TEXT).bind(row.account_id().as_str()).fetch_optional(db).await)?;
        let account = account.ok_or(StoreError::LeaseLost)?.into();
        Ok(Claim { account, state: row.into_state(folders), epoch })
    }

    /// Gives the account back without a result, as a soft stop does. It stays due.
    ///
    /// # Errors
    /// `LeaseLost` when another holder has it.
    pub async fn release(&self, claim: &Claim) -> Result<()> {
        held(on!(self, execute sqlx::query(
            "UPDATE sync_state SET lease_holder = NULL, lease_until = NULL, epoch = epoch + 1
             WHERE account_id = $1 AND epoch = $2",
        )
        .bind(claim.account.id.as_str())
        .bind(claim.epoch))?)
    }

    /// Gives the account back without a result and lets the others go first: it is due again at `until`.
    ///
    /// # Errors
    /// `LeaseLost` when another holder has it.
    pub async fn postpone(&self, claim: &Claim, until: DateTime<Utc>) -> Result<()> {
        let mut open = self.begin().await?;
        hold(&mut open, claim).await?;
        give_back(&mut open, claim, Some(until)).await?;
        open.commit().await
    }

    /// Records how the turn ended and gives the account back. Where somebody made it due again or parked it meanwhile,
    /// that stands, and `next_sync_at` is not looked at; but it is not due before the time at which its server said to
    /// come back.
    ///
    /// # Errors
    /// `LeaseLost` when another holder has it; then nothing is recorded.
    pub async fn finish(&self, claim: &Claim, finish: &Finish) -> Result<()> {
        let mut open = self.begin().await?;
        hold(&mut open, claim).await?;
        match finish {
            Finish::Success { tier, now, next_sync_at, session_expires_at } => {
                succeeded(&mut open, claim, *tier, *now, *session_expires_at).await?;
                give_back(&mut open, claim, Some(*next_sync_at)).await?;
            }
            Finish::Failure { error, session, now, next_sync_at } => {
                failed(&mut open, claim, error, *session, *now).await?;
                give_back(&mut open, claim, *next_sync_at).await?;
            }
        }
        open.commit().await
    }
}

/// Makes sure that the claim still holds, and that it goes on to hold until the transaction ends: the write locks the
/// row, so that another claim of it waits.
pub(in crate::store) async fn hold(open: &mut Tx, claim: &Claim) -> Result<()> {
    held(
        tx!(open, execute sqlx::query("UPDATE sync_state SET epoch = epoch WHERE account_id = $1 AND epoch = $2")
        .bind(claim.account.id.as_str())
        .bind(claim.epoch))?,
    )
}

async fn succeeded(
    open: &mut Tx,
    claim: &Claim,
    tier: Option<Tier>,
    now: DateTime<Utc>,
    session_expires_at: Option<DateTime<Utc>>,
) -> Result<()> {
    const TEXT: &str = concat!(
        "UPDATE sync_state SET session = $2, session_expires_at = $3, tier = COALESCE($4, tier), ",
        no_failures!(),
        ", last_success_at = $5, last_attempt_at = $5 WHERE account_id = $1"
    );
    tx!(open, execute sqlx::query(TEXT)
    .bind(claim.account.id.as_str())
    .bind(SessionState::Valid.as_str())
    .bind(millis(session_expires_at))
    .bind(tier.map(Tier::as_str))
    .bind(now.timestamp_millis()))?;
    Ok(())
}

async fn failed(
    open: &mut Tx,
    claim: &Claim,
    error: &LastError,
    session: Option<SessionState>,
    now: DateTime<Utc>,
) -> Result<()> {
    tx!(open, execute sqlx::query(
        "UPDATE sync_state SET session = COALESCE($2, session), failures = failures + 1, error_disposition = $3,
         error_code = $4, error_message = $5, error_whose_turn = $6, error_hint = $7, error_at = $8, last_attempt_at = $9
         WHERE account_id = $1",
    )
    .bind(claim.account.id.as_str())
    .bind(session.map(SessionState::as_str))
    .bind(error.disposition.as_str())
    .bind(&error.code)
    .bind(&error.message)
    .bind(error.whose_turn.as_str())
    .bind(&error.hint)
    .bind(error.at.timestamp_millis())
    .bind(now.timestamp_millis()))?;
    Ok(())
}

async fn give_back(open: &mut Tx, claim: &Claim, next_sync_at: Option<DateTime<Utc>>) -> Result<()> {
    existing(tx!(open, execute sqlx::query(
        "UPDATE sync_state SET lease_holder = NULL, lease_until = NULL, epoch = epoch + 1,
         next_sync_at = CASE WHEN next_sync_at IS NOT DISTINCT FROM $2 OR (error_code = $4 AND next_sync_at < $3)
                             THEN $3 ELSE next_sync_at END
         WHERE account_id = $1",
    )
    .bind(claim.account.id.as_str())
    .bind(millis(claim.state.next_sync_at))
    .bind(millis(next_sync_at))
    .bind(THROTTLED))?)
}

fn lease_end(now: DateTime<Utc>, lease: Duration) -> i64 {
    (now + TimeDelta::from_std(lease).unwrap_or(TimeDelta::MAX)).timestamp_millis()
}

pub(in crate::store) fn held(rows: u64) -> Result<()> {
    if rows == 0 { Err(StoreError::LeaseLost) } else { Ok(()) }
}
