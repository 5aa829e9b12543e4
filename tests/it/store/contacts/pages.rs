//! Writing pages of contacts.

use super::statements::count;
use super::*;

#[tokio::test]
async fn a_contact_is_read_back_as_it_was_written_and_a_second_writing_changes_nothing() {
    on_both(async |store| {
        let claim = ready(&store).await;
        let upsert = seen(&claim, "c1", card("Anna"));
        let page = contact_page(&claim, vec![upsert.clone(), seen(&claim, "c2", Card::default())]);
        assert_eq!(put(&store, &claim, page.clone()).await, contact_counts(2, 0));
        let known = linked(&store, &claim, "c1").await.unwrap();
        assert_eq!(known.link, upsert.link);
        let contact = Contact {
            id: upsert.id.clone(),
            account_id: Some(claim.account.id.clone()),
            external_id: None,
            card: upsert.card.clone(),
            edited_at: None,
            created_at: at(1_000),
            changed_at: at(1_000),
            revision: 1,
            gone_at: None,
        };
        assert_eq!(known.contact, contact);
        assert_eq!(store.contact(&upsert.id).await.unwrap(), Some(contact));
        assert_eq!(linked(&store, &claim, "c2").await.unwrap().contact.card, Card::default());
        let again = ContactPageWrite { now: at(2_000), ..page };
        assert_eq!(put(&store, &claim, again).await, contact_counts(0, 0));
        assert_eq!(linked(&store, &claim, "c1").await, Some(known));
        assert_eq!(held(&store, &claim, "Contacts").await, 2);
        assert_eq!(linked(&store, &claim, "C1").await, None, "ids differ by case");
    })
    .await;
}

#[tokio::test]
async fn every_member_that_changes_makes_one_change_and_an_emptied_one_stays_empty() {
    let one = |change: fn(&mut Card)| {
        let mut next = card("Anna");
        change(&mut next);
        next
    };
    let mut cards = vec![
        one(|card| card.birthday = None),
        one(|card| card.emails.swap(0, 1)),
        one(|card| card.emails[0].name.clear()),
        one(|card| card.phones[0].kind = PhoneKind::Home),
        one(|card| card.phones.clear()),
        one(|card| card.set_place(PlaceKind::Home, CardPlace::default())),
        one(|card| card.im_addresses.clear()),
        one(|card| card.children.reverse()),
        one(|card| card.categories.clear()),
    ];
    for text in CardText::ALL {
        let mut next = card("Anna");
        next.set_text(text, format!("another {text:?}"));
        cards.push(next);
        let mut next = card("Anna");
        next.set_text(text, String::new());
        cards.push(next);
    }
    on_both(async |store| {
        let claim = ready(&store).await;
        put(&store, &claim, contact_page(&claim, vec![seen(&claim, "c1", card("Anna"))])).await;
        for next in &cards {
            let before = linked(&store, &claim, "c1").await.unwrap().contact;
            let page = contact_page(&claim, vec![seen(&claim, "c1", next.clone())]);
            let changes = u64::from(before.card != *next);
            assert_eq!(put(&store, &claim, page).await, contact_counts(0, changes), "{next:?}");
            let known = linked(&store, &claim, "c1").await.unwrap();
            assert_eq!((&known.contact.card, &known.link.ours), (next, next));
            assert_eq!(known.contact.revision, before.revision + changes.cast_signed());
        }
    })
    .await;
}

#[tokio::test]
async fn a_page_of_hundreds_of_contacts_is_written_whole() {
    on_both(async |store| {
        let claim = ready(&store).await;
        let many = (0..205).map(|n| seen(&claim, &format!("c{n}"), card(&format!("Anna{n:03}"))));
        put(&store, &claim, contact_page(&claim, many.collect())).await;
        let stored = everyone(&store).await;
        assert_eq!(stored.len(), 205);
        for (n, contact) in stored.into_iter().enumerate() {
            assert_eq!(contact.card, card(&format!("Anna{n:03}")));
        }
        assert_eq!(held(&store, &claim, "Contacts").await, 205);
    })
    .await;
}

#[tokio::test]
async fn of_several_sights_of_one_item_on_a_page_the_last_counts() {
    on_both(async |store| {
        let claim = ready(&store).await;
        let twice = vec![seen(&claim, "c1", card("Anna")), seen(&claim, "c1", card("Berta"))];
        assert_eq!(put(&store, &claim, contact_page(&claim, twice)).await, contact_counts(1, 0));
        let names: Vec<_> = everyone(&store).await.into_iter().map(|contact| contact.card).collect();
        assert_eq!(names, [card("Berta")]);
    })
    .await;
}

