//! Contacts that were kept when their mailbox was disconnected, and it is connected again.

use super::book::{Book, PAGE};
use super::meeting::{apart, line, there};
use super::push::title;
use super::world::World;
use crate::store::at;
use chrono::TimeDelta;
use outlook_syncd::model::{CardText, ContactsEnd};

#[tokio::test]
async fn contacts_kept_when_a_mailbox_was_disconnected_are_its_own_again_when_it_is_connected_again() {
    let (world, mut book) = (apart().await, Book::new());
    for n in 0..3 * PAGE {
        there(&mut book, &format!("Person {}", n % 2), &[]);
    }
    world.read(&mut book).await;
    let ids = async || {
        let contacts = world.contacts().await;
        contacts.into_iter().map(|contact| contact.id).collect::<Vec<_>>()
    };
    let before = ids().await;
    world.store.disconnect_account(&world.account().await, ContactsEnd::Keep, &line()).await.unwrap();
    crate::store::add_due(&world.store, "anna@example.org", at(0)).await;
    world.read(&mut book).await;
    assert_eq!(ids().await, before);
    assert!(world.contacts().await.iter().all(|contact| contact.edited_at.is_none()), "nothing goes out");
    assert_eq!(world.stored().await, book.truth());
}

#[tokio::test]
async fn a_contact_kept_when_a_mailbox_was_disconnected_takes_back_no_later_edit_in_outlook() {
    let (world, mut book) = (World::new().await, Book::new());
    let id = there(&mut book, "Anna", &[]);
    world.read(&mut book).await;
    let contact = world.of(&id).await;
    world.store.disconnect_account(&world.account().await, ContactsEnd::Keep, &line()).await.unwrap();
    world.clock.advance(TimeDelta::days(90));
    book.edit(&id, |card| title(card, "Director"));
    book.items.get_mut(&id).unwrap().1.modified_at = Some(world.clock.now());
    world.clock.advance(TimeDelta::days(1));
    crate::store::add_due(&world.store, "anna@example.org", at(0)).await;
    for _ in 0..2 {
        world.read(&mut book).await;
    }
    let here = world.contact(&contact).await.card;
    let titles = [here.text(CardText::JobTitle), book.item(&id).card.text(CardText::JobTitle)];
    assert_eq!((titles, book.pen.done()), (["Director"; 2], 0));
}

#[tokio::test]
async fn kept_contacts_are_known_by_their_addresses_in_a_mailbox_whose_items_were_made_anew() {
    let (world, mut book) = (apart().await, Book::new());
    let people = |book: &mut Book| {
        for n in 0..2 * PAGE {
            there(book, &format!("Person {n}"), &[&format!("p{n}@x.example")]);
        }
    };
    people(&mut book);
    world.read(&mut book).await;
    world.store.disconnect_account(&world.account().await, ContactsEnd::Keep, &line()).await.unwrap();
    crate::store::add_due(&world.store, "anna@example.org", at(0)).await;
    for id in book.ids() {
        book.purge(&id);
    }
    people(&mut book);
    world.read(&mut book).await;
    assert_eq!((world.contacts().await.len(), world.to_be_made().await), (2 * PAGE, vec![]));
    assert_eq!(world.stored().await, book.truth());
}
