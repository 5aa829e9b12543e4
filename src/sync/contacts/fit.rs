//! What of a card has room in Outlook, and the name of a contact that has none. Pure.
//!
//! What finds no room stays in the database alone. It is no removal that Outlook does not have it, and once
//! there is room, it moves up.

use crate::model::{Card, CardText, PhoneKind};
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

/// The texts of which Outlook makes a contact's name.
const NAMES: [CardText; 4] =
    [CardText::DisplayName, CardText::GivenName, CardText::MiddleName, CardText::Surname];

/// Gives a card a name that has none, of whatever else is on it: Outlook shows a contact without one as an
/// empty line. A name that was given so before, to the card as it `was`, follows what it was made of.
pub(super) fn name(card: &mut Card, was: &Card) {
    let display = card.text(CardText::DisplayName);
    let was_given = was.text(CardText::DisplayName) == display && stand_in(was).as_deref() == Some(display);
    let is_named =
        |text: &CardText| !card.text(*text).is_empty() && (!was_given || *text != CardText::DisplayName);
    if let Some(given) = stand_in(card).filter(|_| !NAMES.iter().any(is_named)) {
        card.set_text(CardText::DisplayName, given);
    }
}

/// What a contact is called that has no name.
fn stand_in(card: &Card) -> Option<String> {
    let mut nameless = card.clone();
    for name in NAMES {
        nameless.set_text(name, String::new());
    }
    nameless.called()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{CardEmail, CardPlace, PlaceKind};

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

    #[test]
    fn a_contact_without_a_name_is_called_by_what_else_is_known_of_it() {
        let named = |card: &Card| {
            let mut named = card.clone();
            name(&mut named, &Card::default());
            named.text(CardText::DisplayName).to_owned()
        };
        let mut card = Card::default();
        assert_eq!(named(&card), "");
        let place = CardPlace { street: "Ring 1\nRear".to_owned(), ..CardPlace::default() };
        card.set_place(PlaceKind::Home, place);
        assert_eq!(named(&card), "Ring 1");
        card.im_addresses.push("anna@chat.example".to_owned());
        assert_eq!(named(&card), "anna@chat.example");
        card.emails.push(CardEmail { address: "info@acme.example".to_owned(), name: String::new() });
        assert_eq!(named(&card), "info@acme.example");
        card.set_text(CardText::CompanyName, "Acme".to_owned());
        assert_eq!(named(&card), "Acme");
        card.set_text(CardText::Surname, "Fort".to_owned());
        assert_eq!(named(&card), "", "a name is made of its parts by the server");
    }

    #[test]
    fn a_given_name_follows_the_company_that_it_was_made_of_and_a_chosen_one_stays() {
        let company = |company: &str, display: &str| {
            let mut card = Card::default();
            card.set_text(CardText::CompanyName, company.to_owned());
            card.set_text(CardText::DisplayName, display.to_owned());
            card
        };
        for (was, display, becomes) in [("Acme", "Acme", "Acme Ltd"), ("Friends", "Friends", "Friends")] {
            let mut card = company("Acme Ltd", display);
            name(&mut card, &company("Acme", was));
            assert_eq!(card.text(CardText::DisplayName), becomes);
        }
    }
}
