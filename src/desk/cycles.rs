//! Cycles, for an operator: when the next one is due, what the last one came to, and which machines read.

use super::Desk;
use super::error::Result;
use crate::lock::presence::Presence;
use crate::model::{AccountId, LastError};
use crate::sync::Failure;
use chrono::{DateTime, Utc};
use serde::Deserialize;

/// The report of a cycle, as far as it is shown.
#[derive(Debug, Clone, Deserialize)]
pub struct CycleSeen {
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// When it ended.
    pub finished_at: DateTime<Utc>,
    /// What ended it early for all accounts.
    #[serde(default)]
    pub fault: Option<LastError>,
    /// How many accounts were read and had nothing new.
    #[serde(default)]
    pub quiet: u64,
    /// What it did for the others.
    #[serde(default)]
    pub accounts: Vec<OutcomeSeen>,
}

/// What a cycle did for one account.
#[derive(Debug, Clone, Deserialize)]
pub struct OutcomeSeen {
    /// The account.
    pub account_id: AccountId,
    /// What a person calls it.
    pub name: String,
    /// What went wrong, the worst of it.
    pub error: Option<LastError>,
    /// How long it took.
    pub millis: u64,
    /// What was read, per folder.
    #[serde(default)]
    pub folders: Vec<FolderOutcome>,
}

impl OutcomeSeen {
    /// Messages that were new.
    #[must_use]
    pub fn found(&self) -> u64 {
        self.folders.iter().map(|folder| folder.new).sum()
    }

    /// Messages that had changed.
    #[must_use]
    pub fn changed(&self) -> u64 {
        self.folders.iter().map(|folder| folder.changed).sum()
    }

    /// How long it took, in seconds with a tenth.
    #[must_use]
    pub fn seconds(&self) -> String {
        format!("{}.{}", self.millis / 1000, self.millis % 1000 / 100)
    }
}

/// What a cycle read of one folder.
#[derive(Debug, Clone, Copy, Deserialize)]
pub struct FolderOutcome {
    /// Messages that were new.
    pub new: u64,
    /// Messages that had changed.
    pub changed: u64,
}

/// A machine that has accounts, or had them last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Machine {
    /// The name of its installation.
    pub holder: String,
    /// How many accounts it reads.
    pub accounts: u64,
    /// Whether it is the one that answers.
    pub is_this: bool,
}

/// Where the work stands.
#[derive(Debug)]
pub struct CyclesSeen {
    /// When the next account is due that this machine may read; `None` while none is.
    pub next: Option<DateTime<Utc>>,
    /// Since when a cycle runs on this machine; `None` while none does.
    pub running_since: Option<DateTime<Utc>>,
    /// The last one.
    pub last: Option<CycleSeen>,
    /// The daemon that runs on this state directory.
    pub daemon: Option<Presence>,
    /// Which machines read.
    pub machines: Vec<Machine>,
}

impl Desk {
    /// Where the work stands, of all accounts.
    ///
    /// # Errors
    /// Those of the database and of the state directory.
    pub async fn cycles(&self) -> Result<CyclesSeen, Failure> {
        let last = self.store.last_cycle().await?.map(serde_json::from_value);
        let own = self.cycle.holder()?;
        let machines = self.store.holders().await?.into_iter();
        let machine =
            |(holder, accounts): (String, u64)| Machine { is_this: holder == own, holder, accounts };
        Ok(CyclesSeen {
            next: self.cycle.next_due().await?,
            running_since: self.cycle.running()?.and_then(|held| held.since),
            // One that a newer version has written is not shown.
            last: last.and_then(std::result::Result::ok),
            daemon: self.daemon()?,
            machines: machines.map(machine).collect(),
        })
    }
}
