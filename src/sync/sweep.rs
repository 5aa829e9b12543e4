//! A sweep's way down a folder's list, what a page of it proves, and when the next one is due. Pure.
//!
//! The list moves while it is read, page by page, over turns and days: mail comes, goes and is moved in
//! anywhere. So a page counts only where it is joined to what was read before: it shows the last item again,
//! or one that is newer than all that can come after that. Else the sweep steps back. Then whatever was in
//! the folder all the time was on one of the pages.
//!
//! What a page does not show is missing only if it lies between two instants that the page shows by itself:
//! items of one and the same instant may lie on both sides of a page's edge.

use crate::model::{Cursor, FolderId, FolderState, IdPage, IdRow, ItemKey, Position, Seam, Sweep};
use crate::store::{Known, Stretch};
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::HashMap;
use std::ops::Range;

/// Rows of a page that the next one reads again.
const OVERLAP: u32 = 20;
/// As many rows a second are read by sweeps that are asked for, their pauses counted in: what asks may be a
/// count that goes up and down, or an owner who deletes now and then.
const ROWS_PER_SECOND: u32 = 50;

/// What a page comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SweepStep {
    /// Which time it shows completely; `None` where it proves nothing.
    pub(super) stretch: Option<Stretch>,
    /// How the sweep goes on; `None` at its end.
    pub(super) next: Option<Sweep>,
    /// How many rows the list has down to this page's end.
    pub(super) end: u32,
    /// Whether the list ends here, and not the history alone.
    pub(super) is_last: bool,
}

/// Instants that lie further ahead were written when a clock was ahead. Those of several machines are half
/// as far apart at most.
pub(super) const AHEAD: TimeDelta = TimeDelta::minutes(1);

/// When a message that came, moved or was changed may have done so while a sweep lasts that `began` then.
pub(super) fn while_it_lasts(began: DateTime<Utc>, now: DateTime<Utc>) -> Range<DateTime<Utc>> {
    began..now + AHEAD
}

/// Takes the page in that a sweep read at its place.
pub(super) fn take(sweep: &Sweep, page: &IdPage, horizon: DateTime<Utc>) -> SweepStep {
    let from = sweep.next.offset;
    let end = from.saturating_add(u32::try_from(page.rows.len()).unwrap_or(u32::MAX));
    let times: Vec<_> = page.rows.iter().filter_map(|row| row.received).collect();
    let (newest, oldest) = (times.first().copied(), times.last().copied());
    let descends = times.is_sorted_by(|one, next| one >= next);
    let newest = newest.filter(|_| descends);
    if !is_joined(sweep, page, newest) {
        return SweepStep { stretch: None, next: Some(back(sweep)), end, is_last: false };
    }
    let is_over = page.is_last || shows_nothing_more(sweep, page, end);
    let is_far_enough = descends && oldest.is_some_and(|oldest| oldest <= horizon);
    let stretch = Stretch { after: oldest.filter(|_| !page.is_last), until: newest.filter(|_| from > 0) };
    let is_bounded = descends && (stretch.until.is_some() || from == 0) && (oldest.is_some() || page.is_last);
    let last = page.rows.last().filter(|_| !is_over && !is_far_enough);
    let next = last.map(|last| on(sweep, last, oldest.filter(|_| descends), from, end));
    SweepStep { stretch: is_bounded.then_some(stretch), next, end, is_last: is_over }
}

/// Whether nothing that was there all the time can lie between what was read before and this page.
fn is_joined(sweep: &Sweep, page: &IdPage, newest: Option<DateTime<Utc>>) -> bool {
    let Some(seam) = sweep.seam.as_ref().filter(|_| sweep.next.offset > 0) else { return true };
    let is_above = newest.zip(seam.received).is_some_and(|(newest, seam)| newest > seam);
    is_above || page.rows.iter().any(|row| row.key == seam.key)
}

/// A list that counts more than it shows ends where a page shows nothing beyond the last one.
fn shows_nothing_more(sweep: &Sweep, page: &IdPage, end: u32) -> bool {
    let is_short = sweep.seam.as_ref().is_some_and(|seam| !sweep.is_back && end <= seam.end);
    page.rows.is_empty() || is_short
}

fn on(sweep: &Sweep, last: &IdRow, received: Option<DateTime<Utc>>, from: u32, end: u32) -> Sweep {
    let seam = Seam { key: last.key.clone(), received, end };
    let next = Position { offset: end - OVERLAP.min((end - from) / 2) };
    Sweep { next, seam: Some(seam), is_back: false, ..sweep.clone() }
}

