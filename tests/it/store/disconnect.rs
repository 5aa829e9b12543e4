//! Accounts that are destroyed: all that is theirs goes, nobody else's, and not half of it.

use super::*;
use outlook_syncd::model::Reach;
use outlook_syncd::store::{Receipt, StoreError};

#[tokio::test]
async fn an_account_that_is_deleted_takes_everything_along_and_nothing_else() {
    on_both(async |store| {
        let claim = claimed(&store).await;
        let gone = claim.account.id.clone();
        let mut write = page(vec![detailed("m1", "One", at(1)), detailed("m2", "Two", at(2))]);
        write.failed = vec![pages::failure("m3")];
        store_page(&store, &claim, &write).await.unwrap();
        seal(&store, &gone, "session", b"sealed", at(0)).await.unwrap();
        store.begin_password(&gone, "v1", None, at(0)).await.unwrap();
        store.record_cycle(&history::report(1, &gone)).await.unwrap();
        let stays = add_due(&store, "other@example.org", at(0)).await;
        let other = store.claim("another", at(0), at(0), LEASE).await.unwrap().unwrap();
        store_page(&store, &other, &page(vec![detailed("m1", "One", at(1))])).await.unwrap();

        let preview = store.would_wipe(&gone, ContactsEnd::Destroy).await.unwrap();
        let wiped = store.delete_account(&gone).await.unwrap();
        assert_eq!(preview, wiped, "what would go is what goes");
        assert_eq!((wiped.messages, wiped.ledger, wiped.secrets, wiped.cycles), (2, 1, 2, 1));
        assert_eq!(store.account(&gone).await.unwrap(), None);
        assert_eq!(store.state(&gone).await.unwrap(), None);
        assert_eq!(store.data_key(&gone).await.unwrap(), None);
        let told = &store.last_cycle().await.unwrap().unwrap()["accounts"];
        assert_eq!(told, &serde_json::json!([]), "the report stays, and says nothing of it");
        assert_eq!(statements::rows_that_belong_to(&store, &gone).await, 0);
        assert_eq!(held_in(&store, &stays, Role::Inbox).await, 1);
        let late = store_page(&store, &claim, &page(Vec::new())).await;
        assert!(matches!(late, Err(StoreError::LeaseLost)), "{late:?}");
        assert_eq!(store.delete_account(&gone).await.unwrap(), outlook_syncd::store::Wiped::default());
    })
    .await;
}

#[tokio::test]
async fn a_disconnect_that_was_cut_short_leaves_nothing_that_opens_and_is_finished_by_the_next_who_comes() {
    on_both(async |store| {
        // What stands in the way of the second step, and of the last.
        for (n, step) in ["message", "account"].into_iter().enumerate() {
            let id = add_due(&store, &format!("{step}@example.org"), at(0)).await;
            let claim = store.claim("h", at(0), at(0), LEASE).await.unwrap().unwrap();
            store_page(&store, &claim, &page(vec![detailed("m1", "One", at(1))])).await.unwrap();
            seal(&store, &id, "session", b"sealed", at(0)).await.unwrap();
            let kept = format!(
                "CREATE TABLE kept (id TEXT REFERENCES {step} (id)); INSERT INTO kept SELECT id FROM {step};"
            );
            statements::run(&store, &kept).await;
            store.disconnect_account(&id, ContactsEnd::Destroy, &line(at(0))).await.unwrap_err();

            assert_eq!(store.leaving().await.unwrap(), std::slice::from_ref(&id));
            assert_eq!(store.data_key(&id).await.unwrap(), None);
            assert_eq!(store.sealed(&id, "session").await.unwrap(), None);
            assert!(store.accounts(&Reach::Everyone).await.unwrap().is_empty(), "it is connected no more");
            assert!(!store.hand_over(&id, ("owner", "another"), None).await.unwrap(), "nobody gets its mail");
            assert_eq!(store.next_due("h", at(9)).await.unwrap(), None);
            let late = store_page(&store, &claim, &page(Vec::new())).await;
            assert!(matches!(late, Err(StoreError::LeaseLost)), "{late:?}");
            store.disconnect_account(&id, ContactsEnd::Destroy, &line(at(9))).await.unwrap_err();
            assert_eq!(store.audit_log(9).await.unwrap().len(), n + 1, "it is written down once");

            statements::run(&store, "DROP TABLE kept;").await;
            store.finish_deletions().await.unwrap();
            assert!(store.leaving().await.unwrap().is_empty());
            assert_eq!(statements::rows_that_belong_to(&store, &id).await, 0);
        }
    })
    .await;
}

#[tokio::test]
async fn an_account_is_connected_and_disconnected_with_its_line_or_not_at_all() {
    on_both(async |store| {
        let begun = NewAccount { road: None, ..new_account("u1", "anna@example.org") };
        store.add_account(&begun, at(0)).await.unwrap();
        // A line can be written once.
        let written = line(at(1));
        store.audit(&written).await.unwrap();
        store.take_road(&begun.id, "u1", Road::Owa, &written).await.unwrap_err();
        assert_eq!(account(&store, &begun.id).await.road, None);
        store.take_road(&begun.id, "u1", Road::Owa, &line(at(2))).await.unwrap();
        store.disconnect_account(&begun.id, ContactsEnd::Destroy, &written).await.unwrap_err();
        assert_eq!(account(&store, &begun.id).await.road, Some(Road::Owa));
        let last = line(at(3));
        store.disconnect_account(&begun.id, ContactsEnd::Destroy, &last).await.unwrap();
        assert_eq!(store.account(&begun.id).await.unwrap(), None);
        let told = store.audit_log(1).await.unwrap().remove(0);
        let receipt = Receipt::read(told.detail.as_deref().unwrap());
        assert_eq!(receipt, Some(Receipt::default()), "how much it was: {told:?}");
        assert_eq!(told, AuditEntry { detail: told.detail.clone(), ..last });
        store.disconnect_account(&begun.id, ContactsEnd::Destroy, &line(at(4))).await.unwrap();
        assert_eq!(store.audit_log(9).await.unwrap().len(), 3, "what was gone before is not written down");
    })
    .await;
}
