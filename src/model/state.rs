//! OutlookSyncState: what is known of an account's synchronisation.

use super::{AccountId, Part, PartState, Shortfall};
use crate::error::{Disposition, Exit, WhoseTurn};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

words! {
    /// The state of what signs the browser in.
    pub enum SessionState {
        /// None was ever stored, or it was destroyed.
        Absent = "absent",
        /// Stored and, as far as we know, good.
        Valid = "valid",
        /// Outlook asked for a sign-in: it is the owner's turn.
        NeedsLogin = "needs_login",
        /// A policy says no.
        Blocked = "blocked",
    }
}

/// The last thing that went wrong, kept until something goes right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LastError {
    /// What it means for the account.
    pub disposition: Disposition,
    /// A stable word for programs, such as `sign_in_page` or `timeout`.
    pub code: String,
    /// What happened, for people. Holds no content of mail and no secret.
    pub message: String,
    /// Who has to act; the operator where a daemon of an older version does not say.
    #[serde(default = "operator")]
    pub whose_turn: WhoseTurn,
    /// Whose turn it is and the next step, in a sentence for people.
    pub hint: String,
    /// When it went wrong.
    pub at: DateTime<Utc>,
}

impl LastError {
    /// What a run ends with that it has ended.
    #[must_use]
    pub fn exit(&self) -> Exit {
        Exit::of_failure(&self.code, self.disposition)
    }
}

fn operator() -> WhoseTurn {
    WhoseTurn::Operator
}

/// What signs the browser in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BrowserSession {
    /// Whether it does.
    pub state: SessionState,
    /// When the stored cookies say that it ends, if they say.
    pub expires_at: Option<DateTime<Utc>>,
}

/// One row per account, unique by the mailbox's address or by a fallback.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SyncState {
    /// The account whose state it is.
    pub account_id: AccountId,
    /// The address in lower case; while it is not known `oid:<tenant>/<person>` of who signed in by OAuth, else
    /// `account:<id>`.
    pub mailbox_key: String,
    /// Whether we can sign in.
    pub session: SessionState,
    /// When the stored cookies say the session ends, if they say.
    pub session_expires_at: Option<DateTime<Utc>>,
    /// The parts that were ever to be read, in the order of `Part`.
    pub parts: Vec<PartState>,
    /// What its last reading found that keeps its mail from being complete, the gravest first.
    #[serde(skip)]
    pub shortfalls: Vec<Shortfall>,
    /// Of how many persons mail is being read in all folders, for somebody asked for it.
    pub correspondences: u64,
    /// When the mailbox last listed its folders; `None` before the first time.
    pub folders_listed_at: Option<DateTime<Utc>>,
}

impl SyncState {
    /// How a part stands; `None` when it was never to be read.
    #[must_use]
    pub fn part(&self, part: Part) -> Option<&PartState> {
        self.parts.iter().find(|state| state.part == part)
    }
}
