//! One folder of one account: batch by batch, each with its cursor in one transaction.

use super::attach::attach;
use super::introduce::{introduce, meet};
use super::{MailReading, MailSource, items};
use crate::model::{Batch, Coverage, Cursor, FolderCount, FolderState, ItemKey, MessageId, Position, Sight};
use crate::store::PageWrite;
use crate::sync::Failure;
use crate::sync::coverage::{self, Walk};
use crate::sync::holes::holes;
use crate::sync::merge::{Ground, Introduced, Plan};
use crate::sync::partial::PartialWalk;
use crate::sync::sweep;
use chrono::{DateTime, Utc};
use std::borrow::Cow;
use std::ops::ControlFlow;

/// What of a folder is read at a time: the news of all folders come before the history of any.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lane {
    /// From the newest down to what is held; of a folder that was never read, its first batch.
    News,
    /// What is not held, down to the horizon.
    History,
}

/// A folder that is being read.
pub(super) struct FolderReading<'a> {
    pub(super) turn: &'a MailReading<'a>,
    pub(super) state: FolderState,
    /// Where an earlier reading was interrupted.
    pub(super) resume: Option<Position>,
    pub(super) walk: Walk,
    /// The walk over windows that are not whole.
    pub(super) partial: PartialWalk,
    /// How many items the server counted, where the last batch is one that lists the newest and counts
    /// exactly.
    pub(super) total: Option<i64>,
    /// Whether what was held before has been reached: what follows is history.
    pub(super) is_past_news: bool,
    /// What was held when the turn began.
    held_before: Coverage,
    /// Where to go on; `None` when all of it is read.
    next: Option<Cursor>,
    pub(super) count: FolderCount,
}

/// What a batch comes to.
pub(super) struct BatchStep {
    pub(super) plan: Plan,
    /// Items that lie no longer in the folder.
    pub(super) removed: Vec<ItemKey>,
    /// Where the turn goes on; `None` at the end.
    pub(super) next: Option<Cursor>,
    /// Where the next turn does; `None` where it begins with the newest.
    pub(super) kept: Option<Cursor>,
    pub(super) seen: usize,
    pub(super) seen_by: Cow<'static, str>,
    /// Whether nothing was left out.
    pub(super) whole: bool,
}

impl<'a> FolderReading<'a> {
    pub(super) fn new(turn: &'a MailReading<'a>, mut state: FolderState) -> Self {
        // What was held when a clock was ahead.
        coverage::cut(&mut state.coverage, turn.began);
        let cursor = Cursor::stored(state.cursor.as_deref());
        let resume = match cursor {
            Some(Cursor::At(position)) => Some(position),
            Some(Cursor::Since { .. }) | None => None,
        };
        if let Some(place) = resume {
            coverage::place_last(&mut state.coverage, place);
        }
        let count = FolderCount::new(state.folder.clone());
        turn.progress(&count);
        Self {
            turn,
            resume,
            walk: Walk::new(turn.horizon, &state.coverage, resume.is_some()),
            partial: PartialWalk::new(turn.horizon, state.last_success_at.is_none(), resume),
            total: None,
            is_past_news: false,
            held_before: state.coverage.clone(),
            // Changes go on where they ended; a list begins with its newest.
            next: Some(
                cursor
                    .filter(|cursor| goes_on_with_changes(cursor, &state, turn.horizon))
                    .unwrap_or_default(),
            ),
            state,
            count,
        }
    }

