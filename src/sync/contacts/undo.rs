//! What taking back a write to a mailbox makes of its contact. Pure.
//!
//! Only what the write changed is taken back, and only as far as the contact still has what was written: what
//! was changed since stays, and is told.

use super::canon::Canon;
use super::merge::{Edit, has_changed, merge};
use crate::model::{Card, CardText, Conflict, Contact, ContactWrite, ContactWriteKind, Side};

/// What a contact becomes when a write of it is taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Undo {
    /// This is written on it again.
    Restore(Card),
    /// It is there again, with this on it.
    Revive(Card),
    /// It is deleted.
    Remove,
    /// It stays: it was changed since it was made.
    Keep,
    /// It is as it was before the write.
    Nothing,
}

/// What a contact becomes when a write that was done is taken back, and the values that stay because they were
/// changed since: of each `theirs` is what was there before the write.
#[must_use]
pub fn undo(write: &ContactWrite, contact: &Contact, canon: Canon) -> (Undo, Vec<Conflict>) {
    let none = Card::default();
    let (before, sent) = (write.before.as_ref().unwrap_or(&none), write.sent.as_ref().unwrap_or(&none));
    match (write.kind, contact.gone_at.is_some()) {
        (ContactWriteKind::Create | ContactWriteKind::Update, true)
        | (ContactWriteKind::Delete, false)
        // What it changed is not on the card.
        | (ContactWriteKind::SetPhoto | ContactWriteKind::RemovePhoto | ContactWriteKind::YieldPhoto, _) => {
            (Undo::Nothing, Vec::new())
        }
        (ContactWriteKind::Create, false) => (removed(sent, &contact.card, canon), Vec::new()),
        (ContactWriteKind::Update, false) => {
            let after = written(write, canon);
            restored(sent, (&after, before), &contact.card, canon)
        }
        (ContactWriteKind::Resolve, is_gone) => match (&write.before, &write.sent) {
            // It would have stayed, and was deleted by what was said, or before.
            (Some(before), _) if is_gone && write.conflicts.is_empty() => {
                (Undo::Revive(before.clone()), Vec::new())
            }
            (None, _) if !is_gone => (removed(sent, &contact.card, canon), Vec::new()),
            (Some(before), Some(sent)) if !is_gone => restored(sent, (sent, before), &contact.card, canon),
            (Some(_) | None, _) => (Undo::Nothing, Vec::new()),
        },
        (ContactWriteKind::Delete, true) => (Undo::Revive(contact.card.clone()), Vec::new()),
    }
}

/// A contact that is there by the write goes, unless it was changed since.
fn removed(sent: &Card, card: &Card, canon: Canon) -> Undo {
    if is_as_made(sent, card, canon) { Undo::Remove } else { Undo::Keep }
}

/// A server makes these texts where they are left out.
fn is_as_made(sent: &Card, card: &Card, canon: Canon) -> bool {
    let mut made = sent.clone();
    for text in [CardText::DisplayName, CardText::FileAs] {
        if sent.text(text).is_empty() {
            made.set_text(text, card.text(text).to_owned());
        }
    }
    !has_changed(Edit { base: &made, now: card }, canon)
}

/// The way back is what the other side would have changed from after the write to before it.
fn restored(
    sent: &Card,
    (after, before): (&Card, &Card),
    card: &Card,
    canon: Canon,
) -> (Undo, Vec<Conflict>) {
    let back =
        merge(Edit { base: sent, now: card }, Edit { base: after, now: before }, Some(Side::Ours), canon);
    let undo = if back.ours == *card { Undo::Nothing } else { Undo::Restore(back.ours) };
    (undo, back.conflicts)
}

/// What the mailbox had after the write: what found no room there was not written.
pub(super) fn written(write: &ContactWrite, canon: Canon) -> Card {
    let none = Card::default();
    let (before, sent) = (write.before.as_ref().unwrap_or(&none), write.sent.as_ref().unwrap_or(&none));
    let unchanged = Edit { base: before, now: before };
    let patch = merge(Edit { base: before, now: sent }, unchanged, Some(Side::Ours), canon).theirs;
    let mut after = before.clone();
    for member in patch.members.iter().filter(|member| write.members.contains(member)) {
        after.copy(*member, &patch.card);
    }
    after
}

#[cfg(test)]
mod tests;
