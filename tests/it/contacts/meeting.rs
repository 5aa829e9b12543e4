//! Contacts made here, and which of them the mailbox has already.

use super::book::{Book, CONTACTS, PAGE};
use super::world::World;
use crate::store::at;
use outlook_syncd::model::{
    AuditAction, AuditEntry, Card, CardEmail, CardPhone, CardText, Contact, ContactEdit, ContactId,
    ContactMatch, ContactWriteKind, CycleId, Direction, PhoneKind, Proof,
};
use outlook_syncd::store::{Edited, Editor};
use outlook_syncd::sync::contacts::{Canon, ContactSettings, join_brought};

/// A card with a name, and addresses or numbers.
pub(super) fn card(name: &str, keys: &[&str]) -> Card {
    let mut card = Card::default();
    write(&mut card, name, keys);
    card
}

pub(super) fn write(card: &mut Card, name: &str, keys: &[&str]) {
    card.set_text(CardText::DisplayName, name.to_owned());
    (card.emails, card.phones) = (Vec::new(), Vec::new());
    for key in keys {
        if key.contains('@') {
            card.emails.push(CardEmail { address: (*key).to_owned(), name: String::new() });
        } else {
            card.phones.push(CardPhone { kind: PhoneKind::Business, number: (*key).to_owned() });
        }
    }
}

/// A contact of the mailbox; its id there.
pub(super) fn there(book: &mut Book, name: &str, keys: &[&str]) -> String {
    let id = book.add(CONTACTS, name);
    book.edit(&id, |card| write(card, name, keys));
    id
}

/// A world in which nothing goes out.
pub(super) async fn apart() -> World {
    let mut world = World::new().await;
    world.direction = Direction::In;
    world
}

pub(super) fn line() -> AuditEntry {
    AuditEntry::new(at(0), "anna", AuditAction::Connected)
}

impl World {
    /// A contact made here.
    pub(super) async fn make(&self, card: Card) -> ContactId {
        let (account, now) = (self.account().await, self.clock.now());
        let id = ContactId::new(now);
        let forms = Canon::default().forms(&card);
        let edit = ContactEdit { id: id.clone(), external_id: None, forms, card };
        let added = self.store.add_contact(&account, &edit, Editor::Person(&line()), now).await.unwrap();
        assert_eq!(added, Edited::Done(1));
        id
    }

    /// Which item a contact is.
    pub(super) async fn item(&self, id: &ContactId) -> Option<String> {
        self.store.contact_link(id).await.unwrap().map(|link| link.remote_id)
    }

    /// Who would be made in the mailbox next.
    pub(super) async fn to_be_made(&self) -> Vec<ContactId> {
        let edited =
            self.store.edited_contacts(&self.account().await, None, self.clock.now(), 100).await.unwrap();
        edited.into_iter().filter(|edited| edited.link.is_none()).map(|edited| edited.contact.id).collect()
    }

    /// What a person is asked: the names on both sides, and what they have in common.
    pub(super) async fn asked(&self) -> Vec<(String, String, Vec<Proof>)> {
        let mut asked = Vec::new();
        for found in self.store.contact_matches(&self.account().await, None, 100).await.unwrap() {
            let (here, there) = (self.contact(&found.here).await, self.contact(&found.there).await);
            let [here, there] = [here, there].map(|of| of.card.text(CardText::DisplayName).to_owned());
            asked.push((here, there, found.by.into_iter().collect()));
        }
        asked.sort();
        asked
    }

    /// Answers the only question that there is about a contact made here.
    pub(super) async fn answer(&self, about: &ContactId, are_one: bool) {
        let account = self.account().await;
        let mut asked = self.store.contact_matches(&account, None, 10).await.unwrap();
        asked.retain(|asked| asked.here == *about);
        self.answer_as(&asked[0], are_one).await;
    }

