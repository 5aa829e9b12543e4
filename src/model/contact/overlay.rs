//! A card after somebody wrote on it.

use super::{Card, CardPlace};
use serde_json::{Map, Value};
use std::collections::HashSet;

/// The most that is kept of one card, in bytes of its JSON.
const LARGEST: usize = 128 << 10;

/// The members of a card in JSON.
const MEMBERS: [&str; 8] =
    ["texts", "birthday", "emails", "phones", "places", "im_addresses", "children", "categories"];

impl Card {
    /// The card after a JSON object was merged into it (RFC 7396). What is left out stays, also a text, a
    /// postal address or a part of one that is not named; an array is written whole; null and what is empty
    /// empties.
    ///
    /// # Errors
    /// What is wrong with the object, for people.
    pub fn overlaid(&self, json: &str) -> Result<Self, String> {
        let over: Map<String, Value> = serde_json::from_str(json).map_err(|error| error.to_string())?;
        if let Some(name) = over.keys().find(|name| !MEMBERS.contains(&name.as_str())) {
            return Err(format!("`{name}` is no member of a card"));
        }
        let mut whole = serde_json::to_value(self).map_err(|error| error.to_string())?;
        merge(&mut whole, Value::Object(over));
        let card: Self = serde_json::from_value(whole.clone()).map_err(|error| error.to_string())?;
        let read = serde_json::to_value(&card).map_err(|error| error.to_string())?;
        match unread(&whole, &read) {
            Some(name) => Err(format!("`{name}` is nothing that a card has there")),
            None => Ok(card.without_empties()),
        }
    }

    /// The card as it can be kept: without what is empty, each category once.
    ///
    /// # Errors
    /// What keeps it from being kept, for people: nothing is written on it, or too much.
    pub fn kept(self) -> Result<Self, String> {
        let card = self.storable().without_empties();
        let size = serde_json::to_vec(&card).map_or(usize::MAX, |json| json.len());
        if card == Self::default() {
            Err("nothing is written on the card".to_owned())
        } else if size > LARGEST {
            Err(format!("the card has {size} bytes, of which at most {LARGEST} are kept"))
        } else {
            Ok(card)
        }
    }

    fn without_empties(mut self) -> Self {
        self.texts.retain(|_, text| !text.is_empty());
        self.places.retain(|_, place| *place != CardPlace::default());
        self.emails.retain(|email| !email.address.is_empty() || !email.name.is_empty());
        self.phones.retain(|phone| !phone.number.is_empty());
        for list in [&mut self.im_addresses, &mut self.children, &mut self.categories] {
            list.retain(|entry| !entry.is_empty());
        }
        let mut known = HashSet::new();
        self.categories.retain(|category| known.insert(category.to_lowercase()));
        self
    }
}

fn merge(under: &mut Value, over: Value) {
    let Value::Object(over) = over else { return *under = over };
    if !under.is_object() {
        *under = Value::Object(Map::new());
    }
    let Value::Object(under) = under else { return };
    for (name, value) in over {
        if value.is_null() {
            under.remove(&name);
        } else {
            merge(under.entry(name).or_insert(Value::Null), value);
        }
    }
}

/// A name in a value of which nothing was read, though it says something.
fn unread<'a>(given: &'a Value, read: &Value) -> Option<&'a str> {
    match (given, read) {
        (Value::Object(given), Value::Object(read)) => given.iter().find_map(|(name, value)| {
            let says_nothing = value.as_str() == Some("");
            match read.get(name) {
                Some(read) => unread(value, read),
                None => (!says_nothing).then_some(name.as_str()),
            }
        }),
        (Value::Array(given), Value::Array(read)) => {
            given.iter().zip(read).find_map(|(given, read)| unread(given, read))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::CardText;

    fn card() -> Card {
        let json = r#"{"texts": {"surname": "Fort", "title": "Dr."}, "emails": [{"address": "a@x"}],
            "places": {"home": {"city": "Bonn", "street": "Ring 1"}}, "children": ["Tom"], "birthday": "1992-02-29"}"#;
        Card::default().overlaid(json).unwrap()
    }

    #[test]
    fn what_is_left_out_stays_and_what_is_empty_empties() {
        let card = card();
        assert_eq!(card.overlaid("{}"), Ok(card.clone()));
        let next = card
            .overlaid(r#"{"texts": {"title": "", "given_name": "Anna"}, "emails": [], "birthday": null}"#);
        let next = next.unwrap();
        assert_eq!((next.text(CardText::Surname), next.text(CardText::GivenName)), ("Fort", "Anna"));
        assert_eq!((next.text(CardText::Title), next.emails.len(), next.birthday), ("", 0, None));
        assert_eq!((&next.places, &next.children), (&card.places, &card.children));
        for (json, places) in [
            (r#"{"places": {"home": null}, "children": null}"#, "{}"),
            (r#"{"places": {"home": {"street": "", "city": null}}}"#, "{}"),
            (r#"{"places": {"home": {"street": "Weg 2"}}}"#, r#"{"home":{"street":"Weg 2","city":"Bonn"}}"#),
        ] {
            let next = next.overlaid(json).unwrap();
            assert_eq!(serde_json::to_string(&next.places).unwrap(), places, "{json}");
        }
    }

    #[test]
    fn what_a_card_does_not_have_is_refused_wherever_it_stands() {
        for wrong in [
            "[]",
            "{",
            r#"{"photo": 1}"#,
            r#"{"photo": null}"#,
            r#"{"texts": {"color": "red"}}"#,
            r#"{"texts": "Anna"}"#,
            r#"{"phones": [{"number": "1"}]}"#,
            r#"{"phones": [{"number": "1", "kind": "fax"}]}"#,
            r#"{"emails": [{"adress": "a@x"}]}"#,
            r#"{"places": {"home": {"town": "Bonn"}}}"#,
            r#"{"places": {"work": {"city": "Bonn"}}}"#,
            r#"{"birthday": "29.2.1992"}"#,
        ] {
            assert!(card().overlaid(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_card_is_kept_without_what_is_empty_and_each_category_once() {
        let json = r#"{"emails": [{"address": ""}, {"name": "no address"}], "phones": [{"kind": "home", "number": ""}],
            "categories": ["Red", "", "RED", "red tape"], "im_addresses": ["\u0000"]}"#;
        let kept = Card::default().overlaid(json).and_then(Card::kept).unwrap();
        assert_eq!((kept.emails.len(), kept.phones.len()), (1, 0));
        assert_eq!(kept.categories, ["Red", "red tape"]);
        assert_eq!(kept.im_addresses, ["\u{fffd}"]);
        assert!(Card::default().kept().is_err());
        let mut large = card();
        large.set_text(CardText::PersonalNotes, "x".repeat(LARGEST));
        assert!(large.kept().unwrap_err().contains("at most"));
    }
}
