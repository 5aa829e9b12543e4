//! The only form in which a plain secret exists: redacted when shown, zeroed when dropped, never serialised.

use aes_gcm::aead::Generate;
use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
pub use secrecy::{ExposeSecret, SecretBox as Secret};
use zeroize::Zeroizing;

/// A secret text: a password, a token, a serialised session.
pub type SecretText = Secret<String>;

/// Wraps a text that is secret.
#[must_use]
pub fn secret(text: String) -> SecretText {
    Secret::new(Box::new(text))
}

/// A second owner for the same secret: `SecretBox` has no `Clone`, so that every copy is on purpose.
#[must_use]
pub fn copy(of: &SecretText) -> SecretText {
    secret(of.expose_secret().clone())
}

/// A fresh secret that nobody can guess: 256 random bits as 43 characters of base64url.
#[must_use]
pub fn random() -> SecretText {
    secret(BASE64_URL_SAFE_NO_PAD.encode(*Zeroizing::new(<[u8; 32]>::generate())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn random_secrets_are_long_and_never_alike() {
        let (one, two) = (random(), random());
        assert_eq!(one.expose_secret().len(), 43);
        assert_ne!(one.expose_secret(), two.expose_secret());
    }
}
