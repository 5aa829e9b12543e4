//! Why a message is not sent as it is.

use super::{GraphError, GraphRefusal};
use crate::error::{Meaning, WhoseTurn};

/// What is wrong with a message, or with who sends it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SendFault {
    /// `ErrorInvalidRecipients`: one at least is nobody (SMTP2Graph#30).
    #[error("a recipient is not valid")]
    Recipients,
    /// `ErrorSendAsDenied`, 403: it is from somebody whom the mailbox may not send as (microsoft-graph-docs#3996).
    #[error("the mailbox may not send as its From")]
    Sender,
    /// `ErrorExceededMessageLimit`, `ErrorMessageSubmissionBlocked`: the mailbox has sent as much as it may, or is kept from
    /// sending at all. <https://learn.microsoft.com/exchange/client-developer/web-service-reference/responsecode>
    #[error("the mailbox may send nothing more at present")]
    Limit,
    /// 413, `ErrorMessageSizeExceeded`.
    #[error("it is too large")]
    Size,
}

impl SendFault {
    fn of(refusal: &GraphRefusal) -> Option<Self> {
        let is = |code: &str| refusal.code.eq_ignore_ascii_case(code);
        match refusal.status {
            // What fails there may have been done.
            500.. => None,
            _ if is("ErrorInvalidRecipients") => Some(Self::Recipients),
            _ if is("ErrorSendAsDenied") => Some(Self::Sender),
            _ if is("ErrorExceededMessageLimit") || is("ErrorMessageSubmissionBlocked") => Some(Self::Limit),
            413 => Some(Self::Size),
            _ if is("ErrorMessageSizeExceeded") => Some(Self::Size),
            _ => None,
        }
    }

    pub(super) fn meaning(self) -> Meaning {
        use WhoseTurn::{It, Operator, Owner};
        match self {
            Self::Recipients => Meaning::blocked(
                "graph_recipients_refused",
                Operator,
                "see to whom it goes, and send it anew to addresses that there are.",
            ),
            Self::Sender => Meaning::blocked(
                "graph_sender_refused",
                It,
                "give the person's mailbox the address that it is known by here, or the right to send as it.",
            ),
            Self::Limit => Meaning::blocked(
                "graph_send_limit",
                Owner,
                "open Outlook: it says what it wants, if anything. Else send it anew tomorrow; Exchange counts a day.",
            ),
            Self::Size => Meaning::blocked("graph_too_large", Operator, "send it anew with less in it."),
        }
    }
}

impl GraphError {
    /// The same where a message was to be sent. Whatever the code of a 5xx says, or of a 408, it may have been taken: a full
    /// mailbox keeps its owner's copy out, and not the message in.
    pub(in crate::graph) fn of_sending(self) -> Self {
        if let Self::Unauthorized(refusal)
        | Self::Challenged(refusal)
        | Self::Denied(refusal)
        | Self::NoMailbox(refusal)
        | Self::Gone(refusal)
        | Self::CursorLost(refusal)
        | Self::Conflict(refusal)
        | Self::Full(refusal)
        | Self::Invalid(refusal) = &self
            && (refusal.status >= 500 || refusal.status == 408)
        {
            return Self::Busy { refusal: refusal.clone(), wait: None };
        }
        self.of_message()
    }

    fn of_message(self) -> Self {
        let (Self::Denied(refusal) | Self::Invalid(refusal) | Self::Busy { refusal, .. }) = &self else {
            return self;
        };
        match SendFault::of(refusal) {
            Some(fault) => Self::NotSent { fault, refusal: refusal.clone() },
            None => self,
        }
    }
}
