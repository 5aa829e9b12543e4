//! An account's mail: open the mailbox, keep what it says of itself, read its folders.

mod folder;

use super::{Engine, Failure, Progress, SyncError};
use crate::clock::Clock;
use crate::model::{Folder, FolderCount, FolderState};
use crate::owa::{Mailbox, Session};
use crate::secret::ExposeSecret;
use crate::store::{Claim, Store};
use chrono::{DateTime, TimeDelta, Utc};
use std::ops::ControlFlow;
use std::pin::pin;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// A soft stop waits so long for the page that is being read; the whole stop has 10 s.
const GRACE: Duration = Duration::from_secs(7);

/// What reading one account's mail needs.
struct MailTurn<'a> {
    /// The database.
    store: &'a Store,
    /// The account and its lease.
    claim: &'a Claim,
    /// The time.
    clock: &'a Clock,
    /// When reading began.
    began: DateTime<Utc>,
    /// Asks to stop between two pages.
    stop: &'a CancellationToken,
    progress: &'a Progress,
}

impl MailTurn<'_> {
    fn folder_state(&self, folder: Folder) -> FolderState {
        let known = self.claim.state.folders.iter().find(|state| state.folder == folder);
        known.cloned().unwrap_or_else(|| FolderState::new(folder))
    }

    fn progress(&self, count: &FolderCount) {
        (self.progress)(self.claim.account.name(), count);
    }
}

/// What reading an account's mail came to.
pub(super) enum Read {
    /// Everything; and when the cookies say that the session ends.
    Done(Vec<FolderCount>, Option<DateTime<Utc>>),
    /// It was asked to stop.
    Stopped,
}

/// Reads under the account's time limit, and no longer than the grace after a soft stop.
pub(super) async fn read(engine: &Engine, claim: &Claim, stop: &CancellationToken) -> Result<Read, Failure> {
    let account = &claim.account;
    let sealed = engine.strongbox.session(&account.id).await?.ok_or(SyncError::NoSession)?;
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
        Err(_) => Err(SyncError::TooLong(limit).into()),
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
    let turn = MailTurn { store, claim, clock, began: clock.now(), stop, progress };
    let mut counts = Vec::new();
    for folder in mailbox.folders() {
        match folder::read(&turn, mailbox, folder, horizon).await? {
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
