//! Which stretches of a folder's time are held, and the walk that fills the holes. Pure.
//!
//! A walk reads a list newest first. What lies between two consecutive pages cannot hide anything, so the
//! stretch from the walk's top down to the oldest row read is held. Times are the server's. Ours only bounds
//! them: whatever dates mails carry, nothing is held beyond the time of reading.
//!
//! Coverage is claimed for whole lists only: not for what the page leaves out (Focused, a filter), nor for
//! mail that was moved in below the newest: a sweep finds that. A page whose rows are not in the order of
//! time claims nothing.

use crate::model::{Coverage, ItemKey, Position, Span};
use chrono::{DateTime, TimeDelta, Utc};

/// Rows of held mail that a walk reads again before it stops: mail is not always listed in the order of its
/// coming.
const OVERLAP: usize = 10;
/// Rows by which a jump falls short, for mail that left the list since.
const SLACK: u32 = 10;
/// Rows of a page that the next one reads again, to see that nothing lies between the two.
const SEAM: u32 = 3;
/// As exactly as a list says when mail came.
const EXACT: TimeDelta = TimeDelta::seconds(1);

/// Adds a stretch and joins what now touches.
pub fn add(coverage: &mut Coverage, span: Span) {
    if span.after >= span.until {
        return;
    }
    let mut joined = span;
    coverage.spans.retain(|held| {
        let apart = held.until < joined.after || held.after > joined.until;
        if !apart {
            joined.after = joined.after.min(held.after);
            joined.until = joined.until.max(held.until);
        }
        apart
    });
    let place = coverage.spans.partition_point(|held| held.after > joined.after);
    coverage.spans.insert(place, joined);
}

/// Takes away what lies beyond an instant.
pub fn cut(coverage: &mut Coverage, end: DateTime<Utc>) {
    coverage.spans.retain(|span| span.after < end);
    for span in &mut coverage.spans {
        span.until = span.until.min(end);
    }
}

/// How far down the held time reaches without a hole, beginning at `from`.
#[must_use]
pub fn floor(coverage: &Coverage, from: DateTime<Utc>) -> DateTime<Utc> {
    let around = coverage.spans.iter().find(|span| span.after < from && from <= span.until);
    around.map_or(from, |span| span.after)
}

fn holds(coverage: &Coverage, at: DateTime<Utc>) -> bool {
    coverage.spans.iter().any(|span| span.after < at && at <= span.until)
}

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

/// The first of the rows that the next page reads again: none after it is newer, though the last may be old
/// mail that was renewed.
fn at_seam<T: Clone>(rows: &[T], page: &PageFacts) -> Option<T> {
    let last = seam(page).max(1) as usize;
    rows.get(rows.len().saturating_sub(last)).cloned()
}

/// Whether times go down. What is pinned stands first and is older.
fn descends(times: &[DateTime<Utc>]) -> bool {
    let newest = times.iter().max();
    times.iter().skip_while(|at| Some(*at) != newest).is_sorted_by(|one, next| one >= next)
}

/// A step back; none from the list's beginning.
fn back(from: Position) -> Option<Position> {
    (from.offset > 0).then(|| Position { offset: from.offset.saturating_sub(SLACK * 2) })
}

/// One pass over a folder's list.
#[derive(Debug)]
pub struct Walk {
    horizon: DateTime<Utc>,
    before: Coverage,
    /// Where an earlier walk was interrupted.
    resume: Option<Position>,
    new: u32,
    /// Whether it has come down to what was held before.
    has_met_held: bool,
    /// The top of the unbroken run of pages that the last one belongs to.
    top: Option<DateTime<Utc>>,
    /// The next page has to reach up to here: mail that left the list moves what follows past a position.
    landing: Option<Landing>,
    /// Where a page came empty, though the list was to go on.
    emptied: Option<Position>,
}

/// The end of what was read.
#[derive(Debug, Clone)]
struct Landing {
    at: DateTime<Utc>,
    /// The last row, should others be of the same instant.
    key: Option<ItemKey>,
}

impl Walk {
    /// A walk down to `horizon`, over a folder of which `held` is held, and which was left at `resume`.
    #[must_use]
    pub fn new(horizon: DateTime<Utc>, held: &Coverage, resume: Option<Position>) -> Self {
        Self {
            horizon,
            before: held.clone(),
            resume,
            new: 0,
            has_met_held: false,
            top: None,
            landing: None,
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
        self.new += page.new;
        let (Some(&newest), Some(oldest)) = (page.times.iter().max(), at_seam(&page.times, page)) else {
            return page.next.or_else(|| self.empty(coverage, page.from));
        };
        if !descends(&page.times) {
            return self.disordered(page);
        }
        if let Some(back) = self.overshot(newest, page) {
            return Some(back);
        }
        self.hold(coverage, newest, oldest, page);
        let next = overlapping(page)?;
        if oldest <= self.horizon {
            return None;
        }
        if !self.is_inside(page) {
            return Some(next);
        }
        self.has_met_held = true;
        let floor = floor(coverage, oldest);
        if floor <= self.horizon { None } else { Some(self.jump(floor, oldest, next)) }
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
        self.landing = Some(Landing { at: oldest, key: at_seam(&page.keys, page) });
        // Others of the same instant may stand above a page that does not begin the list.
        let top = if page.from.offset == 0 { newest } else { newest - EXACT };
        let until = *self.top.get_or_insert(top);
        // What is older was read and not stored.
        let after = if page.next.is_none() { self.horizon } else { oldest.max(self.horizon) };
        add(coverage, Span { after, until: until.max(top) });
    }

    fn is_inside(&self, page: &PageFacts) -> bool {
        page.times.iter().filter(|&&at| holds(&self.before, at)).count() >= OVERLAP
    }

    /// A page whose rows are in another order than that of time: pinned or renewed mail stands among them, or
    /// the owner sorts otherwise. It shows no stretch of time.
    fn disordered(&mut self, page: &PageFacts) -> Option<Position> {
        (self.top, self.landing) = (None, None);
        let is_met = self.is_inside(page);
        self.has_met_held |= is_met;
        overlapping(page).filter(|_| !is_met || self.resume.is_some())
    }

    /// Nothing came where the list was to go on: mail left it, or it counts more than it has. That is its end
    /// when it comes so at the same place again.
    fn empty(&mut self, coverage: &mut Coverage, from: Position) -> Option<Position> {
        let landing = self.landing.as_ref()?;
        if self.emptied == Some(from) {
            add(coverage, Span { after: self.horizon, until: landing.at });
            return None;
        }
        self.emptied = Some(from);
        back(from)
    }

    /// Mail left the list since, and the position went past the place: back by what it takes, step by step.
    fn overshot(&mut self, newest: DateTime<Utc>, page: &PageFacts) -> Option<Position> {
        let landing = self.landing.take()?;
        let shows_last = landing.key.as_ref().is_some_and(|key| page.keys.contains(key));
        let back = back(page.from).filter(|_| newest <= landing.at && !shows_last)?;
        self.landing = Some(landing);
        self.top = None;
        Some(back)
    }

    /// Over the held stretch to where an earlier walk was interrupted.
    fn jump(&mut self, floor: DateTime<Utc>, oldest: DateTime<Utc>, next: Position) -> Position {
        let resume = self.resume.take().map(|at| (at.offset + self.new).saturating_sub(SLACK));
        match resume {
            Some(offset) if offset > next.offset && floor < oldest => {
                self.top = None;
                self.landing = Some(Landing { at: floor, key: None });
                Position { offset }
            }
            _ => next,
        }
    }
}

#[cfg(test)]
mod tests;
