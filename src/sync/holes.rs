//! Where mail of a folder may be missing: the holes between what is held. Pure.

use crate::model::{Coverage, Span};
use chrono::{DateTime, Utc};

/// The holes of a folder down to where its history begins, the newest first. What came after the newest that
/// is held is none: it was not there when the folder was read. Where nothing is held for certain, none is
/// known.
#[must_use]
pub fn holes(coverage: &Coverage, horizon: DateTime<Utc>) -> Vec<Span> {
    let ends = coverage.spans.iter().map(|span| span.after);
    let beginnings = coverage.spans.iter().skip(1).map(|span| span.until).chain([horizon]);
    let between =
        ends.zip(beginnings).map(|(until, after)| Span { after: after.max(horizon), until, end: None });
    between.filter(|hole| hole.after < hole.until).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hole_lies_between_two_stretches_or_before_the_last_of_them() {
        let at = |hour: i64| DateTime::from_timestamp(hour * 3600, 0).unwrap();
        let span = |(after, until)| Span { after: at(after), until: at(until), end: None };
        for (held, horizon, expected) in [
            (vec![], 0, vec![]),
            (vec![(0, 9)], 0, vec![]),
            (vec![(2, 9)], 0, vec![(0, 2)]),
            (vec![(7, 9), (0, 5)], 0, vec![(5, 7)]),
            (vec![(7, 9), (3, 5)], 1, vec![(5, 7), (1, 3)]),
            (vec![(7, 9), (1, 3)], 5, vec![(5, 7)]),
            (vec![(7, 9), (1, 3)], 8, vec![]),
        ] {
            let coverage = Coverage { spans: held.iter().copied().map(span).collect() };
            let expected: Vec<_> = expected.into_iter().map(span).collect();
            assert_eq!(holes(&coverage, at(horizon)), expected, "{held:?} from {horizon}");
        }
    }
}