#[tokio::test]
async fn what_was_changed_here_since_it_was_merged_is_not_overwritten() {
    on_both(async |store| {
        let claim = ready(&store).await;
        put(&store, &claim, contact_page(&claim, vec![seen(&claim, "c1", card("Anna"))])).await;
        let known = linked(&store, &claim, "c1").await.unwrap();
        statements::run(&store, "UPDATE contact SET surname = 'Own', revision = revision + 1, edited_at = 5")
            .await;
        let stale = ContactUpsert {
            id: known.contact.id.clone(),
            based_on: known.contact.revision,
            ..seen(&claim, "c1", card("Berta"))
        };
        let mut page = contact_page(&claim, vec![seen(&claim, "c2", card("Carl")), stale]);
        page.folder.as_mut().unwrap().server_total = Some(2);
        assert_eq!(store.write_contact_page(&claim, &page).await.unwrap(), None);
        assert_eq!(everyone(&store).await.len(), 1, "nothing of the page is written");
        assert_eq!(store.contact_folders(&claim.account.id).await.unwrap()[0].server_total, None);
        let now = linked(&store, &claim, "c1").await.unwrap();
        assert_eq!(now.contact.card.text(CardText::Surname), "Own");

        let mut merged = card("Berta");
        merged.set_text(CardText::Surname, "Own".to_owned());
        page.upserts[1].based_on = now.contact.revision;
        page.upserts[1].card = merged.clone();
        assert_eq!(store.write_contact_page(&claim, &page).await.unwrap(), Some(contact_counts(1, 1)));
        let now = linked(&store, &claim, "c1").await.unwrap();
        assert_eq!((now.contact.card, now.link.ours), (merged, card("Berta")));
        assert_eq!(
            now.contact.edited_at.map(|at| at.timestamp_millis()),
            Some(5),
            "its name is left to go out"
        );

        page.upserts[1].based_on = now.contact.revision;
        page.upserts[1].link.ours = page.upserts[1].card.clone();
        store.write_contact_page(&claim, &page).await.unwrap().unwrap();
        assert_eq!(linked(&store, &claim, "c1").await.unwrap().contact.edited_at, None);
    })
    .await;
}

#[tokio::test]
async fn an_item_that_moved_is_counted_where_it_lies_and_a_contact_is_one_item_at_a_time() {
    on_both(async |store| {
        let claim = ready(&store).await;
        put(&store, &claim, contact_page(&claim, vec![seen(&claim, "c1", card("Anna"))])).await;
        let mut moved = seen(&claim, "c1", card("Anna"));
        moved.link.folder = folder_named(&claim.account.id, "Suppliers");
        assert_eq!(put(&store, &claim, contact_page(&claim, vec![moved])).await, contact_counts(0, 0));
        assert_eq!((held(&store, &claim, "Contacts").await, held(&store, &claim, "Suppliers").await), (0, 1));

        let contact = linked(&store, &claim, "c1").await.unwrap().contact;
        let anew = ContactUpsert {
            id: contact.id.clone(),
            based_on: contact.revision,
            ..seen(&claim, "c2", card("Anna"))
        };
        let page = contact_page(&claim, vec![anew]);
        assert_eq!(store.write_contact_page(&claim, &page).await.unwrap(), Some(contact_counts(0, 0)));
        assert_eq!((held(&store, &claim, "Contacts").await, held(&store, &claim, "Suppliers").await), (1, 0));
        let (old, new) =
            (linked(&store, &claim, "c1").await.unwrap(), linked(&store, &claim, "c2").await.unwrap());
        assert_eq!((old.ended_at, new.ended_at), (Some(at(1_000)), None));
        assert_eq!((old.contact.id, new.contact.id), (contact.id.clone(), contact.id));
    })
    .await;
}

#[tokio::test]
async fn a_page_is_written_under_the_lease_or_not_at_all() {
    on_both(async |store| {
        let claim = ready(&store).await;
        let page = contact_page(&claim, vec![seen(&claim, "c1", card("Anna"))]);
        let late = Claim { epoch: claim.epoch - 1, ..claim.clone() };
        assert!(matches!(store.write_contact_page(&late, &page).await, Err(StoreError::LeaseLost)));
        statements::run(&store, "CREATE UNIQUE INDEX refusal ON contact (surname)").await;
        let mut same = card("Anna");
        same.set_text(CardText::Surname, "Fort".to_owned());
        let mut page = contact_page(&claim, vec![seen(&claim, "c1", same.clone()), seen(&claim, "c2", same)]);
        page.folder.as_mut().unwrap().server_total = Some(2);
        store.write_contact_page(&claim, &page).await.unwrap_err();
        assert_eq!(everyone(&store).await, []);
        assert_eq!(store.contact_folders(&claim.account.id).await.unwrap()[0].server_total, None);
    })
    .await;
}

/// PostgreSQL reads all of a table for each look into it that was planned when the table was empty, or that it knows nothing of.
#[tokio::test]
async fn a_first_synchronisation_does_not_read_again_and_again_what_it_has_written() {
    let url = postgres_url().await;
    let store = migrated(&url).await;
    let claim = ready(&store).await;
    for page in 0..30 {
        let ids: Vec<_> = (0..200).map(|n| format!("c{page} {n}")).collect();
        assert!(store.linked_contacts(&claim.account.id, &ids).await.unwrap().is_empty());
        let upserts = ids.iter().map(|id| seen(&claim, id, card(id))).collect();
        store.write_contact_page(&claim, &contact_page(&claim, upserts)).await.unwrap();
        if page == 0 {
            store.analyze_contacts().await.unwrap();
        }
    }
    // A connection tells what it has read as it ends.
    store.close().await;
    let store = Store::connect(&url).await.unwrap();
    let told = async |what: &str| {
        let links = "pg_stat_user_tables WHERE schemaname = current_schema() AND relname = 'contact_link'";
        count(&store, &format!("SELECT CAST(COALESCE({what}, 0) AS BIGINT) FROM {links}")).await
    };
    while told("n_tup_ins").await < 6_000 {
        tokio::task::yield_now().await;
    }
    let read = told("seq_tup_read").await + told("idx_tup_fetch").await;
    // A table of few pages is rather read as a whole. If all of it were, time and again, it would be 700,000.
    assert!(read < 250_000, "{read} rows were read to write 6,000");
}
