//! The names that Outlook makes of the rest of a contact, and those that people give.

use super::book::{Book, CONTACTS};
use super::pen::Cut;
use super::push::assert_settled;
use super::world::World;
use chrono::TimeDelta;
use outlook_syncd::model::{Card, CardEmail, CardPhone, CardText, ConflictPolicy, ContactId, PhoneKind};

fn write(card: &mut Card, texts: &[(CardText, &str)]) {
    for (text, value) in texts {
        card.set_text(*text, (*value).to_owned());
    }
}

fn names(card: &Card) -> [&str; 2] {
    [card.text(CardText::DisplayName), card.text(CardText::FileAs)]
}

const RAPID: [(CardText, &str); 2] = [(CardText::GivenName, "Rapid"), (CardText::Surname, "Fire")];

impl World {
    /// A contact with parts of a name, made here.
    async fn add_rapid(&self) -> ContactId {
        self.add(|card| {
            write(card, &RAPID);
            card.emails.push(CardEmail { address: "r@x.example".to_owned(), name: String::new() });
        })
        .await
    }

    async fn names_of(&self, id: &ContactId) -> [String; 2] {
        names(&self.store.contact(id).await.unwrap().unwrap().card).map(str::to_owned)
    }

    async fn members_written(&self) -> Vec<&'static str> {
        self.journal().await[0].members.iter().map(|member| member.as_str()).collect()
    }
}

fn item_names(book: &Book) -> [String; 2] {
    names(book.cards()[0]).map(str::to_owned)
}

#[tokio::test]
async fn a_contact_deleted_in_the_cycle_after_it_was_made_is_deleted_in_outlook_and_stays_so() {
    for policy in ConflictPolicy::ALL {
        for undoes in [false, true] {
            let (mut world, mut book) = (World::new().await, Book::new());
            world.settings.joining.policy = policy;
            let rapid = world.add_rapid().await;
            world.read(&mut book).await;
            if undoes {
                world.undo_run(&world.journal().await[0].cycle).await;
            } else {
                world.remove(&rapid).await;
            }
            for _ in 0..2 {
                world.read(&mut book).await;
                let written = world.journal().await;
                let kinds: Vec<_> = written.iter().map(|write| write.kind.as_str()).collect();
                assert_eq!(kinds, ["delete", "create"], "{policy:?} {undoes}");
                let there = (book.cards().len(), world.contacts().await.len(), world.waiting().await);
                assert_eq!(there, (0, 0, 0), "{policy:?} {undoes}");
            }
        }
    }
}

#[tokio::test]
async fn a_contact_deleted_after_nobody_said_that_it_was_made_is_deleted_in_outlook_all_the_same() {
    for policy in ConflictPolicy::ALL {
        let (mut world, mut book) = (World::new().await, Book::new());
        world.settings.joining.policy = policy;
        let rapid = world.add_rapid().await;
        book.pen.cut_next(0, Cut::After, 0);
        assert!(world.turn(&mut book).await.is_err());
        world.remove(&rapid).await;
        for _ in 0..3 {
            world.clock.advance(TimeDelta::hours(1));
            world.read(&mut book).await;
        }
        assert_eq!((book.cards().len(), world.contacts().await.len()), (0, 0), "{policy:?}");
    }
}

#[tokio::test]
async fn a_name_given_in_the_cycle_after_a_contact_was_made_holds_and_is_in_nobodys_way() {
    for policy in ConflictPolicy::ALL {
        let (mut world, mut book) = (World::new().await, Book::new());
        world.settings.joining.policy = policy;
        let rapid = world.add_rapid().await;
        world.read(&mut book).await;
        let given = [(CardText::DisplayName, "The X"), (CardText::FileAs, "Zed X")];
        world.edit(&rapid, |card| write(card, &given)).await;
        for _ in 0..2 {
            world.read(&mut book).await;
            assert_eq!(world.names_of(&rapid).await, ["The X", "Zed X"], "{policy:?}");
            assert_eq!(item_names(&book), ["The X", "Zed X"], "{policy:?}");
        }
        let told: Vec<_> = world.journal().await.into_iter().flat_map(|write| write.conflicts).collect();
        assert_eq!(told, [], "{policy:?}");
    }
}

