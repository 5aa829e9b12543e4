//! The browser's only way out: CONNECT proxies of our own on loopback, one for each context.
//!
//! The proxy of a context lets through what is on its allow-list, by name and on port 443. What Chromium
//! fetches outside of any context goes to one that lets nothing through. A name is resolved once, here, and
//! the very address that was checked is dialled, so that no second answer of a name server can lead inside.
//! Where a firm's proxy is set, it is the proxy that resolves names and dials: there the list alone holds, and an
//! inner address that stands in place of a name is refused all the same. Chromium never learns of that proxy,
//! nor who is shown to it.
//!
//! A loopback port can be reached by every process of the machine. So a connection is only served when its
//! socket belongs to a process of our browser's group, which the kernel tells through `/proc`. That is
//! sounder than a password over `Fetch.authRequired`: nothing to guess or to leak, and it also covers what
//! Chromium fetches outside of any page. It needs no DevTools call per page either.

use super::Upstream;
use super::tree::Owners;
use crate::clock::Clock;
use crate::net::connect::{self, BAD, answer};
use crate::net::{self, Proxy, ProxyError, ProxyFault, certificate};
use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;
use tokio::net::{TcpStream, lookup_host};
use tokio_util::task::AbortOnDropHandle;

/// What Chromium asks for without the proxy: nothing; without this rule, loopback addresses.
pub(super) const BYPASS: &str = "<-loopback>";
const LIMIT: Duration = Duration::from_secs(15);
const REFUSED: &str = "403 Forbidden";
const FAILED: &str = "502 Bad Gateway";

/// The processes of one browser, who alone may use its proxies; until they are named, nobody may.
pub(super) type Served = Arc<OnceLock<Owners>>;

/// How hosts are reached.
#[derive(Clone)]
pub(super) struct WayOut {
    pub(super) upstream: Upstream,
    pub(super) proxy: Option<Arc<Proxy>>,
}

/// Why a host was not dialled: what the firm's proxy did, or the status line that says so.
enum Undialled {
    Proxy(ProxyError),
    Status(&'static str),
}

/// A running proxy. Dropped, it and its connections end.
pub(super) struct Egress {
    rules: Arc<EgressRules>,
    _task: AbortOnDropHandle<()>,
}

impl Egress {
    pub(super) async fn start(allow: Vec<String>, way: WayOut, served: Served) -> io::Result<Self> {
        let listener = connect::listener().await?;
        let address = listener.local_addr()?;
        let rules = Arc::new(EgressRules { allow, way, served, address, faults: Mutex::default() });
        let shared = Arc::clone(&rules);
        let serving = connect::accept(listener, move |client, peer| serve(client, peer, Arc::clone(&shared)));
        Ok(Self { rules, _task: AbortOnDropHandle::new(tokio::spawn(serving)) })
    }

    /// Where it listens, as Chromium is told.
    pub(super) fn url(&self) -> String {
        format!("http://{}", self.rules.address)
    }

    /// Whether a host name is on its allow-list.
    pub(super) fn allows(&self, host: &str) -> bool {
        allows(&self.rules.allow, host)
    }

    /// What the firm's proxy did when this host was last asked for, where it did not lead there.
    pub(super) fn fault(&self, host: &str) -> Option<ProxyError> {
        self.rules.faults().get(host).cloned()
    }

    /// What the firm's proxy said of a host that it does not let through.
    pub(super) fn denied(&self) -> Option<ProxyError> {
        let is_denial = |error: &&ProxyError| matches!(error.fault, ProxyFault::Denied { .. });
        self.rules.faults().values().find(is_denial).cloned()
    }
}

/// Whether a host name is on an allow-list: `a.example` is that host, `.example` any below it. Case does not
/// matter.
fn allows(allow: &[String], host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    allow
        .iter()
        .map(|entry| entry.to_ascii_lowercase())
        .any(|entry| if entry.starts_with('.') { host.ends_with(&entry) } else { host == entry })
}

struct EgressRules {
    allow: Vec<String>,
    way: WayOut,
    served: Served,
    address: SocketAddr,
    /// By host.
    faults: Mutex<HashMap<String, ProxyError>>,
}

async fn serve(mut client: TcpStream, peer: SocketAddr, rules: Arc<EgressRules>) {
    match Clock::limit(LIMIT, open(&mut client, peer, &rules)).await {
        Ok(Ok(server)) => connect::join(client, server).await,
        Ok(Err(status)) => answer(&mut client, status).await,
        Err(_) => answer(&mut client, "504 Gateway Timeout").await,
    }
}

/// The connection that the client asks for, or the status line that refuses it.
async fn open(
    client: &mut TcpStream,
    peer: SocketAddr,
    rules: &Arc<EgressRules>,
) -> Result<TcpStream, &'static str> {
    // Read first: a connection that Chromium opened ahead and dropped asks for nothing and owns nothing any
    // more.
    let head = connect::read_head(client).await.map_err(|_| BAD)?;
    let asker = Arc::clone(rules);
    let ours = tokio::task::spawn_blocking(move || asker.is_ours(peer)).await.unwrap_or(false);
    if !ours {
        tracing::warn!("egress refused: not our browser");
        return Err(REFUSED);
    }
    let Some(host) = connect::host(&head).filter(|host| allows(&rules.allow, host)) else {
        tracing::debug!(host = asked_host(&head), "egress refused: not on the allow-list");
        return Err(REFUSED);
    };
    rules.dial(host).await
}

