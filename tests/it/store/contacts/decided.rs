//! What a person says of contacts: whose values hold, and whether those that are missing are gone.

use super::super::statements::run;
use super::super::upgrade::left_at;
use super::*;
use outlook_syncd::model::{
    AskedMissing, CardMember, Conflict, ContactWrite, ContactWriteId, ContactWriteKind, CycleId,
    MissingAnswer, Side,
};
use outlook_syncd::store::{ContactResolution, Edited, JournalQuery};

fn resolved(contact: &Contact) -> ContactWrite {
    let conflict = Conflict {
        member: CardMember::Birthday,
        ours: "1992-02-29".into(),
        theirs: serde_json::Value::Null,
        holds: Some(Side::Theirs),
    };
    ContactWrite {
        id: ContactWriteId::new(at(5)),
        cycle: CycleId::new(at(5)),
        contact: contact.id.clone(),
        kind: ContactWriteKind::Resolve,
        revision: contact.revision,
        remote_id: Some("c1".to_owned()),
        before: Some(card("Anna")),
        sent: Some(card("Said")),
        members: [CardMember::Birthday].into(),
        conflicts: vec![conflict],
        begun_at: at(5),
        ended: Some((at(5), Ok(()))),
    }
}

#[tokio::test]
async fn whose_values_hold_is_written_with_its_line_of_the_journal_unless_the_mailbox_has_others_by_then() {
    on_both(async |store| {
        let claim = ready(&store).await;
        let account = &claim.account.id;
        let mut upsert = seen(&claim, "c1", card("Anna"));
        upsert.link.contested = Some(Box::new(card("There")));
        put(&store, &claim, contact_page(&claim, vec![upsert])).await;
        let known = linked(&store, &claim, "c1").await.unwrap();
        assert_eq!(known.link.contested.as_deref(), Some(&card("There")));
        let said = ContactResolution {
            card: Some((card("Said"), forms(&card("Said")))),
            bases: (card("There"), card("There")),
            contested: None,
            seen: card("There"),
            journal: resolved(&known.contact),
        };
        let say = async |said: &ContactResolution| {
            store.resolve_contact(account, &known.contact, said, &line(at(5)), at(5)).await.unwrap()
        };
        let other = ContactResolution { seen: card("Later"), ..said.clone() };
        assert_eq!(say(&other).await, Edited::Stale);
        assert_eq!((say(&said).await, say(&said).await), (Edited::Done(2), Edited::Stale));
        let after = linked(&store, &claim, "c1").await.unwrap();
        assert_eq!((&after.contact.card, after.contact.edited_at), (&card("Said"), Some(at(5))));
        assert_eq!((&after.link.ours, &after.link.contested), (&card("There"), &None));
        let query = JournalQuery { limit: 9, ..JournalQuery::default() };
        let journal = store.contact_writes(account, &query).await.unwrap();
        assert_eq!(journal, [resolved_as(&journal[0], &known.contact)]);
        let none = JournalQuery { id: Some(ContactWriteId::new(at(9))), ..query };
        assert_eq!(store.contact_writes(account, &none).await.unwrap(), []);
    })
    .await;
}

/// The same under the ids that were made for it.
fn resolved_as(written: &ContactWrite, contact: &Contact) -> ContactWrite {
    ContactWrite { id: written.id.clone(), cycle: written.cycle.clone(), ..resolved(contact) }
}

#[tokio::test]
async fn what_is_missing_is_asked_about_since_the_first_time_and_stays_here_where_a_person_says_so() {
    on_both(async |store| {
        let claim = ready(&store).await;
        let account = &claim.account.id;
        put(&store, &claim, contact_page(&claim, vec![seen(&claim, "c1", card("Anna"))])).await;
        let gone = vec!["c1".to_owned()];
        let page = ContactPageWrite { gone, ..ContactPageWrite::at(at(2_000)) };
        store.write_contact_page(&claim, &page).await.unwrap();
        assert_eq!(store.contacts_missing(account, 100).await.unwrap().len(), 1);
        for second in [1, 2] {
            let asked = AskedMissing { since: at(second), missing: 1, held: 1 };
            store.ask_about_missing(&claim, Some(&asked)).await.unwrap();
        }
        let asked = store.contact_gate(account).await.unwrap().missing;
        assert_eq!(asked, Some(AskedMissing { since: at(1), missing: 1, held: 1 }));
        assert_eq!(store.asking_accounts().await.unwrap(), std::slice::from_ref(account));
        store.say_of_missing(account, MissingAnswer::Kept, at(2_000), &line(at(3_000))).await.unwrap();
        let gate = store.contact_gate(account).await.unwrap();
        assert_eq!((gate.missing, gate.said_of_missing), (None, Some((at(2_000), MissingAnswer::Kept))));
        store.keep_missing_contacts(&claim, at(2_001), at(3_001)).await.unwrap();
        assert_eq!((everyone(&store).await.len(), held(&store, &claim, "Contacts").await), (1, 0));
        assert_eq!(store.contacts_missing(account, 100).await.unwrap(), []);
        store.ask_about_missing(&claim, None).await.unwrap();
        assert_eq!(store.asking_accounts().await.unwrap(), []);
    })
    .await;
}

#[tokio::test]
async fn journals_and_links_of_before_are_read_as_they_were() {
    const ROWS: &str = "
        INSERT INTO account (id, owner, login, road, sync_enabled, created_at) VALUES ('a', 'u1', 'x', 'owa', TRUE, 1);
        INSERT INTO contact (id, account_id, im_addresses, children, categories, listed_as, searched, created_at,
            changed_at, revision) VALUES ('c', 'a', '[]', '[]', '[]', '', '', 1, 1, 1);
        INSERT INTO contact_link (account_id, remote_key, remote_id, contact_id, folder_id, base_ours, base_theirs, others)
        VALUES ('a', 'k', 'live', 'c', 'f', '{}', '{}', '{}');
        INSERT INTO contact_gate (account_id, direction) VALUES ('a', 'in');
        INSERT INTO contact_write (id, account_id, cycle_id, contact_id, kind, revision, begun_at)
        VALUES ('w', 'a', 'run', 'c', 'update', 1, 1)";
    let dir = tempfile::tempdir().unwrap();
    for url in [sqlite_url(&dir), postgres_url().await] {
        let store = left_at(122, &url).await;
        run(&store, ROWS).await;
        store.migrate().await.unwrap();
        let account = AccountId::from("a".to_owned());
        let query = JournalQuery { limit: 9, ..JournalQuery::default() };
        let journal = store.contact_writes(&account, &query).await.unwrap();
        assert_eq!((journal.len(), &journal[0].conflicts), (1, &Vec::new()));
        let link = store.contact_link(&ContactId::from("c".to_owned())).await.unwrap().unwrap();
        assert_eq!(link.contested, None);
        let gate = store.contact_gate(&account).await.unwrap();
        assert_eq!((gate.missing, gate.said_of_missing), (None, None));
        assert!(gate.direction.is_some());
        store.close().await;
    }
}
