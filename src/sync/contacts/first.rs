//! Contacts made here that meet the item of the mailbox that they are. Pure.
//!
//! Both sides have agreed on nothing yet, so that both bases are empty: what one side has alone the other gets,
//! what each has differently conflicts, and nothing is lost.

use super::canon::Canon;
use super::join::{Joining, join};
use super::merge::{Edit, merge};
use crate::model::{Card, Contact, ContactFolder, ContactLink, ContactSight, Side};
use crate::store::{ContactJoin, LinkedContact, NearContact};
use chrono::{DateTime, Utc};
use std::collections::HashMap;

/// A contact made here with the item that it is, as joining takes it.
pub(super) fn met(contact: Contact, sight: &ContactSight, folder: &ContactFolder) -> LinkedContact {
    let link = ContactLink {
        remote_id: sight.remote_id.clone(),
        folder: folder.id.clone(),
        change_key: sight.change_key.clone(),
        modified_at: sight.modified_at,
        ours: Card::default(),
        theirs: Card::default(),
        others: sight.others.clone(),
    };
    LinkedContact { contact, link, seen_round: None, missing_at: None, ended_at: None }
}

/// Joins a contact made here with one that the mailbox brought. What that one has that waits to go out goes
/// over, and waits on. `None` where it is no item.
#[must_use]
pub fn join_brought(
    here: &Contact,
    brought: &NearContact,
    joining: Joining,
    now: DateTime<Utc>,
) -> Option<ContactJoin> {
    let link = brought.link.as_ref()?;
    let folder = ContactFolder::new(link.folder.clone(), String::new());
    let sight = ContactSight {
        remote_id: link.remote_id.clone(),
        folder: String::new(),
        change_key: link.change_key.clone(),
        modified_at: link.modified_at,
        carries: None,
        card: link.theirs.clone(),
        others: link.others.clone(),
    };
    let mut known = met(here.clone(), &sight, &folder);
    if brought.contact.edited_at.is_some() {
        known.contact.card = union(&here.card, &brought.contact.card, joining.canon);
        known.link = link.clone();
    }
    let known = HashMap::from([(link.remote_id.clone(), known)]);
    let upsert = join(&[sight], &known, &folder, joining, now).upserts.pop()?;
    let (other, other_revision) = (brought.contact.id.clone(), brought.contact.revision);
    Some(ContactJoin { upsert, other, other_revision })
}

/// What is on either card; where both say something of one value, what the first says.
fn union(one: &Card, other: &Card, canon: Canon) -> Card {
    let none = Card::default();
    let edit = |now| Edit { base: &none, now };
    merge(edit(one), edit(other), Some(Side::Ours), canon).ours
}

#[cfg(test)]
mod tests;
