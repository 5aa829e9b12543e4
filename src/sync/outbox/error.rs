//! What keeps a message from being sent, beside what Graph says.

use crate::error::{Classify, Meaning, WhoseTurn};

/// Why a message is not sent, or nobody knows whether it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OutboxError {
    /// It could not be handed over for a day.
    #[error("it could not be handed over for a day, and was not sent")]
    Expired,
    /// What it says is not here any more.
    #[error("what it says is not here any more, or does not open")]
    Lost,
    /// Sign-ins by OAuth are not configured.
    #[error("sign-ins with Microsoft are not configured")]
    NoGraph,
    /// Whether it was taken is not known yet.
    #[error("it was handed over, and no answer came: it is looked for in the mailbox")]
    Unanswered,
    /// It was handed over, no answer came, and it is not found in the mailbox, or nobody could look there.
    #[error(
        "it was handed over, no answer came, and it was not found in the mailbox, as far as that could be looked into"
    )]
    NotFound,
    /// Somebody gave it up.
    #[error("it was given up")]
    Dropped,
}

impl Classify for OutboxError {
    fn meaning(&self) -> Meaning {
        use WhoseTurn::{Nobody, Operator};
        match self {
            Self::Expired => Meaning::blocked(
                "outbox_expired",
                Operator,
                "see what kept it from being handed over, and send it anew.",
            ),
            Self::Lost => Meaning::blocked("outbox_lost", Operator, "send it anew."),
            Self::NoGraph => {
                Meaning::blocked("outbox_off", Operator, "configure OAuth (docs/oauth.md), and send it anew.")
            }
            Self::Unanswered => {
                Meaning::retry("outbox_unanswered", Nobody, "it is looked for, and never sent a second time.")
            }
            Self::NotFound => Meaning::blocked(
                "outbox_unknown",
                Operator,
                "look for it in Sent Items of the mailbox; then `outlook-syncd outbox drop`, or `outbox retry` to send it \
                 once more.",
            ),
            Self::Dropped => Meaning::blocked("outbox_dropped", Nobody, "it is not sent, or was before."),
        }
    }
}
