//! Who signed in: the identity that came with the tokens, and what Graph calls the person.

use super::OAuthError;
use super::authority::{Authority, Metadata};
use super::error::IdentityFault;
use super::provider::{self, Provider};
use crate::json;
use crate::jwt::{Algorithm, JwtError, KeySet, Verifier};
use crate::model::Person;
use crate::secret::{ExposeSecret, SecretText};
use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
use reqwest::StatusCode;
use serde::Deserialize;
use subtle::ConstantTimeEq;

/// The claims of an identity that count here. Its address may be missing, may change and may be another's
/// later: it is not looked at.
#[derive(Debug, Deserialize)]
struct IdentityClaims {
    iss: String,
    sub: String,
    tid: Option<String>,
    oid: Option<String>,
    nonce: Option<String>,
}

/// What Graph says of the person.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct MeWire {
    mail: Option<String>,
    user_principal_name: Option<String>,
    display_name: Option<String>,
}

/// The person as people know them.
pub(super) struct Me {
    /// In lower case, as are the next.
    pub(super) address: String,
    /// All addresses that Graph calls them by.
    pub(super) names: Vec<String>,
    pub(super) display_name: Option<String>,
}

impl Provider {
    /// The person of an identity: signed by the authority's keys, for us, from the issuer of its own tenant,
    /// in time, and the answer to this sign-in. Keys roll: when none fits they are fetched anew, once.
    pub(super) async fn person(
        &self,
        authority: &Authority,
        id_token: Option<&SecretText>,
        nonce: Option<&SecretText>,
    ) -> Result<Person, OAuthError> {
        let token = id_token.ok_or(IdentityFault::Missing)?;
        let metadata = self.metadata(authority).await?;
        let known = self.keys(&metadata, None).await?;
        let claims = match self.claims(&metadata, &known, token) {
            Err(IdentityFault::Token(JwtError::Signature)) => {
                let anew = self.keys(&metadata, Some(&known)).await?;
                self.claims(&metadata, &anew, token)
            }
            claims => claims,
        }?;
        if let Some(nonce) = nonce {
            let given = claims.nonce.unwrap_or_default();
            if !bool::from(given.as_bytes().ct_eq(nonce.expose_secret().as_bytes())) {
                return Err(IdentityFault::Nonce.into());
            }
        }
        let tenant = claims.tid.unwrap_or(claims.iss);
        if !authority.admits(&tenant) {
            return Err(IdentityFault::Tenant.into());
        }
        Ok(Person { tenant, object: claims.oid.unwrap_or(claims.sub) })
    }

    fn claims(
        &self,
        metadata: &Metadata,
        keys: &str,
        token: &SecretText,
    ) -> Result<IdentityClaims, IdentityFault> {
        let token = token.expose_secret();
        // A set without a key that fits is a set that has rolled.
        let keys = KeySet::parse(Algorithm::Rs256, keys).map_err(|_| JwtError::Signature)?;
        let issuer = metadata.issuer_of(&tenant_of(token).unwrap_or_default());
        let verifier = Verifier::new(keys, &self.settings.registration.client_id, Some(&issuer));
        Ok(verifier.verify(token, self.clock.now())?)
    }

    /// Asks Graph who a token belongs to. The address is `mail`; personal accounts have none there and are
    /// called by their `userPrincipalName`.
    pub(super) async fn me(&self, access: &SecretText) -> Result<Me, OAuthError> {
        let address =
            format!("{}/v1.0/me?$select=mail,userPrincipalName,displayName", self.settings.hosts.graph);
        let request = self.http.get(address).bearer_auth(access.expose_secret());
        let (status, body) = provider::answer(request).await?;
        let nobody = || OAuthError::Nobody(status.as_u16());
        if status != StatusCode::OK {
            return Err(nobody());
        }
        let wire: MeWire = json::from_slice(body.expose_secret().as_bytes()).map_err(|_| nobody())?;
        let names = [&wire.mail, &wire.user_principal_name].into_iter().flatten();
        let names = names.map(|name| name.to_lowercase()).collect();
        let address = wire.mail.or(wire.user_principal_name).filter(|text| text.contains('@'));
        let address = address.ok_or_else(nobody)?.to_lowercase();
        Ok(Me { address, names, display_name: wire.display_name })
    }
}

/// The tenant that a token claims, before anything of it is believed: it says which issuer the token must
/// have, and the verified token says both again.
fn tenant_of(token: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Claimed {
        tid: Option<String>,
    }
    let payload = BASE64_URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
    serde_json::from_slice::<Claimed>(&payload).ok()?.tid
}
