//! The names of a contact that a mailbox makes of the rest of it. Pure.
//!
//! Nobody wrote such a name: it follows what it is made of, and that the mailbox makes it is nobody's change.
//! Outlook makes the name as a whole anew of any change where it is not sent with it (contact: displayName), and the
//! name by which it sorts of the parts (MS-OXOCNTC: `PidLidFileUnderId`).

use crate::model::{Card, CardMember, CardPatch, CardText};
use std::collections::BTreeSet;

/// What a mailbox makes where it is left out.
pub(super) const MADE: [CardText; 3] = [CardText::DisplayName, CardText::FileAs, CardText::Initials];

/// The parts of which Outlook makes the name as a whole.
const PARTS: [CardText; 3] = [CardText::GivenName, CardText::MiddleName, CardText::Surname];

/// Parts of a name in their order, and what stands between them.
type Form = (&'static [CardText], &'static str);

/// How names are made of their parts. One of fewer parts comes first: whether a name has more of them the mailbox says.
const FORMS: [Form; 6] = [
    (&[CardText::GivenName, CardText::Surname], " "),
    (&PARTS, " "),
    (&[CardText::GivenName, CardText::MiddleName, CardText::Surname, CardText::Generation], " "),
    (
        &[
            CardText::Title,
            CardText::GivenName,
            CardText::MiddleName,
            CardText::Surname,
            CardText::Generation,
        ],
        " ",
    ),
    (&[CardText::Surname, CardText::GivenName], ", "),
    (&[CardText::Surname, CardText::GivenName], " "),
];

/// Gives a card a name that has none, of whatever else is on it: Outlook shows a contact without one as an
/// empty line, and makes it of its parts itself. A name that was made so before, on the card as it `was`, follows what
/// it was made of.
pub(super) fn name(card: &mut Card, was: &Card) {
    let display = card.text(CardText::DisplayName);
    let was_made = was.text(CardText::DisplayName) == display && is_made(was);
    let made = match form(was).filter(|_| was_made) {
        Some(form) => Some(composed(form, card)),
        None if display.is_empty() && has_parts(card) => None,
        None if was_made && has_parts(card) => Some(composed((&PARTS, " "), card)),
        None if was_made || display.is_empty() => stand_in(card),
        None => None,
    };
    if let Some(made) = made.filter(|made| !made.is_empty()) {
        card.set_text(CardText::DisplayName, made);
    }
}

/// Has a patch of a card as it `was` say a name as a whole that is not made of its parts, or not any more: Outlook may
/// make one of them where it is left out.
pub(super) fn keep(patch: &mut CardPatch, was: &Card) {
    let is_of_parts = form(was).is_some() && form(&patch.card).is_some();
    let is_chosen = !patch.card.text(CardText::DisplayName).is_empty() && !is_of_parts;
    if is_chosen && !patch.is_empty() {
        patch.members.insert(CardMember::Text(CardText::DisplayName));
    }
}

/// What a mailbox made anew of an item that was so `before` when these members of it were `written`.
pub(super) fn made(written: &BTreeSet<CardMember>, before: &Card, after: &Card) -> CardPatch {
    let is_made = |member: &CardMember| !written.contains(member) && !after.has_same(*member, before);
    let members = MADE.map(CardMember::Text).into_iter().filter(is_made).collect();
    CardPatch { card: after.clone(), members }
}

/// Whether a card's name as a whole is made of the rest of it.
fn is_made(card: &Card) -> bool {
    form(card).is_some() || stand_in(card).as_deref() == Some(card.text(CardText::DisplayName))
}

fn has_parts(card: &Card) -> bool {
    PARTS.iter().any(|part| !card.text(*part).is_empty())
}

/// How the name as a whole is made of its parts; `None` where it is not.
fn form(card: &Card) -> Option<Form> {
    let display = card.text(CardText::DisplayName);
    FORMS.into_iter().find(|form| !display.is_empty() && composed(*form, card) == display)
}

