//! The columns of Outlook's own export, by their English names.

use crate::model::{CardField, CardText, PhoneKind, PlaceKind, PlacePart};

/// What of a card a column has; `None` of one that a card has no place for.
pub(super) fn field(name: &str) -> Option<CardField> {
    let name = name.to_lowercase();
    place(&name).or_else(|| other(&name))
}

fn place(name: &str) -> Option<CardField> {
    let (kind, part) = name.split_once(' ')?;
    let part = match part {
        "street" => PlacePart::Street,
        "city" => PlacePart::City,
        "state" => PlacePart::State,
        "postal code" => PlacePart::PostalCode,
        "country" | "country/region" => PlacePart::Country,
        _ => return None,
    };
    PlaceKind::parse(kind).map(|kind| CardField::Place(kind, part))
}

fn other(name: &str) -> Option<CardField> {
    Some(match name {
        "title" => CardField::Text(CardText::Title),
        "first name" => CardField::Text(CardText::GivenName),
        "middle name" => CardField::Text(CardText::MiddleName),
        "last name" => CardField::Text(CardText::Surname),
        "suffix" => CardField::Text(CardText::Generation),
        "initials" => CardField::Text(CardText::Initials),
        "nickname" => CardField::Text(CardText::NickName),
        "given yomi" => CardField::Text(CardText::YomiGivenName),
        "surname yomi" => CardField::Text(CardText::YomiSurname),
        "company yomi" => CardField::Text(CardText::YomiCompanyName),
        "company" => CardField::Text(CardText::CompanyName),
        "department" => CardField::Text(CardText::Department),
        "job title" => CardField::Text(CardText::JobTitle),
        "office location" => CardField::Text(CardText::OfficeLocation),
        "profession" => CardField::Text(CardText::Profession),
        "manager's name" => CardField::Text(CardText::Manager),
        "assistant's name" => CardField::Text(CardText::AssistantName),
        "web page" => CardField::Text(CardText::BusinessHomePage),
        "spouse" => CardField::Text(CardText::SpouseName),
        "notes" => CardField::Text(CardText::PersonalNotes),
        "birthday" => CardField::Birthday,
        "e-mail address" | "e-mail 2 address" | "e-mail 3 address" => CardField::Email,
        "business phone" | "business phone 2" => CardField::Phone(PhoneKind::Business),
        "home phone" | "home phone 2" => CardField::Phone(PhoneKind::Home),
        "mobile phone" => CardField::Phone(PhoneKind::Mobile),
        "imaddress" => CardField::ImAddress,
        "children" => CardField::Child,
        "categories" => CardField::Category,
        _ => return None,
    })
}
