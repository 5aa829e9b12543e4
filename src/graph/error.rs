//! What can go wrong at Microsoft Graph, what it means, and whose turn it is.

mod sending;

pub use sending::SendFault;

use crate::error::{Classify, Meaning, UPDATE, WhoseTurn};
use crate::model::{ItemFault, PhotoFault, Use};
use crate::net::{self, ProxyError};
use std::time::Duration;

/// What Graph said no with: the most telling code of an answer, and its number for Microsoft's support.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GraphRefusal {
    /// The HTTP status.
    pub status: u16,
    /// Graph's own word; empty where the answer had none.
    pub code: String,
    /// The answer's number at Microsoft, if it had one.
    pub request_id: Option<String>,
}

impl std::fmt::Display for GraphRefusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { status, code, request_id } = self;
        write!(f, "{status}")?;
        if !code.is_empty() {
            write!(f, " {code}")?;
        }
        request_id.as_ref().map_or(Ok(()), |id| write!(f, ", request {id}"))
    }
}

/// A failure of Graph. No variant carries a token, a link or what a contact says.
#[derive(Debug, thiserror::Error)]
pub enum GraphError {
    /// The access token is good no longer.
    #[error("Microsoft Graph does not take the access token ({0})")]
    Unauthorized(GraphRefusal),
    /// The person has to sign in anew, in a way that a policy wants.
    #[error("Microsoft Graph wants the person to sign in anew ({0})")]
    Challenged(GraphRefusal),
    /// Consent is missing, or a policy says no.
    #[error("Microsoft Graph refuses access ({0})")]
    Denied(GraphRefusal),
    /// The same, of mail.
    #[error("Microsoft Graph refuses access to the mail ({0})")]
    MailDenied(GraphRefusal),
    /// The same, of sending mail.
    #[error("Microsoft Graph refuses to send mail for the mailbox ({0})")]
    SendDenied(GraphRefusal),
    /// A message that is not sent as it is.
    #[error("Microsoft Graph does not send the message: {fault} ({refusal})")]
    NotSent {
        /// Why.
        fault: SendFault,
        /// What it said.
        refusal: GraphRefusal,
    },
    /// The person has no mailbox that Graph reaches.
    #[error("Microsoft Graph knows no mailbox of this person ({0})")]
    NoMailbox(GraphRefusal),
    /// There is no such item or folder.
    #[error("Microsoft Graph has nothing there ({0})")]
    Gone(GraphRefusal),
    /// Where reading changes got to is not known any more.
    #[error("Microsoft Graph has lost the place ({0})")]
    CursorLost(GraphRefusal),
    /// The item was changed meanwhile.
    #[error("it was changed meanwhile ({0})")]
    Conflict(GraphRefusal),
    /// The mailbox is full.
    #[error("the mailbox is full ({0})")]
    Full(GraphRefusal),
    /// The question is not understood.
    #[error("Microsoft Graph does not take the request ({0})")]
    Invalid(GraphRefusal),
    /// Too much was asked, by us or by others, or something is out of order there.
    #[error("Microsoft Graph is busy ({refusal})")]
    Busy {
        /// What it said.
        refusal: GraphRefusal,
        /// When to come back, where it said so.
        wait: Option<Duration>,
    },
    /// As many requests were made as one mailbox may be asked.
    #[error("as much was asked as a mailbox may be asked in ten minutes")]
    OverBudget(Duration),
    /// No answer, or a broken one.
    #[error("Microsoft Graph does not answer")]
    Unreachable(#[source] reqwest::Error),
    /// The firm's proxy did not lead there.
    #[error(transparent)]
    Proxy(ProxyError),
    /// An answer that is not what was asked for, such as a proxy's page.
    #[error("Microsoft Graph answered {status} and what cannot be read: no {what}")]
    Unreadable {
        /// What it should have been.
        what: &'static str,
        /// The HTTP status.
        status: u16,
    },
    /// A link that leads to another server.
    #[error("a link of Microsoft Graph leads to another server")]
    ForeignLink,
    /// What Outlook takes as no photo. It was not asked.
    #[error("the photo cannot be set: {0}")]
    Unfit(PhotoFault),
    /// What was asked for has more bytes than are let through.
    #[error("it is longer than attachments.largest_mb of the configuration lets through")]
    TooLong,
    /// Pages that lead back to where they came from, or that do not end.
    #[error("the pages of Microsoft Graph do not end")]
    Endless,
}

impl GraphError {
    /// The same where this was asked for.
    #[must_use]
    pub fn asked_for(self, wanted: Use) -> Self {
        match (self, wanted) {
            (Self::Denied(refusal), Use::Mail | Use::MailWrite) => Self::MailDenied(refusal),
            (Self::Denied(refusal), Use::MailSend) => Self::SendDenied(refusal),
            (other, _) => other,
        }
    }

