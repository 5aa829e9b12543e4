//! Values that both sides have changed, each differently: how the journal keeps those that gave way, what waits
//! for a person to say whose hold, and what a contact becomes by that. Pure.
//!
//! Where ours hold by themselves, theirs are written over: what they were stands with that write.
//!
//! What a person says of a value makes what the mailbox has of it the base of both sides, as if both had agreed
//! on it: ours, where it differs, is a change that goes out, and nothing conflicts until somebody changes the
//! value there again.

use super::bases::{agree_after, is_of_one_list};
use super::canon::Canon;
use super::merge::{Edit, Merged, merge, was_edited_there};
use crate::model::{
    Card, CardMember, Conflict, ConflictPolicy, Contact, ContactLink, ContactWrite, ContactWriteId,
    ContactWriteKind, CycleId, Side,
};
use crate::store::{ContactResolution, EditedContact};
use chrono::{DateTime, Utc};
use std::collections::BTreeSet;

/// What waits for a person of a contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Contest {
    /// Both sides changed these, each differently.
    Values(Vec<Conflict>),
    /// It was deleted on this side, and changed on the other.
    Deleted(Side),
}

/// What waits for a person of a contact, as far as the database knows how its item stands.
#[must_use]
pub fn contest(edited: &EditedContact, canon: Canon, policy: ConflictPolicy) -> Option<Contest> {
    let EditedContact { contact, link, was_deleted_there, .. } = edited;
    if policy != ConflictPolicy::Ask {
        return None;
    }
    let Some(link) = link else {
        let is_left = *was_deleted_there && contact.gone_at.is_none();
        return is_left.then_some(Contest::Deleted(Side::Theirs));
    };
    let there = link.contested.as_deref()?;
    if contact.gone_at.is_some() {
        let is_edited = was_edited_there(Edit { base: &link.theirs, now: there }, canon);
        return is_edited.then_some(Contest::Deleted(Side::Ours));
    }
    let (ours, theirs) = edits(contact, link, there);
    let conflicts = merge(ours, theirs, None, canon).conflicts;
    (!conflicts.is_empty()).then_some(Contest::Values(conflicts))
}

/// What a contact becomes when a person has said whose values hold: of one member, or of all that wait. `None`
/// where that waits for nobody.
#[must_use]
pub fn resolve(
    edited: &EditedContact,
    (side, member): (Side, Option<CardMember>),
    canon: Canon,
    run: (&CycleId, DateTime<Utc>),
) -> Option<ContactResolution> {
    let EditedContact { contact, link, .. } = edited;
    let link = link.as_ref()?;
    let seen = link.contested.as_deref()?;
    let (ours, theirs) = edits(contact, link, seen);
    if contact.gone_at.is_some() {
        let there = merge(ours, theirs, Some(Side::Theirs), canon);
        return Some(deleted_here((contact, link, seen), (side, &there), canon, run));
    }
    let conflicts = merge(ours, theirs, Some(side), canon).conflicts;
    let is_meant = |conflict: &Conflict| member.is_none_or(|member| is_of_one_list(conflict.member, member));
    let (meant, left): (Vec<_>, Vec<_>) = conflicts.into_iter().partition(is_meant);
    if meant.is_empty() {
        return None;
    }
    let of_meant =
        |member: &CardMember| meant.iter().any(|conflict| is_of_one_list(conflict.member, *member));
    let members: BTreeSet<_> = CardMember::all().filter(of_meant).collect();
    let by = |side: Side| {
        let merged = merge(ours, theirs, Some(side), canon).ours;
        let mut card = contact.card.clone();
        for member in &members {
            card.copy(*member, &merged);
        }
        card
    };
    let (card, lost) = (by(side), by(side.other()));
    let mut bases = (link.ours.clone(), link.theirs.clone());
    for member in &members {
        bases.0.copy(*member, seen);
        bases.1.copy(*member, seen);
    }
    let journal = of_values((contact, link), (lost, card.clone()), meant, run);
    let forms = canon.forms(&card);
    let contested = (!left.is_empty()).then(|| seen.clone());
    Some(ContactResolution { card: Some((card, forms)), bases, contested, seen: seen.clone(), journal })
}

