//! Photos that both sides changed, that wait for a person, and that are taken back.

use super::book::{Book, CONTACTS};
use super::pen::kept;
use super::photo_out::{assert_photos_settled, jpeg};
use super::push::{assert_settled, three};
use super::undo::deeds;
use super::world::World;
use chrono::TimeDelta;
use outlook_syncd::desk::UndoDeed;
use outlook_syncd::model::{
    Actor, AskReason, ConflictPolicy, ContactId, ContactWriteKind, ContestedPart, Side, WriteCounts,
};

/// A contact whose photo both sides changed under a policy.
async fn contested(policy: ConflictPolicy) -> (World, Book, String, ContactId) {
    let (mut world, mut book, all) = three().await;
    world.settings.joining.policy = policy;
    let (item, contact) = all[0].clone();
    book.picture(&item, Some(&jpeg("earlier")));
    world.read(&mut book).await;
    world.picture(&contact, Some(&jpeg("ours"))).await;
    book.picture(&item, Some(&jpeg("theirs")));
    (world, book, item, contact)
}

#[tokio::test]
async fn where_both_sides_changed_a_photo_the_policy_says_whose_holds_and_the_other_can_be_had_back() {
    for (policy, holds) in [
        (ConflictPolicy::Outlook, "theirs"),
        (ConflictPolicy::Local, "ours"),
        (ConflictPolicy::Newest, "ours"),
    ] {
        let (world, mut book, item, contact) = contested(policy).await;
        for _ in 0..2 {
            world.read(&mut book).await;
        }
        let (here, there) = (world.photo_of(&contact).await, book.photos.get(&item).cloned());
        let theirs = holds == "theirs";
        assert_eq!(here, Some(jpeg(holds)), "{policy:?}");
        assert_eq!(there, Some(if theirs { jpeg(holds) } else { kept(&jpeg(holds)) }), "{policy:?}");
        let kind = if theirs { ContactWriteKind::YieldPhoto } else { ContactWriteKind::SetPhoto };
        assert_eq!(world.journal().await[0].kind, kind, "{policy:?}");
        assert_settled(&world, &mut book).await;
        assert_photos_settled(&world, &mut book).await;
        let undone = world.undo(&contact, false).await;
        assert_eq!((deeds(&undone), undone[0].write), (vec![UndoDeed::Restored], kind), "{policy:?}");
        world.read(&mut book).await;
        let other = if theirs { jpeg("ours") } else { jpeg("theirs") };
        assert_eq!(world.photo_of(&contact).await, Some(other.clone()), "{policy:?}");
        assert_eq!(book.photos.get(&item), Some(&kept(&other)), "{policy:?}");
    }
}

#[tokio::test]
async fn a_photo_that_both_sides_took_away_or_set_alike_is_no_conflict() {
    let (mut world, mut book, all) = three().await;
    world.settings.joining.policy = ConflictPolicy::Ask;
    for (item, contact) in &all[..2] {
        book.picture(item, Some(&jpeg("earlier")));
        world.read(&mut book).await;
        world.picture(contact, None).await;
        book.picture(item, None);
        world.read(&mut book).await;
        assert_eq!((world.photos_waiting().await, world.photo_of(contact).await), (0, None));
        world.picture(contact, Some(&jpeg("alike"))).await;
        book.picture(item, Some(&jpeg("alike")));
        world.read(&mut book).await;
        assert_eq!((world.photos_waiting().await, book.pen.done()), (0, 0));
    }
    assert_photos_settled(&world, &mut book).await;
}

