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
use serde_json::Value;
use subtle::ConstantTimeEq;

/// The claims of an identity that count here.
#[derive(Debug, Deserialize)]
struct IdentityClaims {
    iss: String,
    sub: String,
    tid: Option<String>,
    oid: Option<String>,
    nonce: Option<String>,
    email: Option<String>,
    /// Whether the domain of `email` is of whoever vouches for the person ("Optional claims reference",
    /// learn.microsoft.com).
    xms_edov: Option<Value>,
}

/// Who signed in, and what is proven of them.
pub(super) struct Proven {
    pub(super) person: Person,
    /// An address that is theirs, in lower case.
    pub(super) email: Option<String>,
}

impl From<IdentityClaims> for Proven {
    fn from(claims: IdentityClaims) -> Self {
        let is_verified = claims.xms_edov == Some(Value::Bool(true));
        let email = claims.email.filter(|_| is_verified).map(|email| email.to_lowercase());
        let tenant = claims.tid.unwrap_or(claims.iss);
        Self { person: Person { tenant, object: claims.oid.unwrap_or(claims.sub) }, email }
    }
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
    /// What Graph calls their mailbox, in lower case.
    pub(super) address: String,
    /// What they sign in with, in lower case.
    pub(super) login: String,
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
    ) -> Result<Proven, OAuthError> {
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
            let given = claims.nonce.as_deref().unwrap_or_default();
            if !bool::from(given.as_bytes().ct_eq(nonce.expose_secret().as_bytes())) {
                return Err(IdentityFault::Nonce.into());
            }
        }
        let proven = Proven::from(claims);
        if !authority.admits(&proven.person.tenant) {
            return Err(IdentityFault::Tenant.into());
        }
        Ok(proven)
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

    /// Asks Graph who a token belongs to. They sign in with their `userPrincipalName`. The address is `mail`; who has none
    /// there, or an empty one, is called by what they sign in with.
    pub(super) async fn me(&self, access: &SecretText) -> Result<Me, OAuthError> {
        let address =
            format!("{}/v1.0/me?$select=mail,userPrincipalName,displayName", self.settings.hosts.graph);
        let request = self.http.get(address).bearer_auth(access.expose_secret());
        let (status, body) = provider::answer(request).await?;
        let nobody = || OAuthError::Nobody(status.as_u16());
        if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS {
            return Err(OAuthError::Unreadable { what: "person who signed in", status: status.as_u16() });
        }
        if status != StatusCode::OK {
            return Err(nobody());
        }
        let wire: MeWire = json::from_slice(body.expose_secret().as_bytes()).map_err(|_| nobody())?;
        let said =
            |name: Option<String>| name.filter(|name| name.contains('@')).map(|name| name.to_lowercase());
        let (mail, login) = (said(wire.mail), said(wire.user_principal_name));
        let login = login.ok_or_else(nobody)?;
        Ok(Me { address: mail.unwrap_or_else(|| login.clone()), login, display_name: wire.display_name })
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
