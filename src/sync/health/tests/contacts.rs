//! What a card says of contacts.

use super::super::*;
use super::{part, row, since, verdicts_of};
use crate::error::Classify as _;
use crate::model::{
    AskReason, ContactStock, LastError, Part, PartState, SessionState, Shortfall, ShortfallKind, WriteCounts,
};
use crate::sync::standing::tests::grant;
use crate::sync::{Brake, SyncError};
use crate::testing::now;
use chrono::TimeDelta;

#[test]
fn contacts_whose_direction_is_off_are_not_said_to_be_read_and_not_to_be_late() {
    let (account, mut state) = row(SessionState::Valid, Some(1), 1000);
    state.parts.push(PartState { is_off: true, ..part(Part::Contacts, None) });
    let card = card(&account, &state, Some(&grant(0, None)), None, since(), now());
    let contacts = card.parts.iter().find(|part| part.part == Part::Contacts).unwrap();
    assert_eq!((contacts.verdict, contacts.last_success_at), (Verdict::Off, None));
    assert!(contacts.hint.as_ref().unwrap().contains("contacts direction"));
    assert_eq!(card.verdict, Verdict::Ok, "its mail is read");
}

#[test]
fn contacts_that_were_never_to_be_read_are_no_part_of_an_account() {
    let (account, state) = row(SessionState::Valid, Some(1), 1000);
    let card = card(&account, &state, Some(&grant(0, None)), None, since(), now());
    assert_eq!(verdicts_of(&card), (Verdict::Ok, vec![Verdict::Ok]));
}

#[test]
fn contacts_that_are_read_and_not_whole_make_an_account_degraded_and_say_since_when() {
    let (account, mut state) = row(SessionState::Valid, Some(1), 1000);
    state.parts.push(part(Part::Contacts, Some(1)));
    let since_then = now() - TimeDelta::days(2);
    for (unreadable, missing, verdict, held_back) in [
        (10, 0, Verdict::Ok, 0),
        (11, 0, Verdict::Degraded, 0),
        (0, 25, Verdict::Ok, 0),
        (0, 26, Verdict::Ok, 26),
    ] {
        let stock = ContactStock {
            held: 100,
            unreadable,
            unreadable_since: (unreadable > 0).then_some(since_then),
            missing,
            ..ContactStock::default()
        };
        let stored = ContactsHealth::of(stock, Brake { items: 25, percent: 20 });
        let card = card(&account, &state, Some(&grant(0, None)), Some(&stored), since(), now());
        assert_eq!((card.verdict, card.parts[0].contacts.clone()), (verdict, None), "{unreadable} {missing}");
        assert_eq!(card.parts[1].contacts.as_ref().unwrap().held_back, held_back);
        let degraded: Vec<_> =
            card.degraded.iter().map(|shortfall| (shortfall.kind, shortfall.since)).collect();
        let told = (ShortfallKind::ContactsUnreadable, since_then);
        assert_eq!(degraded, if unreadable > 10 { vec![told] } else { Vec::new() });
    }
}

#[test]
fn what_waits_for_its_owner_for_more_than_a_day_is_told_and_makes_nothing_unhealthy() {
    let (account, mut state) = row(SessionState::Valid, Some(1), 1000);
    state.parts.push(part(Part::Contacts, Some(1)));
    let ago = |hours: i64| Some(now() - TimeDelta::hours(hours));
    for (asked_since, parked_since, told) in [
        (None, None, vec![]),
        (ago(23), ago(23), vec![]),
        (ago(24), None, vec!["contacts matches"]),
        (None, ago(24), vec!["contacts retry"]),
        (ago(48), ago(48), vec!["contacts matches", "contacts retry"]),
    ] {
        let stock =
            ContactStock { asked: 2, asked_since, parked: 3, parked_since, ..ContactStock::default() };
        let stored = ContactsHealth::of(stock, Brake { items: 25, percent: 20 });
        let card = card(&account, &state, Some(&grant(0, None)), Some(&stored), since(), now());
        let verdict = if told.is_empty() { Verdict::Ok } else { Verdict::Waits };
        assert!(card.verdict == verdict && verdict.is_healthy());
        assert!(card.error.is_none() && card.degraded.is_empty());
        let turn = (!told.is_empty()).then_some(WhoseTurn::Owner);
        assert_eq!((card.whose_turn, card.parts[1].whose_turn), (turn, turn));
        for hint in [card.hint, card.parts[1].hint.clone()] {
            assert_eq!(hint.is_some(), !told.is_empty());
            assert!(told.iter().all(|told| hint.as_ref().unwrap().contains(told)), "{hint:?}");
        }
        assert_eq!(card.parts[0].hint, None, "its mail waits for nobody");
    }
}

#[test]
fn what_a_turn_has_said_is_told_before_what_waits() {
    let (account, mut state) = row(SessionState::Valid, Some(1), 1000);
    let failed = super::error(crate::error::Disposition::Retry);
    state.parts.push(PartState { last_error: Some(failed), ..part(Part::Contacts, Some(1)) });
    let stock =
        ContactStock { asked: 1, asked_since: Some(now() - TimeDelta::days(2)), ..ContactStock::default() };
    let stored = ContactsHealth::of(stock, Brake { items: 25, percent: 20 });
    let card = card(&account, &state, Some(&grant(0, None)), Some(&stored), since(), now());
    assert_eq!(card.parts[1].hint.as_deref(), Some("x"));
}