/// A contact that was deleted here stays so, or is `there` again. Then only ours is agreed on: that the item was changed
/// since is told when it is seen again, or the contact is deleted once more.
fn deleted_here(
    (contact, link, seen): (&Contact, &ContactLink, &Card),
    (side, there): (Side, &Merged),
    canon: Canon,
    run: (&CycleId, DateTime<Utc>),
) -> ContactResolution {
    let bases = (link.ours.clone(), link.theirs.clone());
    let (bases, lost_and_held) = match side {
        Side::Ours => ((bases.0, seen.clone()), (Some(there.ours.clone()), Some(contact.card.clone()))),
        Side::Theirs => {
            let (ours, _) = agree_after(bases, there, seen);
            ((ours, link.theirs.clone()), (None, Some(there.ours.clone())))
        }
    };
    let forms = canon.forms(&there.ours);
    ContactResolution {
        card: (side == Side::Theirs).then(|| (there.ours.clone(), forms)),
        bases,
        contested: None,
        seen: seen.clone(),
        journal: said(contact, Some(&link.remote_id), lost_and_held, run),
    }
}

/// How the journal has whose deed holds, as a person or the policy says, of a contact that was changed here and deleted
/// there.
#[must_use]
pub fn deleted_there(contact: &Contact, side: Side, run: (&CycleId, DateTime<Utc>)) -> ContactWrite {
    let card = Some(contact.card.clone());
    let lost_and_held = match side {
        Side::Ours => (None, card),
        Side::Theirs => (card, None),
    };
    said(contact, None, lost_and_held, run)
}

fn edits<'a>(
    contact: &'a Contact,
    link: &'a ContactLink,
    there: &'a Card,
) -> (Edit<&'a Card>, Edit<&'a Card>) {
    (Edit { base: &link.ours, now: &contact.card }, Edit { base: &link.theirs, now: there })
}

/// How the journal has that a contact, which one side deleted, is what the other side made of it: its deletion gave way,
/// and so may values have.
pub(super) fn outlived(
    contact: &Contact,
    remote_id: Option<&String>,
    merged: &Merged,
    run: (&CycleId, DateTime<Utc>),
) -> ContactWrite {
    let conflicts = gave_way_of(merged);
    ContactWrite { conflicts, ..said(contact, remote_id, (None, Some(merged.ours.clone())), run) }
}

/// How the journal has conflicts in which values of the contact gave way by themselves; `None` where none did.
/// Its cards are what the contact would be with them, and what it is: what the mailbox changed beside them is
/// on both.
pub(super) fn gave_way(
    (contact, link): (&Contact, &ContactLink),
    (ours, theirs): (Edit<&Card>, Edit<&Card>),
    merged: &Merged,
    canon: Canon,
    run: (&CycleId, DateTime<Utc>),
) -> Option<ContactWrite> {
    let conflicts = gave_way_of(merged);
    if conflicts.is_empty() {
        return None;
    }
    let before = merge(ours, theirs, Some(Side::Ours), canon).ours;
    Some(of_values((contact, link), (before, merged.ours.clone()), conflicts, run))
}

/// The conflicts in which values here gave way.
fn gave_way_of(merged: &Merged) -> Vec<Conflict> {
    merged.conflicts.iter().filter(|conflict| conflict.holds == Some(Side::Theirs)).cloned().collect()
}

fn of_values(
    (contact, link): (&Contact, &ContactLink),
    (lost, held): (Card, Card),
    conflicts: Vec<Conflict>,
    run: (&CycleId, DateTime<Utc>),
) -> ContactWrite {
    ContactWrite {
        members: CardMember::all().filter(|member| !lost.has_same(*member, &held)).collect(),
        conflicts,
        ..said(contact, Some(&link.remote_id), (Some(lost), Some(held)), run)
    }
}

/// What the contact would be by what gave way, and what it is by what holds; `None` where it is deleted by that. Of a
/// contact that is deleted all the same what holds is its card.
fn said(
    contact: &Contact,
    remote_id: Option<&String>,
    (lost, held): (Option<Card>, Option<Card>),
    (cycle, now): (&CycleId, DateTime<Utc>),
) -> ContactWrite {
    ContactWrite {
        id: ContactWriteId::new(now),
        cycle: cycle.clone(),
        contact: contact.id.clone(),
        kind: ContactWriteKind::Resolve,
        revision: contact.revision,
        remote_id: remote_id.cloned(),
        before: lost,
        sent: held,
        members: BTreeSet::new(),
        conflicts: Vec::new(),
        begun_at: now,
        ended: Some((now, Ok(()))),
    }
}

#[cfg(test)]
mod tests;
