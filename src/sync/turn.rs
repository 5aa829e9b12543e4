//! One account's turn in a cycle: read, record.

use super::mail::{self, Read};
use super::{Engine, Failure, schedule};
use crate::error::{Disposition, Extent};
use crate::model::{AccountOutcome, Folder, FolderCount, SessionState, Tier};
use crate::store::{Claim, Finish, StoreError};
use chrono::{DateTime, TimeDelta, Utc};
use std::ops::ControlFlow;
use tokio_util::sync::CancellationToken;

/// How long an account at which a fault of the machine was met stands behind the others.
const BEHIND: TimeDelta = TimeDelta::minutes(1);

/// Takes one claimed account's turn. `Break` when it was asked to stop: the account stays due. No outcome when the account
/// was disconnected, signed in to anew or taken over under way. A fault of this machine is the error, and the account stays due.
pub(super) async fn take(
    engine: &Engine,
    claim: &Claim,
    stop: &CancellationToken,
) -> Result<ControlFlow<(), Option<AccountOutcome>>, Failure> {
    let mut taken = turn(engine, claim, stop).await;
    if let Err(failure) = &mut taken {
        // Should it be this account's after all, the next cycle begins with another one. What ends the cycle may stand in
        // the way of this too: then the lease runs out.
        let _ = engine.store.postpone(claim, engine.clock.now() + BEHIND).await;
        failure.message = format!("{} (met at {})", failure.message, name(claim));
    }
    taken
}

async fn turn(
    engine: &Engine,
    claim: &Claim,
    stop: &CancellationToken,
) -> Result<ControlFlow<(), Option<AccountOutcome>>, Failure> {
    let began = engine.clock.now();
    tracing::debug!(account = %claim.account.id, name = name(claim), "reading");
    (engine.progress)(name(claim), &FolderCount::new(Folder::Inbox));
    let read = Box::pin(mail::read(engine, claim, stop)).await;
    let now = engine.clock.now();
    let (folders, finish) = match read {
        Ok(Read::Stopped) => {
            give_back(engine, claim).await?;
            return Ok(ControlFlow::Break(()));
        }
        Ok(Read::Done(folders, expires_at)) => {
            let finish = success(engine, &folders, expires_at, now);
            (folders, finish)
        }
        Err(failure) if failure.meaning.extent == Extent::Machine => return Err(failure),
        Err(failure) => (Vec::new(), failed(claim, &failure, now)),
    };
    if !record(engine, claim, &finish).await? {
        return Ok(ControlFlow::Continue(None));
    }
    let error = match finish {
        Finish::Success { .. } => None,
        Finish::Failure { error, .. } => Some(error),
    };
    log(claim, &folders, error.as_ref());
    let millis = u64::try_from((now - began).num_milliseconds()).unwrap_or(0);
    Ok(ControlFlow::Continue(Some(AccountOutcome {
        account_id: claim.account.id.clone(),
        name: name(claim).to_owned(),
        folders,
        error,
        millis,
    })))
}

/// What is no longer ours need not be given back.
pub(super) async fn give_back(engine: &Engine, claim: &Claim) -> Result<(), Failure> {
    match engine.store.release(claim).await {
        Err(StoreError::LeaseLost | StoreError::NoSuchAccount) => Ok(()),
        other => Ok(other?),
    }
}

/// Whether the result was ours to write.
async fn record(engine: &Engine, claim: &Claim, finish: &Finish) -> Result<bool, Failure> {
    match engine.store.finish(claim, finish).await {
        Err(StoreError::LeaseLost | StoreError::NoSuchAccount) => {
            let account = &claim.account.id;
            tracing::warn!(%account, name = name(claim), "the account is no longer ours, its result is dropped");
            Ok(false)
        }
        other => Ok(other.map(|()| true)?),
    }
}

fn name(claim: &Claim) -> &str {
    claim.account.name()
}

fn success(
    engine: &Engine,
    folders: &[FolderCount],
    session_expires_at: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Finish {
    Finish::Success {
        tier: folders.iter().filter_map(|count| count.tier).max(),
        now,
        next_sync_at: schedule::next_cycle(&engine.settings.schedule, engine.settings.time_zone, now),
        session_expires_at,
    }
}

fn failed(claim: &Claim, failure: &Failure, now: DateTime<Utc>) -> Finish {
    let (failures, meaning) = (claim.state.failures + 1, &failure.meaning);
    let jitter = uuid::Uuid::new_v4().as_bytes()[0];
    let next = schedule::after_failure(meaning.disposition, failures, meaning.retry_after, jitter, now);
    let session = match meaning.disposition {
        Disposition::NeedsLogin => Some(SessionState::NeedsLogin),
        Disposition::Blocked => Some(SessionState::Blocked),
        Disposition::Retry | Disposition::Drift | Disposition::Fatal => None,
    };
    Finish::Failure { error: failure.at(now), session, now, next_sync_at: next }
}

fn log(claim: &Claim, folders: &[FolderCount], error: Option<&crate::model::LastError>) {
    let (account, name) = (&claim.account.id, name(claim));
    let (new, changed) = folders.iter().fold((0, 0), |sum, count| (sum.0 + count.new, sum.1 + count.changed));
    let tier = folders.iter().filter_map(|count| count.tier).max().map(Tier::as_str);
    match error {
        None => tracing::debug!(%account, name, new, changed, tier, "read"),
        Some(error) => {
            let disposition = error.disposition.as_str();
            tracing::warn!(%account, name, disposition, code = error.code, error = error.message, "not read");
        }
    }
}
