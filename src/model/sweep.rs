//! A sweep: a folder's list gone through by ids and versions alone, which proves that nothing is missing.

use super::{ItemKey, Position, Sight};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// An item of a folder's list, by its id and version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdRow {
    /// Its id.
    pub key: ItemKey,
    /// Its version; a different one means that something changed.
    pub change_key: Option<String>,
    /// When it arrived, which the list is in the order of.
    pub received: Option<DateTime<Utc>>,
    /// Whether it is a message, as far as the list says.
    pub is_mail: bool,
}

impl IdRow {
    /// What a row says of it; `None` where only the page has shown it.
    pub(crate) fn of(row: &Sight) -> Option<Self> {
        let received = row.received.map(|received| received.at);
        let (key, change_key) = (row.key.clone()?, row.change_key.clone());
        Some(Self { key, change_key, received, is_mail: row.is_mail() })
    }
}

/// A page of a folder's list by ids and versions, the newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdPage {
    /// The items.
    pub rows: Vec<IdRow>,
    /// How many items the server says that the whole list has.
    pub total: Option<i64>,
    /// Whether the server says that the list ends here.
    pub is_last: bool,
}

/// What a sweep came to, so far or in all.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SweepTally {
    /// Messages that were not stored.
    pub found: u64,
    /// Messages of which something differed: read, flagged, moved here, back again.
    pub changed: u64,
    /// Messages that were held here and are not in the list.
    pub missing: u64,
}

/// The last item that a sweep has seen, to which what it reads next has to be joined.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seam {
    /// Its id.
    pub key: ItemKey,
    /// No item below it is newer; `None` where the list does not say it.
    pub received: Option<DateTime<Utc>>,
    /// How many rows the list had down to it, with it.
    pub end: u32,
}

/// A sweep that is under way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sweep {
    /// When it began.
    pub began: DateTime<Utc>,
    /// Where the next page begins.
    pub next: Position,
    /// `None` while nothing was read.
    pub seam: Option<Seam>,
    /// Whether the next page is a step back, for mail that left the list above.
    pub is_back: bool,
    /// What it came to so far.
    pub tally: SweepTally,
}

impl Sweep {
    /// One that begins.
    #[must_use]
    pub fn new(began: DateTime<Utc>) -> Self {
        let (next, tally) = (Position::default(), SweepTally::default());
        Self { began, next, seam: None, is_back: false, tally }
    }
}

/// A sweep that went down to the history's beginning.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Swept {
    /// When it began.
    pub began: DateTime<Utc>,
    /// When it ended: a column of its own.
    #[serde(skip)]
    pub ended: DateTime<Utc>,
    /// What it came to.
    #[serde(flatten)]
    pub tally: SweepTally,
    /// How many rows the list had down to its end.
    pub listed: u32,
    /// How many the server counted, where the list was read down to its own end and not to the history's.
    pub counted: Option<i64>,
}

/// Where the sweeps of a folder stand.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SweepState {
    /// How many more items the server counts than are stored: those from before the history, and what could
    /// not be read. More than that is mail that was not seen. `None` before the first sweep.
    pub unheld: Option<i64>,
    /// Since when the server's count asks for a sweep.
    pub wanted_since: Option<DateTime<Utc>>,
    /// The one that is under way.
    pub under_way: Option<Sweep>,
    /// The last one that came to its end.
    pub last: Option<Swept>,
}