#[test]
fn contacts_of_which_a_person_has_to_see_what_goes_out_are_not_said_to_be_in_step() {
    let (account, mut state) = row(SessionState::Valid, Some(1), 1000);
    let told = |whose_turn| LastError { whose_turn, ..super::error(crate::error::Disposition::Retry) };
    for (whose_turn, failures, verdict) in [
        (WhoseTurn::Operator, 0, Verdict::Waits),
        (WhoseTurn::Nobody, 0, Verdict::Ok),
        (WhoseTurn::Operator, 1, Verdict::Ok),
    ] {
        let last_error = Some(told(whose_turn));
        state.parts.truncate(1);
        state.parts.push(PartState { failures, last_error, ..part(Part::Contacts, Some(1)) });
        let card = card(&account, &state, Some(&grant(0, None)), None, since(), now());
        assert_eq!((card.verdict, card.parts[1].verdict), (verdict, verdict), "{whose_turn:?} {failures}");
        assert!(card.verdict.is_healthy());
        if verdict == Verdict::Waits {
            assert_eq!(card.whose_turn, Some(whose_turn), "the account says what its contacts wait for");
        }
    }
}

#[test]
fn an_account_whose_contacts_alone_are_read_says_when_they_were() {
    let (mut account, mut state) = row(SessionState::Absent, None, 1000);
    account.road = None;
    state.parts.clear();
    state.parts.push(part(Part::Contacts, Some(1)));
    let card = card(&account, &state, Some(&grant(0, None)), None, since(), now());
    assert_eq!(card.verdict, Verdict::NoMail);
    assert!(card.last_success_at.is_some() && card.last_success_at == card.parts[0].last_success_at);
    assert_eq!(card.next_sync_at, card.parts[0].next_at);
}

#[test]
fn each_failure_that_says_a_person_is_to_decide_is_known_as_one() {
    let counts = WriteCounts::default();
    for error in [
        SyncError::ContactPlanWaits { why: AskReason::FirstPlan, counts },
        SyncError::ContactPlanWaits { why: AskReason::Brake, counts },
        SyncError::TooManyContactsGone { missing: 26, held: 100 },
    ] {
        assert!(is_undecided(error.meaning().code), "{error}");
    }
    assert!(!is_undecided("graph_busy"));
}

#[test]
fn what_a_person_has_decided_about_is_told_no_more_and_what_they_have_not_is_told_whatever_came_since() {
    let (account, mut state) = row(SessionState::Valid, Some(1), 1000);
    let told = |code: &str, whose_turn| LastError {
        code: code.to_owned(),
        whose_turn,
        ..super::error(crate::error::Disposition::Retry)
    };
    let plan = || told("contacts_brake", WhoseTurn::Operator);
    for (last_error, failures, waits, verdict, is_told) in [
        (Some(plan()), 0, true, Verdict::Waits, true),
        (Some(plan()), 0, false, Verdict::Ok, false),
        (None, 0, true, Verdict::Waits, true),
        (Some(told("graph_busy", WhoseTurn::Nobody)), 1, true, Verdict::Waits, true),
        (Some(told("graph_full", WhoseTurn::Owner)), 0, false, Verdict::Waits, true),
    ] {
        let what = format!("{last_error:?} {waits}");
        state.parts.truncate(1);
        state.parts.push(PartState { failures, last_error, ..part(Part::Contacts, Some(1)) });
        let waits_since = waits.then(now);
        let stock = ContactStock { waits_since, plan_since: waits_since, ..ContactStock::default() };
        let stored = ContactsHealth::of(stock, Brake { items: 25, percent: 20 });
        let card = card(&account, &state, Some(&grant(0, None)), Some(&stored), since(), now());
        assert_eq!((card.verdict, card.parts[1].verdict), (verdict, verdict), "{what}");
        assert_eq!((card.hint.is_some(), card.parts[1].hint.is_some()), (is_told, is_told), "{what}");
        assert!(is_told || card.error.is_none(), "{what}");
        if waits {
            let hint = card.parts[1].hint.as_deref().unwrap_or_default();
            assert!(
                hint.contains("plan") || card.parts[1].error.as_deref() == Some("contacts_brake"),
                "{what}: {hint}"
            );
        }
    }
}

#[test]
fn what_keeps_mail_from_being_complete_is_told_before_what_waits() {
    let (account, mut state) = row(SessionState::Valid, Some(1), 1000);
    state.parts.push(part(Part::Contacts, Some(1)));
    let shortfall = Shortfall { kind: ShortfallKind::Holes, since: now(), message: "holes".to_owned() };
    state.shortfalls.push(shortfall.clone());
    let stock = ContactStock { waits_since: Some(now()), ..ContactStock::default() };
    let stored = ContactsHealth::of(stock, Brake { items: 25, percent: 20 });
    let card = card(&account, &state, Some(&grant(0, None)), Some(&stored), since(), now());
    assert_eq!(card.verdict, Verdict::Degraded);
    assert_eq!(card.hint, Some(shortfall.hint().1));
}

#[test]
fn of_two_decisions_that_wait_the_one_that_was_made_is_told_no_more() {
    let (account, mut state) = row(SessionState::Valid, Some(1), 1000);
    let told = LastError {
        code: "contacts_brake".to_owned(),
        whose_turn: WhoseTurn::Operator,
        ..super::error(crate::error::Disposition::Retry)
    };
    state.parts.push(PartState { last_error: Some(told), ..part(Part::Contacts, Some(1)) });
    // The plan was let out, and what the mailbox lacks still waits.
    let since = Some(now());
    let stock = ContactStock { waits_since: since, missing_since: since, ..ContactStock::default() };
    let stored = ContactsHealth::of(stock, Brake { items: 25, percent: 20 });
    let card = card(&account, &state, Some(&grant(0, None)), Some(&stored), self::since(), now());
    assert_eq!((card.parts[1].verdict, card.parts[1].error.as_deref()), (Verdict::Waits, None));
    assert!(card.parts[1].hint.is_some());
}
