//! What a failure means for an account, and the one trait by which every error says so.
//!
//! Each error is an enum of its room; one total `match` gives each variant its row, a `Meaning`. Beside the
//! enums:
//!
//! - `Failure`: any of those errors as a value, for whoever need not know which; `LastError`: as it is kept.
//! - `NotRun`: why no cycle ran; `CommandError`: why a command stopped, with its exit code.
//! - `Refusal`: what Microsoft's sign-in answered an application; `Trouble`: as it is kept with the grant.
//! - `ItemFault`: one message that could not be read; `LedgerItem`: as it is kept.
//! - `IdentityFault`, `CallbackFault`: what was wrong with an answer, inside an error.
//! - `DeskError`: why a verb of the desk has no answer; `Problem`: as the endpoints answer it.

mod exit;

pub use exit::Exit;

use std::borrow::Cow;
use std::time::Duration;

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
    /// What a run ends with whose worst this was.
    #[must_use]
    pub fn exit(self) -> Exit {
        match self {
            Self::Retry => Exit::Retry,
            Self::NeedsLogin | Self::Blocked => Exit::Denied,
            Self::Drift => Exit::Drift,
            Self::Fatal => Exit::Fatal,
        }
    }
}

/// How far a failure reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// One folder of a mailbox: its others are read.
    Folder,
    /// One mailbox: the others are read.
    Account,
    /// The way to one mailbox, or the way out of this machine: another look tells.
    Network,
    /// This machine, or what all mailboxes share: the next would fail alike, so the cycle ends and no account
    /// is charged.
    Machine,
}

words! {
    /// Who has to act.
    pub enum WhoseTurn {
        /// Whose mailbox it is.
        Owner = "owner",
        /// The administrators of the owner's organisation.
        It = "it",
        /// Who runs this program.
        Operator = "operator",
        /// Nobody: it mends itself, or there is nothing to mend.
        Nobody = "nobody",
    }
}

impl WhoseTurn {
    /// The sentence for people: whose turn it is, and the next step, which begins in lower case and has its
    /// own full stop.
    #[must_use]
    pub fn sentence(self, next: &str) -> String {
        format!("{} turn: {next}", self.whose())
    }

    /// Whose turn it is, as a sentence begins with it.
    #[must_use]
    pub const fn whose(self) -> &'static str {
        match self {
            Self::Owner => "The owner's",
            Self::It => "IT's",
            Self::Operator => "The operator's",
            Self::Nobody => "Nobody's",
        }
    }

    /// The next step in such a sentence, which was kept.
    #[must_use]
    pub fn next_step(sentence: &str) -> &str {
        sentence.split_once(" turn: ").map_or(sentence, |(_, next)| next)
    }
}

/// What to do where this program no longer knows what it speaks with.
pub const UPDATE: &str = "update outlook-syncd; if it is new, report what the log says.";
/// What follows the step that mends what is looked at on request.
const ASK: &str =
    "Then `outlook-syncd sync` has it looked at again at once; by itself it is, some hours later.";

/// What one failure means: a row, written as `Meaning::retry("timeout", WhoseTurn::Nobody, "it is tried
/// again.").machine()`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "switches, each of its own")]
pub struct Meaning {
    /// What it means for the account.
    pub disposition: Disposition,
    /// How far it reaches.
    pub extent: Extent,
    /// A stable word for programs, such as `timeout`; no other failure has it.
    pub code: &'static str,
    /// Who has to act.
    pub whose_turn: WhoseTurn,
    /// What they have to do, as it follows "The owner's turn: ".
    pub next: Cow<'static, str>,
    /// After how long the other side said to come back; `None` where it did not say.
    pub retry_after: Option<Duration>,
    /// Whether it is believed only when a later turn meets it too: the other side may say so in passing.
    pub doubtful: bool,
    /// Whether waiting does not mend it: a start of the program would end alike.
    pub lasting: bool,
    /// Of what somebody has decided: whether it is looked at again as soon as somebody asks, and not only when
    /// its time has come. What a policy refuses is not.
    pub on_request: bool,
    /// Whether it is taken for what somebody has decided where it stays for hours: the other side says so in passing
    /// too.
    pub hardens: bool,
}

impl Meaning {
    /// A failure that time mends.
    pub fn retry(code: &'static str, whose_turn: WhoseTurn, next: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Disposition::Retry, code, whose_turn, next)
    }

    /// A failure that ends with a sign-in.
    pub fn needs_login(
        code: &'static str,
        whose_turn: WhoseTurn,
        next: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self::new(Disposition::NeedsLogin, code, whose_turn, next)
    }

    /// A failure that somebody has decided.
    pub fn blocked(code: &'static str, whose_turn: WhoseTurn, next: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Disposition::Blocked, code, whose_turn, next)
    }

    /// A failure because the other side has changed.
    pub fn drift(code: &'static str, whose_turn: WhoseTurn, next: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Disposition::Drift, code, whose_turn, next)
    }

    /// A failure after which nothing goes on.
    pub fn fatal(code: &'static str, whose_turn: WhoseTurn, next: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Disposition::Fatal, code, whose_turn, next)
    }

    /// A failure of one account, whose disposition is data.
    pub fn new(
        disposition: Disposition,
        code: &'static str,
        whose_turn: WhoseTurn,
        next: impl Into<Cow<'static, str>>,
    ) -> Self {
        let (extent, next) = (Extent::Account, next.into());
        Self {
            disposition,
            extent,
            code,
            whose_turn,
            next,
            retry_after: None,
            doubtful: false,
            lasting: false,
            on_request: false,
            hardens: false,
        }
    }

    /// The same, to be tried again after a time that the other side said, if it said one.
    #[must_use]
    pub fn after(self, wait: Option<Duration>) -> Self {
        Self { retry_after: wait, ..self }
    }

    /// The same, of one folder.
    #[must_use]
    pub fn folder(self) -> Self {
        Self { extent: Extent::Folder, ..self }
    }

    /// The same, where it may be that this machine reaches nobody.
    #[must_use]
    pub fn network(self) -> Self {
        Self { extent: Extent::Network, ..self }
    }

    /// The same, of this machine or of what all mailboxes share.
    #[must_use]
    pub fn machine(self) -> Self {
        Self { extent: Extent::Machine, ..self }
    }

    /// The same, to be believed at the second sight.
    #[must_use]
    pub fn doubtful(self) -> Self {
        Self { doubtful: true, ..self }
    }

    /// The same, which waiting does not mend.
    #[must_use]
    pub fn lasting(self) -> Self {
        Self { lasting: true, ..self }
    }

    /// The same, to be looked at again as soon as somebody asks.
    #[must_use]
    pub fn on_request(self) -> Self {
        Self { on_request: true, ..self }
    }

    /// The same, which where it stays is taken for what somebody has decided.
    #[must_use]
    pub fn hardens(self) -> Self {
        Self { hardens: true, ..self }
    }

    /// Whose turn it is and the next step, in sentences for people.
    #[must_use]
    pub fn hint(&self) -> String {
        let hint = self.whose_turn.sentence(&self.next);
        if self.on_request { format!("{hint} {ASK}") } else { hint }
    }
}

/// An error that knows what it means, what to call it, and what a person can do.
pub trait Classify: std::error::Error {
    /// What it means, in one row.
    fn meaning(&self) -> Meaning;
}

/// The error and what it came from, as far as each adds something.
#[must_use]
pub fn with_causes(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    causes.map(ToString::to_string).fold(error.to_string(), |text, cause| {
        if text.ends_with(&cause) { text } else { format!("{text}: {cause}") }
    })
}
