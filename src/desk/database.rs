//! The database alone: for verbs that need no key, or whose matter the keys are. Who has lost the key sees
//! accounts and mail all the same.

use super::error::Result;
use crate::clock::Clock;
use crate::store::{Schema, Store};
use crate::sync::contacts::Canon;
use chrono::{DateTime, Utc};

/// The database without the secrets in it.
pub struct Database {
    pub(super) store: Store,
    pub(super) clock: Clock,
    /// How addresses and numbers of contacts are compared that are written here.
    pub(super) canon: Canon,
}

impl Database {
    /// Opens the database at an address, seeing to its schema.
    ///
    /// # Errors
    /// What stands in the way.
    pub async fn open(url: &str, schema: Schema) -> Result<Self> {
        Ok(Self::of(Store::open(url, schema).await?))
    }

    pub(super) fn of(store: Store) -> Self {
        Self { store, clock: Clock::System, canon: Canon::default() }
    }

    /// With contacts compared so.
    #[must_use]
    pub fn comparing(self, canon: Canon) -> Self {
        Self { canon, ..self }
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
    pub async fn close(self) {
        self.store.close().await;
    }
}
