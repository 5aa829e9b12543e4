//! The folders of accounts.

use super::error::{DeskError, Result};
use super::{Database, Desk};
use crate::model::{Account, AccountId, Actor, Coverage, Folder, FolderState};
use crate::sync::Settings;
use crate::sync::folders::{Unclear, choose, find_stored};
use chrono::{DateTime, Utc};
use serde::Serialize;

/// A folder of an account, and what is stored of it.
#[derive(Debug, Serialize)]
pub struct FolderDetail {
    /// Which.
    #[serde(flatten)]
    pub folder: Folder,
    /// Whether the configuration names it.
    #[serde(rename = "read")]
    pub is_read: bool,
    /// How many messages are stored.
    pub held: u64,
    /// When the oldest of them was received; `None` where there is none, or none with a date.
    pub oldest_message_at: Option<DateTime<Utc>>,
    /// Where the newest stretch of `coverage` begins.
    pub complete_since: Option<DateTime<Utc>>,
    /// The stretches of time, newest first, of which all that came is stored or among the unreadable items.
    pub coverage: Coverage,
    /// How many items the server counted when the folder was last read or listed.
    pub server_total: Option<i64>,
    /// When it was last read to the end.
    pub last_success_at: Option<DateTime<Utc>>,
    /// Since when the mailbox no longer lists it; `None` while it does.
    pub vanished_at: Option<DateTime<Utc>>,
}

impl Desk {
    /// The folders of the account of this id.
    ///
    /// # Errors
    /// `NoSuchAccount`; those of the database.
    pub async fn folders(&self, actor: &Actor, id: &AccountId) -> Result<Vec<FolderDetail>> {
        self.account(actor, id).await?;
        self.folders_of(id, self.cycle.settings()).await
    }
}

impl Database {
    pub(super) async fn folders_of(&self, id: &AccountId, settings: &Settings) -> Result<Vec<FolderDetail>> {
        let folders = self.store.folders(id).await?;
        let (chosen, _) = choose(&settings.folders, &folders);
        let mut details = Vec::with_capacity(folders.len());
        for state in &folders {
            let oldest_message_at = match state.held {
                0 => None,
                _ => self.store.oldest_message(&state.folder.id).await?,
            };
            let is_read = chosen.contains(&state);
            details.push(FolderDetail { is_read, oldest_message_at, ..state.clone().into() });
        }
        Ok(details)
    }

    /// The folder that a person means, of this account or of each within reach that has it. It may have
    /// vanished.
    pub(super) async fn folders_named(
        &self,
        actor: &Actor,
        account: Option<&AccountId>,
        name: &str,
        settings: &Settings,
    ) -> Result<Vec<NamedFolder>> {
        let accounts = match account {
            Some(id) => vec![self.account(actor, id).await?],
            None => self.accounts(actor).await?,
        };
        let mut found = Vec::new();
        for account in accounts {
            let folders = self.store.folders(&account.id).await?;
            match find_stored(name, &folders) {
                Ok(state) => {
                    let is_read = choose(&settings.folders, &folders).0.contains(&state);
                    let is_left_out = !is_read && state.vanished_at.is_none();
                    found.push(NamedFolder { account, folder: state.folder.clone(), is_left_out });
                }
                Err(Unclear { count: 0, .. }) => {}
                Err(unclear) => return Err(DeskError::NoSuchFolder(unclear)),
            }
        }
        if found.is_empty() {
            return Err(DeskError::NoSuchFolder(Unclear { name: name.to_owned(), count: 0 }));
        }
        Ok(found)
    }
}

/// A folder that a person has named.
pub(super) struct NamedFolder {
    pub(super) account: Account,
    pub(super) folder: Folder,
    /// Whether the mailbox has it and the configuration does not name it.
    pub(super) is_left_out: bool,
}

impl From<FolderState> for FolderDetail {
    /// As it is where it is not read and no date of its messages is known.
    fn from(state: FolderState) -> Self {
        Self {
            folder: state.folder,
            is_read: false,
            held: state.held,
            oldest_message_at: None,
            complete_since: state.coverage.spans.first().map(|newest| newest.after),
            coverage: state.coverage,
            server_total: state.server_total.or(state.listed_total),
            last_success_at: state.last_success_at,
            vanished_at: state.vanished_at,
        }
    }
}
