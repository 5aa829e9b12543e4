//! What we knew + what we saw -> what to write. Pure.
//!
//! One message is one row, whichever tier saw it: an item's key decides; a row without a stored key is matched with a
//! stored message of the same conversation and folder that has the same subject and lies in the same interval of time.

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
    /// Items that the page named and of which this tier cannot say anything.
    pub(super) unseen: usize,
    /// Rows that stand for a message that was not stored.
    pub(super) new_rows: u32,
    /// Rows at the page's end that stand for messages that were.
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
    page.rows.iter().filter(move |row| !is_before(row, horizon) || stored(row))
}

/// Whether all that a row stands for came before `horizon`: a conversation's time is that of its newest message.
fn is_before(row: &ListRow, horizon: DateTime<Utc>) -> bool {
    row.received.is_some_and(|received| received.at + received.precision.width() <= horizon)
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
    let mut adopted = HashSet::new();
    let mut plan = Plan { failed, ..Plan::default() };
    let lost: HashSet<ItemKey> = plan.failed.iter().map(|failure| failure.key.clone()).collect();
    for row in rows_of_history(page, known, horizon) {
        let stored = row.key.as_ref().and_then(|key| known.get(key)).map(|known| known.message_id.clone());
        let matched = stored.or_else(|| adopt(row, candidates, &mut adopted));
        plan.known_tail = if matched.is_some() { plan.known_tail + 1 } else { 0 };
        plan.new_rows += u32::from(matched.is_none());
        let detail = row.key.as_ref().and_then(|key| found.remove(key));
        plan.upserts.push(upsert(folder, page, row, detail, matched.unwrap_or_else(&mut fresh)));
        for key in row.others.iter().filter(|key| !known.contains_key(*key)) {
            match found.remove(key) {
                Some(detail) => {
                    let row = row_of(&detail);
                    if !is_before(&row, horizon) {
                        let id = adopt(&row, candidates, &mut adopted).unwrap_or_else(&mut fresh);
                        plan.upserts.push(from_detail(folder, page.tier, detail, id));
                    }
                }
                None if lost.contains(key) => {}
                None => plan.unseen += 1,
            }
        }
    }
    plan
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

/// An item as a list would show it, so that it is matched as a row is.
fn row_of(detail: &Detail) -> ListRow {
    ListRow {
        key: Some(detail.key.clone()),
        others: Vec::new(),
        change_key: detail.change_key.clone(),
        conversation_id: detail.conversation_id.clone(),
        subject: Some(detail.subject.clone()),
        from: detail.from.clone(),
        received: detail.received_at.map(|at| Instant { at, precision: Precision::Second }),
        is_read: Some(detail.is_read),
        has_attachments: Some(detail.has_attachments),
        preview: detail.preview.clone(),
    }
}

/// What the details of items come to that an earlier page had named and that could not be read then.
pub(super) fn settle(
    folder: Folder,
    tier: Tier,
    known: &HashMap<ItemKey, Known>,
    details: Details,
    mut fresh: impl FnMut() -> MessageId,
) -> Plan {
    let (found, failed) = sort(details);
    let upsert = |(key, detail)| {
        let id = known.get(&key).map_or_else(&mut fresh, |stored| stored.message_id.clone());
        from_detail(folder, tier, detail, id)
    };
    Plan { upserts: found.into_iter().map(upsert).collect(), failed, ..Plan::default() }
}

/// The one stored message that a row can only be; none where two fit, for a guess would join what is not one.
fn adopt(row: &ListRow, candidates: &[Candidate], adopted: &mut HashSet<MessageId>) -> Option<MessageId> {
    let mut fitting =
        candidates.iter().filter(|stored| fits(row, stored) && !adopted.contains(&stored.message_id));
    let only = fitting.next().filter(|_| fitting.next().is_none())?;
    adopted.insert(only.message_id.clone());
    Some(only.message_id.clone())
}

fn fits(row: &ListRow, stored: &Candidate) -> bool {
    let same_conversation = row.conversation_id.as_deref() == Some(&stored.conversation_id);
    let free = row.key.as_ref().is_none_or(|key| !stored.families.contains(&key.family));
    same_conversation && free && same_topic(row, stored) && same_time(row.received, stored.received)
}

fn same_time(row: Option<Instant>, stored: Option<Instant>) -> bool {
    let (Some(row), Some(stored)) = (row, stored) else { return false };
    row.at < stored.at + stored.precision.width() && stored.at < row.at + row.precision.width()
}

fn same_topic(row: &ListRow, stored: &Candidate) -> bool {
    match (&row.subject, &stored.subject) {
        // For an empty subject the page shows words of its own language.
        (Some(row), Some(stored)) => {
            let (row, stored) = (topic(row), topic(stored));
            row == stored || row.is_empty() || stored.is_empty()
        }
        (None, _) | (_, None) => true,
    }
}

/// A subject without its `Re:` and `Fwd:` in any language: a conversation's topic has none, its messages do.
fn topic(subject: &str) -> &str {
    let mut rest = subject.trim();
    while let Some((prefix, tail)) = rest.split_once([':', '：']) {
        let letters = prefix.trim_end();
        if letters.is_empty() || letters.chars().count() > 3 || !letters.chars().all(char::is_alphabetic) {
            break;
        }
        rest = tail.trim_start();
    }
    rest
}

/// Whether a row's time can be relied on to say what is held; a row without one says nothing.
pub(super) fn is_exact(row: &ListRow) -> bool {
    row.received.is_none_or(|received| received.precision == Precision::Second)
}

#[cfg(test)]
mod tests;
