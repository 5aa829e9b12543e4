//! Where items lie that a mailbox shows when they are asked for by their ids: it does so of what was deleted too, and of
//! what lies in a folder that was made since the last list.

use super::reading::ContactsReading;
use super::source::ContactSource;
use crate::model::{ContactFolder, ContactSight, ItemFault};
use crate::sync::Failure;
use chrono::{DateTime, TimeDelta, Utc};

/// A folder that no list has named for so long was deleted: until then a list may leave it out by mistake.
const UNLISTED: TimeDelta = TimeDelta::days(7);

/// Where an item lies.
#[derive(Debug, Clone, Copy)]
pub(super) enum Place<'a> {
    /// In this folder, which the mailbox lists.
    Here(&'a ContactFolder),
    /// In one that it lists no longer, since a short while.
    Unlisted,
    /// In none of its contact folders: it was deleted, as a rule.
    Elsewhere,
}

/// An account's contact folders, as it takes to tell where some items lie.
pub(super) struct Places {
    folders: Vec<ContactFolder>,
    now: DateTime<Utc>,
}

impl Places {
    /// Those of these items. The folders are listed anew where one of them lies in none that is known.
    pub(super) async fn of<S: ContactSource>(
        reading: &ContactsReading<'_>,
        source: &mut S,
        sights: &[&ContactSight],
    ) -> Result<Self, Failure> {
        let folders = reading.store.contact_folders(&reading.claim.account.id).await?;
        let places = Self { folders, now: reading.clock.now() };
        if sights.iter().all(|sight| matches!(places.place(sight), Place::Here(_))) {
            return Ok(places);
        }
        let folders = reading.list(source, &places.folders).await?;
        Ok(Self { folders, now: reading.clock.now() })
    }

    /// Where an item lies. What is in a folder that was deleted lies in it still, among what was deleted.
    pub(super) fn place(&self, sight: &ContactSight) -> Place<'_> {
        match self.folders.iter().find(|folder| folder.remote_id == sight.folder) {
            None => Place::Elsewhere,
            Some(folder) => match folder.vanished_at {
                None => Place::Here(folder),
                Some(at) if self.now < at + UNLISTED => Place::Unlisted,
                Some(_) => Place::Elsewhere,
            },
        }
    }

    /// Each of the folders.
    pub(super) fn folders(&self) -> &[ContactFolder] {
        &self.folders
    }
}

/// Why an item cannot be read that lies in a folder which is not listed.
pub(super) fn unlisted() -> ItemFault {
    ItemFault { code: "folder_unlisted".to_owned(), text: String::new() }
}
