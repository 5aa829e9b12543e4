//! An account's mail: folder by folder, then what is done once for all of them.

mod changes;
mod folder;
mod settle;
mod source;
mod window;

pub use source::MailSource;

use super::turn::{PartRead, Turn};
use super::{Brake, Cycle, Failure, Progress};
use crate::clock::Clock;
use crate::model::{Folder, FolderCount, FolderState};
use crate::store::{Claim, Store};
use chrono::{DateTime, TimeDelta, Utc};
use std::ops::ControlFlow;
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

impl<'a> MailTurn<'a> {
    /// What a turn that begins to read mail has.
    pub(super) fn of(turn: &Turn<'a>) -> Self {
        let Turn { cycle, claim, stop } = *turn;
        let Cycle { store, clock, progress, settings, .. } = cycle;
        let (began, horizon) = (clock.now(), horizon(cycle, claim));
        Self { store, claim, clock, began, horizon, brake: settings.brake, stop, progress }
    }

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

/// History is counted from the day of connecting, so that it does not creep and nothing held falls out of it.
fn horizon(cycle: &Cycle, claim: &Claim) -> DateTime<Utc> {
    let history = TimeDelta::from_std(cycle.settings.history).unwrap_or(TimeDelta::MAX);
    claim.account.created_at.checked_sub_signed(history).unwrap_or(DateTime::UNIX_EPOCH)
}
