//! What we had and have, what they had and have -> what both have afterwards. Pure.
//!
//! There are two bases, ours and theirs, from when both sides last agreed. Each side is compared with its own
//! base in canonical form, so that whatever a server makes of what it is given is no change on either side.
//! Theirs is what the server answered, never what was sent.
//!
//! - A value that one side changed is taken by the other; one that both changed differently goes by the
//!   policy, and is told with the value that is given up.
//! - A list is a set: see `list`. A postal address is one value: an address of parts from two is none.
//! - Where a person is to decide, both sides keep what they have of the member, and so do both bases: it
//!   conflicts until somebody decided.
//! - What becomes of a card is whole; of theirs only the members that differ are written.

mod edit;
mod lines;
mod list;

pub use edit::Edit;

use self::edit::Change;
use self::lines::Entry;
use self::list::Rules;
use super::canon::{self, Canon};
use super::{fit, naming};
use crate::model::{Card, CardMember, CardPatch, CardPhone, CardText, Conflict, PhoneKind, PlaceKind, Side};
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeSet;

/// What a contact comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merged {
    /// What we have afterwards.
    pub ours: Card,
    /// What is to be written to Outlook.
    pub theirs: CardPatch,
    /// What both sides changed, each differently.
    pub conflicts: Vec<Conflict>,
    /// Members that stay as they are until a person decides.
    pub open: BTreeSet<CardMember>,
}

/// Merges a contact. Where both sides changed a value differently that of `holds` is taken, and a person
/// decides where it is `None`. Of a contact that one side does not have, both its cards are empty there.
#[must_use]
pub fn merge(ours: Edit<&Card>, theirs: Edit<&Card>, holds: Option<Side>, canon: Canon) -> Merged {
    let mut merging = Merging {
        after: (ours.now.clone(), theirs.now.clone()),
        ours,
        theirs,
        holds,
        conflicts: Vec::new(),
        open: BTreeSet::new(),
    };
    merging.values();
    merging.lists(canon);
    let (mut ours, mut card) = merging.after;
    if card != *theirs.now {
        naming::name(&mut card, theirs.now);
        let display = theirs.now.text(CardText::DisplayName);
        if !display.is_empty() && ours.text(CardText::DisplayName) == display {
            ours.copy(CardMember::Text(CardText::DisplayName), &card);
        }
    }
    let mut patch = CardPatch::between(theirs.now, card);
    naming::keep(&mut patch, theirs.now);
    Merged { ours, theirs: patch, conflicts: merging.conflicts, open: merging.open }
}

/// Whether a side changed anything. That something is written in another form is no change.
#[must_use]
pub fn has_changed(side: Edit<&Card>, canon: Canon) -> bool {
    let still = Edit { base: side.base, now: side.base };
    merge(still, side, Some(Side::Theirs), canon).ours != *side.base
}

/// Whether somebody changed anything of a contact in Outlook. What Outlook makes of other members by itself is
/// nobody's change, nor is it that an item has a name which was sent without one.
#[must_use]
pub fn was_edited_there(theirs: Edit<&Card>, canon: Canon) -> bool {
    let mut base = theirs.base.clone();
    let is_made = |text: &CardText| {
        *text != CardText::DisplayName || theirs.base.text(CardText::DisplayName).is_empty()
    };
    for made in naming::MADE.into_iter().filter(is_made) {
        base.copy(CardMember::Text(made), theirs.now);
    }
    has_changed(Edit { base: &base, now: theirs.now }, canon)
}

/// What is written of a card to make a new contact in Outlook.
#[must_use]
pub fn first_written(card: &Card, canon: Canon) -> CardPatch {
    let none = Card::default();
    let nothing = Edit { base: &none, now: &none };
    merge(Edit { base: &none, now: card }, nothing, None, canon).theirs
}

/// A list of a card, to be read and to be written.
type ListOf<T> = (fn(&Card) -> &Vec<T>, fn(&mut Card) -> &mut Vec<T>);

/// A contact that is being merged.
struct Merging<'a> {
    ours: Edit<&'a Card>,
    theirs: Edit<&'a Card>,
    holds: Option<Side>,
    /// Our card and theirs, as far as they are made.
    after: (Card, Card),
    conflicts: Vec<Conflict>,
    open: BTreeSet<CardMember>,
}

