//! How much of a mailbox's history is held, while it is being read. Pure.

use crate::model::{FolderId, FolderState};
use chrono::{DateTime, Utc};
use std::collections::HashSet;

/// All of it.
const WHOLE: u64 = 1_000_000;

/// How much of the history of these folders is held, in millionths; `None` where none is `unfinished`.
///
/// Of a folder that is unfinished it is the time that is held without a hole in it, of that from the horizon
/// to its newest message; or the messages that are held, of those that the server counts, where that is more.
/// A folder weighs what the server counts in it.
pub(super) fn held(
    folders: &[FolderState],
    unfinished: &HashSet<FolderId>,
    horizon: DateTime<Utc>,
) -> Option<u32> {
    if unfinished.is_empty() {
        return None;
    }
    let (mut held, mut all) = (0, 0);
    for state in folders {
        let is_whole = !unfinished.contains(&state.folder.id);
        let part = if is_whole { WHOLE } else { by_time(state, horizon).max(by_count(state)).min(WHOLE - 1) };
        held += u128::from(part) * u128::from(weight(state));
        all += u128::from(weight(state));
    }
    u32::try_from(held / all.max(1)).ok()
}

fn by_time(state: &FolderState, horizon: DateTime<Utc>) -> u64 {
    let spans = &state.coverage.spans;
    let Some(newest) = spans.iter().map(|span| span.until).max() else { return 0 };
    let held: i64 =
        spans.iter().map(|span| (span.until - span.after.max(horizon)).num_seconds().max(0)).sum();
    part(held, (newest - horizon).num_seconds())
}

fn by_count(state: &FolderState) -> u64 {
    part(state.held.cast_signed(), counted(state))
}

fn weight(state: &FolderState) -> u64 {
    counted(state).cast_unsigned().max(state.held).max(1)
}

fn counted(state: &FolderState) -> i64 {
    state.server_total.or(state.listed_total).unwrap_or_default().max(0)
}

fn part(held: i64, all: i64) -> u64 {
    if all <= 0 {
        0
    } else {
        u64::try_from(i128::from(held) * i128::from(WHOLE) / i128::from(all)).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Coverage, Folder, Role, Span};

    #[test]
    fn whatever_a_server_counts_and_whatever_dates_mails_carry_the_share_is_between_none_and_all() {
        let at = |second| DateTime::from_timestamp(second, 0).unwrap();
        let (first, last) = (at(-60_000_000_000), at(120_000_000_000));
        for total in [i64::MIN, -1, 0, 1, i64::MAX] {
            let states = [Role::Inbox, Role::Sent].map(|role| {
                let folder = Folder::new(FolderId::from(role.as_str().to_owned()), role);
                let coverage = Coverage { spans: vec![Span { after: first, until: last, end: None }] };
                FolderState { server_total: Some(total), held: 7, coverage, ..FolderState::new(folder) }
            });
            let unfinished = HashSet::from([states[0].folder.id.clone()]);
            for horizon in [first, at(0), last] {
                let share = held(&states, &unfinished, horizon).unwrap();
                assert!(u64::from(share) < WHOLE, "{share} of {total} from {horizon}");
            }
        }
    }
}
