//! Verdicts: what a card says of rows.

mod contacts;

use super::account::without_mail;
use super::*;
use crate::error::Disposition;
use crate::model::{
    AccountId, Import, MailboxSettings, Part, PartState, RefusalClass, Road, SessionState, Shortfall,
    ShortfallKind,
};
use crate::sync::schedule;
use crate::sync::standing::tests::grant;
use crate::sync::standing::{Connection, GrantAccess, Standing};
use crate::testing::now;
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
    use Verdict::{Failed, Late, Ok};
    for (success, age, disposition, expected) in [
        (None, 1, Disposition::Retry, Failed),
        (None, 30, Disposition::Retry, Late),
        (Some(1), 1000, Disposition::Retry, Ok),
        (Some(1), 1000, Disposition::Drift, Ok),
        (Some(1), 1000, Disposition::Fatal, Failed),
        (Some(60), 1000, Disposition::Retry, Late),
    ] {
        let (account, mut state) = row(SessionState::Valid, success, age);
        state.parts[0].last_error = Some(error(disposition));
        assert_eq!(verdict(&account, &state, since()), expected, "{success:?} {age} {disposition:?}");
    }
    assert!(!Failed.is_healthy());
}

#[test]
fn what_is_read_and_not_complete_is_degraded_and_what_is_not_read_is_called_that() {
    let shortfall = Shortfall { kind: ShortfallKind::Holes, since: now(), message: "x".to_owned() };
    let of = |success, session| {
        let (account, mut state) = row(session, success, 1000);
        state.shortfalls = vec![shortfall.clone()];
        card(&account, &state, None, None, since(), now())
    };
    let degraded = of(Some(1), SessionState::Valid);
    assert_eq!((degraded.verdict, degraded.whose_turn), (Verdict::Degraded, Some(WhoseTurn::Nobody)));
    assert!(!degraded.verdict.is_healthy() && degraded.hint.is_some() && degraded.error.is_none());
    assert_eq!(of(Some(60), SessionState::Valid).verdict, Verdict::Late);
    assert_eq!(of(Some(1), SessionState::NeedsLogin).verdict, Verdict::NeedsLogin);
}

#[test]
fn an_account_whose_history_is_still_read_is_well_and_says_so_unless_it_is_late() {
    for (success, expected) in [(Some(1), Verdict::Importing), (Some(60), Verdict::Late)] {
        let (account, mut state) = row(SessionState::Valid, success, 1000);
        let import = Import::after(None, 120_000, now());
        state.parts[0].import = Some(import.clone());
        let card = card(&account, &state, None, None, since(), now());
        assert_eq!((card.verdict, card.import), (expected, Some(import)));
    }
    assert!(Verdict::Importing.is_healthy());
}

#[test]
fn an_import_that_does_not_go_on_has_no_end_in_sight() {
    let end = now() + TimeDelta::hours(1);
    for (success, failures, expected) in [(1, 0, Some(end)), (1, 1, None), (60, 0, None)] {
        let (account, mut state) = row(SessionState::Valid, Some(success), 1000);
        state.parts[0].failures = failures;
        state.parts[0].import = Some(Import { ends_at: Some(end), ..Import::after(None, 120_000, now()) });
        let card = card(&account, &state, None, None, since(), now());
        let told = card.import.unwrap();
        assert_eq!((told.percent(), told.ends_at), (12, expected), "{success} {failures}");
        assert_eq!(card.parts[0].import, Some(told));
    }
}

#[test]
fn an_account_that_is_late_has_its_line_also_when_nothing_was_said_of_it() {
    let (account, state) = row(SessionState::Valid, Some(60), 1000);
    let late = card(&account, &state, None, None, since(), now());
    assert_eq!((late.verdict, late.error), (Verdict::Late, None));
    assert!(late.hint.unwrap().contains("systemctl status outlook-syncd"));
    let (account, state) = row(SessionState::Valid, Some(1), 1000);
    assert_eq!(card(&account, &state, None, None, since(), now()).hint, None);
    let (account, state) = row(SessionState::Valid, Some(-60), 1000);
    assert!(card(&account, &state, None, None, since(), now()).hint.unwrap().contains("clock"));
}

