//! What a cycle did: one value, shown to people and serialised for machines.

use super::{AccountId, CycleId, Folder, LastError, Tier};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// What began a cycle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trigger {
    /// The daemon: its schedule, or a row that became due.
    Daemon,
    /// `outlook-syncd --once`.
    Once,
}

impl Trigger {
    /// The word in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Daemon => "daemon",
            Self::Once => "once",
        }
    }
}

/// What a cycle did in one folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FolderCount {
    /// Which.
    pub folder: Folder,
    /// How its pages were had, the last one counting.
    pub tier: Option<Tier>,
    /// List rows read.
    pub seen: u64,
    /// Messages that were new.
    pub new: u64,
    /// Messages that had changed.
    pub changed: u64,
    /// Items that could not be read and went to the ledger.
    pub failed: u64,
    /// Messages that we hold in this folder afterwards.
    pub held: u64,
}

impl FolderCount {
    /// Nothing read yet.
    #[must_use]
    pub fn new(folder: Folder) -> Self {
        Self { folder, tier: None, seen: 0, new: 0, changed: 0, failed: 0, held: 0 }
    }
}

/// What a cycle did for one account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AccountOutcome {
    /// Whose.
    pub account_id: AccountId,
    /// What a person calls it: the address, else the login.
    pub name: String,
    /// Per folder.
    pub folders: Vec<FolderCount>,
    /// What went wrong, if anything.
    pub error: Option<LastError>,
    /// How long it took.
    pub millis: u64,
}

/// What a cycle did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CycleReport {
    /// Ours.
    pub id: CycleId,
    /// What began it.
    pub trigger: Trigger,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// When it ended.
    pub finished_at: DateTime<Utc>,
    /// Each account that was due.
    pub accounts: Vec<AccountOutcome>,
    /// Whether it was asked to stop before all due accounts were read.
    pub interrupted: bool,
}

impl CycleReport {
    /// The worst disposition of its accounts; `None` when all went well.
    #[must_use]
    pub fn worst(&self) -> Option<crate::error::Disposition> {
        self.accounts.iter().filter_map(|account| account.error.as_ref()).map(|error| error.disposition).max()
    }
}
