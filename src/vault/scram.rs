//! What PostgreSQL keeps of a password (SCRAM-SHA-256, RFC 5803 and 7677), made here: the server, its log and
//! whoever watches its statements never have the password.
//!
//! ```text
//! SCRAM-SHA-256$4096:salt$StoredKey:ServerKey        each in base64
//! ```

use crate::secret::{ExposeSecret, SecretText, secret};
use aes_gcm::aead::Generate;
use base64::prelude::{BASE64_STANDARD, Engine as _};
use ring::{digest, hmac, pbkdf2};
use std::num::NonZeroU32;
use zeroize::Zeroizing;

/// As PostgreSQL itself takes by default (`scram_iterations`).
const ROUNDS: NonZeroU32 = NonZeroU32::new(4096).unwrap();

/// What the server keeps of a password of printable ASCII; of other characters it would take another form
/// first (`SASLprep`, RFC 4013).
#[must_use]
pub fn scram_verifier(password: &SecretText) -> SecretText {
    with_salt(password.expose_secret(), &<[u8; 16]>::generate())
}

fn with_salt(password: &str, salt: &[u8]) -> SecretText {
    let mut salted = Zeroizing::new([0; digest::SHA256_OUTPUT_LEN]);
    pbkdf2::derive(pbkdf2::PBKDF2_HMAC_SHA256, ROUNDS, salt, password.as_bytes(), salted.as_mut_slice());
    let key = hmac::Key::new(hmac::HMAC_SHA256, salted.as_slice());
    let stored = digest::digest(&digest::SHA256, hmac::sign(&key, b"Client Key").as_ref());
    let server = hmac::sign(&key, b"Server Key");
    let text = |bytes: &[u8]| BASE64_STANDARD.encode(bytes);
    let (salt, stored, server) = (text(salt), text(stored.as_ref()), text(server.as_ref()));
    secret(format!("SCRAM-SHA-256${ROUNDS}:{salt}${stored}:{server}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The password, salt and rounds of the example in RFC 7677, 3.
    #[test]
    fn the_example_of_the_standard() {
        let salt = BASE64_STANDARD.decode("W22ZaJ0SNY7soEsUEjb6gQ==").unwrap();
        assert_eq!(
            with_salt("pencil", &salt).expose_secret(),
            "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:\
             wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU="
        );
        let password = secret("pencil".to_owned());
        assert_ne!(scram_verifier(&password).expose_secret(), scram_verifier(&password).expose_secret());
    }
}
