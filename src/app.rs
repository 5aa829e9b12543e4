//! The composition root: builds every part in order and owns them. No logic.

use crate::browser::Browser;
use crate::clock::Clock;
use crate::config::Config;
use crate::desk::Desk;
use crate::graph::Graph;
use crate::imap::Imap;
use crate::model::{LastError, Use};
use crate::net::{self, ClientError, Dialer};
use crate::oauth::{self, OAuth};
use crate::owa::Owa;
use crate::secret::ExposeSecret;
use crate::store::{Schema, Store};
use crate::strongbox::Strongbox;
use crate::sync::outbox::Courier;
use crate::sync::{Cycle, Failure, Progress, Services, contacts};
use crate::vault::Ring;
use std::sync::Arc;
use tokio::sync::watch;

/// The parts that commands and the daemon work with.
pub struct App {
    /// What people ask for.
    pub desk: Arc<Desk>,
    /// What reads mail.
    pub cycle: Arc<Cycle>,
    /// What sends mail.
    pub courier: Arc<Courier>,
    /// What all of them work with.
    pub services: Services,
    /// The one browser.
    pub browser: Browser,
}

impl App {
    /// Opens the database, seeing to its schema, then the rest. `progress` is told after every page; `fault`
    /// says what keeps every account from being read.
    ///
    /// # Errors
    /// Whatever could not be opened, with the step to take.
    pub async fn open(
        config: &Config,
        schema: Schema,
        ring: Ring,
        progress: Progress,
        fault: watch::Receiver<Option<LastError>>,
    ) -> Result<Self, Failure> {
        let clock = Clock::System;
        let store = Store::open(config.database.expose_secret(), schema).await?;
        let strongbox =
            Strongbox::open(store.clone(), ring, clock.clone()).await?.keeping_audit(config.audit_kept);
        let browser = Browser::new(config.browser.clone(), clock.clone());
        let owa = Owa::new(browser.clone(), clock.clone(), config.owa.clone());
        let provider = match config.oauth.clone() {
            Some(own) => Some((own, client(config).await?)),
            None => None,
        };
        let reads_contacts = provider.as_ref().is_some_and(|(own, _)| own.uses.contains(&Use::Contacts));
        let graph =
            provider.as_ref().map(|(own, http)| Graph::new(&own.hosts.graph, http.clone(), clock.clone()));
        let oauth = OAuth::new(provider, store.clone(), strongbox.clone(), clock.clone());
        let contacts = graph.clone().filter(|_| reads_contacts).map(|graph| {
            let settings = (config.sync.clone(), config.contacts);
            contacts::by_graph(store.clone(), oauth.clone(), graph, clock.clone(), settings)
        });
        let imap = imap(config);
        let services = Services { store, strongbox, owa, oauth, graph, imap, clock, contacts };
        Ok(Self::of(config, services, browser, progress, fault))
    }

    /// The parts over these services.
    #[must_use]
    pub fn of(
        config: &Config,
        services: Services,
        browser: Browser,
        progress: Progress,
        fault: watch::Receiver<Option<LastError>>,
    ) -> Self {
        let cycle = Arc::new(Cycle::new(&services, config.sync.clone(), config.lock_file(), progress));
        // Whoever asks, and however many do, the cycle has its own connections.
        let store = services.store.apart();
        let strongbox = services.strongbox.through(store.clone());
        let oauth = services.oauth.through(store.clone(), strongbox.clone());
        let courier = Arc::new(Courier::new(&services));
        let asked = Services { store, strongbox, oauth, ..services.clone() };
        let desk = Desk::new(&asked, (Arc::clone(&cycle), Arc::clone(&courier)), config.daemon_file(), fault)
            .with_contacts(config.contacts)
            .handing_out(config.largest_content)
            .with_sending(config.send);
        Self { desk: Arc::new(desk), cycle, courier, services, browser }
    }

    /// Closes the browser and the database.
    pub async fn close(self) {
        self.browser.shutdown().await;
        if let Err(error) = self.cycle.leave().await {
            tracing::warn!(%error, "other machines wait ten minutes for the accounts that this one has read");
        }
        self.services.oauth.close().await;
        if let Err(failure) = self.cycle.see_to_audit().await {
            tracing::warn!(%failure.message, "what was written into the audit log is marked when it is opened again");
        }
        self.desk.close().await;
        self.services.store.close().await;
    }
}

/// Whether the authority that signs people in can be reached and describes itself as it should.
///
/// # Errors
/// What the authority said, or that it cannot be reached.
pub async fn check_oauth(config: &Config, settings: Arc<oauth::Settings>) -> Result<(), Failure> {
    Ok(OAuth::check(settings, client(config).await?).await?)
}

/// IMAP servers as this machine reaches them, or where a simulator stands in for all of them.
fn imap(config: &Config) -> Imap {
    let simulator = config.simulator.as_ref();
    let dialer = Dialer::new(config.proxy.clone(), simulator.and_then(|own| own.imap));
    Imap::new(dialer, simulator.and_then(|own| own.ca_file.clone()), config.cloud)
}

/// What asks Microsoft's services without the browser. It is made only where it is needed: the certificates
/// that a client trusts take memory.
///
/// # Errors
/// When the client could not be built.
pub(crate) async fn client(config: &Config) -> Result<reqwest::Client, ClientError> {
    let simulator = config.simulator.as_ref().and_then(|own| Some((own.https, own.ca_file.as_ref()?)));
    let builder = match simulator {
        None => net::client(),
        Some((https, file)) => {
            let ca = std::fs::read(file)?;
            net::client_at(https, &ca)?
        }
    };
    let builder = match &config.proxy {
        None => builder,
        Some(proxy) => proxy.lead(builder).await.map_err(ClientError::Relay)?,
    };
    Ok(builder.build()?)
}
