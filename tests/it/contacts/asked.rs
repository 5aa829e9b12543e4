//! Contacts made here of which a person is asked whether they are some of the mailbox's.

use super::book::{Book, PAGE};
use super::meeting::{apart, card, there, write};
use super::push::title;
use super::world::World;
use outlook_syncd::model::{Card, CardText, Proof};

#[tokio::test]
async fn two_people_who_share_an_address_of_a_role_are_asked_about_and_not_merged() {
    let (world, mut book) = (apart().await, Book::new());
    there(&mut book, "Otto Kern", &["otto@x.example", "info@x.example"]);
    let anna = world.make(card("Anna Fort", &["anna@x.example", "info@x.example"])).await;
    for _ in 0..2 {
        world.read(&mut book).await;
        let expected = ("Anna Fort".to_owned(), "Otto Kern".to_owned(), vec![Proof::Email]);
        assert_eq!(world.asked().await, [expected]);
        assert_eq!((world.contacts().await.len(), world.to_be_made().await), (2, vec![]));
    }
    // Once more to be compared, and told as what a person is asked about all the same.
    world.edit(&anna, |card| title(card, "Chief")).await;
    let withheld = world.plan().await.withheld;
    assert_eq!(withheld.iter().map(|held| held.why.as_str()).collect::<Vec<_>>(), ["match"]);
    world.answer(&anna, false).await;
    for _ in 0..2 {
        world.read(&mut book).await;
        assert_eq!((world.asked().await, world.to_be_made().await), (vec![], vec![anna.clone()]));
    }
}

#[tokio::test]
async fn two_contacts_here_with_one_address_that_one_in_outlook_has_are_asked_about() {
    let (world, mut book) = (apart().await, Book::new());
    let item = there(&mut book, "Anna Fort", &["anna@x.example"]);
    let (one, two) = (card("Anna Fort", &["anna@x.example"]), card("Anna F.", &["anna@x.example"]));
    let made = [world.make(one).await, world.make(two).await];
    world.read(&mut book).await;
    assert_eq!((world.asked().await.len(), world.contacts().await.len()), (2, 3));
    world.answer(&made[0], true).await;
    // Who the other is nobody has said by that, whatever is changed of it meanwhile.
    for name in ["Anna Fo.", "A. Fort"] {
        world.read(&mut book).await;
        let asked = ("Anna Fort".to_owned(), vec![Proof::Email]);
        assert_eq!(
            world.asked().await.into_iter().map(|(_, there, by)| (there, by)).collect::<Vec<_>>(),
            [asked]
        );
        assert_eq!((world.item(&made[0]).await.as_ref(), world.to_be_made().await), (Some(&item), vec![]));
        world.edit(&made[1], |card| write(card, name, &["anna@x.example"])).await;
    }
}

#[tokio::test]
async fn the_answer_about_one_of_two_contacts_here_leaves_that_about_the_other_to_be_given() {
    for are_one in [true, false] {
        let (world, mut book) = (apart().await, Book::new());
        let item = there(&mut book, "Anna Fort", &["anna@x.example"]);
        let (one, two) = (card("Anna Fort", &["anna@x.example"]), card("Anna F.", &["anna@x.example"]));
        let made = [world.make(one).await, world.make(two).await];
        world.read(&mut book).await;
        world.answer(&made[0], true).await;
        world.answer(&made[1], are_one).await;
        world.read(&mut book).await;
        let to_be_made = if are_one { vec![] } else { vec![made[1].clone()] };
        assert_eq!((world.asked().await, world.to_be_made().await), (vec![], to_be_made));
        let is_item = usize::from(are_one);
        assert_eq!(world.item(&made[is_item]).await.as_ref(), Some(&item));
        assert_eq!(world.contacts().await.len(), 2 - is_item);
    }
}

#[tokio::test]
async fn a_contact_in_outlook_is_seen_behind_however_many_here_that_have_its_address() {
    let (world, mut book) = (apart().await, Book::new());
    for n in 0..20 {
        world.make(card(&format!("Anna {n}"), &["anna@x.example"])).await;
    }
    there(&mut book, "Anna Fort", &["anna@x.example"]);
    world.read(&mut book).await;
    assert_eq!((world.asked().await.len(), world.to_be_made().await), (20, vec![]));
}

#[tokio::test]
async fn one_contact_here_whose_address_two_in_outlook_have_on_different_pages_is_asked_about() {
    let (world, mut book) = (apart().await, Book::new());
    let anna = world.make(card("Anna Fort", &["anna@x.example"])).await;
    there(&mut book, "Anna Fort", &["anna@x.example"]);
    for n in 0..2 * PAGE {
        there(&mut book, &format!("Person {n}"), &[]);
    }
    there(&mut book, "Anna at work", &["anna@x.example"]);
    world.read(&mut book).await;
    assert_eq!((world.asked().await.len(), world.item(&anna).await), (2, None));
    assert_eq!(world.contacts().await.len(), 2 * PAGE + 3, "those of Outlook are here as they are there");
}

