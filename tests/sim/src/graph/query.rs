//! `$select`, `$expand` and `$filter`.

use serde_json::Value;
use uuid::Uuid;

use super::asked::Asked;
use super::shelf::Kind;
use super::{GraphError, mail_folders, message};
use crate::world::contacts::{Contact, MEMBERS};

/// Members that the server alone writes.
pub(super) const OWN: [&str; 5] =
    ["id", "createdDateTime", "lastModifiedDateTime", "changeKey", "parentFolderId"];
/// The first three e-mail addresses, each by a name of its own.
pub(super) const RANKED: [&str; 3] = ["primaryEmailAddress", "secondaryEmailAddress", "tertiaryEmailAddress"];

/// What an answer shows of a contact.
#[derive(Clone, Debug, Default)]
pub(super) struct View {
    /// Members; none: all.
    pub(super) select: Option<Vec<String>>,
    /// Ids of extended properties.
    pub(super) expand: Vec<String>,
    /// Bodies are text.
    pub(super) as_text: bool,
    /// Bodies are not sanitised.
    pub(super) is_unsafe: bool,
}

impl View {
    pub(super) fn of(asked: &Asked, kind: Kind) -> Result<Self, GraphError> {
        let select = asked.option("select").map(|text| selected(text, kind)).transpose()?;
        let expand = asked.option("expand").map(expanded).transpose()?;
        Ok(Self {
            select,
            expand: expand.unwrap_or_default(),
            as_text: asked.wants_text(),
            is_unsafe: asked.wants_unsafe(),
        })
    }
}

fn selected(text: &str, kind: Kind) -> Result<Vec<String>, GraphError> {
    let (known, of): (Vec<&str>, &str) = match kind {
        Kind::Messages => (message::MEMBERS.to_vec(), "Message"),
        Kind::MailFolders => (mail_folders::MEMBERS.to_vec(), "MailFolder"),
        Kind::Contacts | Kind::ContactFolders => {
            (MEMBERS.iter().map(|(name, _)| *name).chain(OWN).chain(RANKED).collect(), "Contact")
        }
    };
    let name = |name: &str| {
        let found = known.iter().find(|known| known.eq_ignore_ascii_case(name));
        found.map(ToString::to_string).ok_or_else(|| no_property(name, of))
    };
    text.split(',').map(str::trim).filter(|name| !name.is_empty()).map(name).collect()
}

fn no_property(name: &str, of: &str) -> GraphError {
    let text = format!("Could not find a property named '{name}' on type 'Microsoft.OutlookServices.{of}'.");
    GraphError::new(400, "RequestBroker--ParseUri", &text)
}

fn expanded(text: &str) -> Result<Vec<String>, GraphError> {
    let (name, options) = text.split_once('(').unwrap_or((text, ""));
    if !name.trim().eq_ignore_ascii_case("singleValueExtendedProperties") {
        return Err(no_property(name, "OutlookItem"));
    }
    if !options.contains("eq") {
        let text = "ExpandClause needs a filter on the ids of extended properties.";
        return Err(GraphError::new(400, "ErrorInvalidUrlQuery", text));
    }
    quoted(options).iter().map(|id| property(id)).collect()
}

/// The texts in quotes; a doubled quote stands for itself.
pub(super) fn quoted(text: &str) -> Vec<String> {
    let parts: Vec<String> =
        text.replace("''", "\u{1}").split('\'').map(|part| part.replace('\u{1}', "'")).collect();
    parts.into_iter().skip(1).step_by(2).collect()
}

/// The one spelling of an id of an extended property: `String {guid} Name Some`, `String 0x3A24`.
pub(super) fn property(id: &str) -> Result<String, GraphError> {
    let words: Vec<&str> = id.splitn(4, ' ').collect();
    let guid = |text: &str| text.trim_matches(['{', '}']).parse::<Uuid>().ok();
    let tag = |text: &str| text.strip_prefix("0x").is_some_and(|hex| u32::from_str_radix(hex, 16).is_ok());
    let named = |how: &str| how.eq_ignore_ascii_case("name") || how.eq_ignore_ascii_case("id");
    match words.as_slice() {
        [kind, number] if tag(number) => Ok(format!("{kind} {}", number.to_lowercase())),
        [kind, set, how, name] if named(how) && !name.is_empty() => match guid(set) {
            Some(set) => Ok(format!("{kind} {{{set}}} {how} {name}")),
            None => Err(bad_property(id)),
        },
        _ => Err(bad_property(id)),
    }
}

fn bad_property(id: &str) -> GraphError {
    GraphError::new(400, "ErrorInvalidProperty", &format!("The property id '{id}' is invalid."))
}

/// What a list is narrowed to.
pub(super) enum Filter {
    /// An extended property with this value.
    Property(String, String),
    /// One of the e-mail addresses.
    Email(String),
}

impl Filter {
    pub(super) fn of(asked: &Asked) -> Result<Option<Self>, GraphError> {
        let Some(text) = asked.option("filter") else { return Ok(None) };
        let lower = text.to_lowercase().replace(' ', "");
        match quoted(text).as_slice() {
            [id, value] if lower.starts_with("singlevalueextendedproperties/any(") => {
                Ok(Some(Self::Property(property(id)?, value.clone())))
            }
            [address] if lower.starts_with("emailaddresses/any(") && lower.contains("/addresseq'") => {
                Ok(Some(Self::Email(address.clone())))
            }
            _ => {
                let text = "The query filter contains one or more invalid nodes.";
                Err(GraphError::new(400, "ErrorInvalidUrlQueryFilter", text))
            }
        }
    }

    pub(super) fn admits(&self, contact: &Contact) -> bool {
        match self {
            Self::Property(id, value) => contact.extended.get(id) == Some(value),
            Self::Email(address) => {
                let emails = contact.members().get("emailAddresses").and_then(Value::as_array);
                let mut addresses =
                    emails.into_iter().flatten().filter_map(|email| email["address"].as_str());
                addresses.any(|other| other.eq_ignore_ascii_case(address))
            }
        }
    }
}
