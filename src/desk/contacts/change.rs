//! Contacts made, changed and removed here.

use crate::desk::Database;
use crate::desk::error::{DeskError, Result};
use crate::model::{
    AccountId, Actor, AuditAction, AuditEntry, Card, Contact, ContactEdit, ContactId, Part, RequestKey,
};
use crate::store::{Edited, Editor};

/// So often a change is made again where somebody else was faster.
const TRIES: u32 = 10;
/// The longest external id, characters.
const LONGEST_ID: usize = 200;

/// What came of a contact that was brought here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContactDone {
    /// It was made.
    Made,
    /// One was known already, and was written.
    Written,
    /// One was known already, and had it all.
    Same,
}

/// A contact that was brought here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactPut {
    /// As it stands afterwards.
    pub contact: Contact,
    /// What came of it.
    pub done: ContactDone,
    /// Whether it was done by the same request before.
    pub is_repeated: bool,
}

impl Database {
    /// Makes a contact, or writes on the one of the account that has this external id; one that is gone is
    /// there again. What it has already is not written.
    ///
    /// # Errors
    /// `NoSuchAccount`; `NoContacts` of an account whose contacts are not read; `WrongContact`.
    pub async fn put_contact(
        &self,
        actor: &Actor,
        account: &AccountId,
        external_id: Option<&str>,
        change: impl Fn(&Card) -> Result<Card, String>,
    ) -> Result<ContactPut> {
        self.put_named(actor, account, (None, external_id), None, change).await
    }

    /// The same by a request that its caller may make again under its key, which does nothing then.
    ///
    /// # Errors
    /// Those of `put_contact`; `KeyReused` where something else was asked under the key.
    pub async fn put_contact_once(
        &self,
        actor: &Actor,
        account: &AccountId,
        external_id: Option<&str>,
        key: Option<&RequestKey>,
        change: impl Fn(&Card) -> Result<Card, String>,
    ) -> Result<ContactPut> {
        self.put_named(actor, account, (None, external_id), key, change).await
    }

    /// The same of a contact that is known by its own id, and gets the external one, or else by its external one.
    ///
    /// # Errors
    /// Those of `put_contact_once`; `ExternalIdTaken`.
    pub(super) async fn put_named(
        &self,
        actor: &Actor,
        account: &AccountId,
        (own, external_id): (Option<&ContactId>, Option<&str>),
        key: Option<&RequestKey>,
        change: impl Fn(&Card) -> Result<Card, String>,
    ) -> Result<ContactPut> {
        self.want_contacts(actor, account).await?;
        for _ in 0..TRIES {
            if let Some(put) = self.repeated(key).await? {
                return Ok(put);
            }
            let known = match (own, external_id) {
                (Some(id), _) => self.store.contact(id).await?,
                (None, Some(id)) => self.store.contact_by_external_id(account, id).await?,
                (None, None) => None,
            };
            let (id, card) = known.as_ref().map_or_else(
                || (ContactId::new(self.now()), Card::default()),
                |known| (known.id.clone(), known.card.clone()),
            );
            let edit = self.edit(id, external_id, change(&card))?;
            if let Some(contact) = self.written(actor, account, known.as_ref(), &edit, key).await? {
                let done = match known {
                    None => ContactDone::Made,
                    Some(known) if known.revision == contact.revision => ContactDone::Same,
                    Some(_) => ContactDone::Written,
                };
                return Ok(ContactPut { contact, done, is_repeated: false });
            }
            if let Some(own) = own {
                self.want_free(account, external_id, own).await?;
            }
        }
        Err(DeskError::StaleContact)
    }

