//! Contacts made here that meet the item of the mailbox that they are. Pure.
//!
//! Both sides have agreed on nothing yet, so that both bases are empty: what one side has alone the other gets,
//! what each has differently conflicts, and nothing is lost.

use super::canon::Canon;
use super::join::{Joining, join};
use super::merge::{Edit, merge};
use crate::model::{Card, Contact, ContactFolder, ContactLink, ContactSight, CycleId, Side};
use crate::store::{ContactJoin, LinkedContact, NearContact};
use chrono::{DateTime, Utc};
use std::collections::HashMap;

/// A contact made here with the item that it is, as joining takes it.
pub(super) fn with_item(contact: Contact, sight: &ContactSight, folder: &ContactFolder) -> LinkedContact {
    let link = ContactLink {
        remote_id: sight.remote_id.clone(),
        folder: folder.id.clone(),
        change_key: sight.change_key.clone(),
        modified_at: sight.modified_at,
        ours: Card::default(),
        theirs: Card::default(),
        others: sight.others.clone(),
        contested: None,
    };
    LinkedContact { contact, link, seen_round: None, missing_at: None, ended_at: None, is_another: false }
}

/// Joins a contact made here with one that the mailbox brought. What that one has that waits to go out goes
/// over, and waits on. `None` where it is no item.
#[must_use]
pub fn join_brought(
    here: &Contact,
    brought: &NearContact,
    joining: Joining,
    run: (&CycleId, DateTime<Utc>),
) -> Option<ContactJoin> {
    let link = brought.link.as_ref()?;
    let mut known = with_item(here.clone(), &sight_of(link), &folder_of(link));
    if brought.contact.edited_at.is_some() {
        known.contact.card = union(&here.card, &brought.contact.card, joining.canon);
        known.link = link.clone();
    }
    take_place(known, brought, link, joining, run)
}

/// Joins a contact whose item is there no longer with one that the mailbox brought in its place: what both sides
/// agreed on of the old item they agree on of this one. `None` where that one is no item.
pub(super) fn follow_brought(
    known: &LinkedContact,
    brought: &NearContact,
    joining: Joining,
    run: (&CycleId, DateTime<Utc>),
) -> Option<ContactJoin> {
    let (mut known, link) = (known.clone(), brought.link.as_ref()?);
    known.link = ContactLink { ours: known.link.ours, theirs: known.link.theirs, ..link.clone() };
    take_place(known, brought, link, joining, run)
}

/// A contact becomes the item that another one has been.
fn take_place(
    known: LinkedContact,
    other: &NearContact,
    link: &ContactLink,
    joining: Joining,
    run: (&CycleId, DateTime<Utc>),
) -> Option<ContactJoin> {
    let known = HashMap::from([(link.remote_id.clone(), known)]);
    let upsert = join(&[sight_of(link)], &known, &folder_of(link), joining, run).upserts.pop()?;
    Some(ContactJoin { upsert, other: other.contact.id.clone(), other_revision: other.contact.revision })
}

fn folder_of(link: &ContactLink) -> ContactFolder {
    ContactFolder::new(link.folder.clone(), String::new())
}

/// An item as it was seen last.
fn sight_of(link: &ContactLink) -> ContactSight {
    ContactSight {
        remote_id: link.remote_id.clone(),
        folder: String::new(),
        change_key: link.change_key.clone(),
        modified_at: link.modified_at,
        carries: None,
        card: link.theirs.clone(),
        others: link.others.clone(),
    }
}

/// What is on either card; where both say something of one value, what the first says.
fn union(one: &Card, other: &Card, canon: Canon) -> Card {
    let none = Card::default();
    let edit = |now| Edit { base: &none, now };
    merge(edit(one), edit(other), Some(Side::Ours), canon).ours
}

#[cfg(test)]
mod tests;
