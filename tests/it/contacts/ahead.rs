//! What was written down while the clock was ahead.

use super::book::{Book, CONTACTS};
use super::gate::of;
use super::pen::Cut;
use super::photo_out::jpeg;
use super::push::title;
use super::world::World;
use chrono::TimeDelta;

impl World {
    /// What is done then is done by a clock that is a year ahead.
    async fn ahead(&self, done: impl Future<Output = ()>) {
        self.clock.advance(TimeDelta::days(365));
        done.await;
        self.clock.advance(-TimeDelta::days(365));
    }
}

#[tokio::test]
async fn what_was_changed_while_the_clock_was_ahead_goes_out_with_the_next_cycle() {
    let (world, mut book, all) = of(3).await;
    world
        .ahead(async {
            world.edit(&all[0].1, |card| title(card, "Here")).await;
            world.picture(&all[1].1, Some(&jpeg("ours"))).await;
        })
        .await;
    assert_eq!(world.read(&mut book).await, None);
    assert_eq!((book.pen.done(), world.waiting().await, world.photos_waiting().await), (2, 0, 0));
}

#[tokio::test]
async fn what_was_changed_while_the_clock_was_ahead_goes_out_by_an_approval_and_lets_out_nothing_later() {
    for counted_ahead in [false, true] {
        let (world, mut book, all) = of(80).await;
        world
            .ahead(async {
                for (_, id) in &all[..30] {
                    world.edit(id, |card| title(card, "Here")).await;
                }
            })
            .await;
        assert_eq!(world.read(&mut book).await, Some("contacts_brake"));
        if counted_ahead {
            let ahead = "UPDATE contact_gate SET asked_until = asked_until + 31536000000";
            crate::store::run(&world.store, ahead).await;
        }
        world.clock.advance(TimeDelta::seconds(1));
        world.approve().await;
        assert_eq!(world.read(&mut book).await, None, "{counted_ahead}");
        assert_eq!(book.pen.done(), 30, "{counted_ahead}");
        for (_, id) in &all[30..60] {
            world.edit(id, |card| title(card, "Here")).await;
        }
        assert_eq!(world.read(&mut book).await, Some("contacts_brake"), "{counted_ahead}");
    }
}

#[tokio::test]
async fn what_was_put_off_while_the_clock_was_ahead_is_tried_again_within_a_day() {
    let (world, mut book, all) = of(1).await;
    world.edit(&all[0].1, |card| title(card, "Here")).await;
    book.pen.fails_at.insert(book.item(&all[0].0).card.called().unwrap());
    world.read(&mut book).await;
    crate::store::run(&world.store, "UPDATE contact_parked SET due_at = due_at + 31536000000").await;
    book.pen.heal();
    world.clock.advance(TimeDelta::days(1));
    world.read(&mut book).await;
    assert_eq!((book.pen.done(), world.waiting().await), (1, 0));
}

#[tokio::test]
async fn a_contact_whose_making_was_cut_while_the_clock_was_ahead_is_made() {
    let (world, mut book) = (World::new().await, Book::new());
    book.add(CONTACTS, "Anna");
    world.read(&mut book).await;
    world.add_named("Made here").await;
    book.pen.cut_next(0, Cut::Before, 0);
    assert!(world.turn(&mut book).await.is_err());
    crate::store::run(&world.store, "UPDATE contact_write SET begun_at = begun_at + 31536000000").await;
    for _ in 0..6 {
        world.read(&mut book).await;
    }
    assert_eq!((book.named("Made here"), world.waiting().await), (1, 0));
}
