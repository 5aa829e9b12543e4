//! How the HTTP client gets through a firm's proxy: by a proxy of our own on loopback, so that both roads, the
//! client's and the browser's, go through the same tunnel and fail alike. The library's own client of a proxy
//! tells neither 403 from 502 nor who was refused, and shows a password that was refused again and again.

use super::{Proxy, ProxyError};
use crate::net::HTTPS;
use crate::net::connect::{self, BAD};
use crate::secret::{self, ExposeSecret, SecretText};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::collections::HashMap;
use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use subtle::ConstantTimeEq as _;
use tokio::net::TcpStream;
use tokio_util::task::AbortOnDropHandle;
use tower::BoxError;
use zeroize::Zeroizing;

/// The user that it is shown; what counts is the password.
const USER: &str = "relay";

/// A running relay. Dropped, it and its connections end.
pub(super) struct Relay {
    pub(super) address: SocketAddr,
    shared: Arc<RelayParts>,
    _task: AbortOnDropHandle<()>,
}

struct RelayParts {
    proxy: Arc<Proxy>,
    /// Every process of the machine gets to a port of loopback: only who made it knows this.
    password: SecretText,
    /// Why the last tunnel to a host did not open, where it did not.
    faults: Mutex<HashMap<String, ProxyError>>,
}

/// A connection that did not come about, perhaps since the relay's proxy opened no tunnel.
#[derive(Debug, thiserror::Error)]
#[error("{cause}")]
pub(super) struct Unconnected {
    relay: Arc<Relay>,
    #[source]
    cause: BoxError,
}

impl Unconnected {
    /// What the proxy did in place of a tunnel to the host.
    pub(super) fn why(&self, host: &str) -> Option<ProxyError> {
        self.relay.shared.faults().get(host).cloned()
    }
}

impl Relay {
    pub(super) async fn start(proxy: Arc<Proxy>) -> io::Result<Self> {
        let listener = connect::listener().await?;
        let address = listener.local_addr()?;
        let shared = Arc::new(RelayParts { proxy, password: secret::random(), faults: Mutex::default() });
        let served = Arc::clone(&shared);
        let serving = connect::accept(listener, move |client, _| serve(client, Arc::clone(&served)));
        Ok(Self { address, shared, _task: AbortOnDropHandle::new(tokio::spawn(serving)) })
    }

    /// It as the library's proxy for what `goes_through`.
    pub(super) fn for_client(
        &self,
        goes_through: impl Fn(&str) -> bool + Send + Sync + 'static,
    ) -> reqwest::Proxy {
        let here = format!("http://{}", self.address);
        let lead = move |to: &url::Url| {
            let goes = to.scheme() == "https" && to.host_str().is_some_and(&goes_through);
            goes.then(|| here.clone())
        };
        reqwest::Proxy::custom(lead).basic_auth(USER, self.shared.password.expose_secret())
    }

    /// An error of a client that goes through it. The relay lives as long as that client has this.
    pub(super) fn unconnected(self: &Arc<Self>, cause: BoxError) -> BoxError {
        Unconnected { relay: Arc::clone(self), cause }.into()
    }
}

impl fmt::Debug for Relay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Relay").field("address", &self.address).finish_non_exhaustive()
    }
}

impl RelayParts {
    fn faults(&self) -> MutexGuard<'_, HashMap<String, ProxyError>> {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a request shows the password.
    fn admit(&self, head: &str) -> bool {
        let pair = Zeroizing::new(format!("{USER}:{}", self.password.expose_secret()));
        let expected = Zeroizing::new(format!("Basic {}", STANDARD.encode(pair.as_bytes())));
        let fields = head.lines().filter_map(|line| line.split_once(':'));
        let mut proofs = fields.filter(|(name, _)| name.eq_ignore_ascii_case("proxy-authorization"));
        proofs.any(|(_, proof)| bool::from(proof.trim().as_bytes().ct_eq(expected.as_bytes())))
    }
}

async fn serve(mut client: TcpStream, shared: Arc<RelayParts>) {
    let Ok(head) = connect::read_head(&mut client).await else { return };
    if !shared.admit(&head) {
        tracing::warn!("the relay to the proxy refused: not our client");
        return connect::answer(&mut client, "403 Forbidden").await;
    }
    let Some(host) = connect::host(&head) else { return connect::answer(&mut client, BAD).await };
    match shared.proxy.tunnel(host, HTTPS).await {
        Ok(server) => {
            shared.faults().remove(host);
            connect::join(client, server).await;
        }
        Err(fault) => {
            shared.faults().insert(host.to_owned(), fault);
            connect::answer(&mut client, "502 Bad Gateway").await;
        }
    }
}
