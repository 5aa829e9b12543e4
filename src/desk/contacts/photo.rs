//! Photos of contacts: had, set and taken away here.

use super::change::account_of;
use super::plan::{ContactPlan, PlannedContact, WithheldContact, called};
use super::withheld::WithheldReason;
use crate::desk::Database;
use crate::desk::error::{DeskError, Result};
use crate::model::{
    AccountId, Actor, AuditAction, AuditEntry, Contact, ContactId, ContactPhoto, ContactWriteKind, ItemFault,
    WriteCounts,
};
use crate::store::{EditedPhoto, Editor, ParkedContact, PhotoSeen, PhotoSet, PhotoStanding};
use crate::sync::contacts::{WriteReason, count_photo};
use chrono::{DateTime, Utc};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use utoipa::ToSchema;

/// So many photos are planned at a time.
const BATCH: u32 = 500;

/// How the photo of a contact stands, as it is told.
#[derive(Debug, Serialize, ToSchema)]
pub struct PhotoShown {
    /// Such as `image/jpeg`; `None` where there is none.
    pub media_type: Option<String>,
    /// How long it is; `None` where there is none.
    pub bytes: Option<u64>,
    /// Since when it waits to go out that it was set, or taken away; `None` where it does not.
    pub waits_since: Option<DateTime<Utc>>,
    /// Why it is not sent, in a word; `None` where nothing keeps it back.
    pub code: Option<String>,
    /// What was said of that.
    pub message: Option<String>,
    /// When it is tried again by itself; `None` where it is not.
    pub next_try_at: Option<DateTime<Utc>>,
}

impl From<PhotoStanding> for PhotoShown {
    fn from(standing: PhotoStanding) -> Self {
        let (media_type, bytes) = standing.file.unzip();
        let (code, message) = standing.fault.map(|ItemFault { code, text }| (code, text)).unzip();
        let (waits_since, next_try_at) = (standing.edited_at, standing.due_at);
        Self { media_type, bytes, waits_since, code, message, next_try_at }
    }
}

impl Database {
    /// The photo of a contact of an account.
    ///
    /// # Errors
    /// Those of `contact`; `NoPhoto`.
    pub async fn contact_photo(
        &self,
        actor: &Actor,
        account: &AccountId,
        id: &ContactId,
    ) -> Result<ContactPhoto> {
        let contact = self.contact(actor, account, id).await?;
        let photo = self.store.contact_photo(&contact.id).await?;
        photo.ok_or_else(|| DeskError::NoPhoto(contact.id))
    }

    /// Sets the photo of a contact, or takes it away: the one that was seen. It waits to go out then. The answer is what
    /// was set.
    ///
    /// # Errors
    /// `WrongPhoto` of what Outlook takes as none; `NoPhoto` where there is none to be taken away; `StaleContact` where
    /// there is another one by now; those of `edit_contact`.
    pub async fn set_photo(
        &self,
        actor: &Actor,
        contact: &Contact,
        photo: Option<Vec<u8>>,
        seen: PhotoSeen<'_>,
    ) -> Result<Option<ContactPhoto>> {
        let photo = photo.map(ContactPhoto::to_be_set).transpose().map_err(DeskError::WrongPhoto)?;
        let account = account_of(contact)?;
        self.want_contacts(actor, account).await?;
        let detail = Some(format!("{} photo", contact.id));
        let line = AuditEntry { detail, ..self.line(actor, AuditAction::ContactEdited, account) };
        let (by, change) = (Editor::Person(&line), (photo.as_ref(), seen));
        match self.store.set_contact_photo(account, &contact.id, change, by, self.now()).await? {
            PhotoSet::Same if photo.is_none() => Err(DeskError::NoPhoto(contact.id.clone())),
            PhotoSet::Done | PhotoSet::Same => Ok(photo),
            PhotoSet::Stale => Err(DeskError::StaleContact),
            PhotoSet::NoContact => Err(DeskError::NoSuchContact(contact.id.to_string())),
        }
    }

    /// How the photo of a contact stands.
    pub(super) async fn photo_shown(&self, contact: &ContactId) -> Result<PhotoShown> {
        Ok(self.store.photo_standing(contact).await?.into())
    }

    /// Adds the photos that would be written to a plan, and those that would not; and counts those that were changed
    /// since `approved`.
    pub(super) async fn plan_photos(
        &self,
        account: &AccountId,
        plan: &mut ContactPlan,
        (unapproved, approved): (&mut WriteCounts, Option<DateTime<Utc>>),
    ) -> Result<()> {
        let policy = self.contacts.joining.policy;
        let reasons: BTreeMap<_, _> =
            plan.writes.iter().map(|write| (write.contact.clone(), write.why)).collect();
        let counted: BTreeSet<_> = reasons.keys().cloned().collect();
        let (mut pages, now) = (self.store.edited_photo_pages(account, BATCH), self.now());
        while let Some(edited) = pages.next(now).await? {
            let contacts = self.store.contacts_by_id(edited.iter().map(|edited| &edited.contact)).await?;
            for edited in &edited {
                let Some(contact) = contacts.get(&edited.contact) else { continue };
                if edited.is_asked(policy) {
                    plan.withheld.push(WithheldContact::of(contact, WithheldReason::Conflict));
                } else if let Some(write) = planned(contact, edited, reasons.get(&contact.id).copied()) {
                    plan.writes.push(write);
                    if Some(edited.edited_at) > approved {
                        count_photo(unapproved, &counted, edited);
                    }
                }
            }
        }
        Ok(())
    }

    /// Contacts whose photos do not go out, with the reason.
    pub(super) async fn withheld_photos(&self, account: &AccountId) -> Result<Vec<WithheldContact>> {
        let (now, mut held) = (self.now(), Vec::new());
        let mut parked = self.store.parked_photos(account).await?;
        parked.retain(|parked| parked.due_at.is_none_or(|due| due > now));
        let contacts = self.store.contacts_by_id(parked.iter().map(|parked| &parked.contact)).await?;
        for ParkedContact { contact, fault: ItemFault { code, text }, due_at, .. } in parked {
            let Some(contact) = contacts.get(&contact) else { continue };
            held.push(WithheldContact {
                said: format!("its photo: {text}"),
                due_at,
                ..WithheldContact::by_code(contact, &code)
            });
        }
        Ok(held)
    }
}

/// The write of a photo, for why its contact is written if that is; `None` while the contact does not go out.
fn planned(contact: &Contact, edited: &EditedPhoto, why: Option<WriteReason>) -> Option<PlannedContact> {
    let why = if edited.item.is_some() { WriteReason::Edited } else { why? };
    let write = match edited.ours {
        Some(_) => ContactWriteKind::SetPhoto,
        None => ContactWriteKind::RemovePhoto,
    };
    let is_nothing = edited.item.is_none() && edited.ours.is_none();
    (!is_nothing).then(|| PlannedContact {
        contact: contact.id.clone(),
        name: called(contact),
        write,
        why,
        members: BTreeSet::new(),
        no_room: BTreeMap::new(),
        conflicts: BTreeSet::new(),
    })
}
