//! Accounts whose contacts are only written.

use super::book::{Book, CONTACTS};
use super::pen::Cut;
use super::push::title;
use super::world::World;
use chrono::TimeDelta;
use outlook_syncd::model::{CardText, Direction, MissingAnswer};
use outlook_syncd::sync::Brake;

#[tokio::test]
async fn a_contact_whose_answer_was_lost_is_not_made_again_where_nothing_is_read_and_no_search_finds_it() {
    for cut in [Cut::After, Cut::Before] {
        let (mut world, mut book) = (World::new().await, Book::new());
        book.add(CONTACTS, "Typed in there");
        world.direction = Direction::Out;
        world.read(&mut book).await;
        let made = world.add_named("Made here").await;
        book.pen.cut_next(0, cut, usize::MAX);
        assert!(world.turn(&mut book).await.is_err());
        for _ in 0..6 {
            world.read(&mut book).await;
        }
        assert_eq!((book.named("Made here"), world.waiting().await), (1, 0), "{cut:?}");
        assert!(world.item(&made).await.is_some());
        assert_eq!(world.contacts().await.len(), 1, "what is there is not read");
    }
}

#[tokio::test]
async fn an_account_that_is_only_written_to_takes_nothing_in_also_after_a_day() {
    let (mut world, mut book) = (World::new().await, Book::new());
    let ids = ["Anna", "Otto", "Erna", "Emil"].map(|name| book.add(CONTACTS, name));
    book.corrupt.insert(ids[3].clone());
    assert_eq!(world.read(&mut book).await, Some("contacts_unread"));
    let [anna, erna] = [world.of(&ids[0]).await, world.of(&ids[2]).await];
    world.direction = Direction::Out;
    book.corrupt.clear();
    book.edit(&ids[0], |card| title(card, "There"));
    book.purge(&ids[1]);
    book.purge(&ids[2]);
    book.photos.insert(ids[0].clone(), b"\x89PNG\r\n\x1a\n".to_vec());
    world.clock.advance(TimeDelta::hours(25));
    world.edit(&erna, |card| title(card, "Here")).await;
    for _ in 0..2 {
        world.read(&mut book).await;
    }
    let contact = world.store.contact(&anna).await.unwrap().unwrap();
    assert_eq!(contact.card.text(CardText::JobTitle), "", "what was changed there");
    assert_eq!(
        (world.contacts().await.len(), world.gone().await),
        (3, 0),
        "what was deleted, and was not read"
    );
    let titles: Vec<_> = book.cards().iter().map(|card| card.text(CardText::JobTitle).to_owned()).collect();
    assert!(titles.contains(&"Here".to_owned()), "what was changed here is made anew: {titles:?}");
    world.direction = Direction::Both;
    world.clock.advance(TimeDelta::hours(25));
    world.read(&mut book).await;
    assert_eq!((world.stored().await, world.gone().await), (book.truth(), 1));
}

#[tokio::test]
async fn a_contact_that_lies_in_a_folder_made_since_the_last_list_is_changed_there_and_not_made_again() {
    let (mut world, mut book) = (World::new().await, Book::new());
    let bo = book.add(CONTACTS, "Bo");
    world.read(&mut book).await;
    world.direction = Direction::Out;
    book.make_folder("customers", "Customers");
    book.move_to("customers", &bo);
    world.edit(&world.of(&bo).await, |card| title(card, "Here")).await;
    for _ in 0..4 {
        assert_eq!(world.read(&mut book).await, None);
    }
    let titles: Vec<_> = book.cards().iter().map(|card| card.text(CardText::JobTitle).to_owned()).collect();
    assert_eq!((titles, world.waiting().await), (vec!["Here".to_owned()], 0));
}

#[tokio::test]
async fn a_contact_whose_folder_a_list_left_out_is_not_made_again_before_a_week() {
    for comes_back in [true, false] {
        let (mut world, mut book) = (World::new().await, Book::new());
        book.make_folder("customers", "Customers");
        let bo = book.add("customers", "Bo");
        world.read(&mut book).await;
        world.direction = Direction::Out;
        let here = world.of(&bo).await;
        book.folders.remove("customers");
        world.clock.advance(TimeDelta::hours(2));
        world.edit(&here, |card| title(card, "Here")).await;
        for _ in 0..4 {
            assert_eq!(world.read(&mut book).await, Some("contacts_unread"));
        }
        assert_eq!((book.items.len(), world.waiting().await), (1, 1));
        if comes_back {
            book.make_folder("customers", "Customers");
        }
        world.clock.advance(TimeDelta::days(8));
        for _ in 0..4 {
            world.read(&mut book).await;
        }
        assert_eq!((book.items.len(), world.waiting().await), (if comes_back { 1 } else { 2 }, 0));
        assert_eq!(book.item(&world.item(&here).await.unwrap()).card.text(CardText::JobTitle), "Here");
    }
}

#[tokio::test]
async fn more_items_than_the_brake_lets_be_gone_are_not_made_again_before_somebody_says_so() {
    let (mut world, mut book) = (World::new().await, Book::new());
    world.brake = Brake { items: 5, percent: 10 };
    for number in 0..20 {
        book.add(CONTACTS, &format!("Number {number}"));
    }
    world.read(&mut book).await;
    world.direction = Direction::Out;
    let ids = book.ids();
    for id in &ids {
        world.edit(&world.of(id).await, |card| title(card, "Here")).await;
    }
    let lost: Vec<_> = ids.iter().map(|id| book.purge(id)).collect();
    for _ in 0..3 {
        assert_eq!(world.read(&mut book).await, Some("too_many_contacts_gone"));
    }
    assert_eq!((book.items.len(), world.waiting().await), (0, 20));
    // Some were not answered for a while.
    for sight in lost.into_iter().take(2) {
        book.items.insert(sight.remote_id.clone(), (CONTACTS.to_owned(), sight));
    }
    assert_eq!(world.read(&mut book).await, Some("too_many_contacts_gone"));
    assert_eq!((book.items.len(), world.waiting().await), (2, 18));
    let now = world.clock.now();
    let (account, line) = (world.account().await, crate::stage::by_crm(now));
    world.store.say_of_missing(&account, MissingAnswer::Gone, now, &line).await.unwrap();
    for _ in 0..3 {
        world.read(&mut book).await;
    }
    assert_eq!((book.items.len(), world.waiting().await), (20, 0));
}
