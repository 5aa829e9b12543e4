//! A window of a folder's list: what it shows is held by stretches of time.

use super::MailSource;
use super::folder::{BatchStep, FolderReading};
use super::sweep::miss;
use crate::model::{Cursor, IdPage, IdRow, Position, Sight, Span, Sweep, Window};
use crate::sync::coverage::{self, PageFacts};
use crate::sync::merge::{self, Plan};
use crate::sync::partial::PartialFacts;
use crate::sync::{Failure, SyncError, sweep};
use chrono::{DateTime, Utc};

/// In a list that is not whole so many rows tell together how old its end is.
const LAST_ROWS: usize = 10;

impl FolderReading<'_> {
    pub(super) async fn window<S: MailSource>(
        &mut self,
        source: &mut S,
        from: Position,
        window: Window,
    ) -> Result<BatchStep, Failure> {
        self.refuse_emptied(from, &window).await?;
        let plan = self.plan(source, &window.rows).await?;
        let next =
            if window.whole { self.on(from, &window, &plan) } else { self.on_partial(from, &window, &plan) };
        let next = next.map(Cursor::At).or_else(|| self.on_with_changes(from, &window));
        self.total = window.count.filter(|_| window.exact && from.offset == 0);
        self.miss_left(from, &window, &plan).await?;
        if from.offset == 0 {
            self.state.server_total = window.count.or(self.state.server_total);
        }
        let known = &mut self.state.folder.remote_id;
        *known = known.take().or(window.remote_id);
        Ok(BatchStep {
            plan,
            removed: Vec::new(),
            next: next.clone(),
            kept: next,
            seen: window.rows.len(),
            seen_by: window.seen_by,
            whole: window.whole,
        })
    }

    /// Where a whole list is read on.
    fn on(&mut self, from: Position, window: &Window, plan: &Plan) -> Option<Position> {
        let next = self.walk.take(&mut self.state.coverage, &facts(from, window, plan, self.turn.began));
        self.is_past_news |= self.walk.is_past_news();
        next
    }

    /// The same of one that is not.
    fn on_partial(&mut self, from: Position, window: &Window, plan: &Plan) -> Option<Position> {
        let next = self.partial.take(&PartialFacts {
            from,
            next: window.next,
            end_at: window.rows.iter().rev().filter_map(|row| Some(row.received?.at)).take(LAST_ROWS).max(),
            new: plan.new_rows,
            known_head: plan.known_head,
            known_tail: plan.known_tail,
        });
        self.is_past_news |= self.partial.is_past_news();
        next
    }

    /// Where a road goes on that tells what is different, once its list is read. All that is there is told first.
    fn on_with_changes(&mut self, from: Position, window: &Window) -> Option<Cursor> {
        let since = window.then.clone()?;
        self.is_past_news = true;
        let horizon = self.turn.horizon;
        let is_before = |row: &Sight| row.received.is_some_and(|received| received.at <= horizon);
        if from.offset == 0 && window.rows.iter().all(is_before) {
            // Nothing of the history lies here: so a longer one is known to have a hole.
            let span = Span { after: horizon, until: self.turn.began, end: None };
            coverage::add(&mut self.state.coverage, span);
        }
        Some(Cursor::Since { since })
    }

    /// What the newest rows show completely they also show to have left.
    async fn miss_left(&mut self, from: Position, window: &Window, plan: &Plan) -> Result<(), Failure> {
        let (turn, folder) = (self.turn, &self.state.folder.id);
        let rows: Option<Vec<_>> = window.rows.iter().map(IdRow::of).collect();
        let Some(rows) = rows.filter(|_| window.whole && window.exact && from.offset == 0) else {
            return Ok(());
        };
        let page = IdPage { rows, total: window.count, is_last: window.next.is_none() };
        let now = turn.clock.now();
        if let Some(stretch) = sweep::take(&Sweep::new(now), &page, turn.horizon).stretch {
            let seen = plan.upserts.iter().map(|upsert| upsert.id.clone()).collect();
            self.count.missing += miss(turn, folder, stretch, now, &seen).await?;
        }
        Ok(())
    }

    /// An empty list beside a count that is not zero is an answer we did not understand, never an instruction
    /// to delete.
    async fn refuse_emptied(&self, from: Position, window: &Window) -> Result<(), Failure> {
        if from.offset > 0 || !window.rows.is_empty() || window.next.is_some() || window.count == Some(0) {
            return Ok(());
        }
        let folder = &self.state.folder;
        match self.turn.store.held_messages(&folder.id).await? {
            0 => Ok(()),
            held => Err(SyncError::Emptied { folder: folder.clone(), held }.into()),
        }
    }
}

/// A time beyond that of reading is a sender's or an import's: it says nothing of what is held.
fn facts(from: Position, window: &Window, plan: &Plan, now: DateTime<Utc>) -> PageFacts {
    let times = window.rows.iter().filter_map(|row| Some(row.received?.at));
    PageFacts {
        from,
        next: window.next,
        times: times.filter(|at| *at <= now).collect(),
        keys: window.rows.iter().filter_map(|row| row.key.clone()).collect(),
        complete: plan.unseen == 0 && window.rows.iter().all(merge::is_exact),
        new: plan.new_rows,
    }
}
