//! What is deleted on one side, and changed or restored on the other.

use super::book::{Book, CONTACTS};
use super::push::{assert_settled, three, title};
use super::undo::deeds;
use super::world::World;
use chrono::TimeDelta;
use outlook_syncd::desk::UndoDeed;
use outlook_syncd::model::{CardText, ConflictPolicy, ContactWriteKind};

#[tokio::test]
async fn an_edit_outlives_a_deletion_on_the_other_side() {
    let (world, mut book, all) = three().await;
    world.edit(&all[0].1, |card| title(card, "Edited here")).await;
    book.delete(&all[0].0);
    world.remove(&all[1].1).await;
    book.edit(&all[1].0, |card| title(card, "Edited there"));
    for _ in 0..2 {
        world.read(&mut book).await;
    }
    let titles: Vec<_> = book.cards().iter().map(|card| card.text(CardText::JobTitle)).collect();
    assert!(titles.contains(&"Edited here") && titles.contains(&"Edited there"), "{titles:?}");
    assert_eq!((book.cards().len(), world.contacts().await.len()), (3, 3));
    let item = world.store.contact_link(&all[0].1).await.unwrap().unwrap().remote_id;
    assert_ne!(item, all[0].0, "it is another item");
    assert_eq!(world.of(&all[1].0).await, all[1].1, "it is the same item");
    let journal = world.journal().await;
    let made: Vec<_> = journal.iter().filter(|write| write.kind == ContactWriteKind::Create).collect();
    assert!(made.len() == 1 && made[0].contact == all[0].1, "{journal:?}");
    assert_settled(&world, &mut book).await;
}

#[tokio::test]
async fn a_contact_that_is_restored_beside_the_one_made_anew_of_it_is_another_one_from_then_on() {
    let (world, mut book, all) = three().await;
    let (item, contact) = &all[0];
    world.edit(contact, |card| title(card, "Edited here")).await;
    book.delete(item);
    world.read(&mut book).await;
    let anew = world.store.contact_link(contact).await.unwrap().unwrap().remote_id;
    assert_ne!(&anew, item);
    book.move_to(CONTACTS, item);
    for _ in 0..3 {
        world.read(&mut book).await;
        let link = world.store.contact_link(contact).await.unwrap().unwrap();
        assert_eq!((link.remote_id, world.contacts().await.len()), (anew.clone(), 4));
        world.clock.advance(TimeDelta::hours(25));
    }
    book.purge(item);
    world.read(&mut book).await;
    let here = world.store.contact(contact).await.unwrap().unwrap();
    assert_eq!((here.gone_at, world.contacts().await.len()), (None, 3));
    assert_settled(&world, &mut book).await;
}

#[tokio::test]
async fn a_contact_that_is_restored_after_it_was_made_anew_and_deleted_again_is_the_contact_that_it_was() {
    let (world, mut book, all) = three().await;
    let (item, contact) = &all[0];
    world.edit(contact, |card| title(card, "Edited here")).await;
    book.delete(item);
    world.read(&mut book).await;
    let anew = world.store.contact_link(contact).await.unwrap().unwrap().remote_id;
    book.purge(&anew);
    world.read(&mut book).await;
    book.move_to(CONTACTS, item);
    world.read(&mut book).await;
    assert_eq!((&world.of(item).await, world.contacts().await.len()), (contact, 3));
}

#[tokio::test]
async fn whoever_wants_to_be_asked_about_an_edit_of_a_deleted_contact_is_asked_however_long_it_waits() {
    let (mut world, mut book, all) = three().await;
    world.settings.joining.policy = ConflictPolicy::Ask;
    world.edit(&all[0].1, |card| title(card, "Edited here")).await;
    book.delete(&all[0].0);
    world.read(&mut book).await;
    world.clock.advance(TimeDelta::days(100));
    for _ in 0..2 {
        world.read(&mut book).await;
        assert_eq!((book.pen.done(), world.waiting().await), (0, 1));
    }
}

#[tokio::test]
async fn a_deletion_that_waits_is_not_undone_by_a_change_of_long_ago_that_comes_again() {
    let (world, mut book, all) = three().await;
    book.pen.is_closed = true;
    let as_it_is = book.item(&all[0].0).clone();
    world.remove(&all[0].1).await;
    book.ghosts.push(as_it_is);
    book.rename(&all[1].0, "So that there is a page");
    world.read(&mut book).await;
    assert_eq!(world.gone().await, 1);
    book.pen.is_closed = false;
    world.read(&mut book).await;
    assert_eq!(book.items[&all[0].0].0, "deleteditems");
}

#[tokio::test]
async fn a_contact_that_is_back_because_it_was_changed_in_outlook_is_told_once_and_can_be_deleted_by_that() {
    for policy in [ConflictPolicy::Outlook, ConflictPolicy::Local, ConflictPolicy::Newest] {
        let mut book = Book::new();
        let (mut world, item, anna) = World::with_one(&mut book).await;
        world.settings.joining.policy = policy;
        book.edit(&item, |card| title(card, "Boss"));
        world.remove(&anna).await;
        for _ in 0..2 {
            world.read(&mut book).await;
            let journal = world.journal().await;
            assert_eq!(journal.len(), 1, "{policy:?} {journal:?}");
            let told = &journal[0];
            assert_eq!((told.kind, &told.contact, &told.before), (ContactWriteKind::Resolve, &anna, &None));
            assert_eq!(told.sent.as_ref().unwrap().text(CardText::JobTitle), "Boss");
            assert_eq!(world.contacts().await.len(), 1, "no edit is lost: {policy:?}");
        }
        assert_eq!(deeds(&world.undo(&anna, false).await), [UndoDeed::Removed]);
        world.read(&mut book).await;
        assert_eq!((world.contacts().await.len(), book.ids().len()), (0, 0), "{policy:?}");
    }
}

#[tokio::test]
async fn a_contact_that_is_made_anew_because_it_was_changed_here_is_told_once_and_can_be_deleted_by_that() {
    let mut book = Book::new();
    let (world, item, anna) = World::with_one(&mut book).await;
    world.edit(&anna, |card| title(card, "Boss")).await;
    book.delete(&item);
    for _ in 0..2 {
        world.read(&mut book).await;
        let journal = world.journal().await;
        let told: Vec<_> = journal.iter().filter(|write| write.kind == ContactWriteKind::Resolve).collect();
        assert_eq!((journal.len(), told.len(), &told[0].contact, &told[0].before), (2, 1, &anna, &None));
    }
    world.undo(&anna, false).await;
    world.read(&mut book).await;
    assert_eq!((world.contacts().await.len(), book.ids().len()), (0, 0));
}

#[tokio::test]
async fn a_contact_that_is_made_anew_is_told_as_such_until_it_is_there() {
    let mut book = Book::new();
    let (world, item, anna) = World::with_one(&mut book).await;
    world.edit(&anna, |card| title(card, "Boss")).await;
    book.delete(&item);
    book.pen.is_closed = true;
    world.read(&mut book).await;
    let told: Vec<_> = world.plan().await.writes.iter().map(|write| write.why.as_str()).collect();
    assert_eq!(told, ["made_anew"]);
    book.pen.is_closed = false;
    world.read(&mut book).await;
    assert_eq!((world.contacts().await.len(), book.ids().len()), (1, 1));
}
