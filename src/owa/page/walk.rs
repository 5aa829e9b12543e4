//! Walks along a list: what the page fetches while it is scrolled, and what it shows.

use super::super::dom::{self, Collected, RawRow, Scroll, Shown};
use super::super::error::OwaError;
use super::super::profile::Paths;
use super::super::remote::RemoteFolder;
use super::lists::Slice;
use super::{FIRST, FullPage, PATIENCE, POLL, is_between_documents};
use crate::clock::Clock;
use crate::model::Sight;
use std::time::Duration;

/// So many rows are waited for under one limit: a long list may go on far down.
const STRIDE: usize = 200;
/// A list without any row may only be waiting for them (20 s).
const BARE_PATIENCE: u32 = 100;

impl FullPage {
    /// The rows of a folder from row `from` on that the page has fetched for itself, scrolling for more.
    pub(in crate::owa) async fn fetched(
        &mut self,
        folder: &RemoteFolder,
        from: usize,
        limit: Duration,
    ) -> Result<Slice<Sight>, OwaError> {
        loop {
            let has = self.lists.get(folder).map_or(0, |list| list.fetched.rows.len());
            let stride = from.min(has + STRIDE);
            let is_last = match Clock::limit(limit, self.fetch(folder, stride)).await {
                Ok(is_last) => is_last?,
                Err(_) => return Err(self.without_answer(limit).await),
            };
            if stride == from || is_last {
                return Ok(self.slice(folder, from));
            }
        }
    }

    /// Waits until the page has fetched more than `from` rows, or all; whether it is all.
    async fn fetch(&mut self, folder: &RemoteFolder, from: usize) -> Result<bool, OwaError> {
        let mut silent = 0;
        loop {
            let list = self.lists.entry(folder.clone()).or_default();
            if let Some(error) = list.unread.take() {
                return Err(error);
            }
            if list.fetched.rows.len() > from || list.fetched.last {
                return Ok(list.fetched.last);
            }
            let any = !list.fetched.rows.is_empty();
            self.go_to(folder).await?;
            if self.clicked && silent >= PATIENCE {
                // The click led elsewhere, or nowhere.
                self.open_folder(folder).await?;
            } else if any {
                self.scroll().await?;
            }
            if self.listen_for(if silent == 0 { FIRST } else { POLL }).await {
                continue;
            }
            silent += 1;
            self.signed_in().await?;
        }
    }

    /// What the page has fetched of a folder, from row `from` on.
    pub(in crate::owa) fn slice(&self, folder: &RemoteFolder, from: usize) -> Slice<Sight> {
        let known = self.tree.get(folder);
        let mut slice = self.lists.get(folder).map(|list| list.fetched.after(from)).unwrap_or_default();
        let counted = known.and_then(|known| known.total);
        slice.partial |=
            counted.is_some_and(|counted| self.lists.get(folder).is_some_and(|list| list.lacks(counted)));
        slice.total = counted.or(slice.total);
        slice.remote_id = slice.remote_id.or_else(|| known.map(|known| known.id.clone()));
        slice
    }

    /// Up to `count` rows from row `from` on, read off the list; fewer at its end.
    pub(in crate::owa) async fn shown(
        &mut self,
        folder: &RemoteFolder,
        from: usize,
        count: usize,
        limit: Duration,
    ) -> Result<Slice<RawRow>, OwaError> {
        let wanted = from + count;
        let mut ended = false;
        let mut stride = 0;
        while !ended && stride < wanted {
            stride = wanted.min(self.lists.get(folder).map_or(0, |list| list.seen.rows.len()) + STRIDE);
            ended = match Clock::limit(limit, self.collect(folder, stride)).await {
                Ok(ended) => ended?,
                Err(_) => return Err(self.without_list(limit).await),
            };
        }
        // A row does not say whose it is: the address has to.
        if Paths::folder_at(&self.page.url().await?) != *folder {
            return Err(OwaError::Drift { what: "page", seen: "another folder".to_owned() });
        }
        let seen = &self.seen().rows;
        let rows: Vec<_> = seen.iter().skip(from).take(count).cloned().collect();
        let last = ended && seen.len() <= wanted;
        Ok(Slice::of(rows, last))
    }

    /// Collects rows until there are `wanted`, or until the list has stood still at its end; whether it
    /// ended.
    async fn collect(&mut self, folder: &RemoteFolder, wanted: usize) -> Result<bool, OwaError> {
        if self.showing != *folder || self.clicked {
            self.open_folder(folder).await?;
        }
        if self.seen().rows.is_empty() {
            self.glance(Scroll::Top).await?;
        }
        let mut still = 0;
        while self.seen().rows.len() < wanted {
            let shown = self.glance(Scroll::On).await?;
            let is_end = shown.as_ref().is_some_and(|shown| shown.list && shown.end && !shown.loading);
            let patience =
                if shown.as_ref().is_some_and(|shown| shown.nodes == 0) { BARE_PATIENCE } else { PATIENCE };
            if shown.is_some_and(|shown| self.seen().add(shown)) {
                still = 0;
                continue;
            }
            still = if is_end { still + 1 } else { 0 };
            if still >= patience {
                return Ok(true);
            }
            self.listen().await;
            self.signed_in().await?;
        }
        Ok(false)
    }

    /// What the list of the folder that is shown has shown so far.
    fn seen(&mut self) -> &mut Collected {
        &mut self.lists.entry(self.showing.clone()).or_default().seen
    }

    /// Scrolls to the last row that there is: the page then fetches more.
    async fn scroll(&self) -> Result<(), OwaError> {
        match dom::scroll_to_end(&self.page, &self.profile.list).await {
            Err(error) if !is_between_documents(&error) => Err(error.into()),
            Ok(()) | Err(_) => Ok(()),
        }
    }

    /// What the list shows; nothing between two documents.
    async fn glance(&self, then: Scroll) -> Result<Option<Shown>, OwaError> {
        match Shown::take(&self.page, &self.profile.list, then).await {
            Ok(shown) => Ok(Some(shown)),
            Err(error) if is_between_documents(&error) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// The time is up: a page that shows its list fetches it where we do not see it.
    async fn without_answer(&self, limit: Duration) -> OwaError {
        match self.glance(Scroll::Top).await {
            Ok(Some(shown)) if shown.list && shown.nodes > 0 && !shown.loading => {
                OwaError::Drift { what: "list answer", seen: "none within the limit".to_owned() }
            }
            Ok(_) => self.without_list(limit).await,
            Err(error) => error,
        }
    }

    /// The time is up: a page that has long been there and has no list is not the one we know.
    async fn without_list(&self, limit: Duration) -> OwaError {
        match self.glance(Scroll::Top).await {
            Ok(Some(shown)) if !shown.list && !shown.loading => {
                OwaError::Drift { what: "page", seen: "no list".to_owned() }
            }
            Ok(_) => OwaError::Slow { what: "Outlook's list", limit },
            Err(error) => error,
        }
    }
}
