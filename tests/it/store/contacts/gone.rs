//! Items that are missing, gone and back.

use super::statements::plan;
use super::*;

/// A page of the default folder that names items as removed and shows others.
fn removed(claim: &Claim, ids: &[&str], upserts: Vec<ContactUpsert>, now: DateTime<Utc>) -> ContactPageWrite {
    let removed = ids.iter().map(|id| (*id).to_owned()).collect();
    ContactPageWrite { removed, now, ..contact_page(claim, upserts) }
}

#[tokio::test]
async fn what_is_missing_is_gone_when_it_is_said_so_and_its_link_is_remembered_for_a_while() {
    on_both(async |store| {
        let claim = ready(&store).await;
        let id = &claim.account.id;
        let upserts = ["a", "b", "c"].map(|id| seen(&claim, id, card(id))).to_vec();
        put(&store, &claim, contact_page(&claim, upserts)).await;
        put(&store, &claim, removed(&claim, &["a", "nobody knows"], Vec::new(), at(2_000))).await;
        let asked = ContactPageWrite { gone: vec!["b".to_owned()], ..ContactPageWrite::at(at(2_000)) };
        put(&store, &claim, asked).await;
        assert_eq!(store.missing_contacts(id, at(2_000)).await.unwrap(), (0, 3), "not before it was missed");
        assert_eq!(store.missing_contacts(id, at(2_001)).await.unwrap(), (2, 3));
        let gone = store.mark_contacts_gone(&claim, at(2_001), at(2_002)).await.unwrap();
        assert_eq!(gone.into_iter().collect::<Vec<_>>(), [(folder_named(id, "Contacts"), 2)]);
        assert_eq!(store.missing_contacts(id, at(9_000)).await.unwrap(), (0, 1));
        assert_eq!((held(&store, &claim, "Contacts").await, everyone(&store).await.len()), (1, 1));
        let known = linked(&store, &claim, "a").await.unwrap();
        assert_eq!((known.ended_at, known.missing_at), (Some(at(2_002)), None));
        assert_eq!((known.contact.gone_at, known.contact.revision), (Some(at(2_002)), 2));

        let late = Claim { epoch: claim.epoch - 1, ..claim.clone() };
        assert!(matches!(store.mark_contacts_gone(&late, at(1), at(1)).await, Err(StoreError::LeaseLost)));
        let days = |days| at(2_002) + TimeDelta::days(days);
        store.forget_contacts(&claim, days(0)).await.unwrap();
        assert!(linked(&store, &claim, "a").await.is_some());
        store.forget_contacts(&claim, days(1)).await.unwrap();
        assert_eq!(linked(&store, &claim, "a").await, None);
    })
    .await;
}

#[tokio::test]
async fn a_sight_ends_that_a_contact_is_missing_or_gone() {
    on_both(async |store| {
        let claim = ready(&store).await;
        let missing = async || linked(&store, &claim, "a").await.unwrap().missing_at;
        put(&store, &claim, contact_page(&claim, vec![seen(&claim, "a", card("a"))])).await;
        put(&store, &claim, removed(&claim, &["a"], Vec::new(), at(2_000))).await;
        assert_eq!(missing().await, Some(at(2_000)));
        put(&store, &claim, removed(&claim, &["a"], Vec::new(), at(2_001))).await;
        assert_eq!(missing().await, Some(at(2_000)), "since when it was first missed");
        let seen_again = ContactPageWrite { seen: vec!["a".to_owned()], ..ContactPageWrite::at(at(2_001)) };
        put(&store, &claim, seen_again).await;
        assert_eq!(missing().await, None);
        let both = removed(&claim, &["a"], vec![seen(&claim, "a", card("a"))], at(2_001));
        assert_eq!(put(&store, &claim, both).await, contact_counts(0, 0));
        assert_eq!(missing().await, None, "what is seen counts");

        let mut moved = seen(&claim, "a", card("a"));
        moved.link.folder = folder_named(&claim.account.id, "Suppliers");
        put(&store, &claim, contact_page(&claim, vec![moved.clone()])).await;
        put(&store, &claim, removed(&claim, &["a"], Vec::new(), at(2_002))).await;
        assert_eq!(missing().await, None, "it lies elsewhere");

        let asked = ContactPageWrite { gone: vec!["a".to_owned()], ..ContactPageWrite::at(at(2_003)) };
        put(&store, &claim, asked).await;
        store.mark_contacts_gone(&claim, at(2_004), at(2_005)).await.unwrap();
        assert_eq!(held(&store, &claim, "Suppliers").await, 0);
        assert_eq!(put(&store, &claim, contact_page(&claim, vec![moved])).await, contact_counts(0, 1));
        let back = linked(&store, &claim, "a").await.unwrap();
        assert_eq!((back.ended_at, back.contact.gone_at, back.contact.revision), (None, None, 3));
        assert_eq!(held(&store, &claim, "Suppliers").await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_contact_that_was_changed_here_stays_when_its_item_is_gone_and_one_deleted_on_both_sides_is_done_with()
 {
    on_both(async |store| {
        let claim = ready(&store).await;
        let upserts = ["a", "b"].map(|id| seen(&claim, id, card(id))).to_vec();
        put(&store, &claim, contact_page(&claim, upserts)).await;
        statements::run(&store, "UPDATE contact SET edited_at = 5").await;
        statements::run(&store, "UPDATE contact SET gone_at = 5 WHERE given_name = 'b'").await;
        put(&store, &claim, removed(&claim, &["a", "b"], Vec::new(), at(2_000))).await;
        store.mark_contacts_gone(&claim, at(2_001), at(2_002)).await.unwrap();
        let (edited, deleted) =
            (linked(&store, &claim, "a").await.unwrap(), linked(&store, &claim, "b").await.unwrap());
        assert_eq!((edited.ended_at, deleted.ended_at), (Some(at(2_002)), Some(at(2_002))));
        assert_eq!((edited.contact.gone_at, edited.contact.edited_at.is_some()), (None, true));
        assert_eq!((deleted.contact.gone_at.is_some(), deleted.contact.edited_at), (true, None));
    })
    .await;
}

#[tokio::test]
async fn a_turn_looks_through_what_is_missing_or_waits_and_not_through_all_that_is_there() {
    let store = Store::connect("sqlite::memory:").await.unwrap();
    store.migrate().await.unwrap();
    let missing = "SELECT remote_id FROM contact_link WHERE account_id = 'A' AND missing_at IS NOT NULL
         AND (absent_at IS NULL OR absent_at < 5) AND remote_key > 'k' ORDER BY remote_key LIMIT 5";
    let photos =
        "SELECT e.contact_id FROM contact_photo_edit e CROSS JOIN contact c WHERE c.id = e.contact_id
         AND c.account_id = 'A' AND c.gone_at IS NULL AND (e.edited_at, e.contact_id) > (1, 'c')
         ORDER BY e.edited_at, e.contact_id LIMIT 5";
    for (question, index) in [(missing, "contact_link_missed"), (photos, "contact_photo_edit_at")] {
        let plan = plan(&store, question).await;
        assert!(plan.contains(index) && !plan.contains("contact_list"), "{plan}");
    }
}
