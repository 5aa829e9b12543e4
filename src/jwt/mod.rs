//! JSON Web Tokens of others, verified. Pure: keys and the time are handed in.
//!
//! The algorithm is the one that was configured, never the one that a token names; keys that a token brings
//! along or points to are not looked at.

mod keys;
mod provider;

pub use keys::{KeyError, KeySet};

use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::{Validation, decode, decode_header};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::str::FromStr;

/// How far the clocks of the issuer and of this machine may be apart.
const LEEWAY: TimeDelta = TimeDelta::seconds(30);
/// No token is longer, bytes: it has to fit into a header of a request.
const LONGEST: usize = 16 * 1024;

/// How tokens are signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Algorithm {
    /// HMAC with SHA-256: the issuer and we share a secret.
    Hs256,
    /// RSA (PKCS#1 v1.5) with SHA-256.
    Rs256,
    /// ECDSA on P-256 with SHA-256.
    Es256,
}

impl FromStr for Algorithm {
    type Err = &'static str;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        match name {
            "HS256" => Ok(Self::Hs256),
            "RS256" => Ok(Self::Rs256),
            "ES256" => Ok(Self::Es256),
            _ => Err("not one of HS256, RS256, ES256"),
        }
    }
}

impl From<Algorithm> for jsonwebtoken::Algorithm {
    fn from(algorithm: Algorithm) -> Self {
        match algorithm {
            Algorithm::Hs256 => Self::HS256,
            Algorithm::Rs256 => Self::RS256,
            Algorithm::Es256 => Self::ES256,
        }
    }
}

/// Why a token is refused. The caller is told no more than that it is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JwtError {
    /// Not three parts of base64 with JSON in them, too long, or a claim of the wrong type.
    #[error("it is no such token")]
    Malformed,
    /// Signed in another way than was configured.
    #[error("it is signed in another way than configured")]
    Algorithm,
    /// It asks for something that must be understood and is not (`crit`).
    #[error("it needs an extension that is not known here")]
    Critical,
    /// No key verifies it.
    #[error("no key verifies its signature")]
    Signature,
    /// A claim that must be there is missing.
    #[error("it lacks the claim {0}")]
    Missing(String),
    /// It is for somebody else.
    #[error("it is meant for another audience")]
    Audience,
    /// It comes from somebody else.
    #[error("it comes from another issuer")]
    Issuer,
    /// Its time is over.
    #[error("it has expired")]
    Expired,
    /// Its time has not come.
    #[error("it is not valid yet")]
    NotYet,
}

/// Verifies tokens of one issuer.
#[derive(Debug, Clone)]
pub struct Verifier {
    keys: KeySet,
    validation: Validation,
}

impl Verifier {
    /// Tokens must be signed by one of `keys`, be meant for `audience`, carry `exp` and `sub`, and come from
    /// `issuer` where one is given.
    #[must_use]
    pub fn new(keys: KeySet, audience: &str, issuer: Option<&str>) -> Self {
        provider::install();
        let mut validation = Validation::new(keys.algorithm().into());
        validation.set_audience(&[audience]);
        let mut required = vec!["exp", "aud", "sub"];
        if let Some(issuer) = issuer {
            validation.set_issuer(&[issuer]);
            required.push("iss");
        }
        validation.set_required_spec_claims(&required);
        // The time is ours to check: the library would read the clock.
        validation.validate_exp = false;
        Self { keys, validation }
    }

    /// The claims of a token that is good at `now`.
    ///
    /// # Errors
    /// `JwtError` when it is not.
    pub fn verify<C: DeserializeOwned>(&self, token: &str, now: DateTime<Utc>) -> Result<C, JwtError> {
        if token.len() > LONGEST {
            return Err(JwtError::Malformed);
        }
        let header = decode_header(token)?;
        if header.crit.is_some() {
            return Err(JwtError::Critical);
        }
        let mut refusal = JwtError::Signature;
        for key in self.keys.of(header.kid.as_deref()) {
            match decode::<Value>(token, key, &self.validation) {
                Ok(token) => {
                    in_time(&token.claims, now)?;
                    if has_nul(&token.claims) {
                        return Err(JwtError::Malformed);
                    }
                    return serde_json::from_value(token.claims).map_err(|_| JwtError::Malformed);
                }
                Err(error) => refusal = error.into(),
            }
            if refusal != JwtError::Signature {
                break;
            }
        }
        Err(refusal)
    }
}

#[derive(Deserialize)]
struct Times {
    exp: f64,
    nbf: Option<f64>,
}

fn in_time(claims: &Value, now: DateTime<Utc>) -> Result<(), JwtError> {
    let times = Times::deserialize(claims).map_err(|_| JwtError::Malformed)?;
    #[expect(clippy::cast_precision_loss, reason = "seconds fit into 53 bits for millions of years")]
    let seconds = |at: DateTime<Utc>| at.timestamp() as f64;
    if times.exp <= seconds(now - LEEWAY) {
        Err(JwtError::Expired)
    } else if times.nbf.is_some_and(|nbf| nbf > seconds(now + LEEWAY)) {
        Err(JwtError::NotYet)
    } else {
        Ok(())
    }
}

/// A name with a NUL in it is nobody's, and PostgreSQL has no such text.
fn has_nul(claims: &Value) -> bool {
    match claims {
        Value::String(text) => text.contains('\0'),
        Value::Array(values) => values.iter().any(has_nul),
        Value::Object(members) => members.values().any(has_nul),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

impl From<jsonwebtoken::errors::Error> for JwtError {
    fn from(error: jsonwebtoken::errors::Error) -> Self {
        use jsonwebtoken::errors::ErrorKind as E;
        #[expect(clippy::wildcard_enum_match_arm, reason = "whatever else is wrong with it, it is no token")]
        match error.into_kind() {
            E::InvalidSignature => Self::Signature,
            E::InvalidAlgorithm | E::UnsupportedAlgorithm => Self::Algorithm,
            E::MissingRequiredClaim(claim) => Self::Missing(claim),
            E::InvalidAudience => Self::Audience,
            E::InvalidIssuer => Self::Issuer,
            _ => Self::Malformed,
        }
    }
}

#[cfg(test)]
mod tests;
