//! What can go wrong by IMAP, what it means, and whose turn it is.

use crate::error::{Classify, Meaning, UPDATE, WhoseTurn};
use crate::net::ProxyError;
use std::io;
use std::time::Duration;

/// A failure of an IMAP server. No variant carries a token, a password or what a mail says.
#[derive(Debug, thiserror::Error)]
pub enum ImapError {
    /// No connection, or one that broke.
    #[error("the IMAP server does not answer")]
    Unreachable(#[source] io::Error),
    /// The firm's proxy did not lead there.
    #[error(transparent)]
    Proxy(ProxyError),
    /// The server's certificate is not trusted, or it has no TLS that is good enough.
    #[error("the IMAP server's TLS cannot be trusted")]
    Untrusted(#[source] io::Error),
    /// It took too long.
    #[error("the IMAP server took longer than {} s", .0.as_secs())]
    TimedOut(Duration),
    /// The server hung up, with a word or without.
    #[error("the IMAP server hung up")]
    Closed,
    /// The server is out of order for now.
    #[error("the IMAP server is not available")]
    Unavailable,
    /// Too much was asked.
    #[error("the IMAP server asks us to slow down")]
    Throttled {
        /// When to come back, where it said so.
        wait: Option<Duration>,
    },
    /// The access token is not taken.
    #[error("the IMAP server does not take the access token")]
    Unauthorized,
    /// The access token ended while it was in use.
    #[error("the access token ended within the session")]
    TokenOver,
    /// The password is not taken.
    #[error("the IMAP server does not take the password")]
    WrongPassword,
    /// The server has no sign-in of this kind.
    #[error("the IMAP server has no sign-in by {0}")]
    NoSignIn(&'static str),
    /// The person is known, and their mailbox is not reached.
    #[error("signed in, but the mailbox is not reached")]
    NotConnected,
    /// There is no such folder any more.
    #[error("there is no such folder")]
    FolderGone,
    /// An argument was not taken: an item is broken, or we have made a mistake.
    #[error("the IMAP server does not take what {0} asks for")]
    Argument(&'static str),
    /// A command was refused for a reason that is not known.
    #[error("the IMAP server refuses {0}")]
    Refused(&'static str),
    /// A message that is longer than what was asked for of it.
    #[error("the IMAP server sends more of a message than is read")]
    TooLong,
    /// An answer that is none.
    #[error("the IMAP server's {0} cannot be read")]
    Unreadable(&'static str),
}

impl ImapError {
    /// Whether a fresh token may mend it at once.
    #[must_use]
    pub fn wants_token(&self) -> bool {
        matches!(self, Self::Unauthorized | Self::TokenOver)
    }

    /// A connection that could not be made, or that broke.
    pub(super) fn of_connection(error: io::Error) -> Self {
        let tls = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
        match tls {
            Some(
                rustls::Error::InvalidCertificate(_)
                | rustls::Error::PeerIncompatible(_)
                | rustls::Error::AlertReceived(_)
                | rustls::Error::NoCertificatesPresented,
            ) => Self::Untrusted(error),
            _ => Self::Unreachable(error),
        }
    }
}

impl Classify for ImapError {
    fn meaning(&self) -> Meaning {
        use WhoseTurn::{It, Nobody, Operator, Owner};
        match self {
            Self::Unreachable(_) => {
                Meaning::retry("imap_unreachable", Nobody, "it is asked again later.").network()
            }
            Self::Proxy(error) => error.meaning(),
            Self::Untrusted(_) => Meaning::blocked(
                "imap_untrusted",
                Operator,
                "see what stands between this machine and the server, or give the server a certificate that this machine trusts.",
            )
            .on_request(),
            Self::TimedOut(_) => {
                Meaning::retry("imap_timeout", Nobody, "it is asked again later.").network()
            }
            Self::Closed => Meaning::retry("imap_closed", Nobody, "it is asked again later."),
            Self::Unavailable => Meaning::retry("imap_unavailable", Nobody, "it is asked again later."),
            Self::Throttled { wait } => {
                Meaning::retry("imap_throttled", Nobody, "it goes on when the server lets it.").after(*wait)
            }
            Self::Unauthorized => Meaning::blocked(
                "imap_unauthorized",
                It,
                "turn IMAP on for the mailbox, and see that its address is right, that it has a licence, and that this application may use IMAP.AccessAsUser.All.",
            )
            .doubtful()
            .on_request(),
            Self::TokenOver => {
                Meaning::retry("imap_token_over", Nobody, "it goes on with a fresh token.")
            }
            Self::WrongPassword => Meaning::needs_login(
                "imap_wrong_password",
                Owner,
                "connect the mailbox again with its password as it is now.",
            ),
            Self::NoSignIn(_) => Meaning::blocked(
                "imap_no_sign_in",
                Owner,
                "connect the mailbox in another way: servers of Microsoft 365 take no passwords, others may take no tokens.",
            )
            .on_request(),
            Self::NotConnected => Meaning::retry(
                "imap_not_connected",
                It,
                "see that the mailbox has a licence and IMAP, and that it is this person's or shared with them, should it last.",
            )
            .hardens(),
            Self::FolderGone => {
                Meaning::retry("imap_folder_gone", Nobody, "the folders are listed anew at the next turn.").folder()
            }
            Self::Argument(_) => {
                Meaning::retry("imap_argument", Nobody, "it is asked again at the next turn.").folder()
            }
            Self::Refused(_) => Meaning::drift("imap_refused", Operator, UPDATE),
            Self::TooLong => Meaning::retry(
                "imap_too_long",
                Owner,
                "make the mail smaller or move it elsewhere, should it last; other folders are read.",
            )
            .folder(),
            Self::Unreadable(_) => Meaning::drift("imap_unreadable", Operator, UPDATE),
        }
    }
}
