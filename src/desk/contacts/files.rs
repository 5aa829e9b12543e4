//! Contacts out of files, and into them.

use super::ContactPut;
use crate::cards::{CardFormat, FiledContact};
use crate::desk::Database;
use crate::desk::error::Result;
use crate::model::{AccountId, Actor, AuditAction, AuditEntry, Contact};

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

    /// Brings a contact of a file: writes on the one of the account that has the file's id of it, ours or its
    /// external one, or makes one. What the file does not have stays, and one that is gone is there again.
    ///
    /// # Errors
    /// Those of `put_contact`.
    pub async fn import_contact(
        &self,
        actor: &Actor,
        account: &AccountId,
        filed: &FiledContact,
    ) -> Result<ContactPut> {
        let is_here = |contact: &Contact| contact.account_id.as_ref() == Some(account);
        let own = match filed.own_id() {
            Some(id) => self.store.contact(&id).await?.filter(is_here).map(|contact| contact.id),
            None => None,
        };
        let external_id = own.is_none().then(|| filed.external_id());
        let named = (own.as_ref(), external_id.as_deref());
        self.put_named(actor, account, named, None, |card| filed.written_on(card)).await
    }
}
