//! Graph's contact and contact folder -> the model. A member that an answer leaves out is unknown there,
//! unless it was asked for item by item: then it is empty.

use super::property::property;
use super::select;
use crate::model::{
    Card, CardEmail, CardPhone, CardPlace, CardText, ContactFolderSight, ContactId, ContactLook,
    ContactSight, PhoneKind, PlaceKind,
};
use chrono::{DateTime, NaiveDate, Utc};
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::HashSet;
use std::sync::LazyLock;

/// Why an item is none that can be read.
pub(super) type Fault = (String, String);

/// What a change says.
pub(super) fn look(item: Value) -> Result<ContactLook, Fault> {
    let Value::Object(item) = item else { return Err((String::new(), "no object".to_owned())) };
    let id = id(&item)?;
    if item.contains_key("@removed") {
        return Ok(ContactLook::Removed(id));
    }
    let is_told = |member: &str| item.contains_key(member);
    if !select::card().all(is_told) || !is_told("parentFolderId") {
        return Ok(ContactLook::Partial(id));
    }
    Ok(ContactLook::Whole(Box::new(whole(item)?)))
}

/// An item that was asked for by its id, with every member.
pub(super) fn whole(mut item: Map<String, Value>) -> Result<ContactSight, Fault> {
    let remote_id = id(&item)?;
    let card =
        card(&item).map_err(|member| (remote_id.clone(), format!("{member} is not what it should be")))?;
    let folder = text(&item, "parentFolderId").filter(|folder| !folder.is_empty());
    let folder = folder.ok_or_else(|| (remote_id.clone(), "parentFolderId is missing".to_owned()))?;
    let (change_key, modified) = (text(&item, "changeKey"), text(&item, "lastModifiedDateTime"));
    let modified = modified.and_then(|at| DateTime::parse_from_rfc3339(&at).ok());
    let carries = property(&item, select::OWN).map(ContactId::from);
    item.retain(|name, _| !is_known(name));
    Ok(ContactSight {
        remote_id,
        folder,
        change_key,
        modified_at: modified.map(|at| at.with_timezone(&Utc)),
        carries,
        card,
        others: item,
    })
}

pub(super) fn folder(item: &Value) -> Option<ContactFolderSight> {
    let item = item.as_object()?;
    Some(ContactFolderSight {
        remote_id: id(item).ok()?,
        parent: text(item, "parentFolderId"),
        name: text(item, "displayName"),
    })
}

fn id(item: &Map<String, Value>) -> Result<String, Fault> {
    let id = text(item, "id").filter(|id| !id.is_empty());
    id.ok_or_else(|| (String::new(), "no id".to_owned()))
}

fn text(item: &Map<String, Value>, member: &str) -> Option<String> {
    item.get(member)?.as_str().map(str::to_owned)
}

fn is_known(name: &str) -> bool {
    static KNOWN: LazyLock<HashSet<&str>> = LazyLock::new(|| {
        let about = ["id", "singleValueExtendedProperties"];
        select::card().chain(select::ABOUT).chain(about).collect()
    });
    name.contains("@odata") || KNOWN.contains(name)
}

#[derive(Deserialize)]
struct EmailWire {
    name: Option<String>,
    address: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PlaceWire {
    street: Option<String>,
    city: Option<String>,
    state: Option<String>,
    country_or_region: Option<String>,
    postal_code: Option<String>,
}

/// `null`, `""`, `[]` and `{}` are all empty.
fn card(item: &Map<String, Value>) -> Result<Card, &'static str> {
    let mut card = Card::default();
    for text in CardText::ALL {
        card.set_text(text, member::<String>(item, select::text(text))?);
    }
    for kind in PlaceKind::ALL {
        let place = member::<Option<PlaceWire>>(item, select::place(kind))?;
        card.set_place(kind, place.map(CardPlace::from).unwrap_or_default());
    }
    for kind in PhoneKind::ALL {
        let numbers = match kind {
            PhoneKind::Mobile => vec![member::<String>(item, select::phones(kind))?],
            PhoneKind::Business | PhoneKind::Home => texts(item, select::phones(kind))?,
        };
        let numbers = numbers.into_iter().filter(|number| !number.trim().is_empty());
        card.phones.extend(numbers.map(|number| CardPhone { kind, number }));
    }
    let emails: Vec<EmailWire> = member(item, "emailAddresses")?;
    card.emails =
        emails.into_iter().map(CardEmail::from).filter(|email| *email != CardEmail::default()).collect();
    card.birthday = birthday(&member::<String>(item, "birthday")?);
    card.im_addresses = texts(item, "imAddresses")?;
    card.children = texts(item, "children")?;
    card.categories = texts(item, "categories")?;
    Ok(card)
}

/// A member that may be absent or null; its name, where it is neither that nor of its type.
fn member<T: Default + for<'a> Deserialize<'a>>(
    item: &Map<String, Value>,
    name: &'static str,
) -> Result<T, &'static str> {
    let value = item.get(name).unwrap_or(&Value::Null);
    Ok(Option::<T>::deserialize(value).map_err(|_| name)?.unwrap_or_default())
}

fn texts(item: &Map<String, Value>, name: &'static str) -> Result<Vec<String>, &'static str> {
    let texts: Vec<Option<String>> = member(item, name)?;
    Ok(texts.into_iter().flatten().filter(|text| !text.trim().is_empty()).collect())
}

/// The day of an instant in UTC, whose time says nothing: Exchange writes 11:59 or midnight.
fn birthday(text: &str) -> Option<NaiveDate> {
    text.get(..10)?.parse().ok()
}

impl From<EmailWire> for CardEmail {
    fn from(wire: EmailWire) -> Self {
        Self { address: wire.address.unwrap_or_default(), name: wire.name.unwrap_or_default() }
    }
}

impl From<PlaceWire> for CardPlace {
    fn from(wire: PlaceWire) -> Self {
        let PlaceWire { street, city, state, country_or_region, postal_code } = wire;
        Self {
            street: street.unwrap_or_default(),
            city: city.unwrap_or_default(),
            state: state.unwrap_or_default(),
            postal_code: postal_code.unwrap_or_default(),
            country: country_or_region.unwrap_or_default(),
        }
    }
}

#[cfg(test)]
mod tests;
