//! Connections for what is not HTTP: through the firm's proxy where it leads to the host, else directly.

use super::{CONNECT, Proxy, ProxyError};
use crate::clock::Clock;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpStream;

/// How hosts are reached. Clones share the proxy.
#[derive(Debug, Clone, Default)]
pub struct Dialer {
    proxy: Option<Arc<Proxy>>,
    stand_in: Option<SocketAddr>,
}

/// Why there is no connection.
#[derive(Debug, thiserror::Error)]
pub enum DialError {
    /// The firm's proxy did not lead there.
    #[error(transparent)]
    Proxy(#[from] ProxyError),
    /// Nobody takes a connection there.
    #[error(transparent)]
    Unreachable(#[from] io::Error),
}

impl Dialer {
    /// With the firm's proxy, where there is one. `stand_in` is where a simulator is found in place of every host.
    #[must_use]
    pub fn new(proxy: Option<Arc<Proxy>>, stand_in: Option<SocketAddr>) -> Self {
        Self { proxy, stand_in }
    }

    /// A connection to a port of a host, or of an address.
    ///
    /// # Errors
    /// What the proxy did in its place, or why there is none within 10 s.
    pub async fn dial(&self, host: &str, port: u16) -> Result<TcpStream, DialError> {
        if let Some(proxy) = self.proxy.as_ref().filter(|proxy| proxy.serves(host)) {
            return Ok(proxy.tunnel(host, port).await?);
        }
        let dialled = async {
            match self.stand_in {
                Some(address) => TcpStream::connect(address).await,
                None => TcpStream::connect((host, port)).await,
            }
        };
        let stream = Clock::limit(CONNECT, dialled).await.map_err(|limit| late(&limit))??;
        // A latency nicety; without it the connection works all the same.
        let _ = stream.set_nodelay(true);
        Ok(stream)
    }
}

fn late(limit: &crate::clock::Elapsed) -> io::Error {
    io::Error::new(io::ErrorKind::TimedOut, limit.to_string())
}
