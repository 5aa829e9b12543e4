//! Why a part stands as it does and since when, in words. A turn's own words come before those of the verdict.

use super::Verdict;
use super::part::Credentials;
use crate::error::WhoseTurn;
use crate::model::{Credential, Part, PartState, SessionState};
use chrono::{DateTime, Utc};

words! {
    /// Why a part or an account stands as it does, where no failure says it: a word for each sentence, by which pages in
    /// other languages have theirs.
    pub enum HealthReason {
        /// It was read to the end.
        Read = "read",
        /// It is not complete.
        Incomplete = "incomplete",
        /// Its history is being read.
        Importing = "importing",
        /// It was not read yet.
        New = "new",
        /// Its last turn failed.
        Failed = "failed",
        /// It should have been read.
        Late = "late",
        /// The sign-in has ended.
        SignInEnded = "sign_in_ended",
        /// A policy says no.
        Policy = "policy",
        /// Its mail is not read.
        NoMail = "no_mail",
        /// It is paused.
        Paused = "paused",
        /// The direction of contacts is off.
        DirectionOff = "direction_off",
        /// No browser was ever signed in.
        NoBrowser = "no_browser",
        /// It was never connected with Microsoft.
        NotWithMicrosoft = "not_with_microsoft",
        /// It was read, and contacts wait for their owner.
        ContactsWait = "contacts_wait",
    }
}

impl HealthReason {
    /// What it says, as it follows "because ".
    pub(in crate::sync) fn text(self) -> &'static str {
        match self {
            Self::Read | Self::ContactsWait => "it was read to the end",
            Self::Incomplete => "it is read, and not complete",
            Self::Importing => "it is read, and its history is still coming in",
            Self::New => "it was connected lately and has not been read yet",
            Self::Failed => "its last turn failed",
            Self::Late => "it should have been read by now, and was not",
            Self::SignInEnded => "the sign-in has ended",
            Self::Policy => "a policy says no",
            Self::NoMail => "it is connected with Microsoft alone: its mail is not read",
            Self::Paused => "it is paused",
            Self::DirectionOff => "their direction is off",
            Self::NoBrowser => "no browser is signed in to it",
            Self::NotWithMicrosoft => "it is not connected with Microsoft",
        }
    }
}

/// Why, in words; why, where it is no failure that says it; and since when, as far as that is known.
pub(super) type Because = (String, Option<HealthReason>, Option<DateTime<Utc>>);

pub(super) fn because(
    part: Part,
    verdict: Verdict,
    state: Option<&PartState>,
    access: &Credentials<'_>,
) -> Because {
    let error = state.and_then(|state| state.last_error.as_ref());
    let reason = match (verdict, error) {
        (Verdict::Off, _) if !access.account.sync_enabled => {
            return ("the account is paused".to_owned(), Some(HealthReason::Paused), None);
        }
        (Verdict::Off, _) => {
            return (HealthReason::DirectionOff.text().to_owned(), Some(HealthReason::DirectionOff), None);
        }
        (_, Some(error)) => return (error.message.clone(), None, state.and_then(|state| state.error_since)),
        (Verdict::NeedsLogin, None) => sign_in(part, access),
        (_, None) => of_verdict(verdict),
    };
    (reason.text().to_owned(), Some(reason), since(verdict, state, access.begun_at(part, state)))
}

/// What a verdict says where nobody has said more.
pub(in crate::sync) fn of_verdict(verdict: Verdict) -> HealthReason {
    match verdict {
        Verdict::Ok | Verdict::Waits => HealthReason::Read,
        Verdict::Degraded => HealthReason::Incomplete,
        Verdict::Importing => HealthReason::Importing,
        Verdict::New => HealthReason::New,
        Verdict::Failed => HealthReason::Failed,
        Verdict::Late => HealthReason::Late,
        Verdict::NeedsLogin => HealthReason::SignInEnded,
        Verdict::Blocked => HealthReason::Policy,
        Verdict::NoMail => HealthReason::NoMail,
        Verdict::Off => HealthReason::Paused,
    }
}

/// Who has to act with such a verdict and the next step, where nobody has said more.
pub(in crate::sync) fn step(verdict: Verdict) -> (WhoseTurn, &'static str) {
    match verdict {
        Verdict::Ok | Verdict::Degraded => (WhoseTurn::Nobody, "nothing is to be done."),
        Verdict::Waits => (WhoseTurn::Operator, "look at what is told of its parts."),
        Verdict::Importing => (WhoseTurn::Nobody, "it goes on by itself."),
        Verdict::New => (WhoseTurn::Nobody, "the next cycle reads it."),
        Verdict::Late | Verdict::Failed => {
            (WhoseTurn::Operator, "look at the log (`journalctl -u outlook-syncd`).")
        }
        Verdict::NeedsLogin => (WhoseTurn::Owner, "connect the mailbox again."),
        Verdict::Blocked => (WhoseTurn::It, "let this program in; then connect the mailbox again."),
        Verdict::NoMail => (
            WhoseTurn::Nobody,
            "nothing is to be done; `outlook-syncd account connect` has its mail read too.",
        ),
        Verdict::Off => (WhoseTurn::Nobody, "`outlook-syncd account resume ACCOUNT` has it read again."),
    }
}

fn sign_in(part: Part, access: &Credentials<'_>) -> HealthReason {
    match access.account.credential(part) {
        Credential::Session if access.session == SessionState::Absent => HealthReason::NoBrowser,
        Credential::Grant if access.oauth.is_none() => HealthReason::NotWithMicrosoft,
        Credential::Session | Credential::Grant | Credential::Password => HealthReason::SignInEnded,
    }
}

fn since(verdict: Verdict, state: Option<&PartState>, begun_at: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let last_success_at = state.and_then(|state| state.last_success_at);
    let import = state.and_then(|state| state.import.as_ref()).filter(|_| verdict == Verdict::Importing);
    let is_awaited = matches!(verdict, Verdict::New | Verdict::Late);
    import.map(|import| import.since).or_else(|| is_awaited.then(|| last_success_at.unwrap_or(begun_at)))
}
