//! Stored mail.

use super::Desk;
use super::error::Result;
use crate::model::{AccountId, Actor, Folder, StoredMessage};
use crate::store::MessageQuery;

impl Desk {
    /// The newest messages within reach, of an account, in a folder, each `None` for all; at most `limit`.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn messages(
        &self,
        actor: &Actor,
        account: Option<AccountId>,
        folder: Option<Folder>,
        limit: u32,
    ) -> Result<Vec<StoredMessage>> {
        let owner = actor.reach.owner().map(str::to_owned);
        let query = MessageQuery { account, owner, folder, limit, ..MessageQuery::default() };
        Ok(self.store.messages(&query).await?)
    }
}
