//! What both sides of a contact agree on. Pure.

use super::merge::Merged;
use crate::model::{Card, CardMember};
use std::collections::BTreeSet;

/// Both bases, ours and theirs, once the sides agree on these members: what each has of them `now`. Of the others
/// they stay what they were.
pub(super) fn agree(
    (mut ours, mut theirs): (Card, Card),
    now: (&Card, &Card),
    members: impl IntoIterator<Item = CardMember>,
) -> (Card, Card) {
    for member in members {
        ours.copy(member, now.0);
        theirs.copy(member, now.1);
    }
    (ours, theirs)
}

/// The same once the sides agree on all members but those that a person has yet to decide.
pub(super) fn agree_but(
    bases: (Card, Card),
    now: (&Card, &Card),
    open: &BTreeSet<CardMember>,
) -> (Card, Card) {
    agree(bases, now, CardMember::all().filter(|member| !open.contains(member)))
}

/// The same once everything of a merge is done but what it has yet to write there, and what a person has yet to decide.
pub(super) fn agree_after(bases: (Card, Card), merged: &Merged, there: &Card) -> (Card, Card) {
    let Merged { ours, theirs, open, .. } = merged;
    let waits = |member: &CardMember| {
        theirs.members.iter().chain(open).any(|waiting| is_of_one_list(*waiting, *member))
    };
    agree(bases, (ours, there), CardMember::all().filter(|member| !waits(member)))
}

/// Numbers of all kinds are one list: what a number is for is a value of it.
pub(super) fn is_of_one_list(one: CardMember, other: CardMember) -> bool {
    one == other || matches!((one, other), (CardMember::Phones(_), CardMember::Phones(_)))
}
