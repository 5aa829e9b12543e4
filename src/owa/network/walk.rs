//! Walks along a list: what the page fetches while it is scrolled, and what it shows.

use super::super::dom::{RawRow, Scroll, Shown};
use super::super::error::OwaError;
use super::super::hosts;
use super::lists::{List, Slice};
use super::{FullPage, PATIENCE, is_between_documents};
use crate::clock::Clock;
use crate::model::{Folder, ListRow};
use std::time::Duration;

/// A list without any row may only be waiting for them (20 s).
const BARE_PATIENCE: u32 = 100;

impl FullPage {
    /// The rows of a folder from row `from` on that the page has fetched for itself, scrolling for more.
    pub(in crate::owa) async fn fetched(
        &mut self,
        folder: Folder,
        from: usize,
        limit: Duration,
    ) -> Result<Slice<ListRow>, OwaError> {
        let work = async {
            self.show(folder).await?;
            loop {
                if let Some(error) = self.list.unread.take() {
                    return Err(error);
                }
                if self.list.rows.len() > from || self.list.last {
                    break;
                }
                self.listen().await;
                if self.list.rows.len() <= from {
                    self.glance(Scroll::End).await?;
                }
                self.signed_in().await?;
            }
            Ok(())
        };
        // The page may fetch its list where we do not see it; it still shows it.
        let unseen = OwaError::Drift { what: "list answer", seen: "none within the limit".to_owned() };
        Clock::limit(limit, work).await.unwrap_or(Err(unseen))?;
        Ok(self.slice(from))
    }

    /// What the page has fetched of the folder that it shows, from row `from` on.
    pub(in crate::owa) fn slice(&self, from: usize) -> Slice<ListRow> {
        let folder = self.folders.iter().find(|known| known.folder == Some(self.showing));
        Slice {
            rows: self.list.rows.iter().skip(from).cloned().collect(),
            last: self.list.last,
            total: folder.and_then(|folder| folder.total).or(self.list.total),
            folder_id: self.list.folder_id.clone().or_else(|| folder.map(|folder| folder.id.clone())),
        }
    }

    /// Up to `count` rows from row `from` on, read off the list; fewer at its end.
    pub(in crate::owa) async fn shown(
        &mut self,
        folder: Folder,
        from: usize,
        count: usize,
        limit: Duration,
    ) -> Result<Slice<RawRow>, OwaError> {
        let wanted = from + count;
        let ended = Clock::limit(limit, self.collect(folder, wanted)).await;
        let ended = match ended {
            Ok(ended) => ended?,
            Err(_) => return Err(self.without_list(limit).await),
        };
        let seen = &self.list.seen.rows;
        let rows: Vec<_> = seen.iter().skip(from).take(count).cloned().collect();
        Ok(Slice { rows, last: ended && seen.len() <= wanted, total: None, folder_id: None })
    }

    /// Collects rows until there are `wanted`, or until the list has stood still at its end; whether it ended.
    async fn collect(&mut self, folder: Folder, wanted: usize) -> Result<bool, OwaError> {
        self.show(folder).await?;
        if self.list.seen.rows.is_empty() {
            self.glance(Scroll::Top).await?;
        }
        let mut still = 0;
        while self.list.seen.rows.len() < wanted {
            let shown = self.glance(Scroll::On).await?;
            let is_end = shown.as_ref().is_some_and(|shown| shown.list && shown.end && !shown.loading);
            let patience =
                if shown.as_ref().is_some_and(|shown| shown.nodes == 0) { BARE_PATIENCE } else { PATIENCE };
            if shown.is_some_and(|shown| self.list.seen.add(shown)) {
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

    /// What the list shows; nothing between two documents.
    async fn glance(&self, then: Scroll) -> Result<Option<Shown>, OwaError> {
        match Shown::take(&self.page, then).await {
            Ok(shown) => Ok(Some(shown)),
            Err(error) if is_between_documents(&error) => Ok(None),
            Err(error) => Err(error.into()),
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

    /// Opens the folder's page unless it is the one that is open.
    async fn show(&mut self, folder: Folder) -> Result<(), OwaError> {
        if self.showing == folder {
            return Ok(());
        }
        let here = self.page.url().await?;
        let there = hosts::folder_page(&here, folder)
            .ok_or(OwaError::Drift { what: "address", seen: String::new() })?;
        self.page.open(&there).await?;
        (self.showing, self.list) = (folder, List::default());
        Ok(())
    }
}
