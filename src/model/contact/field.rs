//! A card as plain texts: as a command line, a form or a table has it.

use super::{Card, CardEmail, CardPhone, CardPlace, CardText, PhoneKind, PlaceKind, PlacePart};
use chrono::NaiveDate;

/// What of a card is one text, or a list of texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CardField {
    /// One of its texts.
    Text(CardText),
    /// Day of birth, as YYYY-MM-DD.
    Birthday,
    /// Its e-mail addresses.
    Email,
    /// Its phone numbers of a kind.
    Phone(PhoneKind),
    /// A part of one of its postal addresses.
    Place(PlaceKind, PlacePart),
    /// Its addresses for instant messages.
    ImAddress,
    /// Its names of children.
    Child,
    /// Its categories.
    Category,
}

impl CardField {
    /// Each of them.
    pub fn all() -> impl Iterator<Item = Self> {
        let texts = CardText::ALL.into_iter().map(Self::Text);
        let phones = PhoneKind::ALL.into_iter().map(Self::Phone);
        let parts = |kind| PlacePart::ALL.into_iter().map(move |part| Self::Place(kind, part));
        let places = PlaceKind::ALL.into_iter().flat_map(parts);
        let lists = [Self::ImAddress, Self::Child, Self::Category];
        texts.chain([Self::Birthday, Self::Email]).chain(phones).chain(places).chain(lists)
    }

    /// The word that stands for it, such as `given_name` or `home_city`; of a list that for one entry.
    #[must_use]
    pub fn word(self) -> String {
        match self {
            Self::Text(text) => text.as_str().to_owned(),
            Self::Birthday => "birthday".to_owned(),
            Self::Email => "email".to_owned(),
            Self::Phone(kind) => format!("{}_phone", kind.as_str()),
            Self::Place(kind, part) => format!("{}_{}", kind.as_str(), part.as_str()),
            Self::ImAddress => "im_address".to_owned(),
            Self::Child => "child".to_owned(),
            Self::Category => "category".to_owned(),
        }
    }

    /// Whether a card has a list of it.
    #[must_use]
    pub const fn is_list(self) -> bool {
        matches!(self, Self::Email | Self::Phone(_) | Self::ImAddress | Self::Child | Self::Category)
    }

    /// What a card has there; nothing where it is empty.
    #[must_use]
    pub fn values(self, card: &Card) -> Vec<String> {
        let one = |text: &str| if text.is_empty() { Vec::new() } else { vec![text.to_owned()] };
        match self {
            Self::Text(text) => one(card.text(text)),
            Self::Birthday => card.birthday.iter().map(ToString::to_string).collect(),
            Self::Email => card.emails.iter().map(|email| email.shown().to_owned()).collect(),
            Self::Phone(kind) => card.phones_of(kind).map(|phone| phone.number.clone()).collect(),
            Self::Place(kind, part) => one(card.places.get(&kind).map_or("", |place| place.part(part))),
            Self::ImAddress => card.im_addresses.clone(),
            Self::Child => card.children.clone(),
            Self::Category => card.categories.clone(),
        }
    }

    /// Writes values in place of what a card has there; empty ones are left out. What a server calls an e-mail
    /// address that stays, stays.
    ///
    /// # Errors
    /// What is wrong with a value, for people.
    pub fn write(self, card: &mut Card, values: &[String]) -> Result<(), String> {
        let values: Vec<String> = values.iter().filter(|value| !value.is_empty()).cloned().collect();
        if values.len() > 1 && !self.is_list() {
            return Err(format!("a card has one {} alone", self.word()));
        }
        let first = values.first().cloned().unwrap_or_default();
        match self {
            Self::Text(text) => card.set_text(text, first),
            Self::Birthday => card.birthday = if first.is_empty() { None } else { Some(day(&first)?) },
            Self::Email => card.emails = values.into_iter().map(|value| email(value, &card.emails)).collect(),
            Self::Phone(kind) => {
                card.phones.retain(|phone| phone.kind != kind);
                card.phones.extend(values.into_iter().map(|number| CardPhone { kind, number }));
            }
            Self::Place(kind, part) => {
                let mut place: CardPlace = card.places.get(&kind).cloned().unwrap_or_default();
                *place.part_mut(part) = first;
                card.set_place(kind, place);
            }
            Self::ImAddress => card.im_addresses = values,
            Self::Child => card.children = values,
            Self::Category => card.categories = values,
        }
        Ok(())
    }
}

impl CardEmail {
    /// The address, or what somebody wrote who wrote none.
    #[must_use]
    pub fn shown(&self) -> &str {
        if self.address.is_empty() { &self.name } else { &self.address }
    }
}

fn day(text: &str) -> Result<NaiveDate, String> {
    text.parse().map_err(|_| format!("`{text}` is no day such as 1992-02-29"))
}

fn email(value: String, known: &[CardEmail]) -> CardEmail {
    let same = known.iter().find(|email| email.shown() == value);
    same.cloned().unwrap_or_else(|| CardEmail { address: value, name: String::new() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    fn write(card: &mut Card, field: CardField, values: &[&str]) -> Result<(), String> {
        field.write(card, &values.iter().map(|value| (*value).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn each_has_a_word_of_its_own_and_has_what_was_written() {
        let words: HashSet<_> = CardField::all().map(CardField::word).collect();
        assert_eq!(words.len(), CardField::all().count());
        let mut card = Card::default();
        for field in CardField::all() {
            let one = if field == CardField::Birthday { "1992-02-29" } else { "one" };
            let values = if field.is_list() { vec![one, "", "two"] } else { vec![one] };
            write(&mut card, field, &values).unwrap();
            assert_eq!(
                field.values(&card),
                values.into_iter().filter(|value| !value.is_empty()).collect::<Vec<_>>()
            );
            assert_eq!(
                write(&mut card.clone(), field, &["1992-02-29", "1992-02-29"]).is_ok(),
                field.is_list()
            );
        }
        for field in CardField::all() {
            write(&mut card, field, &[""]).unwrap();
        }
        assert_eq!(card, Card::default());
        assert!(write(&mut card, CardField::Birthday, &["29.2.1992"]).unwrap_err().contains("29.2.1992"));
    }

    #[test]
    fn an_address_that_stays_keeps_what_the_server_calls_it() {
        let named = CardEmail { address: "a@x".to_owned(), name: "Anna".to_owned() };
        let mut card = Card { emails: vec![named.clone()], ..Card::default() };
        write(&mut card, CardField::Email, &["b@x", "a@x"]).unwrap();
        assert_eq!(card.emails[1], named);
    }
}
