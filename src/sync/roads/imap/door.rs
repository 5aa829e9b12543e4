//! A connection, opened again where it was lost: once with another token where one has ended, and after an answer that left
//! it of no use.

use crate::imap::{ImapError, ImapFolder, ImapMailbox};
use crate::sync::Failure;
use std::mem;
use tokio::io::{AsyncRead, AsyncWrite};

/// So many connections are opened in a turn: a server that hangs up again and again is left alone.
const CONNECTIONS: u32 = 6;

/// What ends what was asked for.
#[derive(Debug)]
pub enum ImapStop {
    /// The server's answer.
    Imap(ImapError),
    /// Anything else, such as that there is no token.
    Other(Failure),
}

impl From<ImapError> for ImapStop {
    fn from(error: ImapError) -> Self {
        Self::Imap(error)
    }
}

impl From<Failure> for ImapStop {
    fn from(failure: Failure) -> Self {
        Self::Other(failure)
    }
}

impl From<ImapStop> for Failure {
    fn from(stop: ImapStop) -> Self {
        match stop {
            ImapStop::Imap(error) => error.into(),
            ImapStop::Other(failure) => failure,
        }
    }
}

/// The way to a mailbox.
#[expect(async_fn_in_trait, reason = "only this crate implements and awaits it, on one task")]
pub trait ImapDoor {
    /// A connection.
    type Stream: AsyncRead + AsyncWrite + Unpin;

    /// Opens a connection and signs in; `anew` with another token than before, where it was a token.
    ///
    /// # Errors
    /// Why there is no connection, or nobody is let in.
    async fn open(&mut self, anew: bool) -> Result<ImapMailbox<Self::Stream>, ImapStop>;
}

/// What is asked of a mailbox, on as many connections as it takes.
pub(super) struct ImapSession<D: ImapDoor> {
    door: D,
    mailbox: Option<ImapMailbox<D::Stream>>,
    /// The folder that is open, or is to be opened again.
    folder: Option<ImapFolder>,
    left: u32,
    /// Whether another token is wanted.
    is_over: bool,
    /// Whether one was taken since anything was answered.
    was_renewed: bool,
}

/// Asks, and once more with another token where this one has ended.
macro_rules! ask {
    ($session:expr, $call:ident($($argument:expr),*)) => {
        loop {
            let said = match $session.mailbox().await {
                Ok(mailbox) => mailbox.$call($($argument),*).await,
                Err(stop) => break Err(stop),
            };
            if !$session.goes_on(said.as_ref().err()) {
                break said.map_err($crate::sync::roads::imap::ImapStop::from);
            }
        }
    };
}
pub(super) use ask;

impl<D: ImapDoor> ImapSession<D> {
    pub(super) fn new(door: D) -> Self {
        let (mailbox, folder) = (None, None);
        Self { door, mailbox, folder, left: CONNECTIONS, is_over: false, was_renewed: false }
    }

    /// A mailbox on a connection that is of use, with the folder open that was.
    pub(super) async fn mailbox(&mut self) -> Result<&mut ImapMailbox<D::Stream>, ImapStop> {
        if self.mailbox.is_none() {
            let mut mailbox = self.connected().await?;
            if let Some(before) = &self.folder {
                let folder = mailbox.open(&before.id).await?;
                if folder.validity != before.validity {
                    self.folder = None;
                    return Err(ImapError::FolderGone.into());
                }
            }
            self.mailbox = Some(mailbox);
        }
        self.mailbox.as_mut().ok_or_else(|| ImapError::Closed.into())
    }

    async fn connected(&mut self) -> Result<ImapMailbox<D::Stream>, ImapStop> {
        self.left = self.left.checked_sub(1).ok_or(ImapError::Closed)?;
        let anew = mem::take(&mut self.is_over);
        match self.door.open(anew).await {
            // One that was kept may have been refused since.
            Err(ImapStop::Imap(error)) if error.wants_token() && !anew => {
                self.was_renewed = true;
                self.door.open(true).await
            }
            opened => opened,
        }
    }

    /// Whether it is asked again, after an answer that was none for want of a token. A connection on which more may come
    /// is left.
    pub(super) fn goes_on(&mut self, error: Option<&ImapError>) -> bool {
        let Some(error) = error else {
            self.was_renewed = false;
            return false;
        };
        let is_heard =
            matches!(error, ImapError::FolderGone | ImapError::Argument(_) | ImapError::Refused(_));
        if !is_heard {
            self.mailbox = None;
        }
        self.is_over = error.wants_token();
        self.is_over && !mem::replace(&mut self.was_renewed, true)
    }

    /// Whether nothing more can be asked in this turn.
    pub(super) fn is_spent(&self) -> bool {
        self.mailbox.is_none() && self.left == 0
    }

    /// Opens a folder, as it is now.
    pub(super) async fn examine(&mut self, id: &str) -> Result<ImapFolder, ImapStop> {
        self.folder = None;
        let folder = ask!(self, open(id))?;
        Ok(self.folder.insert(folder).clone())
    }

    /// The folder, which need not be asked for where it is open.
    pub(super) async fn opened(&mut self, id: &str) -> Result<ImapFolder, ImapStop> {
        match self.folder.clone().filter(|folder| folder.id == id && self.mailbox.is_some()) {
            Some(folder) => Ok(folder),
            None => self.examine(id).await,
        }
    }

    /// Opens a folder that others may have been opened after. With another numbering it is not that folder any more.
    pub(super) async fn open_again(&mut self, folder: &ImapFolder) -> Result<(), ImapStop> {
        let opened = self.opened(&folder.id).await?;
        if opened.validity == folder.validity { Ok(()) } else { Err(ImapError::FolderGone.into()) }
    }

    pub(super) async fn close(self) {
        if let Some(mailbox) = self.mailbox {
            mailbox.close().await;
        }
    }
}
