//! One contact folder: page by page, each with where reading goes on in one transaction.

use super::page;
use super::reading::{ContactsReading, Tally};
use super::source::ContactSource;
use crate::model::{ContactChanges, ContactFolder, ContactPage, FolderCursor, FullRound, PageEnd, PageSize};
use crate::store::ContactPageWrite;
use crate::sync::{Failure, SyncError};
use chrono::{DateTime, Utc};
use std::collections::HashSet;
use std::ops::ControlFlow;

/// The family of ids that links are made with: with another one they are good for nothing.
const IDS: &str = "immutable";
/// A place may be lost again in the middle of the round that it began; so often in one turn.
const MOST_LOSSES: u32 = 3;

/// A folder that is being read.
pub(super) struct FolderPull<'a> {
    pub(super) reading: &'a ContactsReading<'a>,
    pub(super) folder: ContactFolder,
    pub(super) tally: &'a mut Tally,
}

impl FolderPull<'_> {
    /// Reads on, page by page, to the end of the round, or until time is up; whether the end was reached.
    /// `Break` when it was asked to stop between two.
    pub(super) async fn read<S: ContactSource>(
        &mut self,
        source: &mut S,
    ) -> Result<ControlFlow<(), bool>, Failure> {
        self.end_round().await?;
        let (mut links, mut losses, mut size) = (HashSet::new(), 0, PageSize::default());
        loop {
            if self.reading.stop.is_cancelled() {
                return Ok(ControlFlow::Break(()));
            }
            let from = self.from();
            if !links.insert((from.clone(), size)) || losses > MOST_LOSSES {
                return Err(SyncError::Endless.into());
            }
            match source.changes(&self.folder.remote_id, from.as_deref(), size).await? {
                ContactChanges::Page(page) => {
                    let is_last = !matches!(page.end, PageEnd::More(_));
                    self.page(source, page).await?;
                    if is_last {
                        self.end_round().await?;
                        return Ok(ControlFlow::Continue(true));
                    }
                }
                ContactChanges::Lost => {
                    self.folder.cursor = None;
                    links.clear();
                    losses += 1;
                }
                ContactChanges::TooBig => size = self.smaller(size)?,
                ContactChanges::NoFolder => return Err(SyncError::NoContactFolder.into()),
            }
            if self.reading.is_over() {
                return Ok(ControlFlow::Continue(false));
            }
        }
    }

    /// What is asked for in place of a page that is too big. That even a few contacts are is believed when the
    /// turn before failed too: then a round begins that tells ids alone.
    fn smaller(&mut self, size: PageSize) -> Result<PageSize, Failure> {
        match size.smaller() {
            Some(PageSize::Ids) if !self.reading.has_failed_before() => Err(SyncError::PageTooBig.into()),
            Some(PageSize::Ids) => {
                self.folder.cursor = None;
                Ok(PageSize::Ids)
            }
            smaller => smaller.ok_or_else(|| SyncError::PageTooBig.into()),
        }
    }

    /// Where reading goes on.
    fn from(&self) -> Option<String> {
        let cursor = self.folder.cursor.as_ref().filter(|cursor| cursor.id_format == IDS);
        cursor.map(|cursor| cursor.link.clone())
    }

    /// Takes a page in.
    async fn page<S: ContactSource>(&mut self, source: &mut S, page: ContactPage) -> Result<(), Failure> {
        let now = self.reading.clock.now();
        let cursor = |link: &String| FolderCursor { link: link.clone(), id_format: IDS.to_owned() };
        let is_first = self.from().is_none();
        if is_first {
            self.folder.round = Some(FullRound { began: now, is_read: false });
        }
        let round = self.folder.round.map(|round| FullRound { is_read: true, ..round });
        match &page.end {
            PageEnd::More(link) => self.folder.cursor = Some(cursor(link)),
            PageEnd::Round(link) => {
                (self.folder.cursor, self.folder.round) = (Some(cursor(link)), round);
                self.folder.last_success_at = Some(now);
            }
            PageEnd::Listed => {
                (self.folder.cursor, self.folder.round) = (None, round);
                self.folder.last_success_at = Some(now);
            }
        }
        let tally = page::take_in(self.reading, source, &self.folder, page).await?;
        self.tally.add(tally);
        if is_first {
            self.reading.store.analyze_contacts().await?;
        }
        Ok(())
    }

    /// After a full round that was read to its end: what it did not show is missing. One may show nothing by
    /// mistake: each is asked for by its id before it is called gone.
    async fn end_round(&mut self) -> Result<(), Failure> {
        let Some(round) = self.folder.round.filter(|round| round.is_read) else { return Ok(()) };
        let unseen = self.unseen(round.began).await?;
        self.folder.round = None;
        self.miss(unseen).await
    }

    /// Misses all that a folder holds which the mailbox has no longer.
    pub(super) async fn miss_all(&mut self) -> Result<(), Failure> {
        // No round began now.
        let held = self.unseen(self.reading.clock.now()).await?;
        if held.is_empty() { Ok(()) } else { self.miss(held).await }
    }

    /// What the folder holds and that round did not show.
    async fn unseen(&self, round: DateTime<Utc>) -> Result<Vec<String>, Failure> {
        Ok(self.reading.store.unseen_contacts(&self.folder.id, round).await?)
    }

    async fn miss(&self, removed: Vec<String>) -> Result<(), Failure> {
        let folder = Some(self.folder.clone());
        let write = ContactPageWrite { folder, removed, ..ContactPageWrite::at(self.reading.clock.now()) };
        self.reading.store.write_contact_page(self.reading.claim, &write).await?;
        Ok(())
    }
}
