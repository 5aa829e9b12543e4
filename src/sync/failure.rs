//! Any classified error as one value: what ends in the account's state.

use crate::error::{Classify, Disposition, Extent, with_causes};
use crate::model::{Folder, LastError, Part};
use chrono::{DateTime, Utc};
use std::io::ErrorKind;
use std::time::Duration;

/// What went wrong, in the words of whoever saw it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What it means for the account.
    pub disposition: Disposition,
    /// A stable word for programs.
    pub code: &'static str,
    /// What happened.
    pub message: String,
    /// Whose turn it is and the next step.
    pub hint: String,
    /// When the other side said to come back.
    pub retry_after: Option<Duration>,
    /// How far it reaches.
    pub extent: Extent,
}

impl<E: Classify> From<E> for Failure {
    fn from(error: E) -> Self {
        Self {
            disposition: error.disposition(),
            code: error.code(),
            message: with_causes(&error),
            hint: error.hint(),
            retry_after: error.retry_after(),
            extent: error.extent(),
        }
    }
}

impl Failure {
    /// An account took longer than it may.
    #[must_use]
    pub fn too_long(limit: Duration) -> Self {
        Self {
            disposition: Disposition::Retry,
            code: "account_limit",
            message: format!("the account was not read within {} s", limit.as_secs()),
            hint: "Nobody's turn: what was read is kept and the next cycle goes on from there. \
                   If it happens every time, raise sync.account_limit."
                .to_owned(),
            retry_after: None,
            extent: Extent::Account,
        }
    }

    /// The session was never there: connected but not signed in.
    #[must_use]
    pub fn no_session() -> Self {
        Self {
            disposition: Disposition::NeedsLogin,
            code: "no_session",
            message: "no browser session is stored for this account".to_owned(),
            hint: "The owner's turn: connect the mailbox again with `outlook-syncd account connect`."
                .to_owned(),
            retry_after: None,
            extent: Extent::Account,
        }
    }

    /// A part is due that this program does not read.
    #[must_use]
    pub fn no_reader(part: Part) -> Self {
        Self {
            disposition: Disposition::Fatal,
            code: "no_reader",
            message: format!("this program does not read {}", part.as_str()),
            hint: "The operator's turn: run the version that made it due.".to_owned(),
            retry_after: None,
            extent: Extent::Account,
        }
    }

    /// The lock file cannot be used.
    #[must_use]
    pub fn lock(error: &std::io::Error) -> Self {
        Self {
            disposition: Disposition::Fatal,
            code: "lock",
            message: format!("the lock file in the state directory cannot be used: {error}"),
            hint: if matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded) {
                "The operator's turn: make room on the disk of the state directory; nothing stored is lost."
            } else {
                "The operator's turn: the state directory must exist and belong to the user that runs this program."
            }
            .to_owned(),
            retry_after: None,
            extent: Extent::Machine,
        }
    }

    /// The HTTP client cannot be made.
    #[must_use]
    pub fn client(error: &dyn std::error::Error) -> Self {
        Self {
            disposition: Disposition::Fatal,
            code: "http_client",
            message: format!("the HTTP client cannot be made: {}", with_causes(error)),
            hint: "The operator's turn: this machine's CA certificates (Debian: ca-certificates), or simulator.ca_file.".to_owned(),
            retry_after: None,
            extent: Extent::Machine,
        }
    }

    /// The address of a popup was opened before, or is too old.
    #[must_use]
    pub fn old_link() -> Self {
        Self {
            disposition: Disposition::NeedsLogin,
            code: "old_link",
            message: "this address was opened before, or is older than ten minutes".to_owned(),
            hint: "The owner's turn: close this window and begin again.".to_owned(),
            retry_after: None,
            extent: Extent::Account,
        }
    }

    /// Another person has signed in than the one whose account it is.
    #[must_use]
    pub fn another_person(account: &str) -> Self {
        Self {
            disposition: Disposition::Blocked,
            code: "another_person",
            message: format!("somebody else signed in at Microsoft than the person of {account}"),
            hint: "The owner's turn: sign in as that person, in a private window if the browser remembers another. \
                   Or disconnect the account first; nothing of the sign-in was kept."
                .to_owned(),
            retry_after: None,
            extent: Extent::Account,
        }
    }

    /// Somebody else's mailbox.
    #[must_use]
    pub fn not_the_owner(login: &str) -> Self {
        Self {
            disposition: Disposition::Blocked,
            code: "not_the_owner",
            message: format!("{login} is connected for another owner"),
            hint: "The operator's turn: name the owner who connected it, or disconnect it first.".to_owned(),
            retry_after: None,
            extent: Extent::Account,
        }
    }

    /// The password was refused once.
    #[must_use]
    pub fn refused_before() -> Self {
        Self {
            disposition: Disposition::NeedsLogin,
            code: "password_refused_before",
            message: "this password was refused before and is not tried again".to_owned(),
            hint:
                "The owner's turn: give the right password. Trying a wrong one again would lock the account."
                    .to_owned(),
            retry_after: None,
            extent: Extent::Account,
        }
    }

    /// The password was tried and nobody saw what came of it.
    #[must_use]
    pub fn outcome_unknown() -> Self {
        Self {
            disposition: Disposition::NeedsLogin,
            code: "password_outcome_unknown",
            message: "this password was tried before and the answer never came; it is not tried again"
                .to_owned(),
            hint: "The owner's turn: sign in to Outlook in a browser to see that the password is right. \
                   Then disconnect the account here and connect it again."
                .to_owned(),
            retry_after: None,
            extent: Extent::Account,
        }
    }

    /// A folder of which we hold messages is suddenly empty.
    #[must_use]
    pub fn emptied(folder: Folder, held: u64) -> Self {
        Self {
            disposition: Disposition::Drift,
            code: "folder_emptied",
            message: format!(
                "the list of {} came empty, and we hold {held} of its messages",
                folder.as_str()
            ),
            hint: "The operator's turn: look at the mailbox in a browser. Nothing was deleted here; \
                   the next cycle that finds mail in the folder goes on by itself."
                .to_owned(),
            retry_after: None,
            extent: Extent::Account,
        }
    }

    /// The failure as it is kept.
    #[must_use]
    pub fn at(&self, at: DateTime<Utc>) -> LastError {
        LastError {
            disposition: self.disposition,
            code: self.code.to_owned(),
            message: self.message.clone(),
            hint: self.hint.clone(),
            at,
        }
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({})", self.message, self.code)
    }
}
