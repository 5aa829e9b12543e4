//! One sign-in under way: what was asked for, and who is signing in. It travels in the pages as `ctx`.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Deserialize, Serialize};

/// The real contexts begin alike; it marks ours too.
const PREFIX: &str = "rQQIARAA";

/// The query of an authorize request.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    pub(super) client_id: String,
    pub(super) redirect_uri: String,
    pub(super) response_type: String,
    pub(super) response_mode: Option<String>,
    pub(super) state: String,
    pub(super) nonce: String,
    pub(super) prompt: Option<String>,
    pub(super) login_hint: Option<String>,
}

impl Asked {
    /// The same request with another `prompt` and user, as a link of the account picker.
    pub(super) fn url(&self, prompt: Option<&str>, login_hint: Option<&str>) -> String {
        let next = Self {
            prompt: prompt.map(str::to_owned),
            login_hint: login_hint.map(str::to_owned),
            ..self.clone()
        };
        let value = serde_json::to_value(next).expect("strings serialize");
        let fields =
            value.as_object().into_iter().flatten().filter_map(|(name, value)| Some((name, value.as_str()?)));
        let query: Vec<String> = fields.map(|(name, value)| format!("{name}={}", encode(value))).collect();
        format!("https://{}/common/oauth2/v2.0/authorize?{}", crate::hosts::LOGIN, query.join("&"))
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
pub(super) struct Flow {
    pub(super) asked: Asked,
    /// Sign-in name, once a password was sent.
    pub(super) login: String,
    /// Its password was right.
    pub(super) accepted: bool,
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
}

/// What every POST of these pages carries; without any of it the real service refuses too.
#[derive(Debug, Deserialize)]
pub(super) struct Posted {
    ctx: String,
    #[serde(rename = "flowToken")]
    flow_token: String,
    #[serde(default)]
    canary: String,
    #[serde(default)]
    pub(super) login: String,
    #[serde(default)]
    pub(super) passwd: String,
    #[serde(default, rename = "LoginOptions")]
    pub(super) login_options: String,
}

impl Posted {
    pub(super) fn flow(&self) -> Option<Flow> {
        let complete = !self.flow_token.is_empty() && !self.canary.is_empty();
        complete.then(|| Flow::of(&self.ctx)).flatten()
    }
}
