//! What the owner does in Outlook, as tests order it.

use anyhow::{Result, anyhow, ensure};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

use super::card::HIDDEN;
use super::{MEMBERS, Place, TruthContact, renamed};
use crate::world::Mailbox;

/// What is written on a contact. Nothing is checked but the names of members: Outlook itself can hold more
/// than Graph takes.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ContactDraft {
    /// Id or name of the folder, `contacts` when left out; of a new contact only.
    pub folder: Option<String>,
    /// Members in Graph's form.
    pub members: Map<String, Value>,
    /// Single-value extended properties, by id.
    pub extended: BTreeMap<String, String>,
    /// A contact list instead of a contact.
    pub is_list: bool,
}

impl Mailbox {
    pub(crate) fn add_contact(&mut self, draft: &ContactDraft, now: DateTime<Utc>) -> Result<TruthContact> {
        let folder = self.contact_folder_named(draft.folder.as_deref().unwrap_or("contacts"))?;
        let mut members = known(&draft.members)?;
        renamed(&mut members, &names(&draft.members));
        let key = self.book.add(members, folder, now);
        self.book.change(key, |contact| {
            contact.extended.clone_from(&draft.extended);
            contact.is_list = draft.is_list;
        });
        self.true_contact(key)
    }

    /// Changes the members that are given.
    pub(crate) fn edit_contact(
        &mut self,
        id: &str,
        draft: &ContactDraft,
        now: DateTime<Utc>,
    ) -> Result<TruthContact> {
        let key = self.contact_key(id)?;
        let (new, mut written) = (known(&draft.members)?, names(&draft.members));
        let mut members = self.book.get(key).map(|contact| contact.members().clone()).unwrap_or_default();
        members.extend(new);
        written.extend(renamed(&mut members, &written));
        self.book.edit(key, written, now, |contact| {
            contact.write(members);
            contact.extended.extend(draft.extended.clone());
        });
        self.true_contact(key)
    }

    pub(crate) fn move_contact(
        &mut self,
        id: &str,
        folder: &str,
        now: DateTime<Utc>,
    ) -> Result<TruthContact> {
        let (key, folder) = (self.contact_key(id)?, self.contact_folder_named(folder)?);
        self.book.relocate(key, Place::Folder(folder), now);
        self.true_contact(key)
    }

    /// To Deleted Items, or for good when `hard`.
    pub(crate) fn delete_contact(&mut self, id: &str, hard: bool, now: DateTime<Utc>) -> Result<()> {
        let key = self.contact_key(id)?;
        if hard {
            self.book.purge(key, now);
        } else {
            self.book.relocate(key, Place::Deleted, now);
        }
        Ok(())
    }

    /// A copy in the same folder, extended properties included.
    pub(crate) fn copy_contact(&mut self, id: &str, now: DateTime<Utc>) -> Result<TruthContact> {
        let original = self.book.find(id).cloned().ok_or_else(|| anyhow!("no contact {id}"))?;
        let Place::Folder(folder) = original.place else { anyhow::bail!("{id} is deleted") };
        let key = self.book.add(original.members().clone(), folder, now);
        self.book.change(key, |contact| {
            contact.extended = original.extended;
            contact.photo = original.photo;
        });
        self.true_contact(key)
    }

    /// Sets a photo, or takes it away. Delta tells of it no more than of any other touch.
    pub(crate) fn set_photo(&mut self, id: &str, photo: Option<Vec<u8>>, now: DateTime<Utc>) -> Result<()> {
        let key = self.contact_key(id)?;
        self.book.edit(key, Vec::new(), now, |contact| contact.photo = photo);
        Ok(())
    }

    /// Makes a folder below another (by id or name); returns its id.
    pub(crate) fn add_contact_folder(&mut self, name: &str, parent: &str) -> Result<String> {
        let parent = self.contact_folder_named(parent)?;
        let number = self.book.add_folder(name, parent);
        Ok(self.contact_folder_id(number))
    }

    pub(crate) fn rename_contact_folder(&mut self, folder: &str, name: &str) -> Result<()> {
        let number = self.contact_folder_named(folder)?;
        self.book.rename_folder(number, name);
        Ok(())
    }

    pub(crate) fn remove_contact_folder(&mut self, folder: &str, now: DateTime<Utc>) -> Result<()> {
        let number = self.contact_folder_named(folder)?;
        self.book.remove_folder(number, now)
    }

    fn contact_key(&self, id: &str) -> Result<u64> {
        self.book.find(id).map(|contact| contact.key).ok_or_else(|| anyhow!("no contact {id}"))
    }

    fn true_contact(&self, key: u64) -> Result<TruthContact> {
        let contact = self.book.get(key).ok_or_else(|| anyhow!("no contact {key}"))?;
        Ok(TruthContact::of(contact, self))
    }
}

fn names(members: &Map<String, Value>) -> Vec<String> {
    members.keys().cloned().collect()
}

fn known(members: &Map<String, Value>) -> Result<Map<String, Value>> {
    for name in members.keys() {
        let known = MEMBERS.iter().any(|(known, _)| known == name) || HIDDEN.contains(&name.as_str());
        ensure!(known, "a contact has no member {name}");
    }
    Ok(members.clone())
}
