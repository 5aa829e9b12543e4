//! The key of one account, which seals its secrets and dies with it.

use super::record::{self, Place};
use super::{Key, VaultError};
use crate::secret::{ExposeSecret, Secret, SecretText, secret};
use aes_gcm::aead::Generate;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::fmt::Write as _;
use zeroize::Zeroizing;

/// The only generation there is; the record has room for more.
const GENERATION: u32 = 1;

/// The key that seals one account's secrets. It is stored only wrapped by the ring.
#[derive(Debug)]
pub struct DataKey(pub(super) Key);

impl DataKey {
    /// A fresh random key.
    #[must_use]
    pub fn generate() -> Self {
        let random = Zeroizing::new(<[u8; 32]>::generate());
        Self(Secret::init_with_mut(|key: &mut [u8; 32]| key.copy_from_slice(&*random)))
    }

    /// Seals a secret for its place.
    #[must_use]
    pub fn seal(&self, place: &Place<'_>, plain: &SecretText) -> Vec<u8> {
        record::seal(GENERATION, &self.0, place, plain.expose_secret().as_bytes())
    }

    /// Opens what was sealed for this place.
    ///
    /// # Errors
    /// `VaultError` when it is no record, or was altered, cut or moved.
    pub fn open(&self, place: &Place<'_>, sealed: &[u8]) -> Result<SecretText, VaultError> {
        let plain = match record::key_id(sealed)? {
            GENERATION => record::open(&self.0, place, sealed)?,
            unknown => return Err(VaultError::UnknownKey(unknown)),
        };
        let text = std::str::from_utf8(&plain).map_err(|_| VaultError::damaged(place))?;
        Ok(secret(text.to_owned()))
    }

    /// A name for a secret, 32 hexadecimal digits: the same for the same secret and purpose under this key, of no
    /// use for guessing without it. HMAC-SHA256, cut to 128 bits, under a key made from this one for the purpose.
    #[must_use]
    pub fn fingerprint(&self, purpose: &str, secret: &SecretText) -> String {
        let label = format!("outlook-syncd fingerprint: {purpose}");
        let key = Zeroizing::new(mac(self.0.expose_secret(), label.as_bytes()));
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
mod tests {
    use super::*;

    const PLACE: Place<'_> =
        Place { table: "sealed_record", column: "sealed", row: "password", account: "a-1" };

    #[test]
    fn only_the_key_that_sealed_opens() {
        let key = DataKey::generate();
        let sealed = key.seal(&PLACE, &secret("invented".into()));
        assert_eq!(key.open(&PLACE, &sealed).unwrap().expose_secret(), "invented");
        assert!(matches!(DataKey::generate().open(&PLACE, &sealed), Err(VaultError::Damaged { .. })));
    }

    #[test]
    fn a_record_of_another_generation_is_refused_by_name() {
        let key = DataKey::generate();
        let other = record::seal(2, &key.0, &PLACE, b"invented");
        assert!(matches!(key.open(&PLACE, &other), Err(VaultError::UnknownKey(2))));
    }

    #[test]
    fn a_fingerprint_tells_secrets_purposes_and_keys_apart() {
        let (key, other) = (DataKey::generate(), DataKey::generate());
        let name = key.fingerprint("password", &secret("invented".into()));
        assert_eq!(name, key.fingerprint("password", &secret("invented".into())));
        assert_ne!(name, key.fingerprint("password", &secret("Invented".into())));
        assert_ne!(name, key.fingerprint("token", &secret("invented".into())));
        assert_ne!(name, other.fingerprint("password", &secret("invented".into())));
    }

    #[test]
    fn what_is_no_text_is_refused() {
        let key = DataKey::generate();
        let bytes = record::seal(GENERATION, &key.0, &PLACE, &[0xff, 0xfe]);
        assert!(matches!(key.open(&PLACE, &bytes), Err(VaultError::Damaged { .. })));
    }

    #[test]
    fn is_not_shown() {
        let key = DataKey::generate();
        assert_eq!(format!("{key:?}"), "DataKey(SecretBox<[u8; 32]>([REDACTED]))");
    }
}
