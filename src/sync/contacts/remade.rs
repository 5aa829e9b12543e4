//! Contacts whose items are there no longer, and that the mailbox has as other items: of a folder that was deleted
//! and made again, or of a program that moves by copying and deleting. Each goes on as the item that is it, where
//! exactly one has what proves that and came when the other went.

use super::first::follow_brought;
use super::meeting::{MOST, forms, item, made_here};
use super::reading::ContactsReading;
use super::who::{Here, There, who_is_whom};
use crate::model::ContactId;
use crate::store::{ContactJoin, LinkedContact, MeetingWrite, NearContact};
use crate::sync::Failure;
use chrono::TimeDelta;
use std::collections::HashMap;

/// An item that came before is no other's successor.
const SINCE: TimeDelta = TimeDelta::hours(1);

/// Links contacts anew that are missing by these ids, where the mailbox has them as other items. Of what
/// somebody changes meanwhile nothing is.
pub(super) async fn follow(reading: &ContactsReading<'_>, missing: &[String]) -> Result<(), Failure> {
    let (store, claim) = (reading.store, reading.claim);
    let mut known: Vec<_> = store.linked_contacts(&claim.account.id, missing).await?.into_values().collect();
    known.retain(|known| known.missing_at.is_some() && known.contact.gone_at.is_none());
    let forms = forms(reading, known.iter().map(|known| &known.contact));
    let near = store.near_contacts(&claim.account.id, &forms, MOST).await?;
    let (known, near) = (by_id(known, |known| &known.contact.id), by_id(near, |near| &near.contact.id));
    let joins = joins(reading, &known, &near);
    if !joins.is_empty() {
        let write = MeetingWrite { met: Vec::new(), joins, matches: Vec::new(), now: reading.clock.now() };
        store.write_meeting(claim, &write).await?;
    }
    Ok(())
}

fn by_id<T>(all: Vec<T>, id: impl Fn(&T) -> &ContactId) -> HashMap<ContactId, T> {
    all.into_iter().map(|one| (id(&one).clone(), one)).collect()
}

fn joins(
    reading: &ContactsReading<'_>,
    known: &HashMap<ContactId, LinkedContact>,
    near: &HashMap<ContactId, NearContact>,
) -> Vec<ContactJoin> {
    let missing =
        known.values().map(|known| Here { id: &known.contact.id, link: None, card: &known.contact.card });
    let (brought, made): (Vec<_>, Vec<_>) = near.values().partition(|near| near.is_brought);
    let here: Vec<_> = missing.chain(made.into_iter().map(made_here)).collect();
    let there: Vec<There<'_>> = brought.iter().filter_map(|near| item(near)).collect();
    let of_item: HashMap<_, _> =
        brought.iter().filter_map(|near| Some((item(near)?.remote_id, *near))).collect();
    let now = reading.clock.now();
    let pairs = who_is_whom(&here, &there, reading.joining().canon).pairs;
    let join = |(known, near): (&LinkedContact, &NearContact)| {
        let is_new = known.missing_at.is_some_and(|at| near.contact.created_at + SINCE >= at);
        let is_untouched = near.contact.edited_at.is_none();
        follow_brought(known, near, reading.joining(), (reading.cycle, now))
            .filter(|_| is_new && is_untouched)
    };
    pairs.iter().filter_map(|pair| join((known.get(pair.here)?, of_item.get(pair.there)?))).collect()
}
