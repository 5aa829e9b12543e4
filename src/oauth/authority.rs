//! Who signs people in: an address, and what it says of itself (OpenID Connect Discovery).
//!
//! An account keeps its authority for life. To refresh at `common` what was signed in at a tenant fails after
//! an hour (AADSTS50194), and has disconnected whole installations of other programs.

use super::OAuthError;
use crate::model::{Cloud, Tenant};
use serde::Deserialize;
use url::{Host, Url};

/// The older name of China's, which an authority of an account may have.
const OLD_CHINA: &str = "https://login.chinacloudapi.cn";

/// The address of an authority, such as `https://login.microsoftonline.com/common/v2.0`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Authority(String);

impl Authority {
    /// Microsoft's, for a tenant of a cloud.
    #[must_use]
    pub fn microsoft(cloud: Cloud, tenant: &Tenant) -> Self {
        Self(format!("{}/{}/v2.0", cloud.sign_in(), tenant.as_str()))
    }

    /// The authority of an account, as it was kept, or any other that speaks OpenID Connect.
    #[must_use]
    pub fn at(address: &str) -> Self {
        Self(address.trim_end_matches('/').to_owned())
    }

    /// As it is kept.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether secrets may go there at all: to Microsoft, or to where the configured authority is; by https, or
    /// on this machine.
    pub(super) fn is_trusted(&self, configured: &Self) -> bool {
        let Ok(url) = Url::parse(&self.0) else { return false };
        let (home, origin) = (url.origin(), |address: &str| Url::parse(address).map(|url| url.origin()));
        let known = [OLD_CHINA, &configured.0].into_iter().chain(Cloud::ALL.map(Cloud::sign_in));
        is_private(&url) && known.into_iter().any(|address| origin(address).as_ref() == Ok(&home))
    }

    /// The scheme and the host of it, for people.
    pub(super) fn origin(&self) -> String {
        Url::parse(&self.0).map_or_else(|_| "no address".to_owned(), |url| url.origin().ascii_serialization())
    }

    /// Where it describes itself.
    pub(super) fn discovery(&self) -> String {
        format!("{}/.well-known/openid-configuration", self.0)
    }

    /// The tenant in a Microsoft address.
    fn tenant(&self) -> Option<&str> {
        self.0.strip_suffix("/v2.0")?.rsplit('/').next()
    }

    /// Whether a person of the organisation `tid` may come in by it.
    pub(super) fn admits(&self, tid: &str) -> bool {
        self.tenant().and_then(Tenant::parse).is_none_or(|tenant| tenant.admits(tid))
    }

    /// Whether nobody comes in by it but people of one organisation, or personal accounts, whose addresses
    /// Microsoft has verified.
    pub(super) fn is_of_one(&self) -> bool {
        !matches!(self.tenant().and_then(Tenant::parse), Some(Tenant::Common | Tenant::Organizations))
    }

    /// Where an administrator allows what an application asks for.
    pub(super) fn admin_link(&self, client_id: &str) -> Option<Url> {
        let base = self.0.strip_suffix("/v2.0")?;
        Url::parse_with_params(&format!("{base}/adminconsent"), [("client_id", client_id)]).ok()
    }
}

/// Whether nobody else reads what is sent there.
fn is_private(url: &Url) -> bool {
    let loopback = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    url.scheme() == "https" || url.scheme() == "http" && loopback
}

/// What an authority says of itself.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Metadata {
    pub(super) issuer: String,
    pub(super) authorization_endpoint: Url,
    pub(super) token_endpoint: Url,
    pub(super) jwks_uri: Url,
    pub(super) device_authorization_endpoint: Option<Url>,
}

/// What stands in the issuer of authorities for many tenants.
const TENANT: &str = "{tenantid}";

impl Metadata {
    /// The description, if all of it lies where the authority itself does: secrets go to these addresses.
    pub(super) fn trusted(self, authority: &Authority) -> Result<Self, OAuthError> {
        let home = Url::parse(authority.as_str()).map_err(|_| OAuthError::Authority("no address"))?.origin();
        let endpoints = [&self.authorization_endpoint, &self.token_endpoint, &self.jwks_uri];
        let away = |url: &Url| url.origin() != home;
        if endpoints.into_iter().chain(&self.device_authorization_endpoint).any(away) {
            return Err(OAuthError::Authority("an endpoint lies at another place"));
        }
        if Url::parse(&self.issuer).map(|issuer| issuer.origin()) != Ok(home) {
            return Err(OAuthError::Authority("its issuer lies at another place"));
        }
        Ok(self)
    }

    /// Who issues identities of the organisation `tid`.
    pub(super) fn issuer_of(&self, tid: &str) -> String {
        self.issuer.replace(TENANT, tid)
    }

    /// Whether the `iss` of an answer (RFC 9207) is this authority's. Which tenant it is only the identity
    /// says.
    pub(super) fn is_issuer(&self, iss: &str) -> bool {
        match self.issuer.split_once(TENANT) {
            None => self.issuer == iss,
            Some((before, after)) => {
                let tid = iss.strip_prefix(before).and_then(|rest| rest.strip_suffix(after));
                tid.is_some_and(|tid| tid == TENANT || uuid::Uuid::try_parse(tid).is_ok())
            }
        }
    }
}

#[cfg(test)]
mod tests;
