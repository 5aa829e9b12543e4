//! The way to servers: connections as this machine makes them, and whom their TLS trusts.

use super::server::ImapGreeted;
use super::{ImapError, ImapLogin, ImapMailbox, ImapServer};
use crate::model::{Cloud, ImapAddress};
use crate::net::{self, DialError, Dialer};
use rustls::ClientConfig;
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;

/// A mailbox at a server of the internet.
pub type RemoteImapMailbox = ImapMailbox<TlsStream<TcpStream>>;

/// IMAP servers, as this machine reaches them. Clones share everything.
#[derive(Clone)]
pub struct Imap {
    dialer: Dialer,
    /// The one certificate that is trusted, where it is not this machine's authorities.
    ca_file: Option<PathBuf>,
    /// Made when it is first wanted: the certificates that it trusts take memory.
    tls: Arc<OnceLock<Arc<ClientConfig>>>,
    microsoft: ImapAddress,
}

impl Imap {
    /// Servers that are reached so; those of Microsoft in that cloud. With `ca_file` only its certificate (PEM) is trusted.
    #[must_use]
    pub fn new(dialer: Dialer, ca_file: Option<PathBuf>, cloud: Cloud) -> Self {
        let microsoft = ImapAddress::at(cloud.imap());
        Self { dialer, ca_file, tls: Arc::default(), microsoft }
    }

    /// Microsoft's server, which tokens are for.
    #[must_use]
    pub fn microsoft(&self) -> &ImapAddress {
        &self.microsoft
    }

    /// Connects to a server and hears what it offers.
    ///
    /// # Errors
    /// Why there is no connection, or none that can be trusted.
    pub async fn greet(&self, server: &ImapAddress) -> Result<ImapGreeted<TlsStream<TcpStream>>, ImapError> {
        let tls = self.tls().map_err(ImapError::Untrusted)?;
        let named = ImapServer::new(&server.host, tls)
            .map_err(|error| ImapError::Untrusted(io::Error::other(error)))?;
        let dialled = self.dialer.dial(&server.host, server.port).await;
        let stream = dialled.map_err(|error| match error {
            DialError::Proxy(error) => ImapError::Proxy(error),
            DialError::Unreachable(error) => ImapError::Unreachable(error),
        })?;
        named.greet(stream).await
    }

    /// Connects to a server and signs in.
    ///
    /// # Errors
    /// Those of `greet`; why nobody is let in.
    pub async fn sign_in(
        &self,
        server: &ImapAddress,
        user: &str,
        login: ImapLogin<'_>,
    ) -> Result<RemoteImapMailbox, ImapError> {
        let greeted = Box::pin(self.greet(server)).await?;
        Box::pin(greeted.sign_in(user, login)).await
    }

    fn tls(&self) -> io::Result<Arc<ClientConfig>> {
        if let Some(tls) = self.tls.get() {
            return Ok(Arc::clone(tls));
        }
        let made = match &self.ca_file {
            None => net::tls(),
            Some(file) => net::tls_at(&std::fs::read(file)?),
        };
        let made = made.map_err(io::Error::other)?;
        Ok(Arc::clone(self.tls.get_or_init(|| made)))
    }
}
