//! The browser's only way out: CONNECT proxies of our own on loopback, one for each context.
//!
//! The proxy of a context lets through what is on its allow-list, by name and on port 443. What Chromium
//! fetches outside of any context goes to one that lets nothing through. A name is resolved once, here, and
//! the very address that was checked is dialled, so that no second answer of a name server can lead inside.
//!
//! A loopback port can be reached by every process of the machine. So a connection is only served when its
//! socket belongs to a process of our browser's group, which the kernel tells through `/proc`. That is
//! sounder than a password over `Fetch.authRequired`: nothing to guess or to leak, and it also covers what
//! Chromium fetches outside of any page. It needs no DevTools call per page either.

use super::Upstream;
use super::tree::Owners;
use crate::clock::Clock;
use crate::net::{self, certificate};
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream, lookup_host};
use tokio::task::JoinSet;
use tokio_util::task::AbortOnDropHandle;

/// What Chromium asks for without the proxy: nothing; without this rule, loopback addresses.
pub(super) const BYPASS: &str = "<-loopback>";
const LIMIT: Duration = Duration::from_secs(15);
const PAUSE: Duration = Duration::from_millis(100);
const HEAD_BYTES: usize = 16 * 1024;

/// The processes of one browser, who alone may use its proxies; until they are named, nobody may.
pub(super) type Served = Arc<OnceLock<Owners>>;

/// A running proxy. Dropped, it and its connections end.
pub(super) struct Egress {
    rules: Arc<EgressRules>,
    _task: AbortOnDropHandle<()>,
}

impl Egress {
    pub(super) async fn start(allow: Vec<String>, upstream: Upstream, served: Served) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let rules = Arc::new(EgressRules { allow, upstream, served, address });
        let task = AbortOnDropHandle::new(tokio::spawn(accept(listener, Arc::clone(&rules))));
        Ok(Self { rules, _task: task })
    }

    /// Where it listens, as Chromium is told.
    pub(super) fn url(&self) -> String {
        format!("http://{}", self.rules.address)
    }

    /// Whether a host name is on its allow-list.
    pub(super) fn allows(&self, host: &str) -> bool {
        allows(&self.rules.allow, host)
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
    upstream: Upstream,
    served: Served,
    address: SocketAddr,
}

async fn accept(listener: TcpListener, rules: Arc<EgressRules>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            Some(_) = connections.join_next() => {}
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => { connections.spawn(serve(stream, peer, Arc::clone(&rules))); }
                Err(error) => {
                    tracing::warn!(%error, "egress proxy cannot accept");
                    // Out of file descriptors, most likely: at once it would fail again.
                    Clock::System.sleep(PAUSE).await;
                }
            },
        }
    }
}

async fn serve(mut client: TcpStream, peer: SocketAddr, rules: Arc<EgressRules>) {
    let mut server = match Clock::limit(LIMIT, open(&mut client, peer, &rules)).await {
        Ok(Ok(server)) => server,
        Ok(Err(status)) => return answer(&mut client, status).await,
        Err(_) => return answer(&mut client, "504 Gateway Timeout").await,
    };
    answer(&mut client, "200 Connection Established").await;
    // How either side ends a connection is its own affair.
    let _ = tokio::io::copy_bidirectional(&mut client, &mut server).await;
}

/// The connection that the client asks for, or the status line that refuses it.
async fn open(
    client: &mut TcpStream,
    peer: SocketAddr,
    rules: &Arc<EgressRules>,
) -> Result<TcpStream, &'static str> {
    // Read first: a connection that Chromium opened ahead and dropped asks for nothing and owns nothing any
    // more.
    let head = read_head(client).await.map_err(|_| "400 Bad Request")?;
    let asker = Arc::clone(rules);
    let ours = tokio::task::spawn_blocking(move || asker.is_ours(peer)).await.unwrap_or(false);
    if !ours {
        tracing::warn!("egress refused: not our browser");
        return Err("403 Forbidden");
    }
    let Some(host) = connect_host(&head).filter(|host| allows(&rules.allow, host)) else {
        tracing::debug!(host = asked_host(&head), "egress refused: not on the allow-list");
        return Err("403 Forbidden");
    };
    dial(&rules.upstream, host).await
}

impl EgressRules {
    fn is_ours(&self, peer: SocketAddr) -> bool {
        self.served.get().is_some_and(|owners| owners.have(peer, self.address))
    }
}

/// Whether a host answers from here. A network that hangs may take a connection and then say nothing, so it
/// is its certificate that is waited for, trusted or not.
pub(super) async fn reaches(upstream: &Upstream, host: &str) -> bool {
    let look = async { certificate::presented_on(dial(upstream, host).await.ok()?, host).await.ok() };
    matches!(Clock::limit(LIMIT, look).await, Ok(Some(_)))
}

async fn dial(upstream: &Upstream, host: &str) -> Result<TcpStream, &'static str> {
    let addresses = match upstream {
        Upstream::Simulator { https, .. } => vec![*https],
        Upstream::Direct => resolve(host).await?,
    };
    for address in addresses {
        if let Ok(stream) = TcpStream::connect(address).await {
            // A latency nicety; without it the connection works all the same.
            let _ = stream.set_nodelay(true);
            return Ok(stream);
        }
    }
    tracing::debug!(host, "egress: cannot connect");
    Err("502 Bad Gateway")
}

async fn resolve(host: &str) -> Result<Vec<SocketAddr>, &'static str> {
    let found = lookup_host((host, 443)).await.map_err(|_| "502 Bad Gateway")?;
    let public: Vec<_> = found.filter(|found| net::is_public(found.ip())).collect();
    if public.is_empty() {
        tracing::warn!(host, "egress refused: the name has no public address");
        return Err("403 Forbidden");
    }
    Ok(public)
}

async fn read_head(client: &mut TcpStream) -> io::Result<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        if head.len() >= HEAD_BYTES || client.read_buf(&mut head).await? == 0 {
            return Err(io::ErrorKind::InvalidData.into());
        }
    }
    String::from_utf8(head).map_err(|_| io::ErrorKind::InvalidData.into())
}

/// The host of `CONNECT host:443`.
fn connect_host(head: &str) -> Option<&str> {
    head.strip_prefix("CONNECT ")?.split(' ').next()?.strip_suffix(":443")
}

/// The host of any request, for the log: never a path.
fn asked_host(head: &str) -> &str {
    let target = head.split(' ').nth(1).unwrap_or_default();
    let authority = target.split_once("://").map_or(target, |(_, rest)| rest);
    authority.split(['/', '?']).next().unwrap_or_default()
}

async fn answer(client: &mut TcpStream, status: &str) {
    let length = if status.starts_with("200") { "" } else { "Content-Length: 0\r\nConnection: close\r\n" };
    // A client that is gone needs no answer.
    let _ = client.write_all(format!("HTTP/1.1 {status}\r\n{length}\r\n").as_bytes()).await;
}

#[cfg(test)]
mod tests;
