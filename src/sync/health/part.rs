//! The card of one part of an account.

use super::because::{because, of_verdict};
use super::contacts::is_undecided;
use super::{ContactsHealth, HealthReason, Hint, Verdict};
use crate::error::{Disposition, WhoseTurn};
use crate::model::{Account, Credential, Import, Part, PartState, Road, SessionState};
use crate::sync::schedule::SKEW;
use crate::sync::standing::{Connection, GrantAccess, Standing};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

/// The card of one part of an account.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PartHealth {
    /// The part that the card is about.
    pub part: Part,
    /// How it does.
    pub verdict: Verdict,
    /// Why.
    pub because: String,
    /// The word for that, where it is no failure that says it.
    #[serde(skip)]
    pub reason: Option<HealthReason>,
    /// Since when, as far as that is known.
    pub since: Option<DateTime<Utc>>,
    /// When it was last read to the end.
    pub last_success_at: Option<DateTime<Utc>>,
    /// When a turn last tried.
    pub last_attempt_at: Option<DateTime<Utc>>,
    /// How it was last read, in its road's own word.
    pub read_by: Option<String>,
    /// How far its history is read; `None` while all of it is held, or it was never read. Its end is foreseen
    /// only while it goes on.
    #[serde(rename = "importing")]
    pub import: Option<Import>,
    /// When it is due; `None` while it is parked.
    pub next_at: Option<DateTime<Utc>>,
    /// The time before which a server asked not to be asked again, or a policy is not looked at again.
    pub not_before: Option<DateTime<Utc>>,
    /// Failures in a row.
    pub failures: i64,
    /// The stable word for the last error.
    pub error: Option<String>,
    /// What happened, for people.
    pub message: Option<String>,
    /// When the last error was.
    pub error_at: Option<DateTime<Utc>>,
    /// Who has to act; `None` when there is nothing to say.
    pub whose_turn: Option<WhoseTurn>,
    /// Whose turn it is and the next step.
    pub hint: Option<String>,
    /// Of contacts, once the mailbox has listed its folders: what is stored of them.
    pub contacts: Option<ContactsHealth>,
}

/// What an account is read with.
pub(super) struct Credentials<'a> {
    pub(super) account: &'a Account,
    pub(super) session: SessionState,
    pub(super) oauth: Option<&'a Connection>,
}

/// The card of a part, of which there is no state before it was first to be read.
pub(super) fn part(
    part: Part,
    state: Option<&PartState>,
    access: &Credentials<'_>,
    since: DateTime<Utc>,
    now: DateTime<Utc>,
) -> PartHealth {
    let is_off = state.is_some_and(|state| state.is_off);
    let barred = if is_off { Some(Verdict::Off) } else { access.barred(part, state) };
    let verdict = barred.unwrap_or_else(|| lately(state, access.begun_at(part, state), since, now));
    let last_success_at = state.and_then(|state| state.last_success_at);
    // What is not to be read keeps nobody busy.
    let last_error = state.and_then(|state| state.last_error.as_ref()).filter(|_| !is_off);
    let said = last_error.map(|error| (error.whose_turn, error.hint.clone()));
    let said = if is_off { Some(off()) } else { said.or_else(|| access.hint(part)) };
    let hint = said.or_else(|| own_hint(verdict, last_success_at, now));
    let hint = if access.account.sync_enabled { hint } else { Some(paused()) };
    let (because, reason, begun_at) = because(part, verdict, state, access);
    PartHealth {
        part,
        verdict,
        because,
        reason,
        since: begun_at,
        last_success_at,
        last_attempt_at: state.and_then(|state| state.last_attempt_at),
        read_by: state.and_then(|state| state.read_by.clone()),
        import: state.and_then(|state| import(state, verdict)),
        next_at: state.and_then(|state| state.due_at).filter(|_| !is_off),
        not_before: state.and_then(|state| state.not_before),
        failures: state.map_or(0, |state| state.failures),
        error: last_error.map(|error| error.code.clone()),
        message: last_error.map(|error| error.message.clone()),
        error_at: last_error.map(|error| error.at),
        whose_turn: hint.as_ref().map(|hint| hint.0),
        hint: hint.map(|hint| hint.1),
        contacts: None,
    }
}

