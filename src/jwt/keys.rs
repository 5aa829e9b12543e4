//! The keys that verify tokens: a shared secret, a public key in PEM, or a set of public keys (JWKS).

use super::Algorithm;
use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
use jsonwebtoken::DecodingKey;
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, JwkSet, KeyAlgorithm, PublicKeyUse};
use rustls::pki_types::SubjectPublicKeyInfoDer;
use rustls::pki_types::pem::PemObject;

/// What RFC 7518 asks of a secret for HS256, bytes.
const SECRET_AT_LEAST: usize = 32;
/// RSA keys of 2048 bits and more, bytes of the modulus.
const MODULUS_AT_LEAST: usize = 256;
/// A coordinate on P-256, bytes.
const COORDINATE: usize = 32;
/// The algorithm identifiers in front of a public key: rsaEncryption, and ecPublicKey on prime256v1 (RFC
/// 3279, 5480).
const RSA: &[u8] = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00";
const P256: &[u8] = b"\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07";

/// Why a text gives no key. It never repeats the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The secret can be guessed.
    #[error("the secret is shorter than 32 bytes")]
    Short,
    /// Neither PEM nor JSON.
    #[error("neither a public key in PEM (BEGIN PUBLIC KEY) nor a JWKS")]
    NoKey,
    /// A key, but not one for this algorithm.
    #[error("the key is not one for this algorithm: RS256 wants RSA of 2048 bits or more, ES256 wants P-256")]
    OtherKind,
    /// A set without one.
    #[error("the JWKS has no key for this algorithm")]
    Empty,
}

/// Keys for one algorithm, each with its id where it has one.
#[derive(Debug, Clone)]
pub struct KeySet {
    algorithm: Algorithm,
    keys: Vec<(Option<String>, DecodingKey)>,
}

impl KeySet {
    /// Keys for `algorithm` from their text: the secret itself for HS256, else PEM or a JWKS. Keys of a set
    /// that are for something else are passed over.
    ///
    /// # Errors
    /// `KeyError` when there is none in it.
    pub fn parse(algorithm: Algorithm, text: &str) -> Result<Self, KeyError> {
        let keys = match algorithm {
            Algorithm::Hs256 if text.len() < SECRET_AT_LEAST => return Err(KeyError::Short),
            Algorithm::Hs256 => vec![(None, DecodingKey::from_secret(text.as_bytes()))],
            Algorithm::Rs256 | Algorithm::Es256 if text.trim_start().starts_with('{') => {
                set(algorithm, text)?
            }
            Algorithm::Rs256 | Algorithm::Es256 => vec![(None, pem(algorithm, text)?)],
        };
        Ok(Self { algorithm, keys })
    }

    /// No keys, for the same algorithm.
    pub(super) fn emptied(&self) -> Self {
        Self { algorithm: self.algorithm, keys: Vec::new() }
    }

    pub(super) fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The keys that may have signed a token with this key id: those of that id, or those without one; all
    /// when the token names none.
    pub(super) fn of(&self, kid: Option<&str>) -> impl Iterator<Item = &DecodingKey> {
        let fits = move |id: &Option<String>| kid.is_none() || id.is_none() || id.as_deref() == kid;
        self.keys.iter().filter(move |(id, _)| fits(id)).map(|(_, key)| key)
    }
}

fn set(algorithm: Algorithm, text: &str) -> Result<Vec<(Option<String>, DecodingKey)>, KeyError> {
    let set: JwkSet = serde_json::from_str(text).map_err(|_| KeyError::NoKey)?;
    let usable = |jwk: &Jwk| {
        Some((jwk.common.key_id.clone(), jwk_key(algorithm, jwk).filter(|_| signs(algorithm, jwk))?))
    };
    match set.keys.iter().filter_map(usable).collect::<Vec<_>>() {
        none if none.is_empty() => Err(KeyError::Empty),
        keys => Ok(keys),
    }
}

