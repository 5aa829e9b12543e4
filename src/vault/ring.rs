//! The key ring as it is in use: read once, and again when a record needs a key that it lacks, since the file
//! may have got one meanwhile.

use super::keys::WrappingKeys;
use super::mark::Fields;
use super::record;
use super::{DataKey, Forms, KeySource, VaultError};
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

    /// Wraps the data key of an account and its owner: 97 bytes, 32 more for each generation after the first.
    #[must_use]
    pub fn wrap(&self, account: &str, owner: &str, key: &DataKey) -> Vec<u8> {
        self.keys().wrap(account, owner, key)
    }

    /// Unwraps the data key of this account and this owner.
    ///
    /// # Errors
    /// `OwnerChanged` when it was wrapped for another owner or account, or was altered; others when the ring
    /// lacks the key that wrapped it, or it is no record of today's form.
    pub fn unwrap(&self, account: &str, owner: &str, wrapped: &[u8]) -> Result<DataKey, VaultError> {
        self.look_again(key_of_record(wrapped)?)?;
        self.keys().unwrap(account, owner, wrapped)
    }

    /// A record that only this ring opens, to be kept in the database. It tells in which forms the rest is
    /// sealed; it has itself today's.
    #[must_use]
    pub fn canary_seal(&self, forms: Forms) -> Vec<u8> {
        self.keys().canary_seal(forms)
    }

    /// A canary by the same key as another, which tells of these forms.
    ///
    /// # Errors
    /// As `canary_open`.
    pub fn canary_retold(&self, other: &[u8], forms: Forms) -> Result<Vec<u8>, VaultError> {
        self.look_again(key_of_record(other)?)?;
        self.keys().canary_retold(other, forms)
    }

    /// Tells by the canary in the database whether this is its ring, and in which forms the rest is sealed.
    ///
    /// # Errors
    /// `WrongKey` when it is not, `UnknownKey` when it lacks the key of the canary; others when the canary is
    /// no record.
    pub fn canary_open(&self, canary: &[u8]) -> Result<Forms, VaultError> {
        self.look_again(key_of_record(canary)?)?;
        self.keys().canary_open(canary)
    }

    /// A mark over what stands in a row, for one purpose: it fits nothing that was changed or moved there
    /// without this ring.
    #[must_use]
    pub fn mark(&self, purpose: &str, fields: &Fields<'_>) -> Vec<u8> {
        self.keys().mark(purpose, fields)
    }

    /// Whether a mark was made for this purpose over these fields.
    ///
    /// # Errors
    /// `UnknownKey` when the ring lacks the key that it names; others when it is no mark.
    pub fn is_marked(&self, purpose: &str, fields: &Fields<'_>, mark: &[u8]) -> Result<bool, VaultError> {
        self.look_again(key_of_record(mark)?)?;
        self.keys().is_marked(purpose, fields, mark)
    }

    pub(super) fn keys(&self) -> Arc<WrappingKeys> {
        Arc::clone(&self.keys.read().unwrap_or_else(PoisonError::into_inner))
    }
}

/// How every record and mark of today's form begins that this key made; of two records the one of the newer key begins with the
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
