//! A contact as the store holds it.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use uuid::Uuid;

use super::super::ids::{self, rest};

/// What a member of a contact looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Text,
    Texts,
    Emails,
    Address,
    Birthday,
}

/// Every member that can be written, in the order of answers.
pub(crate) const MEMBERS: [(&str, Form); 33] = [
    ("categories", Form::Texts),
    ("birthday", Form::Birthday),
    ("fileAs", Form::Text),
    ("displayName", Form::Text),
    ("givenName", Form::Text),
    ("initials", Form::Text),
    ("middleName", Form::Text),
    ("nickName", Form::Text),
    ("surname", Form::Text),
    ("title", Form::Text),
    ("yomiGivenName", Form::Text),
    ("yomiSurname", Form::Text),
    ("yomiCompanyName", Form::Text),
    ("generation", Form::Text),
    ("imAddresses", Form::Texts),
    ("jobTitle", Form::Text),
    ("companyName", Form::Text),
    ("department", Form::Text),
    ("officeLocation", Form::Text),
    ("profession", Form::Text),
    ("businessHomePage", Form::Text),
    ("assistantName", Form::Text),
    ("manager", Form::Text),
    ("homePhones", Form::Texts),
    ("mobilePhone", Form::Text),
    ("businessPhones", Form::Texts),
    ("spouseName", Form::Text),
    ("personalNotes", Form::Text),
    ("children", Form::Texts),
    ("emailAddresses", Form::Emails),
    ("homeAddress", Form::Address),
    ("businessAddress", Form::Address),
    ("otherAddress", Form::Address),
];

/// Telephones that the owner can write, and that version 1.0 neither shows nor takes.
pub(super) const HIDDEN: [&str; 2] = ["fax", "pager"];

/// Where a contact lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// In this folder of contacts.
    Folder(usize),
    /// In Deleted Items, a folder of mail.
    Deleted,
}

/// One contact, or a contact list.
#[derive(Clone, Debug)]
pub(crate) struct Contact {
    /// Never changes; never shown.
    pub(crate) key: u64,
    pub(crate) place: Place,
    /// Changes with a move.
    pub(crate) id: String,
    /// Does not.
    pub(crate) immutable: String,
    version: u64,
    pub(crate) created: DateTime<Utc>,
    pub(crate) modified: DateTime<Utc>,
    /// The members that are not empty.
    members: Map<String, Value>,
    /// Single-value extended properties, by id.
    pub(crate) extended: BTreeMap<String, String>,
    /// JPEG.
    pub(crate) photo: Option<Vec<u8>>,
    /// A contact list: it is counted and never returned.
    pub(crate) is_list: bool,
    /// Number of the change that brought it to its folder.
    pub(crate) since: u64,
}

impl Contact {
    pub(super) fn new(
        guid: Uuid,
        key: u64,
        entry: u64,
        folder: usize,
        members: Map<String, Value>,
        at: DateTime<Utc>,
    ) -> Self {
        Self {
            key,
            place: Place::Folder(folder),
            id: rest(&ids::item(guid, CONTACTS + folder, entry)),
            immutable: immutable(guid, key),
            version: entry,
            created: at,
            modified: at,
            members: filled(members),
            extended: BTreeMap::new(),
            photo: None,
            is_list: false,
            since: 0,
        }
    }

    pub(crate) fn members(&self) -> &Map<String, Value> {
        &self.members
    }

    pub(crate) fn write(&mut self, members: Map<String, Value>) {
        self.members = filled(members);
    }

    pub(super) fn touch(&mut self, version: u64, now: DateTime<Utc>) {
        self.version = version;
        self.modified = now;
    }

    pub(super) fn relocate(&mut self, guid: Uuid, entry: u64, to: Place, since: u64) {
        let folder = match to {
            Place::Folder(folder) => CONTACTS + folder,
            Place::Deleted => CONTACTS - 1,
        };
        self.id = rest(&ids::item(guid, folder, entry));
        self.place = to;
        self.since = since;
    }

    /// `EQAAABYAAA…`: changes with each update.
    pub(crate) fn change_key(&self) -> String {
        let noise = ids::noise(&[b"contact", &self.key.to_be_bytes(), &self.version.to_be_bytes()]);
        STANDARD.encode([&[0x11, 0, 0, 0, 0x16, 0, 0, 0], &noise[..22]].concat())
    }
}

impl Form {
    pub(crate) fn empty(self) -> Value {
        match self {
            Self::Text | Self::Birthday => Value::Null,
            Self::Texts | Self::Emails => json!([]),
            Self::Address => json!({}),
        }
    }
}

fn filled(members: Map<String, Value>) -> Map<String, Value> {
    members.into_iter().filter(|(_, value)| !is_empty(value)).collect()
}

/// Null, an empty text, list or object.
pub(crate) fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.values().all(is_empty),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

/// Numbers that no folder and no message of mail has.
pub(super) const CONTACTS: usize = 5000;

pub(super) fn immutable(guid: Uuid, key: u64) -> String {
    rest(&ids::immutable(guid, key | 1 << 40))
}
