//! Who we are to the sign-in service.

use super::OAuthError;
use super::certificate::ClientCertificate;
use crate::secret::{ExposeSecret, SecretText};
use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use std::fmt;
use std::sync::{Mutex, PoisonError};
use url::{Url, form_urlencoded};

/// What an assertion is, in a form (RFC 7523, 2.2).
const ASSERTION: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// Our registration.
#[derive(Debug)]
pub struct Registration {
    /// The application's id.
    pub client_id: String,
    /// What proves that a request is the application's; without it, it is a public client.
    pub credential: Option<ClientCredential>,
}

/// How the application proves who it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CredentialKind {
    /// By a secret that Microsoft has too.
    Secret,
    /// By the key of a certificate, of which Microsoft has the public one.
    Certificate,
}

/// The application's credential where it lies: it is read for each request, so that a new one counts at once.
pub struct ClientCredential {
    kind: CredentialKind,
    read: Box<ReadSecret>,
}

type ReadSecret = dyn Fn() -> Result<SecretText, String> + Send + Sync;

impl ClientCredential {
    /// `read` gives the secret, or the certificate with its key in PEM; it says what is wrong where there is none, and
    /// nothing secret.
    #[must_use]
    pub fn new(
        kind: CredentialKind,
        read: impl Fn() -> Result<SecretText, String> + Send + Sync + 'static,
    ) -> Self {
        Self { kind, read: Box::new(read) }
    }
}

impl fmt::Debug for ClientCredential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ClientCredential({:?})", self.kind)
    }
}

/// A credential as it was read.
pub(super) struct ClientProof {
    kind: CredentialKind,
    text: SecretText,
}

impl ClientProof {
    /// What of a form proves that it is ours, at the endpoint `to`.
    fn fields(&self, client_id: &str, to: &Url, now: DateTime<Utc>) -> Result<FormFields, OAuthError> {
        if self.kind == CredentialKind::Secret {
            return Ok(vec![("client_secret", crate::secret::copy(&self.text))]);
        }
        let certificate = ClientCertificate::parse(&self.text);
        let assertion = certificate.and_then(|certificate| certificate.assertion(client_id, to, now));
        let assertion = assertion.map_err(|error| OAuthError::Credential(error.to_string()))?;
        let kind = crate::secret::secret(ASSERTION.to_owned());
        Ok(vec![("client_assertion_type", kind), ("client_assertion", assertion)])
    }
}

type FormFields = Vec<(&'static str, SecretText)>;

impl Registration {
    /// By what the application proves itself, as it follows its name.
    #[must_use]
    pub fn proven_by(&self) -> &'static str {
        match self.credential.as_ref().map(|credential| credential.kind) {
            Some(CredentialKind::Secret) => "with a client secret",
            Some(CredentialKind::Certificate) => "with a certificate",
            None => "as a public client",
        }
    }

    /// When its certificate ends, as it is now; `None` where there is none, or none that can be read.
    #[must_use]
    pub fn ends_at(&self) -> Option<DateTime<Utc>> {
        let credential = self.credential.as_ref();
        let own = credential.filter(|credential| credential.kind == CredentialKind::Certificate)?;
        Some(ClientCertificate::parse(&(own.read)().ok()?).ok()?.ends_at())
    }

    /// The credential as it is now.
    pub(super) fn proof(&self) -> Result<Option<ClientProof>, OAuthError> {
        let read = |credential: &ClientCredential| {
            let text = (credential.read)().map_err(OAuthError::Credential)?;
            Ok(ClientProof { kind: credential.kind, text })
        };
        self.credential.as_ref().map(read).transpose()
    }

    /// A form in our name for the endpoint `to`, with the proof where it says who we are.
    pub(super) fn form(
        &self,
        pairs: &[(&str, &str)],
        proof: Option<&ClientProof>,
        to: &Url,
        now: DateTime<Utc>,
    ) -> Result<String, OAuthError> {
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.append_pair("client_id", &self.client_id).extend_pairs(pairs);
        let fields = proof.map(|proof| proof.fields(&self.client_id, to, now)).transpose()?;
        for (name, value) in fields.iter().flatten() {
            body.append_pair(name, value.expose_secret());
        }
        Ok(body.finish())
    }
}

/// With which credential Microsoft last refused our registration, by its hash, in this process.
pub(super) struct RefusedProof(Mutex<Option<[u8; 32]>>);

/// Of a life before nobody knows the credential: whatever there is now is another.
const BEFORE: [u8; 32] = [0; 32];

impl RefusedProof {
    pub(super) fn unknown() -> Self {
        Self(Mutex::new(Some(BEFORE)))
    }

    pub(super) fn is(&self, proof: Option<&ClientProof>) -> bool {
        *self.lock() == Some(hash(proof))
    }

    pub(super) fn set(&self, proof: Option<&ClientProof>) {
        *self.lock() = Some(hash(proof));
    }

    /// Whether there is another now.
    pub(super) fn is_over(&self, proof: impl FnOnce() -> Result<Option<ClientProof>, OAuthError>) -> bool {
        let refused = *self.lock();
        refused.is_some_and(|refused| proof().is_ok_and(|now| hash(now.as_ref()) != refused))
    }

    pub(super) fn forget(&self) {
        *self.lock() = None;
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<[u8; 32]>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn hash(proof: Option<&ClientProof>) -> [u8; 32] {
    Sha256::digest(proof.map_or("", |proof| proof.text.expose_secret().as_str())).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::secret;

    #[test]
    fn another_secret_ends_what_was_said_of_the_one_before() {
        let proof = |text: &str| ClientProof { kind: CredentialKind::Secret, text: secret(text.to_owned()) };
        let (old, new) = (proof("old"), proof("new"));
        let now = |text| Ok(Some(proof(text)));
        let refused = RefusedProof::unknown();
        assert!(refused.is_over(|| now("old")), "of a life before nothing is known");
        refused.forget();
        assert!(!refused.is_over(|| now("old")));
        refused.set(Some(&old));
        assert!(refused.is(Some(&old)) && !refused.is(Some(&new)));
        assert!(!refused.is_over(|| now("old")) && !refused.is_over(|| Err(OAuthError::Off)));
        assert!(refused.is_over(|| now("new")));
    }
}
