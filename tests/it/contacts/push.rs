//! What is changed here goes out.

use super::book::{Book, CONTACTS};
use super::pen::Cut;
use super::world::World;
use chrono::TimeDelta;
use outlook_syncd::model::{
    Card, CardEmail, CardPhone, CardText, ConflictPolicy, ContactId, ContactSight, PhoneKind,
};

fn name(card: &mut Card, name: &str) {
    card.set_text(CardText::DisplayName, name.to_owned());
}

pub(super) fn title(card: &mut Card, title: &str) {
    card.set_text(CardText::JobTitle, title.to_owned());
}

/// A mailbox with three contacts that were read, and the contacts that they are.
pub(super) async fn three() -> (World, Book, Vec<(String, ContactId)>) {
    let (world, mut book) = (World::new().await, Book::new());
    book.make_folder("friends", "Friends");
    let ids = [CONTACTS, "friends", CONTACTS].map(|folder| book.add(folder, &format!("In {folder}")));
    world.read(&mut book).await;
    let mut pairs = Vec::new();
    for id in ids {
        let contact = world.of(&id).await;
        pairs.push((id, contact));
    }
    (world, book, pairs)
}

impl Book {
    pub(super) fn item(&self, id: &str) -> &ContactSight {
        &self.items[id].1
    }

    /// The cards of what lies in the folders.
    pub(super) fn cards(&self) -> Vec<&Card> {
        let here = self.items.values().filter(|(folder, _)| self.folders.contains_key(folder));
        here.map(|(_, sight)| &sight.card).collect()
    }

    pub(super) fn named(&self, name: &str) -> usize {
        self.cards().iter().filter(|card| card.text(CardText::DisplayName) == name).count()
    }
}

/// After what the server made of what it was given came in, two more turns write nothing anywhere.
pub(super) async fn assert_settled(world: &World, book: &mut Book) {
    world.read(book).await;
    let (revisions, done) = (world.revisions().await, book.pen.done());
    for _ in 0..2 {
        world.read(book).await;
    }
    assert_eq!((world.revisions().await, book.pen.done()), (revisions, done));
    assert_eq!(world.waiting().await, 0);
}

#[tokio::test]
async fn what_is_made_changed_and_deleted_here_is_so_in_outlook_and_once() {
    let (world, mut book, all) = three().await;
    world.add_named("Made here").await;
    world.edit(&all[0].1, |card| title(card, "Chief")).await;
    world.edit(&all[1].1, |card| card.categories.push("Blue".to_owned())).await;
    world.remove(&all[2].1).await;
    assert_eq!(world.read(&mut book).await, None);
    assert_eq!(book.named("Made here"), 1);
    assert_eq!(book.item(&all[0].0).card.text(CardText::JobTitle), "Chief");
    assert_eq!(book.item(&all[1].0).card.categories, ["Blue"]);
    assert_eq!(book.items[&all[2].0].0, "deleteditems");
    assert_eq!((book.pen.done(), world.waiting().await), (4, 0));
    assert_settled(&world, &mut book).await;
    assert_eq!(book.pen.done(), 4);
}

#[tokio::test]
async fn what_was_changed_there_meanwhile_stays_and_only_what_was_changed_here_is_written() {
    let (world, mut book, all) = three().await;
    let (id, contact) = &all[0];
    world.edit(contact, |card| card.set_text(CardText::CompanyName, "Acme".to_owned())).await;
    book.edit(id, |card| title(card, "Chief"));
    world.read(&mut book).await;
    assert_eq!(book.item(id).card.text(CardText::JobTitle), "Chief");
    assert_eq!(book.item(id).card.text(CardText::CompanyName), "Acme");
    let write = &world.journal().await[0];
    let members: Vec<_> = write.members.iter().map(|member| member.as_str()).collect();
    assert_eq!(members, ["display_name", "company_name"]);
    assert_eq!(write.before.as_ref().unwrap().text(CardText::JobTitle), "Chief", "it can be taken back");
    assert_settled(&world, &mut book).await;
    assert_eq!(book.pen.done(), 1);
}