#[tokio::test]
async fn the_names_that_outlook_makes_of_a_new_contact_are_here_when_it_is_there() {
    let (world, mut book) = (World::new().await, Book::new());
    let rapid = world.add_rapid().await;
    world.read(&mut book).await;
    assert_eq!(world.names_of(&rapid).await, ["Rapid Fire", "Fire, Rapid"]);
    let before = world.revisions().await;
    assert_settled(&world, &mut book).await;
    assert_eq!((world.revisions().await, book.pen.done()), (before, 1));
}

/// A contact of the mailbox with parts of a name, and this display name.
async fn anna(book: &mut Book, display: &str) -> (World, ContactId) {
    let (world, item) = (World::new().await, book.add(CONTACTS, display));
    let parts =
        [(CardText::GivenName, "Anna"), (CardText::Surname, "Before"), (CardText::FileAs, "Before, Anna")];
    book.edit(&item, |card| write(card, &parts));
    world.read(book).await;
    let anna = world.of(&item).await;
    (world, anna)
}

#[tokio::test]
async fn a_contact_with_a_new_surname_is_shown_by_it_on_both_sides() {
    for (was, is) in [("Anna Before", "Anna After"), ("Before, Anna", "After, Anna")] {
        let mut book = Book::new();
        let (world, anna) = anna(&mut book, was).await;
        world.edit(&anna, |card| write(card, &[(CardText::Surname, "After")])).await;
        let plan = world.plan().await;
        let planned: Vec<_> = plan.writes[0].members.iter().map(|member| member.as_str()).collect();
        assert_eq!(planned, ["display_name", "surname"]);
        world.read(&mut book).await;
        assert_eq!(world.names_of(&anna).await, [is, "After, Anna"]);
        assert_eq!(item_names(&book), [is, "After, Anna"]);
        assert_settled(&world, &mut book).await;
        world.undo(&anna, false).await;
        for _ in 0..2 {
            world.read(&mut book).await;
        }
        assert_eq!(
            (world.names_of(&anna).await, item_names(&book)[0].as_str()),
            ([was, "Before, Anna"].map(str::to_owned), was)
        );
    }
}

#[tokio::test]
async fn a_name_that_a_person_chose_stays_whatever_its_parts_become() {
    let mut book = Book::new();
    let (world, anna) = anna(&mut book, "Annie").await;
    world.edit(&anna, |card| write(card, &[(CardText::Surname, "After")])).await;
    world.read(&mut book).await;
    assert_eq!((world.names_of(&anna).await[0].as_str(), item_names(&book)[0].as_str()), ("Annie", "Annie"));
    assert_settled(&world, &mut book).await;
}

#[tokio::test]
async fn only_what_differs_is_written_and_a_chosen_name_that_outlook_would_make_anew() {
    for (display, members) in
        [("Anna Before", vec!["mobile_phones"]), ("Annie", vec!["display_name", "mobile_phones"])]
    {
        let mut book = Book::new();
        let (world, anna) = anna(&mut book, display).await;
        let mobile = CardPhone { kind: PhoneKind::Mobile, number: "+49 170 1".to_owned() };
        world.edit(&anna, |card| card.phones.push(mobile.clone())).await;
        world.read(&mut book).await;
        assert_eq!(world.members_written().await, members);
        assert_eq!(item_names(&book)[0], display);
    }
}

#[tokio::test]
async fn a_name_that_is_changed_in_outlook_after_a_contact_was_made_is_an_edit() {
    let (mut world, mut book) = (World::new().await, Book::new());
    world.settings.joining.policy = ConflictPolicy::Outlook;
    let rapid = world.add_rapid().await;
    world.read(&mut book).await;
    let item = book.ids().pop().unwrap();
    book.rename(&item, "Rapid F.");
    world.edit(&rapid, |card| write(card, &[(CardText::DisplayName, "The X")])).await;
    world.read(&mut book).await;
    assert_eq!(
        (world.names_of(&rapid).await[0].as_str(), item_names(&book)[0].as_str()),
        ("Rapid F.", "Rapid F.")
    );
    let told: Vec<_> = world.journal().await.into_iter().flat_map(|write| write.conflicts).collect();
    assert_eq!(told[0].lost(), Some(&"The X".into()));
}
