//! What is not known for sure: folders and contacts that could not be read, and writes that nobody answered.

use super::book::{Book, CONTACTS};
use super::meeting::{card, there};
use super::pen::Cut;
use super::push::{assert_settled, three, title};
use super::world::World;
use chrono::TimeDelta;
use outlook_syncd::model::{CardPhone, CardText, Direction, PhoneKind};
use std::ops::ControlFlow;

#[tokio::test]
async fn who_was_typed_in_there_while_the_folder_could_not_be_read_is_not_made_a_second_time() {
    for was_compared in [false, true] {
        let (mut world, mut book) = (World::new().await, Book::new());
        world.read(&mut book).await;
        let make = async |world: &World| world.make(card("Anna Fort", &["anna@x.example"])).await;
        let anna = if was_compared {
            world.direction = Direction::In;
            let anna = make(&world).await;
            world.read(&mut book).await;
            world.direction = Direction::Both;
            anna
        } else {
            make(&world).await
        };
        book.broken.insert(CONTACTS.to_owned());
        let item = there(&mut book, "Anna Fort", &["anna@x.example"]);
        let ControlFlow::Continue(read) = world.turn(&mut book).await.unwrap() else { panic!("it ends") };
        assert_eq!(read.incomplete.unwrap().meaning.code, "broken");
        assert_eq!(read.imported, None, "a folder that fails is no more to be read at once");
        book.broken.clear();
        for _ in 0..2 {
            world.read(&mut book).await;
        }
        assert_eq!(world.item(&anna).await, Some(item), "{was_compared}");
        assert_eq!((book.ids().len(), world.contacts().await.len()), (1, 1), "{was_compared}");
    }
}

#[tokio::test]
async fn edits_and_deletions_go_out_while_another_folder_cannot_be_read() {
    let (world, mut book, all) = three().await;
    book.broken.insert("friends".to_owned());
    world.edit(&all[0].1, |card| title(card, "Chief")).await;
    world.remove(&all[2].1).await;
    assert!(world.turn(&mut book).await.is_ok());
    assert_eq!((book.pen.done(), world.waiting().await), (2, 0));
}

#[tokio::test]
async fn a_contact_whose_answer_was_lost_is_not_made_again_while_a_folder_cannot_be_read() {
    let (world, mut book) = (World::new().await, Book::new());
    world.read(&mut book).await;
    world.add_named("Made here").await;
    book.pen.cut_next(0, Cut::After, 1_000);
    assert!(world.turn(&mut book).await.is_err());
    book.broken.insert(CONTACTS.to_owned());
    for _ in 0..4 {
        assert!(world.turn(&mut book).await.is_ok());
    }
    assert_eq!(book.named("Made here"), 1);
    book.broken.clear();
    world.read(&mut book).await;
    assert_settled(&world, &mut book).await;
    assert_eq!((book.named("Made here"), world.contacts().await.len()), (1, 1));
}

#[tokio::test]
async fn a_contact_whose_answer_was_lost_is_not_made_again_because_its_item_could_not_be_read() {
    let (world, mut book) = (World::new().await, Book::new());
    world.read(&mut book).await;
    let made = world.add_named("Made here").await;
    book.pen.cut_next(0, Cut::After, 1_000);
    assert!(world.turn(&mut book).await.is_err());
    let item = book.ids()[0].clone();
    book.mute.insert(item.clone());
    for _ in 0..4 {
        assert_eq!(world.read(&mut book).await, Some("contacts_unread"));
    }
    assert_eq!(world.contacts().await.len(), 1, "it is nobody else's");
    book.mute.clear();
    world.clock.advance(TimeDelta::days(1));
    for _ in 0..4 {
        world.read(&mut book).await;
    }
    assert_eq!((book.named("Made here"), world.item(&made).await), (1, Some(item)));
    assert_settled(&world, &mut book).await;
}

#[tokio::test]
async fn a_contact_that_came_back_and_could_not_be_read_at_once_is_read_later() {
    let (world, mut book, all) = three().await;
    let id = &all[0].0;
    book.delete(id);
    world.read(&mut book).await;
    assert_eq!(world.gone().await, 1);
    book.move_to(CONTACTS, id);
    book.mute.insert(id.clone());
    assert_eq!(world.read(&mut book).await, Some("contacts_unread"));
    book.mute.clear();
    assert_eq!(world.read(&mut book).await, None);
    assert_eq!((world.stored().await, world.gone().await), (book.truth(), 0));
}

#[tokio::test]
async fn a_number_whose_write_was_cut_goes_out_although_the_owner_wrote_the_same_title() {
    for cut in [Cut::Before, Cut::After] {
        let (world, mut book, all) = three().await;
        let (id, contact) = &all[0];
        world
            .edit(contact, |card| {
                title(card, "Chief");
                card.phones = vec![CardPhone { kind: PhoneKind::Mobile, number: "+49 170 1".to_owned() }];
            })
            .await;
        book.pen.cut_next(0, cut, 0);
        assert!(world.turn(&mut book).await.is_err());
        book.edit(id, |card| title(card, "Chief"));
        for _ in 0..3 {
            world.read(&mut book).await;
        }
        let there: Vec<_> = book.item(id).card.phones.iter().map(|phone| phone.number.clone()).collect();
        assert_eq!(there, ["+49-170-1"], "{cut:?}");
        assert_settled(&world, &mut book).await;
    }
}

