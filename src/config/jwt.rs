//! `[jwt]`: the tokens of the CRM, and by which keys they are known.

use super::secrets::SecretPlace;
use super::{ConfigError, Secrets, file};
use crate::http::{JwtKeys, JwtSettings};
use crate::jwt::{Algorithm, KeySet, Verifier};
use crate::model::Scopes;
use crate::secret::{ExposeSecret, SecretText, secret};
use chrono::TimeDelta;

const CREDENTIAL: &str = "jwt-key";
/// No token has to be good for longer: a century.
const FOR_EVER: TimeDelta = TimeDelta::days(36_500);

/// No algorithm: no such tokens. It is named here and never taken from a token.
pub(super) fn settings(raw: &file::Jwt, secrets: &Secrets<'_>) -> Result<Option<JwtSettings>, ConfigError> {
    if raw.algorithm.is_empty() {
        return Ok(None);
    }
    let algorithm = raw.algorithm.parse().map_err(|why| ConfigError::invalid("jwt.algorithm", why))?;
    if raw.audience.is_empty() {
        return Err(ConfigError::invalid("jwt.audience", "name what the tokens are meant for"));
    }
    let place = secrets.place(CREDENTIAL, raw.key_file.as_deref());
    let place =
        place.ok_or_else(|| wrong("name the file with the secret (HS256), the public key or the JWKS"))?;
    let longest_life = TimeDelta::from_std(raw.longest_life).unwrap_or(FOR_EVER).min(FOR_EVER);
    let issuer = Some(raw.issuer.as_str()).filter(|issuer| !issuer.is_empty());
    let verifier = Verifier::new(keys(algorithm, &place)?, &raw.audience, issuer).at_most(longest_life);
    let verifier = if raw.typ.is_empty() { verifier } else { verifier.of_type(&raw.typ) };
    let scopes: Result<Scopes, _> = raw.scopes.iter().map(|scope| scope.parse()).collect();
    Ok(Some(JwtSettings {
        keys: JwtKeys::new(verifier, place.path().to_owned(), move || {
            keys(algorithm, &place).map_err(|error| error.to_string())
        }),
        longest_life,
        scopes: scopes.map_err(|why| ConfigError::invalid("jwt.scopes", why))?,
    }))
}

fn wrong(why: &str) -> ConfigError {
    ConfigError::invalid("jwt.key_file", why)
}

fn keys(algorithm: Algorithm, place: &SecretPlace) -> Result<KeySet, ConfigError> {
    KeySet::parse(algorithm, text(algorithm, place)?.expose_secret())
        .map_err(|error| wrong(&error.to_string()))
}

/// A secret is the first line of its file; a public key or a set is all of it.
fn text(algorithm: Algorithm, place: &SecretPlace) -> Result<SecretText, ConfigError> {
    match algorithm {
        Algorithm::Hs256 => place.secret(),
        Algorithm::Rs256 | Algorithm::Es256 => place.text().map(secret),
    }
}
