//! A plan is let out as a person has seen it, and nothing beside it.

use super::gate::of;
use super::push::title;
use chrono::TimeDelta;
use outlook_syncd::desk::DeskError;
use outlook_syncd::model::Actor;

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
    let approve =
        async |seen: &str| world.desk().approve_contacts(&actor, &account, None, None, Some(seen)).await;
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
async fn what_was_rejected_before_does_not_go_out_with_what_is_seen_now() {
    let (world, mut book, all) = of(80).await;
    let (actor, account) = (Actor::command_line(), world.account().await);
    for (ids, does) in [(&all[..30], "is rejected"), (&all[30..60], "is seen")] {
        world.clock.advance(TimeDelta::seconds(1));
        for (_, id) in ids {
            world.edit(id, |card| title(card, "Chief")).await;
        }
        assert_eq!(world.read(&mut book).await, Some("contacts_brake"), "{does}");
        if does == "is rejected" {
            assert_eq!(world.reject().await, 30);
        }
    }
    let seen = world.brakes().await.remove(0).1.revision.unwrap();
    world.desk().approve_contacts(&actor, &account, None, None, Some(&seen)).await.unwrap();
    world.read(&mut book).await;
    assert_eq!(book.pen.done(), 30);
    world.approve().await;
    world.read(&mut book).await;
    assert_eq!(book.pen.done(), 60, "by an approval of all that waits");
}
