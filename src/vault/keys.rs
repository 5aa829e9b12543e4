//! The keys of a ring: numbered, one of which seals while all of them open. They never change; a ring is
//! exchanged whole.
//!
//! ```text
//! # a comment
//! 1:<44 characters>
//! 2:<44 characters>
//! active:2
//! ```
//! A key is 32 random bytes in standard base64. `active` may be left out where there is one key. A single
//! line of base64 alone is key 1. A new key gets the number after the greatest, so that numbers tell which is
//! newer.

use super::record::{self, Place};
use super::{DataKey, Key, VaultError, key_of, random_key};
use crate::secret::ExposeSecret;
use base64::prelude::{BASE64_STANDARD, Engine as _};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use zeroize::Zeroizing;

const CANARY: Place<'_> = Place { table: "canary", column: "sealed", row: "", account: "" };
const CANARY_TEXT: &[u8] = b"outlook-syncd canary";

/// The keys that wrap data keys.
#[derive(Debug)]
pub(super) struct WrappingKeys {
    keys: BTreeMap<u32, Key>,
    active: u32,
}

impl WrappingKeys {
    /// Reads a ring from its text. `origin` names the source in errors.
    ///
    /// # Errors
    /// `VaultError` when the text is no ring, or a key in it can be guessed.
    pub(super) fn parse(text: &str, origin: &str) -> Result<Self, VaultError> {
        let (mut keys, mut active) = (BTreeMap::new(), None);
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let (name, value) = line.split_once(':').unwrap_or(("1", line));
            let twice = if name == "active" {
                active.replace(number(value, origin)?).is_some()
            } else {
                let id = number(name, origin)?;
                keys.insert(id, strong_key(id, value, origin)?).is_some()
            };
            if twice {
                return Err(malformed(origin, "two lines say the same thing"));
            }
        }
        let only = (keys.len() == 1).then(|| keys.keys().next().copied()).flatten();
        match active.or(only).filter(|id| keys.contains_key(id)) {
            Some(active) => Ok(Self { keys, active }),
            None => Err(malformed(origin, "no line `active:ID` says which of its keys seals")),
        }
    }

    /// The text that `parse` reads.
    pub(super) fn text(&self) -> Zeroizing<String> {
        // Room for all of it at once: a buffer that grows leaves copies behind.
        let mut text = Zeroizing::new(String::with_capacity(256 + 64 * self.keys.len()));
        text.push_str("# The key ring of outlook-syncd. Keep a copy away from the database's backups.\n");
        for (id, key) in &self.keys {
            let _ = write!(text, "{id}:");
            BASE64_STANDARD.encode_string(key.expose_secret().as_slice(), &mut text);
            text.push('\n');
        }
        let _ = writeln!(text, "active:{}", self.active);
        text
    }

    /// A ring of one fresh key.
    pub(super) fn fresh() -> Self {
        Self { keys: BTreeMap::from([(1, random_key())]), active: 1 }
    }

    /// These keys and a fresh one, which seals from now on.
    pub(super) fn with_a_fresh_one(mut self) -> Self {
        let greatest = self.keys.keys().next_back().copied().unwrap_or_default();
        self.active = greatest.checked_add(1).expect("nobody makes four thousand million keys");
        self.keys.insert(self.active, random_key());
        self
    }

    /// These keys without one.
    pub(super) fn without(mut self, id: u32) -> Self {
        self.keys.remove(&id);
        self
    }

    /// Which keys there are.
    pub(super) fn ids(&self) -> Vec<u32> {
        self.keys.keys().copied().collect()
    }

    /// Which one seals.
    pub(super) fn active(&self) -> u32 {
        self.active
    }

    /// Wraps an account's data key: 65 bytes, 32 more for each generation.
    pub(super) fn wrap(&self, account: &str, key: &DataKey) -> Vec<u8> {
        record::seal(self.active, self.active_key(), &wrapped(account), &key.plain())
    }

    /// Unwraps the data key of this account.
    pub(super) fn unwrap(&self, account: &str, wrapped_key: &[u8]) -> Result<DataKey, VaultError> {
        DataKey::from_plain(&self.open(&wrapped(account), wrapped_key)?)
    }

    /// A record that only this ring opens, to be kept in the database.
    pub(super) fn canary_seal(&self) -> Vec<u8> {
        record::seal(self.active, self.active_key(), &CANARY, CANARY_TEXT)
    }

    /// Tells by the canary in the database whether this is its ring.
    pub(super) fn canary_open(&self, canary: &[u8]) -> Result<(), VaultError> {
        match self.open(&CANARY, canary) {
            Ok(text) if *text == CANARY_TEXT => Ok(()),
            Ok(_) | Err(VaultError::Damaged { .. }) => Err(VaultError::WrongKey),
            Err(other) => Err(other),
        }
    }

    fn active_key(&self) -> &Key {
        &self.keys[&self.active]
    }

    /// The key is the one that the record names; the name is authenticated. Keys are never tried in turn.
    fn open(&self, place: &Place<'_>, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        let id = record::key_id(sealed)?;
        let key = self.keys.get(&id).ok_or(VaultError::UnknownKey(id))?;
        record::open(key, place, sealed)
    }
}

fn wrapped(account: &str) -> Place<'_> {
    Place { table: "data_key", column: "wrapped", row: account, account }
}

fn malformed(origin: &str, why: &'static str) -> VaultError {
    VaultError::Malformed { origin: origin.to_owned(), why }
}

fn number(text: &str, origin: &str) -> Result<u32, VaultError> {
    text.parse().map_err(|_| malformed(origin, "a key's id is not a number"))
}

fn strong_key(id: u32, text: &str, origin: &str) -> Result<Key, VaultError> {
    let bytes = BASE64_STANDARD.decode(text).map(Zeroizing::new).unwrap_or_default();
    let bytes: &[u8; 32] =
        bytes.as_slice().try_into().map_err(|_| malformed(origin, "a key is not 32 bytes in base64"))?;
    match weakness(bytes) {
        Some(why) => Err(VaultError::Weak { origin: origin.to_owned(), id, why }),
        None => Ok(key_of(bytes)),
    }
}

/// Why a key can be guessed. A random one falls under this less than once in 10^13.
fn weakness(key: &[u8; 32]) -> Option<&'static str> {
    let step = key[1].wrapping_sub(key[0]);
    if key.windows(2).all(|pair| pair[1].wrapping_sub(pair[0]) == step) {
        Some("its bytes are all equal or count up")
    } else if key.iter().all(|byte| matches!(byte, b' '..=b'~')) {
        Some("it is text, not random bytes")
    } else if key.iter().collect::<BTreeSet<_>>().len() < 16 {
        Some("its bytes repeat too often to be random")
    } else {
        None
    }
}

#[cfg(test)]
mod tests;
