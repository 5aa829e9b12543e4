//! Contacts that a program of before 0109 left, in the middle of its work, and what comes of them afterwards.

use super::book::{Book, CONTACTS};
use super::push::title;
use super::world::World;
use crate::store::statements::{run, text};
use crate::store::{at, left_at, postgres_url, sqlite_url};
use chrono::TimeDelta;
use outlook_syncd::model::{CardText, ContactId, ContactWriteKind, Direction};
use std::collections::BTreeMap;

/// The items: one that nobody touched, one that was changed here, one that was deleted here, one whose change
/// the server did not take, one whose change was under way, one that was being made.
const ITEMS: [(&str, &str); 6] = [
    ("untouched", "0PYxyh3bqNs7z8ueBXzcmNA3nxvuAOdaVFFHon2t2YI"),
    ("changed", "nAq-UcbmZV2B3i0ETU-xlJMfBYwEJsZ8coXY9WV-1ko"),
    ("deleted", "fByX3xfAZpJIIrCvCaZSUVVJYsYeIzKa7QTNGQINw7g"),
    ("refused", "ABKj-gAMXcJu5ljDxY4Szs1Y1kVc7D1WIfDHh2dbOKo"),
    ("cut", "0L8-buHWaN4YycogCk8VIGLzRSg-5oyt_kEgTyFddek"),
    ("lost", ""),
];

