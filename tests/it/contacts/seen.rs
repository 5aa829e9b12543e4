//! A plan is let out as a person has seen it, and nothing beside it.

use super::book::Book;
use super::gate::of;
use super::push::title;
use super::world::World;
use chrono::TimeDelta;
use outlook_syncd::desk::{ContactApproval, DeskError};
use outlook_syncd::model::{Actor, ContactId};

#[tokio::test]
async fn what_joined_a_plan_after_it_was_shown_does_not_go_out_with_it() {
    let (world, mut book, all) = of(60).await;
    let (actor, account) = (Actor::command_line(), world.account().await);
    let shown = async || world.brakes().await.remove(0).1.revision.unwrap();
    for (_, id) in &all[..40] {
        world.remove(id).await;
    }
    assert_eq!(world.plan().await.revision, None, "nothing is counted yet");
    assert_eq!(world.read(&mut book).await, Some("contacts_brake"));
    let first = shown().await;
    assert_eq!(world.read(&mut book).await, Some("contacts_brake"));
    assert_eq!((shown().await, world.plan().await.revision), (first.clone(), Some(first.clone())));
    world.remove(&all[40].1).await;
    assert_eq!(world.read(&mut book).await, Some("contacts_brake"));
    let approve = async |seen: &str| {
        let approval = ContactApproval { seen: Some(seen), ..ContactApproval::default() };
        world.desk().approve_contacts(&actor, &account, approval).await
    };
    for seen in [first.as_str(), "", "made up"] {
        assert!(matches!(approve(seen).await, Err(DeskError::BrakeChanged)), "{seen:?}");
    }
    assert_eq!(world.read(&mut book).await, Some("contacts_brake"));
    assert_eq!(book.pen.done(), 0);
    approve(&shown().await).await.unwrap();
    world.read(&mut book).await;
    assert_eq!(book.pen.done(), 41);
    assert!(matches!(approve(&first).await, Err(DeskError::BrakeChanged)), "nothing waits");
}

#[tokio::test]
async fn what_joined_a_plan_after_it_was_shown_is_not_kept_here_with_it() {
    let (world, mut book, all) = of(60).await;
    let (actor, account) = (Actor::command_line(), world.account().await);
    let shown = async || world.brakes().await.remove(0).1.revision.unwrap();
    for (_, id) in &all[..30] {
        world.remove(id).await;
    }
    assert_eq!(world.read(&mut book).await, Some("contacts_brake"));
    let first = shown().await;
    for (_, id) in &all[30..50] {
        world.remove(id).await;
    }
    assert_eq!(world.read(&mut book).await, Some("contacts_brake"));
    let keep = async |seen: &str| world.desk().reject_contacts(&actor, &account, None, Some(seen)).await;
    assert!(matches!(keep(&first).await, Err(DeskError::BrakeChanged)));
    let seen = shown().await;
    world.clock.advance(TimeDelta::seconds(1));
    world.remove(&all[50].1).await;
    assert_eq!(keep(&seen).await.unwrap().kept_back, 50, "and not the one that nobody has seen");
}

#[tokio::test]
async fn what_was_rejected_before_does_not_go_out_with_what_waits_now_unless_it_is_said() {
    for names_seen in [true, false] {
        let (world, mut book, all) = of(80).await;
        await_rejected(&world, &mut book, &all).await;
        let seen = world.brakes().await.remove(0).1.revision;
        let approval =
            ContactApproval { seen: seen.as_deref().filter(|_| names_seen), ..ContactApproval::default() };
        let (desk, actor, account) = (world.desk(), Actor::command_line(), world.account().await);
        desk.approve_contacts(&actor, &account, approval).await.unwrap();
        world.read(&mut book).await;
        assert_eq!(book.pen.done(), 30, "{names_seen}");
        world.approve().await;
        world.read(&mut book).await;
        assert_eq!(book.pen.done(), 30, "nothing else waits");
        world.approve_rejected().await;
        world.read(&mut book).await;
        assert_eq!(book.pen.done(), 60, "it is said");
    }
}

/// Thirty changes were rejected, and thirty wait.
async fn await_rejected(world: &World, book: &mut Book, all: &[(String, ContactId)]) {
    for (ids, does) in [(&all[..30], "is rejected"), (&all[30..60], "is seen")] {
        world.clock.advance(TimeDelta::seconds(1));
        for (_, id) in ids {
            world.edit(id, |card| title(card, "Chief")).await;
        }
        assert_eq!(world.read(book).await, Some("contacts_brake"), "{does}");
        if does == "is rejected" {
            assert_eq!(world.reject().await, 30);
        }
    }
}
