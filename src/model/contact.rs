//! Contacts: what is written on a card, and what one look at a contact says.

mod conflict;
mod end;
mod field;
mod gate;
mod kept;
mod look;
mod matching;
mod member;
mod outgoing;
mod overlay;
mod photo;
mod state;
mod stock;

pub use conflict::{Conflict, ConflictPolicy, ContestedPart, Side};
pub use end::{ContactsEnd, ContactsEnded};
pub use field::CardField;
pub use gate::{AskReason, AskedMissing, AskedPlan, ContactGate, Direction, MissingAnswer, WriteCounts};
pub use kept::{
    BY_CONTENT, Comparison, Contact, ContactFolder, ContactForms, ContactLink, FolderCursor, FullRound,
};
pub use look::{
    ContactChanges, ContactFolderSight, ContactList, ContactListPage, ContactLook, ContactPage, ContactSight,
    PageEnd, PageSize,
};
pub use matching::{ContactMatch, MatchAnswer, Proof};
pub use member::{CardMember, CardPatch};
pub use outgoing::{ContactEdit, ContactRequest, ContactWrite, ContactWriteKind, HandedChange};
pub use photo::{ContactPhoto, LONGEST_PHOTO, PhotoFault};
pub use state::ContactState;
pub use stock::ContactStock;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

words! {
    /// A member of a card that is one text. The words are those of Graph's contact in snake case.
    #[derive(PartialOrd, Ord)]
    pub enum CardText {
        /// The name as a whole.
        DisplayName = "display_name",
        /// The name by which the contact is sorted.
        FileAs = "file_as",
        /// Such as `Dr.`.
        Title = "title",
        /// First name.
        GivenName = "given_name",
        /// Second name.
        MiddleName = "middle_name",
        /// Family name.
        Surname = "surname",
        /// Such as `Jr.`.
        Generation = "generation",
        /// The first letters of the names.
        Initials = "initials",
        /// What friends say.
        NickName = "nick_name",
        /// How the first name is spoken, in Japanese.
        YomiGivenName = "yomi_given_name",
        /// How the family name is spoken, in Japanese.
        YomiSurname = "yomi_surname",
        /// How the company is spoken, in Japanese.
        YomiCompanyName = "yomi_company_name",
        /// Where the person works.
        CompanyName = "company_name",
        /// In which part of it.
        Department = "department",
        /// What the person does there.
        JobTitle = "job_title",
        /// In which room.
        OfficeLocation = "office_location",
        /// What the person was trained for.
        Profession = "profession",
        /// Whom the person works for.
        Manager = "manager",
        /// Who works for the person.
        AssistantName = "assistant_name",
        /// The company's page on the web.
        BusinessHomePage = "business_home_page",
        /// Husband or wife.
        SpouseName = "spouse_name",
        /// Notes. Lines end with `\n`.
        PersonalNotes = "personal_notes",
    }
}

words! {
    /// What a phone number is for.
    #[derive(PartialOrd, Ord)]
    pub enum PhoneKind {
        /// At work.
        Business = "business",
        /// At home.
        Home = "home",
        /// That the person carries.
        Mobile = "mobile",
    }
}

words! {
    /// What a postal address is for.
    #[derive(PartialOrd, Ord)]
    pub enum PlaceKind {
        /// Work.
        Business = "business",
        /// Home.
        Home = "home",
        /// Something else.
        Other = "other",
    }
}

words! {
    /// A part of a postal address.
    #[derive(PartialOrd, Ord)]
    pub enum PlacePart {
        /// Street and number.
        Street = "street",
        /// Town.
        City = "city",
        /// State or province.
        State = "state",
        /// Postal code.
        PostalCode = "postal_code",
        /// Country or region.
        Country = "country",
    }
}

/// An e-mail address of a contact.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CardEmail {
    /// The address as it was written, which may be an X.500 name of a directory; empty where somebody wrote
    /// what is no address: Outlook keeps that as the name alone.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub address: String,
    /// What the server calls it. It decides this itself.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
}

/// A phone number of a contact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CardPhone {
    /// What it is for.
    pub kind: PhoneKind,
    /// As it was written.
    pub number: String,
}

/// A postal address of a contact. A part that is not known is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct CardPlace {
    /// Street and number, also of several lines.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub street: String,
    /// Town.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub city: String,
    /// State or province.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub state: String,
    /// Postal code.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub postal_code: String,
    /// Country or region.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub country: String,
}

impl CardPlace {
    /// One of its parts; empty where it is not known.
    #[must_use]
    pub fn part(&self, part: PlacePart) -> &str {
        match part {
            PlacePart::Street => &self.street,
            PlacePart::City => &self.city,
            PlacePart::State => &self.state,
            PlacePart::PostalCode => &self.postal_code,
            PlacePart::Country => &self.country,
        }
    }

    /// One of its parts, to be written.
    pub fn part_mut(&mut self, part: PlacePart) -> &mut String {
        match part {
            PlacePart::Street => &mut self.street,
            PlacePart::City => &mut self.city,
            PlacePart::State => &mut self.state,
            PlacePart::PostalCode => &mut self.postal_code,
            PlacePart::Country => &mut self.country,
        }
    }
}

/// What is written on a contact's card: all that Graph's contact has. What is not there is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Card {
    /// Its texts that are not empty.
    pub texts: BTreeMap<CardText, String>,
    /// Day of birth, in no time zone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub birthday: Option<NaiveDate>,
    /// E-mail addresses, the main one first.
    pub emails: Vec<CardEmail>,
    /// Phone numbers.
    pub phones: Vec<CardPhone>,
    /// Its postal addresses that are not empty.
    pub places: BTreeMap<PlaceKind, CardPlace>,
    /// Addresses for instant messages.
    pub im_addresses: Vec<String>,
    /// Names of children.
    pub children: Vec<String>,
    /// Categories, unique without regard to case.
    pub categories: Vec<String>,
}

impl Card {
    /// One of its texts; empty where there is none.
    #[must_use]
    pub fn text(&self, text: CardText) -> &str {
        self.texts.get(&text).map_or("", String::as_str)
    }

    /// Sets one of its texts; an empty one is taken away.
    pub fn set_text(&mut self, text: CardText, to: String) {
        if to.is_empty() {
            self.texts.remove(&text);
        } else {
            self.texts.insert(text, to);
        }
    }

    /// Sets one of its postal addresses; an empty one is taken away.
    pub fn set_place(&mut self, kind: PlaceKind, place: CardPlace) {
        if place == CardPlace::default() {
            self.places.remove(&kind);
        } else {
            self.places.insert(kind, place);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_is_the_same_after_it_was_kept_as_json() {
        let mut card = Card { birthday: NaiveDate::from_ymd_opt(1992, 2, 29), ..Card::default() };
        card.set_text(CardText::Surname, "Fort".to_owned());
        card.set_text(CardText::Title, String::new());
        card.set_place(PlaceKind::Home, CardPlace { city: "Bonn".to_owned(), ..CardPlace::default() });
        card.set_place(PlaceKind::Other, CardPlace::default());
        card.phones.push(CardPhone { kind: PhoneKind::Mobile, number: "+49 228 1".to_owned() });
        let json = serde_json::to_string(&card).unwrap();
        assert_eq!(serde_json::from_str::<Card>(&json).unwrap(), card);
        assert_eq!((card.texts.len(), card.places.len()), (1, 1), "{json}");
        assert_eq!(serde_json::from_str::<Card>("{}").unwrap(), Card::default());
    }
}
