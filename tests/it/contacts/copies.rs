//! Several items that carry the id of a contact whose answer was lost: copies, or what a server has made twice.

use super::book::{Book, CONTACTS, PAGE};
use super::pen::Cut;
use super::push::{assert_settled, title};
use super::world::World;
use outlook_syncd::model::{CardText, ContactId, Direction, Proof};

/// A contact made here whose item is there, and nobody has said so; so many others lie behind it.
async fn lost_answer(book: &mut Book, others: usize) -> (World, ContactId) {
    let world = World::new().await;
    world.read(book).await;
    let made = world.add_named("Made here").await;
    book.pen.cut_next(0, Cut::After, 0);
    assert!(world.turn(book).await.is_err());
    for n in 0..others {
        book.add(CONTACTS, &format!("Person {n}"));
    }
    (world, made)
}

/// A person copies the item in Outlook: the copy carries what it carries.
fn copy(book: &mut Book, made: &ContactId) -> String {
    let copy = book.add(CONTACTS, "Made here");
    book.carry(&copy, made);
    copy
}

#[tokio::test]
async fn two_items_that_carry_the_id_of_one_contact_are_both_here_and_a_person_says_which_it_is() {
    for others in [0, PAGE] {
        let mut book = Book::new();
        let (world, made) = lost_answer(&mut book, others).await;
        let copy = copy(&mut book, &made);
        for _ in 0..5 {
            world.read(&mut book).await;
        }
        assert_eq!(world.item(&made).await, None, "which of them it is nobody can tell: {others}");
        assert_eq!((world.contacts().await.len(), book.named("Made here")), (3 + others, 2), "{others}");
        let account = world.account().await;
        let asked = world.store.contact_matches(&account, None, 9).await.unwrap();
        let by: Vec<_> = asked.iter().map(|asked| asked.by.iter().copied().collect::<Vec<_>>()).collect();
        assert_eq!(by, vec![vec![Proof::Carried, Proof::Name]; 2], "{others}");
        // It stays so whatever is changed of it, and nothing is made a third time.
        world.edit(&made, |card| card.set_text(CardText::DisplayName, "Somebody else".to_owned())).await;
        for _ in 0..3 {
            world.read(&mut book).await;
        }
        assert_eq!((book.ids().len(), world.item(&made).await), (2 + others, None));
        world.answer_by(&made, &copy).await;
        for _ in 0..2 {
            world.read(&mut book).await;
        }
        assert_eq!(world.item(&made).await.as_ref(), Some(&copy));
        assert_eq!((world.contacts().await.len(), book.ids().len()), (2 + others, 2 + others));
        assert_eq!(book.item(&copy).card.text(CardText::DisplayName), "Somebody else", "it goes out");
        assert_settled(&world, &mut book).await;
    }
}

#[tokio::test]
async fn a_contact_that_is_none_of_the_copies_goes_out_as_one_of_its_own() {
    let mut book = Book::new();
    let (world, made) = lost_answer(&mut book, 0).await;
    copy(&mut book, &made);
    for _ in 0..5 {
        world.read(&mut book).await;
    }
    for _ in 0..2 {
        let asked = world.store.contact_matches(&world.account().await, None, 9).await.unwrap();
        world.answer_as(&asked[0], false).await;
    }
    world.read(&mut book).await;
    assert_eq!((book.named("Made here"), world.contacts().await.len()), (3, 3));
    assert!(world.item(&made).await.is_some());
    assert_settled(&world, &mut book).await;
}

#[tokio::test]
async fn an_older_copy_is_not_taken_for_the_item_that_was_made_anew() {
    let mut book = Book::new();
    let (world, made) = lost_answer(&mut book, 0).await;
    for _ in 0..3 {
        world.read(&mut book).await;
    }
    let item = world.item(&made).await.unwrap();
    let older = copy(&mut book, &made);
    world.read(&mut book).await;
    world.edit(&made, |card| title(card, "Chief")).await;
    book.delete(&item);
    book.pen.cut_next(0, Cut::After, 0);
    assert!(world.turn(&mut book).await.is_err());
    for _ in 0..5 {
        world.read(&mut book).await;
    }
    let anew = world.item(&made).await.unwrap();
    assert!(anew != item && anew != older);
    assert_eq!((book.named("Made here"), world.contacts().await.len()), (2, 2));
    assert_settled(&world, &mut book).await;
}

#[tokio::test]
async fn where_nothing_is_read_one_of_the_copies_is_the_contact_and_nothing_is_made_again() {
    let mut book = Book::new();
    let (mut world, made) = lost_answer(&mut book, 0).await;
    world.direction = Direction::Out;
    copy(&mut book, &made);
    for _ in 0..5 {
        world.read(&mut book).await;
    }
    assert!(world.item(&made).await.is_some());
    assert_eq!((book.named("Made here"), world.waiting().await), (2, 0));
}

/// So many that more than are asked for in a turn of a mailbox that is not read are listed before the next one: they
/// are listed in the order of their ids, as texts.
const MANY: usize = 5_600;

#[tokio::test]
async fn in_a_large_mailbox_that_is_not_read_nothing_is_made_again_while_nobody_can_look_for_it() {
    for (cut, can_search, expected) in
        [(Cut::After, false, 1), (Cut::Before, false, 0), (Cut::After, true, 1), (Cut::Before, true, 1)]
    {
        let (mut world, mut book) = (World::new().await, Book::new());
        world.direction = Direction::Out;
        for n in 0..MANY {
            book.add(CONTACTS, &format!("Person {n}"));
        }
        world.read(&mut book).await;
        let made = world.add_named("Made here").await;
        book.pen.cut_next(0, cut, 0);
        assert!(world.turn(&mut book).await.is_err());
        book.pen.cannot_search = !can_search;
        for _ in 0..3 {
            world.read(&mut book).await;
        }
        assert_eq!(book.named("Made here"), expected, "{cut:?} {can_search}");
        assert_eq!(world.item(&made).await.is_some(), can_search, "{cut:?} {can_search}");
    }
}

impl World {
    /// Says that a contact is the item of this id.
    async fn answer_by(&self, made: &ContactId, item: &str) {
        let (account, there) = (self.account().await, self.of(item).await);
        let asked = self.store.contact_matches(&account, None, 9).await.unwrap();
        let asked = asked.into_iter().find(|asked| asked.here == *made && asked.there == there);
        self.answer_as(&asked.unwrap(), true).await;
    }
}
