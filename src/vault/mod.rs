//! The vault: what lies in the database sealed, and the keys that open it. No SQL, no I/O but the key file.
//!
//! Two layers. A [`Ring`] of keys, kept outside the database, wraps one [`DataKey`] per account; the data key seals
//! that account's secrets. So a key is rotated by wrapping a few bytes per account anew, and an account is erased for
//! good, from backups too, by destroying its data key.
//!
//! Everything sealed is one record (`record.rs`), bound to its [`Place`]: moved to another row, column or account, it
//! does not open. There is no cleartext form: what is not a record is an error.
//!
//! A key may seal 2^32 records with random nonces (NIST SP 800-38D). A data key seals a few per cycle of its account,
//! at five minutes well below 2^21 a year; a ring key one per account.

mod data_key;
mod error;
mod record;
mod ring;
mod source;

pub use data_key::DataKey;
pub use error::VaultError;
pub use record::Place;
pub use ring::Ring;
pub use source::{KeySource, new_key_file};

/// A key of AES-256: 32 bytes on the heap, zeroed when dropped, never shown.
type Key = crate::secret::Secret<[u8; 32]>;
