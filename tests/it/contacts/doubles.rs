//! Contacts made here that are here already, as an item of the mailbox: nobody is doubled unasked.

use super::book::Book;
use super::meeting::{card, line, there};
use super::world::World;
use outlook_syncd::model::{Card, ContactEdit, ContactId, Proof};
use outlook_syncd::store::{Edited, Editor};
use outlook_syncd::sync::contacts::Canon;

fn double() -> Card {
    card("Dup Licate", &["dup@x.example"])
}

impl World {
    /// A contact that another program brings, with its own id for it.
    async fn bring(&self, card: Card, external_id: &str) -> ContactId {
        let (account, now) = (self.account().await, self.clock.now());
        let (id, forms) = (ContactId::new(now), Canon::default().forms(&card));
        let edit = ContactEdit { id: id.clone(), external_id: Some(external_id.to_owned()), forms, card };
        let added = self.store.add_contact(&account, &edit, Editor::Person(&line()), now).await.unwrap();
        assert_eq!(added, Edited::Done(1));
        id
    }
}

#[tokio::test]
async fn a_contact_that_was_made_here_before_is_asked_about_and_not_made_again() {
    let (world, mut book) = (World::new().await, Book::new());
    let first = world.make(double()).await;
    world.read(&mut book).await;
    let [second, third] = [world.make(double()).await, world.make(double()).await];
    for _ in 0..2 {
        world.read(&mut book).await;
        let asked = ("Dup Licate".to_owned(), "Dup Licate".to_owned(), vec![Proof::Email, Proof::Name]);
        assert_eq!(world.asked().await, [asked.clone(), asked]);
        assert_eq!((book.ids().len(), world.item(&second).await, world.item(&third).await), (1, None, None));
    }
    let withheld: Vec<_> = world.plan().await.withheld.into_iter().map(|held| held.why).collect();
    assert_eq!(withheld, ["match", "match"]);
    let item = world.item(&first).await;
    world.answer(&second, true).await;
    world.answer(&third, false).await;
    for _ in 0..2 {
        world.read(&mut book).await;
        assert_eq!(
            (world.item(&second).await, book.ids().len()),
            (item.clone(), 2),
            "one is it, one goes out"
        );
        assert_eq!((world.contacts().await.len(), world.asked().await), (2, vec![]));
    }
}

#[tokio::test]
async fn contacts_that_are_made_here_alike_at_once_are_one_item_and_questions() {
    let (world, mut book) = (World::new().await, Book::new());
    for _ in 0..3 {
        world.make(double()).await;
    }
    for _ in 0..3 {
        world.read(&mut book).await;
        assert_eq!(book.ids().len(), 1);
    }
    assert_eq!(world.asked().await.len(), 2);
}

#[tokio::test]
async fn what_no_longer_has_anything_in_common_is_asked_about_no_longer_and_goes_out() {
    let (world, mut book) = (World::new().await, Book::new());
    world.make(double()).await;
    world.read(&mut book).await;
    let second = world.make(double()).await;
    world.read(&mut book).await;
    assert_eq!(world.asked().await.len(), 1);
    world.edit(&second, |of| *of = card("Somebody Else", &["else@x.example"])).await;
    world.read(&mut book).await;
    assert_eq!((world.asked().await, book.ids().len()), (vec![], 2));
}

#[tokio::test]
async fn two_contacts_for_which_a_program_has_two_ids_are_two_though_they_share_an_address() {
    let (world, mut book) = (World::new().await, Book::new());
    there(&mut book, "Grace Hopper", &["grace@navy.example"]);
    world.read(&mut book).await;
    let grace = world.bring(card("Grace Hopper", &["grace@navy.example"]), "crm-1").await;
    world.read(&mut book).await;
    assert!(world.item(&grace).await.is_some());
    let bob = world.bring(card("Bob Smith", &["grace@navy.example"]), "crm-2").await;
    world.read(&mut book).await;
    assert_eq!((world.asked().await, book.ids().len()), (vec![], 2));
    assert!(world.item(&bob).await.is_some());
}

#[tokio::test]
async fn a_program_that_brings_whom_somebody_made_here_is_asked_about() {
    let (world, mut book) = (World::new().await, Book::new());
    world.make(double()).await;
    world.read(&mut book).await;
    world.bring(double(), "crm-1").await;
    world.read(&mut book).await;
    assert_eq!((world.asked().await.len(), book.ids().len()), (1, 1));
}

#[tokio::test]
async fn an_address_of_a_role_that_many_have_asks_about_nobody() {
    let (world, mut book) = (World::new().await, Book::new());
    for n in 0..12 {
        world.make(card(&format!("Person {n}"), &["info@x.example", &format!("p{n}@x.example")])).await;
        world.read(&mut book).await;
        for asked in world.store.contact_matches(&world.account().await, None, 10).await.unwrap() {
            world.answer_as(&asked, false).await;
        }
        world.read(&mut book).await;
        assert_eq!(book.ids().len(), n + 1);
    }
    world.make(card("Anna Fort", &["info@x.example"])).await;
    world.read(&mut book).await;
    assert_eq!((world.asked().await, book.ids().len()), (vec![], 13));
}
