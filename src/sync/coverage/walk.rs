//! The walk over a folder's list that fills the holes between what is held. Pure.
//!
//! It reads a list newest first. What lies between two consecutive pages cannot hide anything, so the stretch
//! from the walk's top down to the oldest row read is held.
//!
//! Coming to what is held it goes over it, to where in the list that ended: so news that were cut off, and a
//! history that is being read, each go on where they were.
//!
//! A list may go by the time at which a row was renewed: what was pinned or came back from a snooze stands
//! above rows that are newer than it. Such a row says nothing of the time around it, and takes nothing from
//! what the others show, for all of them are older than what was read above them. A page of which more than a
//! few rows are out of place is in another order than that of time: it claims nothing by itself, and a list of
//! such pages is held when all of it was read.

use super::{add, floor, holds};
use crate::model::{Coverage, ItemKey, Position, Span};
use chrono::{DateTime, TimeDelta, Utc};

/// Rows of held mail that a walk reads again before it stops: mail is not always listed in the order of its
/// coming.
const HELD_ROWS: usize = 10;
/// Rows by which a jump falls short, for mail that left the list since.
const SLACK: u32 = 10;
/// Rows of the first step back, where more than that has left it.
const STEP: u32 = 20;
/// Rows of a page that the next one reads again, to see that nothing lies between the two.
const SEAM: u32 = 3;
/// One row of so many may be out of place.
const ONE_OF: usize = 3;
/// As exactly as a list says when mail came.
const EXACT: TimeDelta = TimeDelta::seconds(1);

/// What a page tells the walk.
#[derive(Debug, Clone)]
pub struct PageFacts {
    /// Where it began.
    pub from: Position,
    /// Where the next one begins.
    pub next: Option<Position>,
    /// The times of its rows, newest first, as far as known.
    pub times: Vec<DateTime<Utc>>,
    /// The items of its rows, in their order, as far as known.
    pub keys: Vec<ItemKey>,
    /// Whether every item it named is now stored or in the ledger.
    pub complete: bool,
    /// Messages on it that were new.
    pub new: u32,
}

/// Where the next page begins so that the two overlap.
fn overlapping(page: &PageFacts) -> Option<Position> {
    Some(Position { offset: page.next?.offset - seam(page) })
}

/// How many rows at a page's end the next one reads again.
fn seam(page: &PageFacts) -> u32 {
    let rows = page.next.map_or(0, |next| next.offset.saturating_sub(page.from.offset));
    SEAM.min(rows / 2)
}

/// The first of the rows that the next page reads again.
fn at_seam<T: Clone>(rows: &[T], page: &PageFacts) -> Option<T> {
    let last = seam(page).max(1) as usize;
    rows.get(rows.len().saturating_sub(last)).cloned()
}

/// The newest of the rows that the next page reads again: each of the last rows may be old mail that was
/// renewed, hardly all of them.
fn newest_at_seam(page: &PageFacts) -> Option<DateTime<Utc>> {
    newest_of_last(page, seam(page).max(1) as usize)
}

fn newest_of_last(page: &PageFacts, rows: usize) -> Option<DateTime<Utc>> {
    page.times.iter().rev().take(rows).max().copied()
}

/// Mail that is new moves all ends of stretches below it down the list.
fn move_down(coverage: &mut Coverage, page_end: DateTime<Utc>, rows: u32) {
    let below = coverage.spans.iter_mut().filter(|span| span.after < page_end);
    for end in below.filter_map(|span| span.end.as_mut()) {
        end.offset = end.offset.saturating_add(rows);
    }
}

/// Down to where a page shows all there is by itself. Mail that was snoozed to one and the same minute comes
/// back together: what its last rows say is held when the next page is joined to this one.
fn shown(page: &PageFacts) -> Option<DateTime<Utc>> {
    let third = page.times.len() / ONE_OF;
    newest_of_last(page, third.clamp(seam(page).max(1) as usize, HELD_ROWS))
}

