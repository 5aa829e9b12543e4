//! A place that Outlook has once: what both sides put there is one value.

use super::book::Book;
use super::undo::deeds;
use super::world::World;
use outlook_syncd::desk::UndoDeed;
use outlook_syncd::model::{Card, CardMember, CardPhone, ConflictPolicy, ContactId, PhoneKind, Side};

fn mobiles(card: &Card) -> Vec<&str> {
    card.phones_of(PhoneKind::Mobile).map(|phone| phone.number.as_str()).collect()
}

fn set(card: &mut Card, numbers: &[&str]) {
    let mobile = |number: &&str| CardPhone { kind: PhoneKind::Mobile, number: (*number).to_owned() };
    card.phones = numbers.iter().map(mobile).collect();
}

impl World {
    async fn mobiles_of(&self, id: &ContactId) -> Vec<String> {
        let card = self.store.contact(id).await.unwrap().unwrap().card;
        mobiles(&card).into_iter().map(str::to_owned).collect()
    }
}

/// A contact with a mobile number on both sides, which was written from here before.
async fn one(book: &mut Book, policy: ConflictPolicy) -> (World, String, ContactId) {
    let (mut world, item, anna) = World::with_one(book).await;
    world.settings.joining.policy = policy;
    world.edit(&anna, |card| set(card, &["+44-5"])).await;
    world.read(book).await;
    (world, item, anna)
}

#[tokio::test]
async fn a_mobile_number_changed_on_both_sides_is_what_the_policy_says_and_the_other_is_in_the_journal() {
    for (policy, holds) in [
        (ConflictPolicy::Outlook, Side::Theirs),
        (ConflictPolicy::Local, Side::Ours),
        (ConflictPolicy::Newest, Side::Ours),
    ] {
        for before in [&[][..], &["+44-5"]] {
            let mut book = Book::new();
            let (world, item, anna) = one(&mut book, policy).await;
            world.edit(&anna, |card| set(card, before)).await;
            world.read(&mut book).await;
            book.edit(&item, |card| set(card, &["+44-611"]));
            world.edit(&anna, |card| set(card, &["+44-722"])).await;
            let (held, lost) =
                if holds == Side::Ours { ("+44-722", "+44-611") } else { ("+44-611", "+44-722") };
            for _ in 0..2 {
                world.read(&mut book).await;
                assert_eq!(mobiles(&book.item(&item).card), [held], "{policy:?} {before:?}");
                assert_eq!(world.mobiles_of(&anna).await, [held], "{policy:?} {before:?}");
            }
            let told: Vec<_> = world.journal().await.into_iter().flat_map(|write| write.conflicts).collect();
            let told: Vec<_> =
                told.iter().map(|told| (told.member, &told.lost().unwrap()["number"])).collect();
            assert_eq!(told, [(CardMember::Phones(PhoneKind::Mobile), &lost.into())], "{policy:?}");
            let run = world.journal().await[0].cycle.clone();
            assert_eq!(deeds(&world.undo_run(&run).await), [UndoDeed::Restored], "{policy:?}");
            world.read(&mut book).await;
            let after = (world.mobiles_of(&anna).await, mobiles(&book.item(&item).card));
            assert_eq!(after, (vec![lost.to_owned()], vec![lost]), "{policy:?} {before:?}");
        }
    }
}

#[tokio::test]
async fn a_write_before_both_sides_changed_a_mobile_number_is_taken_back_by_no_third_number() {
    let mut book = Book::new();
    let (world, item, anna) = one(&mut book, ConflictPolicy::Newest).await;
    world.edit(&anna, |card| set(card, &["+44-6"])).await;
    world.read(&mut book).await;
    let write = world.journal().await[0].cycle.clone();
    book.edit(&item, |card| set(card, &["+44-611"]));
    world.edit(&anna, |card| set(card, &["+44-722"])).await;
    world.read(&mut book).await;
    let undone = world.undo_run(&write).await;
    assert_eq!((deeds(&undone), undone[0].kept.len()), (vec![UndoDeed::Nothing], 1), "{undone:?}");
    world.read(&mut book).await;
    assert_eq!(
        (world.mobiles_of(&anna).await, mobiles(&book.item(&item).card)),
        (vec!["+44-722".to_owned()], vec!["+44-722"])
    );
}

#[tokio::test]
async fn who_is_asked_says_which_of_two_mobile_numbers_holds() {
    let mut book = Book::new();
    let (world, item, anna) = one(&mut book, ConflictPolicy::Ask).await;
    book.edit(&item, |card| set(card, &["+44-611"]));
    world.edit(&anna, |card| set(card, &["+44-722"])).await;
    for _ in 0..2 {
        world.read(&mut book).await;
        assert_eq!(
            (world.mobiles_of(&anna).await, mobiles(&book.item(&item).card)),
            (vec!["+44-722".to_owned()], vec!["+44-611"])
        );
    }
    let asked = world.conflicts().await;
    assert_eq!(asked[0].values[0].member, CardMember::Phones(PhoneKind::Mobile));
    world.say(&anna, None, Side::Ours).await.unwrap();
    for _ in 0..2 {
        world.read(&mut book).await;
        assert_eq!(
            (world.mobiles_of(&anna).await, mobiles(&book.item(&item).card)),
            (vec!["+44-722".to_owned()], vec!["+44-722"])
        );
    }
}

#[tokio::test]
async fn a_second_mobile_number_that_has_no_room_is_in_nobodys_way() {
    let mut book = Book::new();
    let (world, item, anna) = one(&mut book, ConflictPolicy::Outlook).await;
    world.edit(&anna, |card| set(card, &["+44-5", "+44-722"])).await;
    book.edit(&item, |card| set(card, &["+44-611"]));
    for _ in 0..2 {
        world.read(&mut book).await;
        let mut here = world.mobiles_of(&anna).await;
        here.sort();
        assert_eq!(
            (here, mobiles(&book.item(&item).card)),
            (vec!["+44-611".to_owned(), "+44-722".to_owned()], vec!["+44-611"])
        );
    }
}