    pub(super) async fn answer_as(&self, asked: &ContactMatch, are_one: bool) {
        let account = self.account().await;
        let (_, [here, there]) = self.store.contact_match(&account, &asked.id).await.unwrap().unwrap();
        let now = self.clock.now();
        let (joining, run) = (ContactSettings::default().joining, CycleId::new(now));
        let join = join_brought(&here.contact, &there, joining, (&run, now)).filter(|_| are_one);
        let settled = self.store.answer_contact_match(&account, &asked.id, join.as_ref(), &line(), now).await;
        assert!(settled.unwrap());
    }

    pub(super) async fn contact(&self, id: &ContactId) -> Contact {
        self.store.contact(id).await.unwrap().unwrap()
    }
}

#[tokio::test]
async fn a_contact_made_here_that_outlook_has_is_linked_whichever_came_first_and_nobody_is_doubled() {
    for made_first in [true, false] {
        let (world, mut book) = (apart().await, Book::new());
        let item = there(&mut book, "Anna Fort", &["ANNA@x.example"]);
        book.edit(&item, |card| card.set_text(CardText::JobTitle, "Engineer".to_owned()));
        for n in 0..2 * PAGE {
            there(&mut book, &format!("Person {n}"), &[&format!("p{n}@x.example")]);
        }
        if !made_first {
            world.read(&mut book).await;
        }
        let mut anna = card("Anna Fort", &["anna@x.example", "030 1"]);
        anna.set_text(CardText::NickName, "Annie".to_owned());
        let anna = world.make(anna).await;
        assert_eq!(world.to_be_made().await, [], "whether Outlook has it is not known yet");
        for _ in 0..3 {
            assert_eq!(world.read(&mut book).await, None);
        }
        assert_eq!((world.item(&anna).await, world.to_be_made().await), (Some(item), vec![]));
        assert_eq!((world.contacts().await.len(), world.asked().await), (2 * PAGE + 1, vec![]));
        let both = world.contact(&anna).await;
        let texts = [CardText::JobTitle, CardText::NickName].map(|text| both.card.text(text).to_owned());
        assert_eq!(texts, ["Engineer", "Annie"].map(str::to_owned), "what each had alone");
        assert!(both.edited_at.is_some(), "what Outlook lacks is left to go out");
    }
}

#[tokio::test]
async fn what_outlook_lacks_of_a_contact_that_it_has_goes_out_once_and_no_second_one_is_made() {
    let (world, mut book) = (World::new().await, Book::new());
    let item = there(&mut book, "Anna Fort", &["anna@x.example"]);
    world.read(&mut book).await;
    let mut anna = card("Anna Fort", &["anna@x.example", "+49 30 123456"]);
    anna.set_text(CardText::NickName, "Annie".to_owned());
    let anna = world.make(anna).await;
    let otto = world.make(card("Otto Kern", &["otto@x.example"])).await;
    for _ in 0..3 {
        assert_eq!(world.read(&mut book).await, None);
    }
    let journal = world.journal().await;
    let mut written: Vec<_> = journal.iter().map(|write| (&write.contact, write.kind)).collect();
    written.sort_by_key(|(_, kind)| kind.as_str());
    assert_eq!(written, [(&otto, ContactWriteKind::Create), (&anna, ContactWriteKind::Update)]);
    assert_eq!((world.item(&anna).await, world.waiting().await), (Some(item), 0));
    assert_eq!((world.contacts().await.len(), book.ids().len()), (2, 2));
}

#[tokio::test]
async fn one_that_a_person_types_in_there_while_ours_waits_is_ours() {
    let (world, mut book) = (apart().await, Book::new());
    let anna = world.make(card("Anna Fort", &["anna@x.example"])).await;
    world.read(&mut book).await;
    assert_eq!(world.to_be_made().await, std::slice::from_ref(&anna));
    let item = there(&mut book, "Anna Fort", &["anna@x.example"]);
    world.read(&mut book).await;
    assert_eq!((world.item(&anna).await, world.contacts().await.len()), (Some(item), 1));
}

