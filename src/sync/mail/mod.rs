//! An account's mail: folder by folder, then what is done once for all of them.

mod again;
mod attach;
mod changes;
mod choose;
mod correspondence;
mod folder;
mod introduce;
mod items;
mod place;
mod settle;
mod share;
mod shortfall;
mod source;
mod sweep;
mod verify;
mod window;

pub use source::{Attached, MailSource, Placed};

use super::turn::{PartRead, Turn};
use super::{Brake, Cycle, Failure, Progress, Reach, SyncError};
use crate::clock::Clock;
use crate::error::Extent;
use crate::model::{FolderCount, FolderId, FolderState};
use crate::store::{Claim, Store};
use chrono::{DateTime, TimeDelta, Utc};
use folder::{FolderReading, Lane};
use std::collections::HashSet;
use std::ops::ControlFlow;
use std::sync::Arc;
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
    /// When reading ends well after a batch, although there is more: the next turn goes on from there.
    pub until: DateTime<Utc>,
    /// How many messages it may call gone.
    pub brake: Brake,
    /// How often a folder is swept.
    pub sweep: TimeDelta,
    /// Asks to stop between two batches.
    pub stop: &'a CancellationToken,
    /// Told after every batch.
    pub progress: &'a Progress,
    /// Asked where the way to the mailbox failed.
    pub reach: Reach,
}

impl<'a> MailReading<'a> {
    /// What a turn that begins to read mail has.
    pub(super) fn of(turn: &Turn<'a>) -> Self {
        let Turn { cycle, claim, stop, .. } = *turn;
        let Cycle { store, clock, progress, settings, .. } = cycle;
        let (began, horizon) = (clock.now(), settings.horizon(&claim.account));
        let (wanted, until, brake) = (&settings.folders, began + settings.slice(), settings.brake);
        let sweep = TimeDelta::from_std(settings.sweep).unwrap_or(TimeDelta::MAX);
        let owa = cycle.owa.clone();
        let reach: Reach = Arc::new(move || {
            let owa = owa.clone();
            Box::pin(async move { owa.reach().await.is_ok() })
        });
        Self { store, claim, clock, wanted, began, horizon, until, brake, sweep, stop, progress, reach }
    }

    /// Whether its time is up: what is left is for the next turn.
    fn is_over(&self) -> bool {
        self.clock.now() >= self.until
    }

    fn progress(&self, count: &FolderCount) {
        (self.progress)(&self.claim.account.name(), Some(count));
    }

    /// Reads the configured folders of a mailbox, then what is done once for all of them. `Break` when it was
    /// asked to stop. A folder that is not there or cannot be read does not keep the others from being read.
    /// That time ran out is no failure where the turn has brought a folder on.
    ///
    /// # Errors
    /// What stops the whole account, or keeps every folder from being read. What was written until then
    /// stays, and reading goes on from there.
    pub async fn read<S: MailSource>(&self, source: &mut S) -> Result<ControlFlow<(), PartRead>, Failure> {
        let (folders, unclear) = choose::chosen(self, source).await?;
        let order: Vec<_> = folders.iter().map(|state| state.folder.id.clone()).collect();
        let mut incomplete = None;
        let ControlFlow::Continue(read) = self.news(source, folders, &mut incomplete).await? else {
            return Ok(ControlFlow::Break(()));
        };
        let ControlFlow::Continue(asked) = correspondence::read(self, source).await? else {
            return Ok(ControlFlow::Break(()));
        };
        // Whoever wants to be left alone is asked for nothing more.
        let is_put_off = asked.failure.as_ref().is_some_and(|failure| failure.meaning.retry_after.is_some());
        let history = if is_put_off {
            ControlFlow::Continue(read)
        } else {
            self.lane(source, Lane::History, read, &mut incomplete).await?
        };
        let ControlFlow::Continue(read) = history else {
            return Ok(ControlFlow::Break(()));
        };
        let unfinished = self.unfinished(&read, asked.got_on || is_put_off)?;
        let mut counts: Vec<_> = read.into_iter().map(|folder| folder.count).collect();
        // Told in one order, whichever was read first.
        counts.sort_by_key(|count| order.iter().position(|id| *id == count.folder.id));
        if counts.is_empty()
            && let Some(failure) = incomplete
        {
            return Err(failure);
        }
        // What was read is read, whatever becomes of the sweep: it goes on in the next turn.
        let swept = if is_put_off {
            Ok(ControlFlow::Continue(None))
        } else {
            sweep::sweep(self, source, &mut counts).await
        };
        let unswept = match swept {
            Ok(ControlFlow::Continue(unswept)) => unswept,
            Ok(ControlFlow::Break(())) => return Ok(ControlFlow::Break(())),
            Err(failure) if failure.may_pass() => Some(failure),
            Err(failure) => return Err(failure),
        };
        // Where a folder that is configured was not read or not found, it may be there.
        let looked_everywhere = incomplete.is_none() && unclear.is_none() && unfinished.is_empty();
        let warning = if looked_everywhere { settle::gone(self, source, &mut counts).await? } else { None };
        let imported = self.keep_standing(source.has_fallen_back(), &mut counts, &unfinished).await?;
        let read_by = FolderCount::read_by(&counts).map(str::to_owned);
        let retry_after = PartRead::retry_after([&incomplete, &warning, &unclear, &unswept, &asked.failure]);
        // Where no name means a folder, nothing was read; it is tried at the next cycle all the same, for the
        // names may have been changed.
        let (incomplete, warning) = if counts.is_empty() {
            (unclear, warning)
        } else {
            (incomplete, warning.or(unclear).or(unswept).or(asked.failure))
        };
        let (folders, is_off, session_expires_at) = (counts, false, None);
        Ok(ControlFlow::Continue(PartRead {
            folders,
            read_by,
            is_off,
            incomplete,
            warning,
            retry_after,
            imported,
            goes_on: asked.goes_on,
            session_expires_at,
        }))
    }

