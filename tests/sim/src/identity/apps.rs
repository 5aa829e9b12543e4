//! Registered applications, and which redirect addresses are theirs.

use std::borrow::Cow;

use anyhow::{Result, ensure};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Longest redirect address that can be registered.
const LONGEST_REDIRECT: usize = 256;

/// Whose accounts an application is for (`signInAudience`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// Work and personal accounts.
    #[default]
    All,
    /// Work accounts of every tenant.
    Work,
    /// Work accounts of its own tenant only: `/common` is refused.
    Tenant,
    /// Personal accounts only.
    Personal,
}

/// An application that was registered with the platform.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct App {
    /// Its id.
    #[serde(default = "Uuid::new_v4")]
    pub client_id: Uuid,
    /// What the consent page calls it.
    #[serde(default = "default_name")]
    pub name: String,
    /// Its secret; without one it is a public client.
    #[serde(default)]
    pub secret: Option<String>,
    /// Its certificate in PEM, without the key: an assertion of it proves as much as the secret.
    #[serde(default)]
    pub certificate: Option<String>,
    /// The secret is past its end.
    #[serde(default)]
    pub secret_expired: bool,
    /// Where answers may go.
    #[serde(default)]
    pub redirect_uris: Vec<String>,
    /// Whose accounts it is for.
    #[serde(default)]
    pub audience: Audience,
    /// An administrator has switched it off.
    #[serde(default)]
    pub disabled: bool,
}

fn default_name() -> String {
    "Test application".to_owned()
}

impl App {
    /// A public client (desktop, terminal) with this redirect address, for all accounts.
    #[must_use]
    pub fn public(redirect_uri: &str) -> Self {
        Self {
            client_id: Uuid::new_v4(),
            name: default_name(),
            secret: None,
            certificate: None,
            secret_expired: false,
            redirect_uris: vec![redirect_uri.to_owned()],
            audience: Audience::default(),
            disabled: false,
        }
    }

    /// A web application with a secret, for all accounts.
    #[must_use]
    pub fn confidential(redirect_uri: &str, secret: &str) -> Self {
        Self { secret: Some(secret.to_owned()), ..Self::public(redirect_uri) }
    }

    /// A web application with a certificate, for all accounts.
    #[must_use]
    pub fn certified(redirect_uri: &str, certificate: &str) -> Self {
        Self { certificate: Some(certificate.to_owned()), ..Self::public(redirect_uri) }
    }

    /// The same, for other accounts.
    #[must_use]
    pub fn for_audience(self, audience: Audience) -> Self {
        Self { audience, ..self }
    }

    /// Whether it has to prove who it is.
    pub(super) fn is_confidential(&self) -> bool {
        self.secret.is_some() || self.certificate.is_some()
    }

    /// What the real portal would refuse to register.
    pub(super) fn check(&self) -> Result<()> {
        for uri in &self.redirect_uris {
            ensure!(uri.len() <= LONGEST_REDIRECT, "{uri}: more than {LONGEST_REDIRECT} characters");
            ensure!(!uri.contains(['*', '#']), "{uri}: no wildcard and no fragment");
            ensure!(uri.starts_with("https://") || is_loopback(uri), "{uri}: http is for loopback only");
            let personal = matches!(self.audience, Audience::All | Audience::Personal);
            ensure!(!(personal && uri.contains('?')), "{uri}: no query where personal accounts are allowed");
        }
        Ok(())
    }

    /// Whether an answer may go to `asked`: exactly a registered address, but for the port of a loopback
    /// address.
    pub(super) fn owns(&self, asked: &str) -> bool {
        self.redirect_uris.iter().any(|uri| without_port(uri) == without_port(asked))
    }
}

/// `http://localhost` and `http://127.0.0.1`; `[::1]` is not supported.
fn is_loopback(uri: &str) -> bool {
    authority(uri).is_some_and(|(host, _)| ["localhost", "127.0.0.1"].contains(&host))
}

/// Host and the rest behind an optional port, of a plain http address.
fn authority(uri: &str) -> Option<(&str, &str)> {
    let rest = uri.strip_prefix("http://")?;
    let (authority, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    match authority.split_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => Some((host, path)),
        Some(_) => None,
        None => Some((authority, path)),
    }
}

fn without_port(uri: &str) -> Cow<'_, str> {
    match authority(uri).filter(|_| is_loopback(uri)) {
        Some((host, path)) => format!("http://{host}{}", if path.is_empty() { "/" } else { path }).into(),
        None => uri.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_redirect_is_matched_exactly_but_for_a_loopback_port() {
        for (registered, asked, owned) in [
            ("https://crm.example/cb", "https://crm.example/cb", true),
            ("https://crm.example/cb", "https://crm.example/CB", false),
            ("https://crm.example/cb", "https://crm.example/cb/", false),
            ("https://crm.example/cb", "https://crm.example:8443/cb", false),
            ("https://crm.example/cb", "https://crm.example/cb?next=x", false),
            ("https://crm.example/cb", "https://crm.example.evil.example/cb", false),
            ("http://localhost/cb", "http://localhost:51234/cb", true),
            ("http://localhost:3000/cb", "http://localhost:51234/cb", true),
            ("http://localhost/cb", "http://localhost:51234/Cb", false),
            ("http://localhost", "http://localhost:51234", true),
            ("http://localhost", "http://localhost:51234/", true),
            ("http://localhost/cb", "http://127.0.0.1:51234/cb", false),
            ("http://127.0.0.1/cb", "http://127.0.0.1:1/cb", true),
            ("http://localhost/cb", "http://localhost:x@evil.example/cb", false),
            ("http://localhost/cb", "http://localhost.evil.example/cb", false),
        ] {
            assert_eq!(App::public(registered).owns(asked), owned, "{registered} {asked}");
        }
    }

    #[test]
    fn what_cannot_be_registered() {
        for (uri, possible) in [
            ("http://localhost/cb", true),
            ("https://crm.example/cb", true),
            ("http://crm.example/cb", false),
            ("http://[::1]/cb", false),
            ("https://*.crm.example/cb", false),
            ("https://crm.example/cb?a=b", false),
        ] {
            assert_eq!(App::public(uri).check().is_ok(), possible, "{uri}");
        }
        let work = App::public("https://crm.example/cb?a=b").for_audience(Audience::Work);
        assert!(work.check().is_ok());
        assert!(App::public(&format!("https://crm.example/{}", "x".repeat(260))).check().is_err());
    }
}
