//! The vault: what lies in the database sealed, and the keys that open it. No SQL, no I/O but the key file.
//!
//! Two layers. A [`Ring`] of keys, kept outside the database, wraps one [`DataKey`] per account; the data key
//! seals that account's secrets. So a key is rotated by wrapping a few bytes per account anew, and what is left of
//! an account's records opens no more once its data key is destroyed; a backup from before has both.
//!
//! Everything sealed is one record (`record.rs`), bound to its [`Place`]: moved to another row, column or
//! account, it does not open. There is no cleartext form: what is not a record is an error. What has to lie in
//! plain and may be written by nobody else has a mark of the ring beside it (`mark.rs`).
//!
//! A key may seal 2^32 records with random nonces (NIST SP 800-38D): at [`SEALS_AT_MOST`] a data key gets a
//! new generation. It seals a few records per cycle of its account, at five minutes below 2^21 a year.
//!
//! The seals of a ring key are not counted. It seals one per account and rotation, one when an account's key
//! gets a generation or is shredded, and one for each sign-in by OAuth that somebody begins and each answer that is kept:
//! at one a second, day and night, 2^32 are reached after 136 years. Marks have no nonces.

mod data_key;
mod error;
mod file;
mod keys;
mod mark;
mod old;
mod password;
mod record;
mod ring;
mod scram;
mod source;
mod verifier;

pub use data_key::DataKey;
pub use error::{CHANGED, VaultError};
pub use file::{add_key, new_key_file, remove_key};
pub use mark::Fields;
pub use old::SINCE;
pub use record::Place;
pub use ring::{Ring, beginning, key_of_record};
pub use scram::scram_verifier;
pub use source::KeySource;
pub use verifier::{is_password, password_verifier};

use aes_gcm::aead::Generate;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

/// After so many seals a data key gets a new generation. Two of its nonces are alike then with a chance of
/// 2^-41.
pub const SEALS_AT_MOST: u64 = 1 << 28;

/// In which forms what is sealed lies in a database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Forms {
    /// In that of before.
    Old,
    /// In both: it is being sealed anew.
    Mixed,
    /// In today's alone: what comes in that of before was put there by somebody else.
    Today,
}

/// A key of AES-256: 32 bytes on the heap, zeroed when dropped, never shown.
type Key = crate::secret::Secret<[u8; 32]>;

fn key_of(bytes: &[u8; 32]) -> Key {
    Key::init_with_mut(|key: &mut [u8; 32]| key.copy_from_slice(bytes))
}

fn mac(key: &[u8; 32], text: &[u8]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
    mac.update(text);
    mac.finalize().into_bytes().into()
}

fn random_key() -> Key {
    key_of(&Zeroizing::new(<[u8; 32]>::generate()))
}
