//! Verdicts: what a card says of rows.

use super::*;
use crate::model::{AccountId, MailboxSettings, Road};
use crate::sync::schedule;
use chrono::TimeDelta;
use croner::Cron;
use std::str::FromStr;

/// A failure that time may mend, or does not.
fn error(disposition: Disposition) -> LastError {
    let text = || "x".to_owned();
    LastError {
        disposition,
        code: text(),
        message: text(),
        whose_turn: WhoseTurn::Nobody,
        hint: text(),
        at: now(),
    }
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

fn row(session: SessionState, success_minutes_ago: Option<i64>, age_minutes: i64) -> (Account, SyncState) {
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
            whose_turn: None,
            hint: None,
        };
        assert_eq!(verdict_without_mail(&account, Some(&connection)), expected);
    }
}
