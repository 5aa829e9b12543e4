//! Contacts by a search, or by the other program's id.

use crate::desk::Database;
use crate::desk::error::Result;
use crate::model::{AccountId, Actor, Contact, ContactId};
use crate::store::ContactQuery;

impl Database {
    /// Contacts within reach that are not gone, by name: of the account that a person names, `None` for all,
    /// with each word of a text in a name, the company, an address or a number; at most `limit`.
    ///
    /// # Errors
    /// Those of `named`.
    pub async fn contacts(
        &self,
        actor: &Actor,
        account: Option<&str>,
        text: &str,
        limit: u32,
    ) -> Result<Vec<Contact>> {
        let account = match account {
            Some(name) => Some(self.named(actor, name).await?.id),
            None => None,
        };
        let (owner, text) = (actor.reach.owner().map(str::to_owned), text.to_owned());
        Ok(self.store.contacts(&ContactQuery { account, owner, text, limit, after: None }).await?)
    }

    /// The same of the account of this id, from after the contact that is told by `Card::listed_as` and its
    /// id on.
    ///
    /// # Errors
    /// `NoSuchAccount`.
    pub async fn contact_page(
        &self,
        actor: &Actor,
        account: &AccountId,
        text: &str,
        after: Option<(String, ContactId)>,
        limit: u32,
    ) -> Result<Vec<Contact>> {
        let (account, text) = (Some(self.account(actor, account).await?.id), text.to_owned());
        Ok(self.store.contacts(&ContactQuery { account, owner: None, text, limit, after }).await?)
    }

    /// The contact of an account that has this external id and is not gone.
    ///
    /// # Errors
    /// `NoSuchAccount`.
    pub async fn contact_of(
        &self,
        actor: &Actor,
        account: &AccountId,
        external_id: &str,
    ) -> Result<Option<Contact>> {
        self.account(actor, account).await?;
        let found = self.store.contact_by_external_id(account, external_id).await?;
        Ok(found.filter(|contact| contact.gone_at.is_none()))
    }
}
