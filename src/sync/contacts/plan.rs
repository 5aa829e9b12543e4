//! What is to be written to a mailbox of a contact that was changed here, and what is not. Pure.

use super::bases::agree_but;
use super::fate::{Deed, Fate, decide};
use super::join::Joining;
use super::merge::{Edit, Merged, first_written, merge, was_edited_there};
use super::naming;
use super::overflow::overflow;
use crate::model::{
    Card, CardMember, CardPatch, Conflict, ContactId, ContactLink, ContactRequest, ContactSight,
    ContactWrite, ContactWriteId, CycleId,
};
use crate::store::EditedContact;
use chrono::{DateTime, Utc};
use std::collections::{BTreeMap, BTreeSet};

words! {
    /// Why something is written.
    pub enum WriteReason {
        /// The contact was made here.
        New = "new",
        /// It was changed here after the mailbox had lost it, or left it to us: it is made anew there.
        MadeAnew = "made_anew",
        /// It was changed here.
        Edited = "edited",
        /// It was deleted here.
        Deleted = "deleted",
    }
}

words! {
    /// Why something is not written.
    pub enum Withheld {
        /// Nothing is on it: Outlook would show an empty line.
        Empty = "empty",
        /// Both sides changed it, and a person is to decide.
        Conflict = "conflict",
    }
}

/// A write that is planned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedWrite {
    /// The contact.
    pub contact: ContactId,
    /// The revision of it that is sent.
    pub revision: i64,
    /// What is asked for.
    pub request: ContactRequest,
    /// Why.
    pub why: WriteReason,
    /// What both sides changed, each differently.
    pub conflicts: Vec<Conflict>,
    /// Members that stay as they are until a person decides.
    pub open: BTreeSet<CardMember>,
    /// Entries that have no room in the mailbox, by member: they stay here.
    pub overflow: BTreeMap<CardMember, Vec<String>>,
    /// The card that is sent.
    sent: Card,
    /// The server's card before, as far as it is read; `None` of one that is made.
    before: Option<Card>,
    /// The server's card as the item was found, read or not; `None` of one that nobody looked at.
    found: Option<Card>,
    /// Both bases before.
    bases: (Card, Card),
}

/// What is to be done of a contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Planned {
    /// Nothing is left to be written.
    Nothing,
    /// It is written.
    Write(Box<PlannedWrite>),
    /// It is not written.
    Withheld(Withheld),
}

/// Plans what is written of a contact: `sight` is how its item stands, if it was asked for; else it is taken
/// to stand as it was known.
#[must_use]
pub fn plan(edited: &EditedContact, sight: Option<&ContactSight>, joining: Joining) -> Planned {
    let EditedContact { contact, link, .. } = edited;
    match (link, contact.gone_at.is_some()) {
        (None, true) => Planned::Nothing,
        (None, false) => create(edited, joining),
        (Some(link), true) => delete(edited, link, sight, joining),
        (Some(link), false) => update(edited, link, sight, joining),
    }
}

fn create(edited: &EditedContact, joining: Joining) -> Planned {
    let contact = &edited.contact;
    let patch = first_written(&contact.card, joining.canon);
    if patch.is_empty() {
        return Planned::Withheld(Withheld::Empty);
    }
    if edited.was_deleted_there && decide(Fate::Edited, Fate::Deleted, joining.policy) == Deed::Ask {
        return Planned::Withheld(Withheld::Conflict);
    }
    let why = if edited.had_item { WriteReason::MadeAnew } else { WriteReason::New };
    let overflow = overflow(&contact.card, None, joining.canon);
    let request = ContactRequest::Create { contact: contact.id.clone(), patch };
    let bases = (contact.card.clone(), Card::default());
    Planned::Write(Box::new(PlannedWrite { overflow, ..PlannedWrite::of(edited, request, why, bases) }))
}

fn update(
    edited: &EditedContact,
    link: &ContactLink,
    sight: Option<&ContactSight>,
    joining: Joining,
) -> Planned {
    let contact = &edited.contact;
    let there = there(link, sight);
    let ours = Edit { base: &link.ours, now: &contact.card };
    let theirs = Edit { base: &link.theirs, now: there };
    let modified_at = sight.map_or(link.modified_at, |sight| sight.modified_at);
    let holds = joining.policy.winner(contact.edited_at, modified_at);
    let Merged { ours: card, theirs: patch, conflicts, open } = merge(ours, theirs, holds, joining.canon);
    if patch.is_empty() {
        return if open.is_empty() { Planned::Nothing } else { Planned::Withheld(Withheld::Conflict) };
    }
    let overflow = overflow(&card, Some(link), joining.canon);
    let request =
        ContactRequest::Update { remote_id: link.remote_id.clone(), version: version(link, sight), patch };
    let bases = (link.ours.clone(), link.theirs.clone());
    Planned::Write(Box::new(PlannedWrite {
        conflicts,
        open,
        overflow,
        before: Some(there.clone()),
        ..PlannedWrite::of(edited, request, WriteReason::Edited, bases)
    }))
}

