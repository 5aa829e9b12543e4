//! A vCard as it is read.

use super::names::{CHILD, IM_ADDRESS, TEXTS};
use super::split::split;
use crate::cards::{FileEntry, FiledContact, text};
use crate::model::{CardEmail, CardPhone, CardPlace, CardText, PhoneKind, PlaceKind};
use calcard::common::PartialDateTime;
use calcard::vcard::{VCard, VCardEntry, VCardParameterName, VCardParameterValue, VCardProperty, VCardValue};
use chrono::NaiveDate;
use std::io::{self, BufRead};

/// The parts of a name, in the order of N.
const NAMES: [CardText; 5] =
    [CardText::Surname, CardText::GivenName, CardText::MiddleName, CardText::Title, CardText::Generation];
/// An e-mail address without a rank comes after all that have one.
const LAST: u32 = 101;

/// The contacts of a file.
pub(in crate::cards) fn read(input: impl BufRead) -> impl Iterator<Item = io::Result<FileEntry>> {
    split(input).map(|piece| {
        let (line, card) = piece?;
        Ok(FileEntry {
            line,
            read: card.map_err(str::to_owned).and_then(text).and_then(|card| contact(&card)),
        })
    })
}

#[derive(Default)]
struct CardSoFar {
    filed: FiledContact,
    /// With their ranks.
    emails: Vec<(u32, CardEmail)>,
}

fn contact(card: &str) -> Result<FiledContact, String> {
    let card = VCard::parse(card).map_err(|_| "it is no vCard".to_owned())?;
    let mut so_far = CardSoFar::default();
    for entry in &card.entries {
        so_far.take(entry)?;
    }
    let CardSoFar { mut filed, mut emails } = so_far;
    emails.sort_by_key(|(rank, _)| *rank);
    filed.card.emails = emails.into_iter().map(|(_, email)| email).collect();
    Ok(filed)
}

impl CardSoFar {
    #[expect(clippy::wildcard_enum_match_arm, reason = "a card has no place for most properties")]
    fn take(&mut self, entry: &VCardEntry) -> Result<(), String> {
        let values = texts(entry);
        let first = values.first().cloned().unwrap_or_default();
        match &entry.name {
            VCardProperty::Kind if first.eq_ignore_ascii_case("group") => {
                return Err("it is a group".to_owned());
            }
            VCardProperty::Begin
            | VCardProperty::End
            | VCardProperty::Version
            | VCardProperty::Prodid
            | VCardProperty::Rev
            | VCardProperty::Kind => {}
            VCardProperty::Uid if first.is_empty() => {}
            VCardProperty::Uid => self.filed.known_by(first),
            // It says nothing of its own.
            VCardProperty::Fn if entry.parameters(&VCardParameterName::Derived).next().is_some() => {}
            VCardProperty::Fn => self.set(entry, CardText::DisplayName, first),
            VCardProperty::N => {
                for (name, value) in NAMES.into_iter().zip(values) {
                    self.set(entry, name, value);
                }
            }
            VCardProperty::Org => {
                self.set(entry, CardText::CompanyName, first);
                self.set(entry, CardText::Department, values.get(1..).unwrap_or_default().join(", "));
            }
            VCardProperty::Bday => match day(entry) {
                Some(day) => self.filed.card.birthday = Some(day),
                None => self.leave(entry),
            },
            VCardProperty::Email => {
                self.emails.push((rank(entry), CardEmail { address: first, name: String::new() }));
            }
            VCardProperty::Tel => self.phone(entry, &first),
            VCardProperty::Adr => self.place(entry, values),
            VCardProperty::Impp => self.filed.card.im_addresses.push(first),
            VCardProperty::Categories => self.filed.card.categories.extend(values),
            name => self.named(entry, name.as_str(), values.join(", ")),
        }
        Ok(())
    }

    fn named(&mut self, entry: &VCardEntry, name: &str, value: String) {
        let card = &mut self.filed.card;
        if name.eq_ignore_ascii_case(IM_ADDRESS) {
            card.im_addresses.push(value);
        } else if name.eq_ignore_ascii_case(CHILD) {
            card.children.push(value);
        } else {
            match TEXTS.iter().find(|(_, property)| name.eq_ignore_ascii_case(property)) {
                Some((text, _)) => self.set(entry, *text, value),
                None => self.leave(entry),
            }
        }
    }

    /// The first value holds; another one is left out.
    fn set(&mut self, entry: &VCardEntry, text: CardText, value: String) {
        if value.is_empty() {
            return;
        }
        if self.filed.card.text(text).is_empty() {
            self.filed.card.set_text(text, value);
        } else {
            self.leave(entry);
        }
    }

    fn phone(&mut self, entry: &VCardEntry, number: &str) {
        let types = types(entry);
        let is = |word: &str| types.iter().any(|of| of == word);
        let kind = if is("fax") || is("pager") {
            return self.leave(entry);
        } else if is("cell") {
            PhoneKind::Mobile
        } else if is("home") {
            PhoneKind::Home
        } else {
            PhoneKind::Business
        };
        let number = number.strip_prefix("tel:").unwrap_or(number).to_owned();
        self.filed.card.phones.push(CardPhone { kind, number });
    }

    fn place(&mut self, entry: &VCardEntry, mut parts: Vec<String>) {
        let types = types(entry);
        let is = |word: &str| types.iter().any(|of| of == word);
        let kind = if is("home") {
            PlaceKind::Home
        } else if is("work") {
            PlaceKind::Business
        } else {
            PlaceKind::Other
        };
        parts.resize(7, String::new());
        let mut parts = parts.into_iter();
        let street: Vec<_> = parts.by_ref().take(3).filter(|part| !part.is_empty()).collect();
        let mut next = || parts.next().unwrap_or_default();
        let (city, state, postal_code, country) = (next(), next(), next(), next());
        let place = CardPlace { street: street.join("\n"), city, state, postal_code, country };
        if self.filed.card.places.contains_key(&kind) {
            self.leave(entry);
        } else {
            self.filed.card.set_place(kind, place);
        }
    }

    fn leave(&mut self, entry: &VCardEntry) {
        self.filed.left_out.push(entry.name.as_str().to_owned());
    }
}

/// Its values as texts, whose lines end with `\n`.
fn texts(entry: &VCardEntry) -> Vec<String> {
    let text = |value: &VCardValue| {
        if let VCardValue::Component(parts) = value {
            return parts.join(", ");
        }
        value.as_text().unwrap_or_default().to_owned()
    };
    let values = entry.values.iter().map(text);
    values.map(|value| value.replace("\r\n", "\n").replace('\r', "\n")).collect()
}

fn types(entry: &VCardEntry) -> Vec<String> {
    let types = entry.parameters(&VCardParameterName::Type).filter_map(VCardParameterValue::as_text);
    types.flat_map(|types| types.split(',')).map(str::to_lowercase).collect()
}

fn rank(entry: &VCardEntry) -> u32 {
    let rank = |rank: &VCardParameterValue| {
        if let VCardParameterValue::Integer(rank) = rank { Some(*rank) } else { None }
    };
    let number = entry.parameters(&VCardParameterName::Pref).find_map(rank);
    let is_first = types(entry).iter().any(|of| of == "pref");
    number.unwrap_or(if is_first { 1 } else { LAST })
}

fn day(entry: &VCardEntry) -> Option<NaiveDate> {
    let value = entry.values.first()?;
    if let VCardValue::PartialDateTime(PartialDateTime { year, month, day, .. }) = value {
        return NaiveDate::from_ymd_opt((*year)?.into(), (*month)?.into(), (*day)?.into());
    }
    value.as_text()?.parse().ok()
}
