//! Callers whose credentials are not good. Each is told in the log for as long as that can be read, and who guesses
//! at tokens is slowed before the database is asked.

use super::lines::LineLimit;
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::num::NonZeroU32;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// So many tokens of one peer may be no good at once.
const GUESSES: u32 = 10;
/// After so long it may be one more.
const ANOTHER: Duration = Duration::from_secs(6);
/// So many peers and good tokens are known at once.
const MOST: usize = 1024;

/// Where a request comes from: the other end of its connection, whatever its headers say. Behind a proxy that is
/// the proxy. `None`: a socket of this machine, which knows no addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Peer(Option<IpAddr>);

impl Peer {
    /// Whoever comes by a socket of this machine.
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

/// How many guesses a peer has left. One is taken before a token is looked for, so that those that are looked for at
/// once are bounded too, and given back where the token is good.
struct Guesses {
    left: u32,
    /// Since when the next one is on its way.
    since: Instant,
}

impl Guesses {
    fn new(now: Instant) -> Self {
        Self { left: GUESSES, since: now }
    }

    fn gain(&mut self, now: Instant) {
        let gained = now.saturating_duration_since(self.since).as_secs() / ANOTHER.as_secs();
        let gained = u32::try_from(gained).unwrap_or(GUESSES).min(GUESSES);
        self.left = (self.left + gained).min(GUESSES);
        self.since = if self.left == GUESSES { now } else { self.since + ANOTHER * gained };
    }
}

/// So many refusals are written into the audit log in a minute, of all peers.
const WRITTEN: NonZeroU32 = NonZeroU32::new(6).unwrap();

/// What is remembered of refusals.
pub(super) struct Refusals {
    /// By network; without an address, all who come by a socket.
    guesses: Mutex<HashMap<Option<IpAddr>, Guesses>>,
    lines: LineLimit,
    /// Those that are written into the audit log.
    written: LineLimit,
    /// Hashes of tokens that were good lately: whoever guesses behind the same proxy keeps them out of nothing. One
    /// that was not used since the start waits like the guesses.
    good: Mutex<HashSet<[u8; 32]>>,
}

impl Default for Refusals {
    fn default() -> Self {
        Self {
            guesses: Mutex::default(),
            lines: LineLimit::default(),
            written: LineLimit::per_minute(WRITTEN),
            good: Mutex::default(),
        }
    }
}

impl Refusals {
    /// Takes a guess for a token that is to be looked for, unless it was good lately; whether it took one, which
    /// `give_back` is for where the token was no guess.
    ///
    /// # Errors
    /// The wait until there is one.
    pub(super) fn may_look(&self, peer: Peer, token: &[u8; 32]) -> Result<bool, Duration> {
        if held(&self.good).contains(token) {
            return Ok(false);
        }
        let now = Instant::now();
        let mut all = held(&self.guesses);
        if all.len() >= MOST && !all.contains_key(&peer.network()) {
            make_room(&mut all, now);
        }
        let guesses = all.entry(peer.network()).or_insert_with(|| Guesses::new(now));
        guesses.gain(now);
        if guesses.left == 0 {
            return Err(ANOTHER.saturating_sub(now - guesses.since));
        }
        guesses.left -= 1;
        Ok(true)
    }

    /// Gives a guess back.
    pub(super) fn give_back(&self, peer: Peer) {
        if let Some(guesses) = held(&self.guesses).get_mut(&peer.network()) {
            guesses.left = (guesses.left + 1).min(GUESSES);
        }
    }

    /// Forgets that a token was good; the guess is used up.
    pub(super) fn was_bad(&self, token: &[u8; 32]) {
        held(&self.good).remove(token);
    }

    /// Remembers a token that was good.
    pub(super) fn was_good(&self, token: [u8; 32]) {
        let mut good = held(&self.good);
        if good.len() >= MOST {
            good.clear();
        }
        good.insert(token);
    }

    /// Whether a refusal is to be written into the audit log, and how many were not since the last one that was.
    pub(super) fn may_write(&self) -> Option<u64> {
        self.written.next()
    }

    /// Writes a refusal to the log.
    pub(super) fn tell(&self, peer: Peer, token: Option<&str>, why: &str) {
        self.lines.tell(|untold| tracing::info!(%peer, token, why, untold, "credentials were refused"));
    }
}

/// Forgets who has all guesses again; whoever comes from so many places at once is not held up at each.
fn make_room(all: &mut HashMap<Option<IpAddr>, Guesses>, now: Instant) {
    all.retain(|_, guesses| {
        guesses.gain(now);
        guesses.left < GUESSES
    });
    if all.len() >= MOST {
        all.clear();
    }
}

/// What a map or a set holds is whole whenever somebody panics.
fn held<T>(what: &Mutex<T>) -> MutexGuard<'_, T> {
    what.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::Ipv4Addr;

    fn peer(address: &str) -> Peer {
        Peer::from(SocketAddr::new(address.parse().unwrap(), 1))
    }

    #[test]
    fn who_guesses_waits_and_nobody_else() {
        let refusals = Refusals::default();
        let (guesser, other) = (peer("192.0.2.1"), peer("192.0.2.2"));
        let looked = (0..100u8).filter(|guess| refusals.may_look(guesser, &[*guess; 32]).is_ok());
        assert_eq!(looked.count(), 10, "also those that are looked for at once");
        let wait = refusals.may_look(guesser, &[100; 32]).unwrap_err();
        assert!(wait <= ANOTHER && !wait.is_zero(), "{wait:?}");
        for number in 0..100u8 {
            refusals.may_look(other, &[number; 32]).unwrap();
            refusals.was_good([number; 32]);
            refusals.give_back(other);
        }
        assert!(refusals.may_look(guesser, &[99; 32]).is_ok(), "a good one at the same address");
        refusals.was_bad(&[99; 32]);
        assert!(refusals.may_look(guesser, &[99; 32]).is_err(), "once it has ended it is as any other");
    }

    #[test]
    fn a_guess_comes_back_each_tenth_of_a_minute() {
        let now = Instant::now();
        let mut guesses = Guesses { left: 0, since: now };
        for (seconds, left) in [(5, 0), (6, 1), (11, 1), (12, 2), (3600, 10)] {
            guesses.gain(now + Duration::from_secs(seconds));
            assert_eq!(guesses.left, left, "{seconds}");
        }
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
            let peer = Peer(Some(IpAddr::V4(Ipv4Addr::from_bits(number))));
            refusals.may_look(peer, &token).unwrap();
            refusals.was_good(token);
        }
        assert!(held(&refusals.good).len() <= MOST && held(&refusals.guesses).len() <= MOST);
    }
}
