//! OWA's full page: what it fetches for itself is kept, and its list can be scrolled and read.

use super::dom::{Collected, RawRow, Scroll, Shown};
use super::error::OwaError;
use super::hosts;
use super::session::ServiceHeaders;
use super::sign_in::page::{self, Page as Recognised};
use super::sign_in::snapshot::Snapshot;
use super::wire::answer::Answer;
use super::wire::list::{Listing, read_conversations, read_items};
use super::wire::startup::{self, Startup};
use super::wire::{FolderInfo, Reading, request};
use crate::browser::{BrowserError, Capture, Context, Exchange, Page};
use crate::clock::Clock;
use crate::dates;
use crate::model::{Folder, IdFamily, ListRow};
use chrono_tz::Tz;
use percent_encoding::percent_decode_str;
use std::collections::{HashMap, HashSet};
use std::time::Duration;
use url::Url;

/// How long to wait for an answer before the page is looked at.
const POLL: Duration = Duration::from_millis(200);
/// So many looks at a page that is unknown, or at a list that does not grow, and it is believed (5 s).
const PATIENCE: u32 = 25;

/// A list without any row may only be waiting for them (20 s).
const BARE_PATIENCE: u32 = 100;

/// The full page in a context.
pub(super) struct FullPage {
    pub(super) page: Page,
    capture: Capture,
    clock: Clock,
    /// As the page's last request had them.
    pub(super) headers: Option<ServiceHeaders>,
    startup: Option<Result<Startup, OwaError>>,
    folders: Vec<FolderInfo>,
    zone: Option<Tz>,
    lists: HashMap<Folder, List>,
    showing: Folder,
    unknown: u32,
}

/// What the page has fetched of one folder's list.
#[derive(Default)]
struct List {
    ids: HashSet<String>,
    rows: Vec<ListRow>,
    last: bool,
    counts_items: bool,
    total: Option<i64>,
    folder_id: Option<String>,
    unread: Option<OwaError>,
    seen: Collected,
}

/// Listing of a folder from some row on.
pub(super) struct Slice<R> {
    pub(super) rows: Vec<R>,
    /// Whether the list ends with them.
    pub(super) last: bool,
    pub(super) total: Option<i64>,
    pub(super) folder_id: Option<String>,
}

impl FullPage {
    /// Begins to open it; everything that it fetches is kept from the first request on.
    pub(super) async fn open(context: &Context, start: &Url, clock: Clock) -> Result<Self, OwaError> {
        let page = context.page().await?;
        let capture = page.capture(&hosts::CAPTURE).await?;
        page.open(start).await?;
        Ok(Self {
            page,
            capture,
            clock,
            headers: None,
            startup: None,
            folders: Vec::new(),
            zone: None,
            lists: HashMap::new(),
            showing: Folder::Inbox,
            unknown: 0,
        })
    }

    /// Waits until the startup data names the mailbox, for a session that signs in by itself.
    pub(super) async fn start(&mut self, limit: Duration) -> Result<Startup, OwaError> {
        let work = async {
            loop {
                self.listen().await;
                if let Some(startup) = self.started() {
                    return startup;
                }
                if let Some(error) = self.look().await?.without_password() {
                    return Err(error);
                }
            }
        };
        Clock::limit(limit, work).await.unwrap_or(Err(OwaError::Slow { what: "Outlook's page", limit }))
    }

    /// The startup data, once it has come.
    pub(super) fn started(&mut self) -> Option<Result<Startup, OwaError>> {
        let startup = self.startup.take()?;
        if let Ok(startup) = &startup {
            self.folders.clone_from(&startup.folders);
            self.zone = startup.identity.time_zone.as_deref().and_then(dates::zone);
        }
        Some(startup)
    }

    /// Waits a moment for answers and keeps what came.
    pub(super) async fn listen(&mut self) {
        let mut next = self.capture.next(POLL).await;
        while let Some(exchange) = next {
            self.keep(&exchange);
            next = self.capture.try_next();
        }
    }

