//! Callers whose credentials are not good. Each is told in the log for as long as that can be read, and who guesses
//! is slowed: at tokens and the handles of sign-ins before the database is asked, at JWTs before a signature is checked.

use super::lines::LineLimit;
use crate::clock::Clock;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use std::collections::HashMap;
use std::convert::Infallible;
use std::fmt;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::num::NonZeroU32;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::{Mutex as Turns, MutexGuard as TurnGuard, Semaphore, SemaphorePermit};

/// So many tokens of one peer may be no good at once.
const GUESSES: u32 = 10;
/// After so long it may be one more.
const ANOTHER: Duration = Duration::from_secs(6);
/// So many peers are known at once.
const MOST: usize = 1024;
/// So many looks of peers that have no guess left wait for their turn at once: few enough that each has it soon, and
/// that they do not take the connections of others.
const LINE: usize = 32;
/// The time between one that was no good and the next.
const PAUSE: Duration = Duration::from_millis(2);

/// Where a request comes from: the other end of its connection, whatever its headers say. Behind a proxy that is
/// the proxy. `None`: a socket of this machine, which knows no addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Peer(Option<IpAddr>);

impl Peer {
    /// Whoever comes by a socket of this machine.
    pub(crate) const LOCAL: Self = Self(None);

    /// The address, where there is one.
    pub(super) fn address(self) -> Option<IpAddr> {
        self.0
    }

    /// Whoever shares it shares the limits. Of IPv6 it is a network: whoever has one has 2^64 addresses.
    pub(crate) fn network(self) -> Option<IpAddr> {
        self.0.map(|ip| match ip {
            IpAddr::V6(ip) => Ipv6Addr::from_bits(ip.to_bits() >> 64 << 64).into(),
            ip @ IpAddr::V4(_) => ip,
        })
    }
}

impl<S: Sync> FromRequestParts<S> for Peer {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get().copied().unwrap_or(Self::LOCAL))
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
pub(crate) struct Refusals {
    /// By network; without an address, all who come by a socket.
    guesses: Mutex<HashMap<Option<IpAddr>, Guesses>>,
    lines: LineLimit,
    /// Those that are written into the audit log.
    written: LineLimit,
    /// The looks that wait for their turn, and whose it is.
    line: Semaphore,
    turns: Turns<()>,
}

/// A look at what may be good or made up, and of which nobody can list what is good: a JWT, a one-time handle.
pub(crate) struct CredentialLook<'a> {
    refusals: &'a Refusals,
    peer: Peer,
    /// Where its peer has no guess left.
    turn: Option<LookTurn<'a>>,
}

/// The turn of one look among those that are taken one after the other.
struct LookTurn<'a> {
    _place: SemaphorePermit<'a>,
    _turn: TurnGuard<'a, ()>,
}

impl CredentialLook<'_> {
    /// It was good, or nobody can say: it was no guess.
    pub(crate) fn good(self) {
        if self.turn.is_none() {
            self.refusals.give_back(self.peer);
        }
    }

    /// It was no good: the next one waits for a moment. That holds up guesses more than it does others, who come less
    /// often, and leaves the processor to the cycle.
    pub(crate) async fn wrong(self) {
        if self.turn.is_some() {
            Clock::System.sleep(PAUSE).await;
        }
    }
}

impl Default for Refusals {
    fn default() -> Self {
        Self {
            guesses: Mutex::default(),
            lines: LineLimit::default(),
            written: LineLimit::per_minute(WRITTEN),
            line: Semaphore::new(LINE),
            turns: Turns::default(),
        }
    }
}

impl Refusals {
    /// Takes a guess, which `give_back` is for where it was none.
    ///
    /// # Errors
    /// The wait until there is one.
    pub(super) fn take(&self, peer: Peer) -> Result<(), Duration> {
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
        Ok(())
    }

    /// Begins a look. Those of a peer that has no guess left are taken one after the other.
    ///
    /// # Errors
    /// The wait until there is a guess, where too many wait.
    pub(crate) async fn look(&self, peer: Peer) -> Result<CredentialLook<'_>, Duration> {
        let turn = match self.take(peer) {
            Ok(()) => None,
            Err(wait) => Some(self.turn().await.ok_or(wait)?),
        };
        Ok(CredentialLook { refusals: self, peer, turn })
    }

    /// Waits for the turn of a look; `None` where too many wait.
    async fn turn(&self) -> Option<LookTurn<'_>> {
        let place = self.line.try_acquire().ok()?;
        Some(LookTurn { _place: place, _turn: self.turns.lock().await })
    }

    /// Gives a guess back.
    pub(super) fn give_back(&self, peer: Peer) {
        if let Some(guesses) = held(&self.guesses).get_mut(&peer.network()) {
            guesses.left = (guesses.left + 1).min(GUESSES);
        }
    }

    /// Whether a refusal is to be written into the audit log, and how many were not since the last one that was.
    pub(crate) fn may_write(&self) -> Option<u64> {
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
pub(super) fn held<T>(what: &Mutex<T>) -> MutexGuard<'_, T> {
    what.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::FutureExt as _;
    use std::net::Ipv4Addr;

    fn peer(address: &str) -> Peer {
        Peer::from(SocketAddr::new(address.parse().unwrap(), 1))
    }

    #[test]
    fn who_guesses_waits_and_nobody_else() {
        let refusals = Refusals::default();
        let (guesser, other) = (peer("192.0.2.1"), peer("192.0.2.2"));
        let looked = (0..100u8).filter(|_| refusals.take(guesser).is_ok());
        assert_eq!(looked.count(), 10, "also those that are looked for at once");
        let wait = refusals.take(guesser).unwrap_err();
        assert!(wait <= ANOTHER && !wait.is_zero(), "{wait:?}");
        for _ in 0..100u8 {
            refusals.take(other).unwrap();
            refusals.give_back(other);
        }
    }

    #[tokio::test]
    async fn looks_without_a_guess_have_their_turn_one_after_the_other_and_not_too_many_wait() {
        let refusals = Refusals::default();
        let first = refusals.turn().await.unwrap();
        let mut waiting: Vec<_> = (0..LINE).map(|_| Box::pin(refusals.turn())).collect();
        let at_once = waiting.iter_mut().filter_map(|turn| turn.as_mut().now_or_never());
        assert_eq!(at_once.filter(Option::is_none).count(), 1, "the others wait");
        drop(first);
        assert!(waiting[0].as_mut().await.is_some(), "the first that came");
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
            let peer = Peer(Some(IpAddr::V4(Ipv4Addr::from_bits(number))));
            refusals.take(peer).unwrap();
        }
        assert!(held(&refusals.guesses).len() <= MOST);
    }
}
