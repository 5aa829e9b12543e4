//! OWA's full page: what it fetches for itself is kept, and its list can be scrolled and read.

mod go;
mod keep;
mod lists;
mod speaker;
mod walk;

pub(super) use lists::Slice;

use self::keep::MetFolders;
use self::lists::FolderList;
use self::speaker::PageHeaders;
use super::error::OwaError;
use super::profile::{Paths, Profile};
use super::remote::{INBOX, RemoteFolder};
use super::screen::{Screen, Snapshot, recognise};
use super::service::Service;
use super::session::{Identity, ServiceHeaders};
use super::wire::FolderTree;
use crate::browser::{BrowserError, Capture, Context, Page};
use crate::clock::Clock;
use crate::model::FolderListing;
use chrono_tz::Tz;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use url::Url;

/// How long to wait for an answer before the page is looked at.
const POLL: Duration = Duration::from_millis(200);
/// How long to wait before a page is looked at for the first time: what is expected comes sooner as a rule,
/// and a look costs a page that is busy.
const FIRST: Duration = Duration::from_secs(1);
/// How long the service may take to say whose mailbox it is.
const ANSWER: Duration = Duration::from_secs(20);
/// So many looks at a page that is unknown, or at a list that does not grow, and it is believed (5 s).
pub(super) const PATIENCE: u32 = 25;

/// What the browser need not load where nobody looks at the page: its pictures and fonts.
const UNSEEN: [&str; 8] = [
    "*://*:*/*.svg",
    "*://*:*/*.png",
    "*://*:*/*.gif",
    "*://*:*/*.jpg",
    "*://*:*/*.webp",
    "*://*:*/*.ico",
    "*://*:*/*.woff",
    "*://*:*/*.woff2",
];

/// The full page in a context.
pub(super) struct FullPage {
    profile: &'static Profile,
    pub(super) page: Arc<Page>,
    capture: Capture,
    clock: Clock,
    headers: PageHeaders,
    /// Address of the mailbox, once the startup data has named it.
    address: Option<String>,
    /// Whose mailbox the startup data names, once it has come.
    started: Option<Result<Identity, OwaError>>,
    tree: FolderTree,
    zone: Option<Tz>,
    pub(super) showing: RemoteFolder,
    /// Whether it was a click that made the page show it: until its list is fetched, the last one may still
    /// be in view.
    clicked: bool,
    lists: HashMap<RemoteFolder, FolderList>,
    met: MetFolders,
    /// Looks in a row at an unknown page.
    unknown: u32,
    /// Looks in a row at Outlook's own.
    arrived: u32,
}

impl FullPage {
    /// Begins to open it; everything that it fetches is kept from the first request on.
    pub(super) async fn open(
        context: &Context,
        profile: &'static Profile,
        start: &Url,
        clock: Clock,
    ) -> Result<Self, OwaError> {
        Self::begin(context.page().await?, profile, start, clock).await
    }

    /// The same for reading alone: pictures and fonts, a third of its requests, are not loaded.
    pub(super) async fn open_plain(
        context: &Context,
        profile: &'static Profile,
        start: &Url,
        clock: Clock,
    ) -> Result<Self, OwaError> {
        let page = context.page().await?;
        page.block(&UNSEEN).await?;
        Self::begin(page, profile, start, clock).await
    }

    async fn begin(
        page: Page,
        profile: &'static Profile,
        start: &Url,
        clock: Clock,
    ) -> Result<Self, OwaError> {
        let capture = page.capture(profile.paths.captured).await?;
        page.open(start).await?;
        Ok(Self {
            profile,
            page: Arc::new(page),
            capture,
            clock,
            headers: PageHeaders::default(),
            address: None,
            started: None,
            tree: FolderTree::default(),
            zone: None,
            showing: INBOX,
            clicked: false,
            lists: HashMap::new(),
            met: MetFolders::default(),
            unknown: 0,
            arrived: 0,
        })
    }

