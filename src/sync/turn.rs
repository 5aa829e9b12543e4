//! One account's turn in a cycle: each part that is due is read and recorded for itself.

use super::schedule::{self, Again};
use super::{Cycle, Failure, SyncError, roads};
use crate::clock::Clock;
use crate::error::{Disposition, Extent};
use crate::model::{
    AccountOutcome, BrowserSession, Credential, CycleId, FolderCount, Import, LastError, Part, PartOutcome,
    SessionState,
};
use crate::store::{Claim, PartEnd, StoreError};
use chrono::{DateTime, TimeDelta, Utc};
use futures::FutureExt as _;
use std::ops::ControlFlow;
use std::panic::AssertUnwindSafe;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;

/// A soft stop waits so long for the page that is being read; the whole stop has 10 s.
const GRACE: Duration = Duration::from_secs(7);

/// How long an account stands behind the others, at which a fault of the machine was met or which has more to
/// read.
pub(super) const BEHIND: TimeDelta = TimeDelta::minutes(1);

/// What reading a part gave.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PartRead {
    /// Of mail, per folder.
    pub folders: Vec<FolderCount>,
    /// How it was read, in its road's own word; `None` where nothing was.
    pub read_by: Option<String>,
    /// Whether it is not to be read.
    pub is_off: bool,
    /// Why it is incomplete, where most of it was read.
    pub incomplete: Option<Failure>,
    /// What is to be told although it was read.
    pub warning: Option<Failure>,
    /// How long a server asked to be left alone by what was left undone.
    pub retry_after: Option<Duration>,
    /// How much of the history is held, in millionths, where time ran out before all of it was read.
    pub imported: Option<u32>,
    /// Whether there is more of what somebody waits for, and the turn got on in it.
    pub goes_on: bool,
    /// Of a part that lives on the browser session: when the cookies say that it ends, if they say.
    pub session_expires_at: Option<DateTime<Utc>>,
}

impl PartRead {
    /// The longest time for which these ask not to be asked again.
    pub(super) fn retry_after<'f>(left: impl IntoIterator<Item = &'f Option<Failure>>) -> Option<Duration> {
        left.into_iter().flatten().filter_map(|failure| failure.meaning.retry_after).max()
    }
}

/// What reading a part came to: everything, or a stop before the end.
pub type Read = Result<ControlFlow<(), PartRead>, Failure>;

/// How a turn ended.
pub(super) enum TurnEnd {
    /// Every part that was due has its result.
    Over,
    /// It was asked to stop. What was not read stays due.
    Stopped,
    /// The account was disconnected, signed in to anew or taken over under way. What was not recorded is
    /// dropped.
    Lost,
}

/// One claimed account's turn.
pub(super) struct Turn<'a> {
    pub(super) cycle: &'a Cycle,
    /// Which of its cycles it is.
    pub(super) id: &'a CycleId,
    pub(super) claim: &'a Claim,
    /// Asks to stop between two pages.
    pub(super) stop: &'a CancellationToken,
}

