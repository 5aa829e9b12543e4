//! The key of one account, which seals its secrets and dies with it.

use super::record::{self, Place};
use super::{Key, VaultError, key_of, random_key};
use crate::secret::{ExposeSecret, SecretText, secret};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::fmt::Write as _;
use zeroize::Zeroizing;

/// A key's length, bytes.
const LENGTH: usize = 32;

/// The key that seals one account's secrets, in its generations: the newest seals, all of them open. It is
/// stored only wrapped by the ring.
#[derive(Debug)]
pub struct DataKey(Vec<Key>);

impl DataKey {
    /// A fresh random key, the first generation.
    #[must_use]
    pub fn generate() -> Self {
        Self(vec![random_key()])
    }

    /// The same with a fresh generation, because the newest has sealed enough. What older ones sealed still
    /// opens.
    #[must_use]
    pub fn next(&self) -> Self {
        let mut keys: Vec<_> = self.0.iter().map(|key| key_of(key.expose_secret())).collect();
        keys.push(random_key());
        Self(keys)
    }

    /// All generations, one after the other.
    pub(super) fn plain(&self) -> Zeroizing<Vec<u8>> {
        let mut plain = Zeroizing::new(Vec::with_capacity(LENGTH * self.0.len()));
        self.0.iter().for_each(|key| plain.extend_from_slice(key.expose_secret()));
        plain
    }

    pub(super) fn from_plain(plain: &[u8]) -> Result<Self, VaultError> {
        match plain.as_chunks::<LENGTH>() {
            (keys @ [_, ..], []) => Ok(Self(keys.iter().map(key_of).collect())),
            _ => Err(VaultError::Truncated),
        }
    }

    /// Seals a secret for its place.
    #[must_use]
    pub fn seal(&self, place: &Place<'_>, plain: &SecretText) -> Vec<u8> {
        let generation = u32::try_from(self.0.len()).unwrap_or(u32::MAX);
        let newest = &self.0[self.0.len() - 1];
        record::seal(generation, newest, place, plain.expose_secret().as_bytes())
    }

    /// Opens what was sealed for this place. The generation is the one that the record names; the name is
    /// authenticated.
    ///
    /// # Errors
    /// `UnknownKey` when a newer generation sealed it: then this key is out of date. Others when it is no
    /// record, or was altered, cut or moved.
    pub fn open(&self, place: &Place<'_>, sealed: &[u8]) -> Result<SecretText, VaultError> {
        let generation = record::key_id(sealed)?;
        let index = usize::try_from(generation).ok().and_then(|generation| generation.checked_sub(1));
        let key = index.and_then(|index| self.0.get(index)).ok_or(VaultError::UnknownKey(generation))?;
        let plain = record::open(key, place, sealed)?;
        let text = std::str::from_utf8(&plain).map_err(|_| VaultError::damaged(place))?;
        Ok(secret(text.to_owned()))
    }

    /// A name for a secret, 32 hexadecimal digits: the same for the same secret and purpose under this key,
    /// of no use for guessing without it. HMAC-SHA256, cut to 128 bits, under a key made from the first
    /// generation for the purpose: it stays when the key gets another.
    #[must_use]
    pub fn fingerprint(&self, purpose: &str, secret: &SecretText) -> String {
        let label = format!("outlook-syncd fingerprint: {purpose}");
        let key = Zeroizing::new(mac(self.0[0].expose_secret(), label.as_bytes()));
        mac(&key, secret.expose_secret().as_bytes())[..16].iter().fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
    }
}

fn mac(key: &[u8; 32], text: &[u8]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
    mac.update(text);
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests;
