//! An account's mail: open the mailbox, keep what it says of itself, read its folders.

mod changes;
mod choose;
mod folder;
mod settle;
mod window;

use super::roads::MailSource;
use super::turn::{PartRead, Read, Turn};
use super::{Brake, Cycle, Failure, Progress, SyncError};
use crate::clock::Clock;
use crate::error::Extent;
use crate::model::{Folder, FolderCount, FolderState};
use crate::owa::{KnownMailbox, Mailbox, Session};
use crate::secret::ExposeSecret;
use crate::store::{Claim, Store};
use chrono::{DateTime, TimeDelta, Utc};
use std::ops::ControlFlow;
use std::pin::pin;
use tokio_util::sync::CancellationToken;

/// What reading one account's mail needs.
pub struct MailTurn<'a> {
    /// The database.
    pub store: &'a Store,
    /// The account and its lease.
    pub claim: &'a Claim,
    /// The time.
    pub clock: &'a Clock,
    /// Which folders are read.
    pub wanted: &'a [String],
    /// When reading began.
    pub began: DateTime<Utc>,
    /// Mail that came before is not read.
    pub horizon: DateTime<Utc>,
    /// How many messages it may call gone.
    pub brake: Brake,
    /// Asks to stop between two batches.
    pub stop: &'a CancellationToken,
    /// Told after every batch.
    pub progress: &'a Progress,
}

impl MailTurn<'_> {
    fn progress(&self, count: &FolderCount) {
        (self.progress)(self.claim.account.name(), Some(count));
    }

    /// Reads the configured folders of a mailbox, then what is done once for all of them. `Break` when it was
    /// asked to stop. A folder that is not there or cannot be read does not keep the others from being read.
    ///
    /// # Errors
    /// What stops the whole account, or keeps every folder from being read. What was written until then
    /// stays, and reading goes on from there.
    pub async fn read<S: MailSource>(&self, source: &mut S) -> Result<ControlFlow<(), PartRead>, Failure> {
        let (folders, missing) = choose::chosen(self, source).await?;
        let order: Vec<_> = folders.iter().map(|state| state.folder.id.clone()).collect();
        let mut lacking = None;
        let mut counts = Vec::new();
        for state in open_first(folders, source) {
            match folder::read(self, source, state).await {
                Ok(ControlFlow::Continue(count)) => counts.push(count),
                Ok(ControlFlow::Break(())) => return Ok(ControlFlow::Break(())),
                Err(failure) if failure.meaning.extent == Extent::Folder => {
                    lacking.get_or_insert(failure);
                }
                Err(failure) => return Err(failure),
            }
        }
        if counts.is_empty()
            && let Some(failure) = lacking.as_ref().or(missing.as_ref())
        {
            return Err(failure.clone());
        }
        let warning = settle::settle(self, source, &mut counts, lacking.is_none()).await?;
        for count in &mut counts {
            count.held = self.store.held_messages(&count.folder.id).await?;
        }
        // Told in one order, whichever was read first.
        counts.sort_by_key(|count| order.iter().position(|id| *id == count.folder.id));
        let read_by = FolderCount::read_by(&counts).map(str::to_owned);
        let warning = warning.or(missing);
        Ok(ControlFlow::Continue(PartRead {
            folders: counts,
            read_by,
            lacking,
            warning,
            session_expires_at: None,
        }))
    }
}

/// The folder whose list is open need not be turned to.
fn open_first<S: MailSource>(mut folders: Vec<FolderState>, source: &S) -> Vec<FolderState> {
    folders.sort_by_key(|state| !source.is_open(&state.folder));
    folders
}

/// Reads under the account's time limit, and no longer than the grace after a soft stop.
pub(super) async fn read(turn: &Turn<'_>) -> Read {
    let Turn { cycle, claim, .. } = turn;
    let account = &claim.account;
    (cycle.progress)(account.name(), None);
    let sealed = cycle.strongbox.session(&account.id).await?.ok_or(SyncError::NoSession)?;
    let session = Session::from_secret(&sealed)?;
    let mut end = pin!(turn.end());
    let known = KnownMailbox {
        address: account.address.as_deref(),
        settings: &account.settings,
        folders: &expected(cycle, claim),
    };
    let mut mailbox = tokio::select! {
        mailbox = cycle.owa.open(session, known) => mailbox?,
        why = &mut end => return why,
    };
    let read = tokio::select! {
        read = folders(turn, &mut mailbox) => read,
        why = &mut end => why,
    };
    // Cookies rotate and headers are renewed: what the mailbox ended with is kept however reading ended.
    let session = mailbox.close().await;
    let ended_with = session.to_secret();
    // An idle cycle writes nothing.
    let is_changed = ended_with.expose_secret() != sealed.expose_secret();
    let kept = if is_changed { cycle.strongbox.put_session_held(claim, &ended_with).await } else { Ok(()) };
    let read = read?;
    kept?;
    let session_expires_at = session.expires_at();
    Ok(read.map_continue(|read| PartRead { session_expires_at, ..read }))
}

/// The folders that will be read, as far as they are known.
fn expected(cycle: &Cycle, claim: &Claim) -> Vec<Folder> {
    let (chosen, _) = super::folders::choose(&cycle.settings.folders, &claim.folders);
    chosen.into_iter().map(|state| state.folder.clone()).collect()
}

/// Keeps what Outlook says of the mailbox and was not known: its name, where a sign-in was cut off before
/// Outlook had said it, and how it writes dates.
async fn learn(cycle: &Cycle, claim: &Claim, mailbox: &Mailbox) -> Result<(), Failure> {
    let (account, identity) = (&claim.account, mailbox.identity());
    if account.address.is_none() {
        cycle.store.set_identity(&account.id, &identity.address, identity.display_name.as_deref()).await?;
    }
    if identity.settings.clone().or(&account.settings) != account.settings {
        cycle.store.set_mailbox_settings(&account.id, &identity.settings).await?;
    }
    Ok(())
}

async fn folders(turn: &Turn<'_>, mailbox: &mut Mailbox) -> Read {
    let Turn { cycle, claim, stop } = *turn;
    learn(cycle, claim, mailbox).await?;
    let Cycle { store, clock, progress, settings, .. } = cycle;
    let (began, horizon, brake) = (clock.now(), horizon(cycle, claim), settings.brake);
    let wanted = &settings.folders;
    MailTurn { store, claim, clock, wanted, began, horizon, brake, stop, progress }.read(mailbox).await
}

/// History is counted from the day of connecting, so that it does not creep and nothing held falls out of it.
fn horizon(cycle: &Cycle, claim: &Claim) -> DateTime<Utc> {
    let history = TimeDelta::from_std(cycle.settings.history).unwrap_or(TimeDelta::MAX);
    claim.account.created_at.checked_sub_signed(history).unwrap_or(DateTime::UNIX_EPOCH)
}
