//! Accounts that have more to read than a turn has time for, beside others.

use super::*;
use std::time::Duration;

/// A turn of which time ran out, with so much of the history held.
fn left(imported: u32) -> PartRead {
    PartRead { imported: Some(imported), read_by: Some("graph".to_owned()), ..PartRead::default() }
}

#[tokio::test]
async fn a_turn_of_a_large_mailbox_that_got_on_is_no_failure() {
    let turns = Turns::new().await;
    let id = turns.connected("huge@example.test", start()).await;
    turns.contacts_say(Ok(left(120_000)));
    let report = turns.cycle().await;
    assert_eq!(seen(&report), [("huge@example.test", Part::Contacts, None)], "once in a cycle");
    assert_eq!((report.exit(), report.interrupted), (Exit::Success, false));
    let import = report.accounts[0].parts[0].import.clone().unwrap();
    assert_eq!((import.percent(), import.since, import.ends_at), (12, start(), None));
    let state = turns.part(&id, Part::Contacts).await.unwrap();
    assert_eq!((state.failures, state.last_error, state.last_success_at), (0, None, Some(start())));
    assert_eq!(state.import, Some(import));
    assert!(turns.app.desk.health(&Actor::command_line()).await.unwrap().healthy);
}

#[tokio::test]
async fn a_cycle_whose_time_ends_with_only_a_large_mailbox_to_read_on_left_nobody_out() {
    let turns = Turns::new().await;
    turns.connected("huge@example.test", start()).await;
    *turns.set.lock().unwrap() = TimeDelta::minutes(31);
    turns.contacts_say(Ok(left(120_000)));
    let report = turns.cycle().await;
    assert_eq!((report.accounts.len(), report.exit(), report.interrupted), (1, Exit::Success, false));
}

#[tokio::test]
async fn a_large_mailbox_is_read_on_at_once_while_nobody_is_due_and_says_when_it_will_be_done() {
    let turns = Turns::new().await;
    let id = turns.connected("huge@example.test", start()).await;
    for (minute, done) in [(0, 100_000), (1, 200_000), (2, 300_000)] {
        turns.contacts_say(Ok(left(done)));
        assert_eq!(turns.app.cycle.next_due().await.unwrap(), Some(turns.clock().now()));
        assert_eq!(seen(&turns.cycle().await).len(), 1, "{minute}");
        turns.clock().advance(TimeDelta::minutes(1));
    }
    let import = turns.part(&id, Part::Contacts).await.unwrap().import.unwrap();
    // Ten percent a minute.
    assert_eq!(import.ends_at, Some(start() + TimeDelta::minutes(2 + 7)));
    turns.cycle().await;
    let state = turns.part(&id, Part::Contacts).await.unwrap();
    assert_eq!((state.import, state.due_at), (None, Some(later())));
    assert_eq!(seen(&turns.cycle().await), [], "all is held");
}

#[tokio::test]
async fn what_somebody_waits_for_is_read_on_in_a_minute_unless_a_server_wants_to_be_left_alone() {
    let turns = Turns::new().await;
    let id = turns.connected("ada@example.test", start()).await;
    for (retry_after, minutes) in [(None, 1), (Some(Duration::from_mins(7)), 1 + 7)] {
        turns.contacts_say(Ok(PartRead { goes_on: true, retry_after, ..PartRead::default() }));
        turns.cycle().await;
        let due = start() + TimeDelta::minutes(minutes);
        assert_eq!(turns.part(&id, Part::Contacts).await.unwrap().due_at, Some(due), "{retry_after:?}");
        turns.clock().advance(TimeDelta::minutes(1));
    }
}

#[tokio::test]
async fn a_large_mailbox_delays_others_by_no_more_than_one_turn_of_it() {
    let turns = Turns::new().await;
    turns.connected("huge@example.test", start() - TimeDelta::minutes(1)).await;
    turns.connected("small@example.test", start()).await;
    turns.contacts_say(Ok(left(1)));
    assert_eq!(names(&turns.cycle().await), ["huge@example.test", "small@example.test"], "both are due");
    for minute in 1..20 {
        turns.clock().advance(TimeDelta::minutes(1));
        let is_due = minute % 5 == 0;
        if is_due {
            turns.contacts_say(Ok(PartRead::default()));
        }
        turns.contacts_say(Ok(left(1)));
        let both = ["small@example.test", "huge@example.test"];
        assert_eq!(names(&turns.cycle().await), both[usize::from(!is_due)..], "{minute}");
    }
}

/// Another becomes due while the history of the first is read: the cycle of those who have time ends.
#[tokio::test]
async fn who_becomes_due_in_a_cycle_is_next_although_other_large_mailboxes_wait() {
    let turns = Turns::new().await;
    for name in ["huge1@example.test", "huge2@example.test"] {
        turns.connected(name, start()).await;
    }
    turns.connected("small@example.test", later()).await;
    for _ in 0..3 {
        turns.contacts_say(Ok(left(1)));
    }
    assert_eq!(seen(&turns.cycle().await).len(), 2);
    turns.clock().advance(TimeDelta::minutes(4));
    *turns.set.lock().unwrap() = TimeDelta::minutes(1);
    let first = names(&turns.cycle().await);
    assert_eq!(first.len(), 1, "{first:?}");
    turns.contacts_say(Ok(PartRead::default()));
    let then = names(&turns.cycle().await);
    assert_eq!((then.len(), then[0].as_str()), (3, "small@example.test"));
    assert_eq!(then[2], first[0], "the other large one has waited for longer");
}

fn names(report: &CycleReport) -> Vec<String> {
    report.accounts.iter().map(|account| account.name.clone()).collect()
}

#[tokio::test]
async fn a_large_mailbox_whose_turn_failed_waits_as_others_do_and_stays_where_it_was() {
    let turns = Turns::new().await;
    let id = turns.connected("huge@example.test", start()).await;
    turns.contacts_say(Ok(left(120_000)));
    turns.cycle().await;
    let import = turns.part(&id, Part::Contacts).await.unwrap().import;
    turns.contacts_fail(Meaning::retry("timeout", WhoseTurn::Nobody, "it is tried again."));
    turns.cycle().await;
    let state = turns.part(&id, Part::Contacts).await.unwrap();
    assert_eq!((state.failures, state.import), (1, import));
    assert_eq!(seen(&turns.cycle().await), []);
    assert_eq!(turns.app.cycle.next_due().await.unwrap(), state.due_at);
    turns.clock().advance(state.due_at.unwrap() - turns.clock().now());
    assert_eq!(seen(&turns.cycle().await).len(), 1);
}