#[tokio::test]
async fn whoever_wants_to_be_asked_says_whose_photo_holds_and_until_then_both_stay() {
    for (side, holds) in [(Side::Ours, "ours"), (Side::Theirs, "theirs")] {
        let (world, mut book, item, contact) = contested(ConflictPolicy::Ask).await;
        for _ in 0..3 {
            world.read(&mut book).await;
            assert_eq!(world.photo_of(&contact).await, Some(jpeg("ours")));
            assert_eq!((book.photos.get(&item), book.pen.done()), (Some(&jpeg("theirs")), 0));
        }
        let desk = world.desk();
        let actor = Actor::command_line();
        let conflicts = desk.contact_conflicts(&actor, &world.account().await).await.unwrap();
        assert_eq!((conflicts.len(), conflicts[0].photo, conflicts[0].values.len()), (1, true, 0));
        assert_eq!(world.plan().await.withheld[0].why, "conflict");
        let of = world.store.contact(&contact).await.unwrap().unwrap();
        desk.resolve_contact(&actor, &of, Some(ContestedPart::Photo), side).await.unwrap();
        assert!(desk.contact_conflicts(&actor, &world.account().await).await.unwrap().is_empty());
        world.read(&mut book).await;
        assert_eq!(world.photo_of(&contact).await, Some(jpeg(holds)));
        let there = if side == Side::Ours { kept(&jpeg(holds)) } else { jpeg(holds) };
        assert_eq!(book.photos.get(&item), Some(&there));
        assert_settled(&world, &mut book).await;
        assert_photos_settled(&world, &mut book).await;
        let again = desk.resolve_contact(&actor, &of, None, side).await;
        assert!(again.is_err(), "nothing waits any more");
    }
}

#[tokio::test]
async fn a_photo_that_was_set_over_another_is_taken_back_and_one_that_was_changed_since_is_told() {
    let (world, mut book, all) = three().await;
    let (item, contact) = &all[0];
    book.picture(item, Some(&jpeg("earlier")));
    world.read(&mut book).await;
    world.picture(contact, Some(&jpeg("ours"))).await;
    world.read(&mut book).await;
    assert_eq!(deeds(&world.undo(contact, true).await), [UndoDeed::Restored]);
    world.read(&mut book).await;
    assert_eq!(book.photos.get(item), Some(&kept(&jpeg("ours"))), "it was only asked");
    world.undo(contact, false).await;
    world.read(&mut book).await;
    assert_eq!(book.photos.get(item), Some(&kept(&jpeg("earlier"))));
    // Both writes are taken back: the later one first.
    assert_eq!(deeds(&world.undo(contact, true).await), [UndoDeed::Restored, UndoDeed::Restored]);
    world.picture(contact, None).await;
    world.read(&mut book).await;
    book.picture(item, Some(&jpeg("since")));
    world.read(&mut book).await;
    let undone = world.undo(contact, false).await;
    assert_eq!(deeds(&undone)[0], UndoDeed::Kept, "{undone:?}");
    world.read(&mut book).await;
    assert_eq!(book.photos.get(item), Some(&jpeg("since")));
}

#[tokio::test]
async fn a_photo_that_was_taken_away_is_there_again_once_that_is_taken_back() {
    let (world, mut book, all) = three().await;
    let (item, contact) = &all[0];
    book.picture(item, Some(&jpeg("theirs")));
    world.read(&mut book).await;
    world.picture(contact, None).await;
    world.read(&mut book).await;
    assert_eq!(book.photos.get(item), None);
    assert_eq!(deeds(&world.undo(contact, false).await), [UndoDeed::Restored]);
    world.read(&mut book).await;
    assert_eq!(book.photos.get(item), Some(&kept(&jpeg("theirs"))));
    assert_photos_settled(&world, &mut book).await;
}

