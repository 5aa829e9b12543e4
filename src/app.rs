//! The composition root: builds every part in order and owns them. No logic.

use crate::browser::Browser;
use crate::clock::Clock;
use crate::config::Config;
use crate::desk::Desk;
use crate::model::LastError;
use crate::net::{self, ClientError};
use crate::oauth::OAuth;
use crate::owa::Owa;
use crate::secret::ExposeSecret;
use crate::store::{Schema, Store};
use crate::strongbox::Strongbox;
use crate::sync::{Engine, Failure, Progress};
use crate::vault::Ring;
use std::sync::Arc;
use tokio::sync::{Notify, watch};

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
        let browser = Browser::new(config.browser.clone(), clock.clone());
        let owa = Owa::new(browser.clone(), clock.clone(), config.owa.clone());
        let provider =
            config.oauth.clone().map(|own| Ok::<_, Failure>((own, client(config)?))).transpose()?;
        let oauth = OAuth::new(provider, strongbox.clone(), clock.clone());
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

/// What asks Microsoft's services without the browser. It is made only where it is needed: the certificates that a client
/// trusts take memory.
///
/// # Errors
/// When the client could not be built.
pub fn client(config: &Config) -> Result<reqwest::Client, ClientError> {
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
