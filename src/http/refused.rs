//! Callers whose credentials are not good. Each is told in the log for as long as that can be read, and who guesses
//! at tokens is slowed before the database is asked.

use governor::clock::{Clock as _, MonotonicClock};
use governor::{DefaultDirectRateLimiter, DefaultKeyedRateLimiter, Quota, RateLimiter};
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// So many tokens of one peer may be no good in a minute.
const GUESSES: NonZeroU32 = NonZeroU32::new(10).unwrap();
/// So many refusals are told in a minute, of all peers.
const LINES: NonZeroU32 = NonZeroU32::new(60).unwrap();
/// So many peers and good tokens are known at once.
const MOST: usize = 1024;

/// Where a request comes from: the other end of its connection, whatever its headers say. Behind a proxy that is
/// the proxy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Peer(Option<IpAddr>);

impl Peer {
    /// Whoever comes by a socket of this machine, which knows no addresses.
    pub(super) const LOCAL: Self = Self(None);

    /// The address, where there is one.
    pub(super) fn address(self) -> Option<IpAddr> {
        self.0
    }

    /// Whoever shares it shares the limits. Of IPv6 it is a network: whoever has one has 2^64 addresses.
    fn network(self) -> Option<IpAddr> {
        self.0.map(|ip| match ip {
            IpAddr::V6(ip) => Ipv6Addr::from_bits(ip.to_bits() >> 64 << 64).into(),
            ip @ IpAddr::V4(_) => ip,
        })
    }
}

impl From<SocketAddr> for Peer {
    fn from(address: SocketAddr) -> Self {
        Self(Some(address.ip().to_canonical()))
    }
}

impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(ip) => ip.fmt(f),
            None => f.write_str("socket"),
        }
    }
}

/// What is remembered of refusals.
pub(super) struct Refusals {
    guesses: DefaultKeyedRateLimiter<Option<IpAddr>>,
    lines: DefaultDirectRateLimiter,
    untold: AtomicU64,
    /// Who waits, and until when.
    slowed: Mutex<HashMap<Option<IpAddr>, Instant>>,
    /// Hashes of tokens that were good lately: whoever guesses behind the same proxy keeps them out of nothing.
    good: Mutex<HashSet<[u8; 32]>>,
}

impl Default for Refusals {
    fn default() -> Self {
        Self {
            guesses: RateLimiter::keyed(Quota::per_minute(GUESSES)),
            lines: RateLimiter::direct(Quota::per_minute(LINES)),
            untold: AtomicU64::default(),
            slowed: Mutex::default(),
            good: Mutex::default(),
        }
    }
}

impl Refusals {
    /// Whether a token may be looked for.
    ///
    /// # Errors
    /// The wait until then.
    pub(super) fn may_look(&self, peer: Peer, token: &[u8; 32]) -> Result<(), Duration> {
        if held(&self.good).contains(token) {
            return Ok(());
        }
        let until = held(&self.slowed).get(&peer.network()).copied();
        let wait = until.and_then(|until| until.checked_duration_since(MonotonicClock.now()));
        wait.filter(|wait| !wait.is_zero()).map_or(Ok(()), Err)
    }

    /// Counts a token that was no good.
    pub(super) fn was_bad(&self, peer: Peer) {
        if self.guesses.len() > MOST {
            self.guesses.retain_recent();
        }
        let Err(until) = self.guesses.check_key(&peer.network()) else { return };
        let now = MonotonicClock.now();
        let mut slowed = held(&self.slowed);
        if slowed.len() >= MOST {
            slowed.retain(|_, until| *until > now);
        }
        slowed.insert(peer.network(), now + until.wait_time_from(now));
    }

    /// Remembers a token that was good.
    pub(super) fn was_good(&self, token: [u8; 32]) {
        let mut good = held(&self.good);
        if good.len() >= MOST {
            good.clear();
        }
        good.insert(token);
    }

    /// Writes a refusal to the log, unless there were too many; the next line says how many were not told.
    pub(super) fn tell(&self, peer: Peer, token: Option<&str>, why: &str) {
        if self.lines.check().is_err() {
            self.untold.fetch_add(1, Ordering::Relaxed);
            return;
        }
        let untold = Some(self.untold.swap(0, Ordering::Relaxed)).filter(|count| *count > 0);
        tracing::info!(%peer, token, why, untold, "credentials were refused");
    }
}

/// What a map or a set holds is whole whenever somebody panics.
fn held<T>(what: &Mutex<T>) -> MutexGuard<'_, T> {
    what.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn peer(address: &str) -> Peer {
        Peer::from(SocketAddr::new(address.parse().unwrap(), 1))
    }

    #[test]
    fn who_guesses_waits_and_nobody_else() {
        let refusals = Refusals::default();
        let (guesser, other) = (peer("192.0.2.1"), peer("192.0.2.2"));
        let looked = (0..100u8).filter(|guess| {
            let may = refusals.may_look(guesser, &[*guess; 32]).is_ok();
            may.then(|| refusals.was_bad(guesser)).is_some()
        });
        assert_eq!(looked.count(), 11, "what comes after the last of them waits");
        let wait = refusals.may_look(guesser, &[100; 32]).unwrap_err();
        assert!(wait <= Duration::from_secs(6) && !wait.is_zero(), "{wait:?}");
        assert!(refusals.may_look(other, &[1; 32]).is_ok());
        refusals.was_good([200; 32]);
        assert!(refusals.may_look(guesser, &[200; 32]).is_ok(), "a good one at the same address");
    }

    #[test]
    fn a_network_is_one_peer() {
        let network = |address| peer(address).network();
        assert_eq!(network("2001:db8::1"), network("2001:db8::2:3"));
        assert_ne!(network("2001:db8::1"), network("2001:db8:0:1::1"));
        assert_eq!(network("::ffff:192.0.2.1"), network("192.0.2.1"));
        assert_ne!(peer("2001:db8::1"), peer("2001:db8::2"), "a limit of a token may tell them apart");
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let refusals = Refusals::default();
        for number in 0..5000u32 {
            let mut token = [0; 32];
            token[..4].copy_from_slice(&number.to_be_bytes());
            refusals.was_good(token);
        }
        assert!(refusals.good.lock().unwrap().len() <= MOST);
        (0..5000).for_each(|_| refusals.tell(peer("192.0.2.1"), None, "made up"));
        assert!(refusals.untold.load(Ordering::Relaxed) >= 4900, "the log does not grow with guesses");
    }
}
