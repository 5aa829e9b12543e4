//! Both sides change the same value: the one that gives way stands in the journal and is taken back from there.

use super::book::{Book, CONTACTS};
use super::push::title;
use super::undo::deeds;
use super::world::World;
use outlook_syncd::desk::{ConflictDetail, Database, DeskError, UndoDeed};
use outlook_syncd::model::{
    Actor, Card, CardEmail, CardMember, CardPhone, CardText, ConflictPolicy, Contact, ContactId,
    ContactWriteKind, ContestedPart, PhoneKind, Side,
};

impl World {
    /// What a person is to say under the policy that asks.
    pub(super) async fn conflicts(&self) -> Vec<ConflictDetail> {
        let (actor, account) = (Actor::command_line(), self.account().await);
        self.database().contact_conflicts(&actor, &account).await.unwrap()
    }

    fn database(&self) -> Database {
        Database::over(self.store.clone(), self.clock.clone()).with_contacts(self.settings)
    }

    pub(super) async fn say(
        &self,
        contact: &ContactId,
        member: Option<CardMember>,
        side: Side,
    ) -> Result<Contact, DeskError> {
        let contact = self.store.contact(contact).await.unwrap().unwrap();
        self.database()
            .resolve_contact(&Actor::command_line(), &contact, member.map(ContestedPart::Member), side)
            .await
    }

    async fn card(&self, contact: &ContactId) -> Card {
        self.store.contact(contact).await.unwrap().unwrap().card
    }
}

/// A contact of which both sides changed the title and the company, and a person is asked.
async fn asked(book: &mut Book) -> (World, String, ContactId) {
    let (mut world, item, anna) = World::with_one(book).await;
    world.settings.joining.policy = ConflictPolicy::Ask;
    let write = |card: &mut Card, of: &str| {
        title(card, &format!("Title {of}"));
        card.set_text(CardText::CompanyName, format!("Company {of}"));
    };
    world.edit(&anna, |card| write(card, "here")).await;
    book.edit(&item, |card| write(card, "there"));
    world.read(book).await;
    (world, item, anna)
}

/// A contact that was deleted on one side and changed on the other, and a person is asked.
async fn deleted_on(side: Side, book: &mut Book) -> (World, ContactId) {
    let (mut world, item, anna) = World::with_one(book).await;
    world.settings.joining.policy = ConflictPolicy::Ask;
    match side {
        Side::Ours => {
            world.remove(&anna).await;
            book.edit(&item, |card| title(card, "Boss"));
        }
        Side::Theirs => {
            world.edit(&anna, |card| title(card, "Boss")).await;
            book.delete(&item);
        }
    }
    (world, anna)
}

fn texts(card: &Card) -> [&str; 2] {
    [card.text(CardText::JobTitle), card.text(CardText::CompanyName)]
}

const TITLE: CardMember = CardMember::Text(CardText::JobTitle);

#[tokio::test]
async fn a_value_that_gave_way_stands_in_the_journal_and_is_taken_back_whichever_side_held() {
    for (policy, holds, kind) in [
        (ConflictPolicy::Outlook, Side::Theirs, ContactWriteKind::Resolve),
        (ConflictPolicy::Local, Side::Ours, ContactWriteKind::Update),
        // What is changed here was changed last.
        (ConflictPolicy::Newest, Side::Ours, ContactWriteKind::Update),
    ] {
        let mut book = Book::new();
        let (mut world, item, anna) = World::with_one(&mut book).await;
        world.settings.joining.policy = policy;
        world.edit(&anna, |card| title(card, "Head")).await;
        book.edit(&item, |card| title(card, "Boss"));
        world.read(&mut book).await;
        let (held, lost) = if holds == Side::Ours { ("Head", "Boss") } else { ("Boss", "Head") };
        let both = async |world: &World, book: &Book| {
            let here = world.store.contact(&anna).await.unwrap().unwrap().card;
            [&here, &book.items[&item].1.card].map(|card| card.text(CardText::JobTitle).to_owned())
        };
        assert_eq!(both(&world, &book).await, [held, held], "{policy:?}");
        let journal = world.journal().await;
        assert_eq!((journal.len(), journal[0].kind), (1, kind), "{policy:?}");
        let conflict = &journal[0].conflicts[0];
        assert_eq!((conflict.member, conflict.holds), (TITLE, Some(holds)), "{policy:?}");
        assert_eq!(conflict.lost(), Some(&lost.into()), "{policy:?}");
        for _ in 0..2 {
            world.read(&mut book).await;
            assert_eq!(world.journal().await.len(), 1, "it is told once: {policy:?}");
        }
        assert_eq!(deeds(&world.undo(&anna, false).await), [UndoDeed::Restored], "{policy:?}");
        world.read(&mut book).await;
        assert_eq!(both(&world, &book).await, [lost, lost], "{policy:?}");
    }
}

