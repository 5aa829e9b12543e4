//! The audit log as whoever has the ring keeps and checks it: its chain anybody can make, the mark over its head
//! nobody else.

mod look;

pub use look::{AuditLook, AuditWatch, audit_state};

use super::{Result, Strongbox};
use crate::model::{Actor, AuditAction, AuditEntry};
use crate::store::{AuditHead, Pruning, StoreError};
use crate::vault::{Fields, Ring, VaultError, beginning, key_of_record};
use chrono::{DateTime, TimeDelta};
use std::sync::atomic::Ordering;

const PURPOSE: &str = "audit_log";
/// How exactly a line goes when its time is over.
const PRUNED_EVERY: TimeDelta = TimeDelta::hours(12);
/// Whoever comes so much too late was not running, or the clock is wrong.
const MISSED: TimeDelta = TimeDelta::days(2);
/// So long a clock has to go on before it is believed again.
const DOUBT: TimeDelta = TimeDelta::days(7);

/// What the audit log is like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AuditState {
    /// Nothing was changed, removed or put in since it was written.
    Whole {
        /// Lines of the chain.
        lines: i64,
        /// Lines from before it began: of them nothing is known.
        before: i64,
    },
    /// Something was.
    Broken(AuditFault),
}

/// What is wrong with the audit log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AuditFault {
    /// The row of its head is gone.
    #[error("where its chain ends (audit_head) was taken away")]
    NoHead,
    /// What stands in a line, or which one is before it, is not what was written.
    #[error("line {0} was changed, or another put in its place")]
    Changed(i64),
    /// A line is not there.
    #[error("line {0} was removed")]
    Removed(i64),
    /// What is said of its end is not what the lines come to.
    #[error("where its chain ends (audit_head) was changed")]
    Head,
    /// Lines were written anew, or pruned, by somebody without the ring.
    #[error("lines up to {0} were written anew or pruned by somebody who has no key")]
    Mark(i64),
    /// The mark itself is not there.
    #[error("the mark over its lines was taken away")]
    NoMark,
    /// A line without a number is newer than the chain.
    #[error("a line without a number was put in")]
    PutIn,
    /// A line has a number that the chain has not.
    #[error("line {0} was put in beside the chain")]
    Beside(i64),
}

/// An audit log that was begun anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRenewed {
    /// What was wrong with the one before.
    pub fault: AuditFault,
    /// So many lines stay of which nothing is proven.
    pub lines: u64,
}

impl Strongbox {
    /// The same whose audit log is kept so long.
    #[must_use]
    pub fn keeping_audit(self, time: TimeDelta) -> Self {
        Self { audit_kept: Some(time), ..self }
    }

