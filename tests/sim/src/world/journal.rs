//! What happened, in order.

use chrono::{DateTime, Utc};

/// What befell an item in a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum What {
    /// It was made there.
    Made,
    /// It was moved there.
    Arrived,
    /// These members were changed.
    Edited(Vec<String>),
    /// It was moved away or deleted; this was its id there.
    Left { id: String },
}

/// One change of an item.
#[derive(Clone, Debug)]
pub(crate) struct Change {
    pub(crate) at: DateTime<Utc>,
    pub(crate) key: u64,
    pub(crate) folder: usize,
    pub(crate) what: What,
}

/// Entries, numbered from 1.
pub(crate) struct Journal<T>(Vec<T>);

impl<T> Default for Journal<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Journal<T> {
    /// Returns the number of the entry.
    pub(crate) fn log(&mut self, entry: T) -> u64 {
        self.0.push(entry);
        self.last()
    }

    /// The number of the last entry; 0 while there is none.
    pub(crate) fn last(&self) -> u64 {
        self.0.len() as u64
    }

    /// The entries behind number `from` up to number `to`, with their numbers.
    pub(crate) fn between(&self, from: u64, to: u64) -> impl Iterator<Item = (u64, &T)> {
        let span = usize::try_from(from).unwrap_or(usize::MAX)..usize::try_from(to).unwrap_or(usize::MAX);
        let entries = self.0.get(span).unwrap_or_default();
        (from + 1..).zip(entries)
    }
}

impl Journal<Change> {
    /// The number of the last change that is not younger than `at`.
    pub(crate) fn settled(&self, at: DateTime<Utc>) -> u64 {
        let young = self.0.iter().rev().take_while(|change| change.at > at).count();
        (self.0.len() - young) as u64
    }
}
