//! The folders of accounts.

use super::error::{DeskError, Result};
use super::{Database, Desk};
use crate::model::{Account, AccountId, Actor, Coverage, Folder, FolderState, ShortfallKind, Span};
use crate::sync::Settings;
use crate::sync::folders::{Unclear, choose, find_stored};
use crate::sync::holes::holes;
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

/// A folder of an account, and what is stored of it.
#[derive(Debug, Serialize, ToSchema)]
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
    #[schema(value_type = Vec<Span>)]
    pub coverage: Coverage,
    /// The stretches between those, down to the history's beginning, the newest first: there mail may be
    /// missing.
    pub holes: Vec<Span>,
    /// Where the history begins: what came before is not read.
    pub history_since: DateTime<Utc>,
    /// How many of its items could not be read.
    pub unreadable: u64,
    /// How many items the server counted when the folder was last read or listed.
    pub server_total: Option<i64>,
    /// How many of those came before the history, as far as that can be told: where nothing is known to be
    /// left out, all that are neither stored nor unreadable.
    pub before_history: Option<u64>,
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
        let account = self.account(actor, id).await?;
        self.folders_of(&account, self.cycle.settings()).await
    }
}

impl Database {
    pub(super) async fn folders_of(
        &self,
        account: &Account,
        settings: &Settings,
    ) -> Result<Vec<FolderDetail>> {
        let folders = self.store.folders(&account.id).await?;
        let unreadable = self.store.unreadable_by_folder(&account.id).await?;
        let state = self.store.state(&account.id).await?;
        let is_whole = state.is_none_or(|state| state.shortfalls.iter().all(|amiss| !leaves_out(amiss.kind)));
        let (chosen, _) = choose(&settings.folders, &folders);
        let mut details = Vec::with_capacity(folders.len());
        for state in &folders {
            let id = &state.folder.id;
            let oldest_message_at = match state.held {
                0 => None,
                _ => self.store.oldest_message(id).await?,
            };
            let is_read = chosen.contains(&state);
            let unreadable = unreadable.get(id).copied().unwrap_or_default();
            let detail = detail(state.clone(), settings.horizon(account), unreadable);
            let before_history = detail.before_history.filter(|_| is_whole);
            details.push(FolderDetail { is_read, oldest_message_at, before_history, ..detail });
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

/// Whether such a shortfall keeps items from being seen: then not all that the server counts beside what is
/// stored came before the history.
fn leaves_out(kind: ShortfallKind) -> bool {
    match kind {
        ShortfallKind::Partial | ShortfallKind::Withheld | ShortfallKind::Fallback | ShortfallKind::Holes => {
            true
        }
        ShortfallKind::Unswept
        | ShortfallKind::Unreadable
        | ShortfallKind::Bodiless
        | ShortfallKind::ContactsUnreadable => false,
    }
}

/// What is stored of a folder whose history begins then, as it is where it is not read and no date of its
/// messages is known. Of its items so many could not be read, and of so many of these nothing is stored.
fn detail(
    state: FolderState,
    history_since: DateTime<Utc>,
    (unreadable, unstored): (u64, u64),
) -> FolderDetail {
    let (held, server_total) = (state.held, state.server_total.or(state.listed_total));
    let newest = state.coverage.spans.first();
    let holes = holes(&state.coverage, history_since);
    let beyond = |total: i64| u64::try_from(total).unwrap_or_default().saturating_sub(held + unstored);
    let before_history = server_total.filter(|_| newest.is_some() && holes.is_empty()).map(beyond);
    FolderDetail {
        folder: state.folder,
        is_read: false,
        held,
        oldest_message_at: None,
        complete_since: newest.map(|newest| newest.after),
        coverage: state.coverage,
        holes,
        history_since,
        unreadable,
        server_total,
        before_history,
        last_success_at: state.last_success_at,
        vanished_at: state.vanished_at,
    }
}
