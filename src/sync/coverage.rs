//! Which stretches of a folder's time are held, and the walk that fills the holes. Pure.
//!
//! A walk reads a list newest first. What lies between two consecutive pages cannot hide anything, so the
//! stretch from the walk's top down to the oldest row read is held. Times are the server's; ours play no
//! part.
//!
//! Coverage is claimed for whole lists only: not for what the page leaves out (Focused, a filter), nor for
//! mail that was moved in below the newest. A folder that has grown by more than was new is read to the
//! horizon.

use crate::model::{Coverage, Position, Span};
use chrono::{DateTime, Utc};

/// Rows of held mail that a walk reads again before it stops: mail is not always listed in the order of its
/// coming.
const OVERLAP: usize = 10;
/// Rows by which a jump falls short, for mail that left the list since.
const SLACK: u32 = 10;
/// Rows of a page that the next one reads again, to see that nothing lies between the two.
const SEAM: u32 = 3;

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
    /// Whether every item it named is now stored or in the ledger.
    pub complete: bool,
    /// Messages on it that were new.
    pub new: u32,
}

/// Where the next page begins so that the two overlap.
fn overlapping(page: &PageFacts) -> Option<Position> {
    let next = page.next?;
    let rows = next.offset.saturating_sub(page.from.offset);
    Some(Position { offset: next.offset - SEAM.min(rows / 2) })
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
    /// The top of the unbroken run of pages that the last one belongs to.
    top: Option<DateTime<Utc>>,
    /// The next page has to reach up to here: mail that left the list moves what follows past a position.
    landing: Option<DateTime<Utc>>,
}

impl Walk {
    /// A walk down to `horizon`, over a folder of which `held` is held, and which was left at `resume`.
    #[must_use]
    pub fn new(horizon: DateTime<Utc>, held: &Coverage, resume: Option<Position>) -> Self {
        Self { horizon, before: held.clone(), resume, new: 0, top: None, landing: None }
    }

    /// Takes a page in: what is held grows, and the answer is where to read on, or that the walk is done.
    pub fn take(&mut self, coverage: &mut Coverage, page: &PageFacts) -> Option<Position> {
        self.new += page.new;
        // What is pinned stands first and is older.
        let (Some(&newest), Some(&oldest)) = (page.times.iter().max(), page.times.last()) else {
            return page.next.or_else(|| self.landing.and_then(|_| back(page.from)));
        };
        if let Some(back) = self.overshot(newest, page.from) {
            return Some(back);
        }
        self.hold(coverage, newest, oldest, page);
        let next = overlapping(page)?;
        if oldest <= self.horizon {
            return None;
        }
        let inside = page.times.iter().filter(|&&at| holds(&self.before, at)).count();
        let floor = floor(coverage, oldest);
        if inside < OVERLAP {
            return Some(next);
        }
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
        self.landing = Some(oldest);
        let until = *self.top.get_or_insert(newest);
        // What is older was read and not stored.
        let after = if page.next.is_none() { self.horizon } else { oldest.max(self.horizon) };
        add(coverage, Span { after, until: until.max(newest) });
    }

