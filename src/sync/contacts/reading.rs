//! An account's contacts: folder by folder, then what is decided once for all of them.

use super::canon::Canon;
use super::folder::FolderPull;
use super::source::ContactSource;
use super::{again, compare, folders, photo, settle};
use crate::clock::Clock;
use crate::error::Extent;
use crate::model::{ContactFolder, ContactFolderId, Part};
use crate::store::{Claim, Store};
use crate::sync::turn::{PartRead, Read};
use crate::sync::{Brake, Failure, SyncError};
use chrono::{DateTime, TimeDelta, Utc};
use std::ops::ControlFlow;
use tokio_util::sync::CancellationToken;

/// How long a list of folders is good for.
const GOOD_FOR: TimeDelta = TimeDelta::hours(1);

/// What reading one account's contacts needs.
pub struct ContactsReading<'a> {
    /// The database.
    pub store: &'a Store,
    /// The account and its lease.
    pub claim: &'a Claim,
    /// The time.
    pub clock: &'a Clock,
    /// When reading began.
    pub began: DateTime<Utc>,
    /// When reading ends well after a page, although there is more: the next turn goes on from there.
    pub until: DateTime<Utc>,
    /// The forms in which values are compared.
    pub canon: Canon,
    /// How many contacts it may call gone.
    pub brake: Brake,
    /// Asks to stop between two pages.
    pub stop: &'a CancellationToken,
}

/// What a turn did with contacts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) new: u64,
    pub(super) changed: u64,
    pub(super) failed: u64,
}

impl Tally {
    pub(super) fn add(&mut self, more: Self) {
        self.new += more.new;
        self.changed += more.changed;
        self.failed += more.failed;
    }
}

impl ContactsReading<'_> {
    /// Reads all contact folders of a mailbox, each from where it was left; `Break` when it was asked to
    /// stop. A folder that cannot be read does not keep the others from being read.
    ///
    /// # Errors
    /// What stops the whole account. What was written until then stays, and reading goes on from there.
    pub async fn read<S: ContactSource>(&self, source: &mut S) -> Read {
        let folders = self.folders(source).await?;
        let mut tally = Tally::default();
        let ControlFlow::Continue((is_read, incomplete)) = self.pull(source, &folders, &mut tally).await?
        else {
            return Ok(ControlFlow::Break(()));
        };
        tally.add(again::read(self, source, &folders).await?);
        let incomplete = incomplete.or(compare::compare(self, source, &folders, &mut tally).await?);
        let warning = settle::gone(self, source, &mut tally).await?;
        photo::read(self, source).await?;
        let unread = self.store.unread_contacts(&self.claim.account.id).await?;
        let unread = (unread > 0).then(|| SyncError::ContactsUnread(unread).into());
        let Tally { new, changed, failed } = tally;
        tracing::debug!(account = %self.claim.account.id, new, changed, failed, "contacts were read");
        Ok(ControlFlow::Continue(PartRead {
            read_by: Some(source.word().to_owned()),
            retry_after: PartRead::retry_after([&incomplete, &warning]),
            incomplete,
            warning: warning.or(unread),
            imported: (!is_read).then_some(0),
            ..PartRead::default()
        }))
    }

    /// Reads the folders one after the other; whether all were read to their ends, and what kept the first of
    /// them from being read that was not.
    async fn pull<S: ContactSource>(
        &self,
        source: &mut S,
        folders: &[ContactFolder],
        tally: &mut Tally,
    ) -> Result<ControlFlow<(), (bool, Option<Failure>)>, Failure> {
        let (mut all_read, mut incomplete) = (true, None);
        for folder in folders {
            let mut pull = FolderPull { reading: self, folder: folder.clone(), tally };
            if folder.vanished_at.is_some() {
                pull.miss_all().await?;
                continue;
            }
            match pull.read(source).await {
                Ok(ControlFlow::Continue(is_read)) => all_read &= is_read,
                Ok(ControlFlow::Break(())) => return Ok(ControlFlow::Break(())),
                Err(failure) if failure.meaning.extent == Extent::Folder => {
                    incomplete.get_or_insert(failure);
                }
                Err(failure) => return Err(failure),
            }
        }
        Ok(ControlFlow::Continue((all_read, incomplete)))
    }

    /// The folders as they are known; listed again when the list is old, or the turn before failed.
    async fn folders<S: ContactSource>(&self, source: &mut S) -> Result<Vec<ContactFolder>, Failure> {
        let known = self.store.contact_folders(&self.claim.account.id).await?;
        let now = self.clock.now();
        let is_good = |folder: &ContactFolder| {
            folder.listed_at.is_some_and(|at| at <= now && now < at + GOOD_FOR)
                || folder.vanished_at.is_some()
        };
        if !self.has_failed_before() && !known.is_empty() && known.iter().all(is_good) {
            Ok(known)
        } else {
            self.list(source, &known).await
        }
    }

    /// Has the mailbox list its folders.
    pub(super) async fn list<S: ContactSource>(
        &self,
        source: &mut S,
        known: &[ContactFolder],
    ) -> Result<Vec<ContactFolder>, Failure> {
        let listed = source.folders().await?;
        let now = self.clock.now();
        let folders = folders::after(known, &listed, now, || ContactFolderId::new(now));
        let changed: Vec<_> = folders.iter().filter(|folder| !known.contains(folder)).cloned().collect();
        self.store.keep_contact_folders(self.claim, &changed).await?;
        self.store.forget_ended_links(self.claim, now).await?;
        Ok(folders)
    }

    /// Whether the turn before this one failed.
    pub(super) fn has_failed_before(&self) -> bool {
        self.claim.state.part(Part::Contacts).is_some_and(|contacts| contacts.failures > 0)
    }

    pub(super) fn is_over(&self) -> bool {
        self.clock.now() >= self.until
    }
}