#[tokio::test]
async fn the_plan_tells_photos_and_a_first_plan_of_photos_alone_waits_for_a_person() {
    let (world, mut book) = (World::asking().await, Book::new());
    let made = world.add_named("Made here").await;
    let item = book.add(CONTACTS, "Anna Fort");
    world.picture(&made, Some(&jpeg("made"))).await;
    assert_eq!(world.read(&mut book).await, Some("contacts_first_plan"));
    let anna = world.of(&item).await;
    world.picture(&anna, Some(&jpeg("set"))).await;
    assert_eq!(world.read(&mut book).await, Some("contacts_first_plan"));
    assert_eq!((book.pen.done(), book.photos.len()), (0, 0));
    let plan = world.plan().await;
    let told = plan.writes.iter().map(|write| (write.name.as_str(), write.write, write.why.as_str()));
    let told: Vec<_> = told.collect();
    assert_eq!(
        told,
        [
            ("Made here", ContactWriteKind::Create, "new"),
            ("Made here", ContactWriteKind::SetPhoto, "new"),
            ("Anna Fort", ContactWriteKind::SetPhoto, "edited"),
        ]
    );
    let asked = plan.waits.unwrap();
    assert_eq!(asked.counts, WriteCounts { creates: 2, overwrites: 0, deletes: 0 });
    world.approve().await;
    assert_eq!(world.read(&mut book).await, None);
    assert_eq!((book.pen.done(), book.photos.len()), (3, 2));
}

#[tokio::test]
async fn more_photos_at_once_than_the_brake_allows_wait_and_go_back_or_out_as_a_person_says() {
    let (world, mut book) = (World::asking().await, Book::new());
    for n in 0..30 {
        let item = book.add(CONTACTS, &format!("Person {n}"));
        book.picture(&item, Some(&jpeg("theirs")));
    }
    world.read(&mut book).await;
    for item in book.ids() {
        let contact = world.of(&item).await;
        world.picture(&contact, None).await;
    }
    assert_eq!(world.read(&mut book).await, Some("contacts_brake"));
    let asked = world.plan().await.waits.unwrap();
    let counts = WriteCounts { overwrites: 30, ..WriteCounts::default() };
    assert_eq!((asked.why, asked.counts), (AskReason::Brake, counts));
    assert_eq!(world.reject().await, 30);
    for _ in 0..2 {
        assert_eq!(world.read(&mut book).await, None);
        assert_eq!((book.pen.done(), book.photos.len()), (0, 30));
    }
    world.clock.advance(TimeDelta::seconds(1));
    world.approve_rejected().await;
    assert_eq!(world.read(&mut book).await, None);
    assert_eq!((book.pen.done(), book.photos.len(), world.photos_waiting().await), (30, 0, 0));
}

#[tokio::test]
async fn a_contact_made_here_that_outlook_has_keeps_the_photo_that_was_set_here_where_that_is_newer() {
    let (world, mut book) = (World::new().await, Book::new());
    let item = super::meeting::there(&mut book, "Anna Fort", &["anna@x.example"]);
    book.picture(&item, Some(&jpeg("theirs")));
    world.read(&mut book).await;
    let anna = world.make(super::meeting::card("Anna Fort", &["anna@x.example"])).await;
    world.picture(&anna, Some(&jpeg("ours"))).await;
    for _ in 0..2 {
        world.read(&mut book).await;
    }
    assert_eq!((world.of(&item).await, world.contacts().await.len()), (anna.clone(), 1));
    assert_eq!(book.photos.get(&item), Some(&kept(&jpeg("ours"))));
    assert_eq!(world.photo_of(&anna).await, Some(jpeg("ours")));
    assert_eq!(deeds(&world.undo(&anna, false).await), [UndoDeed::Restored]);
    world.read(&mut book).await;
    assert_eq!(book.photos.get(&item), Some(&kept(&jpeg("theirs"))), "what was there is had back");
}

#[tokio::test]
async fn a_deletion_that_is_taken_back_says_of_a_photo_that_is_no_jpeg_that_outlook_does_not_take_it() {
    let (world, mut book, all) = three().await;
    let (item, contact) = &all[0];
    book.picture(item, Some(b"\x89PNG\r\n\x1a\n"));
    world.read(&mut book).await;
    world.remove(contact).await;
    world.read(&mut book).await;
    world.undo(contact, false).await;
    for _ in 0..2 {
        world.read(&mut book).await;
    }
    assert!(world.item(contact).await.is_some_and(|anew| anew != *item), "it is there again");
    let standing = world.standing(contact).await;
    assert_eq!(standing.fault.map(|fault| fault.code).as_deref(), Some("photo_not_jpeg"));
    assert!(standing.file.is_some(), "it stays here");
}
