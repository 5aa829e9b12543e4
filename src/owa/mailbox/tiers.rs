//! The three ways to a page of a list, and when the next is taken.

use super::super::dom;
use super::super::error::OwaError;
use super::super::page::Slice;
use super::super::remote::{INBOX, RemoteFolder};
use super::super::wire::list::Listing;
use super::Mailbox;
use crate::model::{Folder, Position, Role, Sight, Tier, Window};
use std::borrow::Cow;

impl Mailbox {
    /// A window of a folder's list, by the first tier that still knows its way.
    ///
    /// When a tier is given up in the middle of a list, the next begins that list anew.
    ///
    /// # Errors
    /// Drift only when every tier has drifted; all else at once. `OutOfReach` and `NoFolder` concern this
    /// folder alone.
    pub async fn page(&mut self, folder: &Folder, from: Position) -> Result<Window, OwaError> {
        let remote = RemoteFolder::of(folder).ok_or(OwaError::NoFolder)?;
        let mut last = OwaError::Drift { what: "tier", seen: "none is left".to_owned() };
        for tier in [Tier::Service, Tier::Network, Tier::Dom] {
            if !self.may(tier) {
                continue;
            }
            let counts = self.counting.get(&remote).is_none_or(|counting| *counting == tier);
            let from = if counts || tier == Tier::Service { from } else { Position::default() };
            let page = match tier {
                Tier::Service => self.by_service(&remote, from).await,
                Tier::Network => self.by_network(&remote, from).await,
                Tier::Dom => self.by_dom(&remote, from, shows_recipients(folder.role)).await,
            };
            match page {
                Ok(page) if self.is_of_another(folder, page.remote_id.as_deref()) => {
                    return Err(OwaError::NoFolder);
                }
                Ok(page) => {
                    self.counting.insert(remote, tier);
                    self.sizes =
                        page.rows.iter().filter_map(|row| Some((row.key.clone()?, row.size?))).collect();
                    return Ok(page);
                }
                // That says nothing of other folders.
                Err(error @ OwaError::OutOfReach) => last = error,
                Err(error) if error.is_drift() => {
                    self.give_up(tier, &error);
                    last = error;
                }
                Err(error) => return Err(error),
            }
        }
        Err(last)
    }

    async fn by_service(&mut self, folder: &RemoteFolder, from: Position) -> Result<Window, OwaError> {
        if let Some(page) = self.take_page_one(folder, from) {
            return Ok(page);
        }
        let count = self.settings.page_size;
        let mut rows = self.list(folder, from.offset, count).await;
        if self.renewed_after(&rows).await? {
            if let Some(page) = self.take_page_one(folder, from) {
                return Ok(page);
            }
            rows = self.list(folder, from.offset, count).await;
        }
        let Listing { rows, total, remote_id, ended, .. } = rows?;
        // The service works: the full page has done its part.
        self.full = None;
        let taken = u32::try_from(rows.len()).unwrap_or(u32::MAX);
        // The count may be wrong: what ends a list is its word, or a page without a row.
        let next = (ended != Some(true) && taken > 0)
            .then(|| Position { offset: from.offset.saturating_add(taken) });
        Ok(Window { whole: true, next, count: total, exact: true, remote_id, ..seen_by(Tier::Service, rows) })
    }

    async fn list(&mut self, folder: &RemoteFolder, offset: u32, count: u32) -> Result<Listing, OwaError> {
        let (service, headers) = self.with_headers().await?;
        service.list(headers, folder, offset, count).await
    }

    /// What the full page fetched of the inbox while it gave us new headers.
    fn take_page_one(&mut self, folder: &RemoteFolder, from: Position) -> Option<Window> {
        if *folder != INBOX || from.offset > 0 || !self.may(Tier::Network) {
            return None;
        }
        let page = self.page_one.take()?;
        let next = (!page.last).then(|| Position { offset: in_order(&page.rows) });
        let Slice { rows, total, remote_id, .. } = page;
        Some(Window { whole: true, next, count: total, remote_id, ..seen_by(Tier::Network, rows) })
    }

