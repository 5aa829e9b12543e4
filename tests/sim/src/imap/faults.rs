//! The failures that a test has ordered, as Exchange words them.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::answer::Answer;
use crate::knobs::Kind;

/// What takes the place of an answer, or becomes of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "how", rename_all = "snake_case")]
pub enum ImapFault {
    /// `NO AUTHENTICATE failed.`
    Refused,
    /// `BAD User is authenticated but not connected.`, then `BYE` (MailKit#1494, mscdex/node-imap#523, #689).
    NotConnected,
    /// So many lines of the answer, then `BYE Session invalidated - AccessTokenExpired`
    /// (iroco-co/aioimaplib#83, joeyates/imap-backup#198).
    TokenExpired {
        /// Lines of the answer that come before.
        #[serde(default)]
        after: usize,
    },
    /// `BAD Command received in Invalid state.`
    InvalidState,
    /// `BAD Request is throttled.` with the time in milliseconds ("imapsync FAQ", learn:answers 5882481).
    Backoff {
        /// Milliseconds.
        ms: u64,
    },
    /// `NO Server Unavailable. 15`
    Unavailable,
    /// `BYE Connection closed. 14`
    Closed,
    /// `BAD Command Argument Error. 12` (DirectoryTree/ImapEngine#109).
    ArgumentError,
    /// The answer, and before it a BODYSTRUCTURE that nobody asked for and no grammar knows (MailKit#919).
    BadStructure,
    /// A literal of so many bytes, in place of the answer; it is sent until the client has gone.
    Literal {
        /// Bytes.
        bytes: u64,
    },
    /// A line of so many bytes without an end.
    EndlessLine {
        /// Bytes.
        bytes: usize,
    },
    /// The answer, and none of the messages in it: `OK FETCH completed.` without data.
    NoData,
}

/// Waits where a failure says so.
pub(super) async fn wait(kinds: &[Kind]) {
    for kind in kinds {
        if let Kind::Slow { ms } = kind {
            tokio::time::sleep(Duration::from_millis((*ms).into())).await;
        }
    }
}

/// What takes the place of the answer; the command is not looked at then.
pub(super) fn instead(kinds: &[Kind]) -> Option<Answer> {
    let cut = || Answer { cut: true, ..Answer::default() };
    let hangs_up = kinds.contains(&Kind::HangUp).then(cut);
    hangs_up.or_else(|| ordered(kinds).find_map(ImapFault::instead))
}

/// The answer, as the failures leave it.
pub(super) fn spoilt(kinds: &[Kind], answer: Answer) -> Answer {
    if kinds.contains(&Kind::AnswerLost) {
        return Answer { cut: true, ..Answer::default() };
    }
    ordered(kinds).fold(answer, |answer, fault| fault.spoilt(answer))
}

fn ordered(kinds: &[Kind]) -> impl Iterator<Item = &ImapFault> {
    kinds.iter().filter_map(|kind| if let Kind::Imap(fault) = kind { Some(fault) } else { None })
}

impl ImapFault {
    fn instead(&self) -> Option<Answer> {
        Some(match self {
            Self::Refused => Answer::no("AUTHENTICATE failed."),
            Self::NotConnected => Answer::not_connected(),
            Self::TokenExpired { after: 0 } => Answer::bye(EXPIRED),
            Self::InvalidState => Answer::bad("Command received in Invalid state."),
            Self::Backoff { ms } => {
                Answer::bad(&format!("Request is throttled. Suggested Backoff Time: {ms} milliseconds"))
            }
            Self::Unavailable => Answer::no("Server Unavailable. 15"),
            Self::Closed => Answer::bye("Connection closed. 14"),
            Self::ArgumentError => Answer::bad("Command Argument Error. 12"),
            Self::Literal { bytes } => {
                Answer::raw(format!("* 1 FETCH (UID 1 BODY[] {{{bytes}}}\r\n"), *bytes)
            }
            Self::EndlessLine { bytes } => Answer::raw("* OK ".to_owned(), *bytes as u64),
            Self::TokenExpired { .. } | Self::BadStructure | Self::NoData => return None,
        })
    }

    fn spoilt(&self, mut answer: Answer) -> Answer {
        match self {
            Self::TokenExpired { after } => {
                answer.data.truncate(*after);
                Answer { status: None, bye: Some(EXPIRED.to_owned()), ..answer }
            }
            Self::BadStructure => {
                let line = b"1 FETCH (BODYSTRUCTURE (\"text\" \"plain\" NIL NIL NIL \"7BIT\" -1 \"inline\" (NIL NIL NIL)))";
                answer.after(vec![line.to_vec()])
            }
            Self::NoData => Answer { data: Vec::new(), ..answer },
            Self::Refused
            | Self::NotConnected
            | Self::InvalidState
            | Self::Backoff { .. }
            | Self::Unavailable
            | Self::Closed
            | Self::ArgumentError
            | Self::Literal { .. }
            | Self::EndlessLine { .. } => answer,
        }
    }
}

/// What ends a session whose token is over.
pub(super) const EXPIRED: &str = "Session invalidated - AccessTokenExpired";
