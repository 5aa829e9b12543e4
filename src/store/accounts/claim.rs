//! Who holds an account: the one whose turn it is takes it, and gives it back.

use crate::model::{Account, AccountId, FolderState, Part, SyncState};
use crate::store::column::Word;
use crate::store::{Result, Store, StoreError, Tx, on, tx};
use chrono::{DateTime, TimeDelta, Utc};
use std::time::Duration;

/// An account held by its lease. Every write for it carries the epoch, so that a holder whose lease ran out
/// and was taken over cannot write any more.
#[derive(Debug, Clone)]
pub struct Claim {
    /// The account as it was when it was claimed.
    pub account: Account,
    /// Its state when it was claimed.
    pub state: SyncState,
    /// Its folders, as they were then.
    pub folders: Vec<FolderState>,
    /// The parts that are due, in the order of `Part`; where none is, those that have more to read. At least
    /// one.
    pub due: Vec<Part>,
    /// Grows with every claim, every release and every new sign-in.
    pub epoch: i64,
}

impl Claim {
    /// Whether a part of it was due by that time, and has not only more to read.
    #[must_use]
    pub fn was_due(&self, by: DateTime<Utc>) -> bool {
        self.due.iter().any(|part| self.state.part(*part).is_some_and(|state| state.is_due(by)))
    }
}

/// How often a claim is tried when others were faster; each time they were, they took an account.
const CLAIM_TRIES: usize = 64;

/// Who gives an account back is kept as who had it last.
const GIVE_BACK: &str = "UPDATE sync_state SET lease_until = NULL, epoch = epoch + 1
     WHERE account_id = $1 AND epoch = $2";

/// Whether the holder `$1` may have the account of a state, of which a part is due, at the time `$2`, in
/// milliseconds. A session that wandered from address to address would look stolen: so an account that was
/// given back is left to who had it last, for ten minutes from when it is due on.
macro_rules! free {
    ($state:literal, $part:literal) => {
        concat!(
            "(",
            $state,
            ".lease_holder IS NULL OR ",
            $state,
            ".lease_holder = $1 OR ",
            $state,
            ".lease_until <= $2 OR (",
            $state,
            ".lease_until IS NULL AND ",
            $part,
            ".due_at <= $2 - 600000))"
        )
    };
}
pub(super) use free;

impl Store {
    /// Takes the account of which something has been due for longest, by `due_by` at the latest, and that
    /// nobody else holds `now`, and holds it for `lease` from now on. Where nothing is due, it is the one
    /// that has more to read and waits for longest. `None`: there is neither.
    ///
    /// A holder takes back what it holds already: it died and began anew, for a living one asks only when it
    /// has given back what it had. The epoch shuts its former life out.
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
            if let Some((id, epoch, due)) = self.take_lease(holder, due_by, now, lease).await? {
                let (account, state) = self.both(&id).await?.ok_or(StoreError::LeaseLost)?;
                let folders = self.folders(&id).await?;
                return Ok(Some(Claim { account, state, folders, due, epoch }));
            }
            if !self.is_any_free(holder, due_by, now).await? {
                return Ok(None);
            }
        }
        Err(StoreError::Busy(None))
    }

    /// The outer condition repeats the inner one: without it two connections of PostgreSQL both get the same
    /// row, because the second finds it before the first has committed. With it the second gets none. That
    /// something is due is repeated by a statement of its own: what stands in another table the second would
    /// see as it was before the first.
    async fn take_lease(
        &self,
        holder: &str,
        due_by: DateTime<Utc>,
        now: DateTime<Utc>,
        lease: Duration,
    ) -> Result<Option<(AccountId, i64, Vec<Part>)>> {
        const TEXT: &str = concat!(
            "UPDATE sync_state SET lease_holder = $1, lease_until = $4, epoch = epoch + 1
             WHERE account_id = COALESCE((
                 SELECT p.account_id FROM part_state p JOIN sync_state f ON f.account_id = p.account_id
                 WHERE p.due_at <= $3 AND ",
            free!("f", "p"),
            " ORDER BY p.due_at, p.account_id LIMIT 1), (
                 SELECT p.account_id FROM part_state p JOIN sync_state f ON f.account_id = p.account_id
                 WHERE p.import_since IS NOT NULL AND p.failures = 0 AND p.due_at IS NOT NULL
                 AND (p.not_before IS NULL OR p.not_before <= $2) AND ",
            free!("f", "p"),
            " AND NOT EXISTS (
                     SELECT 1 FROM part_state o JOIN sync_state s ON s.account_id = o.account_id
                     WHERE o.due_at <= $2 AND ",
            free!("s", "o"),
            ") ORDER BY p.due_at, p.last_attempt_at, p.account_id LIMIT 1))
             AND (lease_until IS NULL OR lease_until <= $2 OR lease_holder = $1)
             RETURNING account_id, epoch"
        );
        let mut open = self.begin().await?;
        let row: Option<(Word<AccountId>, i64)> = tx!(&mut open, db => sqlx::query_as(TEXT)
        .bind(holder)
        .bind(now.timestamp_millis())
        .bind(due_by.timestamp_millis())
        .bind(lease_end(now, lease))
        .fetch_optional(db)
        .await)?;
        let Some((Word(id), epoch)) = row else { return Ok(None) };
        let due = begin_parts(&mut open, &id, due_by, now).await?;
        if due.is_empty() {
            return Ok(None);
        }
        open.commit().await?;
        Ok(Some((id, epoch, due)))
    }

    async fn is_any_free(&self, holder: &str, due_by: DateTime<Utc>, now: DateTime<Utc>) -> Result<bool> {
        const TEXT: &str = concat!(
            "SELECT EXISTS (SELECT 1 FROM part_state p JOIN sync_state s ON s.account_id = p.account_id
             WHERE p.due_at <= $3 AND ",
            free!("s", "p"),
            ")"
        );
        Ok(on!(self, db => sqlx::query_scalar(TEXT)
        .bind(holder)
        .bind(now.timestamp_millis())
        .bind(due_by.timestamp_millis())
        .fetch_one(db)
        .await)?)
    }

    /// Gives the account back. What of it was not ended stays due, as after a soft stop.
    ///
    /// # Errors
    /// `LeaseLost` when another holder has it.
    pub async fn release(&self, claim: &Claim) -> Result<()> {
        held(on!(self, execute sqlx::query(GIVE_BACK).bind(claim.account.id.as_str()).bind(claim.epoch))?)
    }

    /// Leaves the accounts that a holder has given back to whoever asks for them next: it does not come back.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn let_go(&self, holder: &str) -> Result<()> {
        on!(self, execute sqlx::query(
            "UPDATE sync_state SET lease_holder = NULL WHERE lease_holder = $1 AND lease_until IS NULL",
        )
        .bind(holder))?;
        Ok(())
    }

    /// Gives the account back and lets the others go first: what is due of it is due again at `until`.
    ///
    /// # Errors
    /// `LeaseLost` when another holder has it.
    pub async fn postpone(&self, claim: &Claim, until: DateTime<Utc>) -> Result<()> {
        let mut open = self.begin().await?;
        hold(&mut open, claim).await?;
        tx!(&mut open, execute sqlx::query(
            "UPDATE part_state SET next_at = COALESCE(asked_at, $2) WHERE account_id = $1 AND next_at < $2",
        )
        .bind(claim.account.id.as_str())
        .bind(until.timestamp_millis()))?;
        held(
            tx!(&mut open, execute sqlx::query(GIVE_BACK).bind(claim.account.id.as_str()).bind(claim.epoch))?,
        )?;
        open.commit().await
    }
}

