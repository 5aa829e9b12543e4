//! What both sides of a contact have changed, each differently, and a person says whose values hold.

use super::change::account_of;
use super::detail::ContactDetail;
use crate::desk::Database;
use crate::desk::error::{DeskError, Result};
use crate::model::{
    AccountId, Actor, AuditAction, AuditEntry, CardMember, Conflict, ConflictPolicy, Contact, ContactId,
    ContestedPart, CycleId, Side,
};
use crate::store::{Edited, EditedContact, Editor};
use crate::sync::contacts::{Contest, contest, deleted_there, resolve};
use serde::Serialize;
use utoipa::ToSchema;

/// So many contacts are looked at at a time.
const BATCH: u32 = 500;
/// So often it is said again where somebody changed the contact meanwhile.
const TRIES: u32 = 10;

/// A contact of which a person is to say whose values hold.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConflictDetail {
    /// The contact.
    pub contact: ContactId,
    /// What it is called.
    pub name: String,
    /// The side on which it was deleted, while the other one changed it; `None` where it was not.
    pub deleted: Option<Side>,
    /// The values that both sides changed.
    pub values: Vec<Conflict>,
    /// Whether both sides changed its photo.
    pub photo: bool,
}

impl Database {
    /// What waits for a person of an account's contacts, what was changed here first coming first.
    ///
    /// # Errors
    /// `NoSuchAccount`.
    pub async fn contact_conflicts(&self, actor: &Actor, account: &AccountId) -> Result<Vec<ConflictDetail>> {
        let account = &self.account(actor, account).await?.id;
        let (mut pages, now) = (self.store.edited_pages(account, BATCH), self.now());
        let mut found = Vec::new();
        while let Some(page) = pages.next(now).await? {
            found.extend(page.iter().filter_map(|edited| self.conflict(edited)));
        }
        self.with_photos(found, self.store.contested_photos(account).await?).await
    }

    /// The same with contacts whose photos both sides changed.
    async fn with_photos(
        &self,
        mut found: Vec<ConflictDetail>,
        contested: Vec<ContactId>,
    ) -> Result<Vec<ConflictDetail>> {
        if self.contacts.joining.policy != ConflictPolicy::Ask {
            return Ok(found);
        }
        let contacts = self.store.contacts_by_id(contested.iter()).await?;
        for contact in contested.iter().filter_map(|id| contacts.get(id)) {
            if let Some(known) = found.iter_mut().find(|known| known.contact == contact.id) {
                known.photo = true;
                continue;
            }
            let contact = ContactDetail::from(contact.clone());
            let name = contact.name();
            found.push(ConflictDetail {
                contact: contact.id,
                name,
                deleted: None,
                values: Vec::new(),
                photo: true,
            });
        }
        Ok(found)
    }

    /// What waits for a person of one contact; `None` where nothing does.
    pub(super) async fn conflict_of(&self, contact: &ContactId) -> Result<Option<ConflictDetail>> {
        let edited = self.store.still_edited(std::slice::from_ref(contact)).await?;
        let found = edited.iter().filter_map(|edited| self.conflict(edited)).collect();
        let is_contested = self.store.photo_standing(contact).await?.is_contested;
        let contested = is_contested.then(|| contact.clone()).into_iter().collect();
        Ok(self.with_photos(found, contested).await?.pop())
    }

    fn conflict(&self, edited: &EditedContact) -> Option<ConflictDetail> {
        let (deleted, values) =
            match contest(edited, self.contacts.joining.canon, self.contacts.joining.policy)? {
                Contest::Values(values) => (None, values),
                Contest::Deleted(side) => (Some(side), Vec::new()),
            };
        let contact = ContactDetail::from(edited.contact.clone());
        Some(ConflictDetail { name: contact.name(), contact: contact.id, deleted, values, photo: false })
    }

