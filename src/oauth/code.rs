//! Sign-in in a browser's popup: authorization code with PKCE (RFC 6749, 7636, 9700).
//!
//! ```text
//! begin    a row that holds who asks for what; its handle goes into an address of ours
//! bind     the popup opens that address, once: a cookie ties the sign-in to this browser, state and PKCE to
//!          the row
//! finish   Microsoft sends the popup back: state and cookie find the row, once, before anything else is
//!          looked at
//! ```
//! Handle, state and cookie are kept as hashes; the verifier, the nonce and what else is private are sealed.

use super::{Authority, CallbackFault, OAuth, OAuthError, Refusal, SignedIn, refusal};
use crate::model::{AccountId, Resource};
use crate::secret::{ExposeSecret, SecretText, random, secret};
use crate::store::{Flow, FlowKeys, NewFlow};
use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::fmt::Write as _;
use std::time::Duration;
use url::{Url, form_urlencoded};

/// How long a sign-in in a popup may take, from its address on.
pub const POPUP_LIFE: Duration = Duration::from_mins(10);

/// Who wants to connect.
#[derive(Debug, Clone)]
pub struct Begin {
    /// The CRM's user id.
    pub owner: String,
    /// The account to be connected again; `None`: whichever the person has.
    pub account: Option<AccountId>,
    /// What the person types at sign-in, where it is known.
    pub login: Option<String>,
    /// The origin of the page that opens the popup, which hears how it ended.
    pub opener: Option<String>,
    /// Where Microsoft sends the popup back to: exactly what is registered there.
    pub redirect_uri: Url,
}

/// A popup that is tied to its sign-in.
#[derive(Debug)]
pub struct Bound {
    /// Where the popup goes next.
    pub location: Url,
    /// The name of the cookie.
    pub cookie: String,
    /// Its value, a secret: the browser that shows it is the one that the popup runs in.
    pub value: SecretText,
}

/// A sign-in that has come back.
#[derive(Debug)]
pub struct Finished {
    /// Who wanted to connect.
    pub owner: String,
    /// The account that was to be connected again.
    pub account: Option<AccountId>,
    /// Who hears how it ended.
    pub opener: Option<String>,
    /// The name of the cookie, which has done its work.
    pub cookie: String,
    /// How it ended.
    pub end: Result<SignedIn, OAuthError>,
}

/// What is sealed in a row.
#[derive(Serialize, Deserialize)]
struct Private {
    verifier: String,
    nonce: String,
    login: Option<String>,
    claims: Option<String>,
}

impl OAuth {
    /// Begins a sign-in. The handle in the answer opens it, once, within `POPUP_LIFE`.
    ///
    /// # Errors
    /// `Off`; those of the database.
    pub async fn begin(&self, begin: Begin) -> Result<SecretText, OAuthError> {
        let provider = self.provider()?;
        let private = Private {
            verifier: random().expose_secret().clone(),
            nonce: random().expose_secret().clone(),
            claims: self.claims(begin.account.as_ref()).await?,
            login: begin.login,
        };
        let private = secret(serde_json::to_string(&private).unwrap_or_default());
        let handle = random();
        let now = self.clock.now();
        let flow = NewFlow {
            handle: hash(handle.expose_secret()),
            owner: begin.owner,
            account: begin.account,
            opener: begin.opener,
            redirect_uri: begin.redirect_uri.into(),
            authority: provider.settings.authority.as_str().to_owned(),
            expires_at: now + POPUP_LIFE,
        };
        self.strongbox.put_flow(&flow, &private, now).await?;
        Ok(handle)
    }

    /// What Microsoft said the next sign-in of this account has to hand on.
    async fn claims(&self, account: Option<&AccountId>) -> Result<Option<String>, OAuthError> {
        let Some(account) = account else { return Ok(None) };
        let grant = self.strongbox.grant(account).await?;
        Ok(grant.and_then(|grant| grant.troubles.into_values().find_map(|trouble| trouble.claims)))
    }

    /// Ties the popup that brings the handle to its sign-in.
    ///
    /// # Errors
    /// `OldLink` when there is none: used before, too old, or made up. Those of the authority's description
    /// and of the database.
    pub async fn bind(&self, handle: &str) -> Result<Bound, OAuthError> {
        let (state, value) = (random(), random());
        let keys = FlowKeys { state: hash(state.expose_secret()), cookie: hash(value.expose_secret()) };
        let bound = self.strongbox.bind_flow(&hash(handle), &keys, self.clock.now()).await?;
        let (flow, private) = bound.ok_or(OAuthError::OldLink)?;
        let location = self.location(&flow, &open(&private)?, &state).await?;
        Ok(Bound { location, cookie: cookie_name(state.expose_secret()), value })
    }

