//! What was written comes back, and what was read comes again: nobody writes because of it.

use super::book::Book;
use super::pen::Cut;
use super::push::{assert_settled, three, title};
use super::world::World;
use chrono::TimeDelta;
use outlook_syncd::model::{CardPhone, CardText, ContactId, PhoneKind};

/// How often anything was written of a contact here, and there.
async fn writes(world: &World, book: &Book) -> (i64, usize) {
    (world.revisions().await, book.pen.done())
}

#[tokio::test]
async fn a_lost_place_loses_no_edit_of_either_side_and_makes_no_contact_anew() {
    let (world, mut book, all) = three().await;
    for (n, (id, contact)) in all.iter().enumerate() {
        world.edit(contact, |card| title(card, &format!("Here {n}"))).await;
        book.edit(id, |card| card.set_text(CardText::CompanyName, format!("There {n}")));
    }
    book.forget_links();
    world.read(&mut book).await;
    for (n, (id, contact)) in all.iter().enumerate() {
        let here = world.store.contact(contact).await.unwrap().unwrap().card;
        for card in [&here, &book.item(id).card] {
            let said = [CardText::JobTitle, CardText::CompanyName].map(|text| card.text(text).to_owned());
            assert_eq!(said, [format!("Here {n}"), format!("There {n}")]);
        }
        assert_eq!(world.of(id).await, *contact, "it is linked as it was");
    }
    assert_eq!((world.contacts().await.len(), book.cards().len(), book.pen.done()), (3, 3, 3));
    assert_settled(&world, &mut book).await;
}

/// A contact made here, one changed and one deleted, all of it written; of the mailbox's changes none told yet.
async fn written() -> (World, Book, Vec<(String, ContactId)>) {
    let (world, mut book, mut all) = three().await;
    let made = world.add_named("Made here").await;
    world.edit(&all[0].1, |card| title(card, "Chief")).await;
    world.remove(&all[1].1).await;
    book.is_silent = true;
    world.read(&mut book).await;
    book.is_silent = false;
    let item = world.store.contact_link(&made).await.unwrap().unwrap().remote_id;
    all.push((item, made));
    (world, book, all)
}

#[tokio::test]
async fn what_was_written_comes_back_late_and_twice_and_nothing_is_written_because_of_it() {
    let (world, mut book, all) = written().await;
    let mut after = Vec::new();
    for _ in 0..3 {
        for (id, _) in &all {
            book.replay(id);
            book.replay(id);
        }
        assert_eq!(world.read(&mut book).await, None);
        after.push(writes(&world, &book).await);
    }
    // What the server made of the rest of a card comes in once.
    assert_eq!((after[1], after[2]), (after[0], after[0]));
    assert_eq!((book.pen.done(), world.contacts().await.len(), world.waiting().await), (3, 3, 0));
}

#[tokio::test]
async fn an_old_change_of_a_contact_that_was_deleted_here_brings_it_back_on_neither_side() {
    for purges in [false, true] {
        let (world, mut book, all) = three().await;
        let as_it_was = book.item(&all[0].0).clone();
        world.remove(&all[0].1).await;
        world.read(&mut book).await;
        if purges {
            book.purge(&all[0].0);
        }
        book.ghosts.push(as_it_was);
        let before = writes(&world, &book).await;
        for _ in 0..3 {
            assert_eq!(world.read(&mut book).await, None);
            assert_eq!(writes(&world, &book).await, before);
        }
        assert_eq!((world.contacts().await.len(), world.gone().await, book.cards().len()), (2, 1, 2));
    }
}

#[tokio::test]
async fn ten_readings_of_the_whole_mailbox_write_nothing_after_the_second() {
    let (world, mut book, all) = three().await;
    for n in 0..4 {
        world
            .add(|card| {
                card.set_text(CardText::GivenName, format!("Person {n}"));
                card.set_text(CardText::PersonalNotes, "One\nTwo".to_owned());
            })
            .await;
    }
    world.edit(&all[0].1, |card| card.set_text(CardText::Surname, "Fort".to_owned())).await;
    let mut before = None;
    for round in 0..10 {
        book.forget_links();
        assert_eq!(world.read(&mut book).await, None);
        let after = (writes(&world, &book).await, world.contacts().await.len(), book.cards().len());
        assert!(round < 2 || before == Some(after), "{round}: {before:?} {after:?}");
        before = Some(after);
    }
    assert_eq!(before.map(|(_, here, there)| (here, there)), Some((7, 7)));
}

#[tokio::test]
async fn numbers_in_whatever_order_go_out_once_and_bring_nobody_back_who_was_deleted_there() {
    for order in [[PhoneKind::Mobile, PhoneKind::Business], [PhoneKind::Business, PhoneKind::Mobile]] {
        let (world, mut book, all) = three().await;
        let (id, contact) = &all[0];
        let number = |kind: PhoneKind| CardPhone { kind, number: format!("+49 228 {}", kind.as_str().len()) };
        world.edit(contact, |card| card.phones = order.map(number).to_vec()).await;
        world.read(&mut book).await;
        book.edit(id, |card| title(card, "Director"));
        assert_settled(&world, &mut book).await;
        assert_eq!(world.store.contact(contact).await.unwrap().unwrap().card.phones, order.map(number));
        book.delete(id);
        for _ in 0..2 {
            world.read(&mut book).await;
        }
        assert_eq!((book.cards().len(), world.gone().await), (2, 1), "{order:?}");
    }
}

#[tokio::test]
async fn a_contact_that_was_made_though_nobody_said_so_is_not_made_again_where_changes_hide_it() {
    let (world, mut book, _) = three().await;
    let before = book.ids();
    world.add_named("Made here").await;
    book.pen.cut_next(0, Cut::After, 1);
    assert!(world.turn(&mut book).await.is_err());
    let made = book.ids().into_iter().find(|id| !before.contains(id)).unwrap();
    // Somebody moves it to where no search finds it, and that shows as a removal.
    book.slandered.insert(made.clone());
    book.move_to("friends", &made);
    for _ in 0..3 {
        world.clock.advance(TimeDelta::days(1));
        world.read(&mut book).await;
    }
    assert_eq!((book.named("Made here"), book.cards().len(), world.contacts().await.len()), (1, 4, 4));
    assert_settled(&world, &mut book).await;
}