    /// Says whose value holds where both sides changed one: of that member, or the photo, `None` for all that waits
    /// of the contact, also whether it is deleted. The contact as it stands then; what differs from the mailbox goes
    /// out, and of a photo the next cycle brings Outlook's in where that holds.
    ///
    /// # Errors
    /// `NoConflict` where nothing of that waits; `StaleContact`; `KeptContact`.
    pub async fn resolve_contact(
        &self,
        actor: &Actor,
        contact: &Contact,
        part: Option<ContestedPart>,
        side: Side,
    ) -> Result<Contact> {
        let (account, id) = (account_of(contact)?, &contact.id);
        let member = match part {
            None | Some(ContestedPart::Photo) => {
                let is_said = self.resolve_photo(actor, account, id, side).await?;
                if !is_said && part.is_some() {
                    return Err(DeskError::NoConflict(id.clone()));
                }
                if is_said && (part.is_some() || self.conflict_of(id).await?.is_none()) {
                    return self.stored(id).await;
                }
                None
            }
            Some(ContestedPart::Member(member)) => Some(member),
        };
        for _ in 0..TRIES {
            let edited = self.store.still_edited(std::slice::from_ref(id)).await?.pop();
            let edited = edited.ok_or_else(|| DeskError::NoConflict(id.clone()))?;
            let line = self.resolve_line(actor, account, id, (member, side));
            if self.resolved(account, &edited, (member, side), &line).await? {
                return self.stored(id).await;
            }
        }
        Err(DeskError::StaleContact)
    }

    /// Whether somebody was asked whose photo holds.
    async fn resolve_photo(
        &self,
        actor: &Actor,
        account: &AccountId,
        contact: &ContactId,
        side: Side,
    ) -> Result<bool> {
        let detail = Some(format!("{contact} photo {}", side.as_str()));
        let line = AuditEntry { detail, ..self.line(actor, AuditAction::ContactResolved, account) };
        let is_asked = self.contacts.joining.policy == ConflictPolicy::Ask;
        Ok(is_asked && self.store.resolve_photo(account, contact, side, &line).await?)
    }

    /// Whether it could be written: nobody has changed the contact meanwhile.
    async fn resolved(
        &self,
        account: &AccountId,
        edited: &EditedContact,
        (member, side): (Option<CardMember>, Side),
        line: &AuditEntry,
    ) -> Result<bool> {
        let (now, contact) = (self.now(), &edited.contact);
        let none = || DeskError::NoConflict(contact.id.clone());
        let contest =
            contest(edited, self.contacts.joining.canon, self.contacts.joining.policy).ok_or_else(none)?;
        if matches!(contest, Contest::Deleted(_)) && member.is_some() {
            return Err(none());
        }
        let cycle = CycleId::new(now);
        let run = (&cycle, now);
        let written = match (contest, side) {
            (Contest::Deleted(Side::Theirs), Side::Ours) => {
                let journal = deleted_there(contact, side, run);
                return Ok(self.store.make_contact_anew(account, &journal, line).await?);
            }
            (Contest::Deleted(Side::Theirs), Side::Theirs) => {
                let journal = deleted_there(contact, side, run);
                let by = Editor::Resolver(line, &journal);
                self.store.remove_contact(account, &contact.id, contact.revision, by, now).await?
            }
            (Contest::Values(_) | Contest::Deleted(Side::Ours), _) => {
                let resolution =
                    resolve(edited, (side, member), self.contacts.joining.canon, run).ok_or_else(none)?;
                self.store.resolve_contact(account, contact, &resolution, line, now).await?
            }
        };
        Ok(matches!(written, Edited::Done(_)))
    }

    fn resolve_line(
        &self,
        actor: &Actor,
        account: &AccountId,
        contact: &ContactId,
        (member, side): (Option<CardMember>, Side),
    ) -> AuditEntry {
        let member = member.map_or("all", CardMember::as_str);
        let detail = Some(format!("{contact} {member} {}", side.as_str()));
        AuditEntry { detail, ..self.line(actor, AuditAction::ContactResolved, account) }
    }
}