#[tokio::test]
async fn only_what_gave_way_is_taken_back_and_not_what_the_mailbox_changed_beside_it() {
    let mut book = Book::new();
    let (mut world, item, anna) = World::with_one(&mut book).await;
    world.settings.joining.policy = ConflictPolicy::Outlook;
    let email = |address: &str| CardEmail { address: address.to_owned(), name: String::new() };
    let phone = |kind: PhoneKind| CardPhone { kind, number: "+49 30 1".to_owned() };
    book.edit(&item, |card| {
        card.emails = vec![email("a@x.example"), email("b@x.example")];
        card.phones = vec![phone(PhoneKind::Business)];
    });
    world.read(&mut book).await;
    world.edit(&anna, |card| card.phones[0].kind = PhoneKind::Home).await;
    book.edit(&item, |card| {
        card.phones[0].kind = PhoneKind::Mobile;
        card.emails.push(email("c@x.example"));
        card.set_text(CardText::CompanyName, "Acme".to_owned());
    });
    world.read(&mut book).await;
    let kinds = |card: &Card| card.phones[0].kind;
    assert_eq!(kinds(&world.store.contact(&anna).await.unwrap().unwrap().card), PhoneKind::Mobile);
    world.undo(&anna, false).await;
    world.read(&mut book).await;
    let there = &book.items[&item].1.card;
    assert_eq!((kinds(there), there.phones.len(), there.emails.len()), (PhoneKind::Home, 1, 3));
    assert_eq!(there.text(CardText::CompanyName), "Acme");
}

#[tokio::test]
async fn what_gave_way_and_was_changed_since_stays_as_it_is() {
    let mut book = Book::new();
    let (mut world, item, anna) = World::with_one(&mut book).await;
    world.settings.joining.policy = ConflictPolicy::Outlook;
    world.edit(&anna, |card| title(card, "Head")).await;
    book.edit(&item, |card| title(card, "Boss"));
    world.read(&mut book).await;
    book.edit(&item, |card| title(card, "Chair"));
    world.read(&mut book).await;
    let undone = world.undo(&anna, false).await;
    assert_eq!(deeds(&undone), [UndoDeed::Nothing]);
    assert_eq!((undone[0].kept[0].member, &undone[0].kept[0].theirs), (TITLE, &"Head".into()));
}

#[tokio::test]
async fn a_contact_made_here_that_is_one_of_the_mailboxs_loses_no_value_without_a_line_of_the_journal() {
    let (mut world, mut book) = (World::new().await, Book::new());
    world.settings.joining.policy = ConflictPolicy::Outlook;
    let email = CardEmail { address: "anna@x.example".to_owned(), name: String::new() };
    let item = book.add(CONTACTS, "Anna Fort");
    book.edit(&item, |card| {
        title(card, "Boss");
        card.emails.push(email.clone());
    });
    let mut card = Card { emails: vec![email], ..Card::default() };
    title(&mut card, "Head");
    let anna = world.make(card).await;
    world.read(&mut book).await;
    assert_eq!(world.of(&item).await, anna);
    let journal = world.journal().await;
    let lost: Vec<_> = journal.iter().flat_map(|write| &write.conflicts).collect();
    assert_eq!((lost[0].member, lost[0].lost()), (TITLE, Some(&"Head".into())), "{journal:?}");
}