    /// Writes on a contact that has the revision `based_on`, or whatever it has. What it has already is not
    /// written.
    ///
    /// # Errors
    /// `StaleContact`; `NoSuchContact` of one that is gone; `NoContacts` of an account whose contacts are not
    /// read; `WrongContact`; `ExternalIdTaken`.
    pub async fn edit_contact(
        &self,
        actor: &Actor,
        contact: &Contact,
        based_on: Option<i64>,
        external_id: Option<&str>,
        change: impl Fn(&Card) -> Result<Card, String>,
    ) -> Result<Contact> {
        let account = account_of(contact)?;
        self.want_contacts(actor, account).await?;
        for _ in 0..TRIES {
            let known = self.contact(actor, account, &contact.id).await?;
            if based_on.is_some_and(|revision| revision != known.revision) {
                break;
            }
            let edit = self.edit(known.id.clone(), external_id, change(&known.card))?;
            if let Some(contact) = self.written(actor, account, Some(&known), &edit, None).await? {
                return Ok(contact);
            }
            self.want_free(account, external_id, &known.id).await?;
        }
        Err(DeskError::StaleContact)
    }

    /// Wants no other contact of an account to have the external id that this one is to get.
    ///
    /// # Errors
    /// `ExternalIdTaken`.
    async fn want_free(&self, account: &AccountId, external_id: Option<&str>, own: &ContactId) -> Result<()> {
        let Some(external_id) = external_id else { return Ok(()) };
        match self.store.contact_by_external_id(account, external_id).await? {
            Some(other) if other.id != *own => Err(DeskError::ExternalIdTaken(other.id)),
            _ => Ok(()),
        }
    }

    /// Deletes a contact that has the revision `based_on`, or whatever it has. Its row stays, and is gone; that of
    /// one which was kept when its account was disconnected goes too.
    ///
    /// # Errors
    /// `StaleContact`; `NoSuchContact` of one that is gone already; `NoContacts` of an account whose contacts
    /// are not read.
    pub async fn remove_contact(
        &self,
        actor: &Actor,
        contact: &Contact,
        based_on: Option<i64>,
    ) -> Result<Contact> {
        let Some(account) = &contact.account_id else {
            return self.destroy_kept(actor, contact, based_on).await;
        };
        self.want_contacts(actor, account).await?;
        for _ in 0..TRIES {
            let known = self.contact(actor, account, &contact.id).await?;
            let revision = based_on.unwrap_or(known.revision);
            let line = self.contact_line(actor, AuditAction::ContactRemoved, account, &known.id);
            let by = Editor::Person(&line);
            match self.store.remove_contact(account, &known.id, revision, by, self.now()).await? {
                Edited::Done(_) => return self.stored(&known.id).await,
                Edited::Stale | Edited::Taken(_) if based_on.is_some() => break,
                Edited::Stale | Edited::Taken(_) => {}
            }
        }
        Err(DeskError::StaleContact)
    }

    async fn destroy_kept(&self, actor: &Actor, contact: &Contact, based_on: Option<i64>) -> Result<Contact> {
        let line = AuditEntry::by(self.now(), actor, AuditAction::ContactRemoved);
        let line = AuditEntry { detail: Some(contact.id.to_string()), ..line };
        let is_meant = based_on.is_none_or(|revision| revision == contact.revision);
        if is_meant && self.store.destroy_kept_contact(&contact.id, &line).await? {
            return Ok(Contact { gone_at: Some(line.at), ..contact.clone() });
        }
        Err(DeskError::StaleContact)
    }

    /// The contact after an edit; `None` where somebody else has written it meanwhile, or has its external id.
    async fn written(
        &self,
        actor: &Actor,
        account: &AccountId,
        known: Option<&Contact>,
        edit: &ContactEdit,
        key: Option<&RequestKey>,
    ) -> Result<Option<Contact>> {
        let (action, now) =
            (known.map_or(AuditAction::ContactAdded, |_| AuditAction::ContactEdited), self.now());
        let line = self.contact_line(actor, action, account, &edit.id);
        let by = key.map_or(Editor::Person(&line), |key| Editor::Request(&line, key));
        let edited = match known {
            Some(known) if has_all(known, edit) => return self.found(account, known, key).await,
            Some(known) => self.store.edit_contact(account, edit, known.revision, by, now).await?,
            None => self.store.add_contact(account, edit, by, now).await?,
        };
        match edited {
            Edited::Done(_) => self.stored(&edit.id).await.map(Some),
            Edited::Stale | Edited::Taken(_) => Ok(None),
        }
    }

