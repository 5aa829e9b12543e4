//! One account's turn in a cycle: open, read, settle, record.

use super::{Engine, Failure, mail, schedule};
use crate::clock::Clock;
use crate::error::{Disposition, Extent};
use crate::model::{AccountOutcome, Folder, FolderCount, FolderState, SessionState, Tier};
use crate::owa::{Mailbox, Session};
use crate::secret::ExposeSecret;
use crate::store::{Claim, Finish, Store, StoreError};
use chrono::{DateTime, TimeDelta, Utc};
use std::ops::ControlFlow;
use std::pin::pin;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// A soft stop waits so long for the page that is being read; the whole stop has 10 s.
const GRACE: Duration = Duration::from_secs(7);

/// How long an account at which a fault of the machine was met stands behind the others.
const BEHIND: TimeDelta = TimeDelta::minutes(1);

/// What reading one account needs.
pub struct Turn<'a> {
    /// The database.
    pub store: &'a Store,
    /// The account and its lease.
    pub claim: &'a Claim,
    /// The time.
    pub clock: &'a Clock,
    /// When reading began.
    pub began: DateTime<Utc>,
    /// Asks to stop between two pages.
    pub stop: &'a CancellationToken,
    progress: &'a super::Progress,
}

impl Turn<'_> {
    pub(super) fn folder_state(&self, folder: Folder) -> FolderState {
        let known = self.claim.state.folders.iter().find(|state| state.folder == folder);
        known.cloned().unwrap_or_else(|| FolderState::new(folder))
    }

    pub(super) fn progress(&self, count: &FolderCount) {
        (self.progress)(name(self.claim), count);
    }
}

/// What reading an account came to.
enum Read {
    /// Everything; and when the cookies say that the session ends.
    Done(Vec<FolderCount>, Option<DateTime<Utc>>),
    /// It was asked to stop.
    Stopped,
}

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
    let read = Box::pin(read(engine, claim, stop)).await;
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
        Err(failure) if failure.extent == Extent::Machine => return Err(failure),
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

/// Reads under the account's time limit, and no longer than the grace after a soft stop.
async fn read(engine: &Engine, claim: &Claim, stop: &CancellationToken) -> Result<Read, Failure> {
    let account = &claim.account;
    let sealed = engine.strongbox.session(&account.id).await?.ok_or_else(Failure::no_session)?;
    let session = Session::from_secret(&sealed)?;
    let mut end = pin!(end(engine, stop));
    let mut mailbox = tokio::select! {
        mailbox = engine.owa.open(session, account.address.as_deref(), &account.settings) => mailbox?,
        why = &mut end => return why,
    };
    let read = tokio::select! {
        read = folders(engine, claim, stop, &mut mailbox) => read,
        why = &mut end => why,
    };
    // Cookies rotate and headers are renewed: what the mailbox ended with is kept however reading ended.
    let session = mailbox.close().await;
    let ended_with = session.to_secret();
    // An idle cycle writes nothing.
    let is_changed = ended_with.expose_secret() != sealed.expose_secret();
    let kept = if is_changed { engine.strongbox.put_session_held(claim, &ended_with).await } else { Ok(()) };
    let read = read?;
    kept?;
    Ok(match read {
        Read::Done(counts, _) => Read::Done(counts, session.expires_at()),
        Read::Stopped => Read::Stopped,
    })
}

/// Comes when the turn has to end: too long, or asked to stop and the grace is over.
async fn end(engine: &Engine, stop: &CancellationToken) -> Result<Read, Failure> {
    let limit = engine.settings.account_limit;
    let grace = async {
        stop.cancelled().await;
        engine.clock.sleep(GRACE).await;
    };
    match Clock::limit(limit, grace).await {
        Ok(()) => Ok(Read::Stopped),
        Err(_) => Err(Failure::too_long(limit)),
    }
}

/// Keeps what Outlook says of the mailbox and was not known: its name, where a sign-in was cut off before Outlook had said
/// it, and how it writes dates.
async fn learn(engine: &Engine, claim: &Claim, mailbox: &Mailbox) -> Result<(), Failure> {
    let (account, identity) = (&claim.account, mailbox.identity());
    if account.address.is_none() {
        engine.store.set_identity(&account.id, &identity.address, identity.display_name.as_deref()).await?;
    }
    if identity.settings.clone().or(&account.settings) != account.settings {
        engine.store.set_mailbox_settings(&account.id, &identity.settings).await?;
    }
    Ok(())
}

async fn folders(
    engine: &Engine,
    claim: &Claim,
    stop: &CancellationToken,
    mailbox: &mut Mailbox,
) -> Result<Read, Failure> {
    learn(engine, claim, mailbox).await?;
    let horizon = horizon(engine, claim);
    let Engine { store, clock, progress, .. } = engine;
    let turn = Turn { store, claim, clock, began: clock.now(), stop, progress };
    let mut counts = Vec::new();
    for folder in mailbox.folders() {
        match mail::read_folder(&turn, mailbox, folder, horizon).await? {
            ControlFlow::Continue(count) => counts.push(count),
            ControlFlow::Break(()) => return Ok(Read::Stopped),
        }
    }
    // Told in one order, whichever was read first.
    counts.sort_by_key(|count| count.folder);
    Ok(Read::Done(counts, None))
}

/// History is counted from the day of connecting, so that it does not creep and nothing held falls out of it.
fn horizon(engine: &Engine, claim: &Claim) -> DateTime<Utc> {
    let history = TimeDelta::from_std(engine.settings.history).unwrap_or(TimeDelta::MAX);
    claim.account.created_at.checked_sub_signed(history).unwrap_or(DateTime::UNIX_EPOCH)
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
    let failures = claim.state.failures + 1;
    let jitter = uuid::Uuid::new_v4().as_bytes()[0];
    let next = schedule::after_failure(failure.disposition, failures, failure.retry_after, jitter, now);
    let session = match failure.disposition {
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
