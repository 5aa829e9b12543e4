//! Full rounds, and what they do not show.

use super::*;

fn round_page(claim: &Claim, began: i64, upserts: Vec<ContactUpsert>) -> ContactPageWrite {
    let mut page = contact_page(claim, upserts);
    page.folder.as_mut().unwrap().round = Some(FullRound { began: at(began), is_read: false });
    page
}

#[tokio::test]
async fn what_a_full_round_did_not_show_is_told() {
    on_both(async |store| {
        let claim = ready(&store).await;
        let folder = folder_named(&claim.account.id, "Contacts");
        let all = ["c0", "c1", "c2", "c3", "c4", "c5"];
        let upserts = all.map(|id| seen(&claim, id, card(id))).to_vec();
        put(&store, &claim, round_page(&claim, 1, upserts)).await;
        assert_eq!(store.unseen_contacts(&folder, at(1)).await.unwrap(), [""; 0]);

        let mut page =
            round_page(&claim, 2, vec![seen(&claim, "c1", card("c1")), seen(&claim, "c2", card("other"))]);
        page.seen = vec!["c3".to_owned(), "nobody knows".to_owned()];
        page.removed = vec!["c5".to_owned()];
        put(&store, &claim, page).await;
        assert_eq!(linked(&store, &claim, "c1").await.unwrap().seen_round, Some(at(2)));
        let mut unseen = store.unseen_contacts(&folder, at(2)).await.unwrap();
        unseen.sort_unstable();
        assert_eq!(unseen, ["c0", "c4"], "c5 is missing already");

        put(&store, &claim, contact_page(&claim, vec![seen(&claim, "c6", card("c6"))])).await;
        assert_eq!(linked(&store, &claim, "c6").await.unwrap().seen_round, None, "changes are no round");
    })
    .await;
}
