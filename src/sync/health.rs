//! Rows and now -> the verdict. Pure. Healthy means that the work was done lately, not that a process runs.

use super::standing::{self, Connection, Standing};
use crate::error::{Disposition, WhoseTurn};
use crate::model::{Account, Grant, LastError, Road, SessionState, SyncState};
use chrono::{DateTime, Utc};
use serde::Serialize;
use std::collections::HashMap;

/// How one account does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountVerdict {
    /// Read within three intervals.
    Ok,
    /// Connected so lately that nothing can be expected yet.
    New,
    /// The first try failed, or the last one for a reason that does not mend itself.
    Failed,
    /// Should have been read and was not.
    Late,
    /// The owner has to sign in.
    NeedsLogin,
    /// A policy says no.
    Blocked,
    /// Connected by OAuth alone: its mail is not read.
    NoMail,
    /// Switched off by its owner.
    Off,
}

impl AccountVerdict {
    /// Whether a dashboard may stay green with it.
    #[must_use]
    pub fn is_healthy(self) -> bool {
        matches!(self, Self::Ok | Self::New | Self::NoMail | Self::Off)
    }
}

/// One account's card.
#[derive(Debug, Clone, Serialize)]
pub struct AccountHealth {
    /// The account's id.
    pub id: String,
    /// Its address, else its login.
    pub name: String,
    /// How it does.
    pub verdict: AccountVerdict,
    /// When it was last read to the end.
    pub last_success_at: Option<DateTime<Utc>>,
    /// How its mail was last had.
    pub tier: Option<crate::model::Tier>,
    /// Whether we can sign in.
    pub session: SessionState,
    /// When the stored cookies say that the session ends.
    pub session_expires_at: Option<DateTime<Utc>>,
    /// When it is due.
    pub next_sync_at: Option<DateTime<Utc>>,
    /// Failures in a row.
    pub failures: i64,
    /// Its connection by OAuth, if it has one.
    pub oauth: Option<Connection>,
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
}

/// The whole card.
#[derive(Debug, Clone, Serialize)]
pub struct Health {
    /// Whether every account that should have succeeded within three intervals did, and nothing keeps all from being read.
    pub healthy: bool,
    /// The instant of the verdict.
    pub at: DateTime<Utc>,
    /// The stable word for what keeps every account from being read, while it does.
    pub error: Option<String>,
    /// What that is, for people.
    pub message: Option<String>,
    /// Since when it does.
    pub error_at: Option<DateTime<Utc>>,
    /// Who has to act.
    pub whose_turn: Option<WhoseTurn>,
    /// Whose turn it is and the next step.
    pub hint: Option<String>,
    /// One card each.
    pub accounts: Vec<AccountHealth>,
}

impl Health {
    /// The same under a fault that keeps every account from being read.
    #[must_use]
    pub fn under(self, fault: Option<LastError>) -> Self {
        let Some(fault) = fault else { return self };
        Self {
            healthy: false,
            error: Some(fault.code),
            message: Some(fault.message),
            error_at: Some(fault.at),
            whose_turn: Some(fault.whose_turn),
            hint: Some(fault.hint),
            ..self
        }
    }
}