    /// What the page is right now. Between two documents nothing can be asked: it is on its way.
    pub(super) async fn look(&mut self) -> Result<Recognised, OwaError> {
        let seen = match Snapshot::take(&self.page).await {
            Ok(snapshot) => page::recognise(&snapshot),
            Err(error) if is_between_documents(&error) => Recognised::Working,
            Err(error) => return Err(error.into()),
        };
        if let Recognised::Working = seen
            && let Some(failure) = self.page.failure().await.ok().flatten()
        {
            return Err(failure.into());
        }
        self.be_patient(&seen)?;
        Ok(seen)
    }

    fn be_patient(&mut self, seen: &Recognised) -> Result<(), OwaError> {
        let Recognised::Unknown { shape } = seen else {
            self.unknown = 0;
            return Ok(());
        };
        self.unknown += 1;
        if self.unknown < PATIENCE {
            Ok(())
        } else {
            Err(OwaError::Drift { what: "page", seen: shape.clone() })
        }
    }

    fn keep(&mut self, exchange: &Exchange) {
        let Ok(url) = Url::parse(&exchange.url) else { return };
        let Ok(body) = &exchange.body else { return };
        let answer = Answer { status: exchange.status, headers: &exchange.response_headers, body };
        if exchange.status == 200
            && let Some(headers) = ServiceHeaders::of_request(exchange, self.clock.now())
        {
            self.headers = Some(headers);
        }
        match url.query_pairs().find(|(key, _)| key == "action").as_ref().map(|(_, action)| action.as_ref()) {
            Some("FindItem") => self.keep_list(exchange, &answer, read_items),
            Some("FindConversation") => self.keep_list(exchange, &answer, read_conversations),
            _ if url.path().ends_with("data.ashx") => self.keep_startup(exchange, &answer),
            _ => {}
        }
    }

    fn keep_startup(&mut self, exchange: &Exchange, answer: &Answer<'_>) {
        match startup::read(answer, family(exchange)) {
            Ok(mut startup) => {
                let page_one = std::mem::replace(&mut startup.page_one, Ok(Listing::default()));
                self.list(Folder::Inbox).add(page_one);
                self.startup = Some(Ok(startup));
            }
            // The page itself sees to these: it fetches a new token, or tries again.
            Err(OwaError::Unauthorized { .. } | OwaError::Service { .. }) => {}
            Err(error) => {
                if let OwaError::Drift { what, seen } = &error {
                    let unread = OwaError::Drift { what, seen: seen.clone() };
                    self.list(Folder::Inbox).add(Err(unread));
                }
                self.startup = Some(Err(error));
            }
        }
    }

    fn keep_list(
        &mut self,
        exchange: &Exchange,
        answer: &Answer<'_>,
        read: fn(&serde_json::Value, Reading) -> Result<Listing, OwaError>,
    ) {
        let Some(asked) = asked(exchange) else { return };
        let Some(folder) = self.folder(request::asked_folder(&asked).as_deref()) else { return };
        let reading = Reading { family: family(exchange), zone: request::asked_zone(&asked).or(self.zone) };
        let rows = answer.json("list answer").and_then(|value| read(&value, reading));
        self.list(folder).add(rows);
    }

    /// The folder that a distinguished id or a folder's own id names. Where no folder is known, the page asks for the
    /// one that it shows.
    fn folder(&self, id: Option<&str>) -> Option<Folder> {
        let id = id?;
        let known = || match self.folders.as_slice() {
            [] => Some(self.showing),
            folders => folders.iter().find(|folder| folder.id == id)?.folder,
        };
        Folder::parse(id).or_else(known)
    }

    fn list(&mut self, folder: Folder) -> &mut List {
        self.lists.entry(folder).or_default()
    }

    /// The rows of a folder from row `from` on that the page has fetched for itself, scrolling for more.
    pub(super) async fn fetched(
        &mut self,
        folder: Folder,
        from: usize,
        limit: Duration,
    ) -> Result<Slice<ListRow>, OwaError> {
        let work = async {
            self.show(folder).await?;
            loop {
                let list = self.list(folder);
                if let Some(error) = list.unread.take() {
                    return Err(error);
                }
                if list.rows.len() > from || list.last {
                    break;
                }
                self.listen().await;
                if self.list(folder).rows.len() <= from {
                    self.glance(Scroll::End).await?;
                }
                self.signed_in().await?;
            }
            Ok(())
        };
        // The page may fetch its list where we do not see it; it still shows it.
        let unseen = OwaError::Drift { what: "list answer", seen: "none within the limit".to_owned() };
        Clock::limit(limit, work).await.unwrap_or(Err(unseen))?;
        Ok(self.slice(folder, from))
    }