fn import(state: &PartState, verdict: Verdict) -> Option<Import> {
    let import = state.import.clone()?;
    let goes_on = verdict == Verdict::Importing && state.failures == 0;
    Some(Import { ends_at: import.ends_at.filter(|_| goes_on), ..import })
}

impl PartHealth {
    /// The same with what is stored of contacts. What waits for their owner is told where nothing else is.
    pub(super) fn with_contacts(self, contacts: Option<ContactsHealth>, now: DateTime<Utc>) -> Self {
        let Some(contacts) = contacts else { return self };
        let is_decided = self.error.as_deref().is_some_and(|told| contacts.is_decided(told));
        let undecided = contacts.undecided();
        let waits_for_decision = undecided.is_some() && self.verdict == Verdict::Ok;
        // A failure that passes does not hide that a person is to decide.
        let passes = waits_for_decision && !self.error.as_deref().is_some_and(is_undecided);
        let part = if passes || (is_decided && self.failures == 0) { self.untold() } else { self };
        let waiting = undecided.or_else(|| contacts.waiting(now));
        let is_told = waiting.is_some() && part.hint().is_none() && part.reason == Some(HealthReason::Read);
        let verdict = if is_told || waits_for_decision { Verdict::Waits } else { part.verdict };
        let reason = if is_told { Some(HealthReason::ContactsWait) } else { part.reason };
        let (whose_turn, hint) = part.hint().or(waiting).unzip();
        Self { verdict, reason, whose_turn, hint, contacts: Some(contacts), ..part }
    }

    /// The same without what its last turn has told.
    fn untold(self) -> Self {
        let verdict = if self.verdict == Verdict::Waits { Verdict::Ok } else { self.verdict };
        let reason = of_verdict(verdict);
        Self {
            verdict,
            because: reason.text().to_owned(),
            reason: Some(reason),
            error: None,
            message: None,
            error_at: None,
            whose_turn: None,
            hint: None,
            ..self
        }
    }

    /// Who has to act, and the sentence that says so.
    pub(super) fn hint(&self) -> Option<Hint> {
        Some((self.whose_turn?, self.hint.clone()?))
    }
}

