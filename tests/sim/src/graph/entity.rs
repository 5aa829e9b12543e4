//! A contact as an answer shows it.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};

use super::query::{RANKED, View};
use super::{Quirk, Settings};
use crate::world::Mailbox;
use crate::world::contacts::{Contact, MEMBERS};

pub(super) fn etag(contact: &Contact) -> String {
    format!("W/\"{}\"", contact.change_key())
}

pub(super) fn id(contact: &Contact, immutable: bool) -> &str {
    if immutable { &contact.immutable } else { &contact.id }
}

pub(super) fn contact(
    mailbox: &Mailbox,
    contact: &Contact,
    view: &View,
    immutable: bool,
) -> Map<String, Value> {
    let mut shown = whole(mailbox, contact);
    if let Some(select) = &view.select {
        shown.retain(|name, _| select.iter().any(|wanted| wanted == name));
    }
    let mut entity = Map::new();
    entity.insert("@odata.etag".to_owned(), json!(etag(contact)));
    entity.insert("id".to_owned(), json!(id(contact, immutable)));
    entity.extend(shown);
    let extended: Vec<Value> = view
        .expand
        .iter()
        .filter_map(|id| Some(json!({"id": id, "value": contact.extended.get(id)?})))
        .collect();
    if !extended.is_empty() {
        entity.insert("singleValueExtendedProperties".to_owned(), extended.into());
    }
    entity
}

fn whole(mailbox: &Mailbox, contact: &Contact) -> Map<String, Value> {
    let mut all = Map::new();
    all.insert("createdDateTime".to_owned(), json!(instant(contact.created)));
    all.insert("lastModifiedDateTime".to_owned(), json!(instant(contact.modified)));
    all.insert("changeKey".to_owned(), json!(contact.change_key()));
    all.insert("parentFolderId".to_owned(), json!(mailbox.place_id(contact.place)));
    for (name, form) in MEMBERS {
        let value = contact.members().get(name).cloned().unwrap_or_else(|| form.empty());
        all.insert(name.to_owned(), value);
    }
    for (rank, name) in RANKED.iter().enumerate() {
        let email = contact.members().get("emailAddresses").and_then(|emails| emails.get(rank));
        all.insert((*name).to_owned(), email.cloned().unwrap_or_default());
    }
    all
}

fn instant(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// The text of a body.
pub(super) fn serialized(body: &Value, settings: &Settings) -> String {
    let text = body.to_string();
    if !settings.has(Quirk::RawControls) {
        return text;
    }
    (0..0x20_u8).fold(text, |text, byte| {
        text.replace(&format!("\\u{byte:04x}"), char::from(byte).encode_utf8(&mut [0; 4]))
    })
}
