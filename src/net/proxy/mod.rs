//! A firm's own way out: the proxy that everything goes through which leaves for the internet, on both roads, the
//! HTTP client's and the browser's.
//!
//! Names are resolved by the proxy. A user is shown to it from the start (`Basic`, RFC 7617), by one connection at
//! a time until it has let one through and by two afterwards, and never twice in an hour once it has said no.

mod error;
mod lockout;
mod relay;
mod tunnel;

pub use error::{ProxyError, ProxyFault};

use crate::clock::Clock;
use crate::secret::{ExposeSecret, SecretText, secret};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use hyper_util::client::proxy::matcher::Matcher;
use lockout::Lockout;
use relay::{Relay, Unconnected};
use reqwest::ClientBuilder;
use std::collections::BTreeSet;
use std::fmt;
use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::sync::{Semaphore, SemaphorePermit};
use tower::util::MapErrLayer;
use tunnel::Unopened;
use zeroize::Zeroizing;

/// A tunnel through a proxy, and a handshake in it.
const CONNECT: Duration = Duration::from_secs(20);
/// What never goes through it, whatever is set: this machine.
const OWN: &str = "localhost,127.0.0.0/8,::1";
/// No more schemes of a proxy are named.
const SCHEMES: usize = 4;

/// Where a proxy is, and what does not go through it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProxySettings {
    /// Its host: a name, or an address without brackets.
    pub host: String,
    /// Its port, where it speaks HTTP.
    pub port: u16,
    /// Hosts with all below them, addresses and networks that are gone to directly, as `NO_PROXY` has them.
    pub direct: Vec<String>,
    /// Where it is kept that it refuses our user.
    pub refused_file: PathBuf,
}

/// Whom a proxy is shown.
pub struct ProxyUser {
    /// The name.
    pub name: String,
    /// Reads the password, so that a new one counts at once.
    pub password: Box<ReadPassword>,
}

/// Gives a password and when it was written, or says what is wrong, and nothing secret.
pub type ReadPassword = dyn Fn() -> Result<(SecretText, DateTime<Utc>), String> + Send + Sync;

/// So many turns there are to show our user; all of them are one's until it was let through.
const ALL: u32 = 2;

/// A firm's proxy.
pub struct Proxy {
    settings: ProxySettings,
    user: Option<ProxyUser>,
    clock: Clock,
    matcher: Matcher,
    lockout: Lockout,
    /// Whether it has let our user through.
    accepted: AtomicBool,
    /// Held by who shows our user to it: by one alone until it was let through, by two at most afterwards. Where the
    /// password is changed in the firm's directory, that many are counted as wrong ones.
    showing: Semaphore,
    /// Hosts of which it was said that it does not let them through.
    denied: Mutex<BTreeSet<String>>,
}

impl Proxy {
    /// The proxy of these settings.
    #[must_use]
    pub fn new(settings: ProxySettings, user: Option<ProxyUser>, clock: Clock) -> Self {
        let direct = settings.direct.join(",").to_lowercase();
        // Which proxy it is does not matter to the matcher.
        let matcher = Matcher::builder().all("http://proxy.invalid").no(format!("{OWN},{direct}")).build();
        let of = user.as_ref().map(|user| user.name.as_str()).unwrap_or_default();
        let lockout = Lockout::new(settings.refused_file.clone(), format!("{of}@{}", address(&settings)));
        Self {
            settings,
            user,
            clock,
            matcher,
            lockout,
            accepted: AtomicBool::default(),
            showing: Semaphore::new(ALL as usize),
            denied: Mutex::default(),
        }
    }

    /// Whether a host is gone to through it. Which addresses a name has does not matter: it is the proxy that
    /// resolves it.
    #[must_use]
    pub fn serves(&self, host: &str) -> bool {
        let uri = format!("https://{}/", host.to_lowercase()).parse::<hyper::Uri>();
        uri.is_ok_and(|uri| self.matcher.intercept(&uri).is_some())
    }

    /// A connection to a port of a host through it.
    ///
    /// # Errors
    /// What the proxy did in its place.
    pub async fn tunnel(&self, host: &str, port: u16) -> Result<TcpStream, ProxyError> {
        let opened = match &self.user {
            None => self.ask(None, (host, port)).await.map_err(without_user),
            Some(user) => {
                let _turn = self.turn().await;
                self.show(user, (host, port)).await
            }
        };
        opened.map_err(|fault| self.failed(fault))
    }

