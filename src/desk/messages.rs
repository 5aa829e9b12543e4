//! Stored mail.

use super::Database;
use super::error::Result;
use super::folders::NamedFolder;
use crate::model::{Actor, Folder};
use crate::store::{MessageQuery, StoredMessage};
use crate::sync::Settings;

/// Stored messages, and why there may be fewer than a mailbox has.
#[derive(Debug)]
pub struct MessagesFound {
    /// The newest first.
    pub messages: Vec<StoredMessage>,
    /// Of the folders that were named, those that their mailboxes have and the configuration does not name;
    /// each with what its account is called.
    pub left_out: Vec<(String, Folder)>,
}

impl Database {
    /// The newest messages within reach, of the account that a person names, in a folder, each `None` for
    /// all; at most `limit`. A folder goes by its role, its name or its path, with an account and without;
    /// `settings` say which are read.
    ///
    /// # Errors
    /// `NoSuchFolder` where none has that name, or several of one account; those of `named`.
    pub async fn messages(
        &self,
        actor: &Actor,
        account: Option<&str>,
        folder: Option<&str>,
        limit: u32,
        settings: &Settings,
    ) -> Result<MessagesFound> {
        let account = match account {
            Some(name) => Some(self.named(actor, name).await?.id),
            None => None,
        };
        let named = match folder {
            Some(name) => Some(self.folders_named(actor, account.as_ref(), name, settings).await?),
            None => None,
        };
        let ids = |named: &Vec<NamedFolder>| named.iter().map(|named| named.folder.id.clone()).collect();
        let (owner, folders) = (actor.reach.owner().map(str::to_owned), named.as_ref().map(ids));
        let query = MessageQuery { account, owner, folders, limit, ..MessageQuery::default() };
        let messages = self.store.messages(&query).await?;
        let left_out = named.into_iter().flatten().filter(|named| named.is_left_out);
        let left_out = left_out.map(|named| (named.account.name().into_owned(), named.folder)).collect();
        Ok(MessagesFound { messages, left_out })
    }
}
