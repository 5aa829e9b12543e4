//! What is over, and how long it is kept.

use super::super::statements::{count, run};
use super::*;
use outlook_syncd::store::PhotoLook;

/// Contacts `c0` to `c3`, of which three are gone since 2,002: `c1` has a journal of before, `c2` has a write
/// since, and `c3` waits to be deleted there.
async fn filled(store: &Store, claim: &Claim) {
    let account = &claim.account.id;
    let upserts = (0..4).map(|n| seen(claim, &format!("c{n}"), card(&format!("Anna{n}")))).collect();
    put(store, claim, contact_page(claim, upserts)).await;
    let photo = outlook_syncd::model::ContactPhoto::of(vec![0xff, 0xd8, 0xff, 0xe0]).unwrap();
    store.keep_contact_photos(claim, &[("c1".to_owned(), PhotoLook::Photo(photo))], at(1_001)).await.unwrap();
    let removed = vec!["c1".to_owned(), "c2".to_owned()];
    put(store, claim, ContactPageWrite { removed, ..contact_page(claim, Vec::new()) }).await;
    store.mark_contacts_gone(claim, at(1_001), at(2_002)).await.unwrap();
    let (c3, of) = (linked(store, claim, "c3").await.unwrap().contact.id, line(at(2_002)));
    let by = outlook_syncd::store::Editor::Person(&of);
    store.remove_contact(account, &c3, 1, by, at(2_002)).await.unwrap();
    let write = |n: usize, begun: i64, ended: &str| {
        format!(
            "INSERT INTO contact_write (id, account_id, cycle_id, contact_id, kind, revision, begun_at, ended_at)
             SELECT 'w' || {begun} || '{n}', account_id, 'x', contact_id, 'update', 1, {begun}, {ended}
             FROM contact_link WHERE remote_id = 'c{n}'"
        )
    };
    let (old, since) = (at(1_500).timestamp_millis(), at(3_000).timestamp_millis());
    run(store, &write(0, old, "NULL")).await;
    run(store, &write(1, old, &old.to_string())).await;
    run(store, &write(2, since, &since.to_string())).await;
    for done in ["NULL".to_owned(), old.to_string(), since.to_string()] {
        run(
            store,
            &format!(
                "INSERT INTO contact_change (account_id, external_id, change, done_at)
                 VALUES ('{account}', 'crm-1', 'remove', {done})"
            ),
        )
        .await;
    }
}

#[tokio::test]
async fn what_is_over_is_forgotten_after_a_while_and_nothing_that_is_left_to_be_done() {
    on_both(async |store| {
        let claim = ready(&store).await;
        filled(&store, &claim).await;
        let tables =
            ["contact", "contact_photo", "contact_email", "contact_link", "contact_write", "contact_change"];
        let rows = async || {
            let mut rows = Vec::new();
            for table in tables {
                rows.push(count(&store, &format!("SELECT COUNT(*) FROM {table}")).await);
            }
            rows
        };
        let before = rows().await;
        assert_eq!(before, [4, 1, 8, 4, 3, 3]);
        store.forget_contacts(&claim, at(1_400)).await.unwrap();
        assert_eq!(rows().await, before, "it is too soon");
        for _ in 0..2 {
            store.forget_contacts(&claim, at(2_500)).await.unwrap();
            assert_eq!(rows().await, [3, 0, 6, 2, 2, 2]);
        }
        assert!(linked(&store, &claim, "c3").await.is_some());
        let late = Claim { epoch: claim.epoch - 1, ..claim.clone() };
        let lost = store.forget_contacts(&late, at(9_000)).await;
        assert!(matches!(lost, Err(StoreError::LeaseLost)), "{lost:?}");
    })
    .await;
}
