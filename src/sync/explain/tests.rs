//! What is said of each state: there is always a reason, whose turn it is and a next step.

use super::*;
use crate::model::ShortfallKind;
use crate::sync::health::tests::card_of;
use crate::testing::now;
use chrono::TimeDelta;

#[test]
fn every_state_has_a_reason_and_a_next_step_whatever_was_said_of_it() {
    for verdict in Verdict::ALL {
        let mut card = card_of("ada@example.test", 1, &[]);
        card.verdict = verdict;
        card.parts.clear();
        let said = explain(&card);
        assert_eq!(said.len(), 1, "{verdict:?}");
        let Explanation { part, state, because, next_step, .. } = &said[0];
        assert_eq!((*part, *state), (None, verdict));
        assert!(because.len() > 8 && !because.ends_with('.'), "{because}");
        assert!(next_step.len() > 8 && next_step.ends_with('.'), "{next_step}");
    }
}

#[test]
fn what_is_read_and_in_order_is_quiet_and_says_when_it_is_read_next() {
    let card = card_of("ada@example.test", 1, &[]);
    let said = explain(&card);
    assert_eq!(said.len(), card.parts.len());
    assert!(said.iter().all(Explanation::is_quiet), "{said:?}");
    assert_eq!(said[0].next_try, Some(now() + TimeDelta::minutes(4)));
}

#[test]
fn what_failed_is_told_in_the_words_of_its_turn_each_part_for_itself() {
    let card = card_of("ada@example.test", 1, &[Some("mail is away"), Some("contacts are away")]);
    let said = explain(&card);
    let told: Vec<_> =
        said.iter().map(|said| (said.part, said.because.as_str(), said.code.as_deref())).collect();
    assert_eq!(
        told,
        [
            (Some(Part::Mail), "mail is away", Some("x")),
            (Some(Part::Contacts), "contacts are away", Some("x")),
        ]
    );
    assert!(said.iter().all(|said| !said.is_quiet() && said.hint() == "Nobody's turn: x"), "{said:?}");
}

#[test]
fn what_no_cycle_came_to_is_late_since_it_was_last_read() {
    let card = card_of("ada@example.test", 60, &[]);
    let late = &explain(&card)[0];
    assert_eq!((late.state, late.since), (Verdict::Late, card.last_success_at));
    assert_eq!(late.whose_turn, WhoseTurn::Operator);
    assert!(late.next_step.contains("systemctl status outlook-syncd"), "{late:?}");
    assert!(late.since < Some(now()));
}

#[test]
fn what_keeps_mail_from_being_complete_comes_first_and_is_told_once() {
    let shortfall =
        Shortfall { kind: ShortfallKind::Holes, since: now(), message: "mail is away".to_owned() };
    let mut card = card_of("ada@example.test", 1, &[Some("mail is away")]);
    (card.verdict, card.degraded) = (Verdict::Degraded, vec![shortfall]);
    let said = explain(&card);
    assert_eq!((said[0].state, said[0].code.as_deref()), (Verdict::Degraded, Some("holes")));
    assert_eq!((said[0].since, said[0].whose_turn), (Some(now()), WhoseTurn::Nobody));
    assert!(said.iter().skip(1).all(|said| said.part == Some(Part::Contacts)), "{said:?}");
}
