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
pub const LEEWAY: TimeDelta = TimeDelta::seconds(30);
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
    /// It is good for longer than any may be.
    #[error("it is good for longer than is allowed")]
    TooLong,
    /// It is a token for something else.
    #[error("it is of another type")]
    Type,
}

/// Verifies tokens of one issuer.
#[derive(Debug, Clone)]
pub struct Verifier {
    keys: KeySet,
    validation: Validation,
    longest: Option<TimeDelta>,
    typ: Option<String>,
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
        Self { keys, validation, longest: None, typ: None }
    }

    /// Refuses tokens that are good for longer, from `iat` to `exp`; for one without `iat`, from now on.
    #[must_use]
    pub fn at_most(self, longest: TimeDelta) -> Self {
        Self { longest: Some(longest), ..self }
    }

    /// Refuses tokens of another `typ` in their header (RFC 8725, 3.11).
    #[must_use]
    pub fn of_type(self, typ: &str) -> Self {
        Self { typ: Some(media_type(typ)), ..self }
    }

    /// The same rules for tokens that other keys have signed.
    #[must_use]
    pub fn with_keys(&self, keys: KeySet) -> Self {
        Self { keys, ..self.clone() }
    }

    /// The same that knows no key: no token is good.
    #[must_use]
    pub fn without_keys(&self) -> Self {
        self.with_keys(self.keys.emptied())
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
        let typ = header.typ.as_deref().map(media_type);
        if self.typ.is_some() && self.typ != typ {
            return Err(JwtError::Type);
        }
        let mut refusal = JwtError::Signature;
        for key in self.keys.of(header.kid.as_deref()) {
            match decode::<Value>(token, key, &self.validation) {
                Ok(token) => {
                    in_time(&token.claims, now, self.longest)?;
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

/// A type as it is compared: the words before `/` may be left out, and case says nothing (RFC 7515, 4.1.9).
fn media_type(typ: &str) -> String {
    let typ = typ.to_ascii_lowercase();
    typ.strip_prefix("application/").map(str::to_owned).unwrap_or(typ)
}

#[derive(Deserialize)]
struct Times {
    exp: f64,
    nbf: Option<f64>,
    iat: Option<f64>,
}

fn in_time(claims: &Value, now: DateTime<Utc>, longest: Option<TimeDelta>) -> Result<(), JwtError> {
    let times = Times::deserialize(claims).map_err(|_| JwtError::Malformed)?;
    #[expect(clippy::cast_precision_loss, reason = "seconds fit into 53 bits for millions of years")]
    let seconds = |at: DateTime<Utc>| at.timestamp() as f64;
    let latest = |from: f64, longest: TimeDelta| from + (longest + LEEWAY).as_seconds_f64();
    let too_long = |longest| times.exp > latest(times.iat.unwrap_or(seconds(now)), longest);
    if times.exp <= seconds(now - LEEWAY) {
        Err(JwtError::Expired)
    } else if [times.nbf, times.iat].into_iter().flatten().any(|from| from > seconds(now + LEEWAY)) {
        Err(JwtError::NotYet)
    } else if longest.is_some_and(too_long) {
        Err(JwtError::TooLong)
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
