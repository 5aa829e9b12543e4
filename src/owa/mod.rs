//! Everything that knows Outlook on the web: its addresses, its sign-in, its JSON, its page.
//!
//! A session signs a browser in. With headers that are good the service is called from a document of ours on
//! OWA's origin (`service`). Without, OWA's full page is opened once; what it fetches is kept (`page`), and
//! its headers serve the next calls. Where JSON is no longer what we know, the list is read off the page
//! (`dom`). `profile` has what differs between installations, `screen` tells what a page is.
//!
//! No good headers is not drift: the full page is opened once with the cookies, its first page of mail kept
//! (`network`), its headers kept, and `service` goes on. Only a sign-in page there asks for the owner, and is
//! believed at the second sight. `dom` is for drift alone. A browser context reaches the hosts on its own list
//! and no others.

mod dom;
mod drift;
mod error;
mod family;
mod mailbox;
mod page;
mod profile;
mod prompt;
mod remote;
mod screen;
mod service;
mod session;
mod sign_in;
mod wire;

pub use error::OwaError;
pub use mailbox::Mailbox;
pub use prompt::{Answer, Method, Prompt};
pub use session::{Identity, ServiceHeaders, Session};
pub use sign_in::{Dialogue, SignIn, Step};

use self::page::FullPage;
use self::profile::Profile;
use crate::browser::{Browser, ContextWish};
use crate::clock::Clock;
use crate::dates;
use crate::model::{Cloud, DateWord, Folder, MailboxSettings, Tier};
use crate::net::ProxyError;
use crate::secret::SecretText;
use std::time::Duration;
use url::Url;

/// How Outlook is read.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Whose Outlook it is.
    pub cloud: Cloud,
    /// Where it begins, such as `https://outlook.office.com/mail/`.
    pub start: Url,
    /// Which tiers may be used; they are tried in the order of `Tier`.
    pub tiers: Vec<Tier>,
    /// How long a page or an answer may take.
    pub page_limit: Duration,
    /// Rows per page of a list.
    pub page_size: u32,
    /// Words of dates beyond those that are known.
    pub words: Vec<DateWord>,
    /// Hosts that the browser may reach beside the known ones.
    pub extra_hosts: Vec<String>,
}

/// Where the Outlook of a cloud begins.
#[must_use]
pub fn start(cloud: Cloud) -> Url {
    Profile::of(cloud).start()
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            cloud: Cloud::Global,
            start: start(Cloud::Global),
            tiers: vec![Tier::Service, Tier::Network, Tier::Dom],
            page_limit: Duration::from_mins(1),
            page_size: 50,
            words: Vec::new(),
            extra_hosts: Vec::new(),
        }
    }
}

/// What is known of a mailbox before it is opened.
#[derive(Debug, Clone, Copy)]
pub struct KnownMailbox<'a> {
    /// Its address; `None` while Outlook has not said it.
    pub address: Option<&'a str>,
    /// How it writes dates; this holds where Outlook is silent on it.
    pub settings: &'a MailboxSettings,
    /// The folders that will be read, as far as they are known.
    pub folders: &'a [Folder],
}

impl Settings {
    /// The hosts that the browser must be able to reach; `.example` is any below that.
    #[must_use]
    pub fn hosts(&self) -> Vec<String> {
        let start = self.start.host_str().map(str::to_owned);
        let known = Profile::of(self.cloud).hosts.all().map(str::to_owned);
        known.chain(start).chain(self.extra_hosts.iter().cloned()).collect()
    }
}

/// Outlook on the web.
#[derive(Clone)]
pub struct Owa {
    browser: Browser,
    clock: Clock,
    settings: Settings,
    profile: &'static Profile,
}

impl Owa {
    /// Outlook, seen through this browser.
    #[must_use]
    pub fn new(browser: Browser, clock: Clock, settings: Settings) -> Self {
        let profile = Profile::of(settings.cloud);
        Self { browser, clock, settings, profile }
    }

    /// Whether the host at which every mailbox is opened can be reached from this machine.
    ///
    /// # Errors
    /// When it cannot; with what the firm's proxy did, where it was that.
    pub async fn reach(&self) -> Result<(), Option<ProxyError>> {
        self.browser.reach(self.settings.start.host_str().unwrap_or_default()).await
    }

    /// Begins a sign-in. It ends when OWA's startup data names the mailbox; the password is submitted at most
    /// once.
    ///
    /// # Errors
    /// When the browser does not start, or Outlook cannot be reached.
    pub async fn sign_in(&self, login: &str, password: &SecretText) -> Result<SignIn, OwaError> {
        let wish = ContextWish { allow: self.settings.hosts(), ..ContextWish::default() };
        let context = self.browser.context(wish).await?;
        let page = FullPage::open(&context, self.profile, &self.settings.start, self.clock.clone()).await?;
        Ok(SignIn::new(context, self.profile, page, login, password))
    }

    /// Opens the mailbox of a session, once it is proven to be the expected one.
    ///
    /// # Errors
    /// `SignInPage` when the session is dead, `WrongMailbox` when it opens another one.
    pub async fn open(&self, session: Session, expected: KnownMailbox<'_>) -> Result<Mailbox, OwaError> {
        let in_session = session.mailbox.as_ref().map(|identity| identity.settings.clone());
        let known_settings = in_session.unwrap_or_default().or(expected.settings);
        let zone = known_settings.time_zone.as_deref().and_then(dates::zone);
        let wish = ContextWish {
            allow: self.settings.hosts(),
            cookies: session.cookies.clone(),
            locale: known_settings.culture.clone(),
            time_zone: zone.map(|zone| zone.name().to_owned()),
        };
        let context = self.browser.context(wish).await?;
        let (clock, settings) = (self.clock.clone(), self.settings.clone());
        Mailbox::open(context, self.profile, session, &expected, known_settings, clock, settings).await
    }
}