    /// Mail left the list since, and the position went past the place: back by what it takes, step by step.
    fn overshot(&mut self, newest: DateTime<Utc>, from: Position) -> Option<Position> {
        let landing = self.landing.take()?;
        let back = back(from).filter(|_| newest < landing)?;
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
                self.landing = Some(floor);
                Position { offset }
            }
            _ => next,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_000_000 + seconds, 0).unwrap()
    }

    fn span(after: i64, until: i64) -> Span {
        Span { after: at(after), until: at(until) }
    }

    #[test]
    fn stretches_that_touch_become_one() {
        let mut coverage = Coverage::default();
        for part in [span(0, 10), span(20, 30), span(10, 15), span(14, 20)] {
            add(&mut coverage, part);
        }
        assert_eq!(coverage.spans, [span(0, 30)]);
        assert_eq!(floor(&coverage, at(30)), at(0));
        assert_eq!(floor(&coverage, at(0)), at(0), "a stretch is open at its start");
    }

    proptest! {
        #[test]
        fn what_was_added_is_held_and_nothing_else(parts in prop::collection::vec((0i64..60, 1i64..20), 0..12)) {
            let mut coverage = Coverage::default();
            for &(from, length) in &parts {
                add(&mut coverage, span(from, from + length));
            }
            for second in 0..90 {
                let expected = parts.iter().any(|&(from, length)| from < second && second <= from + length);
                prop_assert_eq!(holds(&coverage, at(second)), expected);
            }
            prop_assert!(coverage.spans.windows(2).all(|pair| pair[0].after > pair[1].until));
        }

        /// However often a walk is interrupted, mail delivered or taken away, the end is that all that is
        /// there is held.
        #[test]
        fn interrupted_walks_end_up_holding_everything(
            mail in 1i64..400, page in 10u32..40, stops in prop::collection::vec((1usize..6, 0i64..30), 0..6),
            removals in prop::collection::vec((0usize..400, 0usize..60), 0..40)
        ) {
            let mut list: Vec<i64> = (0..mail).rev().map(|n| n * 10).collect();
            let mut coverage = Coverage::default();
            let mut resume = None;
            let mut stored = std::collections::BTreeSet::new();
            let mut removals = removals.into_iter();
            let mut newest = mail * 10;
            for (pages, delivered) in stops.into_iter().chain([(usize::MAX, 0)]) {
                let mut walk = Walk::new(at(-1), &coverage, resume);
                let mut position = Some(Position::default());
                let mut left = pages;
                while let (Some(from), true) = (position, left > 0) {
                    let start = from.offset as usize;
                    let end = (start + page as usize).min(list.len());
                    let rows = &list[start.min(end)..end];
                    let new = rows.iter().filter(|row| stored.insert(**row)).count();
                    let facts = PageFacts {
                        from,
                        next: (end < list.len()).then(|| Position { offset: u32::try_from(end).unwrap() }),
                        times: rows.iter().map(|&row| at(row)).collect(),
                        complete: true,
                        new: u32::try_from(new).unwrap(),
                    };
                    position = walk.take(&mut coverage, &facts);
                    left -= 1;
                    // The owner archives a stretch of the list between two pages.
                    if let Some((first, count)) = removals.next() {
                        let first = first.min(list.len());
                        list.drain(first..(first + count).min(list.len()));
                    }
                }
                resume = position;
                list.splice(0..0, (1..=delivered).rev().map(|n| newest + n * 10));
                newest += delivered * 10;
            }
            let read = list.iter().filter(|row| !stored.contains(row)).count();
            prop_assert_eq!(read, 0);
        }
    }

    #[test]
    fn a_pinned_row_does_not_hide_what_a_page_holds() {
        let mut coverage = Coverage::default();
        let mut walk = Walk::new(at(1), &Coverage::default(), None);
        let times = [at(7), at(1000), at(990), at(980)].to_vec();
        let page = PageFacts {
            from: Position::default(),
            next: Some(Position { offset: 4 }),
            times,
            complete: true,
            new: 4,
        };
        assert!(walk.take(&mut coverage, &page).is_some());
        assert_eq!(coverage.spans, [span(980, 1000)]);
    }

    #[test]
    fn what_is_older_than_the_history_is_not_held_though_its_page_was_read() {
        for next in [Some(Position { offset: 3 }), None] {
            let mut coverage = Coverage::default();
            let times = [at(100), at(60), at(20)].to_vec();
            let page = PageFacts { from: Position::default(), next, times, complete: true, new: 2 };
            assert_eq!(Walk::new(at(50), &Coverage::default(), None).take(&mut coverage, &page), None);
            assert_eq!(coverage.spans, [span(50, 100)]);
        }
    }

    #[test]
    fn nothing_new_reads_one_page() {
        let mut coverage = Coverage { spans: vec![span(0, 1000)] };
        let mut walk = Walk::new(at(1), &coverage.clone(), None);
        let times: Vec<_> = (0..50).map(|n| at(1000 - n * 10)).collect();
        let page = PageFacts {
            from: Position::default(),
            next: Some(Position { offset: 50 }),
            times,
            complete: true,
            new: 0,
        };
        assert_eq!(walk.take(&mut coverage, &page), None);
    }
}
