//! The keys that seal: what each does for the database, and their rotation and retirement.
//!
//! The key file is safe on the disk before anything is sealed with a new key, and the database goes by a key
//! (its canary) before data keys are wrapped anew: from then on every statement refuses what an older key
//! wrapped. So a process with an old ring loses nothing, and a key that nothing needs is needed by nobody.
//! Each step may be done again.

use super::Database;
use super::error::Result;
use crate::model::Actor;
use crate::store::Store;
use crate::strongbox::{Strongbox, StrongboxError, key_uses};
use crate::vault::{KeySource, Ring, VaultError, add_key, remove_key};
use std::path::Path;

pub use crate::strongbox::{KeyUse, Rewrapped};

/// What a rotation has come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RotationStep {
    /// The key file has this new key.
    Added(u32),
    /// The database goes by this key.
    Adopted(u32),
    /// So many accounts are wrapped anew.
    Rewrapped(u64),
}

/// What a rotation has done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rotated {
    /// The key that seals.
    pub active: u32,
    /// What was wrapped anew, and what could not be.
    pub rewrapped: Rewrapped,
    /// Keys of the ring that the database needs no more.
    pub unused: Vec<u32>,
}

impl Database {
    /// Every key that the ring has or the database needs, by number. Works with a ring that does not fit.
    ///
    /// # Errors
    /// When there is no ring; those of the database.
    pub async fn keys(&self, source: &KeySource) -> Result<Vec<KeyUse>> {
        let load = || Ring::load(source);
        // The first ring that meets a database is its ring.
        match Strongbox::open(self.store.clone(), load()?, self.clock.clone()).await {
            Err(StrongboxError::Store(error)) => Err(error.into()),
            Err(StrongboxError::Vault(_)) => Ok(key_uses(&self.store, &load()?, self.clock.now()).await?),
            Ok(strongbox) => Ok(strongbox.key_uses().await?),
        }
    }

    /// Rotates the ring in steps, each of which may be done again: the file gets a key; the database goes by
    /// it; batch after batch is wrapped anew. While anything is still wrapped by an older key the first step
    /// is past. `told` hears of each.
    ///
    /// # Errors
    /// When the file has no ring of this database, or cannot be changed; those of the database.
    pub async fn rotate_key(
        &self,
        actor: &Actor,
        file: &Path,
        mut told: impl FnMut(RotationStep),
    ) -> Result<Rotated> {
        // Opening it says whether this is the database's ring at all.
        let (mut strongbox, mut uses) = self.ring(file).await?;
        if is_rotated(&uses) {
            told(RotationStep::Added(add_key(file)?));
            (strongbox, uses) = self.ring(file).await?;
        }
        let active = uses.iter().find(|usage| usage.active).map_or(0, |usage| usage.id);
        strongbox.adopt_key(&actor.name).await?;
        told(RotationStep::Adopted(active));
        let rewrapped = strongbox.rewrap(|done| told(RotationStep::Rewrapped(done.accounts))).await?;
        let uses = strongbox.key_uses().await?;
        let unused = uses.iter().filter(|usage| !usage.active && !usage.is_needed()).map(|usage| usage.id);
        Ok(Rotated { active, rewrapped, unused: unused.collect() })
    }

    /// Takes a key out of the file. Doing it again changes nothing.
    ///
    /// # Errors
    /// When the key seals or anything needs it; when the file has no ring of this database, or cannot be
    /// changed; those of the database.
    pub async fn retire_key(&self, file: &Path, id: u32) -> Result<()> {
        let (_, uses) = self.ring(file).await?;
        if may_retire(&uses, id)? {
            remove_key(file, id)?;
        }
        Ok(())
    }

    /// The ring of the file alone: a credential is a copy, and a variable cannot be changed.
    async fn ring(&self, file: &Path) -> Result<(Strongbox, Vec<KeyUse>)> {
        if !file.exists() {
            return Err(VaultError::NoFile(file.to_owned()).into());
        }
        let source = KeySource { file: Some(file.to_owned()), ..KeySource::default() };
        let strongbox =
            Strongbox::open(Store::clone(&self.store), Ring::load(&source)?, self.clock.clone()).await?;
        let uses = strongbox.key_uses().await?;
        Ok((strongbox, uses))
    }
}

/// Whether nothing needs another key than the one that seals.
#[must_use]
pub fn is_rotated(uses: &[KeyUse]) -> bool {
    uses.iter().all(|usage| usage.active || !usage.in_ring || !usage.is_needed())
}

/// Whether a key that may be retired is in the ring at all.
///
/// # Errors
/// What it is needed for.
pub fn may_retire(uses: &[KeyUse], id: u32) -> std::result::Result<bool, VaultError> {
    match uses.iter().find(|usage| usage.id == id) {
        Some(usage) if usage.active => Err(VaultError::Active(id)),
        Some(usage) if usage.is_needed() => Err(VaultError::InUse { id, accounts: usage.accounts }),
        Some(KeyUse { sign_ins: 1.., .. }) => Err(VaultError::SigningIn(id)),
        usage => Ok(usage.is_some()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_retired_when_nothing_needs_it_not_even_a_sign_in_under_way() {
        let old = KeyUse { id: 1, in_ring: true, active: false, canary: false, accounts: 0, sign_ins: 0 };
        assert!(may_retire(std::slice::from_ref(&old), 1).unwrap());
        let signing_in = KeyUse { sign_ins: 1, ..old.clone() };
        assert!(matches!(may_retire(&[signing_in], 1), Err(VaultError::SigningIn(1))));
        let in_use = KeyUse { accounts: 1, sign_ins: 1, ..old.clone() };
        assert!(matches!(may_retire(&[in_use], 1), Err(VaultError::InUse { .. })));
        assert!(matches!(may_retire(&[KeyUse { active: true, ..old }], 1), Err(VaultError::Active(1))));
        assert!(!may_retire(&[], 1).unwrap(), "done before");
    }
}
