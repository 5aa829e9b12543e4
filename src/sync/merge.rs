//! What we knew + what we saw -> what to write. Pure.
//!
//! One message is one row, whichever tier saw it: an item's key decides; what has no stored key is matched with a stored
//! message of the same conversation and folder that lies in the same interval of time and has the same Internet message
//! id or, where one of them is not known, the same topic.

mod adopt;

use self::adopt::{Adoptions, Match, Seen};
use super::sources::Details;
use crate::model::{Detail, Folder, Instant, ItemKey, ListPage, ListRow, MessageId, Precision, Tier};
use crate::store::{Candidate, ItemFailure, Known, Upsert};
use chrono::{DateTime, Utc};
use std::collections::{HashMap, HashSet};

/// What a page comes to.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// What to write.
    pub(super) upserts: Vec<Upsert>,
    /// What could not be read: for the ledger.
    pub(super) failed: Vec<ItemFailure>,
    /// Items that the page named and of which this tier cannot say anything, and rows that may be one of several messages.
    pub(super) unseen: usize,
    /// Rows that stand for a message that was not stored.
    pub(super) new_rows: u32,
    /// Rows at the page's end that stand, or may stand, for messages that were.
    pub(super) known_tail: usize,
}

/// The rows of a page that matter: those of the history that is kept, which begins after `horizon`, and what is stored.
/// A list goes back as far as its page happens to reach.
fn rows_of_history<'a>(
    page: &'a ListPage,
    known: &HashMap<ItemKey, Known>,
    horizon: DateTime<Utc>,
) -> impl Iterator<Item = &'a ListRow> {
    let stored = |row: &ListRow| row.key.as_ref().is_some_and(|key| known.contains_key(key));
    page.rows.iter().filter(move |row| !is_before(row.received, horizon) || stored(row))
}

/// Whether all of the interval lies before `horizon`. A conversation's time is that of its newest message.
fn is_before(received: Option<Instant>, horizon: DateTime<Utc>) -> bool {
    received.is_some_and(|received| received.at + received.precision.width() <= horizon)
}

/// The items of a page whose detail has to be fetched: new ones, changed ones, and those that never had it.
pub(super) fn wanted(
    page: &ListPage,
    known: &HashMap<ItemKey, Known>,
    horizon: DateTime<Utc>,
) -> Vec<ItemKey> {
    let stale = |key: &&ItemKey, change_key: Option<&String>| {
        known.get(key).is_none_or(|stored| {
            !stored.has_detail || (change_key.is_some() && change_key != stored.change_key.as_ref())
        })
    };
    let mut asked = HashSet::new();
    let keys = rows_of_history(page, known, horizon).flat_map(|row| {
        let own = row.key.iter().filter(|key| stale(key, row.change_key.as_ref()));
        own.chain(row.others.iter().filter(|key| stale(key, None)))
    });
    keys.filter(|key| asked.insert(*key)).cloned().collect()
}

/// Turns a page, and the details fetched for it, into what to write. A conversation names items of any age.
pub(super) fn plan(
    folder: Folder,
    page: &ListPage,
    known: &HashMap<ItemKey, Known>,
    details: Details,
    candidates: &[Candidate],
    horizon: DateTime<Utc>,
    mut fresh: impl FnMut() -> MessageId,
) -> Plan {
    let (mut found, failed) = sort(details);
    let mut adoptions = Adoptions::of(candidates);
    let mut plan = Plan { failed, ..Plan::default() };
    let lost: HashSet<ItemKey> = plan.failed.iter().map(|failure| failure.key.clone()).collect();
    for row in rows_of_history(page, known, horizon) {
        let detail = row.key.as_ref().and_then(|key| found.remove(key));
        let is = recognise(row, detail.as_ref(), known, &mut adoptions);
        plan.known_tail = if is == Match::None { 0 } else { plan.known_tail + 1 };
        plan.new_rows += u32::from(is == Match::None);
        match is {
            Match::One(id) => plan.upserts.push(upsert(folder, page, row, detail, id)),
            Match::None => plan.upserts.push(upsert(folder, page, row, detail, fresh())),
            Match::Several => plan.unseen += 1,
        }
        for key in row.others.iter().filter(|key| !known.contains_key(*key)) {
            match found.remove(key) {
                Some(detail) if is_before(Seen::item(&detail).received, horizon) => {}
                Some(detail) => {
                    let id = adoptions.adopt_item(Seen::item(&detail)).unwrap_or_else(&mut fresh);
                    plan.upserts.push(from_detail(folder, page.tier, detail, id));
                }
                None if lost.contains(key) => {}
                None => plan.unseen += 1,
            }
        }
    }
    plan
}

/// Which stored message a row stands for. A row without an id is a new one only if it can be told from all others: else it
/// would be stored anew each time.
fn recognise(
    row: &ListRow,
    detail: Option<&Detail>,
    known: &HashMap<ItemKey, Known>,
    adoptions: &mut Adoptions<'_>,
) -> Match {
    let seen = detail.map_or_else(|| Seen::listed(row), |detail| Seen::both(row, detail));
    match &row.key {
        Some(key) => {
            let stored = known.get(key).map(|known| known.message_id.clone());
            stored.or_else(|| adoptions.adopt_item(seen)).map_or(Match::None, Match::One)
        }
        None if row.conversation_id.is_none() => Match::Several,
        None => adoptions.adopt(seen),
    }
}

fn sort(details: Details) -> (HashMap<ItemKey, Detail>, Vec<ItemFailure>) {
    let mut found = HashMap::new();
    let mut failed = Vec::new();
    for (key, detail) in details {
        match detail {
            Ok(detail) => drop(found.insert(key, detail)),
            Err(fault) => failed.push(ItemFailure { key, code: fault.code, text: fault.text }),
        }
    }
    (found, failed)
}

fn upsert(folder: Folder, page: &ListPage, row: &ListRow, detail: Option<Detail>, id: MessageId) -> Upsert {
    Upsert {
        id,
        keys: row.key.iter().cloned().collect(),
        folder,
        row: Some(row.clone()),
        detail,
        tier: page.tier,
        provisional: row.key.is_none(),
    }
}

fn from_detail(folder: Folder, tier: Tier, detail: Detail, id: MessageId) -> Upsert {
    let keys = vec![detail.key.clone()];
    Upsert { id, keys, folder, row: None, detail: Some(detail), tier, provisional: false }
}

/// What the details of items come to that an earlier page had named and that could not be read then.
pub(super) fn settle(
    folder: Folder,
    tier: Tier,
    known: &HashMap<ItemKey, Known>,
    details: Details,
    candidates: &[Candidate],
    mut fresh: impl FnMut() -> MessageId,
) -> Plan {
    let (found, failed) = sort(details);
    let mut adoptions = Adoptions::of(candidates);
    let upsert = |(key, detail)| {
        let stored = known.get(&key).map(|stored| stored.message_id.clone());
        let id = stored.or_else(|| adoptions.adopt_item(Seen::item(&detail))).unwrap_or_else(&mut fresh);
        from_detail(folder, tier, detail, id)
    };
    Plan { upserts: found.into_iter().map(upsert).collect(), failed, ..Plan::default() }
}

/// Whether a row's time can be relied on to say what is held; a row without one says nothing.
pub(super) fn is_exact(row: &ListRow) -> bool {
    row.received.is_none_or(|received| received.precision == Precision::Second)
}

#[cfg(test)]
mod tests;
