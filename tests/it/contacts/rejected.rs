//! What a person rejects, what that leaves, and where there is nothing to be rejected.

use super::book::Book;
use super::gate::of;
use super::meeting::{card, there};
use super::push::title;
use super::world::World;
use chrono::TimeDelta;

#[tokio::test]
async fn a_reject_where_nothing_waits_keeps_nothing_back() {
    let (world, mut book, all) = of(3).await;
    world.edit(&all[0].1, |card| title(card, "Chief")).await;
    let decided = world.decide(false, None).await;
    assert_eq!((decided.kept_back, world.brakes().await.len()), (0, 0));
    assert_eq!(world.read(&mut book).await, None);
    assert_eq!((book.pen.done(), world.waiting().await), (1, 0), "it goes out");
}

#[tokio::test]
async fn contacts_whose_deletion_was_rejected_are_as_outlook_has_them_and_wait_for_nothing() {
    let (world, mut book, all) = of(60).await;
    for (_, id) in &all[..41] {
        world.remove(id).await;
    }
    assert_eq!(world.read(&mut book).await, Some("contacts_brake"));
    assert_eq!(world.decide(false, None).await.kept_back, 41);
    for _ in 0..2 {
        assert_eq!(world.plan().await.withheld.len(), 0);
        assert_eq!((world.contacts().await.len(), world.waiting().await), (60, 0));
        assert_eq!(world.read(&mut book).await, None);
    }
    assert_eq!(book.pen.done(), 0);
    let account = world.account().await;
    assert_eq!(world.store.parked_contacts(&account, 100).await.unwrap().0, []);
}

#[tokio::test]
async fn a_contact_that_is_asked_about_is_not_rejected_with_the_plan_and_goes_out_once_it_is_another_one() {
    let (world, mut book) = (World::asking().await, Book::new());
    there(&mut book, "Otto Kern", &["otto@x.example", "info@x.example"]);
    let anna = world.make(card("Anna Fort", &["anna@x.example", "info@x.example"])).await;
    world.add_named("New here").await;
    assert_eq!(world.read(&mut book).await, Some("contacts_first_plan"));
    assert_eq!(world.decide(false, None).await.kept_back, 1, "the one that was in the plan");
    world.clock.advance(TimeDelta::seconds(1));
    world.answer(&anna, false).await;
    assert_eq!(world.read(&mut book).await, None);
    let names: Vec<_> = book.ids().iter().map(|id| book.item(id).card.called().unwrap()).collect();
    assert!(names.contains(&"Anna Fort".to_owned()) && !names.contains(&"New here".to_owned()), "{names:?}");
}