impl Credentials<'_> {
    /// What is to be said of a part that cannot be read at all.
    fn barred(&self, part: Part, state: Option<&PartState>) -> Option<Verdict> {
        if !self.account.sync_enabled {
            return Some(Verdict::Off);
        }
        self.without_credential(part).or_else(|| self.refused_by_imap(part, state))
    }

    /// What an IMAP server has refused is told by its mail alone: no sign-in hears of it.
    fn refused_by_imap(&self, part: Part, state: Option<&PartState>) -> Option<Verdict> {
        let is_imap = part == Part::Mail && self.account.road == Some(Road::Imap);
        let error = state?.last_error.as_ref().filter(|_| is_imap)?;
        match error.disposition {
            Disposition::NeedsLogin => Some(Verdict::NeedsLogin),
            Disposition::Blocked => Some(Verdict::Blocked),
            Disposition::Retry | Disposition::Drift | Disposition::Fatal => None,
        }
    }

    fn without_credential(&self, part: Part) -> Option<Verdict> {
        match self.account.credential(part) {
            Credential::Session => match self.session {
                SessionState::Blocked => Some(Verdict::Blocked),
                SessionState::NeedsLogin | SessionState::Absent => Some(Verdict::NeedsLogin),
                SessionState::Valid => None,
            },
            Credential::Grant => match self.access(part).map(|access| access.standing) {
                Some(Standing::Waiting) => Some(Verdict::Blocked),
                Some(Standing::Ended) | None => Some(Verdict::NeedsLogin),
                Some(Standing::Good | Standing::Unused) => None,
            },
            Credential::Password => None,
        }
    }

    /// How tokens are had that the part is read with.
    fn access(&self, part: Part) -> Option<&GrantAccess> {
        let is_imap = part == Part::Mail && self.account.road == Some(Road::Imap);
        self.oauth.map(|connection| if is_imap { &connection.imap } else { &connection.reading })
    }

    /// From when on it could be read: of an account that was there before, a part may have begun since.
    pub(super) fn begun_at(&self, part: Part, state: Option<&PartState>) -> DateTime<Utc> {
        let connected_at = match (self.account.credential(part), self.oauth) {
            (Credential::Grant, Some(connection)) => connection.connected_at,
            (Credential::Grant, None) | (Credential::Session | Credential::Password, _) => {
                self.account.created_at
            }
        };
        state.and_then(|state| state.asked_at).map_or(connected_at, |asked_at| asked_at.max(connected_at))
    }

    /// Whose turn it is where no turn has said it.
    fn hint(&self, part: Part) -> Option<Hint> {
        match self.account.credential(part) {
            Credential::Session => (self.session == SessionState::Absent).then(|| {
                let next = format!("sign in with `outlook-syncd account connect {}`.", self.account.login);
                (WhoseTurn::Owner, WhoseTurn::Owner.sentence(&next))
            }),
            Credential::Grant => self.access(part)?.hint.clone(),
            Credential::Password => None,
        }
    }
}

fn paused() -> Hint {
    let next = "it is paused; `outlook-syncd account resume ACCOUNT` has it read again.";
    (WhoseTurn::Nobody, WhoseTurn::Nobody.sentence(next))
}

fn off() -> Hint {
    let next = "its direction is off; `outlook-syncd contacts direction ACCOUNT` has it read again.";
    (WhoseTurn::Nobody, WhoseTurn::Nobody.sentence(next))
}

/// A success in the future says nothing, but for what clocks differ by: one was ahead.
fn lately(
    state: Option<&PartState>,
    begun_at: DateTime<Utc>,
    since: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Verdict {
    let last = state.and_then(|state| state.last_error.as_ref()).map(|error| error.disposition);
    match (state.and_then(|state| state.last_success_at), last) {
        (_, Some(Disposition::Fatal)) => Verdict::Failed,
        (Some(at), _) if (since..=now + SKEW).contains(&at) => of_read(state),
        (None, None) if begun_at >= since => Verdict::New,
        (None, Some(_)) if begun_at >= since => Verdict::Failed,
        _ => Verdict::Late,
    }
}

/// Of a part that was read: a turn that succeeded may have left something for somebody to look at.
fn of_read(state: Option<&PartState>) -> Verdict {
    let is_somebodys = |state: &PartState| {
        let told = state.last_error.as_ref().filter(|_| state.failures == 0);
        told.is_some_and(|error| error.whose_turn != WhoseTurn::Nobody)
    };
    match state {
        Some(state) if is_somebodys(state) => Verdict::Waits,
        Some(state) if state.import.is_some() => Verdict::Importing,
        Some(_) | None => Verdict::Ok,
    }
}

/// The hint where no turn left one: no cycle came.
fn own_hint(verdict: Verdict, last_success_at: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Option<Hint> {
    let next = if last_success_at.is_some_and(|at| at > now) {
        "its last success lies in the future: set this machine's clock."
    } else if verdict == Verdict::Late {
        "no cycle came to it. Does the daemon run (`systemctl status outlook-syncd`)? If it does, `journalctl -u \
         outlook-syncd` shows its cycles; where they take longer than the schedule leaves, make that wider."
    } else {
        return None;
    };
    Some((WhoseTurn::Operator, WhoseTurn::Operator.sentence(next)))
}
