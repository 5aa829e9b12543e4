//! Sweeps: each folder that is listed is gone through by ids and versions, a page at a time, from where the
//! last turn left off, in the time that news and history leave. A page costs the reading of its ids and of
//! one range of an index, and a write of each message of which something differs.

use super::{MailReading, MailSource, again, items};
use crate::error::Extent;
use crate::model::{
    Depth, FolderCount, FolderId, FolderState, IdPage, IdRow, ItemKey, MessageId, Sight, Sweep, SweepState,
    Swept,
};
use crate::store::{Known, PageWrite, Stretch, Upsert};
use crate::sync::merge::Ground;
use crate::sync::sweep::{self, SweepStep};
use crate::sync::{Failure, SyncError};
use chrono::{DateTime, Utc};
use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;

/// So many items are looked at whole and written at once.
const BATCH: usize = 50;

/// Sweeps those of the folders that were read whose time has come; `Break` when it was asked to stop. What
/// keeps a folder from being swept does not keep the others, and is the answer.
pub(super) async fn sweep<S: MailSource>(
    turn: &MailReading<'_>,
    source: &mut S,
    counts: &mut [FolderCount],
) -> Result<ControlFlow<(), Option<Failure>>, Failure> {
    let account = &turn.claim.account.id;
    let mut incomplete = None;
    for state in turn.store.folders(account).await? {
        let id = state.folder.id.clone();
        let Some(count) = counts.iter_mut().find(|count| count.folder.id == id) else {
            continue;
        };
        let missed_at = turn.store.last_missed(account).await?;
        let now = turn.clock.now();
        if sweep::due_at(&state, missed_at, turn.sweep, now).is_none_or(|due| due > now) {
            continue;
        }
        let mut folder = FolderSweep { turn, state, count };
        let went = folder.go(source).await;
        let has_ended = folder.has_ended();
        match went {
            Ok(ControlFlow::Continue(())) if has_ended => {
                again::ask_undated(turn, source, &id, counts).await?;
            }
            Ok(ControlFlow::Continue(())) => {}
            Ok(ControlFlow::Break(())) => return Ok(ControlFlow::Break(())),
            Err(failure) if failure.meaning.extent == Extent::Folder => {
                incomplete.get_or_insert(failure);
            }
            Err(failure) => return Err(failure),
        }
    }
    Ok(ControlFlow::Continue(incomplete))
}

/// A folder that is being swept.
struct FolderSweep<'a> {
    turn: &'a MailReading<'a>,
    state: FolderState,
    count: &'a mut FolderCount,
}

