//! Stored contacts.

use crate::desk::Database;
use crate::desk::error::Result;
use crate::model::{Actor, Contact};
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
}
