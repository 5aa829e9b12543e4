//! A mailbox whose session is proven good: its lists and items, tier by tier.

use super::error::OwaError;
use super::network::{FullPage, Slice};
use super::service::{Details, Service};
use super::session::{Identity, ServiceHeaders, Session};
use super::wire::list::Listing;
use super::wire::request::MOST_ITEMS;
use super::{Settings, dom};
use crate::browser::{Context, Cookie};
use crate::clock::Clock;
use crate::error::Classify;
use crate::model::{Folder, ItemKey, ListPage, ListRow, Position, Tier};
use std::collections::{HashMap, HashSet};

/// An open mailbox.
pub struct Mailbox {
    context: Context,
    clock: Clock,
    settings: Settings,
    identity: Identity,
    /// The cookies that it was opened with, should the browser be gone at the end.
    cookies: Vec<Cookie>,
    headers: Option<ServiceHeaders>,
    service: Option<Service>,
    full: Option<FullPage>,
    /// Whether the full page was opened for new headers; once per opening.
    renewed: bool,
    /// Page one of the inbox, from the full page that brought new headers.
    page_one: Option<Slice<ListRow>>,
    drifted: HashSet<Tier>,
    /// Which tier made the positions of a folder: tiers count different things.
    counting: HashMap<Folder, Tier>,
    tier: Option<Tier>,
}

impl Mailbox {
    /// Proves whose mailbox it is, by one call where the headers are still good, else by the full page.
    pub(super) async fn open(
        context: Context,
        session: Session,
        expected: Option<&str>,
        clock: Clock,
        settings: Settings,
    ) -> Result<Self, OwaError> {
        let blank = Identity {
            address: String::new(),
            display_name: None,
            culture: None,
            time_zone: None,
            date_format: None,
            time_format: None,
            inbox_id: None,
        };
        let mut mailbox = Self {
            context,
            clock,
            settings,
            cookies: session.cookies,
            headers: session.service,
            service: None,
            full: None,
            renewed: false,
            page_one: None,
            drifted: HashSet::new(),
            counting: HashMap::new(),
            tier: None,
            identity: session.mailbox.unwrap_or(blank),
        };
        if !mailbox.is_known_by_service(expected).await? {
            mailbox.renew(expected).await?;
        }
        Ok(mailbox)
    }

    /// Whose it is.
    #[must_use]
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// How the last page was had.
    #[must_use]
    pub fn tier(&self) -> Option<Tier> {
        self.tier
    }

    /// One call: the inbox must have the id that it had when its address was learnt.
    async fn is_known_by_service(&mut self, expected: Option<&str>) -> Result<bool, OwaError> {
        let (Some(inbox), true) = (self.identity.inbox_id.clone(), self.may(Tier::Service)) else {
            return Ok(false);
        };
        if !is_expected(&self.identity, expected) {
            return Err(OwaError::WrongMailbox);
        }
        let asked = match self.service().await {
            Ok(Some((service, headers))) => service.folder_id(headers, Folder::Inbox).await,
            Ok(None) => return Ok(false),
            Err(error) => Err(error),
        };
        match asked {
            Ok(id) if id == inbox => Ok(true),
            Ok(_) => Err(OwaError::WrongMailbox),
            Err(OwaError::Unauthorized { .. }) => Ok(false),
            Err(error) if error.is_drift() => {
                self.give_up(Tier::Service, &error);
                Ok(false)
            }
            Err(error) => Err(error),
        }
    }

    /// The full page: it renews headers, names the mailbox, and brings page one of the inbox.
    async fn renew(&mut self, expected: Option<&str>) -> Result<(), OwaError> {
        self.renewed = true;
        let mut full = FullPage::open(&self.context, &self.settings.start, self.clock.clone()).await?;
        match full.start(self.settings.page_limit).await {
            Ok(startup) => {
                let stranger =
                    !self.identity.address.is_empty() && self.identity.address != startup.identity.address;
                if stranger || !is_expected(&startup.identity, expected) {
                    return Err(OwaError::WrongMailbox);
                }
                self.identity = startup.identity;
                self.page_one = Some(full.slice(Folder::Inbox, 0)).filter(|page| !page.rows.is_empty());
            }
            // Startup data that we cannot read names nobody. The page's own requests still name the mailbox.
            Err(error)
                if error.is_drift() && self.is_anchored(&full) && is_expected(&self.identity, expected) => {}
            Err(error) => return Err(error),
        }
        self.headers = full.headers.take();
        self.full = Some(full);
        self.service = None;
        Ok(())
    }

