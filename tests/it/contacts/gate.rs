//! What goes out only after a person has looked at it, and which way contacts go.

use super::book::{Book, CONTACTS};
use super::meeting::{card, there};
use super::photo_out::jpeg;
use super::push::title;
use super::world::World;
use crate::store::{at, run};
use chrono::TimeDelta;
use outlook_syncd::desk::{BrakeDecided, BrakeDetail, BrakeKind, ContactApproval, ContactPlan, Database};
use outlook_syncd::model::{
    Account, Actor, AskReason, AuditAction, AuditEntry, CardText, ContactId, ContactWriteKind, Direction,
    WriteCounts,
};

fn line(world: &World, action: AuditAction) -> AuditEntry {
    AuditEntry::new(world.clock.now(), "command line", action)
}

impl World {
    /// What a person is shown of the next cycle.
    pub(super) async fn plan(&self) -> ContactPlan {
        self.desk().contact_plan(&Actor::command_line(), &self.account().await).await.unwrap()
    }

    pub(super) async fn approve(&self) {
        let line = line(self, AuditAction::ContactsApproved);
        self.store.approve_contacts(&self.account().await, None, None, false, &line).await.unwrap();
    }

    pub(super) async fn approve_rejected(&self) {
        let line = line(self, AuditAction::ContactsApproved);
        self.store.approve_contacts(&self.account().await, None, None, true, &line).await.unwrap();
    }

    pub(super) async fn reject(&self) -> u64 {
        let line = line(self, AuditAction::ContactsRejected);
        self.store.reject_contacts(&self.account().await, None, &line).await.unwrap()
    }
}

/// A mailbox of so many contacts that were read.
pub(super) async fn of(count: usize) -> (World, Book, Vec<(String, ContactId)>) {
    let (world, mut book) = (World::asking().await, Book::new());
    for n in 0..count {
        book.add(CONTACTS, &format!("Person {n}"));
    }
    world.read(&mut book).await;
    let mut all = Vec::new();
    for id in book.ids() {
        let contact = world.of(&id).await;
        all.push((id, contact));
    }
    (world, book, all)
}

#[tokio::test]
async fn the_first_plan_of_an_account_waits_for_a_person_and_an_empty_one_for_nobody() {
    let (world, mut book) = (World::asking().await, Book::new());
    world.add_named("Made before the first time").await;
    for _ in 0..2 {
        assert_eq!(world.read(&mut book).await, Some("contacts_first_plan"));
        assert_eq!(book.pen.done(), 0);
    }
    let asked = world.store.contact_gate(&world.account().await).await.unwrap().asked.unwrap();
    assert_eq!((asked.why, asked.counts.creates), (AskReason::FirstPlan, 1));
    assert_eq!(asked.since, at(100_060), "since the first time");
    world.approve().await;
    assert_eq!(world.read(&mut book).await, None);
    world.add_named("Made later").await;
    assert_eq!(world.read(&mut book).await, None);
    assert_eq!(book.pen.done(), 2);

    let (world, mut book, all) = of(3).await;
    world.edit(&all[0].1, |card| title(card, "Chief")).await;
    assert_eq!(world.read(&mut book).await, None, "its first plan was empty");
    assert_eq!(book.pen.done(), 1);
}

#[tokio::test]
async fn a_first_plan_is_not_passed_unseen_because_what_waits_is_asked_about_or_not_compared_yet() {
    let (world, mut book) = (World::asking().await, Book::new());
    there(&mut book, "Otto Kern", &["otto@x.example", "info@x.example"]);
    let anna = world.make(card("Anna Fort", &["anna@x.example", "info@x.example"])).await;
    assert_eq!(world.read(&mut book).await, None, "a person says first who is whom");
    world.answer(&anna, false).await;
    assert_eq!(world.read(&mut book).await, Some("contacts_first_plan"));
    assert_eq!(book.pen.done(), 0);

    let (mut world, mut book) = (World::asking().await, Book::new());
    world.add_named("Made before the first time").await;
    world.takes = TimeDelta::minutes(2);
    world.read(&mut book).await;
    world.takes = TimeDelta::zero();
    assert_eq!(
        world.read(&mut book).await,
        Some("contacts_first_plan"),
        "time was up before it was compared"
    );
    assert_eq!(book.pen.done(), 0);
}

/// 20 are changed, 6 deleted, and the brake has stopped them.
async fn stopped() -> (World, Book, Vec<(String, ContactId)>) {
    let (world, mut book, all) = of(40).await;
    for (_, id) in &all[..20] {
        world.edit(id, |card| title(card, "Chief")).await;
    }
    for (_, id) in &all[20..26] {
        world.remove(id).await;
    }
    assert_eq!(world.read(&mut book).await, Some("contacts_brake"));
    assert_eq!(book.pen.done(), 0);
    (world, book, all)
}

