//! The test CA: made anew at every start, with one leaf for all host names. Its key never leaves the process.

use anyhow::Result;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use chrono::{Datelike as _, Days, Utc};
use rcgen::{
    BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose, PublicKeyData as _,
};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use sha2::{Digest as _, Sha256};

/// A CA and the leaf that it signed.
pub struct Ca {
    /// The CA certificate, PEM.
    pub pem: String,
    /// Base64 of the SHA-256 of the CA's public key info: what Chromium's
    /// `--ignore-certificate-errors-spki-list` takes.
    pub spki_sha256: String,
    /// The same of the leaf.
    pub leaf_spki_sha256: String,
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
}

impl Ca {
    /// Makes a CA and a leaf for `names`.
    ///
    /// # Errors
    /// When a name is no DNS name, or a key cannot be made.
    pub fn new(names: Vec<String>) -> Result<Self> {
        let ca_key = KeyPair::generate()?;
        let mut params = dated(CertificateParams::new(Vec::new())?);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        params.distinguished_name.push(DnType::CommonName, "outlook-sim test CA");
        let ca = params.self_signed(&ca_key)?;
        let leaf_key = KeyPair::generate()?;
        let spki_sha256 = spki(&ca_key);
        let mut leaf = dated(CertificateParams::new(names)?);
        leaf.use_authority_key_identifier_extension = true;
        leaf.insert_extended_key_usage(rcgen::ExtendedKeyUsagePurpose::ServerAuth);
        let leaf = leaf.signed_by(&leaf_key, &Issuer::new(params, ca_key))?;
        Ok(Self {
            pem: ca.pem(),
            spki_sha256,
            leaf_spki_sha256: spki(&leaf_key),
            chain: vec![leaf.der().clone(), ca.der().clone()],
            key: PrivatePkcs8KeyDer::from(leaf_key.serialize_der()).into(),
        })
    }

    /// TLS settings of a listener that speaks these protocols, as TLS names them; empty: one without a name.
    ///
    /// # Errors
    /// When the key and the chain do not fit.
    pub(crate) fn server_config(&self, protocols: &[&[u8]]) -> Result<rustls::ServerConfig> {
        let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
        let mut config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(self.chain.clone(), self.key.clone_key())?;
        config.alpn_protocols = protocols.iter().map(|name| name.to_vec()).collect();
        Ok(config)
    }
}

fn dated(mut params: CertificateParams) -> CertificateParams {
    let (from, to) = (Utc::now() - Days::new(2), Utc::now() + Days::new(90));
    let ymd = |day: chrono::DateTime<Utc>| {
        let (month, date) = (day.month(), day.day());
        let small = |n: u32| u8::try_from(n).expect("a month or a day is below 32");
        rcgen::date_time_ymd(day.year(), small(month), small(date))
    };
    params.not_before = ymd(from);
    params.not_after = ymd(to);
    params
}

fn spki(key: &KeyPair) -> String {
    STANDARD.encode(Sha256::digest(key.subject_public_key_info()))
}
