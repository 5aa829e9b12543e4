//! Stored mail.

use super::Desk;
use super::error::Result;
use crate::model::{AccountId, Actor, Role};
use crate::store::{InFolder, MessageQuery, StoredMessage};

impl Desk {
    /// The newest messages within reach, of an account, in a folder, each `None` for all; at most `limit`. A
    /// folder goes by its role, its name or its path.
    ///
    /// # Errors
    /// `NoSuchFolder` where the account has none of that name, or several; those of the database.
    pub async fn messages(
        &self,
        actor: &Actor,
        account: Option<AccountId>,
        folder: Option<&str>,
        limit: u32,
    ) -> Result<Vec<StoredMessage>> {
        let folder = match (folder, &account) {
            (Some(name), Some(account)) => Some(InFolder::Is(self.folder_named(account, name).await?.id)),
            (Some(name), None) => {
                let word = Role::named(name).map(|role| role.as_str().to_owned());
                Some(InFolder::Called(word.unwrap_or_else(|| name.to_owned())))
            }
            (None, _) => None,
        };
        let owner = actor.reach.owner().map(str::to_owned);
        let query = MessageQuery { account, owner, folder, limit, ..MessageQuery::default() };
        Ok(self.store.messages(&query).await?)
    }
}