impl FolderSweep<'_> {
    /// Page by page to the end, to where the road cannot go on now, or until time is up; but a page of each
    /// folder, so that it gets on.
    async fn go<S: MailSource>(&mut self, source: &mut S) -> Result<ControlFlow<()>, Failure> {
        loop {
            if self.turn.stop.is_cancelled() {
                return Ok(ControlFlow::Break(()));
            }
            let began = || Sweep::new(self.turn.clock.now());
            // What one that began when a clock was ahead has seen since then is not told from what it has
            // not.
            let under_way =
                self.state.sweeps.under_way.clone().filter(|sweep| sweep.began <= self.turn.clock.now());
            let sweep = under_way.unwrap_or_else(began);
            let Some(page) = source.ids(&self.state.folder, sweep.next).await? else {
                tracing::debug!(folder = %self.state.folder.id, "the folder cannot be swept now");
                want_sweep(self.turn, &mut self.state).await?;
                return Ok(ControlFlow::Continue(()));
            };
            self.refuse_emptied(&sweep, &page)?;
            if self.page(source, sweep, page).await?.is_break() || self.turn.is_over() {
                let is_stopped = self.turn.stop.is_cancelled();
                return Ok(if is_stopped { ControlFlow::Break(()) } else { ControlFlow::Continue(()) });
            }
        }
    }

    /// Whether a sweep has come to its end in this turn.
    fn has_ended(&self) -> bool {
        self.state.sweeps.last.as_ref().is_some_and(|last| last.ended >= self.turn.began)
    }

    /// A list that comes empty beside a count is not understood; it misses nothing.
    fn refuse_emptied(&self, sweep: &Sweep, page: &IdPage) -> Result<(), Failure> {
        let FolderState { folder, held, .. } = &self.state;
        let is_emptied = sweep.next.offset == 0 && page.rows.is_empty() && page.total != Some(0) && *held > 0;
        if is_emptied {
            Err(SyncError::Emptied { folder: folder.clone(), held: *held }.into())
        } else {
            Ok(())
        }
    }

    /// `Break` at the end of the list, or where its place stays as it is: what was not seen is asked for
    /// again.
    async fn page<S: MailSource>(
        &mut self,
        source: &mut S,
        mut sweep: Sweep,
        page: IdPage,
    ) -> Result<ControlFlow<()>, Failure> {
        let turn = self.turn;
        let step = sweep::take(&sweep, &page, turn.horizon);
        let account = &turn.claim.account.id;
        let keys: Vec<_> = page.rows.iter().map(|row| row.key.clone()).collect();
        let mut known = turn.store.known(account, &keys).await?;
        self.move_here(&mut sweep, &page.rows, &known).await?;
        let mut differing = sweep::differing(&page.rows, &known, &self.state.folder.id, turn.horizon);
        // The ledger asks for its own, ever more rarely.
        let failed = turn.store.in_ledger(account, &differing).await?;
        differing.retain(|key| !failed.contains(key));
        for (n, keys) in differing.chunks(BATCH).enumerate() {
            let is_cut = turn.stop.is_cancelled() || (n > 0 && turn.is_over());
            if is_cut || !self.look(source, &mut sweep, &mut known, keys).await? {
                return Ok(ControlFlow::Break(()));
            }
        }
        if !differing.is_empty() {
            // What was stored or recognised under way.
            known.extend(turn.store.known(account, &keys).await?);
        }
        let seen = known.into_values().map(|known| known.message_id).collect();
        if let Some(stretch) = step.stretch {
            let missing = miss(turn, &self.state.folder.id, stretch, sweep.began, &seen).await?;
            self.count.missing += missing;
            sweep.tally.missing += missing;
        }
        self.keep(sweep, step, page.total).await
    }

    /// What is known to lie elsewhere, or nowhere, lies here, whether or not it can be read.
    async fn move_here(
        &mut self,
        sweep: &mut Sweep,
        rows: &[IdRow],
        known: &HashMap<ItemKey, Known>,
    ) -> Result<(), Failure> {
        let seen_by = self.count.seen_by.clone().unwrap_or_default();
        let upserts = moved_here(&self.state.folder.id, rows.iter().map(|row| &row.key), known, &seen_by);
        if upserts.is_empty() {
            return Ok(());
        }
        let write = PageWrite { upserts, ..PageWrite::at(self.turn.clock.now()) };
        let written = self.turn.store.write_page(self.turn.claim, &write).await?;
        self.count.changed += written.changed;
        sweep.tally.changed += written.changed;
        Ok(())
    }

    /// Whether all of these items could be looked at, or have their fault in the ledger.
    async fn look<S: MailSource>(
        &mut self,
        source: &mut S,
        sweep: &mut Sweep,
        known: &mut HashMap<ItemKey, Known>,
        keys: &[ItemKey],
    ) -> Result<bool, Failure> {
        let (turn, folder) = (self.turn, &self.state.folder.id);
        let looked = source.complete(keys).await?;
        let is_whole = looked.len() == keys.len();
        known.extend(turn.store.known(&turn.claim.account.id, &Ground::renamed(&looked)).await?);
        let (written, unread) = items::write(turn, source, folder, known, looked).await?;
        self.count.failed += unread;
        self.count.new += written.new;
        self.count.found += written.new;
        self.count.changed += written.changed;
        sweep.tally.found += written.new;
        sweep.tally.changed += written.changed;
        if written.new > 0 {
            let found = written.new;
            tracing::info!(%folder, found, "mail that reading had not shown was found by the sweep");
        }
        Ok(is_whole)
    }

    /// Keeps where the sweep goes on; at its end, `Break`, what it came to.
    async fn keep(
        &mut self,
        sweep: Sweep,
        step: SweepStep,
        total: Option<i64>,
    ) -> Result<ControlFlow<()>, Failure> {
        let (turn, now) = (self.turn, self.turn.clock.now());
        let folder = self.state.folder.id.clone();
        let Sweep { began, tally, .. } = sweep;
        let goes_on = step.next.is_some();
        if let Some(next) = step.next {
            self.state.sweeps.under_way = Some(Sweep { tally, ..next });
        } else {
            let counted = total.filter(|_| step.is_last);
            let last = Swept { began, ended: now, tally, listed: step.end, counted };
            self.miss_ghosts(began).await?;
            self.tell(&last);
            let present = turn.store.present(&turn.claim.account.id, &folder).await?;
            // What the server counts beside what is stored is the measure until the next one.
            let unheld = total.map(|total| total.saturating_sub_unsigned(present));
            self.state.sweeps = SweepState { unheld, last: Some(last), ..SweepState::default() };
        }
        turn.store.keep_sweeps(turn.claim, &folder, &self.state.sweeps).await?;
        Ok(if goes_on { ControlFlow::Continue(()) } else { ControlFlow::Break(()) })
    }

    /// All that is there is known by its id then: a row that still only the page has shown stands for
    /// nothing.
    async fn miss_ghosts(&mut self, began: DateTime<Utc>) -> Result<(), Failure> {
        let turn = self.turn;
        let changed = sweep::while_it_lasts(began, turn.clock.now());
        let ghosts = turn.store.shown_only(&self.state.folder.id, turn.horizon, &changed).await?;
        self.count.missing += ghosts.len() as u64;
        Ok(turn.store.miss(turn.claim, &ghosts, turn.clock.now()).await?)
    }

    fn tell(&self, last: &Swept) {
        let folder = &self.state.folder.id;
        let Swept { tally, listed, counted, .. } = last;
        if let Some(counted) = counted.filter(|counted| *counted != i64::from(*listed)) {
            tracing::warn!(%folder, listed, counted, "the folder's list has not as much as it counts");
        }
        tracing::debug!(%folder, found = tally.found, missing = tally.missing, "swept");
    }
}