#[tokio::test]
async fn a_server_out_of_order_is_left_alone_and_what_it_never_answered_takes_no_turn_for_itself() {
    let (mut world, mut book) = (World::new().await, Book::new());
    world.read(&mut book).await;
    for n in 0..60 {
        world.add_named(&format!("Person {n}")).await;
    }
    book.pen.hangs = true;
    for turn in 1..=2 {
        assert_eq!(world.read(&mut book).await, Some("hangs"));
        let open = world.journal().await.iter().filter(|write| write.ended.is_none()).count();
        assert_eq!(open, turn * 20, "no more than a group is tried");
    }
    (book.pen.hangs, book.pen.finds_late) = (false, usize::MAX);
    book.add(CONTACTS, "Typed in there");
    world.takes = TimeDelta::seconds(5);
    for turn in 0.. {
        let began = world.clock.now();
        world.read(&mut book).await;
        let took = world.clock.now() - began;
        assert!(took < TimeDelta::minutes(4), "a turn of {took}");
        assert!(world.contacts().await.len() == 61, "it was read");
        if world.waiting().await == 0 {
            break;
        }
        assert!(turn < 60, "{} wait for ever", world.waiting().await);
    }
    for n in 0..60 {
        assert_eq!(book.named(&format!("Person {n}")), 1);
    }
}

#[tokio::test]
async fn a_change_that_was_done_and_asked_for_twice_is_in_the_journal_as_done() {
    let (world, mut book, all) = three().await;
    let (id, contact) = &all[0];
    book.pen.repeats = 1;
    world.edit(contact, |card| title(card, "Chief")).await;
    assert_eq!(world.read(&mut book).await, None);
    assert_eq!(book.item(id).card.text(CardText::JobTitle), "Chief");
    let ended: Vec<_> = world.journal().await.into_iter().map(|write| write.ended.unwrap().1).collect();
    assert_eq!(ended, [Ok(())]);
    assert_settled(&world, &mut book).await;
}

#[tokio::test]
async fn a_contact_that_is_refused_as_of_another_version_for_ever_waits_and_is_told() {
    let (world, mut book, all) = three().await;
    world.edit(&all[0].1, |card| title(card, "Chief")).await;
    book.pen.conflicts = usize::MAX;
    for _ in 0..8 {
        assert_eq!(world.read(&mut book).await, None);
    }
    let parked = world.store.parked_contacts(&world.account().await, 100).await.unwrap().0;
    assert_eq!(parked.iter().map(|parked| parked.fault.code.as_str()).collect::<Vec<_>>(), ["changed"]);
    assert!(world.journal().await.len() < 10, "it is tried ever more rarely");
    book.pen.conflicts = 0;
    world.clock.advance(TimeDelta::days(1));
    world.read(&mut book).await;
    assert_settled(&world, &mut book).await;
}

#[tokio::test]
async fn a_contact_that_may_not_be_written_stands_in_no_others_way() {
    let (world, mut book) = (World::new().await, Book::new());
    world.read(&mut book).await;
    let names: Vec<_> = (0..30).map(|n| format!("Person {n}")).collect();
    book.pen.denies.extend(names[..2].iter().cloned());
    for name in &names {
        world.add_named(name).await;
    }
    assert_eq!(world.read(&mut book).await, None);
    assert_eq!((book.pen.done(), world.waiting().await), (28, 2));
    let parked = world.store.parked_contacts(&world.account().await, 100).await.unwrap().0;
    assert_eq!(parked.iter().map(|parked| parked.fault.code.as_str()).collect::<Vec<_>>(), ["denied"; 2]);
}

#[tokio::test]
async fn a_mailbox_that_may_not_be_written_is_told_and_its_contacts_go_at_once_when_it_may() {
    let (world, mut book) = (World::new().await, Book::new());
    world.read(&mut book).await;
    let names: Vec<_> = (0..30).map(|n| format!("Person {n}")).collect();
    book.pen.denies.extend(names.iter().cloned());
    for name in &names {
        world.add_named(name).await;
    }
    for _ in 0..5 {
        assert_eq!(world.read(&mut book).await, Some("denied"));
    }
    assert!(world.journal().await.iter().all(|write| write.ended.is_some()));
    assert_eq!(world.store.parked_contacts(&world.account().await, 100).await.unwrap().0, []);
    book.pen.denies.clear();
    assert_eq!(world.read(&mut book).await, None);
    assert_eq!((book.pen.done(), world.waiting().await), (30, 0));
}

#[tokio::test]
async fn a_deletion_that_nobody_answered_is_not_done_because_the_contact_went_to_a_folder_made_since() {
    let (world, mut book, all) = three().await;
    let (item, contact) = &all[0];
    world.remove(contact).await;
    book.pen.cut_next(0, Cut::Before, 0);
    assert!(world.turn(&mut book).await.is_err());
    book.make_folder("customers", "Customers");
    book.move_to("customers", item);
    world.read(&mut book).await;
    let ended = world.journal().await[0].ended.clone();
    assert!(!matches!(ended, Some((_, Ok(())))), "{ended:?}");
    world.clock.advance(TimeDelta::days(1));
    for _ in 0..2 {
        world.read(&mut book).await;
    }
    assert_eq!((book.cards().len(), world.contacts().await.len()), (2, 2));
    assert_settled(&world, &mut book).await;
}
