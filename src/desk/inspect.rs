//! What can be seen of a database and of a key ring before the service's parts are opened.

use super::Database;
use crate::clock::Clock;
use crate::model::{AccountId, Grant, Reach, RefusalClass, Trouble};
use crate::store::{Link, Store, StoreError};
use crate::strongbox::{KeyUse, StrongboxError, changed_owners, fit, key_uses};
use crate::sync::Failure;
use crate::vault::{KeySource, Ring};
use chrono::{DateTime, Utc};

/// What stands at the address of the database.
pub enum DatabaseFound {
    /// None yet, and where it will be.
    New(String),
    /// One of an older schema.
    Older {
        /// Which database it is and where, for people.
        place: String,
        /// How many migrations it lacks.
        pending: usize,
    },
    /// One of this version's schema.
    Current(Database),
}

/// How a key ring fits a database.
#[derive(Debug)]
pub enum RingFit {
    /// It opens everything, some of it by these older keys.
    Fits(Vec<u32>),
    /// It lacks keys, without which so many accounts lose their secrets.
    Lacks(Vec<u32>, u64),
    /// It is another database's: why, and how many accounts have secrets.
    Wrong(Failure, u64),
}

impl Database {
    /// Looks for the database at an address. Makes none, and changes nothing.
    ///
    /// # Errors
    /// What stands in the way.
    pub async fn look(url: &str) -> Result<DatabaseFound, Failure> {
        let store = match Store::find(url).await {
            Err(StoreError::Absent(file)) => {
                return Ok(DatabaseFound::New(format!("SQLite at {}", file.display())));
            }
            found => found?,
        };
        store.check().await?;
        let place = store.place();
        Ok(match store.pending_migrations().await? {
            0 => DatabaseFound::Current(Self::over(store, Clock::System)),
            _ if store.is_new().await? => DatabaseFound::New(place),
            pending => DatabaseFound::Older { place, pending },
        })
    }

    /// Which database it is and where, for people.
    #[must_use]
    pub fn place(&self) -> String {
        self.store.place()
    }

    /// The rights that others have to the file of SQLite, as `chmod` writes them; `None` where they have none.
    #[must_use]
    pub fn exposed(&self) -> Option<String> {
        self.store.exposed()
    }

    /// How its server is known, where it is beyond this machine.
    #[must_use]
    pub fn link(&self) -> Option<Link> {
        self.store.link()
    }

    /// When a mailbox was last read to the end; `None` when none ever was.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn last_success_at(&self) -> Result<Option<DateTime<Utc>>, Failure> {
        let states = self.store.states(&Reach::Everyone).await?;
        let parts = states.iter().flat_map(|(_, state)| &state.parts);
        Ok(parts.filter_map(|part| part.last_success_at).max())
    }

    /// What Microsoft last said that is wrong with our registration, such as an expired secret, and of how many
    /// accounts.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn registration_trouble(&self) -> Result<Option<(Trouble, usize)>, Failure> {
        let grants = self.store.grants(&Reach::Everyone).await?;
        let of_us = |grant: &Grant| {
            grant.troubles.values().find(|trouble| trouble.class == RefusalClass::Registration).cloned()
        };
        let troubles: Vec<_> = grants.iter().filter_map(of_us).collect();
        let accounts = troubles.len();
        Ok(troubles.into_iter().max_by_key(|trouble| trouble.at).map(|last| (last, accounts)))
    }

    /// What keeps the secrets in it shut: that there is no ring, or that it is another database's; `None`
    /// where nothing does.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn key_fault(&self, source: &KeySource) -> Result<Option<Failure>, Failure> {
        let ring = match Ring::load(source) {
            Ok(ring) => ring,
            Err(error) => return Ok(Some(error.into())),
        };
        match fit(&self.store, &ring).await {
            Err(StrongboxError::Store(error)) => Err(error.into()),
            fits => Ok(fits.err().map(Failure::from)),
        }
    }

    /// The accounts whose owner somebody has changed in the database, or whose key they have taken away.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn changed_owners(&self, ring: &Ring) -> Result<Vec<AccountId>, Failure> {
        Ok(changed_owners(&self.store, ring).await?)
    }

    /// How a ring fits. The first one that meets a database is its ring.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn fit(&self, ring: &Ring) -> Result<RingFit, Failure> {
        let uses = key_uses(&self.store, ring, self.clock.now()).await?;
        let missing: Vec<_> = uses.iter().filter(|usage| !usage.in_ring && usage.is_needed()).collect();
        if !missing.is_empty() {
            return Ok(RingFit::Lacks(ids(&missing), missing.iter().map(|usage| usage.accounts).sum()));
        }
        match fit(&self.store, ring).await {
            Err(StrongboxError::Store(error)) => Err(error.into()),
            Err(error) => Ok(RingFit::Wrong(error.into(), uses.iter().map(|usage| usage.accounts).sum())),
            Ok(_) => {
                let older: Vec<_> = uses.iter().filter(|usage| !usage.active && usage.is_needed()).collect();
                Ok(RingFit::Fits(ids(&older)))
            }
        }
    }
}

fn ids(uses: &[&KeyUse]) -> Vec<u32> {
    uses.iter().map(|usage| usage.id).collect()
}
