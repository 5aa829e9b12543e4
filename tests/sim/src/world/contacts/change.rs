//! The order of changes.

use chrono::{DateTime, Utc};

use super::Book;

/// What befell a contact in a folder.
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

/// One change.
#[derive(Clone, Debug)]
pub(crate) struct Change {
    at: DateTime<Utc>,
    pub(crate) key: u64,
    pub(crate) folder: usize,
    pub(crate) what: What,
}

impl Book {
    /// Returns the number of the change, from 1.
    pub(super) fn log(&mut self, at: DateTime<Utc>, key: u64, folder: usize, what: What) -> u64 {
        self.changes.push(Change { at, key, folder, what });
        self.changes.len() as u64
    }

    /// The number of the last change that is not younger than `at`.
    pub(crate) fn settled(&self, at: DateTime<Utc>) -> u64 {
        let young = self.changes.iter().rev().take_while(|change| change.at > at).count();
        (self.changes.len() - young) as u64
    }

    /// The changes behind number `from` up to number `to`, with their numbers.
    pub(crate) fn changes(&self, from: u64, to: u64) -> impl Iterator<Item = (u64, &Change)> {
        let span = usize::try_from(from).unwrap_or(usize::MAX)..usize::try_from(to).unwrap_or(usize::MAX);
        let changes = self.changes.get(span).unwrap_or_default();
        (from + 1..).zip(changes)
    }

    pub(crate) fn last_folder_change(&self) -> u64 {
        self.folder_changes.len() as u64
    }

    /// The folders that changed behind number `from` up to number `to`.
    pub(crate) fn folder_changes(&self, from: u64, to: u64) -> impl Iterator<Item = (u64, usize)> {
        let span = usize::try_from(from).unwrap_or(usize::MAX)..usize::try_from(to).unwrap_or(usize::MAX);
        let changes = self.folder_changes.get(span).unwrap_or_default();
        (from + 1..).zip(changes.iter().copied())
    }
}
