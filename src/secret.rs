//! The only form in which a plain secret exists: redacted when shown, zeroed when dropped, never serialised.

pub use secrecy::{ExposeSecret, SecretBox as Secret};

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
