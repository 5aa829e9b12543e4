//! Sign-in in a browser's popup: authorization code with PKCE (RFC 6749, 7636, 9700).
//!
//! ```text
//! begin     a row that holds who asks for what; its handle goes into an address of ours
//! asked     the popup opens that address: it is shown who asks, and nothing changes
//! bind      the person goes on, once: a cookie ties the sign-in to this browser, state and PKCE to the row
//! returned  Microsoft sends the popup back: state and cookie find the row, once. Its answer is put away, and
//!           Microsoft is asked for nothing; `finish` goes where whoever began is signed in
//! take      who brings `finish` takes the row, one at a time, as whom they are signed in
//! redeem    only where that is who began it: the code becomes tokens, and the row goes. It is given back where
//!           Microsoft cannot be asked for a while
//! ```
//! So a popup that one user begins and another walks through connects nothing (cross-user session fixation:
//! draft-ietf-oauth-security-topics-update). Handle, state, cookie and `finish` are kept as hashes; the
//! verifier, the nonce, Microsoft's answer and what else is private are sealed.

mod finish;

pub use finish::PopupTaken;

use super::{Authority, CallbackFault, OAuth, OAuthError};
use crate::model::{AccountId, AttemptId};
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
    /// The CRM's user id of whose mailbox it shall be.
    pub owner: String,
    /// The operator who begins it for them; `None`: they do, or the CRM for them.
    pub begun_by: Option<String>,
    /// What the CRM calls that user.
    pub name: Option<String>,
    /// The account to be connected again; `None`: whichever the person has.
    pub account: Option<AccountId>,
    /// What the person types at sign-in, where it is known.
    pub login: Option<String>,
    /// The mailbox that it must be, by an address.
    pub expected: Option<String>,
    /// The origin of the page that begins it.
    pub opener: String,
    /// Where Microsoft sends the popup back to: exactly what is registered there.
    pub redirect_uri: Url,
}

/// A sign-in that has begun.
#[derive(Debug)]
pub struct Begun {
    /// The attempt, as its owner asks for it.
    pub attempt: AttemptId,
    /// What opens it, once, within `POPUP_LIFE`.
    pub handle: SecretText,
}

/// Who asks for a sign-in, as the person is shown before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PopupAsked {
    /// The CRM's user id of whose mailbox it shall be.
    pub owner: String,
    /// What the CRM calls that user.
    pub name: Option<String>,
    /// The origin of the page that began it.
    pub opener: String,
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

/// A popup that Microsoft has sent back.
#[derive(Debug)]
pub struct PopupReturned {
    /// The attempt.
    pub attempt: AttemptId,
    /// The origin of the page that began it.
    pub opener: String,
    /// With it whoever began comes to the end, once.
    pub finish: SecretText,
    /// The name of the cookie, which has done its work.
    pub cookie: String,
}

/// What is sealed in a row.
#[derive(Serialize, Deserialize)]
struct Private {
    verifier: String,
    nonce: String,
    name: Option<String>,
    login: Option<String>,
    expected: Option<String>,
    claims: Option<String>,
}

/// What Microsoft answered, as it is put away.
#[derive(Serialize, Deserialize)]
struct PopupAnswer {
    code: Option<String>,
    error: Option<String>,
    error_description: Option<String>,
    iss: Option<String>,
}

impl PopupAnswer {
    fn of(mut parameters: HashMap<String, String>) -> Self {
        let mut take = |name| parameters.remove(name).filter(|value| !value.is_empty());
        Self {
            code: take("code"),
            error: take("error"),
            error_description: take("error_description"),
            iss: take("iss"),
        }
    }
}

impl OAuth {
    /// Begins a sign-in.
    ///
    /// # Errors
    /// `Off`; those of the database.
    pub async fn begin(&self, begin: Begin) -> Result<Begun, OAuthError> {
        let provider = self.provider()?;
        let private = Private {
            verifier: random().expose_secret().clone(),
            nonce: random().expose_secret().clone(),
            claims: self.claims(begin.account.as_ref()).await?,
            name: begin.name,
            login: begin.login,
            expected: begin.expected,
        };
        let handle = random();
        let now = self.clock.now();
        let flow = Flow {
            owner: begin.owner,
            begun_by: begin.begun_by,
            account: begin.account,
            opener: begin.opener,
            redirect_uri: begin.redirect_uri.into(),
            authority: provider.settings.authority.as_str().to_owned(),
        };
        let new = NewFlow { handle: hash(handle.expose_secret()), flow, expires_at: now + POPUP_LIFE };
        let attempt = self.strongbox.put_flow(&new, &closed(&private), now).await?;
        Ok(Begun { attempt, handle })
    }

