//! Messages that are sent: never twice.
//!
//! ```text
//! queued ── committed as sending ──> handed over ──> taken (202)            sent
//!    ^                                    │ ───────> surely not taken       queued again, or refused
//!    │                                    └───────> nobody knows           sending
//!    │                                                   │  also what a process that died has left
//!    │            it is looked for by its Message-ID <───┘
//!    └── a person: once more ── unknown <── not found in time │ found: sent
//! ```
//!
//! Exchange knows no key by which the same request is done once: whoever repeats a request whose answer was lost may send a
//! message twice. So what may have been taken is never handed over again by itself. It is looked for instead, by the
//! Message-ID that it was given when it was put in: here, among what is read of the mailbox, and there. That it is found
//! proves that it was sent. That it is not proves nothing: the copy comes with a delay that Microsoft bounds nowhere, and
//! some mailboxes give what they send another Message-ID (MailCore/mailcore2#1095, marlam/msmtp#190). So it stays
//! unknown then, and a person who sees the mailbox decides: once more, after another look, or never.
//!
//! Surely not taken is what was refused: with a status of 4xx other than 408, and what never left this machine. A 429 is
//! such a refusal, and is waited for; a 503 is none, whether or not it says when to come back.
//!
//! It goes on beside the cycles: whoever sends a message does not wait for the reading of other mailboxes. An entry is
//! claimed as an account is, by one statement and for a time, so that of several processes and machines one has it; and
//! whatever is written about it carries the claim's epoch.

mod error;
mod handing;
mod looking;

pub use error::OutboxError;

use super::{Failure, Services};
use crate::clock::Clock;
use crate::error::{Classify, Meaning};
use crate::graph::Graph;
use crate::model::{AuditAction, AuditEntry, OutboxEntry, OutboxState};
use crate::oauth::OAuth;
use crate::store::{OutboxClaim, OutboxSettled, Store, StoreError};
use crate::strongbox::Strongbox;
use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

/// So long an entry is worked at: longer than a request and its repeats take.
const LEASE: TimeDelta = TimeDelta::minutes(10);

/// Sends what was put in to be sent.
pub struct Courier {
    store: Store,
    strongbox: Strongbox,
    oauth: OAuth,
    graph: Option<Graph>,
    clock: Clock,
    woken: Notify,
}

impl Courier {
    /// A courier with these services.
    #[must_use]
    pub fn new(services: &Services) -> Self {
        let Services { store, strongbox, oauth, graph, clock, .. } = services.clone();
        Self { store, strongbox, oauth, graph, clock, woken: Notify::new() }
    }

    /// Has what is due sent at once.
    pub fn wake(&self) {
        self.woken.notify_one();
    }

    /// Waits until somebody wakes it.
    pub async fn woken(&self) {
        self.woken.notified().await;
    }

    /// The time that it goes by.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Does what is due, one message after the other, until nothing is or it is asked to stop.
    ///
    /// # Errors
    /// Those of the database and of the key ring. What one message meets stands with it.
    pub async fn pass(&self, stop: &CancellationToken) -> Result<(), Failure> {
        self.take_note().await?;
        let mut has_settled = false;
        while !stop.is_cancelled() {
            let Some(claim) = self.store.claim_outbox(self.clock.now(), LEASE).await? else { break };
            match self.work(&claim).await {
                // It was given up, or is another's by now.
                Err(failure) if failure.meaning.code == lost().code => {}
                worked => worked?,
            }
            has_settled = true;
        }
        if has_settled {
            self.store.prune_outbox(self.clock.now()).await?;
        }
        Ok(())
    }

    /// Whatever was read of a mailbox tells what was sent from it.
    async fn take_note(&self) -> Result<(), Failure> {
        for id in self.store.outbox_found().await? {
            let Some(entry) = self.store.outbox_entry(&id).await? else { continue };
            let now = self.clock.now();
            self.store.outbox_was_sent(&id, &line(&entry, AuditAction::Sent, now), now).await?;
        }
        Ok(())
    }

    async fn work(&self, claim: &OutboxClaim) -> Result<(), Failure> {
        let next = match (claim.entry.state, claim.entry.handed_at) {
            (OutboxState::Queued, None) => self.hand_over(claim).await?,
            (OutboxState::Queued | OutboxState::Sending, Some(handed_at)) => {
                self.look_for(claim, handed_at).await?
            }
            // Nothing writes such a row.
            (OutboxState::Sending, None) => unknown(None, &OutboxError::NotFound.into(), self.clock.now()),
            (state @ (OutboxState::Sent | OutboxState::Refused | OutboxState::Unknown), handed_at) => {
                OutboxSettled { state, handed_at, next_at: None, error: claim.entry.error.clone() }
            }
        };
        self.settle(claim, &next).await
    }

    async fn settle(&self, claim: &OutboxClaim, next: &OutboxSettled) -> Result<(), Failure> {
        let (now, entry) = (self.clock.now(), &claim.entry);
        let action = match next.state {
            OutboxState::Sent => Some(AuditAction::Sent),
            OutboxState::Refused => Some(AuditAction::SendRefused),
            OutboxState::Unknown => Some(AuditAction::SendUnknown),
            OutboxState::Queued | OutboxState::Sending => None,
        };
        if let Some(error) = &next.error {
            let (id, state, code) = (entry.of.id.as_str(), next.state.as_str(), &error.code);
            tracing::warn!(id, state, code, error = error.message, "a message was not sent, or nobody knows");
        }
        let line = action.map(|action| line(entry, action, now));
        Ok(self.store.settle_outbox(claim, next, line.as_ref(), now).await?)
    }
}

fn lost() -> Meaning {
    StoreError::LeaseLost.meaning()
}

/// The line that tells what came of a message, in the name of who had it sent.
fn line(entry: &OutboxEntry, action: AuditAction, now: DateTime<Utc>) -> AuditEntry {
    let detail = entry.of.told();
    let account = Some(entry.of.account.clone());
    AuditEntry { account, detail: Some(detail), ..AuditEntry::new(now, &entry.of.actor, action) }
}

fn sent(handed_at: DateTime<Utc>) -> OutboxSettled {
    OutboxSettled { state: OutboxState::Sent, handed_at: Some(handed_at), next_at: None, error: None }
}

fn refused(why: &Failure, now: DateTime<Utc>) -> OutboxSettled {
    OutboxSettled { state: OutboxState::Refused, handed_at: None, next_at: None, error: Some(why.at(now)) }
}

fn unknown(handed_at: Option<DateTime<Utc>>, why: &Failure, now: DateTime<Utc>) -> OutboxSettled {
    OutboxSettled { state: OutboxState::Unknown, handed_at, next_at: None, error: Some(why.at(now)) }
}
