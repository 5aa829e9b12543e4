use super::*;
use crate::error::{Disposition, WhoseTurn};
use crate::model::{Folder, Role};

#[test]
fn a_fault_that_lasts_is_tried_ever_more_slowly_and_once_a_minute_at_last() {
    assert_eq!([0, 1, 2, 4, 5, 90].map(|faults| pause(faults).as_secs()), [2, 4, 8, 32, 60, 60]);
}

#[test]
fn a_clock_that_is_set_back_by_anything_or_ahead_by_minutes_is_noticed() {
    let before = crate::testing::now();
    for (seconds, set) in [(0, false), (2, false), (62, false), (63, true), (-1, true), (-3600, true)] {
        assert_eq!(is_set(before, LOOK, before + TimeDelta::seconds(seconds)), set, "{seconds}");
    }
}

#[test]
fn a_fault_that_a_cycle_met_does_not_end_because_nobody_is_due_for_a_while() {
    for (count, in_cycle, nobody, stands) in [
        (1, true, false, true),
        (7, true, false, true),
        (1, true, true, false),
        (1, false, false, false),
        (0, true, false, false),
    ] {
        assert_eq!(Faults { count, in_cycle }.stand(nobody), stands, "{count} {in_cycle} {nobody}");
    }
}

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(seconds, 0).unwrap()
}

fn fault(message: &str, seconds: i64) -> LastError {
    LastError {
        disposition: Disposition::Fatal,
        code: "database_full".to_owned(),
        message: message.to_owned(),
        whose_turn: WhoseTurn::Operator,
        hint: String::new(),
        at: at(seconds),
    }
}

#[test]
fn a_fault_ends_with_the_first_page_that_is_stored_and_not_with_the_cycle() {
    let said = watch::Sender::new(Some(fault("full", 1)));
    let opened = FolderCount::new(Folder::new("inbox".to_owned().into(), Role::Inbox));
    for (page, stands) in
        [(None, true), (Some(opened.clone()), true), (Some(FolderCount { seen: 50, ..opened }), false)]
    {
        got_on(&said, page.as_ref());
        assert_eq!(said.borrow().is_some(), stands, "{page:?}");
    }
}

#[test]
fn a_fault_keeps_the_time_since_when_it_is_there() {
    let said = watch::Sender::new(None);
    let since = || said.borrow().as_ref().map(|fault: &LastError| fault.at);
    for (next, expected) in [
        (Some(fault("full", 1)), Some(at(1))),
        (Some(fault("full", 2)), Some(at(1))),
        (Some(fault("fuller", 3)), Some(at(1))),
        (None, None),
    ] {
        tell(&said, next);
        assert_eq!(since(), expected);
    }
}