/// Whether a key of a set says that it is for this; one that says nothing may be.
fn signs(algorithm: Algorithm, jwk: &Jwk) -> bool {
    let for_signatures =
        jwk.common.public_key_use.as_ref().is_none_or(|usage| *usage == PublicKeyUse::Signature);
    let wanted = KeyAlgorithm::from(jsonwebtoken::Algorithm::from(algorithm));
    for_signatures && jwk.common.key_algorithm.is_none_or(|own| own == wanted)
}

fn jwk_key(algorithm: Algorithm, jwk: &Jwk) -> Option<DecodingKey> {
    let bytes = |text: &str| BASE64_URL_SAFE_NO_PAD.decode(text).ok();
    match (algorithm, &jwk.algorithm) {
        (Algorithm::Rs256, AlgorithmParameters::RSA(key)) => {
            let (n, e) = (bytes(&key.n)?, bytes(&key.e)?);
            let n = without_zeros(&n);
            (n.len() >= MODULUS_AT_LEAST).then(|| DecodingKey::from_rsa_raw_components(n, without_zeros(&e)))
        }
        (Algorithm::Es256, AlgorithmParameters::EllipticCurve(key)) if key.curve == EllipticCurve::P256 => {
            let (x, y) = (bytes(&key.x)?, bytes(&key.y)?);
            let whole = x.len() == COORDINATE && y.len() == COORDINATE;
            whole.then(|| DecodingKey::from_ec_der(&[&[4], &x[..], &y[..]].concat()))
        }
        _ => None,
    }
}

/// Some put the zero of a signed number in front.
fn without_zeros(number: &[u8]) -> &[u8] {
    let zeros = number.iter().take_while(|&&byte| byte == 0).count();
    &number[zeros..]
}

fn pem(algorithm: Algorithm, text: &str) -> Result<DecodingKey, KeyError> {
    let info = SubjectPublicKeyInfoDer::from_pem_slice(text.as_bytes()).map_err(|_| KeyError::NoKey)?;
    match algorithm {
        Algorithm::Hs256 => Err(KeyError::OtherKind),
        Algorithm::Rs256 => {
            let key = public_key(&info, RSA).filter(|key| key.len() > MODULUS_AT_LEAST);
            key.map(DecodingKey::from_rsa_der).ok_or(KeyError::OtherKind)
        }
        Algorithm::Es256 => {
            let point =
                public_key(&info, P256).filter(|point| point.len() == 1 + 2 * COORDINATE && point[0] == 4);
            point.map(DecodingKey::from_ec_der).ok_or(KeyError::OtherKind)
        }
    }
}

/// The key in a `SubjectPublicKeyInfo` (RFC 5280): a sequence of the algorithm's identifier, which must be
/// this one, and a string of bits, of which the first byte counts unused ones.
fn public_key<'a>(info: &'a [u8], identifier: &[u8]) -> Option<&'a [u8]> {
    const SEQUENCE: u8 = 0x30;
    const BITS: u8 = 0x03;
    let (body, []) = value(SEQUENCE, info)? else { return None };
    let (found, rest) = value(SEQUENCE, body)?;
    let ([0, key @ ..], []) = value(BITS, rest)? else { return None };
    (found == identifier).then_some(key)
}

/// The contents of a DER value with this tag, and what follows it.
fn value(tag: u8, der: &[u8]) -> Option<(&[u8], &[u8])> {
    let [found, length, rest @ ..] = der else { return None };
    let (length, rest) = match (*length, rest) {
        (short @ 0..=0x7f, rest) => (usize::from(short), rest),
        (0x81, [length, rest @ ..]) => (usize::from(*length), rest),
        (0x82, [high, low, rest @ ..]) => (usize::from(u16::from_be_bytes([*high, *low])), rest),
        _ => return None,
    };
    (*found == tag).then(|| rest.split_at_checked(length)).flatten()
}
