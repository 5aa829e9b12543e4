//! The key ring as it is in use: read once, and again when a record needs a key that it lacks, since the file
//! may have got one meanwhile.

use super::keys::WrappingKeys;
use super::record;
use super::{DataKey, KeySource, VaultError};
use std::sync::{Arc, PoisonError, RwLock};

/// The keys that wrap data keys, and where they came from.
#[derive(Debug)]
pub struct Ring {
    keys: RwLock<Arc<WrappingKeys>>,
    source: KeySource,
}

impl Ring {
    /// Loads the ring.
    ///
    /// # Errors
    /// `VaultError` when there is none, it can be read by others, is not understood or can be guessed.
    pub fn load(source: &KeySource) -> Result<Self, VaultError> {
        Ok(Self { keys: RwLock::new(Arc::new(source.keys()?)), source: source.without_environment() })
    }

    /// Looks once more where keys are kept, and takes the first ring that has this key in place of the one in
    /// use.
    ///
    /// # Errors
    /// `UnknownKey` when none has it; then the ring in use stays.
    pub fn look_again(&self, id: u32) -> Result<(), VaultError> {
        if self.keys().ids().contains(&id) {
            return Ok(());
        }
        let found = self.source.keys_with(id).ok_or(VaultError::UnknownKey(id))?;
        tracing::info!(key = id, active = found.active(), "the key ring was read again");
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(found);
        Ok(())
    }

    /// Which keys it has.
    #[must_use]
    pub fn ids(&self) -> Vec<u32> {
        self.keys().ids()
    }

    /// Which key seals.
    #[must_use]
    pub fn active(&self) -> u32 {
        self.keys().active()
    }

    /// Wraps an account's data key: 65 bytes, 32 more for each generation after the first.
    #[must_use]
    pub fn wrap(&self, account: &str, key: &DataKey) -> Vec<u8> {
        self.keys().wrap(account, key)
    }

    /// Unwraps the data key of this account.
    ///
    /// # Errors
    /// `VaultError` when the ring lacks the key that wrapped it, or it was altered or belongs to another
    /// account.
    pub fn unwrap(&self, account: &str, wrapped: &[u8]) -> Result<DataKey, VaultError> {
        self.look_again(key_of_record(wrapped)?)?;
        self.keys().unwrap(account, wrapped)
    }

    /// A record that only this ring opens, to be kept in the database.
    #[must_use]
    pub fn canary_seal(&self) -> Vec<u8> {
        self.keys().canary_seal()
    }

    /// Tells by the canary in the database whether this is its ring.
    ///
    /// # Errors
    /// `WrongKey` when it is not, `UnknownKey` when it lacks the key of the canary; others when the canary is
    /// no record.
    pub fn canary_open(&self, canary: &[u8]) -> Result<(), VaultError> {
        self.look_again(key_of_record(canary)?)?;
        self.keys().canary_open(canary)
    }

    fn keys(&self) -> Arc<WrappingKeys> {
        Arc::clone(&self.keys.read().unwrap_or_else(PoisonError::into_inner))
    }
}

/// How every record begins that this key sealed; of two records the one of the newer key begins with the
/// greater bytes.
#[must_use]
pub fn beginning(id: u32) -> [u8; 5] {
    record::beginning(id)
}

/// The key that a record names; its beginning will do. It is trusted only once the record has opened.
///
/// # Errors
/// `VaultError` when it is no record.
pub fn key_of_record(record: &[u8]) -> Result<u32, VaultError> {
    record::key_id(record)
}

#[cfg(test)]
mod tests;
