//! Reading mail at once: accounts are made due, the loop is woken, and whoever wants to waits for what comes
//! of it.

use super::Desk;
use super::error::{DeskError, Result};
use super::health::told;
use crate::model::{
    Account, AccountId, Actor, AuditAction, AuditEntry, CycleReport, LastError, Part, PartState, Reach,
    SyncState,
};
use crate::sync::health::AccountHealth;
use chrono::{DateTime, Utc};
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// How often the rows are looked at while waiting.
const LOOK: Duration = Duration::from_secs(1);

/// Parts of accounts.
type Parts = HashSet<(AccountId, Part)>;

/// Accounts that were made due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MadeDue {
    /// Since when they are.
    pub at: DateTime<Utc>,
    /// How many can be read.
    pub accounts: u64,
}

/// A cycle of this process that was asked for. While it is kept, the loop runs one also when no account is
/// due.
#[derive(Debug)]
pub struct CycleAsked {
    /// When it was asked for: a cycle that began before is not the one.
    pub at: DateTime<Utc>,
    reports: watch::Receiver<Option<Arc<CycleReport>>>,
}

/// The turns that were waited for.
#[derive(Debug)]
pub struct TurnsRead {
    /// How each account does.
    pub accounts: Vec<AccountHealth>,
    /// The worst of what went wrong with what was waited for; `None` where nothing did.
    pub worst: Option<LastError>,
}

impl Desk {
    /// Makes the accounts within reach due, or one of them, and wakes the loop.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn make_due(&self, actor: &Actor, only: Option<&AccountId>) -> Result<MadeDue> {
        let at = self.clock.now();
        let (account, owner) = (only.cloned(), actor.reach.owner().map(str::to_owned));
        let line = AuditEntry::by(at, actor, AuditAction::SyncAsked);
        self.store.audit(&AuditEntry { account, owner, ..line }).await?;
        let accounts = self.store.make_due(&actor.reach, only, at).await?;
        self.cycle.wake();
        Ok(MadeDue { at, accounts })
    }

    /// Asks the loop of this process for a cycle over the accounts within reach.
    ///
    /// # Errors
    /// `Running` while one runs, here or in another process; those of the database.
    pub async fn ask_for_cycle(&self, actor: &Actor) -> Result<CycleAsked> {
        if let Some(held) = self.cycle.running()? {
            return Err(DeskError::Running(held));
        }
        // Subscribed before the loop is woken: the report cannot be missed.
        let asked = CycleAsked { at: self.clock.now(), reports: self.cycle.reports() };
        self.make_due(actor, None).await?;
        Ok(asked)
    }

    /// The report of the first cycle that began after it was asked for, as far as it is the actor's. `None`
    /// when the loop ends before.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn report(&self, actor: &Actor, mut asked: CycleAsked) -> Result<Option<CycleReport>> {
        let fresh = |report: &Option<Arc<CycleReport>>| {
            report.as_ref().is_some_and(|report| report.started_at >= asked.at)
        };
        let Ok(Some(report)) = asked.reports.wait_for(fresh).await.map(|report| report.clone()) else {
            return Ok(None);
        };
        let mut report = CycleReport::clone(&report);
        report.fault = report.fault.map(|fault| told(fault, &actor.reach));
        if actor.reach != Reach::Everyone {
            let own: HashSet<_> = self.accounts(actor).await?.into_iter().map(|account| account.id).collect();
            report.accounts.retain(|outcome| own.contains(&outcome.account_id));
        }
        Ok(Some(report))
    }

    /// Waits until the accounts that were made due at `asked`, all or one, have had their turns by the
    /// running daemon.
    ///
    /// # Errors
    /// `AtFault` when the daemon says that it can read none; those of the database.
    pub async fn turns(
        &self,
        actor: &Actor,
        only: Option<&AccountId>,
        asked: DateTime<Utc>,
    ) -> Result<TurnsRead> {
        // Once, at the beginning: a fault moves an account behind the others, and it is waited for all the
        // same.
        let states = self.store.states(&actor.reach).await?;
        let meant = states.iter().filter(|(account, _)| only.is_none_or(|only| *only == account.id));
        let wanted = meant.flat_map(|(_, state)| begun(state, asked)).collect();
        let read = self.ended(actor, &wanted, asked).await?;
        let failed =
            read.iter().flat_map(|(_, state)| waited_for(state, &wanted)).filter(|part| part.failures > 0);
        let errors = failed.filter_map(|part| part.last_error.clone());
        let worst = errors.max_by_key(|error| error.disposition);
        let mut accounts = Vec::new();
        for (account, state) in &read {
            accounts.push(self.card_of(account, state, self.cycle.settings()).await?);
        }
        Ok(TurnsRead { accounts, worst })
    }

    /// The states of the accounts of which a part is wanted, once each of these was tried after `asked`.
    async fn ended(
        &self,
        actor: &Actor,
        wanted: &Parts,
        asked: DateTime<Utc>,
    ) -> Result<Vec<(Account, SyncState)>> {
        loop {
            let mut states = self.store.states(&actor.reach).await?;
            states.retain(|(account, _)| wanted.iter().any(|(wanted, _)| *wanted == account.id));
            if !states.is_empty() && states.iter().all(|(_, state)| is_over(state, wanted, asked)) {
                return Ok(states);
            }
            // One from before may be mended: the daemon tries again within a minute.
            let daemon = self.daemon()?.filter(|daemon| daemon.fault_met_at.is_some_and(|at| at >= asked));
            if let Some(fault) = daemon.and_then(|daemon| daemon.fault) {
                return Err(DeskError::AtFault(fault));
            }
            self.clock.sleep(LOOK).await;
        }
    }
}

/// The parts of an account that were due when they were asked for, or have been tried since.
fn begun(state: &SyncState, asked: DateTime<Utc>) -> Vec<(AccountId, Part)> {
    let begun = state.parts.iter().filter(|part| part.is_due(asked) || part.last_attempt_at >= Some(asked));
    begun.map(|part| (state.account_id.clone(), part.part)).collect()
}

/// Whether a turn of each part that is waited for ended, well or not.
fn is_over(state: &SyncState, wanted: &Parts, asked: DateTime<Utc>) -> bool {
    waited_for(state, wanted).all(|part| part.has_ended(asked))
}

/// The parts of an account that are waited for.
fn waited_for<'a>(state: &'a SyncState, wanted: &Parts) -> impl Iterator<Item = &'a PartState> {
    state.parts.iter().filter(|part| wanted.contains(&(state.account_id.clone(), part.part)))
}
