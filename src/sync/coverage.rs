//! Which stretches of a folder's time are held. Pure.
//!
//! Times are the server's. Ours only bounds them: whatever dates mails carry, nothing is held beyond the time
//! of reading. Coverage is claimed for whole lists only: not for what the page leaves out (Focused, a filter),
//! nor for mail that was moved in below the newest: a sweep finds that.

mod walk;

pub use walk::{PageFacts, Walk};

use crate::model::{Coverage, Position, Span};
use chrono::{DateTime, Utc};

/// Adds a stretch and joins what now touches; the end is that of the lowest.
pub fn add(coverage: &mut Coverage, span: Span) {
    if span.after >= span.until {
        return;
    }
    let mut joined = span;
    coverage.spans.retain(|held| {
        let apart = held.until < joined.after || held.after > joined.until;
        if !apart {
            if held.after < joined.after {
                (joined.after, joined.end) = (held.after, held.end);
            }
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

/// Where a walk was interrupted that kept one place for all: it had read the lowest stretch down to there.
pub fn place_last(coverage: &mut Coverage, place: Position) {
    if let Some(last) = coverage.spans.last_mut() {
        last.end = last.end.or(Some(place));
    }
}

fn holds(coverage: &Coverage, at: DateTime<Utc>) -> bool {
    coverage.spans.iter().any(|span| span.after < at && at <= span.until)
}

#[cfg(test)]
mod tests;
