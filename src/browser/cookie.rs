//! Cookies as they are kept between runs.

use chromiumoxide::cdp::browser_protocol::network as cdp;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A cookie with everything that is needed to set it again as it was.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Cookie {
    /// Its name, as the server spelt it.
    pub name: String,
    /// Its value: secret.
    pub value: String,
    /// The host it belongs to; with a leading dot, its subdomains too.
    pub domain: String,
    /// The path it is sent to.
    pub path: String,
    /// When it ends, in seconds since 1970; `None` for a cookie of the session.
    pub expires: Option<f64>,
    /// Only over https.
    pub secure: bool,
    /// Not for scripts.
    pub http_only: bool,
    /// `Strict`, `Lax` or `None`; absent where the server said nothing.
    pub same_site: Option<SameSite>,
    /// The site under which a partitioned cookie was set.
    pub partition_key: Option<PartitionKey>,
    /// Whether it was set over https (Chromium keeps `http` and `https` cookies apart).
    pub source_scheme: SourceScheme,
    /// The port it was set from; -1 where unknown.
    pub source_port: i64,
}

/// When a cookie is sent with requests that come from other sites.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum SameSite {
    /// Never with such requests.
    Strict,
    /// With top-level navigations.
    Lax,
    /// With every request; only over https.
    None,
}

/// The kind of origin that set a cookie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum SourceScheme {
    /// Chromium did not say.
    Unset,
    /// An origin of http.
    NonSecure,
    /// An origin of https.
    Secure,
}

/// The top-level site of a partitioned cookie.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartitionKey {
    /// Scheme and registrable domain, such as `https://example.com`.
    pub top_level_site: String,
    /// Whether a frame of another site lay between.
    pub has_cross_site_ancestor: bool,
}

impl fmt::Debug for Cookie {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Cookie({} of {}{}, value redacted)", self.name, self.domain, self.path)
    }
}

impl From<&cdp::Cookie> for Cookie {
    fn from(cookie: &cdp::Cookie) -> Self {
        Self {
            name: cookie.name.clone(),
            value: cookie.value.clone(),
            domain: cookie.domain.clone(),
            path: cookie.path.clone(),
            expires: (!cookie.session).then_some(cookie.expires),
            secure: cookie.secure,
            http_only: cookie.http_only,
            same_site: cookie.same_site.as_ref().map(SameSite::from),
            partition_key: cookie.partition_key.as_ref().map(PartitionKey::from),
            source_scheme: SourceScheme::from(&cookie.source_scheme),
            source_port: cookie.source_port,
        }
    }
}

impl Cookie {
    /// The parameters that set it again. A cookie of one host alone is given by address and without a
    /// domain: with a domain it would grow to the subdomains, and `__Host-` names are refused.
    pub(super) fn to_param(&self) -> cdp::CookieParam {
        let mut param = cdp::CookieParam::new(&self.name, &self.value);
        if self.domain.starts_with('.') {
            param.domain = Some(self.domain.clone());
        } else {
            let scheme =
                if self.secure || self.source_scheme == SourceScheme::Secure { "https" } else { "http" };
            param.url = Some(format!("{scheme}://{}{}", self.domain, self.path));
        }
        param.path = Some(self.path.clone());
        param.expires = self.expires.map(cdp::TimeSinceEpoch::new);
        param.secure = Some(self.secure);
        param.http_only = Some(self.http_only);
        param.same_site = self.same_site.map(Into::into);
        param.partition_key = self.partition_key.as_ref().map(Into::into);
        param.source_scheme = Some(self.source_scheme.into());
        param.source_port = Some(self.source_port);
        param
    }
}

impl From<&cdp::CookieSameSite> for SameSite {
    fn from(value: &cdp::CookieSameSite) -> Self {
        match value {
            cdp::CookieSameSite::Strict => Self::Strict,
            cdp::CookieSameSite::Lax => Self::Lax,
            cdp::CookieSameSite::None => Self::None,
        }
    }
}

impl From<SameSite> for cdp::CookieSameSite {
    fn from(value: SameSite) -> Self {
        match value {
            SameSite::Strict => Self::Strict,
            SameSite::Lax => Self::Lax,
            SameSite::None => Self::None,
        }
    }
}

impl From<&cdp::CookieSourceScheme> for SourceScheme {
    fn from(value: &cdp::CookieSourceScheme) -> Self {
        match value {
            cdp::CookieSourceScheme::Unset => Self::Unset,
            cdp::CookieSourceScheme::NonSecure => Self::NonSecure,
            cdp::CookieSourceScheme::Secure => Self::Secure,
        }
    }
}

impl From<SourceScheme> for cdp::CookieSourceScheme {
    fn from(value: SourceScheme) -> Self {
        match value {
            SourceScheme::Unset => Self::Unset,
            SourceScheme::NonSecure => Self::NonSecure,
            SourceScheme::Secure => Self::Secure,
        }
    }
}

impl From<&cdp::CookiePartitionKey> for PartitionKey {
    fn from(key: &cdp::CookiePartitionKey) -> Self {
        Self {
            top_level_site: key.top_level_site.clone(),
            has_cross_site_ancestor: key.has_cross_site_ancestor,
        }
    }
}

impl From<&PartitionKey> for cdp::CookiePartitionKey {
    fn from(key: &PartitionKey) -> Self {
        Self::new(&key.top_level_site, key.has_cross_site_ancestor)
    }
}
