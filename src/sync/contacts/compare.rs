//! The slow comparison: once a day and behind the changes, each folder's ids and versions are listed and
//! compared with what is linked. Changes have been seen to leave out what came back to a folder, what was moved
//! to it, and that its last contact left.
//!
//! What the list shows and we lack, have elsewhere or in another version is asked for; what we have and the
//! list lacks is missing: like all that is, it is asked for by its id before it is called gone.

use super::again;
use super::reading::{ContactsReading, Tally};
use super::source::ContactSource;
use crate::error::Extent;
use crate::model::{Comparison, ContactFolder, ContactList, ContactListPage};
use crate::store::{ContactPageWrite, LinkedItem};
use crate::sync::{Failure, SyncError};
use chrono::{DateTime, TimeDelta, Utc};

/// How long a comparison is good for.
const GOOD_FOR: TimeDelta = TimeDelta::hours(24);

/// Compares the folders of which it is time, until time is up. The answer is what kept the first of them from
/// being compared that was not.
pub(super) async fn compare<S: ContactSource>(
    reading: &ContactsReading<'_>,
    source: &mut S,
    known: &[ContactFolder],
    tally: &mut Tally,
) -> Result<Option<Failure>, Failure> {
    let now = reading.clock.now();
    if !known.iter().any(|folder| is_due(folder, now)) {
        return Ok(None);
    }
    let mut incomplete = None;
    // Reading has changed them meanwhile.
    let folders = reading.store.contact_folders(&reading.claim.account.id).await?;
    for folder in folders.into_iter().filter(|folder| is_due(folder, now) && is_read(folder)) {
        if is_to_end(reading) {
            break;
        }
        let comparison = FolderComparison { reading, folder, tally: &mut *tally };
        match comparison.run(source).await {
            Err(failure) if failure.meaning.extent == Extent::Folder => {
                incomplete.get_or_insert(failure);
            }
            ended => ended?,
        }
    }
    Ok(incomplete)
}

/// What was compared when a clock was ahead was not.
fn is_due(folder: &ContactFolder, now: DateTime<Utc>) -> bool {
    let is_good = |at: DateTime<Utc>| at <= now && now < at + GOOD_FOR;
    folder.vanished_at.is_none() && !folder.comparison.ended.is_some_and(is_good)
}

/// A folder that was never read to its end has nothing to be compared.
fn is_read(folder: &ContactFolder) -> bool {
    folder.round.is_none() && folder.last_success_at.is_some()
}

fn is_to_end(reading: &ContactsReading<'_>) -> bool {
    reading.stop.is_cancelled() || reading.is_over()
}

struct FolderComparison<'a> {
    reading: &'a ContactsReading<'a>,
    folder: ContactFolder,
    tally: &'a mut Tally,
}

impl FolderComparison<'_> {
    /// Goes on with the list, page by page, to its end or until time is up.
    async fn run<S: ContactSource>(mut self, source: &mut S) -> Result<(), Failure> {
        if self.folder.comparison.link.is_none() {
            self.begin().await?;
        }
        loop {
            let from = self.folder.comparison.link.take();
            match source.list(&self.folder.remote_id, from.as_deref()).await? {
                ContactList::Page(page) => self.page(source, page).await?,
                ContactList::Lost => return self.begin().await,
                // The next list of folders does not name it.
                ContactList::NoFolder => return Ok(()),
            }
            if self.folder.comparison.link.is_none() {
                return self.end().await;
            }
            if self.folder.comparison.link == from {
                return Err(SyncError::Endless.into());
            }
            if is_to_end(self.reading) {
                return Ok(());
            }
        }
    }

    async fn begin(&mut self) -> Result<(), Failure> {
        let (began, ended) = (Some(self.reading.clock.now()), self.folder.comparison.ended);
        self.folder.comparison = Comparison { began, link: None, ended };
        self.forget().await
    }

    async fn forget(&self) -> Result<(), Failure> {
        let (store, folder) = (self.reading.store, &self.folder);
        Ok(store.forget_listed_contacts(self.reading.claim, &folder.id, &folder.comparison).await?)
    }

    async fn page<S: ContactSource>(&mut self, source: &mut S, page: ContactListPage) -> Result<(), Failure> {
        let (store, claim) = (self.reading.store, self.reading.claim);
        let ids: Vec<_> = page.items.iter().map(|(id, _)| id.clone()).collect();
        let linked = store.linked_items(&claim.account.id, &ids).await?;
        // What cannot be read is asked for again in its own time.
        let unread = store.in_contact_ledger(&claim.account.id, &ids).await?;
        let is_known = |(id, version): &&(String, Option<String>)| {
            unread.contains(id) || linked.get(id).is_some_and(|item| self.has(item, version.as_deref()))
        };
        let other = page.items.iter().filter(|item| !is_known(item));
        let other: Vec<_> = other.map(|(id, _)| id.clone()).collect();
        if !other.is_empty() {
            let (account, folder) = (&claim.account.id, &self.folder.id);
            tracing::info!(%account, %folder, contacts = other.len(), "a list shows what no change told");
            self.tally.add(again::read_in(self.reading, source, &self.folder, &other).await?);
        }
        self.folder.comparison.link = page.next;
        store.keep_listed_contacts(claim, &self.folder.id, &self.folder.comparison, &ids, page.total).await?;
        Ok(())
    }

    /// Whether an item is stored as the list shows it.
    fn has(&self, item: &LinkedItem, version: Option<&str>) -> bool {
        let is_same = version.is_none_or(|version| item.change_key.as_deref() == Some(version));
        item.folder == self.folder.id && is_same
    }

    /// What the list did not show is missing.
    async fn end(&mut self) -> Result<(), Failure> {
        let unlisted = self.reading.store.unlisted_contacts(&self.folder.id, &self.folder.comparison).await?;
        let now = self.reading.clock.now();
        if !unlisted.is_empty() {
            let write = ContactPageWrite { gone: unlisted, ..ContactPageWrite::at(now) };
            self.reading.store.write_contact_page(self.reading.claim, &write).await?;
        }
        self.folder.comparison = Comparison { ended: Some(now), ..Comparison::default() };
        self.forget().await
    }
}
