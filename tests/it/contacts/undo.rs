//! What was written to a mailbox, taken back.

use super::book::{Book, CONTACTS};
use super::push::title;
use super::world::World;
use outlook_syncd::desk::{Database, JournalQuery, UndoDeed, UndoneWrite};
use outlook_syncd::model::{
    Actor, Card, CardMember, CardText, ContactId, ContactWriteKind, CycleId, Direction,
};

impl World {
    pub(super) async fn undo(&self, contact: &ContactId, is_dry: bool) -> Vec<UndoneWrite> {
        let query = JournalQuery { contact: Some(contact.clone()), ..JournalQuery::default() };
        self.undo_of(query, is_dry).await
    }

    pub(super) async fn undo_run(&self, run: &CycleId) -> Vec<UndoneWrite> {
        self.undo_of(JournalQuery { cycle: Some(run.clone()), ..JournalQuery::default() }, false).await
    }

    async fn undo_of(&self, query: JournalQuery, is_dry: bool) -> Vec<UndoneWrite> {
        let database = Database::over(self.store.clone(), self.clock.clone());
        let (query, actor) = (JournalQuery { limit: 100, ..query }, Actor::command_line());
        database.undo_contact_writes(&actor, &self.account().await, &query, is_dry).await.unwrap()
    }

    /// A contact of the mailbox with a title and a company, read.
    pub(super) async fn with_one(book: &mut Book) -> (Self, String, ContactId) {
        let world = Self::new().await;
        let item = book.add(CONTACTS, "Anna Fort");
        book.edit(&item, |card| title(card, "Clerk"));
        world.read(book).await;
        let anna = world.of(&item).await;
        (world, item, anna)
    }
}

fn texts(card: &Card) -> [&str; 2] {
    [card.text(CardText::JobTitle), card.text(CardText::CompanyName)]
}

pub(super) fn deeds(undone: &[UndoneWrite]) -> Vec<UndoDeed> {
    undone.iter().map(|undone| undone.undo).collect()
}

#[tokio::test]
async fn what_was_written_is_there_as_it_was_and_what_was_changed_there_since_stays() {
    let mut book = Book::new();
    let (world, item, anna) = World::with_one(&mut book).await;
    world.edit(&anna, |card| title(card, "Head")).await;
    world.read(&mut book).await;
    assert_eq!(texts(&book.items[&item].1.card), ["Head", ""]);
    book.edit(&item, |card| card.set_text(CardText::CompanyName, "Acme".to_owned()));
    world.read(&mut book).await;
    assert_eq!(deeds(&world.undo(&anna, true).await), [UndoDeed::Restored]);
    world.read(&mut book).await;
    assert_eq!(texts(&book.items[&item].1.card), ["Head", "Acme"], "it was only asked");
    world.undo(&anna, false).await;
    world.read(&mut book).await;
    assert_eq!(texts(&book.items[&item].1.card), ["Clerk", "Acme"]);
    assert_eq!(world.journal().await.len(), 2, "it is a write as any other");
}

#[tokio::test]
async fn what_somebody_changed_since_is_told_and_not_taken_back() {
    let mut book = Book::new();
    let (world, item, anna) = World::with_one(&mut book).await;
    world.edit(&anna, |card| title(card, "Head")).await;
    world.read(&mut book).await;
    book.edit(&item, |card| title(card, "Boss"));
    world.read(&mut book).await;
    let undone = world.undo(&anna, false).await;
    assert_eq!(deeds(&undone), [UndoDeed::Nothing]);
    let kept = &undone[0].kept[0];
    assert_eq!((kept.member, &kept.theirs), (CardMember::Text(CardText::JobTitle), &"Clerk".into()));
    world.read(&mut book).await;
    assert_eq!(texts(&book.items[&item].1.card)[0], "Boss");
}

#[tokio::test]
async fn a_contact_that_was_made_there_goes_and_one_that_was_deleted_there_is_there_again() {
    let mut book = Book::new();
    let (world, item, anna) = World::with_one(&mut book).await;
    let otto = world.add_named("Otto Kern").await;
    world.remove(&anna).await;
    world.read(&mut book).await;
    let made = world.store.contact_link(&otto).await.unwrap().unwrap().remote_id;
    assert_eq!(book.ids(), [made]);
    assert_eq!(deeds(&world.undo(&otto, false).await), [UndoDeed::Removed]);
    assert_eq!(deeds(&world.undo(&anna, false).await), [UndoDeed::Revived]);
    for _ in 0..2 {
        world.read(&mut book).await;
    }
    let again = world.store.contact_link(&anna).await.unwrap().unwrap().remote_id;
    assert_ne!(again, item, "it is another item, of the same contact");
    assert_eq!(book.ids(), std::slice::from_ref(&again));
    assert_eq!(texts(&book.items[&again].1.card)[0], "Clerk");
}

#[tokio::test]
async fn several_writes_of_a_contact_are_taken_back_to_before_the_first_and_taking_back_twice_does_nothing() {
    let mut book = Book::new();
    let (world, item, anna) = World::with_one(&mut book).await;
    for next in ["Head", "Boss", "Chair"] {
        world.edit(&anna, |card| title(card, next)).await;
        world.read(&mut book).await;
    }
    let dry = world.undo(&anna, true).await;
    assert_eq!(deeds(&dry), [UndoDeed::Restored; 3]);
    assert_eq!(deeds(&world.undo(&anna, false).await), deeds(&dry));
    world.read(&mut book).await;
    assert_eq!(texts(&book.items[&item].1.card)[0], "Clerk");
    world.undo(&anna, false).await;
    world.read(&mut book).await;
    assert_eq!(texts(&book.items[&item].1.card)[0], "Clerk");
}

#[tokio::test]
async fn what_outlook_had_before_a_write_is_kept_and_taken_back_though_nothing_is_read_of_it() {
    let mut book = Book::new();
    let (mut world, item, anna) = World::with_one(&mut book).await;
    world.direction = Direction::Out;
    book.edit(&item, |card| title(card, "Director"));
    world.edit(&anna, |card| title(card, "Head")).await;
    world.read(&mut book).await;
    assert_eq!(texts(&book.items[&item].1.card), ["Head", ""]);
    let before = world.journal().await.remove(0).before.unwrap();
    assert_eq!(texts(&before), ["Director", ""]);
    assert_eq!(deeds(&world.undo(&anna, false).await), [UndoDeed::Restored]);
    world.read(&mut book).await;
    assert_eq!(texts(&book.items[&item].1.card), ["Director", ""]);

    book.edit(&item, |card| card.set_text(CardText::CompanyName, "Acme".to_owned()));
    world.remove(&anna).await;
    world.read(&mut book).await;
    let write = world.journal().await.remove(0);
    assert_eq!(write.kind, ContactWriteKind::Delete);
    assert_eq!(texts(&write.before.unwrap()), ["Director", "Acme"]);
}

#[tokio::test]
async fn what_somebody_wrote_in_outlook_while_only_writing_is_here_once_contacts_go_both_ways_again() {
    let mut book = Book::new();
    let (mut world, item, anna) = World::with_one(&mut book).await;
    world.direction = Direction::Out;
    book.edit(&item, |card| card.set_text(CardText::CompanyName, "Acme".to_owned()));
    world.edit(&anna, |card| title(card, "Head")).await;
    world.read(&mut book).await;
    world.direction = Direction::Both;
    world.read(&mut book).await;
    let here = world.store.contact(&anna).await.unwrap().unwrap().card;
    assert_eq!((texts(&here), texts(&book.items[&item].1.card)), (["Head", "Acme"], ["Head", "Acme"]));
}
