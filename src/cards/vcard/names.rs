//! Which property is which text of a card. Where the standard has none, it is the one that Outlook or others
//! use.

use crate::model::CardText;
use calcard::vcard::VCardProperty;

/// The texts that stand in a property of their own. The others are parts of FN, N and ORG.
pub(super) const TEXTS: [(CardText, &str); 14] = [
    (CardText::NickName, "NICKNAME"),
    (CardText::JobTitle, "TITLE"),
    (CardText::Profession, "ROLE"),
    (CardText::BusinessHomePage, "URL"),
    (CardText::PersonalNotes, "NOTE"),
    (CardText::FileAs, "X-EVOLUTION-FILE-AS"),
    (CardText::Initials, "X-OUTLOOK-INITIALS"),
    (CardText::YomiGivenName, "X-PHONETIC-FIRST-NAME"),
    (CardText::YomiSurname, "X-PHONETIC-LAST-NAME"),
    (CardText::YomiCompanyName, "X-PHONETIC-ORG"),
    (CardText::OfficeLocation, "X-OUTLOOK-OFFICE-LOCATION"),
    (CardText::Manager, "X-MS-MANAGER"),
    (CardText::AssistantName, "X-MS-ASSISTANT"),
    (CardText::SpouseName, "X-MS-SPOUSE"),
];
/// An address for instant messages, and the name of a child.
pub(super) const IM_ADDRESS: &str = "X-MS-IMADDRESS";
pub(super) const CHILD: &str = "X-MS-CHILD";

pub(super) fn property(name: &str) -> VCardProperty {
    match name {
        "NICKNAME" => VCardProperty::Nickname,
        "TITLE" => VCardProperty::Title,
        "ROLE" => VCardProperty::Role,
        "URL" => VCardProperty::Url,
        "NOTE" => VCardProperty::Note,
        other => VCardProperty::Other(other.to_owned()),
    }
}