#[test]
fn what_keeps_every_account_from_being_read_is_said_once_and_nothing_is_well() {
    let fine = row(SessionState::Valid, Some(1), 1000);
    let health = health(std::slice::from_ref(&fine), &[], &BTreeMap::new(), since(), now())
        .under(Some(error(Disposition::Fatal)));
    assert!(!health.healthy && health.error.as_deref() == Some("x") && health.error_at == Some(now()));
    assert_eq!(health.accounts[0].verdict, Verdict::Ok);
}

fn row(session: SessionState, success_minutes_ago: Option<i64>, age_minutes: i64) -> (Account, SyncState) {
    let id = AccountId::from("a".to_owned());
    let account = Account {
        id: id.clone(),
        owner: "u1".to_owned(),
        login: "ada@example.test".to_owned(),
        address: None,
        tenant: None,
        display_name: None,
        settings: MailboxSettings::default(),
        road: Some(Road::Owa),
        imap: None,
        sync_enabled: true,
        created_at: now() - TimeDelta::minutes(age_minutes),
    };
    let state = SyncState {
        account_id: id,
        mailbox_key: "account:a".to_owned(),
        session,
        session_expires_at: None,
        parts: vec![part(Part::Mail, success_minutes_ago)],
        shortfalls: Vec::new(),
        correspondences: 0,
        folders_listed_at: None,
    };
    (account, state)
}

/// The card of an account that was read so long ago and is due in four minutes; with what happened to its mail and its
/// contacts.
pub(crate) fn card_of(name: &str, minutes: i64, messages: &[Option<&str>]) -> AccountHealth {
    let (mut account, mut state) = row(SessionState::Valid, Some(minutes), 1000);
    name.clone_into(&mut account.login);
    for (part, message) in Part::ALL.into_iter().zip(messages) {
        let failed =
            message.map(|message| LastError { message: message.to_owned(), ..error(Disposition::Retry) });
        state.parts.retain(|state| state.part != part);
        state.parts.push(PartState { last_error: failed, ..self::part(part, Some(minutes)) });
    }
    for state in &mut state.parts {
        state.due_at = Some(now() + TimeDelta::minutes(4));
    }
    card(&account, &state, Some(&grant(0, None)), None, since(), now())
}

fn verdict(account: &Account, state: &SyncState, since: DateTime<Utc>) -> Verdict {
    card(account, state, None, None, since, now()).verdict
}

fn part(part: Part, success_minutes_ago: Option<i64>) -> PartState {
    PartState {
        part,
        due_at: None,
        not_before: None,
        failures: 0,
        drifts: 0,
        last_error: None,
        error_since: None,
        last_success_at: success_minutes_ago.map(|minutes| now() - TimeDelta::minutes(minutes)),
        last_attempt_at: None,
        asked_at: None,
        read_by: None,
        is_off: false,
        import: None,
    }
}

fn since() -> DateTime<Utc> {
    schedule::expected_since(&Cron::from_str("*/5 * * * *").unwrap(), chrono_tz::Tz::UTC, now())
}

#[test]
fn verdicts() {
    use Verdict::{Blocked, Late, NeedsLogin, New, Ok};
    let cases = [
        (SessionState::Valid, Some(15), 1000, Ok),
        (SessionState::Valid, Some(16), 1000, Late),
        (SessionState::Valid, Some(-5), 1000, Ok),
        (SessionState::Valid, Some(-6), 1000, Late),
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
    use Verdict::{Late, Ok};
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
        state.parts[0].last_success_at = Some(at(success));
        let cron = Cron::from_str(expression).unwrap();
        let since = schedule::expected_since(&cron, chrono_tz::Europe::Berlin, at(now));
        let verdict = card(&account, &state, None, None, since, at(now)).verdict;
        assert_eq!(verdict, expected, "{expression} at {now}");
    }
}

