//! What another program hands in.

use super::book::Book;
use super::world::World;
use crate::store::at;
use crate::store::statements::{run, text};
use outlook_syncd::model::{AuditAction, AuditEntry, CardText, ContactsEnd};

impl World {
    /// Hands a change in; its number.
    async fn hand_in(&self, columns: &str, values: &str) -> String {
        let account = self.account().await;
        let row =
            format!("INSERT INTO contact_change (account_id, {columns}) VALUES ('{account}', {values})");
        run(&self.store, &row).await;
        text(&self.store, "SELECT CAST(MAX(number) AS TEXT) FROM contact_change").await.unwrap()
    }

    async fn outcome(&self, number: &str) -> (Option<String>, Option<String>) {
        let of = async |column: &str| {
            let sql = format!("SELECT {column} FROM contact_change_v WHERE number = {number}");
            text(&self.store, &sql).await
        };
        (of("outcome").await, of("message").await)
    }
}

#[tokio::test]
async fn what_another_program_hands_in_is_made_here_and_goes_out_once() {
    let (world, mut book) = (World::new().await, Book::new());
    let card = |title: &str| format!(r#"'{{"texts": {{"display_name": "Anna", "job_title": "{title}"}}}}'"#);
    let mut numbers = Vec::new();
    for values in [
        format!("'crm-1', 'put', {}", card("Chief")),
        format!("'crm-1', 'put', {}", card("Boss")),
        format!("'crm-2', 'put', {}", card("Nobody")),
        "'crm-2', 'remove', NULL".to_owned(),
    ] {
        numbers.push(world.hand_in("external_id, change, card", &values).await);
    }
    world.read(&mut book).await;
    for number in numbers {
        assert_eq!(world.outcome(&number).await, (Some("done".to_owned()), None), "{number}");
    }
    let titles: Vec<_> = book.items.values().map(|(_, sight)| sight.card.text(CardText::JobTitle)).collect();
    assert_eq!(titles, ["Boss"]);
    // SQLite knows nobody by name.
    let lines = world.store.audit_log(9).await.unwrap();
    let told: Vec<_> = lines.iter().rev().map(|line| (line.actor.as_str(), line.action)).collect();
    let of = |action| ("database", action);
    assert_eq!(
        told,
        [
            of(AuditAction::ContactAdded),
            of(AuditAction::ContactEdited),
            of(AuditAction::ContactAdded),
            of(AuditAction::ContactRemoved)
        ]
    );
    assert!(lines.iter().all(|line| line.account == lines[0].account && line.detail.is_some()), "{lines:?}");
    world.read(&mut book).await;
    assert_eq!(book.pen.done(), 1);
}

#[tokio::test]
async fn what_cannot_be_made_is_refused_with_the_reason() {
    let (world, mut book) = (World::new().await, Book::new());
    let anna = world.add_named("Anna").await;
    world
        .hand_in("contact_id, external_id, change, card", &format!("'{anna}', 'crm-1', 'put', '{{}}'"))
        .await;
    let berta = world.add_named("Berta").await;
    let nobody = "there is no such contact";
    for (columns, values, outcome, why) in [
        ("contact_id, change, card", "'nobody', 'put', '{}'".to_owned(), "refused", nobody),
        ("contact_id, change", "'nobody', 'remove'".to_owned(), "refused", nobody),
        ("external_id, change", "'crm-9', 'remove'".to_owned(), "refused", nobody),
        ("contact_id, change, card, based_on", "'nobody', 'put', '{}', 1".to_owned(), "refused", nobody),
        (
            "external_id, change, card",
            r#"'crm-3', 'put', '{"photo": 1}'"#.to_owned(),
            "refused",
            "`photo` is no member of a card",
        ),
        (
            "external_id, change, card",
            "'crm-4', 'put', '{}'".to_owned(),
            "refused",
            "nothing is written on the card",
        ),
        (
            "contact_id, external_id, change, card",
            format!("'{berta}', 'crm-1', 'put', '{{}}'"),
            "refused",
            "another contact has this external id",
        ),
        (
            "contact_id, change, card, based_on",
            format!(r#"'{berta}', 'put', '{{"children": ["Tom"]}}', 7"#),
            "stale",
            "the contact has another revision",
        ),
        (
            "contact_id, change, based_on",
            format!("'{berta}', 'remove', 7"),
            "stale",
            "the contact has another revision",
        ),
    ] {
        let number = world.hand_in(columns, &values).await;
        world.read(&mut book).await;
        let said = world.outcome(&number).await;
        assert_eq!(said, (Some(outcome.to_owned()), Some(why.to_owned())), "{values}");
    }
    let long = format!(r#"'crm-5', 'put', '{{"children": ["{}"]}}'"#, "x".repeat(128 << 10));
    let number = world.hand_in("external_id, change, card", &long).await;
    world.read(&mut book).await;
    let (outcome, why) = world.outcome(&number).await;
    assert_eq!(outcome.as_deref(), Some("refused"));
    assert!(why.as_ref().is_some_and(|why| why.ends_with("of which at most 131072 are kept")), "{why:?}");
    assert_eq!(world.contacts().await.len(), 2);
}

#[tokio::test]
async fn a_contact_that_was_kept_is_the_one_that_another_program_names_once_its_mailbox_is_connected_again() {
    let (world, mut book) = (World::new().await, Book::new());
    for title in ["Chief", "Boss"] {
        let card = format!(r#"'{{"texts": {{"display_name": "Anna", "job_title": "{title}"}}}}'"#);
        world.hand_in("external_id, change, card", &format!("'crm-1', 'put', {card}")).await;
        for _ in 0..2 {
            world.read(&mut book).await;
        }
        let titles: Vec<_> =
            book.items.values().map(|(_, sight)| sight.card.text(CardText::JobTitle)).collect();
        assert_eq!((titles, world.contacts().await.len()), (vec![title], 1));
        let line = AuditEntry::new(at(0), "anna", AuditAction::Disconnected);
        world.store.disconnect_account(&world.account().await, ContactsEnd::Keep, &line).await.unwrap();
        crate::store::add_due(&world.store, "anna@example.org", at(0)).await;
    }
}
