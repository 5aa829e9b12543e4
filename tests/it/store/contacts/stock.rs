//! What is stored of accounts' contacts, in numbers.

use super::super::statements::run;
use super::*;
use chrono::TimeDelta;
use outlook_syncd::model::{ContactStock, ItemFault, Reach};
use outlook_syncd::store::UnreadContact;

async fn stock(store: &Store, reach: &Reach, claim: &Claim) -> Option<ContactStock> {
    store
        .contact_stocks(reach, outlook_syncd::store::AccountSpan::ALL, true)
        .await
        .unwrap()
        .remove(&claim.account.id)
}

#[tokio::test]
async fn what_is_held_waits_or_is_amiss_is_told_in_numbers_to_whom_it_concerns() {
    on_both(async |store| {
        let claim = claimed(&store).await;
        assert_eq!(stock(&store, &Reach::Everyone, &claim).await, None, "no folder was listed yet");
        let mut folders = ["Contacts", "Suppliers"].map(|name| folder(&claim.account.id, name));
        store.keep_contact_folders(&claim, &folders).await.unwrap();
        let upserts = ["c0", "c1", "c2"].map(|id| seen(&claim, id, card(id))).to_vec();
        put(&store, &claim, contact_page(&claim, upserts)).await;
        let unread = UnreadContact {
            folder: folder_named(&claim.account.id, "Contacts"),
            remote_id: "c9".to_owned(),
            fault: ItemFault { code: "x".to_owned(), text: String::new() },
        };
        let amiss = ContactPageWrite {
            failed: vec![unread],
            removed: vec!["c0".to_owned()],
            ..contact_page(&claim, Vec::new())
        };
        put(&store, &claim, amiss).await;
        run(&store, "UPDATE contact SET edited_at = 1 WHERE display_name IN ('c1 Fort', 'c2 Fort')").await;
        run(
            &store,
            "INSERT INTO contact_parked (contact_id, account_id, revision, code, text, parked_at)
             SELECT id, account_id, revision, 'x', 'y', 1 FROM contact WHERE display_name = 'c1 Fort'",
        )
        .await;
        let expected = ContactStock {
            folders: 2,
            held: 3,
            server_total: None,
            unreadable: 1,
            unreadable_since: Some(at(1_000)),
            waiting: 1,
            parked: 1,
            parked_since: Some(DateTime::UNIX_EPOCH + TimeDelta::milliseconds(1)),
            asked: 0,
            asked_since: None,
            missing: 1,
            direction: None,
            waits_since: None,
            plan_since: None,
            missing_since: None,
        };
        assert_eq!(stock(&store, &Reach::Everyone, &claim).await, Some(expected));
        assert_eq!(stock(&store, &Reach::Owner("somebody".to_owned()), &claim).await, None);

        for (folder, total) in folders.iter_mut().zip([4, 2]) {
            folder.server_total = Some(total);
        }
        store.keep_contact_folders(&claim, &folders).await.unwrap();
        for sql in [
            "INSERT INTO contact_match (id, account_id, here_id, there_id, proofs, found_at)
             SELECT 'm', h.account_id, h.id, t.id, '[]', 5000 FROM contact h, contact t
             WHERE h.display_name = 'c1 Fort' AND t.display_name = 'c0 Fort'",
            "INSERT INTO contact_match (id, account_id, here_id, there_id, proofs, found_at)
             SELECT 'n', h.account_id, h.id, t.id, '[]', 6000 FROM contact h, contact t
             WHERE h.display_name = 'c1 Fort' AND t.display_name = 'c2 Fort'",
            "UPDATE contact_link SET ended_at = 1 WHERE remote_id = 'c1'",
            "UPDATE contact_link SET contested = '{}' WHERE remote_id = 'c2'",
            "UPDATE contact SET edited_at = 4000 WHERE display_name = 'c2 Fort'",
            "UPDATE contact_parked SET code = 'rejected'",
        ] {
            run(&store, sql).await;
        }
        let asked = stock(&store, &Reach::Everyone, &claim).await.unwrap();
        let instant = |millis| Some(DateTime::UNIX_EPOCH + TimeDelta::milliseconds(millis));
        assert_eq!((asked.asked, asked.asked_since, asked.parked_since), (2, instant(4_000), None));
        assert_eq!(
            store.count_questions(&Reach::Everyone, true).await.unwrap(),
            asked.asked,
            "a contact with two matches is asked about once"
        );
        let only_matches = store
            .contact_stocks(&Reach::Everyone, outlook_syncd::store::AccountSpan::ALL, false)
            .await
            .unwrap();
        let only_matches = &only_matches[&claim.account.id];
        assert_eq!((only_matches.asked, only_matches.asked_since), (1, instant(5_000)));
        let own = Reach::Owner(claim.account.owner.clone());
        assert_eq!(stock(&store, &own, &claim).await.unwrap().server_total, Some(6));
    })
    .await;
}
