//! One contact, by what somebody calls it.

use crate::desk::Database;
use crate::desk::error::{DeskError, Result};
use crate::model::{AccountId, Actor, Contact, ContactId};
use crate::sync::contacts::email_form;

/// So many of those that are meant are named.
const NAMED: u32 = 10;

impl Database {
    /// The contact within reach that a person means by its id, its external id or an e-mail address of it. One
    /// that is gone goes by its id alone.
    ///
    /// # Errors
    /// `NoSuchContact`; `SeveralContacts` when several go by the name.
    pub async fn contact_named(&self, actor: &Actor, name: &str) -> Result<Contact> {
        let form = email_form(name);
        let mut found = self.store.contacts_named(&actor.reach, name, form.as_deref(), NAMED).await?;
        match found.len() {
            0 => Err(DeskError::NoSuchContact(name.to_owned())),
            1 => Ok(found.remove(0)),
            _ => Err(DeskError::SeveralContacts {
                name: name.to_owned(),
                ids: found.into_iter().map(|contact| contact.id).collect(),
            }),
        }
    }

    /// The contact of this id of an account, which is not gone.
    ///
    /// # Errors
    /// `NoSuchAccount`, `NoSuchContact`.
    pub async fn contact(&self, actor: &Actor, account: &AccountId, id: &ContactId) -> Result<Contact> {
        let found = self.any_contact(actor, account, id).await?;
        if found.gone_at.is_none() { Ok(found) } else { Err(DeskError::NoSuchContact(id.to_string())) }
    }

    /// The contact of this id of an account, also one that is gone.
    ///
    /// # Errors
    /// `NoSuchAccount`, `NoSuchContact`.
    pub async fn any_contact(&self, actor: &Actor, account: &AccountId, id: &ContactId) -> Result<Contact> {
        self.account(actor, account).await?;
        let found = self.store.contact(id).await?;
        let is_here = |contact: &Contact| contact.account_id.as_ref() == Some(account);
        found.filter(is_here).ok_or_else(|| DeskError::NoSuchContact(id.to_string()))
    }
}