/// The times of the rows that none below is newer than, newest first; `None` where those that are out of place
/// are more than a few. What is pinned stands first, however much it is.
fn in_place(times: &[DateTime<Utc>]) -> Option<Vec<DateTime<Utc>>> {
    let newest = times.iter().max();
    let mut placed: Vec<DateTime<Utc>> = Vec::with_capacity(times.len());
    for at in times.iter().rev() {
        if placed.last().is_none_or(|below| at >= below) {
            placed.push(*at);
        }
    }
    placed.reverse();
    let below_pinned = times.iter().skip_while(|at| Some(*at) != newest).count();
    (below_pinned - placed.len() <= below_pinned / ONE_OF).then_some(placed)
}

/// One pass over a folder's list.
#[derive(Debug)]
pub struct Walk {
    horizon: DateTime<Utc>,
    before: Coverage,
    /// Whether an earlier walk did not come to the end.
    is_interrupted: bool,
    /// Whether it has come down to what was held before.
    has_met_held: bool,
    /// The top of the unbroken run of pages that the last one belongs to.
    top: Option<DateTime<Utc>>,
    /// The newest of all that was read, while it was read from the beginning of the list without a gap.
    all: Option<DateTime<Utc>>,
    /// The next page has to reach up to here: mail that left the list moves what follows past a position.
    landing: Option<Landing>,
    /// The end of the stretch that was gone over last.
    gone_over: Option<DateTime<Utc>>,
    /// Rows of the next step back.
    step: u32,
    /// Where a page came empty, though the list was to go on.
    emptied: Option<Position>,
}

/// The end of what was read.
#[derive(Debug, Clone)]
struct Landing {
    /// When it came; `None` where the rows were in another order.
    at: Option<DateTime<Utc>>,
    /// The last row, should others be of the same instant.
    key: Option<ItemKey>,
}

impl Walk {
    /// A walk down to `horizon`, over a folder of which `held` is held, after one that was interrupted or not.
    #[must_use]
    pub fn new(horizon: DateTime<Utc>, held: &Coverage, is_interrupted: bool) -> Self {
        Self {
            horizon,
            before: held.clone(),
            is_interrupted,
            has_met_held: false,
            top: None,
            all: None,
            landing: None,
            gone_over: None,
            step: STEP,
            emptied: None,
        }
    }

    /// Whether what comes next is no news: it has come down to what was held before, or nothing was.
    #[must_use]
    pub fn is_past_news(&self) -> bool {
        self.has_met_held || self.before.spans.is_empty()
    }

    /// Takes a page in: what is held grows, and the answer is where to read on, or that the walk is done.
    pub fn take(&mut self, coverage: &mut Coverage, page: &PageFacts) -> Option<Position> {
        let Some(&newest) = page.times.iter().max() else {
            return page.next.or_else(|| self.empty(coverage, page.from));
        };
        if let Some(back) = self.overshot(newest, page) {
            return Some(back);
        }
        self.step = STEP;
        self.hold_all(coverage, newest, page);
        let Some(times) = in_place(&page.times) else { return self.disordered(page) };
        // Up to two rows of a seam may be out of place.
        let oldest = newest_at_seam(page).unwrap_or(newest);
        move_down(coverage, oldest, page.new);
        self.hold(coverage, newest, oldest, page);
        let next = overlapping(page)?;
        if oldest <= self.horizon {
            return None;
        }
        if !self.is_inside(&times) {
            return Some(next);
        }
        self.has_met_held = true;
        let floor = floor(coverage, oldest);
        if floor <= self.horizon { None } else { Some(self.go_over(coverage, floor, next)) }
    }

    /// A list that was read from its beginning to its end is held in whatever order.
    fn hold_all(&mut self, coverage: &mut Coverage, newest: DateTime<Utc>, page: &PageFacts) {
        let is_joined = page.from.offset == 0 || self.all.is_some();
        self.all = self.all.max(Some(newest)).filter(|_| is_joined && page.complete);
        if let (Some(until), None) = (self.all, page.next) {
            add(coverage, Span { after: self.horizon, until, end: None });
        }
    }

