//! Passwords that were tried are known again by a name, and kept nowhere.
//!
//! ```text
//! quick   HMAC-SHA256 of the password under the account's key, cut to 128 bits, hexadecimal
//! name    "argon2id:" | Argon2id of `quick`, 128 bits, hexadecimal: 64 MiB, three passes, one lane;
//!         secret: the account's key, salt: SHA-256 of the account's id
//! ```
//! The costs are the second choice of RFC 9106, section 4, on one lane: whoever has database and key has to
//! pay them for each password that they guess. `quick` alone was the name once: names of then are slowed
//! down without their passwords.

use super::{Key, mac};
use crate::secret::{ExposeSecret, SecretText};
use argon2::{Algorithm, Argon2, Params, Version};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;

/// Memory, in KiB.
const MEMORY: u32 = 64 * 1024;
const PASSES: u32 = 3;
const LANES: u32 = 1;
/// Bytes of a name that are kept.
const LENGTH: usize = 16;
/// How a name begins that is slow to guess from.
pub(super) const PREFIX: &str = "argon2id:";

pub(super) fn name(key: &Key, account: &str, password: &SecretText) -> String {
    slowed(key, account, &quick(key, password))
}

pub(super) fn slowed(key: &Key, account: &str, quick: &str) -> String {
    let params = Params::new(MEMORY, PASSES, LANES, Some(LENGTH)).expect("the costs are within bounds");
    let argon2 = Argon2::new_with_secret(key.expose_secret(), Algorithm::Argon2id, Version::V0x13, params)
        .expect("a key is a secret of fitting length");
    let mut name = [0; LENGTH];
    argon2
        .hash_password_into(quick.as_bytes(), &Sha256::digest(account.as_bytes()), &mut name)
        .expect("salt and length are within bounds");
    format!("{PREFIX}{}", hex(&name))
}

fn quick(key: &Key, password: &SecretText) -> String {
    hex(&mac(key.expose_secret(), password.expose_secret().as_bytes())[..LENGTH])
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
