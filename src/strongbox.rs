//! Where vault and store meet: an account's secrets go in plain and lie in the database sealed.

mod keys;
mod oauth;

pub use keys::{KeyUse, Rewrapped, key_uses};
pub use oauth::TakenFlow;

use crate::clock::Clock;
use crate::error::{Classify, Meaning};
use crate::model::AccountId;
use crate::secret::SecretText;
use crate::store::{Claim, Store, StoreError};
use crate::vault::{DataKey, Place, Ring, SEALS_AT_MOST, VaultError};
use std::sync::Arc;

const SESSION: &str = "session";
const PASSWORD: &str = "password";

/// The secrets of all accounts. Data keys are unwrapped for each use and never kept: another process may have
/// destroyed or replaced them, and to unwrap one costs microseconds.
#[derive(Debug, Clone)]
pub struct Strongbox {
    store: Store,
    ring: Arc<Ring>,
    clock: Clock,
    seals_at_most: u64,
}

/// Why a secret was not put away or found.
#[derive(Debug, thiserror::Error)]
pub enum StrongboxError {
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The key is not the right one, or a record does not open.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

impl Classify for StrongboxError {
    fn meaning(&self) -> Meaning {
        match self {
            Self::Store(error) => error.meaning(),
            Self::Vault(error) => error.meaning(),
        }
    }
}

type Result<T> = std::result::Result<T, StrongboxError>;

impl Strongbox {
    /// Opens the secrets of this database. The first ring that ever opened it is its ring: it leaves a canary
    /// there, and a ring that cannot read the canary is refused.
    ///
    /// # Errors
    /// `VaultError::WrongKey` for another ring, `UnknownKey` for one that lacks the key; `StoreError` when
    /// the database fails.
    pub async fn open(store: Store, ring: Ring, clock: Clock) -> Result<Self> {
        if store.canary().await?.is_none() {
            store.put_canary(&ring.canary_seal()).await?;
        }
        // Read back: of two that begin at once, the first one's canary counts.
        ring.canary_open(&store.canary().await?.unwrap_or_default())?;
        Ok(Self { store, ring: Arc::new(ring), clock, seals_at_most: SEALS_AT_MOST })
    }

    /// Puts the browser session of a sign-in away in place of the one before.
    ///
    /// # Errors
    /// When the database fails, the account is gone or its key does not open.
    pub async fn put_session(&self, account: &AccountId, session: &SecretText) -> Result<()> {
        let sealed = self.key_or_new(account).await?.seal(&place(account, SESSION), session);
        Ok(self.store.put_sealed(account, SESSION, &sealed, self.clock.now()).await?)
    }

    /// Puts away what a turn made of the browser session, as long as its claim holds: the session of a new
    /// sign-in, or of the next holder, is never replaced by an older one.
    ///
    /// # Errors
    /// `StoreError::LeaseLost` when the claim no longer holds; when the database fails or the account's key
    /// does not open.
    pub async fn put_session_held(&self, claim: &Claim, session: &SecretText) -> Result<()> {
        let account = &claim.account.id;
        let key = self.key_to_seal(account, Some(claim)).await?;
        let sealed = key.seal(&place(account, SESSION), session);
        Ok(self.store.put_sealed_held(claim, SESSION, &sealed, self.clock.now()).await?)
    }

    /// The browser session, if there is one.
    ///
    /// # Errors
    /// When the database fails or the record does not open.
    pub async fn session(&self, account: &AccountId) -> Result<Option<SecretText>> {
        let Some(key) = self.key(account).await? else { return Ok(None) };
        self.get(&key, account, SESSION).await
    }

    /// The version of a password, which itself is not kept. The same password of the same account has the
    /// same version, so that one that was refused is known again when it is typed again; nobody can guess it
    /// by the version.
    ///
    /// # Errors
    /// When the database fails or the account's key does not open.
    pub async fn password_version(&self, account: &AccountId, password: &SecretText) -> Result<String> {
        Ok(self.key_or_new(account).await?.fingerprint(PASSWORD, password))
    }

    async fn get(&self, key: &DataKey, account: &AccountId, kind: &str) -> Result<Option<SecretText>> {
        let Some(sealed) = self.store.sealed(account, kind).await? else { return Ok(None) };
        let place = place(account, kind);
        match key.open(&place, &sealed) {
            // Between the two reads the key got another generation, which sealed the record.
            Err(VaultError::UnknownKey(_)) => {
                let newer = self.key(account).await?;
                Ok(newer.map(|key| key.open(&place, &sealed)).transpose()?)
            }
            opened => Ok(Some(opened?)),
        }
    }

    /// None for an account without secrets, or whose key was destroyed: its records are nothing but noise
    /// then.
    async fn key(&self, account: &AccountId) -> Result<Option<DataKey>> {
        let Some(kept) = self.store.data_key(account).await? else { return Ok(None) };
        Ok(Some(self.ring.unwrap(account.as_str(), &kept.wrapped)?))
    }

    async fn key_or_new(&self, account: &AccountId) -> Result<DataKey> {
        self.key_to_seal(account, None).await
    }
}

fn place<'a>(account: &'a AccountId, kind: &'a str) -> Place<'a> {
    Place { table: "sealed_record", column: "sealed", row: kind, account: account.as_str() }
}

#[cfg(test)]
mod tests;
