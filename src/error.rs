//! What a failure means for an account, and the one trait by which every error says so.

words! {
    /// What a failure means for the account. The order is that of exit codes: the greatest is the worst.
    #[derive(PartialOrd, Ord)]
    pub enum Disposition {
        /// Time will tell: try again later.
        Retry = "retry",
        /// The owner has to sign in.
        NeedsLogin = "needs_login",
        /// A policy says no; somebody has to change it.
        Blocked = "blocked",
        /// The other side no longer looks as we know it.
        Drift = "drift",
        /// We cannot go on at all.
        Fatal = "fatal",
    }
}

impl Disposition {
    /// The exit code of a run whose worst this was (BSD `sysexits`, 76 for drift).
    #[must_use]
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Retry => 75,
            Self::NeedsLogin | Self::Blocked => 77,
            Self::Drift => 76,
            Self::Fatal => 70,
        }
    }
}

/// How far a failure reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// One mailbox: the others are read.
    Account,
    /// This machine, or what all mailboxes share: the next would fail alike, so the cycle ends and no account is charged.
    Machine,
}

/// An error that knows what it means, what to call it, and what a person can do.
pub trait Classify: std::error::Error {
    /// What it means for the account.
    fn disposition(&self) -> Disposition;

    /// A stable word for programs, such as `timeout`.
    fn code(&self) -> &'static str;

    /// What happened, whose turn it is (owner, IT, operator, nobody), the next step.
    fn hint(&self) -> String;

    /// When the other side said to come back, if it said.
    fn retry_after(&self) -> Option<std::time::Duration> {
        None
    }

    /// How far it reaches.
    fn extent(&self) -> Extent {
        Extent::Account
    }
}

/// The error and what it came from, as far as each adds something.
#[must_use]
pub fn with_causes(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    causes.map(ToString::to_string).fold(error.to_string(), |text, cause| {
        if text.ends_with(&cause) { text } else { format!("{text}: {cause}") }
    })
}
