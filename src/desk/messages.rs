//! Stored mail.

use super::Desk;
use super::error::Result;
use crate::model::{AccountId, Actor};
use crate::store::{MessageQuery, StoredMessage};

impl Desk {
    /// The newest messages within reach, of an account, in a folder, each `None` for all; at most `limit`. A
    /// folder goes by its role, its name or its path, with an account and without.
    ///
    /// # Errors
    /// `NoSuchFolder` where none has that name, or several of one account; where a folder is named,
    /// `NoSuchAccount`; those of the database.
    pub async fn messages(
        &self,
        actor: &Actor,
        account: Option<AccountId>,
        folder: Option<&str>,
        limit: u32,
    ) -> Result<Vec<StoredMessage>> {
        let folders = match folder {
            Some(name) => Some(self.folders_named(actor, account.as_ref(), name).await?),
            None => None,
        };
        let owner = actor.reach.owner().map(str::to_owned);
        let query = MessageQuery { account, owner, folders, limit, ..MessageQuery::default() };
        Ok(self.store.messages(&query).await?)
    }
}
