//! The composition root: builds every part in order and owns them. No logic.

use crate::browser::{self, Browser};
use crate::clock::Clock;
use crate::config::{Config, OAuthConfig};
use crate::desk::Desk;
use crate::model::LastError;
use crate::net::{self, ClientError};
use crate::oauth::{self, Authority, Hosts, OAuth, Registration};
use crate::owa::{self, Owa};
use crate::secret::ExposeSecret;
use crate::store::{Schema, Store};
use crate::strongbox::Strongbox;
use crate::sync::{Engine, Failure, Progress};
use crate::vault::{KeySource, Ring};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Notify, watch};

/// No call to the browser takes longer.
const CALL_LIMIT: Duration = Duration::from_secs(20);
/// An ordinary desktop's window, so that Outlook serves its desktop page.
const WINDOW: (u32, u32) = (1366, 900);

/// The parts that commands and the daemon work with.
pub struct App {
    /// What cycles are made of.
    pub engine: Arc<Engine>,
    /// What people ask for.
    pub desk: Arc<Desk>,
    /// The one browser.
    pub browser: Browser,
}

impl App {
    /// Opens the database, seeing to its schema, then the rest. `fault` is told what keeps every account from being read.
    ///
    /// # Errors
    /// Whatever could not be opened, with the step to take.
    pub async fn open(
        config: &Config,
        schema: Schema,
        ring: Ring,
        progress: Progress,
        fault: watch::Sender<Option<LastError>>,
    ) -> Result<Self, Failure> {
        let clock = Clock::System;
        let store = Store::open(config.database.expose_secret(), schema).await?;
        let strongbox = Strongbox::open(store.clone(), ring, clock.clone()).await?;
        let browser = Browser::new(browser_settings(config), clock.clone());
        let owa = Owa::new(browser.clone(), clock.clone(), owa_settings(config));
        let oauth = OAuth::new(oauth_provider(config)?, strongbox.clone(), clock.clone());
        let engine = Engine {
            store,
            strongbox,
            owa,
            oauth,
            clock,
            settings: config.sync.clone(),
            lock_file: config.lock_file(),
            progress,
            wake: Notify::new(),
            last: watch::Sender::new(None),
            fault,
        };
        Ok(Self::of(engine, browser))
    }

    /// The same of these parts.
    #[must_use]
    pub fn of(engine: Engine, browser: Browser) -> Self {
        let engine = Arc::new(engine);
        Self { desk: Arc::new(Desk::new(Arc::clone(&engine))), engine, browser }
    }

    /// Closes the browser and the database.
    pub async fn close(self) {
        self.browser.shutdown().await;
        self.engine.oauth.close().await;
        self.engine.store.close().await;
    }
}

/// Where the key is looked for.
#[must_use]
pub fn key_source(config: &Config) -> KeySource {
    KeySource {
        credential: config.key.credential.clone(),
        file: Some(config.key.file.clone()),
        environment: config.key.environment.as_ref().map(crate::secret::copy),
    }
}

/// How the browser is run.
#[must_use]
pub fn browser_settings(config: &Config) -> browser::Settings {
    let own = &config.browser;
    let upstream = config.simulator.as_ref().map_or(browser::Upstream::Direct, |simulator| {
        browser::Upstream::Simulator { https: simulator.https, spki_sha256: simulator.spki_sha256.clone() }
    });
    browser::Settings {
        executable: own.executable.clone(),
        profiles: own.profiles.clone(),
        upstream,
        user_agent_suffix: own.user_agent_suffix.clone(),
        recycle_jobs: own.recycle_jobs,
        recycle_age: own.recycle_age,
        recycle_pss_bytes: own.recycle_memory,
        idle: own.idle,
        call_limit: CALL_LIMIT,
        window: WINDOW,
        allow_root: false,
    }
}

fn owa_settings(config: &Config) -> owa::Settings {
    owa::Settings {
        start: config.owa.start.clone(),
        tiers: config.owa.tiers.clone(),
        page_limit: config.owa.page_limit,
        folders: config.sync.folders.clone(),
        page_size: config.sync.page_size,
        words: config.owa.words.clone(),
        extra_hosts: config.owa.extra_hosts.clone(),
    }
}

/// Our registration and what asks Microsoft with it, where one is configured: the certificates that a client trusts take memory.
///
/// # Errors
/// When the client could not be built.
pub fn oauth_provider(config: &Config) -> Result<Option<(oauth::Settings, reqwest::Client)>, ClientError> {
    config.oauth.as_ref().map(|own| Ok((oauth_settings(own), http_client(config)?))).transpose()
}

fn oauth_settings(own: &OAuthConfig) -> oauth::Settings {
    oauth::Settings {
        registration: Registration {
            client_id: own.client_id.clone(),
            secret: own.client_secret.as_ref().map(crate::secret::copy),
        },
        authority: Authority::microsoft(&own.tenant),
        hosts: Hosts::global(),
        uses: own.uses.clone(),
    }
}

/// What asks Microsoft's services without the browser.
fn http_client(config: &Config) -> Result<reqwest::Client, ClientError> {
    let simulator = config.simulator.as_ref().and_then(|own| Some((own.https, own.ca_file.as_ref()?)));
    let builder = match simulator {
        None => net::client(),
        Some((https, file)) => {
            let ca = std::fs::read(file)?;
            net::client_at(https, &ca)?
        }
    };
    Ok(builder.build()?)
}
