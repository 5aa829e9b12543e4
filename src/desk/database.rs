//! The database alone: for verbs that need no key, or whose matter the keys are. Who has lost the key sees
//! accounts and mail all the same.

use super::error::Result;
use crate::clock::Clock;
use crate::store::{Schema, Store};
use crate::sync::contacts::ContactSettings;
use chrono::{DateTime, Utc};

/// The database without the secrets in it.
#[derive(Debug, Clone)]
pub struct Database {
    pub(super) store: Store,
    pub(super) clock: Clock,
    /// What bringing contacts into step is set to.
    pub(super) contacts: ContactSettings,
}

impl Database {
    /// Opens the database at an address, seeing to its schema.
    ///
    /// # Errors
    /// What stands in the way.
    pub async fn open(url: &str, schema: Schema) -> Result<Self> {
        Ok(Self::over(Store::open(url, schema).await?, Clock::System))
    }

    /// An opened database, by this clock and as nothing else is set.
    #[must_use]
    pub fn over(store: Store, clock: Clock) -> Self {
        Self { store, clock, contacts: ContactSettings::default() }
    }

    /// The same where bringing contacts into step is set to this.
    #[must_use]
    pub fn with_contacts(self, contacts: ContactSettings) -> Self {
        Self { contacts, ..self }
    }

    /// Brings the schema up to date; how many migrations were run.
    ///
    /// # Errors
    /// What stands in the way.
    pub async fn migrate(url: &str) -> Result<usize> {
        let store = Store::connect(url).await?;
        let pending = store.pending_migrations().await?;
        store.migrate().await?;
        store.close().await;
        Ok(pending)
    }

    /// The time that verbs go by.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// Waits for what is running and closes all connections.
    pub async fn close(&self) {
        self.store.close().await;
    }
}