/// Makes sure that the claim still holds, and that it goes on to hold until the transaction ends: the write
/// locks the row, so that another claim of it waits.
pub(in crate::store) async fn hold(open: &mut Tx, claim: &Claim) -> Result<()> {
    held(
        tx!(open, execute sqlx::query("UPDATE sync_state SET epoch = epoch WHERE account_id = $1 AND epoch = $2")
        .bind(claim.account.id.as_str())
        .bind(claim.epoch))?,
    )
}

/// Keeps others from changing what belongs to the account until the transaction ends.
pub(in crate::store) async fn lock(open: &mut Tx, account: &AccountId) -> Result<()> {
    let locked = tx!(open, execute sqlx::query("UPDATE sync_state SET epoch = epoch WHERE account_id = $1").bind(account.as_str()))?;
    if locked == 0 { Err(StoreError::NoSuchAccount) } else { Ok(()) }
}

/// The parts that are due, in the order of `Part`; where none is, those that have more to read. What is asked
/// for from here on is asked for during their turn.
async fn begin_parts(
    open: &mut Tx,
    id: &AccountId,
    due_by: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<Vec<Part>> {
    let rows: Vec<Word<Part>> = tx!(open, db => sqlx::query_scalar(
        "UPDATE part_state SET last_attempt_at = $2, asked_at = NULL WHERE account_id = $1 AND (due_at <= $3
         OR (import_since IS NOT NULL AND failures = 0 AND due_at IS NOT NULL
             AND (not_before IS NULL OR not_before <= $2) AND NOT EXISTS (
             SELECT 1 FROM part_state o WHERE o.account_id = $1 AND o.due_at <= $3)))
         RETURNING part",
    )
    .bind(id.as_str())
    .bind(now.timestamp_millis())
    .bind(due_by.timestamp_millis())
    .fetch_all(db)
    .await)?;
    let mut due: Vec<_> = rows.into_iter().map(|part| part.0).collect();
    due.sort_unstable();
    Ok(due)
}

fn lease_end(now: DateTime<Utc>, lease: Duration) -> i64 {
    (now + TimeDelta::from_std(lease).unwrap_or(TimeDelta::MAX)).timestamp_millis()
}

pub(in crate::store) fn held(rows: u64) -> Result<()> {
    if rows == 0 { Err(StoreError::LeaseLost) } else { Ok(()) }
}