    /// Waits until the startup data names the mailbox, for a session that signs in by itself.
    pub(super) async fn start(&mut self, limit: Duration) -> Result<Identity, OwaError> {
        let work = async {
            self.listen_for(FIRST).await;
            loop {
                if let Some(identity) = self.started().await {
                    // A session that had to be renewed leads back to where Outlook likes to begin.
                    self.showing = Paths::folder_at(&self.page.url().await?);
                    return identity;
                }
                if let Some(error) = self.look().await?.without_password() {
                    return Err(error);
                }
                self.listen().await;
            }
        };
        let started = Clock::limit(limit, work).await;
        let started = started.unwrap_or(Err(OwaError::Slow { what: "Outlook's page", limit }));
        started.map_err(|error| self.explained(error))
    }

    /// A page that does not come may wait for what the firm's proxy keeps from it. One that nobody knows is told as that:
    /// a host that no page needs may be among those that are kept from it.
    pub(super) fn explained(&self, error: OwaError) -> OwaError {
        match self.page.denied() {
            Some(denied) if matches!(error, OwaError::Slow { .. }) => BrowserError::Proxy(denied).into(),
            _ => error,
        }
    }

    /// Whose mailbox it is, once the startup data has said it. Where the page has long been there and its
    /// data came unseen, such as through a service worker, the service says it.
    pub(super) async fn started(&mut self) -> Option<Result<Identity, OwaError>> {
        if let Some(started) = self.started.take() {
            return Some(started);
        }
        if self.arrived < PATIENCE {
            return None;
        }
        self.arrived = 0;
        let asked = self.service(ANSWER).identity(self.headers.last()?).await;
        match asked {
            Ok(identity) => {
                self.address = Some(identity.address.clone());
                Some(Ok(identity))
            }
            Err(error) => {
                tracing::debug!(%error, "no startup data, and the service does not say whose mailbox it is");
                None
            }
        }
    }

    /// The headers of its requests for the account's own mailbox; they are handed over once.
    pub(super) fn take_headers(&mut self) -> Option<ServiceHeaders> {
        self.headers.take()
    }

    /// The folders that the startup data lists; `None` where it could not be read.
    ///
    /// # Errors
    /// Those of `FolderTree::listing`.
    pub(super) fn listing(&self) -> Result<Option<FolderListing>, OwaError> {
        self.tree.listing()
    }

    /// Waits a moment for answers and keeps what came; whether any did.
    pub(super) async fn listen(&mut self) -> bool {
        self.listen_for(POLL).await
    }

    async fn listen_for(&mut self, limit: Duration) -> bool {
        let Some(exchange) = self.capture.next(limit).await else { return false };
        self.keep(&exchange);
        self.catch_up();
        true
    }

    /// Keeps what has come, while it is still that of the folder that is shown.
    fn catch_up(&mut self) {
        while let Some(exchange) = self.capture.try_next() {
            self.keep(&exchange);
        }
    }

    /// The service, called from this page.
    pub(super) fn service(&self, limit: Duration) -> Service {
        Service::within(self.profile, Arc::clone(&self.page), limit)
    }

    /// What the page is right now. Between two documents nothing can be asked: it is on its way.
    pub(super) async fn look(&mut self) -> Result<Screen, OwaError> {
        let seen = match Snapshot::take(&self.page, self.profile).await {
            Ok(snapshot) => recognise(self.profile, &snapshot),
            Err(error) if is_between_documents(&error) => Screen::Working,
            Err(error) => return Err(error.into()),
        };
        self.arrived = if seen == Screen::Outlook { self.arrived + 1 } else { 0 };
        if let Screen::Working = seen
            && let Some(failure) = self.page.failure().await.ok().flatten()
        {
            return Err(failure.into());
        }
        self.be_patient(&seen)?;
        Ok(seen)
    }

    fn be_patient(&mut self, seen: &Screen) -> Result<(), OwaError> {
        let Screen::Unknown { shape } = seen else {
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

    async fn signed_in(&mut self) -> Result<(), OwaError> {
        self.look().await?.without_password().map_or(Ok(()), Err)
    }
}

/// While a document is left or a page is busy, a script gets no answer.
fn is_between_documents(error: &BrowserError) -> bool {
    matches!(error, BrowserError::Script(_) | BrowserError::Protocol(_) | BrowserError::Timeout { .. })
}
