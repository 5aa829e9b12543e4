//! Contacts out of files, and into them.

use super::ContactPut;
use crate::cards::{CardFormat, FiledContact};
use crate::desk::Database;
use crate::desk::error::Result;
use crate::model::{AccountId, Actor, AuditAction, AuditEntry, Contact, ContactId};

impl Database {
    /// Writes down that an account's contacts leave as a file, before they do.
    ///
    /// # Errors
    /// `NoSuchAccount`.
    pub async fn begin_export(&self, actor: &Actor, account: &AccountId, format: CardFormat) -> Result<()> {
        let line = self.line(actor, AuditAction::ContactsExported, &self.account(actor, account).await?.id);
        let detail = Some(format.as_str().to_owned());
        Ok(self.store.audit(&AuditEntry { detail, ..line }).await?)
    }

    /// Brings a contact of a file: writes on the one of the account that has our id of it, which gets the file's
    /// external one; where none has, on the one of that external id, or makes one. What the file does not have stays,
    /// and one that is gone is there again.
    ///
    /// # Errors
    /// Those of `put_contact`; `ExternalIdTaken`.
    pub async fn import_contact(
        &self,
        actor: &Actor,
        account: &AccountId,
        filed: &FiledContact,
    ) -> Result<ContactPut> {
        let own = self.own(account, filed).await?;
        let external_id = match own {
            Some(_) => filed.given_id().map(str::to_owned),
            None => Some(filed.external_id()),
        };
        let named = (own.as_ref(), external_id.as_deref());
        self.put_named(actor, account, named, None, |card| filed.written_on(card)).await
    }

    /// The contact of the account that has the file's id of ours. One that is gone may have become another, which has
    /// its external id then.
    async fn own(&self, account: &AccountId, filed: &FiledContact) -> Result<Option<ContactId>> {
        let Some(id) = &filed.own else { return Ok(None) };
        let is_here = |contact: &Contact| contact.account_id.as_ref() == Some(account);
        let Some(own) = self.store.contact(id).await?.filter(is_here) else { return Ok(None) };
        let other = match filed.given_id().filter(|_| own.gone_at.is_some()) {
            Some(external_id) => self.store.contact_by_external_id(account, external_id).await?,
            None => None,
        };
        Ok(other.is_none().then_some(own.id))
    }
}