impl<'a> Merging<'a> {
    /// Whether these members are to the letter what they were on both sides.
    fn is_untouched(&self, members: &[CardMember]) -> bool {
        let is_same = |side: Edit<&Card>| members.iter().all(|member| side.base.has_same(*member, side.now));
        is_same(self.ours) && is_same(self.theirs)
    }

    fn values(&mut self) {
        for text in CardText::ALL {
            self.value(
                CardMember::Text(text),
                |card| canon::text(card.text(text)),
                |card| card.texts.get(&text),
            );
        }
        self.value(CardMember::Birthday, |card| card.birthday, |card| card.birthday.as_ref());
        for kind in PlaceKind::ALL {
            let place = |card: &Card| card.places.get(&kind).map(canon::place).unwrap_or_default();
            self.value(CardMember::Place(kind), place, |card| card.places.get(&kind));
        }
    }

    fn value<F: PartialEq, V: Serialize>(
        &mut self,
        member: CardMember,
        form: impl Fn(&Card) -> F,
        value: impl Fn(&Card) -> Option<&V>,
    ) {
        if self.is_untouched(&[member]) {
            return;
        }
        let forms = |side: Edit<&Card>| Edit { base: form(side.base), now: form(side.now) };
        let holds = match Change::of(&forms(self.ours), &forms(self.theirs)) {
            Change::None => return,
            Change::Ours => Some(Side::Ours),
            Change::Theirs => Some(Side::Theirs),
            Change::Both => {
                self.conflict(&[member], member, value(self.ours.now), value(self.theirs.now));
                self.holds
            }
        };
        match holds {
            Some(Side::Ours) => self.after.1.copy(member, self.ours.now),
            Some(Side::Theirs) => self.after.0.copy(member, self.theirs.now),
            None => {}
        }
    }

    fn lists(&mut self, canon: Canon) {
        let emails = Rules { form: canon::email, most: fit::three, pairs: true, has_main: true };
        self.list(&[CardMember::Emails], (|card| &card.emails, |card| &mut card.emails), &emails);
        let number = |phone: &CardPhone| canon.phone(&phone.number);
        let phones = Rules { form: number, most: fit::phones, pairs: true, has_main: false };
        let members = PhoneKind::ALL.map(CardMember::Phones);
        self.list(&members, (|card| &card.phones, |card| &mut card.phones), &phones);
        let folded = |text: &String| canon::folded(text);
        let chats = Rules { form: folded, most: fit::three, pairs: true, has_main: false };
        self.list(
            &[CardMember::ImAddresses],
            (|card| &card.im_addresses, |card| &mut card.im_addresses),
            &chats,
        );
        let text = |text: &String| canon::text(text);
        let children = Rules { form: text, most: fit::any_number, pairs: true, has_main: false };
        self.list(&[CardMember::Children], (|card| &card.children, |card| &mut card.children), &children);
        // A server adds the name of the folder to some.
        let categories = Rules { form: folded, most: fit::any_number, pairs: false, has_main: false };
        self.list(
            &[CardMember::Categories],
            (|card| &card.categories, |card| &mut card.categories),
            &categories,
        );
    }

    fn list<T: Entry + Serialize, F: Fn(&T) -> String>(
        &mut self,
        members: &[CardMember],
        (get, get_mut): ListOf<T>,
        rules: &Rules<F>,
    ) {
        if self.is_untouched(members) {
            return;
        }
        let entries =
            |side: Edit<&'a Card>| Edit { base: get(side.base).as_slice(), now: get(side.now).as_slice() };
        let (ours, theirs) = (entries(self.ours), entries(self.theirs));
        let merged = list::merge(ours, theirs, rules, self.holds);
        let is_settled = merged.conflicts.is_empty() || self.holds.is_some();
        for (our, their) in merged.conflicts {
            let member = our.kind().map_or(members[0], CardMember::Phones);
            self.conflict(members, member, Some(our), Some(their));
        }
        if is_settled {
            *get_mut(&mut self.after.0) = merged.ours;
            *get_mut(&mut self.after.1) = merged.theirs;
        }
    }

    fn conflict(
        &mut self,
        members: &[CardMember],
        member: CardMember,
        ours: Option<impl Serialize>,
        theirs: Option<impl Serialize>,
    ) {
        self.conflicts.push(Conflict { member, ours: json(ours), theirs: json(theirs), holds: self.holds });
        if self.holds.is_none() {
            self.open.extend(members);
        }
    }
}

fn json(value: Option<impl Serialize>) -> Value {
    value.and_then(|value| serde_json::to_value(value).ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests;