    /// Reads on, batch by batch, to the end of the lane, or until it is that time after one of them; `Break`
    /// when it was asked to stop between two.
    pub(super) async fn read<S: MailSource>(
        &mut self,
        source: &mut S,
        lane: Lane,
        until: DateTime<Utc>,
    ) -> Result<ControlFlow<()>, Failure> {
        while let Some(from) = self.next_in(lane) {
            if self.turn.stop.is_cancelled() {
                return Ok(ControlFlow::Break(()));
            }
            let is_history = self.is_history();
            let step = match source.read(&self.state.folder, &from).await? {
                Batch::Window(window) => self.window(source, from.position(), window).await?,
                Batch::Changes(changes) => self.changes(source, changes).await?,
            };
            let next = step.next.clone();
            let new = self.write(step).await?;
            self.next = next;
            self.count.history += if is_history { new } else { 0 };
            self.turn.progress(&self.count);
            if self.next.is_none() {
                self.weigh().await?;
            }
            if self.turn.clock.now() >= until {
                break;
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    /// Whether what is read next is history: it lies below what was held, or the folder was never read until
    /// this turn, or has not told all that it has for the first time.
    fn is_history(&self) -> bool {
        let FolderState { last_success_at, held, beside, .. } = &self.state;
        let is_unread = self.resume.is_none() && held <= beside && self.held_before.spans.is_empty();
        let is_in_changes = matches!(self.next, Some(Cursor::Since { .. }));
        self.is_past_news || (last_success_at.is_none() && (is_unread || is_in_changes))
    }

    /// Whether there is more to read.
    pub(super) fn is_unfinished(&self) -> bool {
        self.next.is_some()
    }

    /// Whether the turn has brought the folder on: mail was stored, or the next turn begins further down.
    pub(super) fn got_on(&self) -> bool {
        let FolderCount { new, changed, failed, .. } = self.count;
        let cursor = Cursor::stored(self.state.cursor.as_deref());
        let is_further = cursor.map(|at| at.position()) > self.resume;
        new + changed + failed > 0 || is_further || self.state.coverage != self.held_before
    }

    fn next_in(&self, lane: Lane) -> Option<Cursor> {
        self.next.clone().filter(|_| lane == Lane::History || !self.is_past_news)
    }

    /// Looks up what is known of these sights, completes them where that is needed, and plans what to write.
    pub(super) async fn plan<S: MailSource>(
        &self,
        source: &mut S,
        sights: &[Sight],
    ) -> Result<Plan, Failure> {
        let (turn, folder) = (self.turn, &self.state.folder.id);
        let account = &turn.claim.account.id;
        let keys: Vec<_> = sights.iter().flat_map(keys_of).cloned().collect();
        let mut known = turn.store.known(account, &keys).await?;
        let mut passed_over = turn.store.in_ledger(account, &keys).await?;
        passed_over.extend(turn.store.older(account, &keys, turn.horizon).await?);
        let (horizon, passed_over) = (turn.horizon, &passed_over);
        let nobody = &Introduced::default();
        let ground =
            Ground { folder, horizon, known: &known, passed_over, candidates: &[], introduced: nobody };
        let mut introduced = introduce(turn, source, &ground, sights).await?;
        let wanted = Ground { introduced: &introduced, ..ground }.wanted(sights);
        let mut looked = source.complete(&wanted).await?;
        introduced.meet_whole(folder, &looked);
        looked.extend(introduced.take_unread());
        known.extend(turn.store.known(account, &Ground::renamed(&looked)).await?);
        let is_new =
            |sight: &&Sight| sight.key.is_none() || keys_of(sight).any(|key| !known.contains_key(key));
        let new: Vec<_> = sights.iter().filter(is_new).chain(items::unstored(&looked, &known)).collect();
        meet(turn, source, folder, &mut introduced, &new).await?;
        let candidates = &turn.store.candidates(account, folder, &new).await?;
        let introduced = &introduced;
        let ground = Ground { folder, horizon, known: &known, passed_over, candidates, introduced };
        let mut plan = ground.plan(sights, looked, || MessageId::new(turn.clock.now()));
        attach(source, &known, &mut plan.upserts).await?;
        Ok(plan)
    }

    /// How many messages of it were not stored before.
    async fn write(&mut self, step: BatchStep) -> Result<u64, Failure> {
        let (turn, state, count) = (self.turn, &mut self.state, &mut self.count);
        let now = turn.clock.now();
        state.cursor = step.kept.and_then(|cursor| serde_json::to_string(&cursor).ok());
        if step.next.is_none() {
            state.last_success_at = Some(now);
        }
        count.failed += step.plan.failed.len() as u64;
        let Plan { upserts, failed, gone, older, .. } = step.plan;
        let write = PageWrite {
            folder_state: Some(state.clone()),
            removed: step.removed,
            upserts,
            failed,
            gone,
            older,
            correspondence: None,
            now,
        };
        let counts = turn.store.write_page(turn.claim, &write).await?;
        count.new += counts.new;
        count.changed += counts.changed;
        count.seen += step.seen as u64;
        count.seen_by = Some(step.seen_by);
        count.whole &= step.whole;
        Ok(counts.new)
    }

    /// Mail that is moved here lies where it was received, below what a walk for news reads: the server then
    /// counts more than was seen. A walk of several windows takes too long for its first count to tell.
    async fn weigh(&mut self) -> Result<(), Failure> {
        let Some(total) = self.total else { return Ok(()) };
        let (turn, before) = (self.turn, self.state.sweeps.clone());
        let folder = self.state.folder.id.clone();
        let present = turn.store.present(&turn.claim.account.id, &folder).await?;
        sweep::counted(&mut self.state, total, present, turn.clock.now());
        if self.state.sweeps != before {
            turn.store.keep_sweeps(turn.claim, &folder, &self.state.sweeps).await?;
        }
        Ok(())
    }
}

/// Whether reading goes on with changes: a history that was made longer is listed first.
fn goes_on_with_changes(cursor: &Cursor, state: &FolderState, horizon: DateTime<Utc>) -> bool {
    matches!(cursor, Cursor::Since { .. }) && holes(&state.coverage, horizon).is_empty()
}

fn keys_of(sight: &Sight) -> impl Iterator<Item = &ItemKey> {
    sight.key.iter().chain(&sight.others)
}
