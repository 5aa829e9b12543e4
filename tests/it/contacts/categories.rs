//! Categories of contacts go both ways.

use super::book::Book;
use super::push::{assert_settled, three};
use super::world::World;
use outlook_syncd::model::{Card, ContactId};

fn set(card: &mut Card, categories: &[&str]) {
    card.categories = categories.iter().map(|category| (*category).to_owned()).collect();
}

/// The categories of a contact here and there, each in the order of its letters.
async fn both(world: &World, book: &Book, (item, contact): &(String, ContactId)) -> [Vec<String>; 2] {
    let here = world.store.contact(contact).await.unwrap().unwrap().card;
    [&here, &book.item(item).card].map(|card| {
        let mut all = card.categories.clone();
        all.sort();
        all
    })
}

#[tokio::test]
async fn categories_come_and_go_out_and_what_either_side_added_or_took_away_is_so_on_both() {
    let (world, mut book, all) = three().await;
    let (item, contact) = &all[0];
    book.edit(item, |card| set(card, &["Red", "Blue"]));
    world.read(&mut book).await;
    assert_eq!(both(&world, &book, &all[0]).await, [["Blue", "Red"]; 2], "they come");
    world.edit(contact, |card| set(card, &["Red", "Green", "Blue"])).await;
    world.read(&mut book).await;
    assert_eq!(both(&world, &book, &all[0]).await, [["Blue", "Green", "Red"]; 2], "they go out");
    // Each side adds one and takes another away.
    world.edit(contact, |card| set(card, &["Green", "Blue", "Here"])).await;
    book.edit(item, |card| set(card, &["Red", "Blue", "There"]));
    world.read(&mut book).await;
    assert_eq!(both(&world, &book, &all[0]).await, [["Blue", "Here", "There"]; 2]);
    assert_settled(&world, &mut book).await;
    world.edit(contact, |card| set(card, &[])).await;
    world.read(&mut book).await;
    assert_eq!(both(&world, &book, &all[0]).await, [[""; 0]; 2], "they are cleared from here");
    assert_settled(&world, &mut book).await;
}

#[tokio::test]
async fn the_last_category_that_is_taken_away_in_outlook_is_gone_here_and_stays_so() {
    let (world, mut book, all) = three().await;
    let (item, contact) = &all[0];
    world.edit(contact, |card| set(card, &["Red"])).await;
    world.read(&mut book).await;
    book.edit(item, |card| set(card, &[]));
    world.read(&mut book).await;
    assert_eq!(both(&world, &book, &all[0]).await, [[""; 0]; 2]);
    let done = book.pen.done();
    assert_settled(&world, &mut book).await;
    assert_eq!(book.pen.done(), done, "it is not written back");
}

#[tokio::test]
async fn another_order_or_case_of_categories_and_one_that_the_server_adds_write_nothing() {
    let (world, mut book, all) = three().await;
    let (item, contact) = &all[1];
    world.edit(contact, |card| set(card, &["Red", "Blue"])).await;
    world.read(&mut book).await;
    let done = book.pen.done();
    book.edit(item, |card| set(card, &["blue", "RED"]));
    assert_settled(&world, &mut book).await;
    assert_eq!(book.pen.done(), done);
    // The name of the folder, as a server adds it to some.
    book.edit(item, |card| card.categories.push("Friends".to_owned()));
    assert_settled(&world, &mut book).await;
    assert_eq!(book.pen.done(), done, "it is not pushed back");
    world.edit(contact, |card| card.categories.push("Green".to_owned())).await;
    world.read(&mut book).await;
    assert!(book.item(item).card.categories.contains(&"Friends".to_owned()), "and not lost with a write");
    assert!(book.item(item).card.categories.contains(&"Green".to_owned()));
    assert_settled(&world, &mut book).await;
}
