//! What happens while a turn is under way: at each of its steps the process is killed, somebody changes a contact,
//! or another process takes the account over.

use super::book::Book;
use super::push::{assert_settled, three, title};
use super::world::World;
use chrono::TimeDelta;
use outlook_syncd::model::{Card, CardText, Contact, ContactId};
use outlook_syncd::store::StoreError;

/// Where a turn waits differs a little from one to the next: of its hundred steps each fourth is taken.
const STRIDE: usize = 4;

/// A mailbox that was read, and a contact that was made here since, one that was changed, and one that was deleted.
async fn changed() -> (World, Book, Vec<(String, ContactId)>) {
    let (world, book, all) = three().await;
    world.add_named("Made here").await;
    world.edit(&all[0].1, |card| title(card, "Chief")).await;
    world.remove(&all[1].1).await;
    (world, book, all)
}

/// What was made, changed and deleted here is so there, and once.
async fn assert_written_once(world: &World, book: &mut Book, all: &[(String, ContactId)], when: usize) {
    for _ in 0..2 {
        // What nobody has answered, or what has failed, waits for longer than a turn.
        world.clock.advance(TimeDelta::hours(1));
        world.read(book).await;
    }
    assert_eq!((book.named("Made here"), book.cards().len()), (1, 3), "{when}");
    assert_eq!(book.item(&all[0].0).card.text(CardText::JobTitle), "Chief", "{when}");
    assert_eq!(book.items[&all[1].0].0, "deleteditems", "{when}");
    assert_eq!((world.contacts().await.len(), book.pen.done()), (3, 3), "{when}");
    assert_settled(world, book).await;
}

#[tokio::test]
async fn at_whatever_step_the_process_is_killed_nothing_is_written_twice_and_nothing_is_lost() {
    for after in (0..).step_by(STRIDE) {
        let (world, mut book, all) = changed().await;
        let has_ended = world.killed(&mut book, after).await;
        assert_written_once(&world, &mut book, &all, after).await;
        if has_ended {
            assert!(after > 50, "it has more steps than {after}");
            break;
        }
    }
}

#[tokio::test]
async fn at_whatever_step_another_process_takes_over_the_first_one_writes_nothing_more() {
    for after in (0..).step_by(STRIDE) {
        let (world, mut book, all) = changed().await;
        let (first, other) = world.turn_taken_over(&mut book, after).await;
        assert!(other.unwrap().is_continue(), "{after}");
        let lost = first.as_ref().is_err_and(|failure| failure.message == StoreError::LeaseLost.to_string());
        assert!(first.is_ok() || lost, "{after}: {first:?}");
        assert_written_once(&world, &mut book, &all, after).await;
        if first.is_ok() {
            break;
        }
    }
}

#[tokio::test]
async fn at_whatever_step_somebody_changes_contacts_here_it_goes_out_and_nothing_is_lost() {
    for after in (0..).step_by(STRIDE) {
        let (world, mut book, all) = changed().await;
        let is_made = |contact: &Contact| contact.card.text(CardText::DisplayName) == "Made here";
        let made = world.contacts().await.into_iter().find(is_made).unwrap().id;
        let changes = async {
            let acme = |card: &mut Card| card.set_text(CardText::CompanyName, "Acme".to_owned());
            world.edit(&all[0].1, acme).await;
            world.remove(&made).await;
            world.add_named("Made meanwhile").await;
        };
        let (turn, has_ended) = world.turn_beside(&mut book, after, changes).await;
        assert!(turn.unwrap().is_continue(), "{after}");
        for _ in 0..2 {
            world.clock.advance(TimeDelta::hours(1));
            world.read(&mut book).await;
        }
        let card = &book.item(&all[0].0).card;
        let said = [card.text(CardText::JobTitle), card.text(CardText::CompanyName)];
        assert_eq!((said, book.cards().len()), (["Chief", "Acme"], 3), "{after}");
        assert_eq!((book.named("Made meanwhile"), book.named("Made here")), (1, 0), "{after}");
        assert_settled(&world, &mut book).await;
        if has_ended {
            break;
        }
    }
}
