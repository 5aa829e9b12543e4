//! Taking back what was written of a photo, or gave way: what was there before is set here, and goes out as any other.

use super::undo::{TRIES, UndoDeed, Undoing, UndoneWrite, called};
use crate::desk::error::{DeskError, Result};
use crate::model::{AuditAction, AuditEntry, Contact, ContactPhoto, ContactWrite};
use crate::store::{Editor, PhotoLine, PhotoSeen, PhotoSet};
use std::collections::BTreeSet;

impl Undoing<'_> {
    /// `None` of a contact that is no longer there at all.
    pub(super) async fn take_back_photo(&mut self, write: &ContactWrite) -> Result<Option<UndoneWrite>> {
        let Some(line) = self.database.store.photo_line(&write.id).await? else { return Ok(None) };
        for _ in 0..TRIES {
            let Some(contact) = self.contact(&write.contact).await? else { return Ok(None) };
            let now = self.photo(&contact).await?;
            let before = line.before.as_ref().map(ContactPhoto::sha256);
            let deed = match now {
                _ if contact.gone_at.is_some() || now == before => UndoDeed::Nothing,
                _ if line.is_now(now.as_deref()) => UndoDeed::Restored,
                _ => UndoDeed::Kept,
            };
            if deed == UndoDeed::Restored {
                if self.is_dry {
                    self.photos.insert(contact.id.clone(), before);
                } else if !self.put_back(&contact, &line, now.as_deref()).await? {
                    continue;
                }
            }
            return Ok(Some(UndoneWrite {
                id: write.id.clone(),
                contact: contact.id.clone(),
                name: called(&contact),
                write: write.kind,
                undo: deed,
                members: BTreeSet::new(),
                kept: Vec::new(),
            }));
        }
        Err(DeskError::StaleContact)
    }

    /// SHA-256 of the photo that a contact would have by now.
    async fn photo(&self, contact: &Contact) -> Result<Option<String>> {
        if let Some(sha256) = self.photos.get(&contact.id) {
            return Ok(sha256.clone());
        }
        let photo = self.database.store.contact_photo(&contact.id).await?;
        Ok(photo.as_ref().map(ContactPhoto::sha256))
    }

    /// Whether it could be done: nobody has changed the photo meanwhile.
    async fn put_back(&self, contact: &Contact, line: &PhotoLine, now: Option<&str>) -> Result<bool> {
        let detail = Some(format!("{} photo", contact.id));
        let entry = self.database.line(self.actor, AuditAction::ContactUndone, self.account);
        let entry = AuditEntry { detail, ..entry };
        let seen = now.map_or(PhotoSeen::Absent, PhotoSeen::This);
        let (change, by, at) = ((line.before.as_ref(), seen), Editor::Person(&entry), self.database.now());
        let store = &self.database.store;
        let set = store.set_contact_photo(self.account, &contact.id, change, by, at).await?;
        Ok(set == PhotoSet::Done)
    }
}
