//! What TLS is trusted outside HTTP: certificates of this machine's authorities, for the host's own name, never less.

use super::use_ring;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::BuilderVerifierExt as _;
use std::sync::Arc;

/// TLS that trusts whom this machine trusts.
///
/// # Errors
/// When the machine's certificates cannot be used.
pub fn tls() -> Result<Arc<ClientConfig>, rustls::Error> {
    use_ring();
    Ok(Arc::new(ClientConfig::builder().with_platform_verifier()?.with_no_client_auth()))
}

/// TLS that trusts the certificates of `ca` (PEM) alone.
///
/// # Errors
/// When `ca` has no certificate that can be used.
pub fn tls_at(ca: &[u8]) -> Result<Arc<ClientConfig>, rustls::Error> {
    use_ring();
    let mut roots = RootCertStore::empty();
    let certificate =
        CertificateDer::from_pem_slice(ca).map_err(|error| rustls::Error::General(error.to_string()))?;
    roots.add(certificate)?;
    Ok(Arc::new(ClientConfig::builder().with_root_certificates(roots).with_no_client_auth()))
}
