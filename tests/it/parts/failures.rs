//! What a failure costs, and whom.

use super::*;

#[tokio::test]
async fn an_account_at_which_a_fault_of_the_machine_was_met_stands_behind_the_others_for_a_minute() {
    let turns = Turns::new().await;
    let first = turns.connected("first@example.test", start() - TimeDelta::minutes(2)).await;
    turns.connected("second@example.test", start() - TimeDelta::minutes(1)).await;
    turns.contacts_fail(Meaning::retry("disk_full", WhoseTurn::Operator, "make room.").machine());
    let report = turns.cycle().await;
    assert_eq!(seen(&report), []);
    let fault = report.fault.unwrap();
    assert!(fault.code == "disk_full" && !fault.message.contains(first.as_str()), "{fault:?}");
    let contacts = turns.part(&first, Part::Contacts).await.unwrap();
    assert_eq!((contacts.failures, contacts.last_error), (0, None), "charged to nobody");
    assert_eq!(contacts.due_at, Some(start() + TimeDelta::minutes(1)));

    assert_eq!(seen(&turns.cycle().await), [("second@example.test", Part::Contacts, None)]);
    assert_eq!(seen(&turns.cycle().await), [], "for the rest of the minute");
    let due = turns.app.cycle.next_due().await.unwrap();
    assert_eq!(due, contacts.due_at, "somebody will be due: the fault is not over because nobody is");
    turns.clock().advance(TimeDelta::minutes(1));
    assert_eq!(seen(&turns.cycle().await), [("first@example.test", Part::Contacts, None)]);
}

#[tokio::test]
async fn a_mailbox_that_brings_out_a_defect_costs_its_own_turn_and_nobody_elses() {
    let turns = Turns::new().await;
    let first = turns.connected("first@example.test", start() - TimeDelta::minutes(2)).await;
    turns.connected("second@example.test", start() - TimeDelta::minutes(1)).await;
    turns.contacts_panic();
    assert_eq!(
        seen(&turns.cycle().await),
        [
            ("first@example.test", Part::Contacts, Some("panicked")),
            ("second@example.test", Part::Contacts, None)
        ]
    );
    let contacts = turns.part(&first, Part::Contacts).await.unwrap();
    assert_eq!(contacts.due_at, Some(start() + TimeDelta::minutes(5)), "it is tried again");
}

#[tokio::test]
async fn one_odd_page_after_two_time_outs_does_not_cost_six_hours() {
    let turns = Turns::new().await;
    let id = turns.connected("ada@example.test", start()).await;
    let (odd, slow) = (
        Meaning::drift("odd_page", WhoseTurn::Operator, "report it."),
        Meaning::retry("timeout", WhoseTurn::Nobody, "it is tried again."),
    );
    // The first odd page, wherever it comes, is looked at again soon; time-outs do not count for it.
    for (meaning, minutes) in [(&slow, 5), (&slow, 10), (&odd, 5), (&slow, 40), (&odd, 10)] {
        turns.contacts_fail(meaning.clone());
        assert_eq!(seen(&turns.cycle().await), [("ada@example.test", Part::Contacts, Some(meaning.code))]);
        let next = turns.part(&id, Part::Contacts).await.unwrap().due_at.unwrap();
        let waits = (next - turns.clock().now()).num_minutes();
        assert!((minutes..=minutes * 11 / 10).contains(&waits), "{waits} instead of {minutes}");
        turns.clock().advance(TimeDelta::minutes(waits));
    }
    assert_eq!(seen(&turns.cycle().await), [("ada@example.test", Part::Contacts, None)]);
    assert_eq!(turns.part(&id, Part::Contacts).await.unwrap().drifts, 0);
}

#[tokio::test]
async fn a_sign_in_page_is_believed_when_the_next_turn_meets_it_too() {
    let turns = Turns::new().await;
    let id = turns.connected("ada@example.test", start()).await;
    let page =
        Meaning::needs_login("sign_in_page", WhoseTurn::Owner, "connect the account again.").doubtful();
    let slow = Meaning::retry("timeout", WhoseTurn::Nobody, "it is tried again.");
    for (meaning, disposition) in [
        (&page, Disposition::Retry),
        (&slow, Disposition::Retry),
        (&page, Disposition::Retry),
        (&page, Disposition::NeedsLogin),
    ] {
        turns.contacts_fail(meaning.clone());
        assert_eq!(seen(&turns.cycle().await), [("ada@example.test", Part::Contacts, Some(meaning.code))]);
        let contacts = turns.part(&id, Part::Contacts).await.unwrap();
        assert_eq!(contacts.last_error.unwrap().disposition, disposition);
        let next = contacts.due_at.unwrap_or(turns.clock().now());
        turns.clock().advance(next - turns.clock().now());
    }
    assert_eq!(turns.part(&id, Part::Contacts).await.unwrap().due_at, None, "parked");
}

#[tokio::test]
async fn a_fault_of_the_machine_leaves_what_ended_before_it() {
    let turns = Turns::new().await;
    let id = turns.with_mail("ada@example.test", start(), start()).await;
    turns.contacts_fail(Meaning::retry("disk_full", WhoseTurn::Operator, "make room.").machine());
    let report = turns.cycle().await;
    assert_eq!(seen(&report), [("ada@example.test", Part::Mail, Some("no_session"))]);
    assert_eq!(report.fault.unwrap().code, "disk_full");
    assert_eq!(turns.part(&id, Part::Mail).await.unwrap().failures, 1);
    assert_eq!(turns.part(&id, Part::Contacts).await.unwrap().failures, 0);
}
