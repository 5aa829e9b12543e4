//! The model -> Graph's contact: what is sent of a card.

use super::select;
use crate::model::{Card, CardEmail, CardMember, CardPatch, CardPlace, ContactId, PhoneKind, PlaceKind};
use serde_json::{Map, Value, json};

/// A contact to be made, which carries our id. What is empty is left out: the service fails at some of it.
pub(super) fn new(contact: &ContactId, patch: &CardPatch) -> Value {
    let nothing = Card::default();
    let filled = patch.members.iter().filter(|member| !patch.card.has_same(**member, &nothing));
    let mut body: Map<_, _> = filled.map(|member| member_of(&patch.card, *member)).collect();
    let own = json!([{"id": select::OWN, "value": contact.as_str()}]);
    body.insert("singleValueExtendedProperties".to_owned(), own);
    body.into()
}

/// Members to be written over those of a contact. One that is empty clears what is there.
pub(super) fn changed(patch: &CardPatch) -> Value {
    patch.members.iter().map(|member| member_of(&patch.card, *member)).collect::<Map<_, _>>().into()
}

fn member_of(card: &Card, member: CardMember) -> (String, Value) {
    let (name, value) = match member {
        CardMember::Text(text) => (select::text(text), written(card.text(text))),
        CardMember::Birthday => ("birthday", birthday(card)),
        CardMember::Emails => ("emailAddresses", card.emails.iter().map(email).collect()),
        CardMember::Phones(kind) => (select::phones(kind), phones(card, kind)),
        CardMember::Place(kind) => (select::place(kind), place(card, kind)),
        CardMember::ImAddresses => ("imAddresses", json!(card.im_addresses)),
        CardMember::Children => ("children", json!(card.children)),
        CardMember::Categories => ("categories", json!(card.categories)),
    };
    (name.to_owned(), value)
}

fn written(text: &str) -> Value {
    if text.is_empty() { Value::Null } else { text.into() }
}

/// Exchange keeps a birthday as an instant, and writes this one itself.
fn birthday(card: &Card) -> Value {
    card.birthday.map_or(Value::Null, |day| format!("{day}T11:59:00Z").into())
}

/// An address or a name that is null fails.
fn email(email: &CardEmail) -> Value {
    let parts = [("address", &email.address), ("name", &email.name)];
    let parts = parts.into_iter().filter(|(_, part)| !part.is_empty());
    parts.map(|(name, part)| (name.to_owned(), json!(part))).collect::<Map<_, _>>().into()
}

fn phones(card: &Card, kind: PhoneKind) -> Value {
    let mut numbers = card.phones_of(kind).map(|phone| phone.number.as_str());
    match kind {
        PhoneKind::Mobile => written(numbers.next().unwrap_or_default()),
        PhoneKind::Business | PhoneKind::Home => numbers.collect(),
    }
}

/// An address is replaced whole: null fails, and one without parts changes nothing.
fn place(card: &Card, kind: PlaceKind) -> Value {
    let CardPlace { street, city, state, postal_code, country } =
        card.places.get(&kind).cloned().unwrap_or_default();
    json!({"street": street, "city": city, "state": state, "postalCode": postal_code, "countryOrRegion": country})
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{CardPhone, CardText};

    fn card() -> Card {
        let mut card = Card { birthday: "1992-02-29".parse().ok(), ..Card::default() };
        card.set_text(CardText::DisplayName, "Anna Fort".to_owned());
        card.emails.push(CardEmail { address: "anna@x.example".to_owned(), name: String::new() });
        for (kind, number) in [(PhoneKind::Home, "1"), (PhoneKind::Home, "2"), (PhoneKind::Mobile, "3")] {
            card.phones.push(CardPhone { kind, number: number.to_owned() });
        }
        card.set_place(PlaceKind::Home, CardPlace { city: "Bonn".to_owned(), ..CardPlace::default() });
        card
    }

    #[test]
    fn a_new_contact_says_what_is_on_it_and_carries_our_id() {
        let contact = ContactId::from("own".to_owned());
        let body = new(&contact, &CardPatch { card: card(), members: CardMember::all().collect() });
        let address =
            json!({"street": "", "city": "Bonn", "state": "", "postalCode": "", "countryOrRegion": ""});
        let expected = json!({
            "displayName": "Anna Fort", "birthday": "1992-02-29T11:59:00Z",
            "emailAddresses": [{"address": "anna@x.example"}], "homePhones": ["1", "2"], "mobilePhone": "3",
            "homeAddress": address, "singleValueExtendedProperties": [{"id": select::OWN, "value": "own"}],
        });
        assert_eq!(body, expected);
    }

    #[test]
    fn what_is_cleared_is_sent_as_what_clears_it_and_nothing_else_is_sent() {
        let patch = CardPatch::between(&card(), Card::default());
        let address = json!({"street": "", "city": "", "state": "", "postalCode": "", "countryOrRegion": ""});
        let expected = json!({
            "displayName": null, "birthday": null, "emailAddresses": [], "homePhones": [], "mobilePhone": null,
            "homeAddress": address,
        });
        assert_eq!(changed(&patch), expected);
    }
}
