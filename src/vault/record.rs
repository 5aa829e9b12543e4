//! The sealed record: AES-256-GCM with a random nonce, bound to its place.
//!
//! ```text
//! 0x02 | key id u32 | nonce 12 | ciphertext | tag 16        33 bytes more than the plaintext
//! associated data: 0x02 | key id | len table | table | len column | column | len row | row
//!                  | len account | account
//! ```
//! Integers are big-endian, lengths u32. Older contents of the same place still open: a version, where one
//! counts, belongs into the row's name.
//!
//! The first byte is the form. Of form 1 the places were others (`old.rs`); it opens only to be sealed anew.

use super::{Key, VaultError};
use crate::secret::ExposeSecret;
use aes_gcm::aead::{Aead, Generate, KeyInit, Nonce, Payload};
use aes_gcm::{Aes256Gcm, Key as AesKey};
use zeroize::Zeroizing;

/// The form in which everything is sealed.
pub(super) const FORM: u8 = 2;
/// The form of before.
pub(super) const OLD: u8 = 1;
const ID: usize = 1;
const NONCE: usize = ID + 4;
const BODY: usize = NONCE + 12;
const TAG: usize = 16;

/// Where a record lies. It opens nowhere else.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// The table's name in the database.
    pub table: &'a str,
    /// The column's name.
    pub column: &'a str,
    /// What names the row within the account.
    pub row: &'a str,
    /// The account's id; empty for what belongs to none.
    pub account: &'a str,
}

impl Place<'_> {
    fn bind(&self, header: &[u8]) -> Vec<u8> {
        let mut bound = header.to_vec();
        for part in [self.table, self.column, self.row, self.account] {
            let length = u32::try_from(part.len()).expect("the name of a place is shorter than 4 GiB");
            bound.extend_from_slice(&length.to_be_bytes());
            bound.extend_from_slice(part.as_bytes());
        }
        bound
    }
}

/// How every record begins that is sealed with the key that is known as `id`.
pub(super) fn beginning(id: u32) -> [u8; NONCE] {
    let [a, b, c, d] = id.to_be_bytes();
    [FORM, a, b, c, d]
}

/// Seals `plain` with the key that is known as `id`.
pub(super) fn seal(id: u32, key: &Key, place: &Place<'_>, plain: &[u8]) -> Vec<u8> {
    let nonce = Nonce::<Aes256Gcm>::generate();
    let mut record = Vec::with_capacity(BODY + plain.len() + TAG);
    record.extend_from_slice(&beginning(id));
    let payload = Payload { msg: plain, aad: &place.bind(&record) };
    let body = cipher(key).encrypt(&nonce, payload).expect("a secret is shorter than 64 GiB");
    record.extend_from_slice(&nonce);
    record.extend_from_slice(&body);
    record
}

/// The id of the key that a record was sealed with. Trusted only once the record has opened. The record's
/// beginning will do.
pub(super) fn key_id(record: &[u8]) -> Result<u32, VaultError> {
    match record {
        [FORM | OLD, a, b, c, d, ..] => Ok(u32::from_be_bytes([*a, *b, *c, *d])),
        [] | [FORM | OLD, ..] => Err(VaultError::Truncated),
        [version, ..] => Err(VaultError::UnknownVersion(*version)),
    }
}

/// Opens a record of this form with the key that its id names.
pub(super) fn open(
    form: u8,
    key: &Key,
    place: &Place<'_>,
    record: &[u8],
) -> Result<Zeroizing<Vec<u8>>, VaultError> {
    key_id(record)?;
    if record[0] != form {
        return Err(VaultError::OtherForm(record[0]));
    }
    if record.len() < BODY + TAG {
        return Err(VaultError::Truncated);
    }
    let (header, rest) = record.split_at(NONCE);
    let (nonce, body) = rest.split_at(BODY - NONCE);
    let nonce = Nonce::<Aes256Gcm>::try_from(nonce).map_err(|_| VaultError::Truncated)?;
    let payload = Payload { msg: body, aad: &place.bind(header) };
    let plain = cipher(key).decrypt(&nonce, payload).map_err(|_| VaultError::damaged(place))?;
    Ok(Zeroizing::new(plain))
}

