//! Contacts by what somebody calls them.

use super::*;
use outlook_syncd::model::{ContactEdit, Reach};
use outlook_syncd::store::{Edited, Editor};

async fn called(store: &Store, reach: &Reach, name: &str) -> Vec<String> {
    let form = outlook_syncd::sync::contacts::email_form(name);
    let found = store.contacts_named(reach, name, form.as_deref(), 10).await.unwrap();
    found.into_iter().map(|contact| contact.card.text(CardText::GivenName).to_owned()).collect()
}

/// Letters of which what SQLite and PostgreSQL call their lower case differs.
#[tokio::test]
async fn a_contact_is_found_by_an_address_of_letters_beyond_ascii_in_any_case() {
    on_both(async |store| {
        let claim = ready(&store).await;
        let written = ["É.Zola@example.org", "İpek@example.org", "Straße@example.org", "Ω@Bücher.example"];
        for (number, address) in written.into_iter().enumerate() {
            let mut card = card(&format!("P{number}"));
            card.emails = vec![email(address)];
            let matched = outlook_syncd::sync::contacts::email_form(address);
            let mut upsert = seen(&claim, &format!("c{number}"), card);
            upsert.forms.emails = vec![matched];
            put(&store, &claim, contact_page(&claim, vec![upsert])).await;
        }
        for (typed, found) in [
            ("É.ZOLA@EXAMPLE.ORG", "P0"),
            ("é.zola@example.org", "P0"),
            ("İPEK@example.org", "P1"),
            ("i\u{307}pek@example.org", "P1"),
            ("STRAßE@example.org", "P2"),
            ("straße@example.org", "P2"),
            ("ω@bücher.example", "P3"),
            ("Ω@xn--bcher-kva.example", "P3"),
        ] {
            assert_eq!(called(&store, &Reach::Everyone, typed).await, [found], "{typed}");
        }
        assert_eq!(called(&store, &Reach::Everyone, "e.zola@example.org").await.len(), 0);
    })
    .await;
}

#[tokio::test]
async fn a_contact_goes_by_its_id_its_external_id_and_its_addresses_within_reach() {
    on_both(async |store| {
        let claim = ready(&store).await;
        let upserts = vec![seen(&claim, "c1", card("Anna")), seen(&claim, "c2", card("Berta"))];
        put(&store, &claim, contact_page(&claim, upserts)).await;
        let anna = linked(&store, &claim, "c1").await.unwrap().contact;
        let named = ContactEdit {
            id: anna.id.clone(),
            external_id: Some("crm-1".to_owned()),
            forms: forms(&anna.card),
            card: anna.card.clone(),
        };
        let (account, line) = (&claim.account.id, line(at(2)));
        let by = Editor::Person(&line);
        let edited = store.edit_contact(account, &named, 1, by, at(2)).await.unwrap();
        assert_eq!(edited, Edited::Done(2), "whoever has seen the contact is told that it has another id");
        let reach = Reach::Everyone;
        for (name, found) in [
            (anna.id.as_str(), &["Anna"][..]),
            ("crm-1", &["Anna"]),
            ("ANNA@example.org", &["Anna"]),
            ("info@example.org", &["Anna", "Berta"]),
            ("crm", &[]),
            ("Anna", &[]),
            ("crm-1\0", &[]),
            ("", &[]),
        ] {
            let mut called = called(&store, &reach, name).await;
            called.sort();
            assert_eq!(called, found, "{name:?}");
        }
        assert_eq!(called(&store, &Reach::Owner("nobody".to_owned()), "crm-1").await.len(), 0);
        assert_eq!(called(&store, &Reach::Owner("nobody".to_owned()), anna.id.as_str()).await.len(), 0);
        assert_eq!(called(&store, &Reach::Owner("owner".to_owned()), "crm-1").await.len(), 1);
        let line = self::line(at(3));
        store.remove_contact(account, &anna.id, 2, Editor::Person(&line), at(3)).await.unwrap();
        assert_eq!(called(&store, &reach, "crm-1").await.len(), 0);
        assert_eq!(called(&store, &reach, anna.id.as_str()).await.len(), 1, "one that is gone, by its id");
    })
    .await;
}