    fn is_anchored(&self, full: &FullPage) -> bool {
        let anchor = |headers: &Option<ServiceHeaders>| {
            headers.as_ref().and_then(|headers| headers.header("x-anchormailbox")).map(str::to_owned)
        };
        anchor(&self.headers).is_some_and(|known| anchor(&full.headers).is_some_and(|now| now == known))
    }

    fn may(&self, tier: Tier) -> bool {
        self.settings.tiers.contains(&tier) && !self.drifted.contains(&tier)
    }

    fn give_up(&mut self, tier: Tier, error: &OwaError) {
        tracing::warn!(tier = tier.as_str(), code = error.code(), %error, "tier given up for this opening");
        self.drifted.insert(tier);
    }

    /// One page of a folder's list, by the first tier that still knows its way.
    ///
    /// When a tier is given up in the middle of a list, the next begins that list anew.
    ///
    /// # Errors
    /// Drift only when every tier has drifted; all else at once.
    pub async fn page(&mut self, folder: Folder, from: Position) -> Result<ListPage, OwaError> {
        let mut last = OwaError::Drift { what: "tier", seen: "none is left".to_owned() };
        for tier in [Tier::Service, Tier::Network, Tier::Dom] {
            if !self.may(tier) {
                continue;
            }
            let counts = self.counting.get(&folder).is_none_or(|counting| *counting == tier);
            let from = if counts || tier == Tier::Service { from } else { Position::default() };
            match self.page_by(tier, folder, from).await {
                Ok(page) => {
                    self.tier = Some(page.tier);
                    self.counting.insert(folder, tier);
                    return Ok(page);
                }
                Err(error) if error.is_drift() => {
                    self.give_up(tier, &error);
                    last = error;
                }
                Err(error) => return Err(error),
            }
        }
        Err(last)
    }

    async fn page_by(&mut self, tier: Tier, folder: Folder, from: Position) -> Result<ListPage, OwaError> {
        match tier {
            Tier::Service => self.by_service(folder, from).await,
            Tier::Network => self.by_network(folder, from).await,
            Tier::Dom => self.by_dom(folder, from).await,
        }
    }

    async fn by_service(&mut self, folder: Folder, from: Position) -> Result<ListPage, OwaError> {
        if let Some(page) = self.take_page_one(folder, from) {
            return Ok(page);
        }
        let count = self.settings.page_size;
        let rows = match self.list(folder, from.offset, count).await {
            Err(OwaError::Unauthorized { .. }) if !self.renewed => {
                self.renew(None).await?;
                if let Some(page) = self.take_page_one(folder, from) {
                    return Ok(page);
                }
                self.list(folder, from.offset, count).await?
            }
            rows => rows?,
        };
        // The service works: the full page has done its part.
        self.full = None;
        let taken = u32::try_from(rows.rows.len()).unwrap_or(u32::MAX);
        let next =
            (!rows.is_last() && taken > 0).then(|| Position { offset: from.offset.saturating_add(taken) });
        let Listing { rows, total, folder_id, .. } = rows;
        Ok(ListPage { tier: Tier::Service, rows, next, server_total: total, folder_id })
    }

    async fn list(&mut self, folder: Folder, offset: u32, count: u32) -> Result<Listing, OwaError> {
        match self.service().await? {
            Some((service, headers)) => service.list(headers, folder, offset, count).await,
            None => Err(OwaError::Unauthorized { status: 0 }),
        }
    }

    /// The service and the headers to call it with; `None` without headers.
    async fn service(&mut self) -> Result<Option<(&mut Service, &ServiceHeaders)>, OwaError> {
        let Some(headers) = &self.headers else {
            return Ok(None);
        };
        if self.service.is_none() {
            self.service = Some(Service::open(&self.context, headers, self.settings.page_limit).await?);
        }
        Ok(self.service.as_mut().map(|service| (service, headers)))
    }

    /// What the full page fetched of the inbox while it gave us new headers.
    fn take_page_one(&mut self, folder: Folder, from: Position) -> Option<ListPage> {
        if folder != Folder::Inbox || from.offset > 0 || !self.may(Tier::Network) {
            return None;
        }
        let page = self.page_one.take()?;
        let next = (!page.last).then(|| Position { offset: in_order(&page.rows) });
        Some(ListPage {
            tier: Tier::Network,
            rows: page.rows,
            next,
            server_total: page.total,
            folder_id: page.folder_id,
        })
    }

