//! Folders, and which stretches of time of a folder we hold completely.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

words! {
    /// A folder of the mailbox, by Exchange's distinguished id.
    #[derive(PartialOrd, Ord)]
    pub enum Folder {
        /// `inbox`
        Inbox = "inbox",
        /// `sentitems`
        SentItems = "sentitems",
    }
}

/// A stretch of time, open at its start, closed at its end: `after < t <= until`.
///
/// Open at the start because several messages of one instant may lie on both sides of a page boundary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// Not included.
    pub after: DateTime<Utc>,
    /// Included.
    pub until: DateTime<Utc>,
}

/// The stretches of a folder's time that we hold completely: disjoint, newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Coverage {
    /// Use `sync::coverage` to change them.
    pub spans: Vec<Span>,
}

/// What we know of one folder of one account: a part of the OutlookSyncState.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FolderState {
    /// Which folder.
    pub folder: Folder,
    /// Its id on the server, where known.
    pub remote_id: Option<String>,
    /// How many items the server says it holds.
    pub server_total: Option<i64>,
    /// Opaque: where reading got to.
    pub cursor: Option<String>,
    /// What we hold completely.
    pub coverage: Coverage,
    /// When it was last read to the end without an error.
    pub last_success_at: Option<DateTime<Utc>>,
}

impl FolderState {
    /// A folder that was never read.
    #[must_use]
    pub fn new(folder: Folder) -> Self {
        Self {
            folder,
            remote_id: None,
            server_total: None,
            cursor: None,
            coverage: Coverage::default(),
            last_success_at: None,
        }
    }
}
