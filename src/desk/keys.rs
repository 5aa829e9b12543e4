//! The keys that seal: what each does for the database, and their rotation and retirement.
//!
//! The key file is safe on the disk before anything is sealed with a new key, and the database goes by a key
//! (its canary) before data keys are wrapped anew: from then on every statement refuses what an older key
//! wrapped. So a process with an old ring loses nothing, and a key that nothing needs is needed by nobody.
//! Each step may be done again.

use super::Database;
use super::error::Result;
use crate::model::{Actor, AuditAction, AuditEntry};
use crate::store::Store;
use crate::strongbox::{Strongbox, StrongboxError, fit, key_uses};
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
        let ring = Ring::load(source)?;
        // The first ring that meets a database is its ring. One that does not fit is told of all the same.
        if let Err(StrongboxError::Store(error)) = fit(&self.store, &ring).await {
            return Err(error.into());
        }
        Ok(key_uses(&self.store, &ring, self.clock.now()).await?)
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
        if let Some(added) = add_when_rotated(&uses, file)? {
            told(RotationStep::Added(added));
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

    /// Takes a key out of the file, and then writes it down. Doing it again changes nothing, and writes down
    /// what an interrupted one left out.
    ///
    /// # Errors
    /// When the key seals or anything needs it; when the file has no ring of this database, or cannot be
    /// changed; those of the database.
    pub async fn retire_key(&self, actor: &Actor, file: &Path, id: u32) -> Result<()> {
        let (_, uses) = self.ring(file).await?;
        remove_when_unneeded(&uses, file, id)?;
        // Numbers count up: a newer one was never in the file.
        if uses.iter().any(|usage| usage.active && usage.id > id) {
            let line = AuditEntry::by(self.clock.now(), actor, AuditAction::KeyRetired);
            self.store.audit_once(&AuditEntry { detail: Some(id.to_string()), ..line }).await?;
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

/// Adds a fresh key to the file unless a rotation is under way; its number.
///
/// # Errors
/// When the file cannot be changed.
pub fn add_when_rotated(uses: &[KeyUse], file: &Path) -> std::result::Result<Option<u32>, VaultError> {
    is_rotated(uses).then(|| add_key(file)).transpose()
}

/// Removes a key from the file, where it is in it.
///
/// # Errors
/// What the key is needed for; when the file cannot be changed.
pub fn remove_when_unneeded(uses: &[KeyUse], file: &Path, id: u32) -> std::result::Result<(), VaultError> {
    if may_retire(uses, id)? { remove_key(file, id) } else { Ok(()) }
}

/// Whether nothing needs another key than the one that seals.
fn is_rotated(uses: &[KeyUse]) -> bool {
    uses.iter().all(|usage| usage.active || !usage.in_ring || !usage.is_needed())
}

/// Whether a key that may be retired is in the ring at all.
///
/// # Errors
/// What it is needed for.
fn may_retire(uses: &[KeyUse], id: u32) -> std::result::Result<bool, VaultError> {
    // Numbers begin at 1 and count up: one that is not there and not older than the newest was never made.
    if id == 0 || uses.iter().all(|usage| usage.id < id) && !uses.is_empty() {
        return Err(VaultError::NoSuchKey(id));
    }
    match uses.iter().find(|usage| usage.id == id) {
        Some(usage) if usage.active => Err(VaultError::Active(id)),
        Some(usage) if usage.is_needed() => {
            Err(VaultError::InUse { id, accounts: usage.accounts, tokens: usage.tokens })
        }
        Some(KeyUse { sign_ins: 1.., .. }) => Err(VaultError::SigningIn(id)),
        usage => Ok(usage.is_some()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_retired_when_nothing_needs_it_not_even_a_sign_in_under_way() {
        let old = KeyUse {
            id: 1,
            in_ring: true,
            active: false,
            canary: false,
            accounts: 0,
            tokens: 0,
            sign_ins: 0,
        };
        assert!(may_retire(std::slice::from_ref(&old), 1).unwrap());
        let signing_in = KeyUse { sign_ins: 1, ..old.clone() };
        assert!(matches!(may_retire(&[signing_in], 1), Err(VaultError::SigningIn(1))));
        for in_use in
            [KeyUse { accounts: 1, sign_ins: 1, ..old.clone() }, KeyUse { tokens: 1, ..old.clone() }]
        {
            assert!(matches!(may_retire(&[in_use], 1), Err(VaultError::InUse { .. })));
        }
        assert!(matches!(
            may_retire(&[KeyUse { active: true, ..old.clone() }], 1),
            Err(VaultError::Active(1))
        ));
        let newest = KeyUse { id: 3, active: true, ..old.clone() };
        assert!(!may_retire(std::slice::from_ref(&newest), 1).unwrap(), "done before");
        for never in [0, 9] {
            let made = may_retire(std::slice::from_ref(&newest), never);
            assert!(matches!(made, Err(VaultError::NoSuchKey(id)) if id == never));
        }
    }
}
