//! Who items are, as far as that is known before they are read whole. Pure.

use super::Ground;
use super::counterparts::{self, Recognised};
use crate::model::{Depth, FolderId, Instant, ItemError, ItemKey, Looked, MessageId, Sight};
use crate::store::Counterpart;
use chrono::{DateTime, Utc};
use std::collections::{HashMap, HashSet};

/// What is known of items that came as bare rows.
#[derive(Debug, Default)]
pub(in crate::sync) struct Introduced {
    /// All but their bodies.
    pub(super) headers: HashMap<ItemKey, Sight>,
    /// The stored messages that some of them are.
    stored: HashMap<ItemKey, Recognised>,
    /// Those of which nothing is to be had, and why.
    unread: HashMap<ItemKey, ItemError>,
    /// Stored messages that the others may be.
    left: Vec<Counterpart>,
}

impl Introduced {
    /// With what came of their headers.
    pub(in crate::sync) fn of(looked: Vec<Looked>) -> Self {
        let mut introduced = Self::default();
        for (key, looked) in looked {
            match looked {
                Ok(sight) => drop(introduced.headers.insert(key, sight)),
                Err(error) => drop(introduced.unread.insert(key, error)),
            }
        }
        introduced
    }

    /// Those of which it is known who they are.
    pub(in crate::sync) fn all(&self) -> Vec<&Sight> {
        self.headers.values().collect()
    }

    /// Recognises them among stored messages that are free.
    pub(in crate::sync) fn meet(&mut self, folder: &FolderId, free: Vec<Counterpart>) {
        self.left = free;
        let mut seen: Vec<_> = self.headers.values().collect();
        seen.sort_by_key(|sight| sight.received.map(|received| received.at));
        self.stored = counterparts::pair(&seen, folder, &mut self.left);
    }

    /// Nothing but stored messages that are free.
    pub(in crate::sync) fn among(free: Vec<Counterpart>) -> Self {
        Self { left: free, ..Self::default() }
    }

    /// The same once more of those that were doubtful, with what they say as a whole.
    pub(in crate::sync) fn meet_whole(&mut self, folder: &FolderId, looked: &[Looked]) {
        if self.left.is_empty() {
            return;
        }
        let is_new = |key: &ItemKey| !self.stored.contains_key(key);
        let whole = looked.iter().filter(|(key, _)| is_new(key)).filter_map(|(_, one)| one.as_ref().ok());
        let whole: Vec<_> = whole.collect();
        self.stored.extend(counterparts::pair(&whole, folder, &mut self.left));
    }

    /// The same of those that say themselves who they are.
    pub(in crate::sync) fn meet_these(
        &mut self,
        folder: &FolderId,
        seen: &[&Sight],
        mut free: Vec<Counterpart>,
    ) {
        self.stored.extend(counterparts::pair(seen, folder, &mut free));
    }

    /// What came of those of which nothing is to be had.
    pub(in crate::sync) fn take_unread(&mut self) -> Vec<Looked> {
        std::mem::take(&mut self.unread).into_iter().map(|(key, error)| (key, Err(error))).collect()
    }

    /// The stored message that an item is, where it was recognised.
    pub(super) fn is(&self, key: &ItemKey) -> Option<MessageId> {
        self.stored.get(key).map(|recognised| recognised.message_id.clone())
    }

    /// Whether an item without a stored key is to be read: neither is its message stored, nor did it come before the
    /// history, nor is it out of reach.
    pub(super) fn is_wanted(&self, key: &ItemKey, horizon: DateTime<Utc>) -> bool {
        if let Some(recognised) = self.stored.get(key) {
            return recognised.depth < Depth::Whole;
        }
        let is_old = self.headers.get(key).is_some_and(|sight| is_before(sight.received, horizon));
        !is_old && !self.unread.contains_key(key)
    }
}

impl Ground<'_> {
    /// The items that came as bare rows and are not stored: who they are is to be found out first.
    pub(in crate::sync) fn strangers(&self, sights: &[Sight]) -> Vec<ItemKey> {
        let mut asked: HashSet<&ItemKey> = self.passed_over.iter().chain(self.known.keys()).collect();
        let bare = sights.iter().filter(|sight| sight.is_bare() && self.matters(sight));
        bare.filter_map(|sight| sight.key.as_ref()).filter(|key| asked.insert(key)).cloned().collect()
    }
}

/// Whether all of the interval lies before the history.
pub(super) fn is_before(received: Option<Instant>, horizon: DateTime<Utc>) -> bool {
    received.is_some_and(|received| end_of(received) <= horizon)
}

pub(super) fn end_of(interval: Instant) -> DateTime<Utc> {
    interval.at + interval.precision.width()
}
