//! What both sides of a contact agree on. Pure.

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
