//! A mark: what proves that a row which lies in plain was written by who has the ring.
//!
//! ```text
//! 0x02 | key id u32 | HMAC-SHA256, 32 bytes        it begins as a record of that key
//! key:  HKDF-SHA256 of the ring's key, label "outlook-syncd mark: " | purpose
//! text: of each field 0x00, or 0x01 | length u32 | bytes
//! ```

use super::record::{self, beginning};
use super::{Key, VaultError};
use crate::secret::ExposeSecret;
use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

/// What stands in the fields of a row, in their order.
pub type Fields<'a> = [Option<&'a [u8]>];

pub(super) fn make(id: u32, key: &Key, purpose: &str, fields: &Fields<'_>) -> Vec<u8> {
    let mut mark = beginning(id).to_vec();
    mark.extend_from_slice(&over(key, purpose, fields).finalize().into_bytes());
    mark
}

/// Whether the mark is this key's over these fields, in constant time.
pub(super) fn fits(key: &Key, purpose: &str, fields: &Fields<'_>, mark: &[u8]) -> Result<bool, VaultError> {
    let id = record::key_id(mark)?;
    let Some(code) = mark.strip_prefix(&beginning(id)) else { return Ok(false) };
    Ok(over(key, purpose, fields).verify_slice(code).is_ok())
}

fn over(key: &Key, purpose: &str, fields: &Fields<'_>) -> Hmac<Sha256> {
    let mut own = Zeroizing::new([0; 32]);
    let label = format!("outlook-syncd mark: {purpose}");
    Hkdf::<Sha256>::new(None, key.expose_secret())
        .expand(label.as_bytes(), own.as_mut_slice())
        .expect("32 bytes are not too many");
    let mut mac = Hmac::<Sha256>::new_from_slice(own.as_slice()).expect("HMAC takes a key of any length");
    for field in fields {
        let Some(bytes) = field else {
            mac.update(&[0]);
            continue;
        };
        let length = u32::try_from(bytes.len()).expect("a field is shorter than 4 GiB");
        mac.update(&[1]);
        mac.update(&length.to_be_bytes());
        mac.update(bytes);
    }
    mac
}
