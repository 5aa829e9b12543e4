//! An account's mail: open the mailbox, keep what it says of itself, read its folders.

mod changes;
mod folder;
mod settle;
mod window;

use super::roads::MailSource;
use super::turn::{PartRead, Read, Turn};
use super::{Brake, Cycle, Failure, Progress, SyncError};
use crate::clock::Clock;
use crate::model::{Folder, FolderCount, FolderState};
use crate::owa::{Mailbox, Session};
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
    fn folder_state(&self, folder: Folder) -> FolderState {
        let known = self.claim.state.folders.iter().find(|state| state.folder == folder);
        known.cloned().unwrap_or_else(|| FolderState::new(folder))
    }

    fn progress(&self, count: &FolderCount) {
        (self.progress)(self.claim.account.name(), count);
    }

    /// Reads every folder of a mailbox, then what is done once for all of them. `Break` when it was asked to
    /// stop.
    ///
    /// # Errors
    /// What stops the whole account. What was written until then stays, and reading goes on from there.
    pub async fn read<S: MailSource>(&self, source: &mut S) -> Result<ControlFlow<(), PartRead>, Failure> {
        let mut counts = Vec::new();
        for folder in source.folders() {
            match folder::read(self, source, folder).await? {
                ControlFlow::Continue(count) => counts.push(count),
                ControlFlow::Break(()) => return Ok(ControlFlow::Break(())),
            }
        }
        let warning = settle::settle(self, source, &mut counts).await?;
        for count in &mut counts {
            count.held = self.store.held_messages(&self.claim.account.id, count.folder).await?;
        }
        // Told in one order, whichever was read first.
        counts.sort_by_key(|count| count.folder);
        let read_by = FolderCount::read_by(&counts).map(str::to_owned);
        Ok(ControlFlow::Continue(PartRead { folders: counts, read_by, warning, session_expires_at: None }))
    }
}

/// Reads under the account's time limit, and no longer than the grace after a soft stop.
pub(super) async fn read(turn: &Turn<'_>) -> Read {
    let Turn { cycle, claim, .. } = turn;
    let account = &claim.account;
    (cycle.progress)(account.name(), &FolderCount::new(Folder::Inbox));
    let sealed = cycle.strongbox.session(&account.id).await?.ok_or(SyncError::NoSession)?;
    let session = Session::from_secret(&sealed)?;
    let mut end = pin!(turn.end());
    let mut mailbox = tokio::select! {
        mailbox = cycle.owa.open(session, account.address.as_deref(), &account.settings) => mailbox?,
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
    MailTurn { store, claim, clock, began, horizon, brake, stop, progress }.read(mailbox).await
}

/// History is counted from the day of connecting, so that it does not creep and nothing held falls out of it.
fn horizon(cycle: &Cycle, claim: &Claim) -> DateTime<Utc> {
    let history = TimeDelta::from_std(cycle.settings.history).unwrap_or(TimeDelta::MAX);
    claim.account.created_at.checked_sub_signed(history).unwrap_or(DateTime::UNIX_EPOCH)
}
