//! Rows and now -> the verdict. Pure. Healthy means that the work was done lately, not that a process runs.

use super::standing::{self, Connection, Standing};
use crate::error::Disposition;
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
    /// Whose turn it is and the next step.
    pub hint: Option<String>,
    /// One card each.
    pub accounts: Vec<AccountHealth>,
}

impl Health {
    /// The same under a fault that keeps every account from being read.
    #[must_use]
    pub fn under(self, fault: Option<LastError>) -> Self {
        let Some(LastError { code, message, hint, at, .. }) = fault else { return self };
        let (error, message, hint) = (Some(code), Some(message), Some(hint));
        Self { healthy: false, error, message, error_at: Some(at), hint, ..self }
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
    Health { healthy, at: now, error: None, message: None, error_at: None, hint: None, accounts }
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
        hint: hint(account, state)
            .or_else(|| oauth.as_ref()?.hint.clone())
            .or_else(|| own_hint(verdict, state, now)),
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
fn own_hint(verdict: AccountVerdict, state: &SyncState, now: DateTime<Utc>) -> Option<String> {
    if state.last_success_at.is_some_and(|at| at > now) {
        return Some(
            "The operator's turn: its last success lies in the future: set this machine's clock.".to_owned(),
        );
    }
    (verdict == AccountVerdict::Late).then(|| {
        "The operator's turn: no cycle came to it. Does the daemon run (`systemctl status outlook-syncd`)? If it does, \
         `journalctl -u outlook-syncd` shows its cycles; where they take longer than the schedule leaves, make that wider."
            .to_owned()
    })
}

/// Whose turn it is and the next step, when somebody has one.
#[must_use]
pub fn hint(account: &Account, state: &SyncState) -> Option<String> {
    let said = state.last_error.as_ref().map(|error| error.hint.clone());
    match state.session {
        _ if account.road == Road::None => None,
        _ if !account.sync_enabled => None,
        SessionState::Absent => said.or_else(|| {
            Some(format!("The owner's turn: sign in with `outlook-syncd account connect {}`.", account.login))
        }),
        SessionState::NeedsLogin | SessionState::Blocked | SessionState::Valid => said,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{AccountId, MailboxSettings, Road};
    use crate::sync::schedule;
    use chrono::TimeDelta;
    use croner::Cron;
    use std::str::FromStr;

    /// A failure that time may mend, or does not.
    fn error(disposition: Disposition) -> LastError {
        let text = || "x".to_owned();
        LastError { disposition, code: text(), message: text(), hint: text(), at: now() }
    }

    #[test]
    fn a_first_failure_is_not_called_new_and_what_nothing_mends_is_not_called_well() {
        use AccountVerdict::{Failed, Late, Ok};
        for (success, age, disposition, expected) in [
            (None, 1, Disposition::Retry, Failed),
            (None, 30, Disposition::Retry, Late),
            (Some(1), 1000, Disposition::Retry, Ok),
            (Some(1), 1000, Disposition::Drift, Ok),
            (Some(1), 1000, Disposition::Fatal, Failed),
            (Some(60), 1000, Disposition::Retry, Late),
        ] {
            let (account, mut state) = row(SessionState::Valid, success, age);
            state.last_error = Some(error(disposition));
            assert_eq!(verdict(&account, &state, since()), expected, "{success:?} {age} {disposition:?}");
        }
        assert!(!Failed.is_healthy());
    }

    #[test]
    fn an_account_that_is_late_has_its_line_also_when_nothing_was_said_of_it() {
        let (account, state) = row(SessionState::Valid, Some(60), 1000);
        let late = card(&account, &state, None, since(), now());
        assert_eq!((late.verdict, late.error), (AccountVerdict::Late, None));
        assert!(late.hint.unwrap().contains("systemctl status outlook-syncd"));
        let (account, state) = row(SessionState::Valid, Some(1), 1000);
        assert_eq!(card(&account, &state, None, since(), now()).hint, None);
        let (account, state) = row(SessionState::Valid, Some(-60), 1000);
        assert!(card(&account, &state, None, since(), now()).hint.unwrap().contains("clock"));
    }

    #[test]
    fn what_keeps_every_account_from_being_read_is_said_once_and_nothing_is_well() {
        let fine = row(SessionState::Valid, Some(1), 1000);
        let health =
            health(std::slice::from_ref(&fine), &[], since(), now()).under(Some(error(Disposition::Fatal)));
        assert!(!health.healthy && health.error.as_deref() == Some("x") && health.error_at == Some(now()));
        assert_eq!(health.accounts[0].verdict, AccountVerdict::Ok);
    }

    fn row(
        session: SessionState,
        success_minutes_ago: Option<i64>,
        age_minutes: i64,
    ) -> (Account, SyncState) {
        let id = AccountId::from("a".to_owned());
        let account = Account {
            id: id.clone(),
            owner: "u1".to_owned(),
            login: "ada@example.test".to_owned(),
            address: None,
            display_name: None,
            settings: MailboxSettings::default(),
            road: Road::Owa,
            sync_enabled: true,
            created_at: now() - TimeDelta::minutes(age_minutes),
        };
        let state = SyncState {
            account_id: id,
            mailbox_key: "account:a".to_owned(),
            session,
            session_expires_at: None,
            tier: None,
            failures: 0,
            last_error: None,
            last_success_at: success_minutes_ago.map(|minutes| now() - TimeDelta::minutes(minutes)),
            last_attempt_at: None,
            next_sync_at: None,
            folders: Vec::new(),
        };
        (account, state)
    }

    fn now() -> DateTime<Utc> {
        DateTime::from_timestamp(1_790_000_000, 0).unwrap()
    }

    fn since() -> DateTime<Utc> {
        schedule::expected_since(&Cron::from_str("*/5 * * * *").unwrap(), chrono_tz::Tz::UTC, now())
    }

    #[test]
    fn verdicts() {
        use AccountVerdict::{Blocked, Late, NeedsLogin, New, Ok};
        let cases = [
            (SessionState::Valid, Some(15), 1000, Ok),
            (SessionState::Valid, Some(16), 1000, Late),
            (SessionState::Valid, None, 3, New),
            (SessionState::Valid, None, 30, Late),
            (SessionState::NeedsLogin, Some(1), 1000, NeedsLogin),
            (SessionState::Absent, None, 1, NeedsLogin),
            (SessionState::Blocked, Some(1), 1000, Blocked),
        ];
        for (session, success, age, expected) in cases {
            let (account, state) = row(session, success, age);
            assert_eq!(verdict(&account, &state, since()), expected);
        }
    }

    #[test]
    fn nobody_is_late_while_no_cycle_comes() {
        use AccountVerdict::{Late, Ok};
        const WORK: &str = "*/5 8-18 * * 1-5";
        const SPARSE: &str = "0 8-18 * * *";
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        for (expression, success, now, expected) in [
            (WORK, "2026-10-23T18:55:20+02:00", "2026-10-25T12:00:00+01:00", Ok),
            (WORK, "2026-10-23T18:55:20+02:00", "2026-10-26T08:04:59+01:00", Ok),
            (WORK, "2026-10-23T18:55:20+02:00", "2026-10-26T08:20:00+01:00", Late),
            (WORK, "2026-10-23T18:44:20+02:00", "2026-10-25T12:00:00+01:00", Late),
            (SPARSE, "2026-10-24T18:01:00+02:00", "2026-10-25T05:00:00+01:00", Ok),
            (SPARSE, "2026-10-24T15:30:00+02:00", "2026-10-25T05:00:00+01:00", Late),
            (SPARSE, "2026-10-24T09:10:00+02:00", "2026-10-24T12:05:00+02:00", Ok),
        ] {
            let (account, mut state) = row(SessionState::Valid, None, 100_000);
            state.last_success_at = Some(at(success));
            let cron = Cron::from_str(expression).unwrap();
            let since = schedule::expected_since(&cron, chrono_tz::Europe::Berlin, at(now));
            assert_eq!(verdict(&account, &state, since), expected, "{expression} at {now}");
        }
    }

    #[test]
    fn one_account_that_is_not_read_makes_the_whole_unhealthy() {
        let fine = row(SessionState::Valid, Some(1), 1000);
        assert!(health(std::slice::from_ref(&fine), &[], since(), now()).healthy);
        assert!(health(&[], &[], since(), now()).healthy);
        let dead = row(SessionState::NeedsLogin, Some(1), 1000);
        assert!(!health(&[fine, dead], &[], since(), now()).healthy);
    }

    #[test]
    fn an_account_switched_off_is_nobodys_turn() {
        let (mut account, state) = row(SessionState::NeedsLogin, None, 1000);
        account.sync_enabled = false;
        assert_eq!(verdict(&account, &state, since()), AccountVerdict::Off);
        assert_eq!(hint(&account, &state), None);
    }

    #[test]
    fn an_account_without_a_road_for_mail_is_judged_by_its_sign_in() {
        let (mut account, state) = row(SessionState::Absent, None, 1000);
        account.road = Road::None;
        let card = card(&account, &state, None, since(), now());
        assert_eq!((card.verdict, card.hint), (AccountVerdict::NeedsLogin, None));
        for (standing, expected) in [
            (Standing::Good, AccountVerdict::NoMail),
            (Standing::Unused, AccountVerdict::NoMail),
            (Standing::Ended, AccountVerdict::NeedsLogin),
            (Standing::Waiting, AccountVerdict::Blocked),
        ] {
            let connection = Connection {
                provider: "microsoft",
                address: String::new(),
                display_name: None,
                scopes: Vec::new(),
                standing,
                connected_at: now(),
                refreshed_at: now(),
                error: None,
                hint: None,
            };
            assert_eq!(verdict_without_mail(&account, Some(&connection)), expected);
        }
    }
}