#[tokio::test]
async fn a_landline_shared_by_two_names_makes_nobody_one() {
    let (world, mut book) = (apart().await, Book::new());
    there(&mut book, "Anna Fort", &["+49 30 123456"]);
    let otto = world.make(card("Otto Fort", &["+49 (30) 123-456"])).await;
    world.read(&mut book).await;
    assert_eq!(world.item(&otto).await, None);
    let expected = ("Otto Fort".to_owned(), "Anna Fort".to_owned(), vec![Proof::Phone]);
    assert_eq!(world.asked().await, [expected]);
}

#[tokio::test]
async fn numbers_that_differ_by_their_extension_are_two() {
    let (world, mut book) = (apart().await, Book::new());
    there(&mut book, "Anna", &["+49 30 12345-0"]);
    let anna = world.make(card("Anna", &["+49 30 12345-17"])).await;
    world.read(&mut book).await;
    // Only the name is left to be asked about.
    let asked = world.asked().await;
    assert_eq!(asked.iter().map(|(.., by)| by.as_slice()).collect::<Vec<_>>(), [[Proof::Name]]);
    assert_eq!(world.item(&anna).await, None);
}

#[tokio::test]
async fn a_name_alone_is_asked_about_and_never_makes_two_one() {
    let (world, mut book) = (World::new().await, Book::new());
    let (fort, kern) = (there(&mut book, "Anna Fort", &[]), there(&mut book, "Kern, Otto", &[]));
    world.read(&mut book).await;
    let anna = world.make(card("Anna Fort", &["anna@x.example"])).await;
    let mut of_parts = Card::default();
    of_parts.set_text(CardText::GivenName, "otto".to_owned());
    of_parts.set_text(CardText::Surname, "KERN".to_owned());
    let otto = world.make(of_parts).await;
    let nobody = world.make(card("Nobody Else", &[])).await;
    for _ in 0..2 {
        world.read(&mut book).await;
        let asked: Vec<_> = world.asked().await.into_iter().map(|(_, there, by)| (there, by)).collect();
        let by_name = |name: &str| (name.to_owned(), vec![Proof::Name]);
        assert_eq!(asked, [by_name("Kern, Otto"), by_name("Anna Fort")]);
        assert_eq!(book.ids().len(), 3, "who has a name of their own has gone out");
    }
    assert!(world.item(&nobody).await.is_some());
    world.answer(&anna, false).await;
    world.answer(&otto, true).await;
    world.read(&mut book).await;
    assert_ne!(world.item(&anna).await.unwrap(), fort);
    assert_eq!((world.item(&otto).await, book.ids().len()), (Some(kern), 4));
}

#[tokio::test]
async fn a_contact_of_outlook_that_shares_a_name_with_one_made_here_is_seen_at_once_and_loses_nothing_by_an_answer()
 {
    for are_one in [true, false] {
        let (world, mut book) = (World::new().await, Book::new());
        world.read(&mut book).await;
        let mut anna = card("Anna Fort", &["anna@x.example"]);
        anna.set_text(CardText::NickName, "Annie".to_owned());
        let anna = world.make(anna).await;
        let item = there(&mut book, "Anna Fort", &["+49 30 123456"]);
        book.edit(&item, |card| title(card, "Engineer"));
        world.read(&mut book).await;
        // It is a contact of its own, that both sides edit, and is suggested beside.
        let brought = world.of(&item).await;
        assert_ne!(brought, anna, "a name makes nobody one");
        let expected = ("Anna Fort".to_owned(), "Anna Fort".to_owned(), vec![Proof::Name]);
        assert_eq!(world.asked().await, [expected]);
        assert_eq!(world.contact(&brought).await.card.text(CardText::JobTitle), "Engineer");
        book.edit(&item, |card| title(card, "Director"));
        world.edit(&brought, |card| card.set_text(CardText::CompanyName, "Acme".to_owned())).await;
        world.read(&mut book).await;
        let texts = |card: &Card| {
            [CardText::JobTitle, CardText::CompanyName, CardText::NickName]
                .map(|text| card.text(text).to_owned())
        };
        assert_eq!(texts(&world.contact(&brought).await.card), ["Director", "Acme", ""]);
        assert_eq!(texts(&book.item(&item).card), ["Director", "Acme", ""]);
        world.answer(&anna, are_one).await;
        for _ in 0..2 {
            world.read(&mut book).await;
        }
        let count = if are_one { 1 } else { 2 };
        assert_eq!((world.contacts().await.len(), book.ids().len()), (count, count));
        assert_eq!((world.asked().await, world.waiting().await), (vec![], 0));
        let there = world.item(&anna).await.unwrap();
        assert_eq!(there == item, are_one);
        if are_one {
            for card in [&world.contact(&anna).await.card, &book.item(&item).card] {
                assert_eq!(texts(card), ["Director", "Acme", "Annie"], "all that either had");
                assert_eq!((card.emails.len(), card.phones.len()), (1, 1));
            }
        }
    }
}
