//! A card as a vCard.

use super::names::{CHILD, IM_ADDRESS, TEXTS, property};
use crate::cards::clean;
use crate::model::{Card, CardEmail, CardPlace, CardText, PhoneKind, PlaceKind};
use calcard::vcard::{
    VCard, VCardEntry, VCardParameter, VCardParameterName, VCardProperty, VCardValue, VCardValueType,
    VCardVersion,
};
use url::Url;

words! {
    /// A version of vCard.
    pub enum CardVersion {
        /// RFC 2426, the newest that Outlook reads.
        V3 = "3.0",
        /// RFC 6350.
        V4 = "4.0",
    }
}

/// A card as a vCard that has this id, with its end of line.
#[must_use]
pub fn write(uid: &str, card: &Card, version: CardVersion) -> String {
    let mut entries =
        vec![entry(VCardProperty::Prodid, ["-//outlook-syncd//EN"]), uri(VCardProperty::Uid, uid)];
    entries.extend(names(uid, card));
    entries.extend(own_texts(card));
    let birthday = card.birthday.map(|day| match version {
        CardVersion::V3 => day.format("%Y-%m-%d").to_string(),
        CardVersion::V4 => day.format("%Y%m%d").to_string(),
    });
    entries.extend(birthday.map(|day| entry(VCardProperty::Bday, [day])));
    entries.extend(ways(card, version));
    entries.extend(card.places.iter().map(|(kind, place)| address(*kind, place)));
    let named = |name: &'static str| move |value: &String| entry(property(name), [value]);
    entries.extend(card.im_addresses.iter().map(named(IM_ADDRESS)));
    entries.extend(card.children.iter().map(named(CHILD)));
    entries.extend((!card.categories.is_empty()).then(|| entry(VCardProperty::Categories, &card.categories)));
    let mut written = String::new();
    let version = match version {
        CardVersion::V3 => VCardVersion::V3_0,
        CardVersion::V4 => VCardVersion::V4_0,
    };
    // Writing to memory fails never.
    let _ = VCard { entries }.write_to(&mut written, version);
    written
}

/// FN, which has to be there, N and ORG.
fn names(uid: &str, card: &Card) -> Vec<VCardEntry> {
    let text = |text: CardText| card.text(text);
    let display_name = text(CardText::DisplayName);
    let whole = if display_name.is_empty() {
        let derived = VCardParameter::new(VCardParameterName::Derived, true);
        entry(VCardProperty::Fn, [card.called().as_deref().unwrap_or(uid)]).with_param(derived)
    } else {
        entry(VCardProperty::Fn, [display_name])
    };
    let parts =
        [CardText::Surname, CardText::GivenName, CardText::MiddleName, CardText::Title, CardText::Generation];
    let mut all = vec![whole, entry(VCardProperty::N, parts.map(text))];
    let company = [CardText::CompanyName, CardText::Department].map(text);
    if company.iter().any(|text| !text.is_empty()) {
        all.push(entry(VCardProperty::Org, company));
    }
    all
}

fn own_texts(card: &Card) -> impl Iterator<Item = VCardEntry> {
    let texts = TEXTS.iter().filter(|(text, _)| !card.text(*text).is_empty());
    texts.map(|(text, name)| {
        let (name, value) = (property(name), card.text(*text));
        if name == VCardProperty::Url { uri(name, value) } else { entry(name, [value]) }
    })
}

/// E-mail addresses, the main one first, and phone numbers.
fn ways(card: &Card, version: CardVersion) -> impl Iterator<Item = VCardEntry> {
    let email = move |(index, email): (usize, &CardEmail)| {
        let written = entry(VCardProperty::Email, [email.shown()]);
        match (index, version) {
            (0, CardVersion::V3) => written.with_param(typed("pref")),
            (0, CardVersion::V4) => written.with_param(VCardParameter::pref(1)),
            _ => written,
        }
    };
    let emails = card.emails.iter().enumerate().map(email);
    emails.chain(card.phones.iter().map(|phone| {
        let kind = match phone.kind {
            PhoneKind::Business => "work",
            PhoneKind::Home => "home",
            PhoneKind::Mobile => "cell",
        };
        entry(VCardProperty::Tel, [&phone.number]).with_param(typed(kind)).with_param(typed("voice"))
    }))
}

fn address(kind: PlaceKind, place: &CardPlace) -> VCardEntry {
    let CardPlace { street, city, state, postal_code, country } = place;
    let written = entry(VCardProperty::Adr, ["", "", street, city, state, postal_code, country]);
    match kind {
        PlaceKind::Business => written.with_param(typed("work")),
        PlaceKind::Home => written.with_param(typed("home")),
        PlaceKind::Other => written,
    }
}

/// An address; what is none is marked as text.
fn uri(name: VCardProperty, value: &str) -> VCardEntry {
    let is_uri = value.starts_with("urn:") || (value.starts_with("http") && Url::parse(value).is_ok());
    let plain = value.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'\\' | b',' | b';'));
    if is_uri && plain {
        entry(name, [value])
    } else {
        entry(name, [value]).with_param(VCardParameter::value(VCardValueType::Text))
    }
}

fn typed(word: &str) -> VCardParameter {
    VCardParameter::typ(word.to_owned())
}

fn entry<T: AsRef<str>>(name: VCardProperty, values: impl IntoIterator<Item = T>) -> VCardEntry {
    let values = values.into_iter().map(|value| VCardValue::Text(clean(value.as_ref())));
    VCardEntry::new(name).with_values(values.collect())
}
