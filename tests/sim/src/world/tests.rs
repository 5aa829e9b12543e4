//! The world itself.

use std::collections::HashSet;

use chrono::{DateTime, TimeDelta, Utc};

use super::Truth;
use crate::{Draft, Options, Sim};

fn now() -> DateTime<Utc> {
    "2026-11-20T12:00:00Z".parse().unwrap()
}

fn sim(seed: u64, accounts: usize, messages: usize) -> Sim {
    Sim::new(&Options { seed, accounts, messages, now: Some(now()), ..Options::default() })
}

fn all(sim: &Sim) -> Vec<Vec<Truth>> {
    sim.accounts().iter().map(|account| sim.truth(&account.smtp).unwrap()).collect()
}

#[test]
fn the_same_seed_makes_the_same_world_and_another_does_not() {
    assert_eq!(all(&sim(7, 3, 60)), all(&sim(7, 3, 60)));
    assert_ne!(all(&sim(7, 3, 60)), all(&sim(8, 3, 60)));
}

#[test]
fn every_account_has_its_number_of_messages_with_ids_of_their_own() {
    for messages in [0, 1, 10, 60] {
        for truth in all(&sim(1, 9, messages)) {
            assert_eq!(truth.len(), messages);
            let ids: HashSet<&String> = truth.iter().flat_map(|m| [&m.item_id, &m.immutable_id]).collect();
            assert_eq!(ids.len(), 2 * messages);
        }
    }
}

#[test]
fn mail_lies_within_sixty_days_before_now_and_in_both_folders() {
    for truth in all(&sim(1, 9, 60)) {
        let early = now() - TimeDelta::days(60) - TimeDelta::minutes(1);
        assert!(truth.iter().all(|m| m.received < now() && m.received > early));
        let count = |folder: &str| truth.iter().filter(|m| m.folder == folder).count();
        assert!(count("inbox") >= 25 && count("sentitems") >= 3, "{} {}", count("inbox"), count("sentitems"));
    }
}

#[test]
fn conversations_reach_from_inbox_to_sent_items() {
    let truth = all(&sim(1, 1, 60)).remove(0);
    let sent: HashSet<&String> =
        truth.iter().filter(|m| m.folder == "sentitems").map(|m| &m.conversation_id).collect();
    let both = truth.iter().filter(|m| m.folder == "inbox" && sent.contains(&m.conversation_id)).count();
    assert!(both > 3, "{both}");
}

#[test]
fn delivered_mail_is_the_newest_and_unread() {
    let sim = sim(1, 1, 60);
    let smtp = &sim.accounts()[0].smtp;
    let draft = Draft {
        subject: Some("Two kites".into()),
        from: Some(("Odette Fenn".into(), "odette@papermoon-sim.example".into())),
        ..Draft::default()
    };
    let delivered = sim.deliver_drafts(smtp, &[draft]).unwrap().remove(0);
    let newest = sim.truth(smtp).unwrap().remove(0);
    assert_eq!(newest, delivered);
    assert_eq!((newest.subject.as_deref(), newest.is_read), (Some("Two kites"), false));
    assert_eq!(newest.from.unwrap().address, "odette@papermoon-sim.example");
}

#[test]
fn deleting_moves_to_deleted_items_and_then_for_good() {
    let sim = sim(1, 1, 60);
    let smtp = &sim.accounts()[0].smtp;
    let find = |id: &str| sim.truth(smtp).unwrap().into_iter().find(|m| m.immutable_id == id);
    let id = sim.deliver(smtp, 1).unwrap().remove(0).immutable_id;
    assert_eq!(sim.delete(smtp, std::slice::from_ref(&id), false).unwrap(), 1);
    assert_eq!(find(&id).unwrap().folder, "deleteditems");
    assert_eq!(sim.delete(smtp, std::slice::from_ref(&id), true).unwrap(), 1);
    assert_eq!(find(&id), None);
    assert!(sim.move_messages(smtp, &[id], "no such folder").is_err());
}

#[test]
fn an_account_knows_its_password_and_counts_the_attempts() {
    use crate::sim::PasswordCheck::{Right, UnknownUser, Wrong};
    let sim = sim(1, 2, 0);
    let [a, b] = &sim.accounts()[..] else { panic!("two accounts") };
    assert_ne!(a.password, b.password);
    assert_eq!(sim.check_password(&a.smtp.to_uppercase(), &a.password), Right);
    assert_eq!(sim.check_password(&a.smtp, &b.password), Wrong);
    assert_eq!(sim.check_password("nobody@northwind-sim.example", "x"), UnknownUser);
    assert_eq!(sim.password_attempts(&a.smtp), crate::log::Attempts { right: 1, wrong: 1 });
}