#[tokio::test]
async fn nobody_is_compared_with_the_half_of_a_mailbox() {
    let (world, mut book) = (apart().await, Book::new());
    let anna = world.make(card("Anna Fort", &["anna@x.example"])).await;
    there(&mut book, "Anna Fort", &["anna@x.example"]);
    for n in 0..2 * PAGE {
        there(&mut book, &format!("Person {n}"), &[]);
    }
    there(&mut book, "Anna at work", &["anna@x.example"]);
    book.cut_at = Some(2);
    assert!(world.turn(&mut book).await.is_err());
    assert_eq!((world.item(&anna).await, world.to_be_made().await), (None, vec![]));
    book.cut_at = None;
    world.read(&mut book).await;
    assert_eq!((world.asked().await.len(), world.item(&anna).await), (2, None));
}

#[tokio::test]
async fn a_copy_made_in_outlook_is_a_contact_of_its_own_and_the_link_stays() {
    let (world, mut book) = (apart().await, Book::new());
    let anna = world.make(card("Anna Fort", &["anna@x.example"])).await;
    let item = there(&mut book, "Anna Fort", &["anna@x.example"]);
    world.read(&mut book).await;
    let copy = there(&mut book, "Anna Fort", &["anna@x.example"]);
    for id in [&item, &copy] {
        book.carry(id, &anna);
        book.partial.insert(id.clone());
        book.rename(id, "Anna Fort");
    }
    for _ in 0..2 {
        world.read(&mut book).await;
    }
    assert_eq!(world.item(&anna).await.as_ref(), Some(&item));
    assert_eq!((world.contacts().await.len(), world.asked().await), (2, vec![]));
    assert_eq!(world.stored().await, book.truth());
}

#[tokio::test]
async fn an_item_that_carries_the_id_of_a_contact_made_here_is_that_contact_unless_two_carry_it() {
    let (world, mut book) = (apart().await, Book::new());
    let (anna, otto) = (world.make(card("Anna Fort", &[])).await, world.make(card("Otto Kern", &[])).await);
    let items = ["Anna Fort", "Otto Kern", "Otto Kern"].map(|name| there(&mut book, name, &[]));
    for (item, made) in items.iter().zip([&anna, &otto, &otto]) {
        book.carry(item, made);
        book.partial.insert(item.clone());
    }
    world.read(&mut book).await;
    assert_eq!((world.item(&anna).await.as_ref(), world.item(&otto).await), (Some(&items[0]), None));
    assert_eq!((world.contacts().await.len(), world.to_be_made().await), (4, vec![]));
    let asked: Vec<_> = world.asked().await.into_iter().map(|(here, _, by)| (here, by)).collect();
    assert_eq!(asked, vec![("Otto Kern".to_owned(), vec![Proof::Name]); 2], "which of them it is");
}

#[tokio::test]
async fn a_linked_contact_stays_linked_when_the_address_changes_by_which_it_was_found() {
    let (world, mut book) = (apart().await, Book::new());
    let anna = world.make(card("Anna Fort", &["anna@x.example"])).await;
    let item = there(&mut book, "Anna Fort", &["anna@x.example"]);
    world.read(&mut book).await;
    book.edit(&item, |card| write(card, "Anna Fort", &["anna@new.example"]));
    world.read(&mut book).await;
    assert_eq!((world.item(&anna).await, world.contacts().await.len()), (Some(item), 1));
    assert_eq!(world.contact(&anna).await.card.emails[0].address, "anna@new.example");
}

#[tokio::test]
async fn ten_readings_of_both_sides_add_nothing_and_write_nothing_after_the_first() {
    let (world, mut book) = (apart().await, Book::new());
    for n in 0..2 * PAGE {
        there(&mut book, &format!("Person {n}"), &[&format!("p{n}@x.example"), "info@x.example"]);
        world.make(card(&format!("Person {n}"), &[&format!("p{n}@x.example")])).await;
    }
    world.read(&mut book).await;
    let before = (world.revisions().await, world.contacts().await.len());
    assert_eq!(before.1, 2 * PAGE);
    for _ in 0..9 {
        book.forget_links();
        world.read(&mut book).await;
    }
    assert_eq!((world.revisions().await, world.contacts().await.len()), before);
}
