//! A mailbox whose session is proven good: its lists and items, tier by tier.

mod details;
mod folders;
mod sieve;
mod sweep;
mod tiers;

use super::error::OwaError;
use super::page::{FullPage, Slice};
use super::profile::Profile;
use super::remote::{INBOX, RemoteFolder};
use super::service::Service;
use super::session::{Identity, ServiceHeaders, Session};
use super::{KnownMailbox, Settings};
use crate::browser::{Context, Cookie};
use crate::clock::Clock;
use crate::error::Classify;
use crate::model::{Folder, FolderListing, ItemKey, MailboxSettings, Role, Sight, Tier};
use sieve::Pace;
use std::collections::{HashMap, HashSet};

/// An open mailbox.
pub struct Mailbox {
    context: Context,
    profile: &'static Profile,
    clock: Clock,
    settings: Settings,
    /// Whose it is: as the session says, then as proven.
    identity: Option<Identity>,
    /// Whose it has to be; `None` where that is not known yet.
    expected_address: Option<String>,
    /// The id that its inbox has, as far as it was read: it stays when the owner gets another address.
    expected_inbox: Option<String>,
    /// How it writes dates, as was known before; this holds where Outlook is silent on it.
    known_settings: MailboxSettings,
    /// The cookies that it was opened with, should the browser be gone at the end.
    cookies: Vec<Cookie>,
    headers: Option<ServiceHeaders>,
    service: Option<Service>,
    full: Option<FullPage>,
    /// Whether the full page was opened for new headers; once per opening.
    renewed: bool,
    /// Page one of the inbox, from the full page that brought new headers.
    page_one: Option<Slice<Sight>>,
    drifted: HashSet<Tier>,
    /// Whether answers for items were not understood, whatever becomes of lists.
    has_lost_items: bool,
    /// The folders as the full page's startup data listed them, until they are asked for.
    listing: Option<FolderListing>,
    /// The folder that the full page is opened at.
    opens_at: RemoteFolder,
    /// Which tier made the positions of a folder: tiers count different things.
    counting: HashMap<RemoteFolder, Tier>,
    /// How large the items of the last window are, as its list says.
    sizes: HashMap<ItemKey, i64>,
    pace: Pace,
}

impl Mailbox {
    /// Proves whose mailbox it is, by one call where the headers are still good, else by the full page.
    pub(super) async fn open(
        context: Context,
        profile: &'static Profile,
        session: Session,
        expected: &KnownMailbox<'_>,
        known_settings: MailboxSettings,
        clock: Clock,
        settings: Settings,
    ) -> Result<Self, OwaError> {
        let mut mailbox = Self {
            context,
            profile,
            clock,
            cookies: session.cookies,
            headers: session.service,
            service: None,
            full: None,
            renewed: false,
            page_one: None,
            drifted: HashSet::new(),
            has_lost_items: false,
            listing: None,
            opens_at: opens_at(&settings, expected.folders),
            settings,
            counting: HashMap::new(),
            sizes: HashMap::new(),
            pace: Pace::default(),
            identity: session.mailbox,
            expected_address: expected.address.map(str::to_owned),
            expected_inbox: inbox_of(expected.folders),
            known_settings,
        };
        if mailbox.identity.as_ref().is_some_and(|identity| !mailbox.is_expected(identity)) {
            return Err(OwaError::WrongMailbox);
        }
        if !mailbox.is_known_by_service().await? {
            Box::pin(mailbox.renew()).await?;
        }
        Ok(mailbox)
    }

    /// Whose it is.
    ///
    /// # Panics
    /// Never: `open` ends only when it is known.
    #[must_use]
    pub fn identity(&self) -> &Identity {
        self.identity.as_ref().expect("open proves whose mailbox it is")
    }

    /// Whether the full page shows this folder: it need not be turned to it.
    #[must_use]
    pub fn is_open(&self, folder: &Folder) -> bool {
        self.full.as_ref().is_some_and(|full| RemoteFolder::of(folder).as_ref() == Some(&full.showing))
    }