    fn hold(
        &mut self,
        coverage: &mut Coverage,
        newest: DateTime<Utc>,
        oldest: DateTime<Utc>,
        page: &PageFacts,
    ) {
        if !page.complete {
            self.top = None;
            return;
        }
        self.landing = Some(Landing { at: Some(oldest), key: at_seam(&page.keys, page) });
        // Others of the same instant may stand above a page that does not begin the list.
        let top = if page.from.offset == 0 { newest } else { newest - EXACT };
        let until = *self.top.get_or_insert(top);
        // What is older was read and not stored.
        let shown = shown(page).unwrap_or(oldest);
        let after = if page.next.is_none() { self.horizon } else { shown.max(self.horizon) };
        add(coverage, Span { after, until: until.max(top), end: overlapping(page) });
    }

    /// What comes next is not joined to what was read.
    fn begin_anew(&mut self) {
        (self.top, self.all) = (None, None);
    }

    fn is_inside(&self, times: &[DateTime<Utc>]) -> bool {
        times.iter().filter(|&&at| holds(&self.before, at)).count() >= HELD_ROWS
    }

    /// A page whose rows are in another order than that of time, for the owner sorts otherwise: it shows no
    /// stretch of time. Whether mail left the list is told by its last row alone.
    fn disordered(&mut self, page: &PageFacts) -> Option<Position> {
        self.top = None;
        self.landing = at_seam(&page.keys, page).map(|key| Landing { at: None, key: Some(key) });
        self.all = self.all.filter(|_| self.landing.is_some());
        let is_met = self.is_inside(&page.times);
        self.has_met_held |= is_met;
        overlapping(page).filter(|_| !is_met || self.is_interrupted)
    }

    /// Nothing came where the list was to go on: mail left it, or it counts more than it has. That is its end
    /// when it comes so at the same place again.
    fn empty(&mut self, coverage: &mut Coverage, from: Position) -> Option<Position> {
        let landing = self.landing.as_ref()?;
        if self.emptied == Some(from) {
            let until = self.all.max(landing.at);
            if let Some(until) = until {
                add(coverage, Span { after: self.horizon, until, end: None });
            }
            return None;
        }
        self.emptied = Some(from);
        self.back(from)
    }

    /// A step back, each twice as far as the one before; none from the list's beginning.
    fn back(&mut self, from: Position) -> Option<Position> {
        let step = self.step;
        self.step = step.saturating_mul(2);
        (from.offset > 0).then(|| Position { offset: from.offset.saturating_sub(step) })
    }

    /// Mail left the list since, and the position went past the place: back by what it takes, step by step.
    fn overshot(&mut self, newest: DateTime<Utc>, page: &PageFacts) -> Option<Position> {
        let landing = self.landing.take()?;
        let shows_last = landing.key.as_ref().is_some_and(|key| page.keys.contains(key));
        let is_below = landing.at.is_none_or(|at| newest <= at);
        if !is_below || shows_last {
            return None;
        }
        let back = self.back(page.from)?;
        self.landing = Some(landing);
        self.begin_anew();
        Some(back)
    }

    /// Over a stretch that is held to its end, once: where mail left the list, what follows is read row by row.
    fn go_over(&mut self, coverage: &Coverage, floor: DateTime<Utc>, next: Position) -> Position {
        let stretch = coverage.spans.iter().find(|span| span.after == floor);
        let offset = stretch.and_then(|span| span.end).map(|end| end.offset.saturating_sub(SLACK));
        match offset {
            Some(offset) if offset > next.offset && self.gone_over != Some(floor) => {
                self.begin_anew();
                self.gone_over = Some(floor);
                self.landing = Some(Landing { at: Some(floor), key: None });
                Position { offset }
            }
            _ => next,
        }
    }
}
