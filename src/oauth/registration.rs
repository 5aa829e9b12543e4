//! Who we are to the sign-in service.

use super::OAuthError;
use crate::secret::{ExposeSecret, SecretText};
use sha2::{Digest, Sha256};
use std::fmt;
use std::sync::{Mutex, PoisonError};
use url::form_urlencoded;

/// Our registration.
#[derive(Debug)]
pub struct Registration {
    /// The application's id.
    pub client_id: String,
    /// Its secret; without one it is a public client. A certificate would be a third kind: a signed assertion
    /// in place of the secret.
    pub secret: Option<ClientSecret>,
}

impl Registration {
    /// The secret as it is now.
    pub(super) fn secret(&self) -> Result<Option<SecretText>, OAuthError> {
        let read = |secret: &ClientSecret| (secret.0)().map_err(OAuthError::ClientSecret);
        self.secret.as_ref().map(read).transpose()
    }

    /// A form in our name, with the secret where it proves who we are.
    pub(super) fn form(&self, pairs: &[(&str, &str)], proof: Option<&SecretText>) -> String {
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.append_pair("client_id", &self.client_id).extend_pairs(pairs);
        if let Some(secret) = proof {
            body.append_pair("client_secret", secret.expose_secret());
        }
        body.finish()
    }
}

/// The application's secret where it lies: it is read for each request, so that a new one counts at once.
pub struct ClientSecret(Box<ReadSecret>);

type ReadSecret = dyn Fn() -> Result<SecretText, String> + Send + Sync;

impl ClientSecret {
    /// `read` says what is wrong where there is none, and nothing secret.
    #[must_use]
    pub fn new(read: impl Fn() -> Result<SecretText, String> + Send + Sync + 'static) -> Self {
        Self(Box::new(read))
    }
}

impl fmt::Debug for ClientSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClientSecret")
    }
}

/// With which secret Microsoft last refused our registration, by its hash, in this process.
pub(super) struct RefusedSecret(Mutex<Option<[u8; 32]>>);

/// Of a life before nobody knows the secret: whatever there is now is another.
const BEFORE: [u8; 32] = [0; 32];

impl RefusedSecret {
    pub(super) fn unknown() -> Self {
        Self(Mutex::new(Some(BEFORE)))
    }

    pub(super) fn is(&self, secret: Option<&SecretText>) -> bool {
        *self.lock() == Some(hash(secret))
    }

    pub(super) fn set(&self, secret: Option<&SecretText>) {
        *self.lock() = Some(hash(secret));
    }

    /// Whether there is another now.
    pub(super) fn is_over(&self, secret: impl FnOnce() -> Result<Option<SecretText>, OAuthError>) -> bool {
        let refused = *self.lock();
        refused.is_some_and(|refused| secret().is_ok_and(|now| hash(now.as_ref()) != refused))
    }

    pub(super) fn forget(&self) {
        *self.lock() = None;
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<[u8; 32]>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn hash(secret: Option<&SecretText>) -> [u8; 32] {
    Sha256::digest(secret.map_or("", |secret| secret.expose_secret().as_str())).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::secret;

    #[test]
    fn another_secret_ends_what_was_said_of_the_one_before() {
        let (old, new) = (secret("old".to_owned()), secret("new".to_owned()));
        let now = |text: &SecretText| Ok(Some(crate::secret::copy(text)));
        let refused = RefusedSecret::unknown();
        assert!(refused.is_over(|| now(&old)), "of a life before nothing is known");
        refused.forget();
        assert!(!refused.is_over(|| now(&old)));
        refused.set(Some(&old));
        assert!(refused.is(Some(&old)) && !refused.is(Some(&new)));
        assert!(!refused.is_over(|| now(&old)) && !refused.is_over(|| Err(OAuthError::Off)));
        assert!(refused.is_over(|| now(&new)));
    }
}
