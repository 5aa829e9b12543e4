//! In the loop, before an account's mail is read, who holds it looks at the road that somebody wants for it.

use super::RoadLook;
use crate::error::{Disposition, Extent};
use crate::model::{Part, RoadChangeState};
use crate::store::{Claim, RoadWish};
use crate::sync::{Cycle, Failure, SyncError, roads};
use chrono::TimeDelta;
use futures::FutureExt as _;
use std::ops::ControlFlow;
use std::panic::AssertUnwindSafe;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// It is done once, and may take so many times as long as a part of a turn.
const LIMITS: u32 = 5;
/// The turn that comes after it takes no longer than so many.
const TURN: u32 = 3;
/// After so many turns that could not look at the road it is given up.
const TRIES: u32 = 12;

/// Looks at the road that is wanted for a claimed account's mail, if one is; where it is taken, the turn goes by it. The
/// error is a fault of the machine: whatever else goes wrong is kept with the wish.
pub(in crate::sync) async fn take(
    cycle: &Cycle,
    claim: &mut Claim,
    stop: &CancellationToken,
) -> Result<(), Failure> {
    if !claim.due.contains(&Part::Mail) {
        return Ok(());
    }
    let Some(wish) = cycle.store.road_wish(&claim.account.id).await? else { return Ok(()) };
    let limit = cycle.settings.part_limit;
    let lasts = TimeDelta::from_std(limit * (LIMITS + TURN)).unwrap_or(TimeDelta::MAX);
    cycle.store.hold_longer(claim, cycle.clock.now() + lasts).await?;
    let looked = look(cycle, claim, &wish, limit * LIMITS, stop).await;
    // It may be taken although the look was cut short behind that.
    renew(cycle, claim).await?;
    match looked {
        Ok(_) => Ok(()),
        Err(failure) if failure.meaning.extent == Extent::Machine => Err(failure),
        // It ends the cycle, as the turn will find out: nobody is charged with it.
        Err(failure) if failure.meaning.extent == Extent::Network => Ok(()),
        Err(failure) => keep(cycle, claim, &wish, &failure).await,
    }
}

/// How the account stands now.
async fn renew(cycle: &Cycle, claim: &mut Claim) -> Result<(), Failure> {
    let id = claim.account.id.clone();
    if let Some(account) = cycle.store.account(&id).await? {
        claim.account.road = account.road;
    }
    claim.folders = cycle.store.folders(&id).await?;
    if let Some(state) = cycle.store.state(&id).await? {
        claim.state = state;
    }
    Ok(())
}

/// `Break` when it was asked to stop. A defect ends the look, and not the cycle.
async fn look(
    cycle: &Cycle,
    claim: &Claim,
    wish: &RoadWish,
    limit: Duration,
    stop: &CancellationToken,
) -> Result<ControlFlow<(), RoadChangeState>, Failure> {
    let Cycle { store, clock, settings, .. } = cycle;
    let (horizon, wanted) = (settings.horizon(&claim.account), &*settings.folders);
    let look = RoadLook { store, claim, clock, wanted, horizon, brake: settings.brake, wish };
    let looking = Box::pin(AssertUnwindSafe(roads::look(cycle, &look)).catch_unwind());
    tokio::select! {
        looked = looking => {
            let looked = looked.unwrap_or_else(|_| Err(SyncError::Panicked(Part::Mail).into()));
            looked.map(ControlFlow::Continue)
        }
        () = stop.cancelled() => Ok(ControlFlow::Break(())),
        () = clock.sleep(limit) => Err(SyncError::RoadTooLong(limit).into()),
    }
}

/// What kept us from looking: it is tried again where that may pass.
async fn keep(cycle: &Cycle, claim: &Claim, wish: &RoadWish, failure: &Failure) -> Result<(), Failure> {
    let may_pass = matches!(failure.meaning.disposition, Disposition::Retry | Disposition::Drift);
    let waits = may_pass && wish.tries + 1 < TRIES;
    let state = if waits { RoadChangeState::Wanted } else { RoadChangeState::Failed };
    let (code, error) = (failure.meaning.code, &failure.message);
    tracing::warn!(road = wish.road.as_str(), code, error, "another road could not be looked at");
    let now = cycle.clock.now();
    Ok(cycle.store.end_road_wish(claim, wish, (state, None, Some(&failure.at(now))), now).await?)
}
