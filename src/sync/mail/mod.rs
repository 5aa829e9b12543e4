//! An account's mail: folder by folder, then what is done once for all of them.

mod changes;
mod choose;
mod folder;
mod settle;
mod source;
mod sweep;
mod window;

pub use source::MailSource;

use super::turn::{PartRead, Turn};
use super::{Brake, Cycle, Failure, Progress};
use crate::clock::Clock;
use crate::error::Extent;
use crate::model::{FolderCount, FolderState};
use crate::store::{Claim, Store};
use chrono::{DateTime, TimeDelta, Utc};
use std::ops::ControlFlow;
use tokio_util::sync::CancellationToken;

/// What reading one account's mail needs.
pub struct MailReading<'a> {
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
    /// How often a folder is swept.
    pub sweep: TimeDelta,
    /// Asks to stop between two batches.
    pub stop: &'a CancellationToken,
    /// Told after every batch.
    pub progress: &'a Progress,
}

impl<'a> MailReading<'a> {
    /// What a turn that begins to read mail has.
    pub(super) fn of(turn: &Turn<'a>) -> Self {
        let Turn { cycle, claim, stop } = *turn;
        let Cycle { store, clock, progress, settings, .. } = cycle;
        let (began, horizon) = (clock.now(), horizon(cycle, claim));
        let (wanted, brake) = (&settings.folders, settings.brake);
        let sweep = TimeDelta::from_std(settings.sweep).unwrap_or(TimeDelta::MAX);
        Self { store, claim, clock, wanted, began, horizon, brake, sweep, stop, progress }
    }

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
        let (folders, unclear) = choose::chosen(self, source).await?;
        let order: Vec<_> = folders.iter().map(|state| state.folder.id.clone()).collect();
        let mut incomplete = None;
        let mut counts = Vec::new();
        for state in open_first(folders, source) {
            match folder::read(self, source, state).await {
                Ok(ControlFlow::Continue(count)) => counts.push(count),
                Ok(ControlFlow::Break(())) => return Ok(ControlFlow::Break(())),
                Err(failure) if failure.meaning.extent == Extent::Folder => {
                    incomplete.get_or_insert(failure);
                }
                Err(failure) => return Err(failure),
            }
        }
        if counts.is_empty()
            && let Some(failure) = incomplete
        {
            return Err(failure);
        }
        let looked_everywhere = incomplete.is_none() && unclear.is_none();
        match sweep::sweep(self, source, &mut counts).await? {
            ControlFlow::Continue(unswept) => incomplete = incomplete.or(unswept),
            ControlFlow::Break(()) => return Ok(ControlFlow::Break(())),
        }
        let warning = settle::settle(self, source, &mut counts, looked_everywhere).await?;
        for state in self.store.folders(&self.claim.account.id).await? {
            if let Some(count) = counts.iter_mut().find(|count| count.folder.id == state.folder.id) {
                count.held = state.held;
            }
        }
        // Told in one order, whichever was read first.
        counts.sort_by_key(|count| order.iter().position(|id| *id == count.folder.id));
        let read_by = FolderCount::read_by(&counts).map(str::to_owned);
        // Where no name means a folder, nothing was read; it is tried at the next cycle all the same, for the
        // names may have been changed.
        let (incomplete, warning) =
            if counts.is_empty() { (unclear, warning) } else { (incomplete, warning.or(unclear)) };
        Ok(ControlFlow::Continue(PartRead {
            folders: counts,
            read_by,
            incomplete,
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

/// History is counted from the day of connecting, so that it does not creep and nothing held falls out of it.
fn horizon(cycle: &Cycle, claim: &Claim) -> DateTime<Utc> {
    let history = TimeDelta::from_std(cycle.settings.history).unwrap_or(TimeDelta::MAX);
    claim.account.created_at.checked_sub_signed(history).unwrap_or(DateTime::UNIX_EPOCH)
}
