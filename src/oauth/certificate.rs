//! A certificate in place of a client secret: each request carries an assertion that its key has signed (RFC 7523, 2.2;
//! "Microsoft identity platform application authentication certificate credentials", learn.microsoft.com).

use crate::secret::{ExposeSecret, SecretText, secret};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use ring::rand::SystemRandom;
use ring::rsa::KeyPair;
use ring::signature::RSA_PSS_SHA256;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use url::Url;
use x509_parser::prelude::{FromDer, X509Certificate};

/// How long an assertion holds. Microsoft wants 5 to 10 minutes; each request has one of its own.
const LIFE: TimeDelta = TimeDelta::minutes(10);

/// What is wrong with a certificate's file. Holds nothing of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CertificateError {
    /// There is none, or it cannot be read.
    #[error("holds no certificate: write both into it in PEM, the certificate and its private key")]
    NoCertificate,
    /// There is no key, or it cannot be read.
    #[error("holds no private key: write both into it in PEM, the certificate and its private key")]
    NoKey,
    /// The key has a passphrase.
    #[error(
        "has a private key with a passphrase, which nobody can type here: `openssl pkey` writes it without one"
    )]
    Encrypted,
    /// The key cannot sign what Microsoft takes.
    #[error("has a private key that is no RSA key of 2048 to 4096 bits, the only kind that Microsoft takes")]
    NotRsa,
    /// They do not belong together.
    #[error("has a private key that is not its certificate's")]
    Mismatch,
}

/// A certificate with its key.
pub struct ClientCertificate {
    key: KeyPair,
    thumbprint: String,
    ends_at: DateTime<Utc>,
}

impl ClientCertificate {
    /// Reads both from PEM, in any order. Of several certificates it is that of the key that ends last.
    ///
    /// # Errors
    /// Says what is wrong.
    pub fn parse(pem: &SecretText) -> Result<Self, CertificateError> {
        let text = pem.expose_secret();
        if text.contains("BEGIN ENCRYPTED PRIVATE KEY") || text.contains("Proc-Type: 4,ENCRYPTED") {
            return Err(CertificateError::Encrypted);
        }
        let certificates: Vec<_> =
            CertificateDer::pem_slice_iter(text.as_bytes()).filter_map(Result::ok).collect();
        if certificates.is_empty() {
            return Err(CertificateError::NoCertificate);
        }
        let key = key(text.as_bytes())?;
        certificates
            .iter()
            .filter_map(|der| Self::of(der, &key))
            .max_by_key(|(_, ends_at)| *ends_at)
            .map(|(thumbprint, ends_at)| Self { key, thumbprint, ends_at })
            .ok_or(CertificateError::Mismatch)
    }

    /// The thumbprint (RFC 7515, `x5t#S256`) and the end of a certificate, where it is that of the key.
    fn of(der: &CertificateDer<'_>, key: &KeyPair) -> Option<(String, DateTime<Utc>)> {
        let (_, certificate) = X509Certificate::from_der(der).ok()?;
        let is_own = *certificate.public_key().subject_public_key.data == *key.public().as_ref();
        let ends_at = DateTime::from_timestamp(certificate.validity().not_after.timestamp(), 0)?;
        is_own.then(|| (URL_SAFE_NO_PAD.encode(Sha256::digest(der)), ends_at))
    }

    /// When it ends.
    #[must_use]
    pub fn ends_at(&self) -> DateTime<Utc> {
        self.ends_at
    }

    /// An assertion that the application `client_id` is who asks the endpoint `to`.
    ///
    /// # Errors
    /// `NotRsa`, where the key cannot sign.
    pub(super) fn assertion(
        &self,
        client_id: &str,
        to: &Url,
        now: DateTime<Utc>,
    ) -> Result<SecretText, CertificateError> {
        let header = json!({"alg": "PS256", "typ": "JWT", "x5t#S256": self.thumbprint});
        let claims = json!({
            "aud": to, "iss": client_id, "sub": client_id, "jti": uuid::Uuid::new_v4().to_string(),
            "iat": now.timestamp(), "nbf": now.timestamp(), "exp": (now + LIFE).timestamp(),
        });
        let part = |part: &Value| URL_SAFE_NO_PAD.encode(part.to_string());
        let signed = format!("{}.{}", part(&header), part(&claims));
        let mut signature = vec![0; self.key.public().modulus_len()];
        self.key
            .sign(&RSA_PSS_SHA256, &SystemRandom::new(), signed.as_bytes(), &mut signature)
            .map_err(|_| CertificateError::NotRsa)?;
        Ok(secret(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))))
    }
}

fn key(pem: &[u8]) -> Result<KeyPair, CertificateError> {
    let key = match PrivateKeyDer::from_pem_slice(pem).map_err(|_| CertificateError::NoKey)? {
        PrivateKeyDer::Pkcs8(der) => KeyPair::from_pkcs8(der.secret_pkcs8_der()),
        PrivateKeyDer::Pkcs1(der) => KeyPair::from_der(der.secret_pkcs1_der()),
        PrivateKeyDer::Sec1(_) | _ => return Err(CertificateError::NotRsa),
    };
    key.map_err(|_| CertificateError::NotRsa)
}

#[cfg(test)]
mod tests;
