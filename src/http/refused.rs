//! Callers whose credentials are not good. Each is told in the log for as long as that can be read, and who guesses
//! at tokens is slowed before the database is asked.

use governor::clock::{Clock as _, MonotonicClock};
use governor::middleware::StateInformationMiddleware;
use governor::{DefaultDirectRateLimiter, DefaultKeyedRateLimiter, Quota, RateLimiter};
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// So many tokens of one peer may be no good at once; one more for each tenth of a minute.
const GUESSES: Quota = Quota::per_minute(NonZeroU32::new(10).unwrap());
/// So many refusals are told in a minute, of all peers.
const LINES: Quota = Quota::per_minute(NonZeroU32::new(60).unwrap());
/// So many peers and good tokens are known at once.
const MOST: usize = 1024;

/// Where a request comes from: whoever shares it shares the limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Peer(IpAddr);

impl Peer {
    /// Whoever comes by a socket of this machine, which knows no addresses.
    pub(super) const LOCAL: Self = Self(IpAddr::V4(Ipv4Addr::UNSPECIFIED));
}

impl From<SocketAddr> for Peer {
    /// Of IPv6 the network: whoever has one has 2^64 addresses.
    fn from(address: SocketAddr) -> Self {
        Self(match address.ip().to_canonical() {
            IpAddr::V6(ip) => Ipv6Addr::from_bits(ip.to_bits() >> 64 << 64).into(),
            ip @ IpAddr::V4(_) => ip,
        })
    }
}

impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// How many guesses each peer has left.
type Guesses = DefaultKeyedRateLimiter<Peer, StateInformationMiddleware>;

/// What is remembered of refusals.
pub(super) struct Refusals {
    guesses: Mutex<Guesses>,
    lines: DefaultDirectRateLimiter,
    untold: AtomicU64,
    /// Who waits, and until when.
    slowed: Mutex<HashMap<Peer, Instant>>,
    /// Hashes of tokens that were good lately: whoever guesses behind the same proxy keeps them out of nothing. One
    /// that was not used since the start waits like the guesses.
    good: Mutex<HashSet<[u8; 32]>>,
}

fn no_guesses() -> Guesses {
    RateLimiter::keyed(GUESSES).with_middleware()
}

impl Default for Refusals {
    fn default() -> Self {
        Self {
            guesses: Mutex::new(no_guesses()),
            lines: RateLimiter::direct(LINES),
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
        let until = held(&self.slowed).get(&peer).copied();
        let wait = until.and_then(|until| until.checked_duration_since(MonotonicClock.now()));
        wait.filter(|wait| !wait.is_zero()).map_or(Ok(()), Err)
    }

    /// Counts a token that was no good; its peer waits when that was the last one it had left.
    pub(super) fn was_bad(&self, peer: Peer, token: &[u8; 32]) {
        // It was good, and has ended.
        held(&self.good).remove(token);
        if self.has_guesses(peer) {
            return;
        }
        let now = MonotonicClock.now();
        let mut slowed = held(&self.slowed);
        if slowed.len() >= MOST {
            slowed.retain(|_, until| *until > now);
        }
        // Whoever comes from so many places at once is not slowed by waiting at each.
        if slowed.len() >= MOST {
            slowed.clear();
        }
        slowed.insert(peer, now + GUESSES.replenish_interval());
    }

    /// Takes one of a peer's guesses; whether any is left.
    fn has_guesses(&self, peer: Peer) -> bool {
        let mut guesses = held(&self.guesses);
        if guesses.len() >= MOST {
            guesses.retain_recent();
        }
        if guesses.len() >= MOST {
            *guesses = no_guesses();
        }
        guesses.check_key(&peer).is_ok_and(|state| state.remaining_burst_capacity() > 0)
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
            may.then(|| refusals.was_bad(guesser, &[*guess; 32])).is_some()
        });
        assert_eq!(looked.count(), 10, "what comes after the last of them waits");
        let wait = refusals.may_look(guesser, &[100; 32]).unwrap_err();
        assert!(wait <= Duration::from_secs(6) && !wait.is_zero(), "{wait:?}");
        assert!(refusals.may_look(other, &[1; 32]).is_ok());
        refusals.was_good([200; 32]);
        assert!(refusals.may_look(guesser, &[200; 32]).is_ok(), "a good one at the same address");
        refusals.was_bad(guesser, &[200; 32]);
        assert!(refusals.may_look(guesser, &[200; 32]).is_err(), "once it has ended it is as any other");
    }

    #[test]
    fn a_network_is_one_peer() {
        assert_eq!(peer("2001:db8::1"), peer("2001:db8::2:3"));
        assert_ne!(peer("2001:db8::1"), peer("2001:db8:0:1::1"));
        assert_eq!(peer("::ffff:192.0.2.1"), peer("192.0.2.1"));
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let refusals = Refusals::default();
        for number in 0..5000u32 {
            let mut token = [0; 32];
            token[..4].copy_from_slice(&number.to_be_bytes());
            refusals.was_good(token);
            let peer = Peer(IpAddr::V4(number.into()));
            (0..11).for_each(|_| refusals.was_bad(peer, &[0; 32]));
        }
        assert!(held(&refusals.good).len() <= MOST);
        assert!(held(&refusals.guesses).len() <= MOST && held(&refusals.slowed).len() <= MOST);
        (0..5000).for_each(|_| refusals.tell(peer("192.0.2.1"), None, "made up"));
        assert!(refusals.untold.load(Ordering::Relaxed) >= 4900, "the log does not grow with guesses");
    }
}
