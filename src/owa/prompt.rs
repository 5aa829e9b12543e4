//! What a sign-in may want of its owner, and how it is answered.

use crate::secret::SecretText;

words! {
    /// A way to prove a second time who signs in.
    pub enum Method {
        /// Approving the sign-in on the telephone.
        Approval = "approval",
        /// The code that an authenticator app shows.
        AppCode = "app_code",
        /// A code by text message.
        TextMessage = "text_message",
        /// Answering a call.
        Call = "call",
    }
}

/// Something that the owner has to do before a sign-in goes on.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Prompt {
    /// Approve it on the telephone. It is answered with `GoOn`, and waited for.
    Approve {
        /// The number to enter there, where the page shows one.
        number: Option<String>,
    },
    /// Give a one-time code.
    Code {
        /// Whether the code that was given last was wrong.
        wrong: bool,
    },
    /// Choose how to go on, of what the page offers and can be answered here.
    Choose(Vec<Method>),
}

/// What the owner says to a prompt.
#[derive(Debug)]
pub enum Answer {
    /// It is being done.
    GoOn,
    /// The one-time code.
    Code(SecretText),
    /// The way to prove it that the owner chose.
    Method(Method),
}

impl Prompt {
    /// The number to enter on the telephone, where that is what is wanted.
    #[must_use]
    pub fn number(&self) -> Option<String> {
        match self {
            Self::Approve { number } => number.clone(),
            Self::Code { .. } | Self::Choose(_) => None,
        }
    }
}
