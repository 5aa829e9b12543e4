//! What of a card has room in Outlook. Pure.
//!
//! What finds no room stays in the database alone. It is no removal that Outlook does not have it, and once
//! there is room, it moves up.

use crate::model::PhoneKind;
use std::collections::HashMap;

/// How many entries of a kind a list of Outlook's takes; it refuses a contact with more.
pub(super) type Most = fn(Option<PhoneKind>) -> usize;

/// Of e-mail addresses, and of addresses for instant messages.
pub(super) const fn three(_: Option<PhoneKind>) -> usize {
    3
}

/// Of phone numbers.
pub(super) const fn phones(kind: Option<PhoneKind>) -> usize {
    match kind {
        Some(PhoneKind::Business | PhoneKind::Home) => 2,
        Some(PhoneKind::Mobile) => 1,
        None => 0,
    }
}

/// Of children and categories.
pub(super) const fn any_number(_: Option<PhoneKind>) -> usize {
    usize::MAX
}

/// The room that is left in a list.
pub(super) struct Room {
    taken: HashMap<Option<PhoneKind>, usize>,
    most: Most,
}

impl Room {
    pub(super) fn new(most: Most) -> Self {
        Self { taken: HashMap::new(), most }
    }

    /// Takes a place, whether there is one or not.
    pub(super) fn occupy(&mut self, kind: Option<PhoneKind>) {
        *self.taken.entry(kind).or_default() += 1;
    }

    pub(super) fn is_full(&self, kind: Option<PhoneKind>) -> bool {
        self.taken.get(&kind).copied().unwrap_or_default() >= (self.most)(kind)
    }

    /// Takes a place if there is one.
    pub(super) fn take(&mut self, kind: Option<PhoneKind>) -> bool {
        let is_free = !self.is_full(kind);
        if is_free {
            self.occupy(kind);
        }
        is_free
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_takes_as_many_as_outlook_does() {
        for (most, kind, takes) in [
            (three as Most, None, 3),
            (phones, Some(PhoneKind::Business), 2),
            (phones, Some(PhoneKind::Home), 2),
            (phones, Some(PhoneKind::Mobile), 1),
            (any_number, None, 9),
        ] {
            let mut room = Room::new(most);
            let taken = (0..9).filter(|_| room.take(kind)).count();
            assert_eq!(taken, takes, "{kind:?}");
        }
    }
}
