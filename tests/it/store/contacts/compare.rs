//! What a folder's list has shown, and what it has not.

use super::*;
use outlook_syncd::model::Comparison;
use outlook_syncd::store::LinkedItem;

fn under_way(link: Option<&str>) -> Comparison {
    Comparison { began: Some(at(2_000)), link: link.map(str::to_owned), ended: None }
}

fn ids(ids: &[&str]) -> Vec<String> {
    ids.iter().map(|id| (*id).to_owned()).collect()
}

#[tokio::test]
async fn what_a_list_did_not_show_is_told_but_for_what_came_meanwhile() {
    on_both(async |store| {
        let claim = ready(&store).await;
        let folder = folder_named(&claim.account.id, "Contacts");
        let upserts = ["c0", "c1", "c2", "c3"].map(|id| seen(&claim, id, card(id))).to_vec();
        put(&store, &claim, contact_page(&claim, upserts)).await;
        let (first, second) = (under_way(Some("next")), under_way(None));
        store.keep_listed_contacts(&claim, &folder, &first, &ids(&["c0", "c1"]), Some(9)).await.unwrap();
        store.keep_listed_contacts(&claim, &folder, &second, &ids(&["c1", "nobody"]), None).await.unwrap();
        let later = contact_page(&claim, vec![seen(&claim, "c4", card("c4"))]);
        put(&store, &claim, ContactPageWrite { now: at(3_000), ..later }).await;
        let mut unlisted = store.unlisted_contacts(&folder, &second).await.unwrap();
        unlisted.sort_unstable();
        assert_eq!(unlisted, ["c2", "c3"]);
        let elsewhere = folder_named(&claim.account.id, "Suppliers");
        assert_eq!(store.unlisted_contacts(&elsewhere, &second).await.unwrap(), [""; 0]);

        let over = Comparison { ended: Some(at(4_000)), ..Comparison::default() };
        store.forget_listed_contacts(&claim, &folder, &over).await.unwrap();
        let unlisted = store.unlisted_contacts(&folder, &second).await.unwrap();
        assert_eq!(unlisted.len(), 4, "all is forgotten");
    })
    .await;
}

#[tokio::test]
async fn where_a_comparison_stands_is_kept_and_reading_on_does_not_change_it() {
    on_both(async |store| {
        let claim = ready(&store).await;
        let account = &claim.account.id;
        let listed = under_way(Some("next"));
        let folder = folder_named(account, "Contacts");
        store.keep_listed_contacts(&claim, &folder, &listed, &ids(&["c0"]), Some(9)).await.unwrap();
        let mut stored = store.contact_folders(account).await.unwrap().remove(0);
        assert_eq!((stored.comparison.clone(), stored.server_total), (listed.clone(), Some(9)));
        (stored.comparison, stored.last_success_at) = (Comparison::default(), Some(at(5)));
        store.keep_contact_folders(&claim, &[stored]).await.unwrap();
        let stored = store.contact_folders(account).await.unwrap().remove(0);
        assert_eq!((stored.comparison, stored.last_success_at), (listed, Some(at(5))));
    })
    .await;
}

#[tokio::test]
async fn items_that_are_linked_are_told_with_their_place_and_version() {
    on_both(async |store| {
        let claim = ready(&store).await;
        put(&store, &claim, contact_page(&claim, vec![seen(&claim, "c0", card("c0"))])).await;
        let found = store.linked_items(&claim.account.id, &ids(&["c0", "C0"])).await.unwrap();
        let folder = folder_named(&claim.account.id, "Contacts");
        let item = LinkedItem { folder, change_key: Some("v1".to_owned()) };
        assert_eq!(found.into_iter().collect::<Vec<_>>(), [("c0".to_owned(), item)]);
    })
    .await;
}