#[tokio::test]
async fn more_overwrites_and_deletes_at_once_than_the_brake_allows_write_nothing_and_ask() {
    let (world, mut book, all) = stopped().await;
    world.add_named("New").await;
    assert_eq!(world.read(&mut book).await, Some("contacts_brake"));
    assert_eq!(book.pen.done(), 0);
    let gate = world.store.contact_gate(&world.account().await).await.unwrap();
    assert_eq!(gate.asked.unwrap().counts, WriteCounts { creates: 1, overwrites: 20, deletes: 6 });
    // What is changed after it was approved is counted anew.
    world.approve().await;
    world.clock.advance(TimeDelta::seconds(1));
    world.edit(&all[30].1, |card| title(card, "Boss")).await;
    assert_eq!(world.read(&mut book).await, None);
    assert_eq!((book.pen.done(), world.waiting().await), (28, 0));
    assert_eq!(world.store.contact_gate(&world.account().await).await.unwrap().asked, None);
}

#[tokio::test]
async fn what_is_changed_after_a_person_was_asked_is_not_approved_with_the_rest() {
    let (world, mut book, all) = stopped().await;
    world.clock.advance(TimeDelta::seconds(1));
    for (_, id) in &all[..30] {
        world.edit(id, |card| title(card, "Nobody was shown this")).await;
    }
    world.clock.advance(TimeDelta::seconds(1));
    world.approve().await;
    assert_eq!(world.read(&mut book).await, Some("contacts_brake"));
    assert_eq!(book.pen.done(), 0);
}

#[tokio::test]
async fn what_was_approved_goes_out_though_more_was_changed_since_than_the_brake_allows() {
    let (world, mut book, all) = of(80).await;
    for (_, id) in &all[..30] {
        world.edit(id, |card| title(card, "Chief")).await;
    }
    assert_eq!(world.read(&mut book).await, Some("contacts_brake"));
    world.approve().await;
    world.clock.advance(TimeDelta::seconds(1));
    for (_, id) in &all[30..60] {
        world.remove(id).await;
    }
    for _ in 0..2 {
        assert_eq!(world.read(&mut book).await, Some("contacts_brake"));
        assert_eq!((book.pen.done(), world.waiting().await), (30, 30));
    }
    let gate = world.store.contact_gate(&world.account().await).await.unwrap();
    assert_eq!(gate.asked.unwrap().counts, WriteCounts { creates: 0, overwrites: 0, deletes: 30 });
}

#[tokio::test]
async fn what_is_rejected_stays_here_and_what_was_deleted_is_there_again() {
    let (world, mut book, all) = stopped().await;
    assert_eq!(world.reject().await, 26);
    assert_eq!(world.contacts().await.len(), 40);
    // Whatever happens in Outlook to one that was rejected, it does not go out.
    book.edit(&all[0].0, |card| card.set_text(CardText::CompanyName, "Acme".to_owned()));
    for _ in 0..2 {
        assert_eq!(world.read(&mut book).await, None);
        assert_eq!(book.pen.done(), 0);
    }
    let contact = world.store.contact(&all[0].1).await.unwrap().unwrap().card;
    assert_eq!([contact.text(CardText::JobTitle), contact.text(CardText::CompanyName)], ["Chief", "Acme"]);
    world.edit(&all[1].1, |card| title(card, "Boss")).await;
    world.read(&mut book).await;
    assert_eq!(book.pen.done(), 1, "one that is changed again");
    world.approve_rejected().await;
    world.read(&mut book).await;
    assert_eq!((book.pen.done(), world.waiting().await), (20, 0), "all that is approved after all");
    assert_eq!(world.contacts().await.len(), 40);
}

#[tokio::test]
async fn a_turn_that_is_under_way_writes_nothing_more_once_the_direction_is_another() {
    for direction in [Direction::In, Direction::Off] {
        let (world, mut book, all) = of(3).await;
        world.edit(&all[0].1, |card| title(card, "Here")).await;
        world.picture(&all[1].1, Some(&jpeg("ours"))).await;
        let line = || line(&world, AuditAction::ContactsDirected);
        // The turn has read the direction before.
        let account = world.account().await;
        world.store.set_contact_direction(&account, Some(direction), direction, &line()).await.unwrap();
        world.read(&mut book).await;
        assert_eq!(book.pen.done(), 0, "{direction:?}");
        world.store.set_contact_direction(&account, None, Direction::Both, &line()).await.unwrap();
        world.read(&mut book).await;
        assert_eq!(book.pen.done(), 2, "{direction:?}");
    }
}