    /// Marks what was written into the audit log since it was last marked, and prunes what is older than it is kept.
    /// An audit log that somebody has changed stays as it is, and the log of the program says so once.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn seal_audit(&self) -> Result<()> {
        let Some(head) = self.store.audit_head().await? else {
            self.tell_broken();
            return Ok(());
        };
        let pruning = self.pruning(&head);
        if !head.has_grown() && pruning.is_none() && self.is_marked_anew(&head) {
            return Ok(());
        }
        let is_whole =
            |found: &AuditHead| is_ours(&self.ring, found).unwrap_or(false) && found.has_sealed_line();
        if !self.mark_audit(pruning, &is_whole).await? {
            self.tell_broken();
        }
        Ok(())
    }

    /// Marks an audit log that never was, which is so before the ring has sealed anything, or where the chain has no line
    /// yet: whoever takes a mark away gets no other. `is_first`: nothing is sealed here.
    pub(super) async fn begin_audit(&self, is_first: bool) -> Result<()> {
        let Some(head) = self.store.audit_head().await?.filter(|head| head.mark.is_none()) else {
            return Ok(());
        };
        let may_begin = |found: &AuditHead| found.mark.is_none() && (is_first || found.seq == 0);
        if self.mark_audit(None, &may_begin).await? && !is_first {
            // Who empties the whole log is found out by this line.
            tracing::warn!(lines = head.seq, "the audit log was marked for the first time");
        }
        Ok(())
    }

    /// Begins the audit log anew behind one that is not as it was written, and writes down who did that; `None` where
    /// it is.
    ///
    /// # Errors
    /// When the database fails, or the ring lacks the key that has made the mark.
    pub async fn renew_audit(&self, actor: &Actor) -> Result<Option<AuditRenewed>> {
        let AuditState::Broken(fault) = audit_state(&self.store, &self.ring).await? else { return Ok(None) };
        let line = AuditEntry::by(self.clock.now(), actor, AuditAction::AuditRenewed);
        let line = AuditEntry { detail: Some(fault.to_string()), ..line };
        let mark = |head: &AuditHead| over(&head.sealed(), |fields| self.ring.mark(PURPOSE, fields));
        let lines = self.store.renew_audit(&line, &beginning(self.ring.active()), &mark).await?;
        Ok(Some(AuditRenewed { fault, lines }))
    }

    /// Has the head marked where it is as it must be. Whether it was.
    async fn mark_audit(
        &self,
        pruning: Option<Pruning>,
        may: &(dyn Fn(&AuditHead) -> bool + Sync),
    ) -> Result<bool> {
        let mark = |found: &AuditHead, head: &AuditHead| {
            may(found).then(|| over(&head.sealed(), |fields| self.ring.mark(PURPOSE, fields)))
        };
        let seal = async || self.store.seal_audit(pruning, &beginning(self.ring.active()), &mark).await;
        Ok(match seal().await {
            Err(StoreError::RingOutdated) => {
                self.catch_up().await?;
                seal().await?
            }
            sealed => sealed?,
        })
    }

    /// What is to be pruned, now and then. Where more time has gone by than should have, the clock may be wrong: then
    /// nothing is for a week, or until the clock was put back.
    fn pruning(&self, head: &AuditHead) -> Option<Pruning> {
        let (now, kept) = (self.clock.now(), self.audit_kept?);
        let due = DateTime::from_timestamp_millis(head.prune_at)?;
        if due - DOUBT <= now && now < due {
            return None;
        }
        if now - due <= MISSED {
            return Some(Pruning { before: Some(now - kept), next: now + PRUNED_EVERY });
        }
        if head.prune_at > 0 {
            tracing::warn!(%due, "nothing of the audit log is pruned for a week: by the clock, nothing has run for days");
        }
        Some(Pruning { before: None, next: now + DOUBT })
    }

    fn is_marked_anew(&self, head: &AuditHead) -> bool {
        let key = head.mark.as_deref().and_then(|mark| key_of_record(mark).ok());
        key.is_some_and(|key| key >= self.ring.active())
    }

    fn tell_broken(&self) {
        if !self.audit_broken.swap(true, Ordering::Relaxed) {
            tracing::error!("the audit log was changed in the database; `outlook-syncd doctor` says where");
        }
    }
}

fn is_ours(ring: &Ring, head: &AuditHead) -> std::result::Result<bool, VaultError> {
    let Some(mark) = &head.mark else { return Ok(false) };
    match over(head, |fields| ring.is_marked(PURPOSE, fields, mark)) {
        Err(VaultError::Truncated | VaultError::UnknownVersion(_)) => Ok(false),
        fits => fits,
    }
}

/// What the mark is over: where the chain begins, and its last line that was sealed.
fn over<T>(head: &AuditHead, work: impl FnOnce(&Fields<'_>) -> T) -> T {
    let numbers = [head.begun_at, head.kept_since, head.base_seq, head.sealed_seq].map(i64::to_be_bytes);
    let [begun_at, kept_since, base_seq, sealed_seq] = &numbers;
    work(&[
        Some(begun_at),
        Some(kept_since),
        Some(base_seq),
        Some(&head.base_link),
        Some(sealed_seq),
        head.sealed_link.as_deref(),
    ])
}
