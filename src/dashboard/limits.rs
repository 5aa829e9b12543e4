//! How often somebody may try to sign in: by the network that they come from, and by the name that they say. Who has not
//! said yet whether they are one of us must not cost much.

use crate::http::Peer;
use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use sha2::{Digest, Sha256};
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::Duration;

/// So many tries at once, and as many in any minute.
const TRIES: NonZeroU32 = NonZeroU32::new(10).unwrap();
/// So many networks or names are known before those that have all their tries again are forgotten.
const MOST: usize = 1024;

/// What is remembered of tries.
pub(super) struct SignInLimits {
    peers: DefaultKeyedRateLimiter<Option<IpAddr>>,
    /// By the hash of the name: it may be of any length.
    names: DefaultKeyedRateLimiter<[u8; 32]>,
}

impl Default for SignInLimits {
    fn default() -> Self {
        let quota = Quota::per_minute(TRIES);
        Self { peers: RateLimiter::keyed(quota), names: RateLimiter::keyed(quota) }
    }
}

impl SignInLimits {
    /// Takes a try of whoever comes from there.
    ///
    /// # Errors
    /// The wait until there is one.
    pub(super) fn take(&self, peer: Peer) -> Result<(), Duration> {
        take(&self.peers, &peer.network())
    }

    /// The same of whoever says this name, whether there is one of that name or not.
    ///
    /// # Errors
    /// The wait until there is one.
    pub(super) fn take_name(&self, name: &str) -> Result<(), Duration> {
        take(&self.names, &Sha256::digest(name.as_bytes()).into())
    }
}

fn take<K: Clone + Eq + std::hash::Hash>(of: &DefaultKeyedRateLimiter<K>, key: &K) -> Result<(), Duration> {
    if of.len() >= MOST {
        of.retain_recent();
    }
    let clock = DefaultClock::default();
    of.check_key(key).map_err(|until| until.wait_time_from(clock.now()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_tries_too_often_waits_and_nobody_else() {
        let limits = SignInLimits::default();
        let peer = |address: &str| Peer::from(std::net::SocketAddr::new(address.parse().unwrap(), 1));
        let tried = (0..50).filter(|_| limits.take(peer("192.0.2.1")).is_ok()).count();
        assert_eq!(tried, 10);
        assert!(limits.take(peer("192.0.2.1")).unwrap_err() <= Duration::from_secs(6));
        assert!(limits.take(peer("192.0.2.2")).is_ok());
        let tried = (0..50).filter(|_| limits.take_name("ada").is_ok()).count();
        assert_eq!((tried, limits.take_name("grace").is_ok()), (10, true));
    }
}
