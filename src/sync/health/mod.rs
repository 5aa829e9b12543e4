//! Rows and now -> the verdict. Pure. Healthy means that the work was done lately, not that a process runs.

mod account;
mod because;
mod contacts;
mod part;

pub use account::{AccountHealth, card};
pub use because::HealthReason;
pub(super) use because::{of_verdict, step};
pub use contacts::{ContactsHealth, is_undecided};
pub use part::PartHealth;

use crate::error::WhoseTurn;
use crate::model::{Account, AccountId, Grant, LastError, SyncState};
use chrono::{DateTime, Utc};
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};
use utoipa::ToSchema;

words! {
    /// How an account does, or a part of it.
    pub enum Verdict {
        /// Read within three intervals.
        Ok = "ok",
        /// The same, and somebody has to look at something, such as what waits to go out: whose turn it is is told beside.
        Waits = "waits",
        /// Read, and not complete: what keeps it from that is told beside.
        Degraded = "degraded",
        /// The same as `Ok`, and its history is still being read.
        Importing = "importing",
        /// Connected so lately that nothing can be expected yet.
        New = "new",
        /// The first try failed, or the last one for a reason that does not mend itself.
        Failed = "failed",
        /// Should have been read and was not.
        Late = "late",
        /// The owner has to sign in.
        NeedsLogin = "needs_login",
        /// A policy says no.
        Blocked = "blocked",
        /// Connected by OAuth alone, which does not open its mail: that is not read.
        NoMail = "no_mail",
        /// Paused, or contacts whose direction is off: it is not read until somebody has it read again.
        Off = "off",
    }
}

impl Verdict {
    /// Whether a dashboard may stay green with it.
    #[must_use]
    pub fn is_healthy(self) -> bool {
        matches!(self, Self::Ok | Self::Waits | Self::Importing | Self::New | Self::NoMail | Self::Off)
    }

    /// Whether somebody has to look.
    #[must_use]
    pub fn wants_attention(self) -> bool {
        !self.is_healthy() || self == Self::Waits
    }
}

/// Who has to act, and the sentence that says so and the next step.
pub(super) type Hint = (WhoseTurn, String);

/// The whole card.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Health {
    /// Whether every account that should have succeeded within three intervals did, and nothing keeps all
    /// from being read.
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
    /// The verdict without the cards, however many there are.
    #[must_use]
    pub fn without_cards(&self) -> Self {
        let Self { healthy, at, error, message, error_at, whose_turn, hint, accounts: _ } = self;
        Self {
            healthy: *healthy,
            at: *at,
            error: error.clone(),
            message: message.clone(),
            error_at: *error_at,
            whose_turn: *whose_turn,
            hint: hint.clone(),
            accounts: Vec::new(),
        }
    }

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

/// The verdict over all accounts, each of which should have succeeded `since` then
/// (`schedule::expected_since`).
#[must_use]
pub fn health(
    rows: &[(Account, SyncState)],
    grants: &[Grant],
    contacts: &BTreeMap<AccountId, ContactsHealth>,
    since: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Health {
    let by_account: HashMap<_, _> = grants.iter().map(|grant| (&grant.account_id, grant)).collect();
    let of = |account: &Account| by_account.get(&account.id).copied();
    let card = |(account, state): &(Account, SyncState)| {
        card(account, state, of(account), contacts.get(&account.id), since, now)
    };
    let accounts: Vec<_> = rows.iter().map(card).collect();
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

#[cfg(test)]
pub(crate) mod tests;
