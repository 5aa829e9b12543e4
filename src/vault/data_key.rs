//! The key of one account, which seals its secrets and dies with it.

use super::record::{self, FORM, Place};
use super::{Key, VaultError, key_of, mac, password, random_key};
use crate::secret::{ExposeSecret, SecretText, secret};
use zeroize::Zeroizing;

/// A key's length, bytes.
pub(super) const LENGTH: usize = 32;

/// The key that seals one account's secrets, in its generations: the newest seals, all of them open. It is
/// stored only wrapped by the ring.
///
/// Apart from them it has a key by which passwords are known again. That one seals nothing and lives as long
/// as the account.
#[derive(Debug)]
pub struct DataKey {
    passwords: Key,
    generations: Vec<Key>,
}

impl DataKey {
    /// A fresh random key, the first generation.
    #[must_use]
    pub fn generate() -> Self {
        Self { passwords: random_key(), generations: vec![random_key()] }
    }

    /// Keys of the form before, which had none apart for passwords: it was made from the first generation.
    pub(super) fn of_generations(generations: Vec<Key>) -> Option<Self> {
        let first = generations.first()?;
        let passwords = Zeroizing::new(mac(first.expose_secret(), b"outlook-syncd fingerprint: password"));
        Some(Self { passwords: key_of(&passwords), generations })
    }

    /// The same with a fresh generation, because the newest has sealed enough. What older ones sealed still
    /// opens.
    #[must_use]
    pub fn next(&self) -> Self {
        let mut next = Self { generations: self.generations.iter().map(copy).collect(), ..self.emptied() };
        next.generations.push(random_key());
        next
    }

    /// One of a fresh generation alone: what any before it sealed does not open with it. Passwords are known
    /// by it as before.
    #[must_use]
    pub fn shredded(&self) -> Self {
        Self { generations: vec![random_key()], ..self.emptied() }
    }

    fn emptied(&self) -> Self {
        Self { passwords: copy(&self.passwords), generations: Vec::new() }
    }

    /// All of it: the key for passwords, then the generations, one after the other.
    pub(super) fn plain(&self) -> Zeroizing<Vec<u8>> {
        let mut plain = Zeroizing::new(Vec::with_capacity(LENGTH * (self.generations.len() + 1)));
        let keys = std::iter::once(&self.passwords).chain(&self.generations);
        keys.for_each(|key| plain.extend_from_slice(key.expose_secret()));
        plain
    }

    pub(super) fn from_plain(plain: &[u8]) -> Result<Self, VaultError> {
        match plain.as_chunks::<LENGTH>() {
            ([passwords, generations @ ..], []) if !generations.is_empty() => Ok(Self {
                passwords: key_of(passwords),
                generations: generations.iter().map(key_of).collect(),
            }),
            _ => Err(VaultError::Truncated),
        }
    }

    /// Seals a secret for its place.
    #[must_use]
    pub fn seal(&self, place: &Place<'_>, plain: &SecretText) -> Vec<u8> {
        let generation = u32::try_from(self.generations.len()).unwrap_or(u32::MAX);
        let newest = &self.generations[self.generations.len() - 1];
        record::seal(generation, newest, place, plain.expose_secret().as_bytes())
    }

    /// Opens what was sealed for this place. The generation is the one that the record names; the name is
    /// authenticated.
    ///
    /// # Errors
    /// `UnknownKey` when a newer generation sealed it: then this key is out of date. Others when it is no
    /// record, or was altered, cut or moved.
    pub fn open(&self, place: &Place<'_>, sealed: &[u8]) -> Result<SecretText, VaultError> {
        self.open_form(FORM, place, sealed)
    }

    pub(super) fn open_form(
        &self,
        form: u8,
        place: &Place<'_>,
        sealed: &[u8],
    ) -> Result<SecretText, VaultError> {
        let generation = record::key_id(sealed)?;
        let index = usize::try_from(generation).ok().and_then(|generation| generation.checked_sub(1));
        let key = index.and_then(|index| self.generations.get(index));
        let plain = record::open(form, key.ok_or(VaultError::UnknownKey(generation))?, place, sealed)?;
        let text = std::str::from_utf8(&plain).map_err(|_| VaultError::damaged(place))?;
        Ok(secret(text.to_owned()))
    }

    /// A name for a password of this account: the same for the same password, of no use for guessing it
    /// without this key, and of little with it (`password.rs`). It stays when the key gets another
    /// generation. Takes a core for a tenth of a second, and 64 MiB.
    #[must_use]
    pub fn password_name(&self, account: &str, password: &SecretText) -> String {
        password::name(&self.passwords, account, password)
    }

    /// Whether this is such a name, and not one of the form before.
    #[must_use]
    pub fn is_todays_name(name: &str) -> bool {
        name.starts_with(password::PREFIX)
    }

    /// The name of today for a password of which only the name of the form before is known, which was quickly
    /// guessed from.
    #[must_use]
    pub fn password_renamed(&self, account: &str, old: &str) -> String {
        password::slowed(&self.passwords, account, old)
    }
}

fn copy(key: &Key) -> Key {
    key_of(key.expose_secret())
}

#[cfg(test)]
mod tests;
