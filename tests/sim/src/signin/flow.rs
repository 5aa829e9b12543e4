//! One sign-in under way: what was asked for, and who is signing in. It travels in the pages as `ctx`.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Deserialize, Serialize};

/// The real contexts begin alike; it marks ours too.
const PREFIX: &str = "rQQIARAA";

/// The query of an authorize request.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    pub(crate) client_id: String,
    pub(crate) redirect_uri: String,
    pub(crate) response_type: String,
    pub(crate) response_mode: Option<String>,
    pub(crate) state: String,
    pub(crate) nonce: String,
    pub(crate) prompt: Option<String>,
    pub(crate) login_hint: Option<String>,
    pub(crate) scope: String,
    pub(crate) code_challenge: Option<String>,
    pub(crate) code_challenge_method: Option<String>,
    pub(crate) client_info: Option<String>,
    /// The segment of the path.
    pub(crate) tenant: String,
    /// The sign-in was begun with this user code of a device.
    pub(crate) device: Option<String>,
    /// An administrator is asked for the whole tenant.
    pub(crate) admin: bool,
}

impl Asked {
    /// The same request with another `prompt` and user, as a link of the account picker.
    pub(crate) fn url(&self, prompt: Option<&str>, login_hint: Option<&str>) -> String {
        let next = Self {
            prompt: prompt.map(str::to_owned),
            login_hint: login_hint.map(str::to_owned),
            ..self.clone()
        };
        let value = serde_json::to_value(next).expect("strings serialize");
        let fields =
            value.as_object().into_iter().flatten().filter_map(|(name, value)| Some((name, value.as_str()?)));
        let query: Vec<String> = fields
            .filter(|(name, value)| *name != "tenant" && !value.is_empty())
            .map(|(name, value)| format!("{name}={}", encode(value)))
            .collect();
        let tenant = if self.tenant.is_empty() { "common" } else { &self.tenant };
        format!("https://{}/{tenant}/oauth2/v2.0/authorize?{}", crate::hosts::LOGIN, query.join("&"))
    }

    /// The request of OWA's own page, which this host knows without a registration.
    pub(crate) fn is_owa(&self) -> bool {
        self.client_id == crate::hosts::CLIENT_ID
    }

    /// Where the answer goes; a host alone has the path `/`.
    pub(super) fn redirect_to(&self) -> String {
        let bare = self.redirect_uri.split_once("://").is_some_and(|(_, rest)| !rest.contains(['/', '?']));
        format!("{}{}", self.redirect_uri, if bare { "/" } else { "" })
    }

    /// No page may be shown.
    pub(crate) fn is_silent(&self) -> bool {
        self.prompt.as_deref() == Some("none")
    }
}

/// Everything but RFC 3986's unreserved characters.
const RESERVED: AsciiSet = NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// Percent-encodes a value of a query or fragment.
pub(super) fn encode(value: &str) -> String {
    utf8_percent_encode(value, &RESERVED).to_string()
}

/// A sign-in under way.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Flow {
    pub(crate) asked: Asked,
    /// Sign-in name, once a password was sent.
    pub(crate) login: String,
    /// Its password was right.
    pub(crate) accepted: bool,
    /// So was its second factor.
    #[serde(default)]
    pub(crate) proven: bool,
}

impl Flow {
    pub(super) fn ctx(&self) -> String {
        let json = serde_json::to_vec(self).expect("strings serialize");
        format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(json))
    }

    pub(super) fn of(ctx: &str) -> Option<Self> {
        let json = URL_SAFE_NO_PAD.decode(ctx.strip_prefix(PREFIX)?).ok()?;
        serde_json::from_slice(&json).ok()
    }

    /// The same without `prompt`: what it asked for was done.
    pub(crate) fn without_prompt(&self) -> Self {
        Self { asked: Asked { prompt: None, ..self.asked.clone() }, ..self.clone() }
    }
}

/// What every POST of these pages carries; without any of it the real service refuses too.
#[derive(Debug, Deserialize)]
pub(super) struct Posted {
    ctx: String,
    #[serde(rename = "flowToken")]
    flow_token: String,
    #[serde(default)]
    canary: String,
    /// The context that the second factor was proven in.
    #[serde(default)]
    request: String,
    #[serde(default)]
    pub(super) login: String,
    #[serde(default)]
    pub(super) passwd: String,
    #[serde(default, rename = "LoginOptions")]
    pub(super) login_options: String,
    #[serde(default, rename = "acceptConsent")]
    pub(super) accept_consent: String,
    #[serde(default, rename = "ContinueAuth")]
    pub(super) continue_auth: String,
}

impl Posted {
    pub(super) fn flow(&self) -> Option<Flow> {
        let complete = !self.flow_token.is_empty() && !self.canary.is_empty();
        complete.then(|| Flow::of(&self.ctx)).flatten()
    }

    /// The sign-in whose second factor was right.
    pub(super) fn proven(&self) -> Option<Flow> {
        self.flow().and_then(|_| Flow::of(&self.request)).filter(|flow| flow.accepted && flow.proven)
    }
}
