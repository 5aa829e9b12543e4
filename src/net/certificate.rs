//! What a host shows of itself in a TLS handshake, whether it is trusted or not: for people who look for what
//! stands between.

use super::use_ring;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::ring::default_provider;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, SignatureScheme};
use sha2::{Digest, Sha256};
use std::fmt;
use std::io;
use std::sync::Arc;
use tokio::net::{TcpStream, ToSocketAddrs};
use tokio_rustls::TlsConnector;
use x509_parser::prelude::{FromDer, X509Certificate};

/// The certificate of the host itself, and the keys of those above it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Presented {
    /// Whom it names, such as `CN=outlook.office.com`.
    pub subject: String,
    /// Who vouches for it: an inspecting proxy shows its own name here.
    pub issuer: String,
    /// Until when it holds.
    pub expires: String,
    /// SHA-256 of the public key of each certificate that was sent, its own first; base64.
    pub keys: Vec<String>,
}

impl fmt::Display for Presented {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, issued by {}, until {}", self.subject, self.issuer, self.expires)
    }
}

/// Asks for the certificate that `host` shows at `address`. Nothing is sent beside the handshake.
///
/// # Errors
/// When nothing answers, or no TLS with a certificate that can be read.
pub async fn presented(address: impl ToSocketAddrs, host: &str) -> io::Result<Presented> {
    presented_on(TcpStream::connect(address).await?, host).await
}

/// The same on a connection.
///
/// # Errors
/// When nothing answers, or no TLS with a certificate that can be read.
pub async fn presented_on(stream: TcpStream, host: &str) -> io::Result<Presented> {
    use_ring();
    let config = ClientConfig::builder()
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Anything))
        .with_no_client_auth();
    let name = ServerName::try_from(host.to_owned()).map_err(io::Error::other)?;
    let stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await?;
    read(stream.get_ref().1.peer_certificates().unwrap_or_default())
}

fn read(sent: &[CertificateDer<'_>]) -> io::Result<Presented> {
    let parsed: Result<Vec<_>, _> = sent.iter().map(|der| X509Certificate::from_der(der)).collect();
    let parsed = parsed.map_err(io::Error::other)?;
    let (_, certificate) = parsed.first().ok_or_else(|| io::Error::other("no certificate"))?;
    let key = |(_, certificate): &(_, X509Certificate<'_>)| {
        STANDARD.encode(Sha256::digest(certificate.public_key().raw))
    };
    let printable = |name: String| name.chars().filter(|c| !c.is_control()).take(200).collect();
    Ok(Presented {
        subject: printable(certificate.subject().to_string()),
        issuer: printable(certificate.issuer().to_string()),
        expires: certificate.validity().not_after.to_string(),
        keys: parsed.iter().map(key).collect(),
    })
}

/// Believes every certificate: it is looked at, and nothing is told to whoever shows it.
#[derive(Debug)]
struct Anything;

impl ServerCertVerifier for Anything {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        default_provider().signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests;