    pub(super) async fn stored(&self, id: &ContactId) -> Result<Contact> {
        let stored = self.store.contact(id).await?;
        stored.ok_or_else(|| DeskError::NoSuchContact(id.to_string()))
    }

    /// A contact that has it all already; `None` where the request was made before.
    async fn found(
        &self,
        account: &AccountId,
        known: &Contact,
        key: Option<&RequestKey>,
    ) -> Result<Option<Contact>> {
        let is_first = match key {
            Some(key) => self.store.remember_request(account, key, &known.id, self.now()).await?,
            None => true,
        };
        Ok(is_first.then(|| known.clone()))
    }

    /// What a request was answered with that was made before, as it stands; `None` of one that was not.
    async fn repeated(&self, key: Option<&RequestKey>) -> Result<Option<ContactPut>> {
        let Some(key) = key else { return Ok(None) };
        let Some(earlier) = self.store.earlier_request(key, self.now()).await? else { return Ok(None) };
        if earlier.request != key.request {
            return Err(DeskError::KeyReused);
        }
        let contact = self.stored(&earlier.contact).await?;
        let done = if earlier.is_new { ContactDone::Made } else { ContactDone::Written };
        Ok(Some(ContactPut { contact, done, is_repeated: true }))
    }

    /// Whether an account's contacts are kept in step here.
    ///
    /// # Errors
    /// `NoSuchAccount`.
    pub async fn keeps_contacts(&self, actor: &Actor, account: &AccountId) -> Result<bool> {
        Ok(self.account_and_state(actor, account).await?.1.part(Part::Contacts).is_some())
    }

    /// Wants an account's contacts to be kept in step here.
    ///
    /// # Errors
    /// `NoSuchAccount`; `NoContacts` where they are not.
    pub(super) async fn want_contacts(&self, actor: &Actor, account: &AccountId) -> Result<()> {
        if self.keeps_contacts(actor, account).await? {
            return Ok(());
        }
        let account = self.account(actor, account).await?;
        Err(DeskError::NoContacts(account.name().into_owned()))
    }

    fn edit(
        &self,
        id: ContactId,
        external_id: Option<&str>,
        changed: Result<Card, String>,
    ) -> Result<ContactEdit> {
        if let Some(fault) = external_id.and_then(fault) {
            return Err(DeskError::WrongContact(fault));
        }
        let card = changed.and_then(Card::kept).map_err(DeskError::WrongContact)?;
        let forms = self.contacts.joining.canon.forms(&card);
        Ok(ContactEdit { id, external_id: external_id.map(str::to_owned), card, forms })
    }

    fn contact_line(
        &self,
        actor: &Actor,
        action: AuditAction,
        account: &AccountId,
        id: &ContactId,
    ) -> AuditEntry {
        let detail = Some(id.to_string());
        AuditEntry { detail, ..self.line(actor, action, account) }
    }
}

pub(super) fn account_of(contact: &Contact) -> Result<&AccountId> {
    contact.account_id.as_ref().ok_or_else(|| DeskError::KeptContact(contact.id.clone()))
}

/// Whether nothing of an edit is left to be written.
fn has_all(known: &Contact, edit: &ContactEdit) -> bool {
    let keeps_name = edit.external_id.is_none() || edit.external_id == known.external_id;
    keeps_name && known.gone_at.is_none() && known.card == edit.card
}

fn fault(external_id: &str) -> Option<String> {
    if external_id.trim().is_empty() {
        Some("the external id is empty".to_owned())
    } else if external_id.contains(char::is_control) {
        Some("the external id has a control character in it".to_owned())
    } else if external_id.chars().count() > LONGEST_ID {
        Some(format!("the external id is longer than {LONGEST_ID} characters"))
    } else {
        None
    }
}