#[tokio::test]
async fn contacts_go_the_way_that_is_set_and_both_ways_again_later() {
    let (mut world, mut book, all) = of(3).await;
    let titles = async |world: &World, book: &Book, n: usize| {
        let (there, here) = &all[n];
        let here = world.store.contact(here).await.unwrap().unwrap().card;
        [&here, &book.items[there].1.card].map(|card| card.text(CardText::JobTitle).to_owned())
    };
    world.direction = Direction::In;
    world.edit(&all[0].1, |card| title(card, "Here")).await;
    book.edit(&all[1].0, |card| title(card, "There"));
    world.read(&mut book).await;
    assert_eq!(titles(&world, &book, 0).await, ["Here", ""]);
    assert_eq!(titles(&world, &book, 1).await, ["There", "There"]);
    world.direction = Direction::Out;
    book.edit(&all[2].0, |card| title(card, "There"));
    book.edit(&all[0].0, |card| card.set_text(CardText::CompanyName, "Acme".to_owned()));
    world.read(&mut book).await;
    assert_eq!(titles(&world, &book, 0).await, ["Here", "Here"]);
    assert_eq!(titles(&world, &book, 2).await, ["", "There"]);
    world.direction = Direction::Both;
    world.read(&mut book).await;
    assert_eq!(titles(&world, &book, 2).await, ["There", "There"]);
    let here = world.store.contact(&all[0].1).await.unwrap().unwrap().card;
    assert_eq!(here.text(CardText::CompanyName), "Acme", "what was not read is read then");
}

#[tokio::test]
async fn the_plan_says_that_it_waits_for_a_person_before_a_cycle_has_asked() {
    let (world, mut book) = (World::asking().await, Book::new());
    world.add_named("Made before the first time").await;
    let planned = world.plan().await;
    assert_eq!((planned.waits.unwrap().why, planned.withheld.len()), (AskReason::FirstPlan, 1));
    world.read(&mut book).await;
    world.approve().await;
    assert_eq!(world.plan().await.waits, None);

    let (world, mut book, all) = of(60).await;
    for (_, id) in &all[..40] {
        world.remove(id).await;
    }
    let planned = world.plan().await;
    let counts = WriteCounts { deletes: 40, ..WriteCounts::default() };
    let asked = planned.waits.unwrap();
    assert_eq!((asked.why, asked.counts, planned.writes.len()), (AskReason::Brake, counts, 40));
    assert_eq!(world.read(&mut book).await, Some("contacts_brake"));
    world.approve().await;
    assert_eq!(world.plan().await.waits, None);
}

#[tokio::test]
async fn what_outlook_did_not_take_goes_out_once_somebody_asks_for_it_also_a_deletion() {
    let (world, mut book, all) = of(3).await;
    book.pen.keeps_all = true;
    book.pen.refuses.insert("Anna".to_owned());
    world.edit(&all[0].1, |card| card.set_text(CardText::DisplayName, "Anna".to_owned())).await;
    world.remove(&all[1].1).await;
    for _ in 0..2 {
        world.read(&mut book).await;
    }
    assert_eq!((book.pen.done(), world.waiting().await), (0, 2), "it is not sent again by itself");
    assert_eq!(world.journal().await.len(), 2);
    book.pen.heal();
    let actor = Actor::command_line();
    assert_eq!(world.desk().retry_contacts(&actor, &world.account().await).await.unwrap(), 2);
    world.read(&mut book).await;
    assert_eq!((book.pen.done(), world.waiting().await), (2, 0));
    assert_eq!(book.items[&all[1].0].0, "deleteditems");
}

#[tokio::test]
async fn a_plan_of_very_many_lists_some_with_all_that_are_deleted_and_counts_the_others() {
    let (world, _, all) = of(3).await;
    let many = format!(
        "CREATE TABLE n (i BIGINT);
         INSERT INTO n WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2500) SELECT i FROM n;
         INSERT INTO contact (id, account_id, display_name, listed_as, searched, im_addresses, children, categories, created_at,
             changed_at, revision, edited_at, met)
         SELECT 'many' || i, '{}', 'n' || i, 'n' || i, '', '[]', '[]', '[]', 1, 1, 1, i, TRUE FROM n;
         DROP TABLE n;",
        world.account().await
    );
    run(&world.store, &many).await;
    world.remove(&all[0].1).await;
    let plan = world.plan().await;
    let deleted = plan.writes.iter().filter(|write| write.write == ContactWriteKind::Delete).count();
    assert_eq!((plan.writes.len(), deleted, plan.more.writes), (1_001, 1, 1_500));
    run(&world.store, "UPDATE contact SET met = FALSE WHERE id LIKE 'many%'").await;
    let plan = world.plan().await;
    assert_eq!((plan.writes.len(), plan.more.writes), (1, 0));
    assert_eq!((plan.withheld.len(), plan.more.withheld), (1_000, 1_500));
}

impl World {
    pub(super) async fn brakes(&self) -> Vec<(Account, BrakeDetail)> {
        self.desk().contact_brakes(&Actor::command_line()).await.unwrap()
    }

    pub(super) async fn decide(&self, approves: bool, only: Option<BrakeKind>) -> BrakeDecided {
        let (desk, actor, account) = (self.desk(), Actor::command_line(), self.account().await);
        let decided = if approves {
            desk.approve_contacts(&actor, &account, ContactApproval { only, ..ContactApproval::default() })
                .await
        } else {
            desk.reject_contacts(&actor, &account, only, None).await
        };
        decided.unwrap()
    }

    pub(super) fn desk(&self) -> Database {
        Database::over(self.store.clone(), self.clock.clone()).with_contacts(self.settings)
    }
}