    async fn by_network(&mut self, folder: &RemoteFolder, from: Position) -> Result<Window, OwaError> {
        let limit = self.settings.page_limit;
        let slice = self.full_page().await?.fetched(folder, from.offset as usize, limit).await?;
        if slice.partial && from.offset == 0 {
            tracing::warn!("Outlook's page shows a part of a folder only, such as Focused");
        }
        Ok(window(Tier::Network, from, slice, |rows| rows))
    }

    async fn by_dom(
        &mut self,
        folder: &RemoteFolder,
        from: Position,
        sent: bool,
    ) -> Result<Window, OwaError> {
        let (limit, count) = (self.settings.page_limit, self.settings.page_size as usize);
        let slice = self.full_page().await?.shown(folder, from.offset as usize, count, limit).await?;
        let dates = self.identity().dates(&self.settings.words);
        let now = self.clock.now();
        let page = window(Tier::Dom, from, slice, |rows| dom::read(rows, dates.as_ref(), sent, now));
        // Nothing would tell such rows from what is stored.
        if !page.rows.is_empty() && page.rows.iter().all(|row| row.conversation_id.is_none()) {
            return Err(OwaError::Drift { what: "page", seen: "rows without a conversation".to_owned() });
        }
        Ok(page)
    }
}

/// Whether a list of such a folder names whom its mail is for, not whom it is from.
fn shows_recipients(role: Role) -> bool {
    matches!(role, Role::Sent | Role::Drafts | Role::Outbox)
}

fn window<R>(tier: Tier, from: Position, slice: Slice<R>, read: impl FnOnce(Vec<R>) -> Vec<Sight>) -> Window {
    let taken = u32::try_from(slice.rows.len()).unwrap_or(u32::MAX);
    let next = (!slice.last).then(|| Position { offset: from.offset.saturating_add(taken) });
    let Slice { rows, partial, total, remote_id, .. } = slice;
    // The page writes times for people, and may show conversations.
    let whole = tier != Tier::Dom && !partial;
    Window { whole, next, count: total, remote_id, ..seen_by(tier, read(rows)) }
}

/// Rows and how they were had. Tiers count differently: their counts are not compared.
fn seen_by(tier: Tier, mut rows: Vec<Sight>) -> Window {
    let seen_by: Cow<'static, str> = tier.as_str().into();
    for row in &mut rows {
        row.seen_by.clone_from(&seen_by);
    }
    Window { seen_by, rows, whole: false, next: None, count: None, exact: false, remote_id: None, then: None }
}

/// How many of the folder's newest messages these rows certainly stand for: the messages of so many newest
/// rows. Rows that are pinned to the top are older than those after them and do not count.
fn in_order(rows: &[Sight]) -> u32 {
    let at = |row: &Sight| row.received.map(|instant| instant.at);
    let mut newest = None;
    let mut count = 0;
    for row in rows.iter().rev() {
        if at(row).is_some() && at(row) >= newest {
            newest = at(row);
            count += 1;
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Instant, Precision};
    use chrono::DateTime;

    fn row(second: i64) -> Sight {
        let received = DateTime::from_timestamp(second, 0);
        let received = received.map(|at| Instant { at, precision: Precision::Second });
        Sight { received, ..Sight::default() }
    }

    #[test]
    fn pinned_rows_do_not_count() {
        let rows = |seconds: &[i64]| seconds.iter().map(|second| row(*second)).collect::<Vec<_>>();
        assert_eq!(in_order(&rows(&[9, 8, 8, 7])), 4);
        assert_eq!(in_order(&rows(&[2, 9, 8, 7])), 3, "the first is pinned");
        assert_eq!(in_order(&rows(&[])), 0);
    }
}