fn composed((parts, between): Form, card: &Card) -> String {
    let parts = parts.iter().map(|part| card.text(*part).trim()).filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join(between)
}

/// What a contact is called that has no name.
fn stand_in(card: &Card) -> Option<String> {
    let mut nameless = card.clone();
    for name in PARTS.into_iter().chain([CardText::DisplayName]) {
        nameless.set_text(name, String::new());
    }
    nameless.called()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{CardEmail, CardPlace, PlaceKind};

    fn card(texts: &[(CardText, &str)]) -> Card {
        let mut card = Card::default();
        for (text, value) in texts {
            card.set_text(*text, (*value).to_owned());
        }
        card
    }

    fn named(card: &Card, was: &Card) -> String {
        let mut named = card.clone();
        name(&mut named, was);
        named.text(CardText::DisplayName).to_owned()
    }

    #[test]
    fn a_contact_without_a_name_is_called_by_what_else_is_known_of_it() {
        let named = |card: &Card| named(card, &Card::default());
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
        use CardText::{CompanyName, DisplayName, GivenName};
        for (was, display, becomes) in [("Acme", "Acme", "Acme Ltd"), ("Friends", "Friends", "Friends")] {
            let card = |company: &str, display: &str| card(&[(CompanyName, company), (DisplayName, display)]);
            assert_eq!(named(&card("Acme Ltd", display), &card("Acme", was)), becomes);
        }
        let was = card(&[(CompanyName, "Acme"), (DisplayName, "Acme")]);
        let now = card(&[(CompanyName, "Acme"), (DisplayName, "Acme"), (GivenName, "Anna")]);
        assert_eq!(named(&now, &was), "Anna", "a person's name stands before the company's");
    }

    #[test]
    fn a_name_that_is_made_of_its_parts_follows_them_in_its_form_and_a_chosen_one_stays() {
        use CardText::{DisplayName, GivenName, Surname, Title};
        for (display, becomes) in [
            ("Anna Fort", "Anna Kern"),
            ("Fort, Anna", "Kern, Anna"),
            ("Fort Anna", "Kern Anna"),
            ("Dr. Anna Fort", "Dr. Anna Kern"),
            ("Annie", "Annie"),
        ] {
            let of = |surname| {
                card(&[(DisplayName, display), (Title, "Dr."), (GivenName, "Anna"), (Surname, surname)])
            };
            assert_eq!(named(&of("Kern"), &of("Fort")), becomes);
            assert_eq!(named(&of("Fort"), &of("Fort")), display);
        }
        let was = card(&[(DisplayName, "Anna"), (GivenName, "Anna")]);
        let cleared = card(&[(DisplayName, "Anna")]);
        assert_eq!(named(&cleared, &was), "Anna", "nothing is left to make another one of");
    }

    #[test]
    fn a_name_whose_parts_are_cleared_goes_with_the_patch_that_clears_them() {
        use CardText::{DisplayName, GivenName, JobTitle};
        let was = card(&[(DisplayName, "Anna"), (GivenName, "Anna")]);
        for (now, member, is_said) in [
            (card(&[(DisplayName, "Anna")]), GivenName, true),
            (card(&[(DisplayName, "Anna"), (GivenName, "Anna"), (JobTitle, "Chief")]), JobTitle, false),
        ] {
            let mut patch = CardPatch { card: now, members: BTreeSet::from([CardMember::Text(member)]) };
            keep(&mut patch, &was);
            assert_eq!(patch.members.contains(&CardMember::Text(DisplayName)), is_said, "{member:?}");
        }
    }

    #[test]
    fn what_is_made_of_names_is_what_differs_and_was_not_written() {
        use CardText::{DisplayName, FileAs, GivenName};
        let before = card(&[(DisplayName, "Anna"), (FileAs, "Anna")]);
        let after = card(&[(DisplayName, "Ann"), (FileAs, "Ann"), (GivenName, "Ann")]);
        let made = made(&[CardMember::Text(DisplayName)].into(), &before, &after);
        assert_eq!(made.members, [CardMember::Text(FileAs)].into());
    }
}
