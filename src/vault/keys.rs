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

use super::mark::{self, Fields};
use super::record::{self, FORM, OLD, Place};
use super::{DataKey, Forms, Key, VaultError, key_of, random_key};
use crate::secret::ExposeSecret;
use base64::prelude::{BASE64_STANDARD, Engine as _};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use zeroize::Zeroizing;

const CANARY: Place<'_> = Place { table: "canary", column: "sealed", row: "", account: "" };
const CANARY_TEXT: &[u8] = b"outlook-syncd canary";
/// The same while records of the form before are left.
const MIXED_TEXT: &[u8] = b"outlook-syncd canary: forms are mixed";

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
        for line in text.lines().map(bare).filter(|line| !line.is_empty() && !line.starts_with('#')) {
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

    /// Wraps the data key of an account and its owner: 97 bytes, 32 more for each generation after the first.
    pub(super) fn wrap(&self, account: &str, owner: &str, key: &DataKey) -> Vec<u8> {
        record::seal(self.active, self.active_key(), &wrapped(account, owner), &key.plain())
    }

    /// Unwraps the data key of this account and this owner.
    pub(super) fn unwrap(
        &self,
        account: &str,
        owner: &str,
        wrapped_key: &[u8],
    ) -> Result<DataKey, VaultError> {
        match self.open(FORM, &wrapped(account, owner), wrapped_key) {
            Err(VaultError::Damaged { .. }) => Err(VaultError::OwnerChanged),
            opened => DataKey::from_plain(&opened?),
        }
    }

    /// A record that only this ring opens, to be kept in the database.
    pub(super) fn canary_seal(&self, forms: Forms) -> Vec<u8> {
        canary(self.active, self.active_key(), forms)
    }

    /// One by the same key as another that tells of these forms.
    pub(super) fn canary_retold(&self, other: &[u8], forms: Forms) -> Result<Vec<u8>, VaultError> {
        Ok(canary(record::key_id(other)?, self.key_of(other)?, forms))
    }

    /// Tells by the canary in the database whether this is its ring, and in which forms the rest is sealed.
    pub(super) fn canary_open(&self, canary: &[u8]) -> Result<Forms, VaultError> {
        let form = canary.first().copied().filter(|form| *form == OLD).unwrap_or(FORM);
        match self.open(form, &CANARY, canary) {
            Ok(text) if *text == CANARY_TEXT => Ok(if form == OLD { Forms::Old } else { Forms::Today }),
            Ok(text) if *text == MIXED_TEXT => Ok(Forms::Mixed),
            Ok(_) | Err(VaultError::Damaged { .. }) => Err(VaultError::WrongKey),
            Err(other) => Err(other),
        }
    }

    /// A mark over what stands in a row.
    pub(super) fn mark(&self, purpose: &str, fields: &Fields<'_>) -> Vec<u8> {
        mark::make(self.active, self.active_key(), purpose, fields)
    }

    /// Whether the mark is over these fields. The key is the one that it names.
    pub(super) fn is_marked(
        &self,
        purpose: &str,
        fields: &Fields<'_>,
        mark: &[u8],
    ) -> Result<bool, VaultError> {
        mark::fits(self.key_of(mark)?, purpose, fields, mark)
    }

    fn active_key(&self) -> &Key {
        &self.keys[&self.active]
    }

    /// The key is the one that the record names; the name is authenticated. Keys are never tried in turn.
    pub(super) fn open(
        &self,
        form: u8,
        place: &Place<'_>,
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        record::open(form, self.key_of(sealed)?, place, sealed)
    }

    fn key_of(&self, sealed: &[u8]) -> Result<&Key, VaultError> {
        let id = record::key_id(sealed)?;
        self.keys.get(&id).ok_or(VaultError::UnknownKey(id))
    }
}

/// A line without the blanks and the byte order mark that editors put around it.
fn bare(line: &str) -> &str {
    line.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}')
}

fn canary(id: u32, key: &Key, forms: Forms) -> Vec<u8> {
    record::seal(id, key, &CANARY, if forms == Forms::Today { CANARY_TEXT } else { MIXED_TEXT })
}

fn wrapped<'a>(account: &'a str, owner: &'a str) -> Place<'a> {
    Place { table: "data_key", column: "wrapped", row: owner, account }
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
