//! Looking the audit log through: as a whole, or behind what was found whole before.

use super::{AuditFault, AuditState, is_ours};
use crate::store::{AuditHead, Store};
use crate::strongbox::Result;
use crate::vault::Ring;
use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::Mutex;

/// Lines that are checked at a time.
const BATCH: u32 = 1_000;
/// What was found whole so long ago is checked again.
const CHECKED_AGAIN: TimeDelta = TimeDelta::days(1);

/// How far the audit log was looked through and found whole: each look checks what was written since.
#[derive(Debug, Default)]
pub struct AuditWatch(Mutex<Option<AuditSeen>>);

#[derive(Debug)]
struct AuditSeen {
    /// Which chain it is.
    begun_at: i64,
    /// The last line that was checked; 0: none.
    seq: i64,
    /// Its link.
    link: Vec<u8>,
    /// When the chain was last checked from its beginning.
    whole_at: DateTime<Utc>,
}

/// What a look has found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditLook {
    /// What the audit log is like.
    pub state: AuditState,
    /// So many lines were checked.
    pub checked: i64,
    /// When those before were; `None` where there are none.
    pub others_at: Option<DateTime<Utc>>,
}

impl AuditWatch {
    /// Looks through what was written since the last look that found all as it was written; the whole the first
    /// time, where the chain is another, and once a day.
    ///
    /// # Errors
    /// When the database fails, or the ring lacks the key that has made the mark.
    pub async fn look(&self, store: &Store, ring: &Ring, now: DateTime<Utc>) -> Result<AuditLook> {
        // Who asks meanwhile waits for this look, and then has little to do.
        let mut seen = self.0.lock().await;
        let (mut state, mut head) = settled(store, ring, seen.as_ref()).await?;
        let is_due = seen.as_ref().is_some_and(|seen| seen.whole_at + CHECKED_AGAIN <= now);
        if is_due && matches!(state, AuditState::Whole { .. }) {
            (state, head) = settled(store, ring, None).await?;
        }
        let (AuditState::Whole { lines, .. }, Some(head)) = (&state, head) else {
            // What was seen before stays the measure: a log that was cut is found cut each time, until it is begun anew.
            return Ok(AuditLook { state, checked: 0, others_at: None });
        };
        let before = seen.take().filter(|seen| seen.is_of(&head) && !is_due);
        let checked = before.as_ref().map_or(*lines, |seen| head.seq - seen.seq.max(head.base_seq));
        let others_at = before.filter(|_| checked < *lines).map(|seen| seen.whole_at);
        let whole_at = others_at.unwrap_or(now);
        *seen = Some(AuditSeen { begun_at: head.begun_at, seq: head.seq, link: head.link, whole_at });
        Ok(AuditLook { state, checked, others_at })
    }
}

impl AuditSeen {
    fn is_of(&self, head: &AuditHead) -> bool {
        self.begun_at == head.begun_at
    }
}

/// Looks the audit log through, from the first line to the last.
///
/// # Errors
/// When the database fails, or the ring lacks the key that has made the mark.
pub async fn audit_state(store: &Store, ring: &Ring) -> Result<AuditState> {
    Ok(settled(store, ring, None).await?.0)
}

/// What it is like, and the head that this is said of.
async fn settled(
    store: &Store,
    ring: &Ring,
    seen: Option<&AuditSeen>,
) -> Result<(AuditState, Option<AuditHead>)> {
    loop {
        let Some(head) = store.audit_head().await? else {
            return Ok((AuditState::Broken(AuditFault::NoHead), None));
        };
        let state = state_at(store, ring, &head, seen.filter(|seen| seen.is_of(&head))).await?;
        // What was pruned meanwhile, or set aside, is missed by nobody.
        let begins = |head: &AuditHead| (head.begun_at, head.base_seq);
        if store.audit_head().await?.is_none_or(|now| begins(&now) == begins(&head)) {
            return Ok((state, Some(head)));
        }
    }
}

async fn state_at(
    store: &Store,
    ring: &Ring,
    head: &AuditHead,
    seen: Option<&AuditSeen>,
) -> Result<AuditState> {
    let (before, newest) = store.audit_unchained().await?;
    if newest.is_some_and(|newest| newest > head.begun_at) {
        return Ok(AuditState::Broken(AuditFault::PutIn));
    }
    if let Some(seq) = store.audit_beside(head).await? {
        return Ok(AuditState::Broken(AuditFault::Beside(seq)));
    }
    let fault = match chain_fault(store, head, seen).await? {
        Some(fault) => Some(fault),
        None if head.mark.is_none() => {
            let may_lack_it = head.seq == 0 || !store.holds_secrets().await?;
            (!may_lack_it).then_some(AuditFault::NoMark)
        }
        None => mark_fault(ring, head)?,
    };
    let whole = AuditState::Whole { lines: head.seq - head.base_seq, before };
    Ok(fault.map_or(whole, AuditState::Broken))
}

async fn chain_fault(
    store: &Store,
    head: &AuditHead,
    seen: Option<&AuditSeen>,
) -> Result<Option<AuditFault>> {
    let behind = seen.filter(|seen| seen.seq >= head.base_seq);
    let (mut seq, mut link) = match behind {
        Some(seen) => (seen.seq, seen.link.clone()),
        None => (head.base_seq, head.base_link.clone()),
    };
    while seq < head.seq {
        let lines = store.audit_chain(seq, BATCH).await?;
        if lines.is_empty() {
            return Ok(Some(AuditFault::Removed(seq + 1)));
        }
        for line in lines.iter().take_while(|line| line.seq <= head.seq) {
            if line.seq != seq + 1 {
                return Ok(Some(AuditFault::Removed(seq + 1)));
            }
            let Some(next) = line.follows(&link) else { return Ok(Some(AuditFault::Changed(line.seq))) };
            (seq, link) = (line.seq, next);
        }
        if lines.iter().all(|line| line.seq > head.seq) {
            return Ok(Some(AuditFault::Removed(seq + 1)));
        }
    }
    // It also lies before what was seen where somebody has put an older end in its place.
    Ok((seq != head.seq || link != head.link).then_some(AuditFault::Head))
}

fn mark_fault(ring: &Ring, head: &AuditHead) -> Result<Option<AuditFault>> {
    let is_whole = head.sealed_seq <= head.seq && head.has_sealed_line() && is_ours(ring, head)?;
    Ok((!is_whole).then_some(AuditFault::Mark(head.sealed_seq)))
}
