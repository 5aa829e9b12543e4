//! Tokens for the API: 256 random bits behind a prefix by which people and scanners know them. Only their
//! hash is kept.

use crate::secret::{SecretText, secret};
use aes_gcm::aead::Generate;
use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// How every token begins.
pub const PREFIX: &str = "osd_";
/// 256 bits in base64url without padding (RFC 4648, 5).
const LENGTH: usize = 43;
/// How much of a token may be shown: the prefix and 48 of its 256 bits.
const SHOWN: usize = 12;

/// A fresh token, 47 characters.
#[must_use]
pub fn generate() -> SecretText {
    let random = Zeroizing::new(<[u8; 32]>::generate());
    let mut text = String::with_capacity(64);
    text.push_str(PREFIX);
    BASE64_URL_SAFE_NO_PAD.encode_string(random.as_slice(), &mut text);
    secret(text)
}

/// What is kept of a token, and what it is found by. The token is random: no salt is needed, and no slow
/// hash.
#[must_use]
pub fn hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

/// Whether a text looks like a token of ours: what does not is nobody's, whatever is kept.
#[must_use]
pub fn is_one(text: &str) -> bool {
    let random = text.strip_prefix(PREFIX).unwrap_or_default();
    random.len() == LENGTH && random.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

/// The beginning of a token, by which a person knows it again.
#[must_use]
pub fn shown(token: &str) -> &str {
    token.get(..SHOWN).unwrap_or(token)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::ExposeSecret;

    #[test]
    fn tokens_are_long_known_by_their_prefix_and_never_alike() {
        let (one, two) = (generate(), generate());
        for token in [&one, &two] {
            assert_eq!(token.expose_secret().len(), 47);
            assert!(token.expose_secret().starts_with(PREFIX) && is_one(token.expose_secret()));
            assert!(shown(token.expose_secret()).len() == 12);
        }
        assert_ne!(shown(one.expose_secret()), shown(two.expose_secret()));
        assert_ne!(hash(one.expose_secret()), hash(two.expose_secret()));
        assert_eq!(shown("osd"), "osd");
        let other = ["osd_", "osd_x", "", &one.expose_secret()[1..], &format!("{}A", one.expose_secret())]
            .map(is_one);
        assert_eq!(other, [false; 5]);
    }
}
