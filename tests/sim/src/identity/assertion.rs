//! What a client with a certificate proves itself by ("Microsoft identity platform application authentication certificate
//! credentials", learn.microsoft.com): a JWT that the certificate's key has signed, now PS256 with `x5t#S256`, before RS256
//! with `x5t`.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, SHA256, digest};
use ring::signature::{
    RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256, UnparsedPublicKey, VerificationAlgorithm,
};
use rustls::pki_types::{CertificateDer, pem::PemObject as _};
use serde_json::Value;
use x509_parser::prelude::{FromDer as _, X509Certificate};

use super::apps::App;
use super::errors::OauthError;
use crate::hosts::LOGIN;

const KIND: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// What clocks may differ by.
const SKEW: TimeDelta = TimeDelta::minutes(5);

/// Whether an assertion is the application's, for this tenant's token endpoint, and of now.
pub(super) fn check(
    app: &App,
    kind: Option<&str>,
    assertion: &str,
    tenant: &str,
    now: DateTime<Utc>,
) -> Result<(), OauthError> {
    let refused = |number| move || OauthError::aadsts(number);
    let pem = app.certificate.as_deref().filter(|_| kind == Some(KIND)).ok_or_else(refused(700_027))?;
    let der = CertificateDer::from_pem_slice(pem.as_bytes()).map_err(|_| OauthError::aadsts(700_027))?;
    let (signed, signature) = assertion.rsplit_once('.').ok_or_else(refused(50_012))?;
    let (header, claims) = signed.split_once('.').ok_or_else(refused(50_012))?;
    let header = part(header).ok_or_else(refused(50_012))?;
    let algorithm = algorithm(&header, &der).ok_or_else(refused(700_027))?;
    is_signed(algorithm, &der, signed, signature).ok_or_else(refused(50_012))?;
    let claims = part(claims).ok_or_else(refused(50_012))?;
    let id = app.client_id.to_string();
    let audience = format!("https://{LOGIN}/{tenant}/oauth2/v2.0/token");
    let is_own = claims["iss"] == *id && claims["sub"] == *id && claims["jti"].is_string();
    if !is_own || claims["aud"].as_str().is_none_or(|aud| !aud.eq_ignore_ascii_case(&audience)) {
        return Err(OauthError::aadsts(50_012));
    }
    // A NumericDate may have a fraction (RFC 7519, 2).
    let time = |name: &str| {
        let seconds = claims[name].as_f64()?;
        #[expect(clippy::cast_possible_truncation, reason = "no date is so far away")]
        let at = DateTime::from_timestamp_millis((seconds * 1e3) as i64)?;
        Some(at - now)
    };
    let is_current = time("exp").is_some_and(|left| left > -SKEW)
        && time("nbf").or(time("iat")).is_some_and(|ahead| ahead <= SKEW);
    is_current.then_some(()).ok_or_else(refused(700_024))
}

fn part(text: &str) -> Option<Value> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).ok()?).ok()
}

/// By what it is signed, where the header names this certificate.
fn algorithm(header: &Value, der: &[u8]) -> Option<&'static dyn VerificationAlgorithm> {
    // MSAL for Python pads it, which RFC 7515 does not know.
    let is = |name: &str, algorithm| {
        let said = header[name].as_str().map(|said| said.trim_end_matches('='));
        said == Some(URL_SAFE_NO_PAD.encode(digest(algorithm, der)).as_str())
    };
    let names = is("x5t#S256", &SHA256) || is("x5t", &SHA1_FOR_LEGACY_USE_ONLY);
    match header["alg"].as_str().filter(|_| names)? {
        "PS256" => Some(&RSA_PSS_2048_8192_SHA256),
        "RS256" => Some(&RSA_PKCS1_2048_8192_SHA256),
        _ => None,
    }
}

fn is_signed(
    algorithm: &'static dyn VerificationAlgorithm,
    der: &[u8],
    signed: &str,
    signature: &str,
) -> Option<()> {
    let (_, certificate) = X509Certificate::from_der(der).ok()?;
    let key = UnparsedPublicKey::new(algorithm, &certificate.public_key().subject_public_key.data);
    key.verify(signed.as_bytes(), &URL_SAFE_NO_PAD.decode(signature).ok()?).ok()
}
