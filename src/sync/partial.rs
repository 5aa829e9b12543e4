//! The walk over a list that is not whole: it leaves something out or has no exact times, so that it holds
//! nothing for sure. Pure.
//!
//! Without coverage to go by, news end at rows that are known. From there the walk goes over what an earlier
//! one has read, to where that was interrupted, and then down to the horizon whatever is known.

use crate::model::Position;
use chrono::{DateTime, Utc};

/// Rows that are known already, at a window's end, after which no news come.
const KNOWN_ROWS: usize = 10;
/// Rows by which the first jump falls short, for mail that left the list since.
const SLACK: u32 = 20;

/// What a window of such a list tells the walk.
#[derive(Debug, Clone)]
pub(super) struct PartialFacts {
    /// Where it began.
    pub(super) from: Position,
    /// Where the next one begins; `None` at the end of the list.
    pub(super) next: Option<Position>,
    /// When the newest of its last rows came, where that is known: an old one may stand among new ones.
    pub(super) end_at: Option<DateTime<Utc>>,
    /// Messages on it that were new.
    pub(super) new: u32,
    /// Rows at its beginning that were known.
    pub(super) known_head: usize,
    /// Rows at its end that were known.
    pub(super) known_tail: usize,
}

/// One pass over such a list.
#[derive(Debug)]
pub(super) struct PartialWalk {
    horizon: DateTime<Utc>,
    /// Whether the folder was ever read to the end.
    is_first: bool,
    /// Whether an earlier walk was interrupted: all of the list has to be gone through.
    is_interrupted: bool,
    /// Where that was, until this one gets there.
    resume: Option<Position>,
    new: u32,
    has_met_known: bool,
    /// After a jump: how far to step back where the window is not joined to what was read.
    step: Option<u32>,
}

impl PartialWalk {
    /// A walk down to `horizon`, over a folder that was left at `resume`.
    pub(super) fn new(horizon: DateTime<Utc>, is_first: bool, resume: Option<Position>) -> Self {
        let is_interrupted = resume.is_some();
        Self { horizon, is_first, is_interrupted, resume, new: 0, has_met_known: false, step: None }
    }

    /// Whether what comes next is no news.
    pub(super) fn is_past_news(&self) -> bool {
        self.is_first || self.has_met_known
    }

    /// Takes a window in; the answer is where to read on, or that the walk is done.
    pub(super) fn take(&mut self, window: &PartialFacts) -> Option<Position> {
        self.new += window.new;
        if let Some(back) = self.overshot(window) {
            return Some(back);
        }
        let next = window.next?;
        if window.end_at.is_some_and(|end_at| end_at <= self.horizon) {
            return None;
        }
        if window.known_tail < KNOWN_ROWS {
            return Some(next);
        }
        self.has_met_known = true;
        let jump = self.jump(next);
        jump.or(Some(next)).filter(|_| self.is_interrupted)
    }

    /// Over what is known, to shortly before the place where the earlier walk was interrupted.
    fn jump(&mut self, next: Position) -> Option<Position> {
        let left = self.resume.take()?.offset.saturating_add(self.new).saturating_sub(SLACK);
        self.step = (left > next.offset).then_some(SLACK);
        self.step.map(|_| Position { offset: left })
    }

    /// What was read ends above a window that begins with a row that is not known: mail left the list since,
    /// or another list was read. Back, each time twice as far.
    fn overshot(&mut self, window: &PartialFacts) -> Option<Position> {
        let step = self.step.take().filter(|_| window.known_head == 0 && window.from.offset > 0)?;
        self.step = Some(step.saturating_mul(2));
        Some(Position { offset: window.from.offset.saturating_sub(step) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    const PAGE: u32 = 50;

    /// Walks over a list of so many rows, each number being a row, from the top to where it is cut; where it
    /// is left, `None` at its end, and how many windows it took.
    fn walk(
        list: &[u32],
        stored: &mut BTreeSet<u32>,
        resume: Option<Position>,
        most: usize,
    ) -> (Option<Position>, usize) {
        let mut walk = PartialWalk::new(DateTime::UNIX_EPOCH, true, resume);
        let (mut at, mut windows) = (Some(Position::default()), 0);
        while let Some(from) = at.filter(|_| windows < most) {
            let start = (from.offset as usize).min(list.len());
            let rows = &list[start..(start + PAGE as usize).min(list.len())];
            let is_known: Vec<_> = rows.iter().map(|row| !stored.insert(*row)).collect();
            let known = |rows: &mut dyn Iterator<Item = &bool>| rows.take_while(|known| **known).count();
            let end = start + rows.len();
            at = walk.take(&PartialFacts {
                from,
                next: (end < list.len()).then(|| Position { offset: u32::try_from(end).unwrap() }),
                end_at: None,
                new: u32::try_from(is_known.iter().filter(|known| !**known).count()).unwrap(),
                known_head: known(&mut is_known.iter()),
                known_tail: known(&mut is_known.iter().rev()),
            });
            windows += 1;
        }
        (at, windows)
    }

    #[test]
    fn a_walk_that_is_cut_after_a_few_windows_each_time_goes_through_all_of_a_long_list() {
        let (list, mut stored): (Vec<u32>, _) = ((0..5000).rev().collect(), BTreeSet::new());
        let (mut left, mut walks) = walk(&list, &mut stored, None, 4);
        while left.is_some() {
            (left, _) = walk(&list, &mut stored, left, 4);
            walks += 1;
            assert!(walks < 100, "it gets nowhere: {}", stored.len());
        }
        assert_eq!(stored.len(), list.len());
    }

    #[test]
    fn what_leaves_the_list_meanwhile_or_comes_to_it_does_not_make_a_walk_pass_over_rows() {
        for removed in [0, 1, 30, 200, 450] {
            for came in [0, 3, 120] {
                let (mut list, mut stored): (Vec<u32>, _) = ((0..3000).rev().collect(), BTreeSet::new());
                let (left, _) = walk(&list, &mut stored, None, 10);
                list.drain(20..20 + removed);
                list.splice(0..0, (3000..3000 + came).rev());
                assert_eq!(walk(&list, &mut stored, left, 200).0, None);
                assert!(list.iter().all(|row| stored.contains(row)), "{removed} {came}");
            }
        }
    }

    #[test]
    fn a_folder_that_was_read_is_left_where_all_is_known() {
        let list: Vec<u32> = (0..3000).rev().collect();
        let mut stored: BTreeSet<_> = list.iter().copied().collect();
        assert_eq!(walk(&list, &mut stored, None, 200), (None, 1));
    }
}