#[tokio::test]
async fn an_edit_there_between_the_look_and_the_write_is_not_lost_whether_versions_are_heeded_or_not() {
    for ignores_versions in [false, true] {
        let (world, mut book, all) = three().await;
        let (id, contact) = all[0].clone();
        book.pen.ignores_versions = ignores_versions;
        world.edit(&contact, |card| card.set_text(CardText::CompanyName, "Acme".to_owned())).await;
        let there = id.clone();
        book.pen.meanwhile = Some(Box::new(move |book| book.edit(&there, |card| title(card, "Chief"))));
        world.read(&mut book).await;
        world.read(&mut book).await;
        let here = world.store.contact(&contact).await.unwrap().unwrap().card;
        for card in [&here, &book.item(&id).card] {
            let said = [card.text(CardText::JobTitle), card.text(CardText::CompanyName)];
            assert_eq!(said, ["Chief", "Acme"], "{ignores_versions}");
        }
        assert_settled(&world, &mut book).await;
    }
}

#[tokio::test]
async fn a_write_that_is_refused_as_of_another_version_is_done_after_one_more_look() {
    let (world, mut book, all) = three().await;
    book.pen.conflicts = 1;
    world.edit(&all[0].1, |card| title(card, "Chief")).await;
    world.read(&mut book).await;
    assert_eq!(book.item(&all[0].0).card.text(CardText::JobTitle), "Chief");
    // One that is refused so twice waits for the next turn.
    book.pen.conflicts = 2;
    world.edit(&all[1].1, |card| title(card, "Boss")).await;
    assert_eq!(world.read(&mut book).await, None);
    assert_eq!(world.waiting().await, 1);
    world.read(&mut book).await;
    assert_settled(&world, &mut book).await;
}

#[tokio::test]
async fn where_both_changed_one_value_the_policy_says_whose_holds() {
    for (policy, expected) in [
        (ConflictPolicy::Outlook, Some("There")),
        (ConflictPolicy::Local, Some("Here")),
        (ConflictPolicy::Newest, Some("Here")),
        (ConflictPolicy::Ask, None),
    ] {
        let (mut world, mut book, all) = three().await;
        world.settings.joining.policy = policy;
        let (id, contact) = &all[0];
        book.edit(id, |card| title(card, "There"));
        world
            .edit(contact, |card| {
                title(card, "Here");
                card.children.push("Tom".to_owned());
            })
            .await;
        world.read(&mut book).await;
        world.read(&mut book).await;
        let here = world.store.contact(contact).await.unwrap().unwrap().card;
        let titles = [here.text(CardText::JobTitle), book.item(id).card.text(CardText::JobTitle)];
        assert_eq!(titles, expected.map_or(["Here", "There"], |title| [title, title]), "{policy:?}");
        assert_eq!(book.item(id).card.children, ["Tom"], "what does not conflict goes out");
        if policy == ConflictPolicy::Ask {
            // A person decides, by writing the same on either side.
            book.edit(id, |card| title(card, "Here"));
        }
        assert_settled(&world, &mut book).await;
    }
}

#[tokio::test]
async fn one_contact_that_is_refused_waits_with_its_reason_and_the_others_go() {
    let (world, mut book, _) = three().await;
    book.pen.refuses.insert("Person 7".to_owned());
    book.pen.fails_at.insert("Person 8".to_owned());
    let mut ids = Vec::new();
    for n in 0..30 {
        ids.push(world.add_named(&format!("Person {n}")).await);
    }
    world.read(&mut book).await;
    assert_eq!(book.pen.done(), 28);
    let parked = world.store.parked_contacts(&world.account().await, 100).await.unwrap().0;
    let parked: Vec<_> = parked.iter().map(|parked| (&parked.contact, parked.due_at.is_some())).collect();
    assert!(parked.contains(&(&ids[7], false)) && parked.contains(&(&ids[8], true)), "{parked:?}");
    world.read(&mut book).await;
    assert_eq!((book.pen.done(), world.waiting().await), (28, 2), "only what failed is tried again");
    book.pen.refuses.clear();
    book.pen.fails_at.clear();
    world.edit(&ids[7], |card| title(card, "Mended")).await;
    world.clock.advance(TimeDelta::days(1));
    world.read(&mut book).await;
    assert_eq!(book.pen.done(), 30);
    assert_settled(&world, &mut book).await;
}