/// The rows, in the words of 0108. The place in the folder is that after the fifth item.
fn rows() -> String {
    let card = |name: &str| format!(r#"{{"texts": {{"display_name": "{name}"}}}}"#);
    let titled = |name: &str| format!(r#"{{"texts": {{"display_name": "{name}", "job_title": "Chief"}}}}"#);
    let mut rows = "
INSERT INTO account (id, owner, login, address, road, sync_enabled, created_at)
VALUES ('a', 'owner', 'anna@example.org', 'anna@example.org', 'owa', TRUE, 1);
INSERT INTO sync_state (account_id, mailbox_key) VALUES ('a', 'anna@example.org');
INSERT INTO contact_folder (id, account_id, remote_id, name, is_default, cursor, cursor_id_format, round_read, held,
                            last_success_at, listed_at)
VALUES ('f', 'a', 'contacts', 'Contacts', TRUE, 'since 5', 'immutable', FALSE, 5, 1, 1);
INSERT INTO contact (id, account_id, display_name, job_title, im_addresses, children, categories, listed_as, searched,
                     edited_at, created_at, changed_at, revision, gone_at)
VALUES ('untouched', 'a', 'untouched', NULL, '[]', '[]', '[]', 'untouched', 'untouched', NULL, 1, 1, 1, NULL),
    ('changed', 'a', 'changed', 'Chief', '[]', '[]', '[]', 'changed', 'changed', 2, 1, 2, 2, NULL),
    ('deleted', 'a', 'deleted', NULL, '[]', '[]', '[]', 'deleted', 'deleted', 3, 1, 3, 2, 3),
    ('refused', 'a', 'refused', 'Chief', '[]', '[]', '[]', 'refused', 'refused', 4, 1, 4, 2, NULL),
    ('cut', 'a', 'cut', 'Chief', '[]', '[]', '[]', 'cut', 'cut', 5, 1, 5, 2, NULL),
    ('lost', 'a', 'lost', NULL, '[]', '[]', '[]', 'lost', 'lost', 6, 6, 6, 1, NULL),
    ('made', 'a', 'made', NULL, '[]', '[]', '[]', 'made', 'made', 7, 7, 7, 1, NULL),
    ('long gone', 'a', 'long gone', NULL, '[]', '[]', '[]', 'long gone', 'long gone', NULL, 1, 1, 2, 1);
INSERT INTO contact_parked (contact_id, account_id, revision, code, text, parked_at)
VALUES ('refused', 'a', 2, 'ErrorInvalidRequest', 'no', 4);
INSERT INTO contact_change (account_id, external_id, change, card)
VALUES ('a', 'crm-1', 'put', '{\"texts\": {\"display_name\": \"handed in\"}}');
"
    .to_owned();
    for (n, (name, key)) in ITEMS.iter().take(5).enumerate() {
        let base = card(name);
        let link = format!(
            "INSERT INTO contact_link (account_id, remote_key, remote_id, contact_id, folder_id, base_ours, base_theirs, others)
             VALUES ('a', '{key}', 'c{}', '{name}', 'f', '{base}', '{base}', '{{}}');",
            n + 1
        );
        rows.push_str(&link);
    }
    for (contact, kind, item, before, sent) in [
        ("cut", "update", "'c5'", format!("'{}'", card("cut")), titled("cut")),
        ("lost", "create", "NULL", "NULL".to_owned(), card("lost")),
    ] {
        let write = format!(
            "INSERT INTO contact_write (id, account_id, cycle_id, contact_id, kind, revision, remote_id, before, sent, begun_at)
             VALUES ('w {contact}', 'a', 'r', '{contact}', '{kind}', 1, {item}, {before}, '{sent}', 8);"
        );
        rows.push_str(&write);
    }
    rows
}

/// The mailbox: what was under way when the program was killed was done.
fn mailbox() -> Book {
    let mut book = Book::new();
    for (name, _) in ITEMS {
        book.add(CONTACTS, name);
    }
    book.edit("c5", |card| title(card, "Chief"));
    book.carry("c6", &ContactId::from("lost".to_owned()));
    book
}

#[tokio::test]
async fn what_an_older_program_left_half_written_is_written_once_and_nothing_is_lost() {
    let dir = tempfile::tempdir().unwrap();
    for url in [sqlite_url(&dir), postgres_url().await] {
        let store = left_at(108, &url).await;
        run(&store, &rows()).await;
        store.migrate().await.unwrap();
        let mut world = World::over(store);
        let account = world.account().await;
        world.store.begin_session(&account, None, at(0)).await.unwrap();
        let mut book = mailbox();

        world.settings.asks_first = true;
        assert_eq!(world.read(&mut book).await, Some("contacts_first_plan"), "nobody has looked at any plan");
        assert_eq!(book.pen.done(), 0);
        let told = world.store.contact_gate(&account).await.unwrap().asked.unwrap().counts;
        assert_eq!(
            (told.creates, told.overwrites, told.deletes),
            (2, 1, 1),
            "one was made and one is refused"
        );
        world.settings.asks_first = false;
        for _ in 0..3 {
            world.clock.advance(TimeDelta::hours(1));
            assert_eq!(world.read(&mut book).await, None);
        }

        let there: BTreeMap<_, _> = book
            .ids()
            .into_iter()
            .map(|id| {
                let card = &book.items[&id].1.card;
                (card.text(CardText::DisplayName).to_owned(), card.text(CardText::JobTitle).to_owned())
            })
            .collect();
        let expected = [
            ("changed", "Chief"),
            ("cut", "Chief"),
            ("handed in", ""),
            ("lost", ""),
            ("made", ""),
            ("refused", ""),
            ("untouched", ""),
        ];
        let expected = expected.map(|(name, title)| (name.to_owned(), title.to_owned()));
        assert_eq!((there, book.ids().len()), (expected.into(), 7));
        assert_eq!((book.pen.done(), world.contacts().await.len()), (4, 7));
        assert_eq!(world.of("c6").await.as_str(), "lost", "it is found by the id that it carries");
        assert_eq!(world.waiting().await, 1, "what was refused waits until it is changed");
        let journal = world.journal().await;
        assert!(journal.iter().all(|write| write.ended.is_some()), "{journal:?}");
        let made = journal.iter().filter(|write| write.kind == ContactWriteKind::Create).count();
        assert_eq!((journal.len(), made), (6, 3));
        let outcome = text(&world.store, "SELECT outcome FROM contact_change_v").await;
        assert_eq!(outcome.as_deref(), Some("done"));

        let (revisions, done) = (world.revisions().await, book.pen.done());
        world.clock.advance(TimeDelta::days(2));
        world.read(&mut book).await;
        assert_eq!((world.revisions().await, book.pen.done()), (revisions, done));
    }
}

/// What decisions of people there are in the words of 0117: a direction, a plan that was approved, a question
/// with an answer and one without.
const DECISIONS: &str = "
INSERT INTO account (id, owner, login, address, road, sync_enabled, created_at)
VALUES ('a', 'owner', 'anna@example.org', 'anna@example.org', 'owa', TRUE, 1);
INSERT INTO sync_state (account_id, mailbox_key) VALUES ('a', 'anna@example.org');
INSERT INTO contact_gate (account_id, direction, is_past_first, approved_until) VALUES ('a', 'in', TRUE, 9);
INSERT INTO contact_folder (id, account_id, remote_id, name, is_default, cursor, cursor_id_format, round_read, held,
                            last_success_at, listed_at)
VALUES ('f', 'a', 'contacts', 'Contacts', TRUE, 'since 2', 'immutable', FALSE, 2, 1, 1);
INSERT INTO contact (id, account_id, display_name, im_addresses, children, categories, listed_as, searched, edited_at,
                     created_at, changed_at, revision, met)
VALUES ('here', 'a', 'Anna Fort', '[]', '[]', '[]', '', '', 1, 1, 1, 1, TRUE),
    ('one', 'a', 'Anna', '[]', '[]', '[]', '', '', NULL, 1, 1, 1, NULL),
    ('two', 'a', 'Berta', '[]', '[]', '[]', '', '', NULL, 1, 1, 1, NULL);
INSERT INTO contact_link (account_id, remote_key, remote_id, contact_id, folder_id, base_ours, base_theirs, others)
VALUES ('a', '0PYxyh3bqNs7z8ueBXzcmNA3nxvuAOdaVFFHon2t2YI', 'c1', 'one', 'f', '{}', '{}', '{}'),
    ('a', 'nAq-UcbmZV2B3i0ETU-xlJMfBYwEJsZ8coXY9WV-1ko', 'c2', 'two', 'f', '{}', '{}', '{}');
INSERT INTO contact_match (id, account_id, here_id, there_id, proofs, found_at, settled_at, answer)
VALUES ('m1', 'a', 'here', 'one', '[\"email\"]', 1, NULL, NULL), ('m2', 'a', 'here', 'two', '[\"email\"]', 1, 2, 'different');
INSERT INTO contact_parked (contact_id, account_id, revision, code, text, parked_at, due_at, attempts)
VALUES ('here', 'a', 1, 'x', 'x', 1, 1767225600000, 3);
";

#[tokio::test]
async fn what_people_decided_about_contacts_is_so_after_an_upgrade_and_all_is_looked_at_anew() {
    let dir = tempfile::tempdir().unwrap();
    for url in [sqlite_url(&dir), postgres_url().await] {
        let store = left_at(117, &url).await;
        run(&store, DECISIONS).await;
        store.migrate().await.unwrap();
        let world = World::over(store);
        let account = world.account().await;
        let gate = world.store.contact_gate(&account).await.unwrap();
        let direction = gate.direction.map(Direction::as_str);
        assert_eq!((direction, gate.is_past_first, gate.asked), (Some("in"), true, None));
        assert_eq!(gate.approved_until.map(|at| at.timestamp_millis()), Some(9));
        let asked = world.store.contact_matches(&account, None, 9).await.unwrap();
        assert_eq!(asked.iter().map(|asked| asked.there.as_str()).collect::<Vec<_>>(), ["one"]);
        let here = ContactId::from("here".to_owned());
        let different = world.store.different_contacts(&account, &[&here]).await.unwrap();
        assert_eq!(different.len(), 1, "{different:?}");
        let parked = world.store.parked_contacts(&account, 100).await.unwrap().0;
        assert_eq!(parked[0].due_at, Some(at(0)));
        let folders = world.store.contact_folders(&account).await.unwrap();
        assert_eq!(
            (folders[0].held, folders[0].comparison.ended),
            (2, None),
            "it is compared in the next turn"
        );
        assert_eq!(folders[0].cursor.as_ref().map(|cursor| cursor.link.as_str()), Some("since 2"));
        let mut photos = world.store.contact_photos_due(&account, at(0), 9).await.unwrap();
        photos.sort();
        assert_eq!(photos, ["c1", "c2"]);
    }
}
