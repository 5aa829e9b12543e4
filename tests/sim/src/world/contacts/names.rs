//! What the server makes of the parts of a name.

use serde_json::{Map, Value};

/// Members whose change makes the display name and the filing name anew.
const PARTS: [&str; 6] = ["title", "givenName", "middleName", "surname", "generation", "companyName"];

/// Makes `displayName` and `fileAs` anew where parts of the name are `written` and they are not. Returns
/// which it made.
pub(crate) fn renamed(members: &mut Map<String, Value>, written: &[String]) -> Vec<String> {
    let has = |name: &str| written.iter().any(|other| other == name);
    if !PARTS.iter().any(|part| has(part)) {
        return Vec::new();
    }
    let made = [("displayName", display_name(members)), ("fileAs", file_as(members))];
    let made = made.into_iter().filter(|(name, _)| !has(name));
    made.map(|(name, text)| {
        members.insert(name.to_owned(), text.map_or(Value::Null, Value::String));
        name.to_owned()
    })
    .collect()
}

fn part<'a>(members: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    members.get(name).and_then(Value::as_str).filter(|text| !text.is_empty())
}

fn joined(members: &Map<String, Value>, names: &[&str]) -> Option<String> {
    let parts: Vec<&str> = names.iter().filter_map(|name| part(members, name)).collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}

fn display_name(members: &Map<String, Value>) -> Option<String> {
    joined(members, &PARTS[..5]).or_else(|| joined(members, &["companyName"]))
}

fn file_as(members: &Map<String, Value>) -> Option<String> {
    let given = joined(members, &["givenName", "middleName"]);
    match (part(members, "surname"), given) {
        (Some(surname), Some(given)) => Some(format!("{surname}, {given}")),
        (Some(surname), None) => Some(surname.to_owned()),
        (None, Some(given)) => Some(given),
        (None, None) => joined(members, &["companyName"]),
    }
}