    /// What the page has fetched of a folder from row `from` on.
    pub(super) fn slice(&mut self, folder: Folder, from: usize) -> Slice<ListRow> {
        let known = self.folders.iter().find(|known| known.folder == Some(folder));
        let (count, id) = (known.and_then(|known| known.total), known.map(|known| known.id.clone()));
        let list = self.list(folder);
        Slice {
            rows: list.rows.iter().skip(from).cloned().collect(),
            last: list.last,
            total: count.or(list.total.filter(|_| list.counts_items)),
            folder_id: list.folder_id.clone().or(id),
        }
    }

    /// Up to `count` rows from row `from` on, read off the list; fewer at its end.
    pub(super) async fn shown(
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
        let seen = &self.list(folder).seen.rows;
        let rows: Vec<_> = seen.iter().skip(from).take(count).cloned().collect();
        Ok(Slice { rows, last: ended && seen.len() <= wanted, total: None, folder_id: None })
    }

    /// Collects rows until there are `wanted`, or until the list has stood still at its end; whether it ended.
    async fn collect(&mut self, folder: Folder, wanted: usize) -> Result<bool, OwaError> {
        self.show(folder).await?;
        if self.list(folder).seen.rows.is_empty() {
            self.glance(Scroll::Top).await?;
        }
        let mut still = 0;
        while self.list(folder).seen.rows.len() < wanted {
            let shown = self.glance(Scroll::On).await?;
            let is_end = shown.as_ref().is_some_and(|shown| shown.list && shown.end && !shown.loading);
            let patience =
                if shown.as_ref().is_some_and(|shown| shown.nodes == 0) { BARE_PATIENCE } else { PATIENCE };
            if shown.is_some_and(|shown| self.list(folder).seen.add(shown)) {
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
        self.lists.remove(&folder);
        self.page.open(&there).await?;
        self.showing = folder;
        Ok(())
    }

    async fn signed_in(&mut self) -> Result<(), OwaError> {
        self.look().await?.without_password().map_or(Ok(()), Err)
    }
}

/// While a document is left or a page is busy, a script gets no answer.
fn is_between_documents(error: &BrowserError) -> bool {
    matches!(error, BrowserError::Script(_) | BrowserError::Protocol(_) | BrowserError::Timeout { .. })
}

impl List {
    fn add(&mut self, rows: Result<Listing, OwaError>) {
        let rows = match rows {
            Ok(rows) => rows,
            // The page tries these again itself.
            Err(OwaError::Unauthorized { .. } | OwaError::Service { .. }) => return,
            Err(error) => {
                self.unread = Some(error);
                return;
            }
        };
        self.last = rows.is_last();
        self.counts_items = rows.counts_items;
        self.total = rows.total.or(self.total);
        self.folder_id = rows.folder_id.or(self.folder_id.take());
        let id = |row: &ListRow| row.key.as_ref().map(|key| key.id.clone()).unwrap_or_default();
        self.rows.extend(rows.rows.into_iter().filter(|row| self.ids.insert(id(row))));
    }
}

/// Which ids the page asked for.
fn family(exchange: &Exchange) -> IdFamily {
    let prefer = exchange.request_headers.iter().find(|(name, _)| name == "prefer");
    let immutable = prefer.is_some_and(|(_, wish)| wish.contains(r#"IdType="ImmutableId""#));
    if immutable { IdFamily::Immutable } else { IdFamily::Entry }
}

/// The request's JSON, from its header or its body.
fn asked(exchange: &Exchange) -> Option<String> {
    let header = exchange.request_headers.iter().find(|(name, _)| name == "x-owa-urlpostdata");
    let decoded = header.and_then(|(_, data)| percent_decode_str(data).decode_utf8().ok());
    decoded.map(std::borrow::Cow::into_owned).or_else(|| exchange.request_body.clone())
}
