//! What narrows a token for the API beyond its scopes and its owner.

use super::{AccountId, Resource};
use ipnet::IpNet;
use serde::{Serialize, Serializer};
use std::collections::BTreeSet;
use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;
use utoipa::ToSchema;

/// The text is no network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no address and no network, such as 192.0.2.7 or 192.0.2.0/24 or 2001:db8::/32")]
pub struct UnknownNetwork;

/// Networks; as text, in the notation of CIDR (RFC 4632) with a space between. None holds every address.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Networks(BTreeSet<IpNet>);

impl Networks {
    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether an address is in one of them. Who comes by a socket of this machine has none, and is in no
    /// network.
    #[must_use]
    pub fn hold(&self, address: Option<IpAddr>) -> bool {
        let in_one = |address: IpAddr| self.0.iter().any(|network| network.contains(&address.to_canonical()));
        self.is_empty() || address.is_some_and(in_one)
    }

    /// Whether each address that one of them holds is held by those too. None holds every address.
    #[must_use]
    pub fn is_within(&self, those: &Self) -> bool {
        let held = |network: &IpNet| those.0.iter().any(|other| other.contains(network));
        self.0.iter().all(held) || those.is_empty()
    }

    fn texts(&self) -> impl Iterator<Item = String> {
        self.0.iter().map(IpNet::to_string)
    }
}

impl FromIterator<Networks> for Networks {
    fn from_iter<I: IntoIterator<Item = Networks>>(all: I) -> Self {
        Self(all.into_iter().flat_map(|networks| networks.0).collect())
    }
}

impl FromStr for Networks {
    type Err = UnknownNetwork;

    /// An address alone is a network of its own; what is set behind a network's prefix is dropped.
    fn from_str(text: &str) -> Result<Self, UnknownNetwork> {
        let one = |word: &str| {
            let alone = word.parse::<IpAddr>().map(|address| IpNet::from(address.to_canonical()));
            alone.or_else(|_| word.parse()).map(|network: IpNet| network.trunc()).map_err(|_| UnknownNetwork)
        };
        text.split_whitespace().map(one).collect::<Result<_, _>>().map(Self)
    }
}

impl fmt::Display for Networks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.texts().collect::<Vec<_>>().join(" "))
    }
}

impl Serialize for Networks {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.texts())
    }
}

/// What narrows a token; nothing by default.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct TokenLimits {
    /// The one account whose routes it opens, and no other route.
    pub account: Option<AccountId>,
    /// The one resource whose access tokens it is given.
    pub resource: Option<Resource>,
    /// Where it may be used from.
    #[schema(value_type = Vec<String>)]
    pub networks: Networks,
    /// How often it may be used in any hour.
    pub uses_per_hour: Option<u32>,
}

impl TokenLimits {
    /// Whether nothing narrows it.
    #[must_use]
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }
}

/// Each of them in words; nothing where nothing narrows it.
impl fmt::Display for TokenLimits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { account, resource, networks, uses_per_hour } = self;
        let all = [
            account.as_ref().map(|account| format!("account {account}")),
            resource.map(|resource| resource.as_str().to_owned()),
            (!networks.is_empty()).then(|| networks.to_string()),
            uses_per_hour.map(|uses| format!("{uses} an hour")),
        ];
        f.write_str(&all.into_iter().flatten().collect::<Vec<_>>().join("; "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_are_words_with_spaces_between() {
        let networks: Networks =
            "192.0.2.77/24  2001:db8::/32 198.51.100.7 ::ffff:203.0.113.1".parse().unwrap();
        assert_eq!(networks.to_string(), "192.0.2.0/24 198.51.100.7/32 203.0.113.1/32 2001:db8::/32");
        assert_eq!(networks.to_string().parse(), Ok(networks.clone()));
        let held = |address: &str| networks.hold(Some(address.parse().unwrap()));
        for address in ["192.0.2.1", "::ffff:192.0.2.1", "198.51.100.7", "203.0.113.1", "2001:db8:1::1"] {
            assert!(held(address), "{address}");
        }
        for address in ["192.0.3.1", "198.51.100.8", "2001:db9::1", "::1"] {
            assert!(!held(address), "{address}");
        }
        assert!(!networks.hold(None));
        assert!(Networks::default().hold(None) && "".parse::<Networks>().unwrap().is_empty());
        for wrong in ["192.0.2.0/33", "192.0.2", "example.org", "192.0.2.0/"] {
            assert_eq!(wrong.parse::<Networks>(), Err(UnknownNetwork), "{wrong}");
        }
    }
}
