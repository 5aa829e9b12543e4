//! Policy: the only module that knows the order of things. A cycle takes no input but the database.

pub mod coverage;
mod error;
mod failure;
pub mod health;
mod mail;
mod merge;
pub mod schedule;
mod settings;
pub mod sources;
pub mod standing;
mod turn;

pub use error::SyncError;
pub use failure::Failure;
pub use settings::Settings;

use crate::clock::Clock;
use crate::lock::{self, Attempt, Held, LockError};
use crate::model::{CycleReport, FolderCount, LastError, Trigger};
use crate::oauth::OAuth;
use crate::owa::Owa;
use crate::store::Store;
use crate::strongbox::Strongbox;
use std::collections::HashSet;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::sync::{Notify, watch};
use tokio_util::sync::CancellationToken;

/// Why a cycle did not run.
#[derive(Debug)]
pub enum NotRun {
    /// Another process runs one.
    Held(Held),
    /// It could not begin, or not go on at all.
    Failed(Failure),
}

impl<E> From<E> for NotRun
where
    Failure: From<E>,
{
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

/// Told after every page: whose, and how far.
pub type Progress = Arc<dyn Fn(&str, &FolderCount) + Send + Sync>;

/// Everything a cycle needs, and the handles by which others follow it.
pub struct Engine {
    /// The database.
    pub store: Store,
    /// Sealed sessions.
    pub strongbox: Strongbox,
    /// Outlook on the web.
    pub owa: Owa,
    /// Sign-in by OAuth, and its tokens.
    pub oauth: OAuth,
    /// The time.
    pub clock: Clock,
    /// When, how far back and how long.
    pub settings: Settings,
    /// Held while a cycle runs.
    pub lock_file: PathBuf,
    /// Told after every page.
    pub progress: Progress,
    /// Wakes the loop.
    pub wake: Notify,
    /// The report of this process's last cycle.
    pub last: watch::Sender<Option<Arc<CycleReport>>>,
    /// What keeps every account from being read, while it does.
    pub fault: watch::Sender<Option<LastError>>,
}

impl Engine {
    /// Runs one cycle: every due account, strictly one after the other, under the lock.
    ///
    /// # Errors
    /// `Held` when another process runs one; `Failed` when it could not begin. What goes wrong with one account, or ends the cycle
    /// for all, stands in the report.
    pub async fn cycle(&self, trigger: Trigger, stop: &CancellationToken) -> Result<CycleReport, NotRun> {
        let started_at = self.clock.now();
        let _guard = match lock::try_lock(&self.lock_file, "a cycle", started_at)? {
            Attempt::Taken(guard) => guard,
            Attempt::Held(held) => return Err(NotRun::Held(held)),
        };
        let mut report = CycleReport::new(trigger, started_at);
        if let Err(failure) = self.accounts(&mut report, stop).await {
            report.fault = Some(failure.at(self.clock.now()));
        }
        report.finished_at = self.clock.now();
        if let Err(error) = self.store.record_cycle(&report).await {
            report.fault.get_or_insert(Failure::from(error).at(report.finished_at));
        }
        self.last.send_replace(Some(Arc::new(report.clone())));
        Ok(report)
    }

    /// One name for all cycles of this installation: the lock makes sure that there is one at a time, and the leases of
    /// one that was killed are taken back at once.
    ///
    /// # Errors
    /// When the file that keeps the name cannot be read or made.
    pub fn holder(&self) -> Result<String, LockError> {
        lock::instance(&self.lock_file.with_extension("instance"))
    }

    /// Reads one due account after the other into the report, until none is left or something ends the cycle.
    async fn accounts(&self, report: &mut CycleReport, stop: &CancellationToken) -> Result<(), Failure> {
        let holder = self.holder()?;
        let lease = self.settings.account_limit * 2;
        let end = report.started_at + self.settings.cycle_limit;
        // Due at the beginning: an account that becomes due while the cycle runs waits for the next one.
        let mut lost = HashSet::new();
        while let Some(claim) = self.store.claim(&holder, report.started_at, self.clock.now(), lease).await? {
            if stop.is_cancelled() || self.clock.now() >= end {
                turn::give_back(self, &claim).await?;
                report.interrupted = true;
                break;
            }
            // Whose result was dropped is read by the next cycle: in this one it would be dropped again.
            if lost.contains(&claim.account.id) {
                turn::give_back(self, &claim).await?;
                break;
            }
            match turn::take(self, &claim, stop).await? {
                ControlFlow::Continue(None) => {
                    lost.insert(claim.account.id);
                }
                ControlFlow::Continue(outcome) => report.accounts.extend(outcome),
                ControlFlow::Break(()) => {
                    report.interrupted = true;
                    break;
                }
            }
        }
        Ok(())
    }
}