    async fn by_network(&mut self, folder: Folder, from: Position) -> Result<ListPage, OwaError> {
        let limit = self.settings.page_limit;
        let slice = self.full_page().await?.fetched(folder, from.offset as usize, limit).await?;
        Ok(list_page(Tier::Network, from, slice, |row| row))
    }

    async fn by_dom(&mut self, folder: Folder, from: Position) -> Result<ListPage, OwaError> {
        let (limit, count) = (self.settings.page_limit, self.settings.page_size as usize);
        let slice = self.full_page().await?.shown(folder, from.offset as usize, count, limit).await?;
        let (culture, now, sent) = (self.identity.dates(), self.clock.now(), folder == Folder::SentItems);
        Ok(list_page(Tier::Dom, from, slice, |row| dom::read(row, culture.as_ref(), sent, now)))
    }

    async fn full_page(&mut self) -> Result<&mut FullPage, OwaError> {
        if self.full.is_none() {
            let address = self.identity.address.clone();
            self.renew(Some(&address)).await?;
        }
        self.full.as_mut().ok_or(OwaError::Drift { what: "page", seen: "none".to_owned() })
    }

    /// Bodies, recipients, Internet message ids; nothing where JSON is not understood any more.
    ///
    /// # Errors
    /// What concerns all calls; the fault of one item stands beside its key.
    pub async fn details(&mut self, keys: &[ItemKey]) -> Result<Details, OwaError> {
        let json = self.settings.tiers.iter().any(|tier| *tier != Tier::Dom);
        if !json || self.drifted.contains(&Tier::Service) {
            return Ok(Vec::new());
        }
        let mut all = Vec::with_capacity(keys.len());
        for family in keys.chunk_by(|one, next| one.family == next.family) {
            for batch in family.chunks(MOST_ITEMS) {
                all.extend(self.batch(batch).await?);
            }
        }
        Ok(all)
    }

    async fn batch(&mut self, keys: &[ItemKey]) -> Result<Details, OwaError> {
        match self.items(keys).await {
            Err(OwaError::Unauthorized { .. }) if !self.renewed => {
                self.renew(None).await?;
                self.items(keys).await
            }
            details => details,
        }
    }

    async fn items(&mut self, keys: &[ItemKey]) -> Result<Details, OwaError> {
        match self.service().await? {
            Some((service, headers)) => service.items(headers, keys).await,
            None => Err(OwaError::Unauthorized { status: 0 }),
        }
    }

    /// Closes it; the session as it is now, to be stored.
    pub async fn close(self) -> Session {
        let cookies = self.context.cookies().await.unwrap_or(self.cookies);
        self.context.close().await;
        Session { cookies, service: self.headers, mailbox: Some(self.identity) }
    }
}

fn is_expected(identity: &Identity, expected: Option<&str>) -> bool {
    expected.is_none_or(|expected| identity.address.eq_ignore_ascii_case(expected))
}

fn list_page<R>(tier: Tier, from: Position, slice: Slice<R>, row: impl FnMut(R) -> ListRow) -> ListPage {
    let taken = u32::try_from(slice.rows.len()).unwrap_or(u32::MAX);
    let next = (!slice.last).then(|| Position { offset: from.offset.saturating_add(taken) });
    let rows = slice.rows.into_iter().map(row).collect();
    ListPage { tier, rows, next, server_total: slice.total, folder_id: slice.folder_id }
}

/// How many of the folder's newest messages these rows certainly stand for: the messages of so many newest rows. Listing
/// that are pinned to the top are older than those after them and do not count.
fn in_order(rows: &[ListRow]) -> u32 {
    let at = |row: &ListRow| row.received.map(|instant| instant.at);
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

    fn row(second: i64) -> ListRow {
        ListRow {
            key: None,
            others: Vec::new(),
            change_key: None,
            conversation_id: None,
            subject: None,
            from: None,
            received: DateTime::from_timestamp(second, 0)
                .map(|at| Instant { at, precision: Precision::Second }),
            is_read: None,
            has_attachments: None,
            preview: None,
        }
    }

    #[test]
    fn pinned_rows_do_not_count() {
        let rows = |seconds: &[i64]| seconds.iter().map(|second| row(*second)).collect::<Vec<_>>();
        assert_eq!(in_order(&rows(&[9, 8, 8, 7])), 4);
        assert_eq!(in_order(&rows(&[2, 9, 8, 7])), 3, "the first is pinned");
        assert_eq!(in_order(&rows(&[])), 0);
    }
}
