//! Approvals that end later.

use super::gate::of;
use super::world::World;
use chrono::{DateTime, TimeDelta, Utc};
use outlook_syncd::desk::{BrakeDecided, BrakeKind, ContactApproval, DeskError};
use outlook_syncd::model::Actor;

impl World {
    /// Approves what is changed until an instant.
    async fn approve_until(&self, until: DateTime<Utc>) -> Result<BrakeDecided, DeskError> {
        let (actor, account) = (Actor::command_line(), self.account().await);
        let approval = ContactApproval { until: Some(until), ..ContactApproval::default() };
        self.desk().approve_contacts(&actor, &account, approval).await
    }
}

#[tokio::test]
async fn what_is_changed_until_an_approval_ends_goes_out_however_much_it_is_and_later_changes_wait_again() {
    let (world, mut book, all) = of(60).await;
    let ends = world.clock.now() + TimeDelta::hours(1);
    world.approve_until(ends).await.unwrap();
    assert_eq!(world.plan().await.approved_until, Some(ends));
    for (_, id) in &all[..30] {
        world.clock.advance(TimeDelta::seconds(1));
        world.remove(id).await;
    }
    assert_eq!(world.plan().await.waits, None);
    assert_eq!(world.read(&mut book).await, None);
    assert_eq!(book.pen.done(), 30);
    // Who approves what waits, or nothing, takes nothing of it back.
    world.decide(true, None).await;
    assert_eq!(world.plan().await.approved_until, Some(ends));
    world.clock.advance(TimeDelta::hours(1));
    assert_eq!(world.plan().await.approved_until, None);
    for (_, id) in &all[30..] {
        world.remove(id).await;
    }
    assert_eq!(world.read(&mut book).await, Some("contacts_brake"));
    assert_eq!(book.pen.done(), 30);
}

#[tokio::test]
async fn an_approval_that_has_not_ended_ends_when_a_person_rejects_and_one_of_the_past_is_refused() {
    let (world, mut book, all) = of(60).await;
    for past in [world.clock.now(), world.clock.now() - TimeDelta::hours(1)] {
        assert!(matches!(world.approve_until(past).await, Err(DeskError::WrongApproval(_))));
    }
    let (actor, account) = (Actor::command_line(), world.account().await);
    let ends = world.clock.now() + TimeDelta::hours(1);
    let missing = ContactApproval { only: Some(BrakeKind::Missing), ..ContactApproval::default() };
    let more = ContactApproval { until: Some(ends), ..missing };
    for approval in [more, ContactApproval { rejected: true, ..missing }] {
        let refused = world.desk().approve_contacts(&actor, &account, approval).await;
        assert!(
            matches!(refused, Err(DeskError::WrongApproval(_))),
            "nothing of that is missing: {refused:?}"
        );
    }
    assert_eq!(
        world.store.contact_gate(&account).await.unwrap().approved_until,
        None,
        "nothing was approved"
    );
    world.approve_until(ends).await.unwrap();
    world.decide(false, None).await;
    assert_eq!(world.plan().await.approved_until, None);
    world.clock.advance(TimeDelta::seconds(1));
    for (_, id) in &all[..30] {
        world.remove(id).await;
    }
    assert_eq!(world.read(&mut book).await, Some("contacts_brake"));
    assert_eq!(book.pen.done(), 0);
}