/// Mail left the list above: back, each time twice as far from where the last item was.
fn back(sweep: &Sweep) -> Sweep {
    let end = sweep.seam.as_ref().map_or(0, |seam| seam.end);
    let far = end.saturating_sub(sweep.next.offset).max(1).saturating_mul(2);
    Sweep { next: Position { offset: end.saturating_sub(far) }, is_back: true, ..sweep.clone() }
}

/// The items to be looked at whole: those that are not stored and belong to the history, and those of which
/// something differs from what is stored.
pub(super) fn differing(
    rows: &[IdRow],
    known: &HashMap<ItemKey, Known>,
    folder: &FolderId,
    horizon: DateTime<Utc>,
) -> Vec<ItemKey> {
    let differs = |row: &&IdRow| match known.get(&row.key) {
        None => row.is_mail && row.received.is_none_or(|received| received > horizon),
        Some(stored) => {
            let is_another = row.change_key.is_some() && row.change_key != stored.change_key;
            stored.is_away || stored.folder != *folder || is_another
        }
    };
    rows.iter().filter(differs).map(|row| row.key.clone()).collect()
}

/// Since when a folder should be swept, at or before `now` where it is due: an interval after the last sweep,
/// or soon after it where the server's count asks for one or mail was missed that may have moved here: of that,
/// changes tell. `None` while it was not read down to the history's beginning.
#[must_use]
pub fn due_at(
    state: &FolderState,
    missed_at: Option<DateTime<Utc>>,
    interval: TimeDelta,
    now: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    let tells_changes = tells_changes(state);
    let read_at = state.last_success_at.filter(|_| tells_changes || state.cursor.is_none())?;
    if let Some(sweep) = &state.sweeps.under_way {
        return Some(sweep.began.min(now));
    }
    // One that ended when a clock was ahead says nothing.
    let Some(last) = state.sweeps.last.as_ref().filter(|last| last.ended <= now) else {
        return Some(read_at.min(now));
    };
    let missed = missed_at.filter(|missed| !tells_changes && *missed >= last.began);
    let asked = [state.sweeps.wanted_since, missed].into_iter().flatten().min();
    let pause = TimeDelta::seconds(i64::from(last.listed / ROWS_PER_SECOND));
    let soon = asked.map(|asked| asked.max(last.ended + pause));
    soon.into_iter().chain(last.ended.checked_add_signed(interval)).min()
}

/// Since when a folder lacks a sweep, where that is longer than an interval: it was asked for, or the last one
/// was too long ago.
pub(super) fn lacking_since(
    state: &FolderState,
    interval: TimeDelta,
    now: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    let last = state.sweeps.last.as_ref().and_then(|last| last.ended.checked_add_signed(interval));
    let since = [state.sweeps.wanted_since, last].into_iter().flatten().min()?;
    (now - since > interval).then_some(since)
}

/// Whether the server counts more than was seen of a folder of which it counts `total` and `present` are
/// stored; what it counts less is the new measure.
pub(super) fn counted(state: &mut FolderState, total: i64, present: u64, now: DateTime<Utc>) {
    let Some(unheld) = state.sweeps.unheld else { return };
    let more = total.saturating_sub_unsigned(present);
    state.sweeps.unheld = Some(unheld.min(more));
    if more > unheld {
        state.sweeps.wanted_since.get_or_insert(now);
    }
}

/// Since when each of these folders was looked through in a turn that `began` then: a message that was missed
/// before and not seen since is in none of them. A folder of which changes are told has told what came to it.
/// `None` while one that is listed was never swept.
pub(super) fn looked_through<'a>(
    mut folders: impl Iterator<Item = &'a FolderState>,
    began: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    folders.try_fold(began, |since, state| {
        if tells_changes(state) {
            return Some(since);
        }
        // One that ended when a clock was ahead says nothing.
        let last = state.sweeps.last.as_ref().filter(|last| last.ended <= now);
        last.map(|last| since.min(last.began))
    })
}

/// Whether a folder's changes are told.
fn tells_changes(state: &FolderState) -> bool {
    matches!(Cursor::stored(state.cursor.as_deref()), Some(Cursor::Since { .. }))
}

#[cfg(test)]
mod tests;
