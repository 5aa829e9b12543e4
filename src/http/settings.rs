//! What the endpoints are set to: where they are served, and who may call them.

use super::jwt_keys::JwtKeys;
use crate::model::Scopes;
use crate::secret::SecretText;
use chrono::TimeDelta;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use url::Url;

/// How the endpoints are served.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Whether the daemon listens at all.
    pub enabled: bool,
    /// The address that it listens at.
    pub listen: SocketAddr,
    /// A socket of this machine that it listens at beside it, which the daemon and its group may open.
    pub socket: Option<PathBuf>,
    /// Who may call.
    pub access: Arc<Access>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            enabled: true,
            listen: (Ipv4Addr::LOCALHOST, 8425).into(),
            socket: None,
            access: Arc::default(),
        }
    }
}

impl Settings {
    /// The address of a page of ours, for a browser: by the public one, else where the daemon listens.
    ///
    /// # Panics
    /// Never: what is listened at makes an address.
    #[must_use]
    pub fn page(&self, listens: Option<SocketAddr>, path: &str) -> Url {
        let listens = listens.unwrap_or(self.listen);
        let local = if listens.ip().is_unspecified() {
            format!("http://localhost:{}", listens.port())
        } else {
            format!("http://{listens}")
        };
        let public = self.access.public_url.clone();
        let mut url = public.unwrap_or_else(|| Url::parse(&local).expect("an address of a socket"));
        url.set_path(path);
        url
    }
}

/// Who may call beside those with a token of ours, and by which names we are called.
#[derive(Debug, Default)]
pub struct Access {
    /// A secret with the scope `read`.
    pub read: Option<SecretText>,
    /// A secret with the scope `sync`.
    pub cron: Option<SecretText>,
    /// The tokens of the CRM, where it has any.
    pub jwt: Option<JwtSettings>,
    /// Sign-in in a popup, where it is set up.
    pub popup: Option<Popup>,
    /// By which address browsers come, where it is another than the one that is listened at.
    pub public_url: Option<Url>,
    /// `Host` names accepted beside loopback ones.
    pub hosts: Vec<String>,
}

/// The tokens of the CRM: a user's own, each for that user's accounts.
#[derive(Debug)]
pub struct JwtSettings {
    /// Knows which are good.
    pub keys: JwtKeys,
    /// For how long one is good at most.
    pub longest_life: TimeDelta,
    /// What they may do; a token may say less of itself.
    pub scopes: Scopes,
}

/// Sign-in in a popup of the CRM's pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Popup {
    /// Where Microsoft sends it back to: as registered there, and served here.
    pub redirect_uri: Url,
    /// The origins whose pages may open it.
    pub openers: Vec<String>,
    /// Where it goes back to at the end, one for an origin.
    pub returns: Vec<Url>,
}

impl Popup {
    /// Where it begins: beside the address where it comes back.
    #[must_use]
    pub fn start(&self) -> Url {
        self.redirect_uri.join("start").unwrap_or_else(|_| self.redirect_uri.clone())
    }

    /// Whether pages of this origin may send it on to Microsoft: our own and those that may open it.
    #[must_use]
    pub fn admits(&self, origin: &str) -> bool {
        let own = self.redirect_uri.origin().ascii_serialization();
        origin == own || self.openers.iter().any(|opener| opener == origin)
    }

    /// Those that may open it and cannot hear of its end: Microsoft's pages cut it off from other origins, and
    /// it goes back to none of their pages.
    pub fn unreturned(&self) -> impl Iterator<Item = &str> {
        let own = self.redirect_uri.origin().ascii_serialization();
        let cut_off = move |opener: &&String| **opener != own && self.return_to(opener).is_none();
        self.openers.iter().filter(cut_off).map(String::as_str)
    }

    /// Where it goes back to when a page of the dashboard has begun it, which is its opener then.
    #[must_use]
    pub fn dashboard(&self) -> Url {
        self.redirect_uri.join("/ui/connect/back").unwrap_or_else(|_| self.redirect_uri.clone())
    }

    /// Whether a page by this name of ours has the cookies of who comes back.
    #[must_use]
    pub fn is_at(&self, host: &str) -> bool {
        self.redirect_uri.host_str().is_some_and(|own| own.eq_ignore_ascii_case(host))
    }

    /// Where it goes back to when a page of this origin, or of the dashboard, has begun it; `None`: it ends with a page
    /// of ours.
    #[must_use]
    pub fn return_to(&self, opener: &str) -> Option<Url> {
        let dashboard = self.dashboard();
        if opener == dashboard.as_str() {
            return Some(dashboard);
        }
        self.returns.iter().find(|place| place.origin().ascii_serialization() == opener).cloned()
    }
}