#[tokio::test]
async fn who_is_asked_says_of_one_value_whose_holds_and_the_other_waits_on() {
    let mut book = Book::new();
    let (world, item, anna) = asked(&mut book).await;
    assert_eq!(book.pen.done(), 0);
    let conflicts = world.conflicts().await;
    let members: Vec<_> = conflicts[0].values.iter().map(|value| value.member).collect();
    assert_eq!(members, [CardMember::Text(CardText::CompanyName), TITLE], "{conflicts:?}");
    assert_eq!(
        (&conflicts[0].values[1].ours, &conflicts[0].values[1].theirs),
        (&"Title here".into(), &"Title there".into())
    );
    let birthday = world.say(&anna, Some(CardMember::Birthday), Side::Ours).await;
    assert!(matches!(birthday, Err(DeskError::NoConflict(_))), "{birthday:?}");
    world.say(&anna, Some(TITLE), Side::Ours).await.unwrap();
    for _ in 0..2 {
        world.read(&mut book).await;
        assert_eq!(texts(&world.card(&anna).await), ["Title here", "Company here"]);
        assert_eq!(texts(&book.items[&item].1.card), ["Title here", "Company there"]);
        let conflicts = world.conflicts().await;
        assert_eq!((conflicts.len(), conflicts[0].values.len()), (1, 1), "{conflicts:?}");
    }
    world.say(&anna, None, Side::Theirs).await.unwrap();
    assert_eq!(world.conflicts().await.len(), 0);
    for _ in 0..2 {
        world.read(&mut book).await;
        assert_eq!(texts(&world.card(&anna).await), ["Title here", "Company there"]);
    }
    assert_eq!((book.pen.done(), world.waiting().await), (1, 0));
    let lost: Vec<_> = world.journal().await.into_iter().flat_map(|write| write.conflicts).collect();
    let lost: Vec<_> = lost.iter().map(|conflict| conflict.lost().unwrap()).collect();
    assert_eq!(lost, ["Company here", "Title there"], "each stands in the journal");
}

#[tokio::test]
async fn what_changes_there_after_a_person_has_said_whose_values_hold_is_asked_anew() {
    let mut book = Book::new();
    let (world, item, anna) = asked(&mut book).await;
    world.say(&anna, None, Side::Ours).await.unwrap();
    book.edit(&item, |card| title(card, "Later"));
    world.read(&mut book).await;
    assert_eq!(texts(&book.items[&item].1.card), ["Later", "Company here"]);
    let conflicts = world.conflicts().await;
    assert_eq!(conflicts[0].values[0].theirs, "Later");
    world.say(&anna, None, Side::Ours).await.unwrap();
    world.read(&mut book).await;
    assert_eq!(texts(&book.items[&item].1.card)[0], "Title here");
}

#[tokio::test]
async fn a_contact_deleted_on_one_side_and_changed_on_the_other_is_what_a_person_says() {
    for (deleted, side) in
        [Side::Ours, Side::Theirs].into_iter().flat_map(|at| Side::ALL.map(|side| (at, side)))
    {
        let mut book = Book::new();
        let (world, anna) = deleted_on(deleted, &mut book).await;
        for _ in 0..2 {
            world.read(&mut book).await;
            assert_eq!(book.pen.done(), 0);
            assert_eq!(world.conflicts().await[0].deleted, Some(deleted));
        }
        world.say(&anna, None, side).await.unwrap();
        for _ in 0..2 {
            world.read(&mut book).await;
        }
        let is_kept = deleted != side;
        let contacts = world.contacts().await;
        assert_eq!((contacts.len(), book.ids().len()), (usize::from(is_kept), usize::from(is_kept)));
        assert!(contacts.iter().all(|contact| texts(&contact.card)[0] == "Boss"), "{deleted:?} {side:?}");
        assert_eq!((world.conflicts().await.len(), world.waiting().await), (0, 0));
    }
}

#[tokio::test]
async fn the_plan_has_no_write_of_a_contact_that_is_as_outlook_has_it_because_a_person_said_so() {
    let mut book = Book::new();
    let (world, anna) = deleted_on(Side::Ours, &mut book).await;
    world.read(&mut book).await;
    world.say(&anna, None, Side::Theirs).await.unwrap();
    let plan = world.plan().await;
    assert!(plan.writes.is_empty() && plan.withheld.is_empty(), "{plan:?}");
    world.read(&mut book).await;
    assert_eq!((book.pen.done(), world.waiting().await), (0, 0));
}

