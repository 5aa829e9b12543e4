//! Whether what was changed here may go out, or a person looks at the plan before.

use super::plan::{Planned, plan};
use super::reading::ContactsReading;
use crate::model::{AskReason, AskedPlan, ContactGate, ContactId, WriteCounts};
use crate::store::EditedPhoto;
use crate::sync::{Brake, Failure, SyncError};
use chrono::{DateTime, Utc};
use std::collections::BTreeSet;

/// So many contacts are planned at a time.
const BATCH: u32 = 500;

/// What may go out.
#[derive(Default)]
pub(super) struct Opened {
    /// What was changed here up to then; `None`: nothing.
    pub(super) until: Option<DateTime<Utc>>,
    /// What a person is asked, to be told.
    pub(super) asked: Option<Failure>,
}

/// Why a person is asked, of what nobody has approved; `None` where it may go out. Pure.
#[must_use]
pub fn verdict(
    gate: &ContactGate,
    unapproved: WriteCounts,
    held: u64,
    asks_first: bool,
    brake: Brake,
) -> Option<AskReason> {
    let WriteCounts { overwrites, deletes, .. } = unapproved;
    if asks_first && !gate.is_past_first && unapproved.all() > 0 {
        return Some(AskReason::FirstPlan);
    }
    (!brake.allows(overwrites + deletes, held)).then_some(AskReason::Brake)
}

/// Nobody is asked any more of what this direction no longer does: to write, or to call gone.
pub(super) async fn withdraw(reading: &ContactsReading<'_>) -> Result<(), Failure> {
    let (store, claim) = (reading.store, reading.claim);
    let gate = store.contact_gate(&claim.account.id).await?;
    if gate.asked.is_some() && !reading.direction.writes() {
        store.ask_about_contacts(claim, None).await?;
    }
    // Where nothing is read, items may be missing that were to be written.
    let is_of_reading = gate.missing.is_some() && !reading.direction.reads();
    if is_of_reading && store.missing_edited_contacts(&claim.account.id, None).await?.0 == 0 {
        store.ask_about_missing(claim, None).await?;
    }
    Ok(())
}

/// What of that which was changed here may go out: all, or else what was approved.
pub(super) async fn opened(reading: &ContactsReading<'_>) -> Result<Opened, Failure> {
    let (store, claim, settings) = (reading.store, reading.claim, reading.settings);
    let now = reading.clock.now();
    let gate = store.contact_gate(&claim.account.id).await?;
    let counts = unapproved(reading, gate.approved_until, now).await?;
    let folders = store.contact_folders(&claim.account.id).await?;
    let held = folders.iter().map(|folder| folder.held).sum();
    let Some(why) = verdict(&gate, counts, held, settings.asks_first, settings.brake) else {
        if gate.asked.is_some() {
            store.ask_about_contacts(claim, None).await?;
        }
        // A plan that is empty because not all is told yet that belongs to it is looked at later.
        if !gate.is_past_first
            && (!settings.asks_first || !store.has_edited_contacts(&claim.account.id).await?)
        {
            store.pass_first_plan(claim).await?;
        }
        return Ok(Opened { until: Some(now), asked: None });
    };
    let asked = AskedPlan { since: now, why, counts };
    if gate.asked.is_none_or(|before| (before.why, before.counts) != (why, counts)) {
        store.ask_about_contacts(claim, Some(&asked)).await?;
    }
    let asked = Some(SyncError::ContactPlanWaits { why, counts }.into());
    Ok(Opened { until: gate.approved_until, asked })
}

/// What waits to go out and nobody has approved.
async fn unapproved(
    reading: &ContactsReading<'_>,
    approved: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Result<WriteCounts, Failure> {
    let mut counts = WriteCounts::default();
    let (account, mut counted) = (&reading.claim.account.id, BTreeSet::new());
    let mut pages = reading.store.edited_pages(account, BATCH);
    while let Some(page) = pages.next(now).await? {
        for edited in page.iter().filter(|edited| edited.contact.edited_at > approved) {
            if let Planned::Write(write) = plan(edited, None, reading.joining()) {
                counts.add(write.request.kind());
                counted.insert(write.contact);
            }
        }
    }
    let mut pages = reading.store.edited_photo_pages(account, BATCH);
    while let Some(page) = pages.next(now).await? {
        for edited in page.iter().filter(|edited| Some(edited.edited_at) > approved) {
            if !edited.is_asked(reading.joining().policy) {
                count_photo(&mut counts, &counted, edited);
            }
        }
    }
    Ok(counts)
}

/// Counts a photo that waits to go out, where its contact is not `counted` as written anyway. One whose contact is no
/// item goes after that.
pub fn count_photo(counts: &mut WriteCounts, counted: &BTreeSet<ContactId>, edited: &EditedPhoto) {
    if let Some(item) = edited.item.as_ref().filter(|_| !counted.contains(&edited.contact)) {
        counts.add_photo(item.base.is_some());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_first_plan_and_one_that_overwrites_or_deletes_too_much_wait_for_a_person() {
        let brake = Brake { items: 25, percent: 10 };
        let counts = |creates, overwrites, deletes| WriteCounts { creates, overwrites, deletes };
        let (nothing, few, many) = (counts(0, 0, 0), counts(900, 20, 5), counts(0, 20, 6));
        for (is_past_first, unapproved, held, expected) in [
            (false, nothing, 9, None),
            (false, counts(1, 0, 0), 9, Some(AskReason::FirstPlan)),
            (true, few, 9, None),
            (true, many, 9, Some(AskReason::Brake)),
            (true, many, 260, None),
        ] {
            let gate = ContactGate { is_past_first, ..ContactGate::default() };
            assert_eq!(verdict(&gate, unapproved, held, true, brake), expected, "{unapproved:?}");
        }
        assert_eq!(verdict(&ContactGate::default(), few, 9, false, brake), None);
    }
}
