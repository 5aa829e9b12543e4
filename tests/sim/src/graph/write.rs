//! What is taken of a body that makes or changes a contact, and what is refused.

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::{Map, Value, json};

use super::query::{OWN, RANKED, property};
use super::{Birthday, GraphError};
use crate::sim::Sim;
use crate::world::contacts::{Form, MEMBERS};

/// Most entries of a list, by its member.
const LIMITS: [(&str, usize); 4] =
    [("businessPhones", 2), ("homePhones", 2), ("emailAddresses", 3), ("imAddresses", 3)];
const ADDRESS: [&str; 5] = ["street", "city", "state", "countryOrRegion", "postalCode"];

/// A body that was read.
#[derive(Debug, Default)]
pub(super) struct Written {
    pub(super) members: Map<String, Value>,
    /// Extended properties by id; null takes one away.
    pub(super) extended: Vec<(String, Option<String>)>,
    pub(super) parent: Option<String>,
}

/// Addresses and names of everyone in the organisation.
pub(super) fn directory(sim: &Sim) -> Vec<(String, String)> {
    sim.accounts().into_iter().map(|account| (account.smtp, account.name)).collect()
}

impl Written {
    pub(super) fn read(body: &[u8]) -> Result<Self, GraphError> {
        let Ok(Value::Object(sent)) = serde_json::from_slice(body) else {
            return Err(GraphError::unreadable());
        };
        let mut written = Self::default();
        for (name, value) in sent {
            written.take(name, value)?;
        }
        Ok(written)
    }

    fn take(&mut self, name: String, value: Value) -> Result<(), GraphError> {
        match name.as_str() {
            "@odata.type" => {}
            "parentFolderId" => self.parent = value.as_str().map(str::to_owned),
            "singleValueExtendedProperties" => self.extended = extended(&value)?,
            own if own.starts_with("@odata.") || OWN.contains(&own) || RANKED.contains(&own) => {
                return Err(GraphError::unreadable());
            }
            _ => {
                let form = MEMBERS.iter().find(|(known, _)| *known == name).map(|(_, form)| *form);
                let value = checked(form.ok_or_else(|| unknown(&name))?, &name, value)?;
                self.members.insert(name, value);
            }
        }
        Ok(())
    }
}

fn unknown(name: &str) -> GraphError {
    let text = format!(
        "The property '{name}' does not exist on type 'Microsoft.OutlookServices.Contact'. Make sure to only use property names that are defined by the type."
    );
    GraphError::new(400, "RequestBodyRead", &text)
}

fn not_readable() -> GraphError {
    GraphError::new(400, "UnableToDeserializePostBody", "were unable to deserialize ")
}

fn extended(value: &Value) -> Result<Vec<(String, Option<String>)>, GraphError> {
    let entries = value.as_array().ok_or_else(not_readable)?;
    let entry = |entry: &Value| {
        let id = property(entry["id"].as_str().ok_or_else(not_readable)?)?;
        Ok((id, entry["value"].as_str().map(str::to_owned)))
    };
    entries.iter().map(entry).collect()
}

fn checked(form: Form, name: &str, value: Value) -> Result<Value, GraphError> {
    match (form, value) {
        (Form::Text | Form::Birthday, Value::Null) => Ok(Value::Null),
        (Form::Text, Value::String(text)) => Ok(if text.is_empty() { Value::Null } else { text.into() }),
        (Form::Birthday, Value::String(text)) => {
            day(&text).map(|day| json!(day.to_string())).ok_or_else(not_readable)
        }
        (Form::Texts, Value::Array(items)) if items.iter().all(Value::is_string) => limited(name, items),
        (Form::Emails, Value::Array(items)) if items.iter().all(is_email) => limited(name, items),
        (Form::Address, Value::Object(parts)) if parts.iter().all(is_part) => Ok(parts.into()),
        (Form::Address, Value::Null) => Err(GraphError::new(
            500,
            "ErrorInternalServerError",
            "An internal server error occurred. The operation failed.",
        )),
        _ => Err(not_readable()),
    }
}

fn limited(name: &str, items: Vec<Value>) -> Result<Value, GraphError> {
    let limit = LIMITS.iter().find(|(limited, _)| *limited == name).map_or(usize::MAX, |(_, limit)| *limit);
    if items.len() <= limit {
        return Ok(items.into());
    }
    let (first, rest) = name.split_at(1);
    let (name, count) = (format!("{}{rest}", first.to_uppercase()), items.len());
    let text = format!(
        "The multi value property {name} has {count} entries, that exceeds the max allowed value of {limit}"
    );
    Err(GraphError::new(400, "ErrorInvalidRequest", &text))
}

fn is_email(value: &Value) -> bool {
    let known = |(name, value): (&String, &Value)| match name.as_str() {
        "name" | "address" => value.is_string() || value.is_null(),
        other => other.starts_with("@odata."),
    };
    value.as_object().is_some_and(|email| email.iter().all(known))
}

fn is_part((name, value): (&String, &Value)) -> bool {
    (ADDRESS.contains(&name.as_str()) && (value.is_string() || value.is_null())) || name == "@odata.type"
}

/// The day, in UTC, of a date or an instant.
fn day(text: &str) -> Option<NaiveDate> {
    let instant = || DateTime::parse_from_rfc3339(text).ok().map(|at| at.with_timezone(&Utc).date_naive());
    text.parse::<NaiveDate>().ok().or_else(instant)
}

impl Birthday {
    pub(super) fn instant(self, day: &str) -> String {
        match self {
            Self::Noon => format!("{day}T11:59:00Z"),
            Self::Midnight => format!("{day}T00:00:00Z"),
        }
    }
}