/// The verdict over all accounts, each of which should have succeeded `since` then (`schedule::expected_since`).
#[must_use]
pub fn health(
    rows: &[(Account, SyncState)],
    grants: &[Grant],
    since: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Health {
    let by_account: HashMap<_, _> = grants.iter().map(|grant| (&grant.account_id, grant)).collect();
    let of = |account: &Account| by_account.get(&account.id).copied();
    let accounts: Vec<_> =
        rows.iter().map(|(account, state)| card(account, state, of(account), since, now)).collect();
    let healthy = accounts.iter().all(|card| card.verdict.is_healthy());
    Health {
        healthy,
        at: now,
        error: None,
        message: None,
        error_at: None,
        whose_turn: None,
        hint: None,
        accounts,
    }
}

/// One account's card.
#[must_use]
pub fn card(
    account: &Account,
    state: &SyncState,
    grant: Option<&Grant>,
    since: DateTime<Utc>,
    now: DateTime<Utc>,
) -> AccountHealth {
    let oauth = grant.map(|grant| standing::connection(grant, now));
    let verdict = match account.road {
        Road::Owa => verdict(account, state, since),
        Road::None => verdict_without_mail(account, oauth.as_ref()),
    };
    let hint =
        hint(account, state).or_else(|| oauth.as_ref()?.hint()).or_else(|| own_hint(verdict, state, now));
    AccountHealth {
        id: account.id.to_string(),
        name: account.name().to_owned(),
        verdict,
        last_success_at: state.last_success_at,
        tier: state.tier,
        session: state.session,
        session_expires_at: state.session_expires_at,
        next_sync_at: state.next_sync_at,
        failures: state.failures,
        error: state.last_error.as_ref().map(|error| error.code.clone()),
        message: state.last_error.as_ref().map(|error| error.message.clone()),
        error_at: state.last_error.as_ref().map(|error| error.at),
        whose_turn: hint.as_ref().map(|hint| hint.0),
        hint: hint.map(|hint| hint.1),
        oauth,
    }
}

fn verdict_without_mail(account: &Account, oauth: Option<&Connection>) -> AccountVerdict {
    match oauth.map(|connection| connection.standing) {
        _ if !account.sync_enabled => AccountVerdict::Off,
        Some(Standing::Good | Standing::Unused) => AccountVerdict::NoMail,
        Some(Standing::Waiting) => AccountVerdict::Blocked,
        Some(Standing::Ended) | None => AccountVerdict::NeedsLogin,
    }
}

/// How one account does.
#[must_use]
pub fn verdict(account: &Account, state: &SyncState, since: DateTime<Utc>) -> AccountVerdict {
    match state.session {
        _ if !account.sync_enabled => AccountVerdict::Off,
        SessionState::Blocked => AccountVerdict::Blocked,
        SessionState::NeedsLogin | SessionState::Absent => AccountVerdict::NeedsLogin,
        SessionState::Valid => verdict_with_session(account, state, since),
    }
}

fn verdict_with_session(account: &Account, state: &SyncState, since: DateTime<Utc>) -> AccountVerdict {
    let last = state.last_error.as_ref().map(|error| error.disposition);
    match (state.last_success_at, last) {
        (_, Some(Disposition::Fatal)) => AccountVerdict::Failed,
        (Some(at), _) if at >= since => AccountVerdict::Ok,
        (None, None) if account.created_at >= since => AccountVerdict::New,
        (None, Some(_)) if account.created_at >= since => AccountVerdict::Failed,
        _ => AccountVerdict::Late,
    }
}

/// What is to be said of an account of whose reading nothing was said: nobody came to it.
fn own_hint(verdict: AccountVerdict, state: &SyncState, now: DateTime<Utc>) -> Option<Hint> {
    let next = if state.last_success_at.is_some_and(|at| at > now) {
        "its last success lies in the future: set this machine's clock."
    } else if verdict == AccountVerdict::Late {
        "no cycle came to it. Does the daemon run (`systemctl status outlook-syncd`)? If it does, `journalctl -u \
         outlook-syncd` shows its cycles; where they take longer than the schedule leaves, make that wider."
    } else {
        return None;
    };
    Some((WhoseTurn::Operator, WhoseTurn::Operator.sentence(next)))
}

/// Who has to act, and the sentence that says so and the next step.
pub(super) type Hint = (WhoseTurn, String);

/// What the last error left to do, when somebody has something to do.
#[must_use]
pub fn hint(account: &Account, state: &SyncState) -> Option<Hint> {
    let said = state.last_error.as_ref().map(|error| (error.whose_turn, error.hint.clone()));
    match state.session {
        _ if account.road == Road::None => None,
        _ if !account.sync_enabled => None,
        SessionState::Absent => said.or_else(|| {
            let next = format!("sign in with `outlook-syncd account connect {}`.", account.login);
            Some((WhoseTurn::Owner, WhoseTurn::Owner.sentence(&next)))
        }),
        SessionState::NeedsLogin | SessionState::Blocked | SessionState::Valid => said,
    }
}

#[cfg(test)]
mod tests;
