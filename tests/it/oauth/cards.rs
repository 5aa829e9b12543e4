//! Cards in Graph's words, to be compared.

use outlook_syncd::model::{Card, CardEmail, CardText, PhoneKind, PlaceKind};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Cards that can be compared; none of them stands there twice.
pub(super) fn words(cards: impl Iterator<Item = Map<String, Value>>) -> BTreeSet<String> {
    let all: Vec<_> = cards.map(|card| sorted(&Value::Object(card)).to_string()).collect();
    let count = all.len();
    let all: BTreeSet<_> = all.into_iter().collect();
    assert_eq!(all.len(), count, "a contact stands there twice");
    all
}

/// The same with members in order, without empty texts, the time of a birthday, Outlook's ends of lines, and what Outlook's own pages
/// show alone.
fn sorted(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let told = |name: &str, value: &Value| *value != json!("") && !["fax", "pager"].contains(&name);
            let filled = members.iter().filter(|(name, value)| told(name, value));
            let member = |(name, value): (&String, &Value)| match value.as_str() {
                Some(day) if name == "birthday" => (name.clone(), json!(day[..10])),
                _ => (name.clone(), sorted(value)),
            };
            let members: BTreeMap<_, _> = filled.map(member).collect();
            json!(members)
        }
        Value::Array(entries) => entries.iter().map(sorted).collect(),
        // Here lines end with a line feed.
        Value::String(text) => json!(text.replace("\r\n", "\n")),
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
    }
}

/// A card in Graph's words, without what is empty.
pub(super) fn members(card: &Card) -> Map<String, Value> {
    let camel = |text: CardText| {
        let mut words = text.as_str().split('_');
        let first = words.next().unwrap().to_owned();
        words.fold(first, |name, word| format!("{name}{}{}", word[..1].to_uppercase(), &word[1..]))
    };
    let mut members: Map<_, _> =
        card.texts.iter().map(|(text, value)| (camel(*text), json!(value))).collect();
    let numbers = |kind| {
        let of_kind = card.phones.iter().filter(move |phone| phone.kind == kind);
        of_kind.map(|phone| phone.number.clone()).collect::<Vec<_>>()
    };
    let email = |email: &CardEmail| json!({"name": email.name, "address": email.address});
    members.insert("businessPhones".to_owned(), json!(numbers(PhoneKind::Business)));
    members.insert("homePhones".to_owned(), json!(numbers(PhoneKind::Home)));
    members.insert("mobilePhone".to_owned(), json!(numbers(PhoneKind::Mobile).first()));
    members.insert("emailAddresses".to_owned(), json!(card.emails.iter().map(email).collect::<Vec<_>>()));
    members.insert("imAddresses".to_owned(), json!(card.im_addresses));
    members.insert("children".to_owned(), json!(card.children));
    members.insert("categories".to_owned(), json!(card.categories));
    members.insert("birthday".to_owned(), json!(card.birthday.map(|day| format!("{day}T11:59:00Z"))));
    for (kind, name) in [
        (PlaceKind::Business, "businessAddress"),
        (PlaceKind::Home, "homeAddress"),
        (PlaceKind::Other, "otherAddress"),
    ] {
        if let Some(place) = card.places.get(&kind) {
            let parts = [
                ("street", &place.street),
                ("city", &place.city),
                ("state", &place.state),
                ("countryOrRegion", &place.country),
                ("postalCode", &place.postal_code),
            ];
            let parts = parts.into_iter().filter(|(_, part)| !part.is_empty());
            let parts: Map<_, _> = parts.map(|(name, part)| (name.to_owned(), json!(part))).collect();
            members.insert(name.to_owned(), Value::Object(parts));
        }
    }
    members.retain(|_, value| !value.is_null() && *value != json!([]));
    members
}