    async fn location(&self, flow: &Flow, private: &Private, state: &SecretText) -> Result<Url, OAuthError> {
        let provider = self.provider()?;
        let metadata = provider.metadata(&Authority::at(&flow.authority)).await?;
        let mut url = metadata.authorization_endpoint.clone();
        let scope = provider.settings.hosts.sign_in(&provider.settings.uses);
        url.query_pairs_mut().extend_pairs([
            ("client_id", provider.settings.registration.client_id.as_str()),
            ("response_type", "code"),
            ("response_mode", "query"),
            ("redirect_uri", &flow.redirect_uri),
            ("scope", &scope),
            ("state", state.expose_secret()),
            ("nonce", &private.nonce),
            ("code_challenge", &challenge(&private.verifier)),
            ("code_challenge_method", "S256"),
        ]);
        // The two exclude each other.
        match &private.login {
            Some(login) => url.query_pairs_mut().append_pair("login_hint", login),
            None => url.query_pairs_mut().append_pair("prompt", "select_account"),
        };
        if let Some(claims) = &private.claims {
            url.query_pairs_mut().append_pair("claims", claims);
        }
        Ok(url)
    }

    /// Takes the answer that the popup brought back: the query of its address, and the `Cookie` headers.
    ///
    /// # Errors
    /// `Callback` when it belongs to no sign-in of this browser; those of the database. How the sign-in
    /// itself ended stands in the answer.
    pub async fn finish(&self, query: &str, cookies: &str) -> Result<Finished, OAuthError> {
        let answer = parameters(query)?;
        let (flow, private, cookie) = self.flow(&answer, cookies).await?;
        let end = self.redeem(&flow, &private, &answer).await;
        Ok(Finished { owner: flow.owner, account: flow.account, opener: flow.opener, cookie, end })
    }

    async fn flow(
        &self,
        answer: &HashMap<String, String>,
        cookies: &str,
    ) -> Result<(Flow, Private, String), OAuthError> {
        let state = answer.get("state").ok_or(CallbackFault::Unknown)?;
        let name = cookie_name(state);
        let value = cookie(cookies, &name).ok_or(CallbackFault::Unknown)?;
        let keys = FlowKeys { state: hash(state), cookie: hash(value) };
        let taken = self.strongbox.take_flow(&keys, self.clock.now()).await?;
        let (flow, private) = taken.ok_or(CallbackFault::Unknown)?;
        let private = open(&private)?;
        Ok((flow, private, name))
    }

    async fn redeem(
        &self,
        flow: &Flow,
        private: &Private,
        answer: &HashMap<String, String>,
    ) -> Result<SignedIn, OAuthError> {
        let provider = self.provider()?;
        let authority = Authority::at(&flow.authority);
        let metadata = provider.metadata(&authority).await?;
        if answer.get("iss").is_some_and(|iss| !metadata.is_issuer(iss)) {
            return Err(CallbackFault::Issuer.into());
        }
        if let Some(error) = answer.get("error") {
            return Err(self.refused(error, answer, &authority)?);
        }
        let code = answer.get("code").filter(|code| !code.is_empty()).ok_or(CallbackFault::Empty)?;
        let scope = provider.settings.hosts.token(Resource::Graph, &provider.settings.uses);
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", &flow.redirect_uri),
            ("code_verifier", &private.verifier),
            ("scope", &scope),
        ];
        let tokens = provider.token(&authority, &form).await?;
        self.signed_in(&authority, &tokens, Some(&secret(private.nonce.clone()))).await
    }

    fn refused(
        &self,
        error: &str,
        answer: &HashMap<String, String>,
        authority: &Authority,
    ) -> Result<OAuthError, OAuthError> {
        let wire = refusal::ErrorResponse {
            error: error.to_owned(),
            error_description: answer.get("error_description").cloned(),
            ..refusal::ErrorResponse::default()
        };
        let mut refusal = Refusal::new(wire);
        refusal.admin_link = authority.admin_link(&self.provider()?.settings.registration.client_id);
        Ok(OAuthError::Refused(Box::new(refusal)))
    }
}

/// What is sealed was written here: that it cannot be read means that it was written by another version.
fn open(private: &SecretText) -> Result<Private, CallbackFault> {
    serde_json::from_str(private.expose_secret()).map_err(|_| CallbackFault::Unknown)
}

/// Each parameter once: of two, another reader might believe the other.
fn parameters(query: &str) -> Result<HashMap<String, String>, CallbackFault> {
    let mut seen = HashMap::new();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        if seen.insert(name.into_owned(), value.into_owned()).is_some() {
            return Err(CallbackFault::Twice);
        }
    }
    Ok(seen)
}

/// A name of its own for each sign-in, so that two popups do not take each other's cookie. `__Host-` cookies
/// are of this host alone, over https.
fn cookie_name(state: &str) -> String {
    hash(state)[..8].iter().fold("__Host-connect-".to_owned(), |mut name, byte| {
        let _ = write!(name, "{byte:02x}");
        name
    })
}

fn cookie<'a>(cookies: &'a str, name: &str) -> Option<&'a str> {
    let pairs = cookies.split(';').filter_map(|pair| pair.trim().split_once('='));
    pairs.into_iter().find(|(own, _)| *own == name).map(|(_, value)| value)
}

fn hash(text: &str) -> [u8; 32] {
    Sha256::digest(text.as_bytes()).into()
}

/// S256 of RFC 7636.
fn challenge(verifier: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()))
}

#[cfg(test)]
mod tests;
