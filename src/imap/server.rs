//! From a host to a mailbox: connection, TLS, greeting, sign-in.

use super::tagged::{TaggedStream, quoted};
use super::{ImapError, ImapMailbox};
use crate::clock::Clock;
use crate::secret::{ExposeSecret, SecretText};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use imap_proto::{Capability, Response};
use rustls::ClientConfig;
use rustls::pki_types::{InvalidDnsNameError, ServerName};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use zeroize::Zeroizing;

/// A handshake.
const HANDSHAKE: Duration = Duration::from_secs(20);

/// What signs in to a server.
#[derive(Clone, Copy)]
pub enum ImapLogin<'a> {
    /// An access token for `IMAP.AccessAsUser.All`.
    Token(&'a SecretText),
    /// The mailbox's password.
    Password(&'a SecretText),
}

/// A server that speaks TLS from the first byte (port 993).
#[derive(Clone)]
pub struct ImapServer {
    name: ServerName<'static>,
    tls: Arc<ClientConfig>,
}

impl ImapServer {
    /// The server of this name, which its certificate has to have.
    ///
    /// # Errors
    /// Where no host can be called so.
    pub fn new(host: &str, tls: Arc<ClientConfig>) -> Result<Self, InvalidDnsNameError> {
        Ok(Self { name: ServerName::try_from(host)?.to_owned(), tls })
    }

    /// Signs in as `user`, the address of the mailbox, on a connection to the server.
    ///
    /// # Errors
    /// How the connection failed, or why the server lets nobody in.
    pub async fn sign_in<S>(
        &self,
        stream: S,
        user: &str,
        login: ImapLogin<'_>,
    ) -> Result<ImapMailbox<TlsStream<S>>, ImapError>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let greeted = Box::pin(self.greet(stream)).await?;
        Box::pin(greeted.sign_in(user, login)).await
    }

    /// Hears on a connection to the server what it offers. Nothing secret is said to it.
    ///
    /// # Errors
    /// How the connection failed, or why the server lets nobody in.
    pub async fn greet<S>(&self, stream: S) -> Result<ImapGreeted<TlsStream<S>>, ImapError>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let shaken = TlsConnector::from(Arc::clone(&self.tls)).connect(self.name.clone(), stream);
        let stream = Clock::limit(HANDSHAKE, shaken).await.map_err(|_| ImapError::TimedOut(HANDSHAKE))?;
        let mut stream = TaggedStream::new(stream.map_err(ImapError::of_connection)?);
        stream.greeting().await?;
        let offered = Offered::ask(&mut stream).await?;
        Ok(ImapGreeted { stream, offered })
    }
}

/// A connection on which nobody has signed in yet.
pub struct ImapGreeted<S> {
    stream: TaggedStream<S>,
    offered: Offered,
}

impl<S: AsyncRead + AsyncWrite + Unpin> ImapGreeted<S> {
    /// Whether the server would hear a password, so that none is tried in vain.
    ///
    /// # Errors
    /// `NoSignIn`.
    pub fn takes_passwords(&self) -> Result<(), ImapError> {
        let takes = self.offered.has("AUTH=PLAIN") || !self.offered.has("LOGINDISABLED");
        if takes { Ok(()) } else { Err(ImapError::NoSignIn("password")) }
    }

    /// Signs in as `user`. What signs in is sent once.
    ///
    /// # Errors
    /// How the connection failed, or why the server lets this one not in.
    pub async fn sign_in(mut self, user: &str, login: ImapLogin<'_>) -> Result<ImapMailbox<S>, ImapError> {
        let Self { stream, offered } = &mut self;
        match login {
            ImapLogin::Token(token) => by_token(stream, offered, user, token).await?,
            ImapLogin::Password(password) => by_password(stream, offered, user, password).await?,
        }
        Ok(ImapMailbox::new(self.stream))
    }
}

/// What a server offers before the sign-in, in capitals.
struct Offered(BTreeSet<String>);

impl Offered {
    async fn ask<S: AsyncRead + AsyncWrite + Unpin>(stream: &mut TaggedStream<S>) -> Result<Self, ImapError> {
        let mut all = BTreeSet::new();
        let take = |response: Response<'_>| {
            if let Response::Capabilities(offered) = response {
                all.extend(offered.iter().map(word));
            }
        };
        stream.run("CAPABILITY", "CAPABILITY", take).await?;
        Ok(Self(all))
    }

    fn has(&self, word: &str) -> bool {
        self.0.contains(word)
    }
}

fn word(capability: &Capability<'_>) -> String {
    match capability {
        Capability::Imap4rev1 => "IMAP4REV1".to_owned(),
        Capability::Auth(name) => format!("AUTH={}", name.to_uppercase()),
        Capability::Atom(name) => name.to_uppercase(),
    }
}

/// XOAUTH2: a challenge is answered with an empty line (developers.google.com/gmail/imap/xoauth2-protocol).
async fn by_token<S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut TaggedStream<S>,
    offered: &Offered,
    user: &str,
    token: &SecretText,
) -> Result<(), ImapError> {
    if !offered.has("AUTH=XOAUTH2") {
        return Err(ImapError::NoSignIn("token"));
    }
    let said = Zeroizing::new(format!("user={user}\u{1}auth=Bearer {}\u{1}\u{1}", token.expose_secret()));
    let signed_in = authenticate(stream, offered, "XOAUTH2", &said).await;
    signed_in.map_err(|error| refused(error, ImapError::Unauthorized))
}

/// LOGIN, or where it cannot say the password, PLAIN (RFC 4616): a string of LOGIN is ASCII.
async fn by_password<S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut TaggedStream<S>,
    offered: &Offered,
    user: &str,
    password: &SecretText,
) -> Result<(), ImapError> {
    let password = password.expose_secret();
    let (Some(name), Some(word)) = (quoted(user), quoted(password).map(Zeroizing::new)) else {
        return Err(ImapError::WrongPassword);
    };
    let signed_in = if user.is_ascii() && password.is_ascii() && !offered.has("LOGINDISABLED") {
        let line = Zeroizing::new(format!("LOGIN {name} {}", *word));
        stream.sign_in("LOGIN", line.as_bytes(), None).await
    } else if offered.has("AUTH=PLAIN") {
        let said = Zeroizing::new(format!("\0{user}\0{password}"));
        authenticate(stream, offered, "PLAIN", &said).await
    } else {
        return Err(ImapError::NoSignIn("password"));
    };
    signed_in.map_err(|error| refused(error, ImapError::WrongPassword))
}

/// In one line where the server takes it so (RFC 4959), else when it asks: what signs in is sent once.
async fn authenticate<S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut TaggedStream<S>,
    offered: &Offered,
    mechanism: &str,
    said: &str,
) -> Result<(), ImapError> {
    let said = Zeroizing::new(STANDARD.encode(said).into_bytes());
    let command = format!("AUTHENTICATE {mechanism}");
    if !offered.has("SASL-IR") {
        return stream.sign_in("AUTHENTICATE", command.as_bytes(), Some(said)).await;
    }
    let line = Zeroizing::new([command.as_bytes(), b" ", &said].concat());
    stream.sign_in("AUTHENTICATE", &line, None).await
}

/// A refusal of what signs in, in whatever words: it is not sent again.
fn refused(error: ImapError, meaning: ImapError) -> ImapError {
    if matches!(error, ImapError::Refused(_) | ImapError::Argument(_)) { meaning } else { error }
}
