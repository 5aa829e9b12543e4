//! What is kept of a password that lets somebody in here: Argon2id with a salt of its own, as a PHC string. The costs are
//! the library's, 19 MiB and two passes, the first choice of OWASP's Password Storage Cheat Sheet.

use crate::secret::{ExposeSecret, SecretText};
use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};

/// What is kept of a password. It takes some tens of milliseconds and 19 MiB.
///
/// # Panics
/// Never: salt and costs are the library's own.
#[must_use]
pub fn password_verifier(password: &SecretText) -> String {
    let hash = Argon2::default().hash_password(password.expose_secret().as_bytes());
    hash.expect("costs and salt are within bounds").to_string()
}

/// Whether this was made of the password. It takes as long as making it.
#[must_use]
pub fn is_password(verifier: &str, password: &SecretText) -> bool {
    let hash = PasswordHash::new(verifier);
    hash.is_ok_and(|hash| {
        Argon2::default().verify_password(password.expose_secret().as_bytes(), &hash).is_ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::secret;

    #[test]
    fn a_password_is_known_again_by_a_salted_hash_alone() {
        let (right, wrong) = (secret("correct horse".to_owned()), secret("correct hors".to_owned()));
        let verifier = password_verifier(&right);
        assert!(verifier.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{verifier}");
        assert!(is_password(&verifier, &right) && !is_password(&verifier, &wrong));
        assert_ne!(password_verifier(&right), verifier, "each has a salt of its own");
        assert!(!is_password("", &right) && !is_password("correct horse", &right));
    }
}
