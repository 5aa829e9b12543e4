//! Contacts that a mailbox lacks, and that are too many to be called gone unasked.

use super::book::{Book, CONTACTS};
use super::gate::of;
use super::push::title;
use super::world::World;
use crate::store::at;
use chrono::TimeDelta;
use outlook_syncd::desk::{BrakeKind, DeskError};
use outlook_syncd::model::{Actor, ContactId};
use outlook_syncd::sync::Brake;

/// So many are removed from a mailbox of 40 that the brake asks about them.
async fn lacking() -> (World, Book, Vec<(String, ContactId)>) {
    let (mut world, mut book, all) = of(40).await;
    world.brake = Brake { items: 5, percent: 10 };
    for (item, _) in &all[..8] {
        book.delete(item);
    }
    for _ in 0..2 {
        assert_eq!(world.read(&mut book).await, Some("too_many_contacts_gone"));
        assert_eq!(world.contacts().await.len(), 40);
    }
    (world, book, all)
}

#[tokio::test]
async fn contacts_that_outlook_lacks_are_asked_about_and_gone_when_a_person_has_approved_it() {
    let (world, mut book, all) = lacking().await;
    let (_, asked) = world.brakes().await.remove(0);
    let missing = asked.missing.unwrap();
    assert_eq!((missing.missing, missing.held, missing.since), (8, 40, at(100_120)));
    assert_eq!(asked.waits, None);
    let plan = world.plan().await;
    assert_eq!((plan.lacking.len(), plan.lacking[0].name.as_str()), (8, "Person 0"));
    let decided = world.decide(true, Some(BrakeKind::Plan)).await;
    assert_eq!(decided.missing, 0, "it was about something else");
    assert_eq!(world.read(&mut book).await, Some("too_many_contacts_gone"));
    assert_eq!(world.decide(true, None).await.missing, 8);
    // One comes back before that, and another goes.
    book.move_to(CONTACTS, &all[0].0);
    book.delete(&all[9].0);
    assert_eq!(world.read(&mut book).await, None);
    assert_eq!((world.contacts().await.len(), world.brakes().await.len()), (32, 0));
    assert_eq!(world.contacts().await.len(), book.ids().len());
    assert_eq!(world.read(&mut book).await, None);
}

#[tokio::test]
async fn contacts_that_outlook_lacks_stay_here_when_a_person_has_rejected_it_and_go_out_when_they_are_changed()
 {
    let (world, mut book, all) = lacking().await;
    let decided = world.decide(false, None).await;
    assert_eq!((decided.kept_back, decided.missing), (0, 8));
    for _ in 0..2 {
        assert_eq!(world.read(&mut book).await, None);
        assert_eq!((world.contacts().await.len(), book.ids().len(), book.pen.done()), (40, 32, 0));
    }
    world.edit(&all[0].1, |card| title(card, "Chief")).await;
    book.pen.is_closed = true;
    world.read(&mut book).await;
    assert_eq!(world.plan().await.writes[0].why.as_str(), "made_anew");
    book.pen.is_closed = false;
    assert_eq!(world.read(&mut book).await, None);
    assert_eq!((book.ids().len(), book.pen.done()), (33, 1), "it is made anew");
    // What is removed later is asked about, or gone, for itself.
    book.delete(&all[20].0);
    assert_eq!(world.read(&mut book).await, None);
    assert_eq!(world.contacts().await.len(), 39);
}

#[tokio::test]
async fn a_plan_that_nobody_has_seen_is_not_kept_here_with_contacts_that_outlook_lacks() {
    let (world, _, all) = lacking().await;
    let (actor, account) = (Actor::command_line(), world.account().await);
    let seen = world.brakes().await.remove(0).1.revision.unwrap();
    world.clock.advance(TimeDelta::seconds(1));
    for (_, id) in &all[10..] {
        world.edit(id, |card| title(card, "Chief")).await;
    }
    assert!(world.plan().await.waits.is_some(), "it is more than goes out unasked");
    let keep = async |only| world.desk().reject_contacts(&actor, &account, only, Some(&seen)).await;
    assert!(matches!(keep(Some(BrakeKind::Plan)).await, Err(DeskError::BrakeChanged)));
    let decided = keep(None).await.unwrap();
    assert_eq!((decided.kept_back, decided.missing), (0, 8));
    assert!(world.plan().await.waits.is_some(), "it still waits");
}

#[tokio::test]
async fn contacts_that_come_back_are_asked_about_no_longer() {
    let (world, mut book, all) = lacking().await;
    for (item, _) in &all[..8] {
        book.move_to(CONTACTS, item);
    }
    assert_eq!(world.read(&mut book).await, None);
    assert_eq!((world.contacts().await.len(), world.brakes().await.len()), (40, 0));
}