/// Keeps since when a folder is to be swept.
pub(super) async fn want_sweep(turn: &MailReading<'_>, state: &mut FolderState) -> Result<(), Failure> {
    if state.sweeps.wanted_since.is_some() {
        return Ok(());
    }
    state.sweeps.wanted_since = Some(turn.clock.now());
    Ok(turn.store.keep_sweeps(turn.claim, &state.folder.id, &state.sweeps).await?)
}

/// What is to be written of items that a folder lists and that are known to lie elsewhere, or nowhere: that they lie
/// here.
pub(super) fn moved_here<'k>(
    folder: &FolderId,
    listed: impl Iterator<Item = &'k ItemKey>,
    known: &HashMap<ItemKey, Known>,
    seen_by: &str,
) -> Vec<Upsert> {
    let moved = listed.filter_map(|key| Some((key, known.get(key)?)));
    let moved = moved.filter(|(_, stored)| stored.is_away || stored.folder != *folder);
    moved.map(|(key, stored)| here(&stored.message_id, key, folder, seen_by)).collect()
}

/// That a message lies in a folder, and nothing of what it is like.
pub(super) fn here(id: &MessageId, key: &ItemKey, folder: &FolderId, seen_by: &str) -> Upsert {
    let (seen_by, key) = (seen_by.to_owned().into(), Some(key.clone()));
    let sight = Sight { depth: Depth::Listed, seen_by, key, ..Sight::default() };
    Upsert { id: id.clone(), keys: Vec::new(), folder: folder.clone(), sight }
}

/// Misses the messages that a folder holds in a stretch, since before it was looked at, and that were not
/// seen there; how many they are. What came before the history is not looked for in other folders: nothing of it
/// is missed.
pub(super) async fn miss(
    turn: &MailReading<'_>,
    folder: &FolderId,
    stretch: Stretch,
    before: DateTime<Utc>,
    seen: &HashSet<MessageId>,
) -> Result<u64, Failure> {
    let changed = sweep::while_it_lasts(before, turn.clock.now());
    let stretch = Stretch { after: stretch.after.max(Some(turn.horizon)), ..stretch };
    let mut missing = 0;
    let mut place = None;
    loop {
        let (mut held, next) = turn.store.held_in(folder, stretch, &changed, place).await?;
        held.retain(|id| !seen.contains(id));
        if !held.is_empty() {
            turn.store.miss(turn.claim, &held, turn.clock.now()).await?;
        }
        missing += held.len() as u64;
        if next.is_none() {
            return Ok(missing);
        }
        place = next;
    }
}