fn cipher(key: &Key) -> Aes256Gcm {
    let key: &AesKey<Aes256Gcm> = key.expose_secret().into();
    Aes256Gcm::new(key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::Secret;
    use proptest::prelude::*;

    const PLACE: Place<'_> =
        Place { table: "sealed_record", column: "sealed", row: "session", account: "a-1" };

    fn key() -> Key {
        Secret::init_with_mut(|key: &mut [u8; 32]| key.copy_from_slice(&<[u8; 32]>::generate()))
    }

    #[test]
    fn opens_in_its_place_and_costs_33_bytes() {
        let key = key();
        let record = seal(3, &key, &PLACE, b"cookie");
        assert_eq!(record.len(), 33 + 6);
        assert_eq!(key_id(&record).unwrap(), 3);
        assert_eq!(*open(FORM, &key, &PLACE, &record).unwrap(), b"cookie");
    }

    #[test]
    fn the_same_text_is_never_sealed_alike() {
        let key = key();
        assert_ne!(seal(1, &key, &PLACE, b"x"), seal(1, &key, &PLACE, b"x"));
    }

    #[test]
    fn moved_to_another_place_it_does_not_open() {
        let key = key();
        let record = seal(1, &key, &PLACE, b"cookie");
        for other in [
            Place { table: "account", ..PLACE },
            Place { column: "plain", ..PLACE },
            Place { row: "password", ..PLACE },
            Place { account: "a-2", ..PLACE },
            Place { table: "sealed_recordsealed", column: "", ..PLACE },
            Place { row: PLACE.account, account: PLACE.row, ..PLACE },
        ] {
            assert!(
                matches!(open(FORM, &key, &other, &record), Err(VaultError::Damaged { .. })),
                "{other:?}"
            );
        }
    }

    #[test]
    fn of_another_form_it_does_not_open() {
        let key = key();
        let mut record = seal(1, &key, &PLACE, b"cookie");
        assert!(matches!(open(OLD, &key, &PLACE, &record), Err(VaultError::OtherForm(FORM))));
        record[0] = OLD;
        assert!(matches!(open(FORM, &key, &PLACE, &record), Err(VaultError::OtherForm(OLD))));
        assert!(matches!(open(OLD, &key, &PLACE, &record), Err(VaultError::Damaged { .. })));
    }

    #[test]
    fn every_truncation_is_refused() {
        let key = key();
        let record = seal(1, &key, &PLACE, b"cookie");
        for length in 0..record.len() {
            assert!(open(FORM, &key, &PLACE, &record[..length]).is_err(), "{length} bytes");
        }
    }

    #[test]
    fn text_that_is_no_record_is_refused() {
        let text = br#"{"cookies":[{"name":"invented","value":"invented"}]}"#;
        assert!(matches!(open(FORM, &key(), &PLACE, text), Err(VaultError::UnknownVersion(b'{'))));
    }

    proptest! {
        #[test]
        fn every_flipped_bit_is_refused(plain in proptest::collection::vec(any::<u8>(), 0..48)) {
            let key = key();
            let record = seal(1, &key, &PLACE, &plain);
            prop_assert_eq!(&*open(FORM, &key, &PLACE, &record).unwrap(), &plain);
            for bit in 0..record.len() * 8 {
                let mut bad = record.clone();
                bad[bit / 8] ^= 1 << (bit % 8);
                prop_assert!(open(FORM, &key, &PLACE, &bad).is_err(), "bit {}", bit);
            }
        }

        #[test]
        fn arbitrary_bytes_are_refused(bytes in proptest::collection::vec(any::<u8>(), 0..96)) {
            prop_assert!(open(FORM, &key(), &PLACE, &bytes).is_err());
        }
    }
}