#[tokio::test]
async fn the_plan_has_what_was_changed_here_before_a_contact_was_deleted_that_a_person_said_is_there() {
    let mut book = Book::new();
    let (mut world, item, anna) = World::with_one(&mut book).await;
    world.settings.joining.policy = ConflictPolicy::Ask;
    world.edit(&anna, |card| card.set_text(CardText::CompanyName, "Acme".to_owned())).await;
    world.remove(&anna).await;
    book.edit(&item, |card| title(card, "Boss"));
    world.read(&mut book).await;
    world.say(&anna, None, Side::Theirs).await.unwrap();
    let planned: Vec<_> = world.plan().await.writes.into_iter().flat_map(|write| write.members).collect();
    assert!(planned.contains(&CardMember::Text(CardText::CompanyName)), "{planned:?}");
    assert!(!planned.contains(&TITLE), "{planned:?}");
    world.read(&mut book).await;
    assert_eq!(texts(&book.items[&item].1.card), ["Boss", "Acme"]);
}

#[tokio::test]
async fn what_was_said_of_values_is_taken_back_by_its_run_and_by_its_contact_before_and_after_it_went_out() {
    for (side, lost) in [(Side::Ours, "there"), (Side::Theirs, "here")] {
        for (by_run, is_out) in [(true, false), (true, true), (false, false), (false, true)] {
            let mut book = Book::new();
            let (world, item, anna) = asked(&mut book).await;
            world.say(&anna, None, side).await.unwrap();
            let run = world.journal().await[0].cycle.clone();
            if is_out {
                world.read(&mut book).await;
            }
            let undone = if by_run { world.undo_run(&run).await } else { world.undo(&anna, false).await };
            assert!(deeds(&undone).contains(&UndoDeed::Restored), "{side:?} {by_run} {is_out}: {undone:?}");
            for _ in 0..2 {
                world.read(&mut book).await;
            }
            let expected = [format!("Title {lost}"), format!("Company {lost}")];
            assert_eq!(texts(&world.card(&anna).await), expected, "{side:?} {by_run} {is_out}");
            assert_eq!(texts(&book.items[&item].1.card), expected, "{side:?} {by_run} {is_out}");
            assert_eq!((world.waiting().await, world.conflicts().await.len()), (0, 0));
        }
    }
}

#[tokio::test]
async fn what_was_said_of_a_contact_deleted_on_one_side_is_taken_back_and_what_the_other_had_is_there() {
    for (deleted, side) in
        [Side::Ours, Side::Theirs].into_iter().flat_map(|at| Side::ALL.map(|side| (at, side)))
    {
        for (by_run, is_out) in [(true, false), (true, true), (false, false), (false, true)] {
            let mut book = Book::new();
            let (world, anna) = deleted_on(deleted, &mut book).await;
            world.read(&mut book).await;
            world.say(&anna, None, side).await.unwrap();
            let run = world.journal().await[0].cycle.clone();
            if is_out {
                world.read(&mut book).await;
            }
            let when = format!("{deleted:?} {side:?} {by_run} {is_out}");
            let undone = if by_run { world.undo_run(&run).await } else { world.undo(&anna, false).await };
            assert!(!undone.is_empty(), "{when}");
            for _ in 0..2 {
                world.read(&mut book).await;
            }
            // What gave way holds. Where nothing was written yet, or can be, it is as before: it is asked again.
            let expected = match (deleted, side) {
                (Side::Ours, Side::Ours) => (1, 1, 0),
                (Side::Ours, Side::Theirs) if is_out => (0, 0, 0),
                (Side::Ours, Side::Theirs) => (0, 1, 1),
                (Side::Theirs, Side::Ours) => (0, 0, 0),
                (Side::Theirs, Side::Theirs) => (1, 0, 1),
            };
            let contacts = world.contacts().await;
            let found = (contacts.len(), book.ids().len(), world.conflicts().await.len());
            assert_eq!(found, expected, "{when}");
            assert!(contacts.iter().all(|contact| texts(&contact.card)[0] == "Boss"), "{when}: {contacts:?}");
        }
    }
}