impl EgressRules {
    fn is_ours(&self, peer: SocketAddr) -> bool {
        self.served.get().is_some_and(|owners| owners.have(peer, self.address))
    }

    fn faults(&self) -> std::sync::MutexGuard<'_, HashMap<String, ProxyError>> {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the firm's proxy says stays here: of its 407 Chromium would make a question for a user.
    async fn dial(&self, host: &str) -> Result<TcpStream, &'static str> {
        let dialled = self.way.dial(host).await;
        match dialled {
            Err(Undialled::Proxy(error)) => {
                tracing::debug!(host, %error, "egress: not led there");
                self.faults().insert(host.to_owned(), error);
                Err(FAILED)
            }
            Err(Undialled::Status(status)) => Err(status),
            Ok(stream) => {
                self.faults().remove(host);
                Ok(stream)
            }
        }
    }
}

/// Whether a host answers from here. A network that hangs may take a connection and then say nothing, so it
/// is its certificate that is waited for, trusted or not.
///
/// # Errors
/// When it does not; with what the firm's proxy did, where it was that.
pub(super) async fn reach(way: &WayOut, host: &str) -> Result<(), Option<ProxyError>> {
    let look = async {
        let stream = way.dial(host).await.map_err(Undialled::of_proxy)?;
        certificate::presented_on(stream, host).await.map(drop).map_err(|_| None)
    };
    Clock::limit(LIMIT, look).await.unwrap_or(Err(None))
}

impl Undialled {
    fn of_proxy(self) -> Option<ProxyError> {
        match self {
            Self::Proxy(error) => Some(error),
            Self::Status(_) => None,
        }
    }
}

impl WayOut {
    async fn dial(&self, host: &str) -> Result<TcpStream, Undialled> {
        match (&self.proxy, &self.upstream) {
            (Some(proxy), _) if proxy.serves(host) => through(proxy, host).await,
            (_, Upstream::Simulator { https, .. }) => connect_to(vec![*https], host).await,
            (_, Upstream::Direct) => connect_to(resolve(host).await?, host).await,
        }
    }
}

/// By a firm's proxy, which resolves names: only an address in place of one can be judged here.
async fn through(proxy: &Proxy, host: &str) -> Result<TcpStream, Undialled> {
    let literal = host.trim_matches(['[', ']']).parse::<IpAddr>();
    if literal.is_ok_and(|address| !net::is_public(address)) {
        tracing::warn!(host, "egress refused: not a public address");
        return Err(Undialled::Status(REFUSED));
    }
    proxy.tunnel(host, net::HTTPS).await.map_err(Undialled::Proxy)
}

async fn connect_to(addresses: Vec<SocketAddr>, host: &str) -> Result<TcpStream, Undialled> {
    for address in addresses {
        if let Ok(stream) = TcpStream::connect(address).await {
            // A latency nicety; without it the connection works all the same.
            let _ = stream.set_nodelay(true);
            return Ok(stream);
        }
    }
    tracing::debug!(host, "egress: cannot connect");
    Err(Undialled::Status(FAILED))
}

async fn resolve(host: &str) -> Result<Vec<SocketAddr>, Undialled> {
    let found = lookup_host((host, net::HTTPS)).await.map_err(|_| Undialled::Status(FAILED))?;
    let public: Vec<_> = found.filter(|found| net::is_public(found.ip())).collect();
    if public.is_empty() {
        tracing::warn!(host, "egress refused: the name has no public address");
        return Err(Undialled::Status(REFUSED));
    }
    Ok(public)
}

/// The host of any request, for the log: never a path.
fn asked_host(head: &str) -> &str {
    let target = head.split(' ').nth(1).unwrap_or_default();
    let authority = target.split_once("://").map_or(target, |(_, rest)| rest);
    authority.split(['/', '?']).next().unwrap_or_default()
}

#[cfg(test)]
mod tests;
