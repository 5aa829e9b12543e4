//! Clocks that are turned, and clocks that are wrong.

use super::*;

#[tokio::test]
async fn in_the_hour_that_comes_twice_every_account_is_read_once_in_a_cycle() {
    let turns = Turns::new().await;
    let now: DateTime<Utc> = "2026-10-25T01:10:00Z".parse().unwrap();
    turns.clock().advance(now - start());
    let first = turns.connected("first@example.test", now - TimeDelta::minutes(2)).await;
    turns.connected("second@example.test", now - TimeDelta::minutes(1)).await;
    let read = ["first@example.test", "second@example.test"].map(|name| (name, Part::Contacts, None));
    assert_eq!(seen(&turns.cycle().await), read);
    assert_eq!(seen(&turns.cycle().await), []);
    let due = turns.part(&first, Part::Contacts).await.unwrap().due_at;
    assert_eq!(due, Some(now + TimeDelta::minutes(5)));
}

#[tokio::test]
async fn a_clock_that_is_set_back_stops_nobody_from_being_read() {
    let turns = Turns::new().await;
    let id = turns.connected("ada@example.test", start()).await;
    let read = [("ada@example.test", Part::Contacts, None)];
    assert_eq!(seen(&turns.cycle().await), read);
    turns.clock().advance(-TimeDelta::hours(7));
    assert_eq!(seen(&turns.cycle().await), read, "and it is not due seven hours later");
    let due = turns.part(&id, Part::Contacts).await.unwrap().due_at;
    assert_eq!(due, Some(start() - TimeDelta::hours(7) + TimeDelta::minutes(5)));
}

#[tokio::test]
async fn a_clock_that_is_set_back_in_a_cycle_makes_nobody_read_twice() {
    let turns = Turns::new().await;
    turns.connected("first@example.test", start()).await;
    *turns.set.lock().unwrap() = -TimeDelta::hours(1);
    assert_eq!(seen(&turns.cycle().await), [("first@example.test", Part::Contacts, None)]);
    assert_eq!(seen(&turns.cycle().await), []);
}