impl Turn<'_> {
    /// Reads what is due, adds it to the outcome, and gives the account back. A fault of this machine is the
    /// error: it is charged to no part, and what was not read stays due.
    pub(super) async fn take(&self, outcome: &mut AccountOutcome) -> Result<TurnEnd, Failure> {
        // Whatever is logged during the turn says whose it is, at any level of the log.
        let turn = tracing::error_span!("turn", account = %self.claim.account.id, name = &*self.claim.account.name());
        self.taken(outcome).instrument(turn).await
    }

    async fn taken(&self, outcome: &mut AccountOutcome) -> Result<TurnEnd, Failure> {
        let taken = self.parts(outcome).await;
        if let Err(failure) = &taken {
            // Should it be this account's after all, the next cycle begins with another one. What ends the
            // cycle may stand in the way of this too: then the lease runs out.
            let behind = self.cycle.clock.now() + BEHIND;
            let _ = self.cycle.store.postpone(self.claim, behind).await;
            tracing::warn!(code = failure.meaning.code, "a fault of the machine was met at this account");
        }
        taken
    }

    async fn parts(&self, outcome: &mut AccountOutcome) -> Result<TurnEnd, Failure> {
        for &part in &self.claim.due {
            let began = self.cycle.clock.now();
            let read = match self.read(part).await {
                Err(failure) if failure.meaning.extent == Extent::Machine => return Err(failure),
                Ok(ControlFlow::Break(())) => {
                    self.give_back().await?;
                    return Ok(TurnEnd::Stopped);
                }
                Ok(ControlFlow::Continue(read)) => Ok(read),
                Err(failure) => Err(failure),
            };
            if !self.record(part, began, read, outcome).await? {
                return Ok(TurnEnd::Lost);
            }
        }
        self.give_back().await?;
        Ok(TurnEnd::Over)
    }

    /// A defect that one mailbox brings out is that mailbox's failure: the others are read.
    async fn read(&self, part: Part) -> Read {
        tracing::debug!(part = part.as_str(), "reading");
        if self.stop.is_cancelled() {
            return Ok(ControlFlow::Break(()));
        }
        let reading = async {
            match part {
                Part::Mail => Box::pin(roads::read(self)).await,
                Part::Contacts => self.contacts().await,
            }
        };
        let read = AssertUnwindSafe(reading).catch_unwind().await;
        match read.unwrap_or_else(|_| Err(SyncError::Panicked(part).into())) {
            Err(failure) => Err(self.for_all(failure).await),
            read => read,
        }
    }

    /// What failed for every mailbox, where the network did and not the way to this one alone.
    async fn for_all(&self, failure: Failure) -> Failure {
        if failure.meaning.extent != Extent::Network {
            return failure;
        }
        match self.cycle.owa.reach().await {
            Ok(()) => failure,
            Err(proxy) => failure.of_network(proxy),
        }
    }

    async fn contacts(&self) -> Read {
        let Some(read) = &self.cycle.contacts else {
            return Err(SyncError::NoReader(Part::Contacts).into());
        };
        tokio::select! {
            read = read(self.claim, self.id, self.stop) => read,
            why = self.end() => why,
        }
    }

    /// Comes when reading a part has to end: too long, or asked to stop and the grace is over.
    pub(super) async fn end(&self) -> Read {
        let limit = self.cycle.settings.part_limit;
        let grace = async {
            self.stop.cancelled().await;
            self.cycle.clock.sleep(GRACE).await;
        };
        match Clock::limit(limit, grace).await {
            Ok(()) => Ok(ControlFlow::Break(())),
            Err(_) => Err(SyncError::TooLong(limit).into()),
        }
    }

    /// Records how a part ended, in the database and in the outcome; whether the result was ours to write.
    async fn record(
        &self,
        part: Part,
        began: DateTime<Utc>,
        read: Result<PartRead, Failure>,
        outcome: &mut AccountOutcome,
    ) -> Result<bool, Failure> {
        let now = self.cycle.clock.now();
        let end = match &read {
            Ok(read) => self.ended(part, read, now),
            Err(failure) => self.failed(part, &self.believed(part, failure, now), now),
        };
        let end = self.waiting_for_road(end).await?;
        if !is_ours(self.cycle.store.end_part(self.claim, &end).await)? {
            tracing::warn!("the account is no longer ours, its result is dropped");
            return Ok(false);
        }
        let (folders, error) = (read.map(|read| read.folders).unwrap_or_default(), end.result.err());
        log(part, &folders, error.as_ref(), end.warning.as_ref());
        outcome.folders.extend(folders);
        let millis = u64::try_from((now - began).num_milliseconds()).unwrap_or(0);
        outcome.ended(PartOutcome { part, error, warning: end.warning, import: end.import, millis });
        Ok(true)
    }

    /// Mail that waits for a person is due all the same while another road is wanted for it, which may need none.
    async fn waiting_for_road(&self, end: PartEnd) -> Result<PartEnd, Failure> {
        let is_parked = end.part == Part::Mail && end.next_at.is_none();
        if !is_parked || self.cycle.store.road_wish(&self.claim.account.id).await?.is_none() {
            return Ok(end);
        }
        let settings = &self.cycle.settings;
        let cycle = schedule::next_cycle(&settings.schedule, settings.time_zone, end.at);
        Ok(PartEnd { next_at: Some(cycle), ..end })
    }

    fn ended(&self, part: Part, read: &PartRead, at: DateTime<Utc>) -> PartEnd {
        let settings = &self.cycle.settings;
        let session = BrowserSession { state: SessionState::Valid, expires_at: read.session_expires_at };
        let before = self.import(part);
        let import = read.imported.map(|done| Import::after(before.as_ref(), done, at));
        let cycle = schedule::next_cycle(&settings.schedule, settings.time_zone, at);
        let not_before = schedule::not_before(read.retry_after, at);
        // An import goes on as soon as nobody is due; at the latest then, behind those whose time it is.
        let next_at = if import.is_some() { cycle + BEHIND } else { cycle };
        // Whoever waits for something does so no longer than the others take.
        let next_at = if read.goes_on { next_at.min(at + BEHIND) } else { next_at };
        PartEnd {
            part,
            at,
            result: read.incomplete.as_ref().map_or(Ok(read.read_by.clone()), |failure| Err(failure.at(at))),
            is_off: read.is_off,
            warning: read.warning.as_ref().map(|warning| warning.at(at)),
            next_at: Some(not_before.map_or(next_at, |not_before| not_before.max(next_at))),
            not_before,
            import,
            session: self.lives_on_session(part).then_some(session),
        }
    }

    fn failed(&self, part: Part, failure: &Failure, at: DateTime<Utc>) -> PartEnd {
        let disposition = failure.meaning.disposition;
        let before = self.claim.state.part(part);
        let failures = before
            .map_or(0, |state| if disposition == Disposition::Drift { state.drifts } else { state.failures });
        let jitter = uuid::Uuid::new_v4().as_bytes()[0];
        let Again { next_at, not_before } =
            schedule::after_failure(&failure.meaning, failures + 1, jitter, at);
        let session = self.session_after(disposition);
        let was_valid = self.claim.state.session == SessionState::Valid;
        let looks_again = disposition == Disposition::NeedsLogin && failure.meaning.doubtful && was_valid;
        PartEnd {
            part,
            at,
            result: Err(failure.at(at)),
            is_off: false,
            warning: None,
            import: self.import(part),
            next_at: if looks_again { Some(schedule::last_look(at)) } else { next_at },
            not_before,
            session: session.filter(|_| self.lives_on_session(part)),
        }
    }

    fn lives_on_session(&self, part: Part) -> bool {
        self.claim.account.credential(part) == Credential::Session
    }

    fn import(&self, part: Part) -> Option<Import> {
        self.claim.state.part(part)?.import.clone()
    }

    /// What may be said in passing is believed when the turn before met it too, or where it stays.
    fn believed(&self, part: Part, failure: &Failure, at: DateTime<Utc>) -> Failure {
        let before = self.claim.state.part(part).and_then(|state| state.last_error.as_ref());
        let is_first = before.is_none_or(|error| error.code != failure.meaning.code);
        let failure = failure.clone();
        let code = failure.meaning.code;
        if failure.meaning.doubtful && is_first {
            failure.at_first_sight()
        } else if failure.meaning.hardens && schedule::has_stayed(self.claim.state.part(part), code, at) {
            failure.hardened()
        } else {
            failure
        }
    }

    /// What a failure says of the session that the part was read with.
    fn session_after(&self, disposition: Disposition) -> Option<BrowserSession> {
        let state = match disposition {
            Disposition::NeedsLogin => SessionState::NeedsLogin,
            Disposition::Blocked => SessionState::Blocked,
            Disposition::Retry | Disposition::Drift | Disposition::Fatal => return None,
        };
        Some(BrowserSession { state, expires_at: self.claim.state.session_expires_at })
    }

    /// What is no longer ours need not be given back.
    pub(super) async fn give_back(&self) -> Result<(), Failure> {
        is_ours(self.cycle.store.release(self.claim).await).map(drop)
    }
}

fn log(part: Part, folders: &[FolderCount], error: Option<&LastError>, warning: Option<&LastError>) {
    let part = part.as_str();
    let (new, changed) = folders.iter().fold((0, 0), |sum, count| (sum.0 + count.new, sum.1 + count.changed));
    match (error, warning) {
        (None, None) => tracing::debug!(part, new, changed, "read"),
        (None, Some(LastError { code, message, .. })) => {
            tracing::warn!(part, new, changed, code, warning = message, "read, but");
        }
        (Some(error), _) => {
            let disposition = error.disposition.as_str();
            let (code, error) = (&error.code, &error.message);
            let how = if folders.is_empty() { "not read" } else { "not read whole" };
            tracing::warn!(part, disposition, code, error, "{how}");
        }
    }
}

/// Whether the account was still ours when the store was asked.
fn is_ours(asked: Result<(), StoreError>) -> Result<bool, Failure> {
    match asked {
        Err(StoreError::LeaseLost | StoreError::NoSuchAccount) => Ok(false),
        other => Ok(other.map(|()| true)?),
    }
}
