//! The members of Graph's contact that are read.
//! <https://learn.microsoft.com/graph/api/resources/contact>
//!
//! Others are not asked for, nor kept: one that a cloud does not know is refused with all that it was asked with (400
//! "Could not find a property named", mpalermiti/outlook-mcp#1), and none is ever written. So are `primaryEmailAddress`,
//! `secondaryEmailAddress` and `tertiaryEmailAddress`, general since March 2026, whose rules are not documented
//! (littlebearapps/outlook-assistant#127).

use crate::model::{CardText, ContactId, PhoneKind, PlaceKind};

/// The member of a text of the card.
pub(super) const fn text(text: CardText) -> &'static str {
    match text {
        CardText::DisplayName => "displayName",
        CardText::FileAs => "fileAs",
        CardText::Title => "title",
        CardText::GivenName => "givenName",
        CardText::MiddleName => "middleName",
        CardText::Surname => "surname",
        CardText::Generation => "generation",
        CardText::Initials => "initials",
        CardText::NickName => "nickName",
        CardText::YomiGivenName => "yomiGivenName",
        CardText::YomiSurname => "yomiSurname",
        CardText::YomiCompanyName => "yomiCompanyName",
        CardText::CompanyName => "companyName",
        CardText::Department => "department",
        CardText::JobTitle => "jobTitle",
        CardText::OfficeLocation => "officeLocation",
        CardText::Profession => "profession",
        CardText::Manager => "manager",
        CardText::AssistantName => "assistantName",
        CardText::BusinessHomePage => "businessHomePage",
        CardText::SpouseName => "spouseName",
        CardText::PersonalNotes => "personalNotes",
    }
}

/// The member of the phone numbers of a kind: a list, but for the one mobile number.
pub(super) const fn phones(kind: PhoneKind) -> &'static str {
    match kind {
        PhoneKind::Business => "businessPhones",
        PhoneKind::Home => "homePhones",
        PhoneKind::Mobile => "mobilePhone",
    }
}

/// The member of a postal address.
pub(super) const fn place(kind: PlaceKind) -> &'static str {
    match kind {
        PlaceKind::Business => "businessAddress",
        PlaceKind::Home => "homeAddress",
        PlaceKind::Other => "otherAddress",
    }
}

/// The members of the card that are neither of these.
pub(super) const OTHERS: [&str; 5] = ["birthday", "emailAddresses", "imAddresses", "children", "categories"];
/// What is known of an item beside its card; its id comes unasked.
pub(super) const ABOUT: [&str; 4] =
    ["parentFolderId", "changeKey", "createdDateTime", "lastModifiedDateTime"];

/// Every member of the card.
pub(super) fn card() -> impl Iterator<Item = &'static str> {
    let texts = CardText::ALL.into_iter().map(text);
    let phones = PhoneKind::ALL.into_iter().map(phones);
    let places = PlaceKind::ALL.into_iter().map(place);
    texts.chain(phones).chain(places).chain(OTHERS)
}

/// What `$select` asks for.
pub(super) fn all() -> String {
    card().chain(ABOUT).collect::<Vec<_>>().join(",")
}

/// What is asked for of lists that tell only which contacts there are.
pub(super) const IDS: &str = "id,changeKey";

/// Our own property, by which a contact that was made here is known again. The name counts with its case, and
/// the GUID is ours alone.
pub(super) const OWN: &str = "String {6f1c8f0e-52d3-4b0b-9f8e-0f5a4c1d7e26} Name OutlookSyncdContactId";

/// The contacts that carry an id of ours, for `$filter`.
pub(super) fn carrying(contact: &ContactId) -> String {
    let value = contact.as_str().replace('\'', "''");
    format!("singleValueExtendedProperties/Any(ep: ep/id eq '{OWN}' and ep/value eq '{value}')")
}

/// What `$expand` asks for.
pub(super) fn own() -> String {
    format!("singleValueExtendedProperties($filter=id eq '{OWN}')")
}