    /// News, and what was left unread before.
    async fn news<'t, S: MailSource>(
        &'t self,
        source: &mut S,
        folders: Vec<FolderState>,
        incomplete: &mut Option<Failure>,
    ) -> Result<ControlFlow<(), Vec<FolderReading<'t>>>, Failure> {
        let folders = folders.into_iter().map(|state| FolderReading::new(self, state)).collect();
        let ControlFlow::Continue(mut read) = self.lane(source, Lane::News, folders, incomplete).await?
        else {
            return Ok(ControlFlow::Break(()));
        };
        // Before the history, which may take the time of many turns.
        again::read(self, source, &mut read).await?;
        Ok(ControlFlow::Continue(read))
    }

    /// The folders whose history goes on in the next turn. That none of them got on is a failure, unless the turn had
    /// something else to do.
    fn unfinished(&self, read: &[FolderReading<'_>], is_busy: bool) -> Result<HashSet<FolderId>, Failure> {
        let unfinished = read.iter().filter(|folder| folder.is_unfinished());
        let unfinished: HashSet<_> = unfinished.map(|folder| folder.count.folder.id.clone()).collect();
        if !unfinished.is_empty() && !is_busy && !read.iter().any(FolderReading::got_on) {
            let time = (self.clock.now() - self.began).to_std().unwrap_or_default();
            return Err(SyncError::TooLong(time).into());
        }
        Ok(unfinished)
    }

    /// What of an account's mail is held after a turn, and what keeps it from being complete. The answer is
    /// how much of an unfinished history is held.
    async fn keep_standing(
        &self,
        has_fallen_back: bool,
        counts: &mut [FolderCount],
        unfinished: &HashSet<FolderId>,
    ) -> Result<Option<u32>, Failure> {
        let mut states = self.store.folders(&self.claim.account.id).await?;
        states.retain(|state| counts.iter().any(|count| count.folder.id == state.folder.id));
        let state_of = |count: &FolderCount| states.iter().find(|state| state.folder.id == count.folder.id);
        for count in &mut *counts {
            count.held = state_of(count).map_or(count.held, |state| state.held);
        }
        let read: Vec<_> = counts.iter().filter_map(|count| Some((count, state_of(count)?))).collect();
        shortfall::keep(self, has_fallen_back, &read, unfinished).await?;
        Ok(share::held(&states, unfinished, self.horizon))
    }

    /// Reads one lane of every folder; one that fails for itself is left out.
    async fn lane<S: MailSource>(
        &self,
        source: &mut S,
        lane: Lane,
        mut folders: Vec<FolderReading<'a>>,
        incomplete: &mut Option<Failure>,
    ) -> Result<ControlFlow<(), Vec<FolderReading<'a>>>, Failure> {
        // The folder whose list is open need not be turned to.
        folders.sort_by_key(|folder| !source.is_open(&folder.count.folder));
        let mut left = folders.iter().filter(|folder| folder.is_unfinished()).count();
        let mut read = Vec::with_capacity(folders.len());
        for mut folder in folders {
            let is_over = lane == Lane::History && self.is_over();
            if is_over || !folder.is_unfinished() {
                read.push(folder);
                continue;
            }
            let until = self.share_of_one(left);
            left -= 1;
            match folder.read(source, lane, until).await {
                Ok(ControlFlow::Continue(())) => read.push(folder),
                Ok(ControlFlow::Break(())) => return Ok(ControlFlow::Break(())),
                Err(failure) if failure.meaning.extent == Extent::Folder => {
                    incomplete.get_or_insert(failure);
                }
                Err(failure) => return Err(failure),
            }
        }
        Ok(ControlFlow::Continue(read))
    }

    /// Until when the first of so many folders may be read, each having the same share of the time that is
    /// left.
    fn share_of_one(&self, folders: usize) -> DateTime<Utc> {
        let now = self.clock.now();
        now + (self.until - now).max(TimeDelta::zero()) / i32::try_from(folders).unwrap_or(i32::MAX)
    }
}
