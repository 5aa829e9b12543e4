//! Photos of contacts, and of which items they are to be looked at.

use super::super::statements::run;
use super::super::upgrade::left_at;
use super::*;
use outlook_syncd::model::ContactPhoto;
use outlook_syncd::store::PhotoLook;

fn jpeg(more: &[u8]) -> ContactPhoto {
    ContactPhoto::of([&[0xff, 0xd8, 0xff, 0xe0], more].concat()).unwrap()
}

async fn due(store: &Store, claim: &Claim, now: DateTime<Utc>) -> Vec<String> {
    let mut due = store.contact_photos_due(&claim.account.id, now, 10).await.unwrap();
    due.sort_unstable();
    due
}

async fn keep(store: &Store, claim: &Claim, looks: &[(&str, PhotoLook)]) {
    let looks: Vec<_> = looks.iter().map(|(id, look)| ((*id).to_owned(), look.clone())).collect();
    store.keep_contact_photos(claim, &looks, at(2_000)).await.unwrap();
}

#[tokio::test]
async fn photos_are_looked_at_of_what_is_new_or_has_another_version_and_again_where_that_failed() {
    on_both(async |store| {
        let claim = ready(&store).await;
        let all = ["c0", "c1", "c2"].map(|id| seen(&claim, id, card(id))).to_vec();
        put(&store, &claim, contact_page(&claim, all.clone())).await;
        assert_eq!(due(&store, &claim, at(1_000)).await, ["c0", "c1", "c2"]);
        let looks =
            [("c0", PhotoLook::Photo(jpeg(b"a"))), ("c1", PhotoLook::None), ("c2", PhotoLook::Failed)];
        keep(&store, &claim, &looks).await;
        assert_eq!(due(&store, &claim, at(2_000)).await, [""; 0]);
        assert_eq!(due(&store, &claim, at(2_000 + 86_400)).await, ["c2"]);

        put(&store, &claim, contact_page(&claim, all.clone())).await;
        assert_eq!(due(&store, &claim, at(2_000)).await, [""; 0], "nothing is new");
        let mut other = all[1].clone();
        other.link.change_key = Some("v2".to_owned());
        put(&store, &claim, contact_page(&claim, vec![other])).await;
        assert_eq!(due(&store, &claim, at(2_000)).await, ["c1"]);
    })
    .await;
}

#[tokio::test]
async fn a_photo_is_replaced_and_taken_away_and_goes_with_its_contact() {
    on_both(async |store| {
        let claim = ready(&store).await;
        put(&store, &claim, contact_page(&claim, vec![seen(&claim, "c0", card("c0"))])).await;
        let contact = linked(&store, &claim, "c0").await.unwrap().contact.id;
        let photo = async || store.contact_photo(&contact).await.unwrap();
        for look in [PhotoLook::Photo(jpeg(b"a")), PhotoLook::Photo(jpeg(b"b"))] {
            keep(&store, &claim, &[("c0", look.clone()), ("nobody knows", PhotoLook::None)]).await;
            assert_eq!(photo().await.map(PhotoLook::Photo), Some(look));
        }
        keep(&store, &claim, &[("c0", PhotoLook::Failed)]).await;
        assert_eq!(photo().await, Some(jpeg(b"b")), "it may be there still");
        keep(&store, &claim, &[("c0", PhotoLook::None)]).await;
        assert_eq!(photo().await, None);
        keep(&store, &claim, &[("c0", PhotoLook::Photo(jpeg(b"a")))]).await;
        run(&store, "DELETE FROM contact").await;
        let left = "SELECT COUNT(*) FROM contact_photo";
        assert_eq!(crate::store::count(&store, left).await, 0);
    })
    .await;
}

#[tokio::test]
async fn contacts_of_before_have_their_photos_looked_at() {
    const ROWS: &str = "
        INSERT INTO account (id, owner, login, road, sync_enabled, created_at) VALUES ('a', 'u1', 'x', 'owa', TRUE, 1);
        INSERT INTO contact (id, account_id, im_addresses, children, categories, listed_as, searched, created_at,
            changed_at, revision) VALUES ('c', 'a', '[]', '[]', '[]', '', '', 1, 1, 1);
        INSERT INTO contact_link (account_id, remote_key, remote_id, contact_id, folder_id, base_ours, base_theirs, others,
            ended_at)
        VALUES ('a', 'k', 'live', 'c', 'f', '{}', '{}', '{}', NULL), ('a', 'l', 'ended', 'c', 'f', '{}', '{}', '{}', 1)";
    let dir = tempfile::tempdir().unwrap();
    for url in [sqlite_url(&dir), postgres_url().await] {
        let store = left_at(108, &url).await;
        run(&store, ROWS).await;
        store.migrate().await.unwrap();
        let account = AccountId::from("a".to_owned());
        assert_eq!(store.contact_photos_due(&account, at(0), 10).await.unwrap(), ["live"]);
        store.close().await;
    }
}

#[tokio::test]
async fn a_photo_that_was_looked_at_before_an_upgrade_is_looked_at_when_it_was_to_be() {
    let dir = tempfile::tempdir().unwrap();
    for url in [sqlite_url(&dir), postgres_url().await] {
        let store = left_at(189, &url).await;
        let due = at(900).timestamp_millis();
        run(
            &store,
            &format!(
                "INSERT INTO account (id, owner, login, road, sync_enabled, created_at)
                 VALUES ('a', 'u1', 'x', 'owa', TRUE, 1);
                 INSERT INTO contact (id, account_id, im_addresses, children, categories, listed_as, searched, created_at,
                     changed_at, revision) VALUES ('c', 'a', '[]', '[]', '[]', '', '', 1, 1, 1);
                 INSERT INTO contact_link (account_id, remote_key, remote_id, contact_id, folder_id, base_ours, base_theirs,
                     others) VALUES ('a', 'k', 'live', 'c', 'f', '{{}}', '{{}}', '{{}}');
                 INSERT INTO contact_photo_due (account_id, remote_key, due_at) VALUES ('a', 'k', {due})"
            ),
        )
        .await;
        store.migrate().await.unwrap();
        let account = AccountId::from("a".to_owned());
        assert_eq!(store.contact_photos_due(&account, at(899), 10).await.unwrap(), [""; 0]);
        assert_eq!(store.contact_photos_due(&account, at(900), 10).await.unwrap(), ["live"]);
        store.close().await;
    }
}
