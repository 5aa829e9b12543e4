//! What a cycle did: one value, shown to people and serialised for machines.

use super::{AccountId, CycleId, Folder, LastError, Tier};
use crate::error::Disposition;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

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
    /// What ended it early: a fault of this machine, charged to no account. The accounts that it did not come to stay due.
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

    /// The worst disposition of its accounts and of its fault; `None` when all went well. Accounts that an interrupted cycle
    /// left unread count as `Retry`: the next one reads them.
    #[must_use]
    pub fn worst(&self) -> Option<Disposition> {
        let errors = self.accounts.iter().filter_map(|account| account.error.as_ref()).chain(&self.fault);
        errors.map(|error| error.disposition).chain(self.interrupted.then_some(Disposition::Retry)).max()
    }

    /// The exit code of a run that was this cycle.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        self.worst().map_or(0, Disposition::exit_code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::WhoseTurn;

    fn report(dispositions: &[Option<Disposition>], interrupted: bool) -> CycleReport {
        let at = DateTime::UNIX_EPOCH;
        let error = |disposition| LastError {
            disposition,
            code: String::new(),
            message: String::new(),
            whose_turn: WhoseTurn::Nobody,
            hint: String::new(),
            at,
        };
        let outcome = |disposition: &Option<Disposition>| AccountOutcome {
            account_id: AccountId::new(at),
            name: String::new(),
            folders: Vec::new(),
            error: disposition.map(error),
            millis: 0,
        };
        let accounts = dispositions.iter().map(outcome).collect();
        CycleReport { accounts, interrupted, ..CycleReport::new(Trigger::Once, at) }
    }

    #[test]
    fn the_worst_account_says_the_exit_code_and_an_interrupted_cycle_is_to_be_repeated() {
        let needs_login = Some(Disposition::NeedsLogin);
        assert_eq!(report(&[], false).exit_code(), 0);
        assert_eq!(report(&[None], false).exit_code(), 0);
        assert_eq!(report(&[None, needs_login, Some(Disposition::Retry)], false).exit_code(), 77);
        assert_eq!(report(&[None], true).exit_code(), 75);
        assert_eq!(report(&[needs_login], true).exit_code(), 77);
    }
}