fn delete(
    edited: &EditedContact,
    link: &ContactLink,
    sight: Option<&ContactSight>,
    joining: Joining,
) -> Planned {
    let there = there(link, sight);
    let is_edited = was_edited_there(Edit { base: &link.theirs, now: there }, joining.canon);
    let fate = if is_edited { Fate::Edited } else { Fate::Kept };
    if decide(Fate::Deleted, fate, joining.policy) != Deed::DeleteThere {
        return Planned::Withheld(Withheld::Conflict);
    }
    let request = ContactRequest::Delete { remote_id: link.remote_id.clone(), version: version(link, sight) };
    let bases = (link.ours.clone(), link.theirs.clone());
    Planned::Write(Box::new(PlannedWrite {
        before: Some(there.clone()),
        ..PlannedWrite::of(edited, request, WriteReason::Deleted, bases)
    }))
}

/// How the item stands, as far as it is known.
fn there<'a>(link: &'a ContactLink, sight: Option<&'a ContactSight>) -> &'a Card {
    sight.map(|sight| &sight.card).or(link.contested.as_deref()).unwrap_or(&link.theirs)
}

fn version(link: &ContactLink, sight: Option<&ContactSight>) -> Option<String> {
    sight.map_or_else(|| link.change_key.clone(), |sight| sight.change_key.clone())
}

impl PlannedWrite {
    fn of(edited: &EditedContact, request: ContactRequest, why: WriteReason, bases: (Card, Card)) -> Self {
        let contact = &edited.contact;
        Self {
            contact: contact.id.clone(),
            revision: contact.revision,
            request,
            why,
            conflicts: Vec::new(),
            open: BTreeSet::new(),
            overflow: BTreeMap::new(),
            sent: contact.card.clone(),
            before: None,
            found: None,
            bases,
        }
    }

    /// The same where the item was found with this on it: what is written over, whether it is read or not.
    #[must_use]
    pub fn over(self, found: Option<Card>) -> Self {
        Self { found, ..self }
    }

    /// How the journal has it before it is sent.
    #[must_use]
    pub fn journal(&self, cycle: &CycleId, now: DateTime<Utc>) -> ContactWrite {
        let patch = self.request.patch();
        ContactWrite {
            id: ContactWriteId::new(now),
            cycle: cycle.clone(),
            contact: self.contact.clone(),
            kind: self.request.kind(),
            revision: self.revision,
            remote_id: self.request.remote_id().map(str::to_owned),
            before: self.found.clone().or_else(|| self.before.clone()),
            sent: patch.map(|_| self.sent.clone()),
            members: self.members(),
            conflicts: self.conflicts.iter().filter(|conflict| conflict.holds.is_some()).cloned().collect(),
            begun_at: now,
            ended: None,
        }
    }

    /// What the mailbox made of names when it was done: `answer` is how the item stands then. Those that a person has
    /// yet to decide stay.
    #[must_use]
    pub fn made(&self, answer: &Card) -> CardPatch {
        let settled: BTreeSet<_> = self.members().union(&self.open).copied().collect();
        naming::made(&settled, &self.known(), answer)
    }

    /// Both bases once it is done: `answer` is how the item stands then. Both have what the mailbox `made` of names. Of
    /// what else was not written they stay what was known before, so that what somebody else wrote meanwhile is found.
    #[must_use]
    pub fn bases(&self, answer: &Card, made: &CardPatch) -> (Card, Card) {
        let written = CardPatch { card: answer.clone(), members: self.members() };
        let there = made.apply(&written.apply(&self.known()));
        agree_but(self.bases.clone(), (&made.apply(&self.sent), &there), &self.open)
    }

    /// The members that are written.
    fn members(&self) -> BTreeSet<CardMember> {
        self.request.patch().map(|patch| patch.members.clone()).unwrap_or_default()
    }

    /// The server's card before, as far as it is read.
    fn known(&self) -> Card {
        self.before.clone().unwrap_or_default()
    }
}
