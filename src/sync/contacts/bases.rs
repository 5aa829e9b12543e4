//! What both sides of a contact agree on. Pure.

use crate::model::{Card, CardMember};

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
