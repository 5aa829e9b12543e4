//! A pass over the accounts that are due, one after the other.

use super::turn::{self, Turn, TurnEnd};
use super::{Cycle, Failure, change};
use crate::error::Classify;
use crate::model::{
    AccountId, AccountOutcome, AuditAction, AuditEntry, CycleReport, Guest, Part, Road, Trigger,
};
use crate::oauth::opens_mail;
use crate::store::{Claim, StoreError};
use chrono::{DateTime, Utc};
use std::collections::HashSet;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

impl Cycle {
    /// Reads one due account after the other into the report, until none is left or something ends the cycle.
    pub(super) async fn accounts(
        &self,
        report: &mut CycleReport,
        stop: &CancellationToken,
    ) -> Result<(), Failure> {
        let holder = self.holder()?;
        let limit = self.settings.part_limit;
        // Each part has the limit for itself, and what comes after it some more.
        let lease = limit + Part::ALL.map(|_| limit).into_iter().sum::<Duration>();
        let end = report.started_at + self.settings.cycle_limit;
        self.bring_forward().await?;
        self.try_again(report).await?;
        self.try_new_credential().await?;
        self.begin_contacts().await?;
        self.begin_mail().await?;
        let mut taken = HashSet::new();
        while let Some(mut claim) = self.claim(&holder, report.started_at, lease).await? {
            if stop.is_cancelled() || self.clock.now() >= end {
                Turn { cycle: self, id: &report.id, claim: &claim, stop }.give_back().await?;
                // Nobody who only has more to read was left out.
                report.interrupted = stop.is_cancelled() || claim.was_due(report.started_at);
                break;
            }
            // What is due again before the cycle ends, as where its result was dropped, is the next one's.
            if !taken.insert(claim.account.id.clone()) {
                Turn { cycle: self, id: &report.id, claim: &claim, stop }.give_back().await?;
                break;
            }
            self.try_road(&mut claim, stop).await?;
            let turn = Turn { cycle: self, id: &report.id, claim: &claim, stop };
            let mut outcome = AccountOutcome::new(&claim.account);
            let end = turn.take(&mut outcome).await;
            report.accounts.extend(Some(outcome).filter(|outcome| !outcome.parts.is_empty()));
            match end? {
                TurnEnd::Over | TurnEnd::Lost => {}
                TurnEnd::Stopped => {
                    report.interrupted = true;
                    break;
                }
            }
        }
        self.finish_deletions(stop).await
    }

    /// Has the account's turn go by another road, where somebody wants that. Should a fault of the machine be this account's
    /// after all, the next cycle begins with another one.
    async fn try_road(&self, claim: &mut Claim, stop: &CancellationToken) -> Result<(), Failure> {
        match change::take(self, claim, stop).await {
            // The turn meets it too.
            Err(failure) if failure.meaning.code == StoreError::LeaseLost.meaning().code => Ok(()),
            Err(failure) => {
                let _ = self.store.postpone(claim, self.clock.now() + turn::BEHIND).await;
                Err(failure)
            }
            Ok(()) => Ok(()),
        }
    }

    /// Who runs a cycle by hand wants to know whether a fault of the machine is mended: the account at which the
    /// last cycle met it is due again, although it stands behind the others.
    async fn try_again(&self, report: &CycleReport) -> Result<(), Failure> {
        if report.trigger == Trigger::Once && self.store.last_fault().await?.is_some() {
            let began = report.started_at;
            self.store.hasten(began + turn::BEHIND, began).await?;
        }
        Ok(())
    }

    /// Whoever signed in by OAuth before this program read contacts has theirs read from now on; a guest has none there.
    async fn begin_contacts(&self) -> Result<(), Failure> {
        if self.contacts.is_none() {
            return Ok(());
        }
        for id in self.store.connected_before(Part::Contacts).await? {
            let grant = self.store.grant(&id).await?;
            if grant.is_some_and(|grant| Guest::of(&grant.given.login).is_none()) {
                self.store.schedule(&id, Part::Contacts, self.clock.now()).await?;
            }
        }
        Ok(())
    }

    /// Whoever signed in by OAuth so that their mail can be read, and has it read on no road, has it read by that.
    async fn begin_mail(&self) -> Result<(), Failure> {
        if self.graph.is_none() {
            return Ok(());
        }
        for id in self.store.without_road().await? {
            let grant = self.store.grant(&id).await?;
            if grant.is_some_and(|grant| opens_mail(&grant.given)) {
                self.store.take_graph(&id, &self.road_taken(&id)).await?;
            }
        }
        Ok(())
    }

    fn road_taken(&self, id: &AccountId) -> AuditEntry {
        let (account, detail) = (Some(id.clone()), Some(Road::Graph.as_str().to_owned()));
        AuditEntry {
            account,
            detail,
            ..AuditEntry::new(self.clock.now(), "outlook-syncd", AuditAction::RoadTaken)
        }
    }

    /// Last, for it may take long; cut short, it goes on in the next cycle.
    async fn finish_deletions(&self, stop: &CancellationToken) -> Result<(), Failure> {
        tokio::select! {
            finished = self.store.finish_deletions() => Ok(finished?),
            () = stop.cancelled() => Ok(()),
        }
    }

    /// Claims an account that was due when the cycle began, else one that has more to read. One that becomes
    /// due while it runs waits for the next cycle, also where the clock was set back meanwhile, and until
    /// then nobody goes on.
    async fn claim(
        &self,
        holder: &str,
        started_at: DateTime<Utc>,
        lease: Duration,
    ) -> Result<Option<Claim>, Failure> {
        let now = self.clock.now();
        Ok(self.store.claim(holder, started_at.min(now), now, lease).await?)
    }
}