    /// Whether it may concern the one folder alone whose changes were asked for.
    #[must_use]
    pub fn is_of_folder(&self) -> bool {
        self.row().1.is_of_folder
    }

    /// Whether it may concern the one item alone that was asked for or written.
    #[must_use]
    pub fn is_of_item(&self) -> bool {
        self.row().1.is_of_item
    }

    /// Whether what was asked for was surely not done: else it may have been, although nobody said so.
    #[must_use]
    pub fn is_undone(&self) -> bool {
        self.row().1.is_undone
    }

    /// Whether less of the same may be had.
    pub(super) fn is_too_big(&self) -> bool {
        match self {
            Self::Busy { refusal, wait: None } | Self::Invalid(refusal) => {
                matches!(refusal.status, 413 | 504)
            }
            Self::Unreadable { what, status } => *what == END && *status < 300,
            Self::Unreachable(error) => error.is_body() || error.is_decode(),
            Self::Unauthorized(_)
            | Self::Challenged(_)
            | Self::Denied(_)
            | Self::MailDenied(_)
            | Self::SendDenied(_)
            | Self::NotSent { .. }
            | Self::NoMailbox(_)
            | Self::Gone(_)
            | Self::CursorLost(_)
            | Self::Conflict(_)
            | Self::Full(_)
            | Self::Busy { wait: Some(_), .. }
            | Self::OverBudget(_)
            | Self::Proxy(_)
            | Self::ForeignLink
            | Self::Unfit(_)
            | Self::TooLong
            | Self::Endless => false,
        }
    }

    /// The same as what is wrong with an item: Graph's own word, where it said one.
    pub(super) fn fault(&self) -> ItemFault {
        let (code, text) = match self {
            Self::Unauthorized(refusal)
            | Self::Challenged(refusal)
            | Self::Denied(refusal)
            | Self::MailDenied(refusal)
            | Self::SendDenied(refusal)
            | Self::NotSent { refusal, .. }
            | Self::NoMailbox(refusal)
            | Self::Gone(refusal)
            | Self::CursorLost(refusal)
            | Self::Conflict(refusal)
            | Self::Full(refusal)
            | Self::Invalid(refusal)
            | Self::Busy { refusal, .. } => (refusal.code.as_str(), refusal.to_string()),
            Self::Unreadable { what, .. } => (ItemFault::UNREADABLE, format!("no {what}")),
            Self::Unfit(fault) => (fault.code(), fault.to_string()),
            Self::OverBudget(_)
            | Self::Unreachable(_)
            | Self::Proxy(_)
            | Self::ForeignLink
            | Self::TooLong
            | Self::Endless => (self.meaning().code, self.to_string()),
        };
        ItemFault { code: code.to_owned(), text }
    }

    /// A failed request. Its address is left out: links hold what nobody should read in a log.
    pub(super) fn unreachable(error: reqwest::Error) -> Self {
        net::of_proxy(&error).map_or_else(|| Self::Unreachable(error.without_url()), Self::Proxy)
    }
}

/// What an answer lacks that is longer than is read, or broke off.
pub(super) const END: &str = "end";

/// What a failure may concern alone, and whether what was asked for was surely not done.
#[derive(Clone, Copy)]
struct Bounds {
    is_of_folder: bool,
    is_of_item: bool,
    is_undone: bool,
}

impl Bounds {
    /// Of the whole mailbox, or of the way to it.
    const MAILBOX: Self = Self { is_of_folder: false, is_of_item: false, is_undone: true };
    /// Of one folder.
    const FOLDER: Self = Self { is_of_folder: true, is_of_item: false, is_undone: true };
    /// Of one folder or one item.
    const EITHER: Self = Self { is_of_folder: true, is_of_item: true, is_undone: true };
    /// Of one item, or else of the whole mailbox.
    const ITEM: Self = Self { is_of_folder: false, is_of_item: true, is_undone: true };