    /// One call: the inbox must have the id that it had when its address was learnt.
    async fn is_known_by_service(&mut self) -> Result<bool, OwaError> {
        let identity = self.identity.as_ref().filter(|identity| self.has_address(identity));
        let inbox_id = identity.and_then(|identity| identity.inbox_id.clone());
        let Some(inbox_id) = inbox_id.filter(|_| self.may(Tier::Service)) else {
            return Ok(false);
        };
        let asked = match self.service().await? {
            Some((service, headers)) => service.inbox_id(headers).await,
            None => return Ok(false),
        };
        match asked {
            // A mailbox that was moved or restored has another id: whose it is, its address tells.
            Ok(id) => Ok(id == inbox_id),
            // Headers that are stale are refused in many ways, and the full page has new ones.
            Err(OwaError::Service { .. }) => Ok(false),
            Err(error) if error.is_drift() => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Whether a call is worth a second try: its headers were refused, and the full page, which is opened for
    /// that once, has given new ones.
    async fn renewed_after<T>(&mut self, answer: &Result<T, OwaError>) -> Result<bool, OwaError> {
        let is_refused = matches!(answer, Err(OwaError::Unauthorized { .. }));
        if self.renewed || !is_refused {
            return Ok(false);
        }
        Box::pin(self.renew()).await?;
        Ok(true)
    }

    /// The full page: it renews headers, names the mailbox, and brings page one of the inbox.
    async fn renew(&mut self) -> Result<(), OwaError> {
        self.renewed = true;
        // Where the service was lately, the page is too: that spares the way by the address that sends it
        // there.
        let paths = &self.profile.paths;
        let folder_page =
            self.headers.as_ref().and_then(|headers| paths.folder_page(&headers.origin, &self.opens_at));
        let start = folder_page.as_ref().unwrap_or(&self.settings.start);
        let mut full = FullPage::open_plain(&self.context, self.profile, start, self.clock.clone()).await?;
        let started = full.start(self.settings.page_limit).await;
        let headers = full.take_headers();
        match started {
            Ok(identity) if !self.is_expected(&identity) => return Err(OwaError::WrongMailbox),
            Ok(mut identity) => {
                identity.settings = identity.settings.or(&self.known_settings);
                self.identity = Some(identity);
                let page_one = full.slice(&INBOX, 0);
                self.page_one = Some(page_one).filter(|page| !page.rows.is_empty() && !page.partial);
            }
            // Startup data that we cannot read names nobody. The page's own requests still name the mailbox.
            Err(error)
                if error.is_drift() && self.identity.is_some() && self.is_anchored(headers.as_ref()) => {}
            Err(error) => return Err(error),
        }
        self.headers = headers;
        self.listing = full.listing().unwrap_or_else(|error| folders::unlisted(&error));
        self.full = Some(full);
        self.service = None;
        Ok(())
    }

    /// Whether this is the mailbox that was asked for, and the one that the session opened before. One that
    /// has another address is the same where its inbox is.
    fn is_expected(&self, identity: &Identity) -> bool {
        let known = self.identity.as_ref().map(|known| known.address.as_str());
        let is_named = known.is_none_or(|known| known.eq_ignore_ascii_case(&identity.address));
        let is_same = || self.expected_inbox.is_some() && self.expected_inbox == identity.inbox_id;
        (is_named && self.has_address(identity)) || is_same()
    }

    /// Whether its address is the one that was asked for.
    fn has_address(&self, identity: &Identity) -> bool {
        let expected = self.expected_address.as_deref();
        expected.is_none_or(|expected| expected.eq_ignore_ascii_case(&identity.address))
    }

    /// Whether the page asks for the mailbox that the session asked for before.
    fn is_anchored(&self, headers: Option<&ServiceHeaders>) -> bool {
        let anchor =
            |headers: &ServiceHeaders| headers.header(self.profile.headers.anchor).map(str::to_owned);
        let known = self.headers.as_ref().and_then(anchor);
        known.is_some() && known == headers.and_then(anchor)
    }

    /// Whether a page lists a folder other than the one that was asked for, such as that of another mailbox.
    fn is_of_another(&self, folder: &Folder, listed: Option<&str>) -> bool {
        let inbox = self.identity.as_ref().and_then(|identity| identity.inbox_id.as_ref());
        let known = inbox.filter(|_| folder.role == Role::Inbox).or(folder.remote_id.as_ref());
        known.zip(listed).is_some_and(|(known, listed)| known != listed)
    }

    /// Whether a tier, or the reading of items, was given up since the mailbox was opened.
    #[must_use]
    pub fn has_fallen_back(&self) -> bool {
        !self.drifted.is_empty() || self.has_lost_items
    }

    fn may(&self, tier: Tier) -> bool {
        self.settings.tiers.contains(&tier) && !self.drifted.contains(&tier)
    }

    fn give_up(&mut self, tier: Tier, error: &OwaError) {
        tracing::warn!(tier = tier.as_str(), code = error.meaning().code, %error, "tier given up for this opening");
        self.drifted.insert(tier);
    }

    /// The service and the headers to call it with; without headers it refuses, as it does those that are dead.
    async fn with_headers(&mut self) -> Result<(&mut Service, &ServiceHeaders), OwaError> {
        self.service().await?.ok_or(OwaError::Unauthorized { status: 0 })
    }

    /// The service and the headers to call it with; `None` without headers.
    async fn service(&mut self) -> Result<Option<(&mut Service, &ServiceHeaders)>, OwaError> {
        let may_service = self.may(Tier::Service);
        let Some(headers) = &self.headers else {
            return Ok(None);
        };
        if self.service.is_none() {
            let limit = self.settings.page_limit;
            self.service = Some(match &self.full {
                // It stays open for its lists: a document of ours beside it would cost a process more.
                Some(full) if !may_service => full.service(limit),
                _ => Service::open(&self.context, self.profile, headers, limit).await?,
            });
        }
        Ok(self.service.as_mut().map(|service| (service, headers)))
    }

    async fn full_page(&mut self) -> Result<&mut FullPage, OwaError> {
        if self.full.is_none() {
            Box::pin(self.renew()).await?;
        }
        self.full.as_mut().ok_or(OwaError::Drift { what: "page", seen: "none".to_owned() })
    }

    /// Closes it; the session as it is now, to be stored.
    pub async fn close(self) -> Session {
        let cookies = self.context.cookies().await.unwrap_or(self.cookies);
        self.context.close().await;
        Session::new(self.profile, cookies, self.headers, self.identity)
    }
}

fn inbox_of(folders: &[Folder]) -> Option<String> {
    folders.iter().find(|folder| folder.role == Role::Inbox)?.remote_id.clone()
}

/// Where the full page is opened. Its startup data brings page one of the inbox wherever that is: with
/// nothing but the page to read by, it begins at another standard folder, whose page one it fetches too.
fn opens_at(settings: &Settings, folders: &[Folder]) -> RemoteFolder {
    let may = |tier| settings.tiers.contains(&tier);
    let standard = |folder: &RemoteFolder| matches!(folder, RemoteFolder::Standard(_));
    let mut others = folders.iter().filter_map(RemoteFolder::of).filter(|folder| *folder != INBOX);
    let by_page = may(Tier::Network) && !may(Tier::Service);
    others.find(standard).filter(|_| by_page).unwrap_or(INBOX)
}
