//! What the server makes of what it is sent.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};

use super::write::Written;
use super::{Quirk, Settings};
use crate::world::Mailbox;
use crate::world::contacts::{Contact, DEFAULT, Form, MEMBERS, Place, renamed};

/// A contact as it is going to be.
pub(super) struct Change {
    members: Map<String, Value>,
    /// Names of the members that change.
    touched: Vec<String>,
    extended: Vec<(String, Option<String>)>,
}

impl Change {
    pub(super) fn of(
        written: &Written,
        mailbox: &Mailbox,
        key: u64,
        settings: &Settings,
        directory: &[(String, String)],
    ) -> Self {
        let before = mailbox.book.get(key);
        let mut members = before.map(|contact| contact.members().clone()).unwrap_or_default();
        let mut touched: Vec<String> = written.members.keys().cloned().collect();
        for (name, sent) in &written.members {
            if let Some(value) = stored(name, sent, &members, settings, directory) {
                members.insert(name.clone(), value);
            }
        }
        touched.extend(renamed(&mut members, &touched));
        for (name, value) in settings.rewrites.iter().filter(|(name, _)| touched.contains(name)) {
            members.insert(name.clone(), value.clone());
        }
        if let Some(contact) = before.filter(|_| settings.has(Quirk::FolderAsCategory)) {
            gain_category(mailbox, contact, &mut members);
        }
        Self { members, touched, extended: written.extended.clone() }
    }

    /// Of a contact that was made a moment ago.
    pub(super) fn apply_new(self, mailbox: &mut Mailbox, key: u64) {
        mailbox.book.amend(key, |contact| self.write(contact));
    }

    pub(super) fn apply(self, mailbox: &mut Mailbox, key: u64, now: DateTime<Utc>) {
        let touched = self.touched.clone();
        mailbox.book.edit(key, touched, now, |contact| self.write(contact));
    }

    fn write(self, contact: &mut Contact) {
        contact.write(self.members);
        for (id, value) in self.extended {
            match value {
                Some(value) => contact.extended.insert(id, value),
                None => contact.extended.remove(&id),
            };
        }
    }
}

/// What becomes of a member; none: it stays as it is.
fn stored(
    name: &str,
    sent: &Value,
    before: &Map<String, Value>,
    settings: &Settings,
    directory: &[(String, String)],
) -> Option<Value> {
    let form = MEMBERS.iter().find(|(known, _)| *known == name).map(|(_, form)| *form)?;
    Some(match (form, sent) {
        (Form::Birthday, Value::String(day)) => json!(settings.birthday.instant(day)),
        (Form::Text, Value::String(text)) if name == "personalNotes" => json!(notes(text)),
        (Form::Emails, Value::Array(emails)) => {
            let old = before.get(name).and_then(Value::as_array);
            let old = old.map(Vec::as_slice).unwrap_or_default();
            emails.iter().filter_map(|sent| email(sent, old, directory)).collect()
        }
        // An address is replaced whole; with no part at all it is as if nothing had been sent.
        (Form::Address, Value::Object(parts)) if parts.is_empty() => return None,
        (Form::Address, Value::Object(parts)) => {
            let filled = parts.iter().filter(|(_, part)| part.as_str().is_some_and(|text| !text.is_empty()));
            let filled = filled.filter(|(name, _)| !name.starts_with('@'));
            Value::Object(filled.map(|(name, part)| (name.clone(), part.clone())).collect())
        }
        _ => sent.clone(),
    })
}

/// Line ends are CR LF, and other control characters are gone.
fn notes(text: &str) -> String {
    let lines = text.replace("\r\n", "\n");
    let kept = lines.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t'));
    kept.collect::<String>().replace('\n', "\r\n")
}

/// The name is the directory's, else that which the address had, else what was sent, else the address. What
/// is no address is kept as a name.
fn email(sent: &Value, old: &[Value], directory: &[(String, String)]) -> Option<Value> {
    let text = |name: &str| sent[name].as_str().filter(|text| !text.trim().is_empty());
    let Some(address) = text("address") else { return text("name").map(|name| json!({ "name": name })) };
    if !address.contains('@') && !address.starts_with('/') {
        return Some(json!({ "name": address }));
    }
    let same = |other: &str| other.eq_ignore_ascii_case(address);
    let listed = directory.iter().find(|(smtp, _)| same(smtp)).map(|(_, name)| name.as_str());
    let known = || old.iter().find(|email| email["address"].as_str().is_some_and(same))?["name"].as_str();
    let name = listed.or_else(known).or_else(|| text("name")).unwrap_or(address);
    Some(json!({"name": name, "address": address}))
}

/// Every second contact of a folder of its own gains the folder's name as a category.
fn gain_category(mailbox: &Mailbox, contact: &Contact, members: &mut Map<String, Value>) {
    let Place::Folder(number) = contact.place else { return };
    if number == DEFAULT || contact.key % 4 >= 2 {
        return;
    }
    let name = json!(mailbox.book.folders[number].name);
    let categories = members.entry("categories").or_insert_with(|| json!([]));
    if let Value::Array(categories) = categories
        && !categories.contains(&name)
    {
        categories.push(name);
    }
}
