//! One account's card: the cards of its parts, and what is to be said of them in one word.

use super::part::{Credentials, PartHealth, part};
use super::{ContactsHealth, Verdict};
use crate::error::WhoseTurn;
use crate::model::{Account, Grant, Import, Part, Road, SessionState, Shortfall, SyncState};
use crate::sync::standing::{self, Connection, Standing};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

/// One account's card. Verdict, failures, error and hint are those of the first part that is not as it should
/// be, else of the first that waits for somebody; if there is none, of the first part.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AccountHealth {
    /// The account's id.
    pub id: String,
    /// Its address, else its login.
    pub name: String,
    /// Whose it is: the CRM's id of the user.
    pub owner: String,
    /// How it does.
    pub verdict: Verdict,
    /// When its mail was last read to the end; of an account whose mail is not read, its contacts.
    pub last_success_at: Option<DateTime<Utc>>,
    /// How its mail was last read, in its road's own word; `None` before the first time.
    #[serde(rename = "tier")]
    pub read_by: Option<String>,
    /// How far the history of its mail is read; `None` while all of it is held, or it was never read.
    #[serde(rename = "importing")]
    pub import: Option<Import>,
    /// Of how many persons mail is being read in all folders, for somebody asked for it.
    pub correspondents: u64,
    /// How its mail is read; `None`: not at all.
    pub road: Option<Road>,
    /// Whether the browser can sign in.
    pub session: SessionState,
    /// When the stored cookies say that the session ends.
    pub session_expires_at: Option<DateTime<Utc>>,
    /// When its mail is due; of an account whose mail is not read, its contacts.
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
    /// What keeps its mail and its contacts from being complete, mail first and the gravest first, since when,
    /// and whose turn it is.
    pub degraded: Vec<Shortfall>,
    /// One card for each part that the account has.
    pub parts: Vec<PartHealth>,
}

/// One account's card; its parts should have succeeded `since` then (`schedule::expected_since`).
#[must_use]
pub fn card(
    account: &Account,
    state: &SyncState,
    grant: Option<&Grant>,
    contacts: Option<&ContactsHealth>,
    since: DateTime<Utc>,
    now: DateTime<Utc>,
) -> AccountHealth {
    let oauth = grant.map(|grant| standing::connection(grant, now));
    let access = Credentials { account, session: state.session, oauth: oauth.as_ref() };
    let parts: Vec<_> = Part::ALL
        .into_iter()
        .filter(|&part| has(account, state, part))
        .map(|which| {
            let stored = contacts.filter(|_| which == Part::Contacts).cloned();
            part(which, state.part(which), &access, since, now).with_contacts(stored, now)
        })
        .collect();
    let amiss = parts.iter().find(|part| !part.verdict.is_healthy());
    let waiting = parts.iter().find(|part| part.verdict == Verdict::Waits);
    let of_contacts = contacts.and_then(ContactsHealth::shortfall);
    let degraded: Vec<_> = state.shortfalls.iter().cloned().chain(of_contacts).collect();
    let told = amiss.or(waiting.filter(|_| degraded.is_empty())).or(parts.first());
    let verdict = match account.road {
        None if amiss.is_none() && account.sync_enabled && is_off(&parts) => Verdict::NoMail,
        None if amiss.is_none() && waiting.is_none() => without_mail(account, oauth.as_ref()),
        Some(_) | None => told.map_or(Verdict::NeedsLogin, |part| part.verdict),
    };
    let is_read = matches!(verdict, Verdict::Ok | Verdict::Waits | Verdict::Importing | Verdict::NoMail);
    let is_degraded = is_read && !degraded.is_empty();
    let verdict = if is_degraded { Verdict::Degraded } else { verdict };
    let hint = told.and_then(PartHealth::hint).or_else(|| oauth.as_ref()?.hint());
    let hint = hint.or_else(|| degraded.first().map(Shortfall::hint).filter(|_| is_degraded));
    let hint = hint.or_else(|| contacts?.waiting(now).filter(|_| amiss.is_none()));
    let (first, mail) = (parts.first(), state.part(Part::Mail));
    AccountHealth {
        id: account.id.to_string(),
        name: account.name().into_owned(),
        owner: account.owner.clone(),
        verdict,
        last_success_at: first.and_then(|part| part.last_success_at),
        read_by: mail.and_then(|mail| mail.read_by.clone()),
        import: first.and_then(|part| part.import.clone()),
        correspondents: state.correspondences,
        road: account.road,
        session: state.session,
        session_expires_at: state.session_expires_at,
        next_sync_at: first.and_then(|part| part.next_at),
        failures: told.map_or(0, |part| part.failures),
        error: told.and_then(|part| part.error.clone()),
        message: told.and_then(|part| part.message.clone()),
        error_at: told.and_then(|part| part.error_at),
        whose_turn: hint.as_ref().map(|hint| hint.0),
        hint: hint.map(|hint| hint.1),
        oauth,
        degraded,
        parts,
    }
}

/// Mail is a part of an account with a road for it, signed in to or not; any other part, once it was to be
/// read.
fn has(account: &Account, state: &SyncState, part: Part) -> bool {
    match part {
        Part::Mail => account.road.is_some(),
        Part::Contacts => state.part(part).is_some(),
    }
}

/// Whether there is nothing of it that is to be read.
fn is_off(parts: &[PartHealth]) -> bool {
    !parts.is_empty() && parts.iter().all(|part| part.verdict == Verdict::Off)
}

pub(super) fn without_mail(account: &Account, oauth: Option<&Connection>) -> Verdict {
    match oauth.map(|connection| connection.standing) {
        _ if !account.sync_enabled => Verdict::Off,
        Some(Standing::Good | Standing::Unused) => Verdict::NoMail,
        Some(Standing::Waiting) => Verdict::Blocked,
        Some(Standing::Ended) | None => Verdict::NeedsLogin,
    }
}
