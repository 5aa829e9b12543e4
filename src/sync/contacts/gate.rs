//! Whether what was changed here may go out, or a person looks at the plan before.

use super::plan::{Planned, plan};
use super::reading::ContactsReading;
use crate::model::{AskReason, AskedPlan, ContactGate, ContactId, ContactWriteKind, WriteCounts};
use crate::store::EditedContact;
use crate::sync::{Brake, Failure, SyncError};
use chrono::{DateTime, Utc};

/// So many contacts are planned at a time.
const BATCH: u32 = 500;

/// What waits to go out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Waiting {
    /// All of it.
    pub all: WriteCounts,
    /// What nobody has approved.
    pub unapproved: WriteCounts,
}

/// Why a person is asked, where the mailbox has so many contacts; `None` where it may go out. Pure.
#[must_use]
pub fn verdict(
    gate: &ContactGate,
    waiting: Waiting,
    held: u64,
    asks_first: bool,
    brake: Brake,
) -> Option<AskReason> {
    let WriteCounts { overwrites, deletes, .. } = waiting.unapproved;
    if asks_first && !gate.is_past_first && waiting.all.all() > 0 {
        return Some(AskReason::FirstPlan);
    }
    (!brake.allows(overwrites + deletes, held)).then_some(AskReason::Brake)
}

/// Until when what was changed here may go out; else what is to be told.
pub(super) async fn opened(reading: &ContactsReading<'_>) -> Result<Result<DateTime<Utc>, Failure>, Failure> {
    let (store, claim, settings) = (reading.store, reading.claim, reading.settings);
    let now = reading.clock.now();
    let gate = store.contact_gate(&claim.account.id).await?;
    let waiting = waiting(reading, gate.approved_until, now).await?;
    let folders = store.contact_folders(&claim.account.id).await?;
    let held = folders.iter().map(|folder| folder.held).sum();
    let Some(why) = verdict(&gate, waiting, held, settings.asks_first, settings.brake) else {
        if gate.asked.is_some() {
            store.ask_about_contacts(claim, None).await?;
        }
        // A plan that is empty because not all is told yet that belongs to it is looked at later.
        if !gate.is_past_first
            && (!settings.asks_first || !store.has_edited_contacts(&claim.account.id).await?)
        {
            store.pass_first_plan(claim).await?;
        }
        return Ok(Ok(now));
    };
    let asked = AskedPlan { since: now, why, counts: waiting.all };
    if gate.asked.is_none_or(|before| (before.why, before.counts) != (why, waiting.all)) {
        store.ask_about_contacts(claim, Some(&asked)).await?;
    }
    Ok(Err(SyncError::ContactPlanWaits { why, counts: waiting.all }.into()))
}

async fn waiting(
    reading: &ContactsReading<'_>,
    approved: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Result<Waiting, Failure> {
    let account = &reading.claim.account.id;
    let mut waiting = Waiting::default();
    let mut after: Option<(DateTime<Utc>, ContactId)> = None;
    loop {
        let edited = reading.store.edited_contacts(account, after.as_ref(), now, BATCH).await?;
        let Some(last) = edited.last() else { return Ok(waiting) };
        after = last.contact.edited_at.map(|at| (at, last.contact.id.clone()));
        for edited in &edited {
            if let Planned::Write(write) = plan(edited, None, reading.joining()) {
                waiting.add(write.request.kind(), edited, approved);
            }
        }
    }
}

impl Waiting {
    /// Counts what is to be written of a contact, where what was changed until then is approved.
    pub fn add(&mut self, kind: ContactWriteKind, edited: &EditedContact, approved: Option<DateTime<Utc>>) {
        count(&mut self.all, kind);
        if approved.is_none_or(|approved| edited.contact.edited_at.is_none_or(|at| at > approved)) {
            count(&mut self.unapproved, kind);
        }
    }
}

fn count(counts: &mut WriteCounts, kind: ContactWriteKind) {
    match kind {
        ContactWriteKind::Create => counts.creates += 1,
        ContactWriteKind::Update => counts.overwrites += 1,
        ContactWriteKind::Delete => counts.deletes += 1,
        // It is nothing that is planned.
        ContactWriteKind::Resolve => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_first_plan_and_one_that_overwrites_or_deletes_too_much_wait_for_a_person() {
        let brake = Brake { messages: 25, percent: 10 };
        let counts = |creates, overwrites, deletes| WriteCounts { creates, overwrites, deletes };
        let (nothing, few, many) = (counts(0, 0, 0), counts(900, 20, 5), counts(0, 20, 6));
        for (is_past_first, all, unapproved, held, expected) in [
            (false, nothing, nothing, 9, None),
            (false, counts(1, 0, 0), counts(1, 0, 0), 9, Some(AskReason::FirstPlan)),
            (true, few, few, 9, None),
            (true, many, many, 9, Some(AskReason::Brake)),
            (true, many, many, 260, None),
            (true, many, nothing, 9, None),
        ] {
            let gate = ContactGate { is_past_first, ..ContactGate::default() };
            let waiting = Waiting { all, unapproved };
            assert_eq!(verdict(&gate, waiting, held, true, brake), expected, "{waiting:?}");
        }
        let waiting = Waiting { all: few, unapproved: few };
        assert_eq!(verdict(&ContactGate::default(), waiting, 9, false, brake), None);
    }
}
