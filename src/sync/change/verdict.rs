//! Whether enough of a mailbox was recognised on another road. Pure.

use crate::model::{FolderState, RoadReport, Span};
use crate::sync::{Brake, SyncError};
use chrono::{DateTime, Utc};

/// So many of a hundred have to be recognised, on either side.
const ENOUGH: u64 = 95;

/// # Errors
/// `road_unlike`.
pub(super) fn verdict(report: &RoadReport, brake: Brake) -> Result<(), SyncError> {
    let RoadReport { stored, seen, .. } = report;
    let is_enough = stored.reaches(ENOUGH) && seen.reaches(ENOUGH);
    if is_enough && brake.allows(stored.unknown(), stored.all) {
        return Ok(());
    }
    Err(SyncError::RoadUnlike { stored: *stored, seen: *seen })
}

/// Whether what came then should be stored of a folder that was read so far: it lies in a stretch that is held, or between
/// the newest of them and the last reading.
pub(super) fn should_be_stored(state: &FolderState, horizon: DateTime<Utc>, at: DateTime<Utc>) -> bool {
    let spans = &state.coverage.spans;
    let newest = spans.iter().map(|span| span.until).max();
    let is_in = |span: &Span| span.after < at && at <= span.until;
    // A folder that only tells what is different has told all that there was.
    let is_above = newest.is_none_or(|newest| newest < at);
    let is_since = is_above && state.last_success_at.is_some_and(|read| at <= read);
    at > horizon && (spans.iter().any(is_in) || is_since)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Coverage, Folder, FolderId, Recognised, Role};

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(second, 0).unwrap()
    }

    #[test]
    fn nineteen_of_twenty_are_enough_on_either_side_and_the_brake_may_want_more() {
        let brake = Brake { items: 50, percent: 20 };
        let met = |stored: (u64, u64), seen: (u64, u64)| RoadReport {
            stored: Recognised { all: stored.0, recognised: stored.1 },
            seen: Recognised { all: seen.0, recognised: seen.1 },
            ..RoadReport::default()
        };
        for (stored, seen, is_enough) in [
            ((0, 0), (0, 0), true),
            ((100, 95), (100, 95), true),
            ((100, 94), (100, 100), false),
            ((100, 100), (100, 94), false),
            ((3, 2), (3, 3), false),
        ] {
            assert_eq!(verdict(&met(stored, seen), brake).is_ok(), is_enough, "{stored:?} {seen:?}");
        }
        let strict = Brake { items: 2, percent: 1 };
        assert!(verdict(&met((1000, 960), (1000, 1000)), strict).is_err());
        assert!(verdict(&met((1000, 998), (1000, 1000)), strict).is_ok());
    }

    #[test]
    fn what_was_not_read_yet_is_not_expected_to_be_stored() {
        let mut state = FolderState::new(Folder::new(FolderId::from("f".to_owned()), Role::Inbox));
        assert!(!should_be_stored(&state, at(0), at(5)));
        state.last_success_at = Some(at(70));
        assert!(should_be_stored(&state, at(0), at(5)) && !should_be_stored(&state, at(0), at(71)));
        let span = |after, until| Span { after: at(after), until: at(until), end: None };
        state.coverage = Coverage { spans: vec![span(50, 60), span(10, 20)] };
        for (second, expected) in [(10, false), (20, true), (21, false), (60, true), (65, true), (71, false)]
        {
            assert_eq!(should_be_stored(&state, at(0), at(second)), expected, "{second}");
        }
        assert!(!should_be_stored(&state, at(15), at(15)) && should_be_stored(&state, at(15), at(16)));
    }
}