#[tokio::test]
async fn a_connection_that_is_cut_before_or_after_a_write_was_done_doubles_and_loses_nothing() {
    for cut in [Cut::Before, Cut::After] {
        for at in 0..4 {
            for finds_late in [0, 9] {
                let (world, mut book, all) = three().await;
                world.add_named("Made here").await;
                world.add_named("Made too").await;
                world.edit(&all[0].1, |card| title(card, "Chief")).await;
                world.remove(&all[1].1).await;
                book.pen.cut_next(at, cut, finds_late);
                assert!(world.turn(&mut book).await.is_err());
                for _ in 0..6 {
                    world.read(&mut book).await;
                }
                let when = format!("{cut:?} {at} {finds_late}");
                assert_eq!((book.named("Made here"), book.named("Made too")), (1, 1), "{when}");
                assert_eq!(book.item(&all[0].0).card.text(CardText::JobTitle), "Chief", "{when}");
                assert_eq!(book.items[&all[1].0].0, "deleteditems", "{when}");
                assert_eq!(world.contacts().await.len(), 4, "{when}");
                assert_eq!(book.pen.done(), 4, "{when}");
                assert_settled(&world, &mut book).await;
            }
        }
    }
}

#[tokio::test]
async fn an_edit_made_while_its_contact_is_written_goes_out_next() {
    for deletes in [false, true] {
        let (world, mut book, _) = three().await;
        let id = world.add_named("Made here").await;
        book.pen.cut_next(0, Cut::After, 0);
        assert!(world.turn(&mut book).await.is_err());
        if deletes {
            world.remove(&id).await;
        } else {
            world.edit(&id, |card| title(card, "Since")).await;
        }
        for _ in 0..3 {
            world.read(&mut book).await;
        }
        assert_eq!(book.cards().len(), if deletes { 3 } else { 4 });
        let since = book.cards().iter().filter(|card| card.text(CardText::JobTitle) == "Since").count();
        assert_eq!(since, usize::from(!deletes));
        assert_settled(&world, &mut book).await;
    }
}

#[tokio::test]
async fn what_has_no_room_stays_here_and_moves_up_once_there_is_some() {
    let (world, mut book, all) = three().await;
    let (id, contact) = &all[0];
    let email = |n: usize| CardEmail { address: format!("a{n}@x.example"), name: String::new() };
    world.edit(contact, |card| card.emails = (0..5).map(email).collect()).await;
    world.read(&mut book).await;
    assert_eq!(book.item(id).card.emails.len(), 3);
    assert_settled(&world, &mut book).await;
    book.edit(id, |card| drop(card.emails.remove(1)));
    for _ in 0..2 {
        world.read(&mut book).await;
    }
    let there: Vec<_> = book.item(id).card.emails.iter().map(|email| email.address.clone()).collect();
    assert_eq!(there, ["a0@x.example", "a2@x.example", "a3@x.example"]);
    assert_eq!(world.store.contact(contact).await.unwrap().unwrap().card.emails.len(), 4);
    assert_settled(&world, &mut book).await;
}

#[tokio::test]
async fn a_server_that_rewrites_all_it_is_given_is_not_written_to_again() {
    for is_silent in [false, true] {
        let (world, mut book, all) = three().await;
        book.pen.is_silent = is_silent;
        world
            .edit(&all[0].1, |card| {
                name(card, "Anna Fort");
                card.set_text(CardText::Surname, "Fort".to_owned());
                card.set_text(CardText::PersonalNotes, "One\nTwo".to_owned());
                card.emails.push(CardEmail { address: "no address".to_owned(), name: String::new() });
                card.phones.push(CardPhone { kind: PhoneKind::Mobile, number: "+49 228 1".to_owned() });
            })
            .await;
        world.read(&mut book).await;
        assert_eq!(book.pen.done(), 1);
        assert_settled(&world, &mut book).await;
        assert_eq!(book.pen.done(), 1);
        let here = world.store.contact(&all[0].1).await.unwrap().unwrap().card;
        assert_eq!(here.phones[0].number, "+49 228 1", "it stays as the person wrote it");
    }
}

#[tokio::test]
async fn a_company_alone_is_named_after_itself_and_of_nothing_no_contact_is_made() {
    let (world, mut book, _) = three().await;
    world.add(|card| card.set_text(CardText::CompanyName, "Acme".to_owned())).await;
    world.add(|_| ()).await;
    world.read(&mut book).await;
    assert_eq!((book.named("Acme"), book.cards().len()), (1, 4));
}
