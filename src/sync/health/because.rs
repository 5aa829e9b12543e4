//! Why a part stands as it does and since when, in words. A turn's own words come before those of the verdict.

use super::Verdict;
use super::part::Credentials;
use crate::error::WhoseTurn;
use crate::model::{Credential, Part, PartState, SessionState};
use chrono::{DateTime, Utc};

/// Why, and since when as far as that is known.
pub(super) type Because = (String, Option<DateTime<Utc>>);

pub(super) fn because(
    part: Part,
    verdict: Verdict,
    state: Option<&PartState>,
    access: &Credentials<'_>,
) -> Because {
    let error = state.and_then(|state| state.last_error.as_ref());
    match (verdict, error) {
        (Verdict::Off, _) if !access.account.sync_enabled => ("the account is paused".to_owned(), None),
        (Verdict::Off, _) => ("their direction is off".to_owned(), None),
        (_, Some(error)) => (error.message.clone(), state.and_then(|state| state.error_since)),
        (Verdict::NeedsLogin, None) => (sign_in(part, access).to_owned(), None),
        (_, None) => (of_verdict(verdict).to_owned(), since(verdict, state, access.begun_at(part))),
    }
}

/// What a verdict says where nobody has said more.
pub(in crate::sync) fn of_verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Ok => "it was read to the end",
        Verdict::Degraded => "it is read, and not complete",
        Verdict::Importing => "it is read, and its history is still coming in",
        Verdict::New => "it was connected lately and has not been read yet",
        Verdict::Failed => "its last turn failed",
        Verdict::Late => "it should have been read by now, and was not",
        Verdict::NeedsLogin => "the sign-in has ended",
        Verdict::Blocked => "a policy says no",
        Verdict::NoMail => "it is connected with Microsoft alone: its mail is not read",
        Verdict::Off => "it is paused",
    }
}

/// Who has to act with such a verdict and the next step, where nobody has said more.
pub(in crate::sync) fn step(verdict: Verdict) -> (WhoseTurn, &'static str) {
    match verdict {
        Verdict::Ok | Verdict::Degraded => (WhoseTurn::Nobody, "nothing is to be done."),
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
        Verdict::Off => (WhoseTurn::Nobody, "`outlook-syncd account resume` has it read again."),
    }
}

fn sign_in(part: Part, access: &Credentials<'_>) -> &'static str {
    match part.lives_on() {
        Credential::Session if access.session == SessionState::Absent => "no browser is signed in to it",
        Credential::Grant if access.oauth.is_none() => "it is not connected with Microsoft",
        Credential::Session | Credential::Grant => of_verdict(Verdict::NeedsLogin),
    }
}

fn since(verdict: Verdict, state: Option<&PartState>, begun_at: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let last_success_at = state.and_then(|state| state.last_success_at);
    let import = state.and_then(|state| state.import.as_ref()).filter(|_| verdict == Verdict::Importing);
    let is_awaited = matches!(verdict, Verdict::New | Verdict::Late);
    import.map(|import| import.since).or_else(|| is_awaited.then(|| last_success_at.unwrap_or(begun_at)))
}
