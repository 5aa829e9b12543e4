//! The folders of accounts.

use super::Desk;
use super::error::{DeskError, Result};
use crate::model::{AccountId, Actor, Coverage, Folder, FolderState};
use crate::sync::folders::{Unclear, choose, find};
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
    /// How many items the server counted when the folder was last read, or else listed.
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
        self.folders_of(id).await
    }

    pub(super) async fn folders_of(&self, id: &AccountId) -> Result<Vec<FolderDetail>> {
        let folders = self.store.folders(id).await?;
        let (chosen, _) = choose(&self.cycle.settings().folders, &folders);
        let mut details = Vec::with_capacity(folders.len());
        for state in &folders {
            let held = self.store.held_messages(&state.folder.id).await?;
            let oldest_message_at = self.store.oldest_message(&state.folder.id).await?;
            let is_read = chosen.contains(&state);
            details.push(FolderDetail { is_read, held, oldest_message_at, ..state.clone().into() });
        }
        Ok(details)
    }

    /// The folder of an account that a person names.
    pub(super) async fn folder_named(&self, account: &AccountId, name: &str) -> Result<Folder> {
        let folders = self.store.folders(account).await?;
        find(name, &folders).map(|state| state.folder.clone()).map_err(|Unclear { name, several }| {
            let several = several.iter().map(|folder| folder.title().to_owned()).collect();
            DeskError::NoSuchFolder { name, several }
        })
    }
}

impl From<FolderState> for FolderDetail {
    /// As it is where nothing of it is stored or read.
    fn from(state: FolderState) -> Self {
        Self {
            folder: state.folder,
            is_read: false,
            held: 0,
            oldest_message_at: None,
            complete_since: state.coverage.spans.first().map(|newest| newest.after),
            coverage: state.coverage,
            server_total: state.server_total.or(state.listed_total),
            last_success_at: state.last_success_at,
            vanished_at: state.vanished_at,
        }
    }
}