    /// Has a client go through it.
    ///
    /// # Errors
    /// When there is no port for it.
    pub async fn lead(self: &Arc<Self>, builder: ClientBuilder) -> io::Result<ClientBuilder> {
        let (relay, proxy) = (Arc::new(Relay::start(Arc::clone(self)).await?), Arc::clone(self));
        let way = relay.for_client(move |host| proxy.serves(host));
        let named = MapErrLayer::new(move |cause| relay.unconnected(cause));
        Ok(builder.connect_timeout(CONNECT).proxy(way).connector_layer(named))
    }

    /// The turn of one who shows it our user.
    async fn turn(&self) -> Option<SemaphorePermit<'_>> {
        let is_accepted = || self.accepted.load(Ordering::Relaxed);
        let mut turn = self.showing.acquire_many(if is_accepted() { 1 } else { ALL }).await.ok()?;
        // Whoever waited alone for it need not keep the others waiting.
        if is_accepted() {
            drop(turn.split(turn.num_permits() - 1));
        }
        Some(turn)
    }

    /// Shows it our user, unless it has said no lately.
    async fn show(&self, user: &ProxyUser, to: (&str, u16)) -> Result<TcpStream, ProxyFault> {
        // Before the password is read: one that is written meanwhile counts as another.
        let now = self.clock.now();
        let (password, written) = (user.password)().map_err(ProxyFault::Password)?;
        if let Some(until) = self.lockout.until(written, now) {
            return Err(ProxyFault::Refused { until });
        }
        match self.ask(Some(&basic(&user.name, &password)), to).await {
            Ok(stream) => {
                if !self.accepted.swap(true, Ordering::Relaxed) {
                    self.lockout.release();
                }
                Ok(stream)
            }
            Err(Unopened::Fault(fault)) => Err(fault),
            Err(Unopened::WantsUser(schemes)) => {
                self.accepted.store(false, Ordering::Relaxed);
                // One that takes no password has refused none.
                Err(scheme(&schemes)
                    .unwrap_or_else(|| ProxyFault::Refused { until: self.lockout.refuse(now) }))
            }
        }
    }

    async fn ask(&self, proof: Option<&SecretText>, to: (&str, u16)) -> Result<TcpStream, Unopened> {
        tunnel::open((&self.settings.host, self.settings.port), proof, to).await
    }

    /// The same with whose fault it is. That a host is not let through is told once: a page may do without it, and
    /// look broken.
    fn failed(&self, fault: ProxyFault) -> ProxyError {
        if let ProxyFault::Denied { host, status, .. } = &fault
            && self.denied.lock().unwrap_or_else(PoisonError::into_inner).insert(host.clone())
        {
            tracing::warn!(proxy = %self, host, status, "the proxy does not let a host through");
        }
        ProxyError { proxy: self.to_string(), fault }
    }
}

/// Host and port, as people write them.
impl fmt::Display for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&address(&self.settings))
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Proxy({self})")
    }
}

fn address(settings: &ProxySettings) -> String {
    authority(&settings.host, settings.port)
}

/// A host with its port; an address of IPv6 stands in brackets.
fn authority(host: &str, port: u16) -> String {
    if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") }
}

/// The value of `Proxy-Authorization` (RFC 7617).
fn basic(user: &str, password: &SecretText) -> SecretText {
    let pair = Zeroizing::new(format!("{user}:{}", password.expose_secret()));
    let encoded = Zeroizing::new(STANDARD.encode(pair.as_bytes()));
    secret(format!("Basic {}", encoded.as_str()))
}

fn without_user(said: Unopened) -> ProxyFault {
    match said {
        Unopened::Fault(fault) => fault,
        Unopened::WantsUser(schemes) => scheme(&schemes).unwrap_or(ProxyFault::Unauthorized),
    }
}

/// What it wants, where that is not spoken here.
fn scheme(schemes: &[String]) -> Option<ProxyFault> {
    let speaks = schemes.is_empty() || schemes.iter().any(|scheme| scheme.eq_ignore_ascii_case("basic"));
    let named = || schemes.iter().take(SCHEMES).cloned().collect::<Vec<_>>().join(" or ");
    (!speaks).then(|| ProxyFault::Scheme(named()))
}

/// What the proxy did, where that is why a request failed.
#[must_use]
pub fn of_proxy(error: &reqwest::Error) -> Option<ProxyError> {
    let host = error.url()?.host_str()?;
    let first = std::error::Error::source(error);
    let mut causes = std::iter::successors(first, |cause| cause.source());
    causes.find_map(|cause| cause.downcast_ref::<Unconnected>())?.why(host)
}

#[cfg(test)]
mod tests;
