//! What a cycle did: one value, shown to people and serialised for machines.

use super::{Account, AccountId, CycleId, Folder, Import, LastError, Part};
use crate::error::{Disposition, Exit};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use utoipa::ToSchema;

words! {
    /// What began a cycle.
    pub enum Trigger {
        /// The daemon: its schedule, or a row that became due.
        Daemon = "daemon",
        /// `outlook-syncd --once`.
        Once = "once",
    }
}

/// What a cycle did in one folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FolderCount {
    /// The folder that was read.
    #[serde(flatten)]
    pub folder: Folder,
    /// The road's word for how its last batch was had; `None` while none was.
    #[serde(rename = "tier")]
    pub seen_by: Option<Cow<'static, str>>,
    /// Whether all of its batches left nothing out.
    #[serde(skip)]
    pub whole: bool,
    /// Sights read, each row of each batch.
    pub seen: u64,
    /// Messages that were new.
    pub new: u64,
    /// Those of them that are history, which is read back to its beginning: no news.
    pub history: u64,
    /// Those of them that only a sweep found.
    pub found: u64,
    /// Messages that had changed.
    pub changed: u64,
    /// Messages that are not where they were: moved to a folder that was not read yet, or removed.
    pub missing: u64,
    /// Items that could not be read and went to the ledger.
    pub failed: u64,
    /// Messages that we hold in this folder afterwards.
    pub held: u64,
}

impl FolderCount {
    /// Nothing read yet.
    #[must_use]
    pub fn new(folder: Folder) -> Self {
        Self {
            folder,
            seen_by: None,
            whole: true,
            seen: 0,
            new: 0,
            history: 0,
            found: 0,
            changed: 0,
            missing: 0,
            failed: 0,
            held: 0,
        }
    }

    /// How many messages that were new are news.
    #[must_use]
    pub fn news(&self) -> u64 {
        self.new - self.history
    }

    /// The word for how an account's folders were had: of one that was not had whole, else of the first.
    #[must_use]
    pub fn read_by(counts: &[Self]) -> Option<&str> {
        let read = counts.iter().filter(|count| count.seen_by.is_some());
        read.min_by_key(|count| count.whole)?.seen_by.as_deref()
    }
}

/// What a turn did of one part of an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PartOutcome {
    /// The part that was due.
    pub part: Part,
    /// What went wrong, if anything.
    pub error: Option<LastError>,
    /// What is to be told although it was read.
    pub warning: Option<LastError>,
    /// How far its history is read, where not all of it is.
    #[serde(rename = "importing")]
    pub import: Option<Import>,
    /// How long it took.
    pub millis: u64,
}

/// What a cycle did for one account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AccountOutcome {
    /// The account's id.
    pub account_id: AccountId,
    /// What a person calls it: the address, else the login.
    pub name: String,
    /// What was read of its mail, per folder.
    pub folders: Vec<FolderCount>,
    /// The parts that were due and came to an end, each for itself.
    pub parts: Vec<PartOutcome>,
    /// What went wrong with its parts, the worst of it, if anything.
    pub error: Option<LastError>,
    /// How long its parts took.
    pub millis: u64,
}

impl AccountOutcome {
    /// That of a turn that begins.
    #[must_use]
    pub fn new(account: &Account) -> Self {
        Self {
            account_id: account.id.clone(),
            name: account.name().into_owned(),
            folders: Vec::new(),
            parts: Vec::new(),
            error: None,
            millis: 0,
        }
    }

    /// Adds what came of a part.
    pub fn ended(&mut self, part: PartOutcome) {
        let before = self.error.as_ref().map(|error| error.disposition);
        if part.error.as_ref().map(|error| error.disposition) > before {
            self.error.clone_from(&part.error);
        }
        self.millis += part.millis;
        self.parts.push(part);
    }
}

/// What a cycle did, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RecordedCycle {
    /// Its report. Of accounts in which nothing happened it tells nothing.
    #[serde(flatten)]
    pub report: CycleReport,
    /// How many accounts those were.
    pub quiet: u64,
}

/// What a cycle did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CycleReport {
    /// Its id, by which cycles sort by age.
    pub id: CycleId,
    /// What began it.
    pub trigger: Trigger,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// When it ended.
    pub finished_at: DateTime<Utc>,
    /// Each account of which a part came to an end.
    pub accounts: Vec<AccountOutcome>,
    /// Whether it was asked to stop before all due accounts were read.
    pub interrupted: bool,
    /// What ended it early: a fault of this machine, charged to no account. The accounts that it did not come
    /// to stay due.
    pub fault: Option<LastError>,
}

impl CycleReport {
    /// That of a cycle that begins.
    #[must_use]
    pub fn new(trigger: Trigger, started_at: DateTime<Utc>) -> Self {
        Self {
            id: CycleId::new(started_at),
            trigger,
            started_at,
            finished_at: started_at,
            accounts: Vec::new(),
            interrupted: false,
            fault: None,
        }
    }

    /// The worst disposition of its accounts and of its fault; `None` when all went well. Accounts that an
    /// interrupted cycle left unread count as `Retry`: the next one reads them.
    #[must_use]
    pub fn worst(&self) -> Option<Disposition> {
        let worst = self.worst_error().map(|error| error.disposition);
        worst.max(self.interrupted.then_some(Disposition::Retry))
    }

    /// What a run ends with that was this cycle.
    #[must_use]
    pub fn exit(&self) -> Exit {
        let interrupted = if self.interrupted { Exit::Retry } else { Exit::Success };
        self.worst_error().map_or(interrupted, LastError::exit)
    }

    fn worst_error(&self) -> Option<&LastError> {
        let errors = self.accounts.iter().filter_map(|account| account.error.as_ref()).chain(&self.fault);
        errors.max_by_key(|error| error.disposition)
    }
}

#[cfg(test)]
mod tests;