    /// What Microsoft said the next sign-in of this account has to hand on.
    async fn claims(&self, account: Option<&AccountId>) -> Result<Option<String>, OAuthError> {
        let Some(account) = account else { return Ok(None) };
        let grant = self.strongbox.grant(account).await?;
        Ok(grant.and_then(|grant| grant.troubles.into_values().find_map(|trouble| trouble.claims)))
    }

    /// Who asks for the sign-in that a handle opens. Nothing changes: a preview of the link may look too.
    ///
    /// # Errors
    /// `OldLink` when there is none: used before, too old, or made up. Those of the database.
    pub async fn asked(&self, handle: &str) -> Result<PopupAsked, OAuthError> {
        let (flow, private) = self.flow_at(handle).await?;
        Ok(PopupAsked { owner: flow.owner, name: private.name, opener: flow.opener })
    }

    /// Ties the popup that brings the handle to its sign-in. The handle is used up only when it is known
    /// where Microsoft's page is.
    ///
    /// # Errors
    /// `OldLink` as above; those of the authority's description and of the database.
    pub async fn bind(&self, handle: &str) -> Result<Bound, OAuthError> {
        let (flow, private) = self.flow_at(handle).await?;
        let (state, value) = (random(), random());
        let location = self.location(&flow, &private, &state).await?;
        let keys = FlowKeys { state: hash(state.expose_secret()), cookie: hash(value.expose_secret()) };
        if !self.strongbox.bind_flow(&hash(handle), &keys, self.clock.now()).await? {
            return Err(OAuthError::OldLink);
        }
        let is_secure = flow.redirect_uri.starts_with("https:");
        Ok(Bound { location, cookie: cookie_name(state.expose_secret(), is_secure), value })
    }

    async fn flow_at(&self, handle: &str) -> Result<(Flow, Private), OAuthError> {
        let found = self.strongbox.flow_at(&hash(handle), self.clock.now()).await?;
        let (flow, private) = found.ok_or(OAuthError::OldLink)?;
        Ok((flow, opened(&private).ok_or(OAuthError::OldLink)?))
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
        match private.expected.as_ref().or(private.login.as_ref()) {
            Some(login) => url.query_pairs_mut().append_pair("login_hint", login),
            None => url.query_pairs_mut().append_pair("prompt", "select_account"),
        };
        if let Some(claims) = &private.claims {
            url.query_pairs_mut().append_pair("claims", claims);
        }
        Ok(url)
    }

    /// Takes the answer that the popup brought back, over https or not: the query of its address, and the `Cookie` headers.
    /// What it says is looked at when it is finished.
    ///
    /// # Errors
    /// `Callback` when it belongs to no sign-in of this browser; those of the database.
    pub async fn returned(
        &self,
        query: &str,
        cookies: &str,
        is_secure: bool,
    ) -> Result<PopupReturned, OAuthError> {
        let parameters = parameters(query)?;
        let state = parameters.get("state").ok_or(CallbackFault::Unknown)?;
        let name = cookie_name(state, is_secure);
        let value = cookie(cookies, &name).ok_or(CallbackFault::Unknown)?;
        let keys = FlowKeys { state: hash(state), cookie: hash(value) };
        let (finish, answer) = (random(), closed(&PopupAnswer::of(parameters)));
        let hashed = hash(finish.expose_secret());
        let kept = self.strongbox.answer_flow(&keys, &hashed, &answer, self.clock.now()).await?;
        let (attempt, flow) = kept.ok_or(CallbackFault::Unknown)?;
        Ok(PopupReturned { attempt, opener: flow.opener, finish, cookie: name })
    }
}

/// As it is sealed.
fn closed(what: &impl Serialize) -> SecretText {
    secret(serde_json::to_string(what).unwrap_or_default())
}

/// What is sealed was written here: that it cannot be read means that it was written by another version.
fn opened<T: for<'a> Deserialize<'a>>(sealed: &SecretText) -> Option<T> {
    serde_json::from_str(sealed.expose_secret()).ok()
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
/// are of this host alone, over https; by http, of this machine itself, browsers keep none of them.
fn cookie_name(state: &str, is_secure: bool) -> String {
    let prefix = if is_secure { "__Host-connect-" } else { "connect-" };
    hash(state)[..8].iter().fold(prefix.to_owned(), |mut name, byte| {
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