    const fn undone(self, is_undone: bool) -> Self {
        Self { is_undone, ..self }
    }
}

impl GraphError {
    /// All that is said of each failure.
    fn row(&self) -> (Meaning, Bounds) {
        use WhoseTurn::{It, Nobody, Operator, Owner};
        let connect = "connect the mailbox with Microsoft again.";
        match self {
            Self::Unauthorized(_) => {
                (Meaning::needs_login("graph_unauthorized", Owner, connect).doubtful(), Bounds::MAILBOX)
            }
            Self::Challenged(_) => {
                (Meaning::needs_login("graph_challenged", Owner, connect), Bounds::MAILBOX)
            }
            Self::Denied(_) => (
                Meaning::blocked(
                    "graph_denied",
                    It,
                    "allow this application Contacts.ReadWrite for the mailbox, or let the owner consent to it.",
                ),
                Bounds::ITEM,
            ),
            Self::MailDenied(_) => (
                Meaning::blocked(
                    "graph_mail_denied",
                    It,
                    "allow this application Mail.ReadWrite for the mailbox, or let the owner consent to it.",
                ),
                Bounds::ITEM,
            ),
            Self::SendDenied(_) => (
                Meaning::blocked(
                    "graph_send_denied",
                    It,
                    "allow this application Mail.Send for the mailbox, or let the owner consent to it.",
                ),
                Bounds::ITEM,
            ),
            Self::NotSent { fault, .. } => (fault.meaning(), Bounds::ITEM),
            Self::NoMailbox(_) => (
                Meaning::blocked(
                    "graph_no_mailbox",
                    It,
                    "give the person an Exchange Online mailbox; one of an own server is not reached by Graph.",
                ),
                Bounds::ITEM,
            ),
            Self::Gone(_) => {
                (Meaning::retry("graph_gone", Nobody, "it is looked for at the next turn."), Bounds::EITHER)
            }
            Self::CursorLost(_) => (
                Meaning::retry("graph_cursor_lost", Nobody, "all is read anew at the next turn."),
                Bounds::EITHER,
            ),
            Self::Conflict(_) => (
                Meaning::retry("graph_conflict", Nobody, "both are joined at the next turn."),
                Bounds::EITHER,
            ),
            Self::Full(_) => (
                Meaning::retry(
                    "graph_full",
                    Owner,
                    "make room in the mailbox; until then nothing is written.",
                ),
                Bounds::EITHER,
            ),
            Self::Invalid(_) => (Meaning::drift("graph_invalid", Operator, UPDATE), Bounds::EITHER),
            Self::Busy { wait, refusal } => (
                Meaning::retry("graph_busy", Nobody, "it is asked again later.").after(*wait),
                if wait.is_some() { Bounds::MAILBOX } else { Bounds::EITHER }.undone(refusal.status == 429),
            ),
            Self::OverBudget(wait) => (
                Meaning::retry("graph_over_budget", Nobody, "it goes on when there is room.")
                    .after(Some(*wait)),
                Bounds::MAILBOX,
            ),
            Self::Unreachable(error) => (
                Meaning::retry("graph_unreachable", Nobody, "it is asked again later.").network(),
                Bounds::MAILBOX.undone(error.is_connect()),
            ),
            Self::Proxy(error) => (error.meaning(), Bounds::MAILBOX),
            Self::Unreadable { .. } => (
                Meaning::retry(
                    "graph_unreadable",
                    Operator,
                    "see whether a proxy answers in place of Microsoft, should it last.",
                ),
                Bounds::EITHER.undone(false),
            ),
            Self::ForeignLink => (Meaning::drift("graph_foreign_link", Operator, UPDATE), Bounds::FOLDER),
            Self::Endless => (Meaning::drift("graph_endless", Operator, UPDATE), Bounds::FOLDER),
            Self::TooLong => (
                Meaning::blocked(
                    "content_too_large",
                    Operator,
                    "have it from Outlook; or raise attachments.largest_mb and restart the service.",
                ),
                Bounds::ITEM,
            ),
            Self::Unfit(_) => (
                Meaning::blocked("graph_photo_unfit", Operator, "set another photo, or take it away."),
                Bounds::ITEM,
            ),
        }
    }
}

impl Classify for GraphError {
    fn meaning(&self) -> Meaning {
        self.row().0
    }
}

#[cfg(test)]
mod tests;
