//! The members of a card, and which of them are to be written.

use super::{Card, CardPhone, CardText, PhoneKind, PlaceKind};
use crate::words::schema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// What of a card is written, or left alone, as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum CardMember {
    /// One of its texts.
    Text(CardText),
    /// Day of birth.
    Birthday,
    /// All e-mail addresses.
    Emails,
    /// All phone numbers of a kind.
    Phones(PhoneKind),
    /// One of its postal addresses, with all parts.
    Place(PlaceKind),
    /// All addresses for instant messages.
    ImAddresses,
    /// All names of children.
    Children,
    /// All categories.
    Categories,
}

impl CardMember {
    /// Each member that a card can have.
    pub fn all() -> impl Iterator<Item = Self> {
        let texts = CardText::ALL.into_iter().map(Self::Text);
        let phones = PhoneKind::ALL.into_iter().map(Self::Phones);
        let places = PlaceKind::ALL.into_iter().map(Self::Place);
        let others = [Self::Birthday, Self::Emails, Self::ImAddresses, Self::Children, Self::Categories];
        texts.chain(phones).chain(places).chain(others)
    }

    /// The word that stands for it, in JSON and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Text(text) => text.as_str(),
            Self::Birthday => "birthday",
            Self::Emails => "emails",
            Self::Phones(PhoneKind::Business) => "business_phones",
            Self::Phones(PhoneKind::Home) => "home_phones",
            Self::Phones(PhoneKind::Mobile) => "mobile_phones",
            Self::Place(PlaceKind::Business) => "business_place",
            Self::Place(PlaceKind::Home) => "home_place",
            Self::Place(PlaceKind::Other) => "other_place",
            Self::ImAddresses => "im_addresses",
            Self::Children => "children",
            Self::Categories => "categories",
        }
    }

    /// The member of a word; `None` when it has no such word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::all().find(|member| member.as_str() == word)
    }
}

impl From<CardMember> for String {
    fn from(member: CardMember) -> Self {
        member.as_str().to_owned()
    }
}

impl PartialSchema for CardMember {
    fn schema() -> RefOr<Schema> {
        schema(Self::all().map(Self::as_str))
    }
}

impl ToSchema for CardMember {}

impl TryFrom<String> for CardMember {
    type Error = String;

    fn try_from(word: String) -> Result<Self, Self::Error> {
        Self::parse(&word).ok_or_else(|| format!("no member of a card: `{word}`"))
    }
}

impl Card {
    /// Its numbers of a kind, in their order.
    pub fn phones_of(&self, kind: PhoneKind) -> impl Iterator<Item = &CardPhone> {
        self.phones.iter().filter(move |phone| phone.kind == kind)
    }

    /// Whether a member is written alike on another card, to the letter.
    #[must_use]
    pub fn has_same(&self, member: CardMember, other: &Self) -> bool {
        match member {
            CardMember::Text(text) => self.text(text) == other.text(text),
            CardMember::Birthday => self.birthday == other.birthday,
            CardMember::Emails => self.emails == other.emails,
            CardMember::Phones(kind) => self.phones_of(kind).eq(other.phones_of(kind)),
            CardMember::Place(kind) => self.places.get(&kind) == other.places.get(&kind),
            CardMember::ImAddresses => self.im_addresses == other.im_addresses,
            CardMember::Children => self.children == other.children,
            CardMember::Categories => self.categories == other.categories,
        }
    }

    /// Whether all members are written alike on another card. Where numbers of one kind stand among those of
    /// others says nothing: a mailbox has a list for each kind.
    #[must_use]
    pub fn says_the_same(&self, other: &Self) -> bool {
        CardMember::all().all(|member| self.has_same(member, other))
    }

    /// Writes a member as it is on another card.
    pub fn copy(&mut self, member: CardMember, other: &Self) {
        match member {
            CardMember::Text(text) => self.set_text(text, other.text(text).to_owned()),
            CardMember::Birthday => self.birthday = other.birthday,
            CardMember::Emails => self.emails.clone_from(&other.emails),
            CardMember::Phones(kind) => {
                self.phones.retain(|phone| phone.kind != kind);
                self.phones.extend(other.phones_of(kind).cloned());
            }
            CardMember::Place(kind) => {
                self.set_place(kind, other.places.get(&kind).cloned().unwrap_or_default());
            }
            CardMember::ImAddresses => self.im_addresses.clone_from(&other.im_addresses),
            CardMember::Children => self.children.clone_from(&other.children),
            CardMember::Categories => self.categories.clone_from(&other.categories),
        }
    }
}

/// What is to be written to a contact: some members of a card.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardPatch {
    /// The card as it should be afterwards.
    pub card: Card,
    /// Those of its members that are written. One that is empty on the card is cleared.
    pub members: BTreeSet<CardMember>,
}

impl CardPatch {
    /// What makes one card into another.
    #[must_use]
    pub fn between(now: &Card, card: Card) -> Self {
        let members = CardMember::all().filter(|member| !card.has_same(*member, now)).collect();
        Self { card, members }
    }

    /// Whether there is nothing to write.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// What a card becomes by it.
    #[must_use]
    pub fn apply(&self, now: &Card) -> Card {
        let mut card = now.clone();
        for member in &self.members {
            card.copy(*member, &self.card);
        }
        card
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn card(surname: &str, mobile: &str) -> Card {
        let mut card = Card::default();
        card.set_text(CardText::DisplayName, "Anna Fort".to_owned());
        card.set_text(CardText::Surname, surname.to_owned());
        card.phones.push(CardPhone { kind: PhoneKind::Mobile, number: mobile.to_owned() });
        card
    }

    #[test]
    fn a_patch_has_what_differs_and_makes_one_card_into_the_other() {
        let (now, then) = (card("Fort", "1"), card("Fort", "2"));
        let patch = CardPatch::between(&now, then.clone());
        let words: Vec<_> = patch.members.iter().map(|member| member.as_str()).collect();
        assert_eq!(words, ["mobile_phones"]);
        assert_eq!(patch.apply(&now), then);
        assert!(CardPatch::between(&now, now.clone()).is_empty());
    }

    #[test]
    fn what_is_empty_is_cleared() {
        let (now, then) = (card("Fort", "1"), Card::default());
        let patch = CardPatch::between(&now, then.clone());
        assert_eq!(patch.apply(&now), then);
    }

    #[test]
    fn in_which_order_the_kinds_of_numbers_come_says_nothing() {
        let phone = |kind, number: &str| CardPhone { kind, number: number.to_owned() };
        let of = |phones: &[CardPhone]| Card { phones: phones.to_vec(), ..card("Fort", "1") };
        let (work, other) = (phone(PhoneKind::Business, "1"), phone(PhoneKind::Business, "2"));
        let mobile = phone(PhoneKind::Mobile, "3");
        let one = of(&[mobile.clone(), work.clone(), other.clone()]);
        assert!(one.says_the_same(&of(&[work.clone(), mobile.clone(), other.clone()])));
        assert!(!one.says_the_same(&of(&[mobile.clone(), other, work.clone()])));
        assert!(!one.says_the_same(&of(&[mobile, work])));
    }

    #[test]
    fn each_member_has_a_word_of_its_own() {
        let words: BTreeSet<_> = CardMember::all().map(CardMember::as_str).collect();
        assert_eq!(words.len(), CardMember::all().count());
        for member in CardMember::all() {
            let json = serde_json::to_string(&member).unwrap();
            assert_eq!(serde_json::from_str::<CardMember>(&json).unwrap(), member);
        }
        assert!(serde_json::from_str::<CardMember>(r#""fax""#).is_err());
    }
}