#[test]
fn one_account_that_is_not_read_makes_the_whole_unhealthy() {
    let fine = row(SessionState::Valid, Some(1), 1000);
    assert!(health(std::slice::from_ref(&fine), &[], &BTreeMap::new(), since(), now()).healthy);
    assert!(health(&[], &[], &BTreeMap::new(), since(), now()).healthy);
    let dead = row(SessionState::NeedsLogin, Some(1), 1000);
    assert!(!health(&[fine, dead], &[], &BTreeMap::new(), since(), now()).healthy);
}

#[test]
fn an_account_switched_off_is_nobodys_turn() {
    let (mut account, state) = row(SessionState::NeedsLogin, None, 1000);
    account.sync_enabled = false;
    assert_eq!(verdict(&account, &state, since()), Verdict::Off);
    let card = card(&account, &state, None, None, since(), now());
    assert_eq!(card.whose_turn, Some(WhoseTurn::Nobody));
    assert!(card.hint.unwrap().contains("account resume"), "what to do to have it read");
}

#[test]
fn an_account_without_a_road_for_mail_is_judged_by_its_sign_in() {
    let (mut account, state) = row(SessionState::Absent, None, 1000);
    account.road = None;
    let card = card(&account, &state, None, None, since(), now());
    assert_eq!((card.verdict, card.hint), (Verdict::NeedsLogin, None));
    for (standing, expected) in [
        (Standing::Good, Verdict::NoMail),
        (Standing::Unused, Verdict::NoMail),
        (Standing::Ended, Verdict::NeedsLogin),
        (Standing::Waiting, Verdict::Blocked),
    ] {
        let connection = Connection {
            imap: GrantAccess { standing: Standing::Good, error: None, hint: None },
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
            reading: GrantAccess { standing, error: None, hint: None },
        };
        assert_eq!(without_mail(&account, Some(&connection)), expected);
    }
}

/// The verdicts of an account and of its parts, in their order.
fn verdicts_of(card: &AccountHealth) -> (Verdict, Vec<Verdict>) {
    (card.verdict, card.parts.iter().map(|part| part.verdict).collect())
}

#[test]
fn the_part_that_is_amiss_is_what_is_said_of_the_account() {
    use Verdict::{Failed, NeedsLogin, NoMail, Ok};
    let (owa, session, dead) = (Some(Road::Owa), SessionState::Valid, SessionState::NeedsLogin);
    let (graph, bug) = (Some(Road::Graph), Some(Disposition::Fatal));
    for (road, session, ended, mail, contacts, expected) in [
        (owa, session, false, None, None, (Ok, vec![Ok, Ok])),
        (owa, session, false, None, bug, (Failed, vec![Ok, Failed])),
        (owa, session, false, bug, None, (Failed, vec![Failed, Ok])),
        (owa, dead, false, None, None, (NeedsLogin, vec![NeedsLogin, Ok])),
        (owa, session, true, None, None, (NeedsLogin, vec![Ok, NeedsLogin])),
        (graph, SessionState::Absent, false, None, None, (Ok, vec![Ok, Ok])),
        (graph, dead, false, None, bug, (Failed, vec![Ok, Failed])),
        (graph, session, true, None, None, (NeedsLogin, vec![NeedsLogin, NeedsLogin])),
        (None, SessionState::Absent, false, None, None, (NoMail, vec![Ok])),
        (None, SessionState::Absent, false, None, bug, (Failed, vec![Failed])),
        (None, SessionState::Absent, true, None, None, (NeedsLogin, vec![NeedsLogin])),
    ] {
        let (mut account, mut state) = row(session, Some(1), 1000);
        account.road = road;
        state.parts.push(part(Part::Contacts, Some(1)));
        for (part, disposition) in state.parts.iter_mut().zip([mail, contacts]) {
            part.last_error = disposition.map(error);
        }
        let grant = grant(0, ended.then_some(RefusalClass::Reconnect));
        let card = card(&account, &state, Some(&grant), None, since(), now());
        assert_eq!(verdicts_of(&card), expected, "{road:?} {session:?} {ended} {mail:?} {contacts:?}");
        assert_eq!(card.error.is_some(), mail.or(contacts).is_some());
        assert!(card.verdict.is_healthy() || card.hint.is_some() || session == dead);
    }
}
