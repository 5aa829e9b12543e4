//! Messages that are missing, gone and back.

use super::statements::{count, text};
use super::*;
use outlook_syncd::store::{MessageQuery, Missing};

/// A page of the inbox that names items as gone and shows others.
fn gone(keys: &[&str], upserts: Vec<Upsert>, now: DateTime<Utc>) -> PageWrite {
    PageWrite { removed: keys.iter().map(|id| key(id)).collect(), now, ..page(upserts) }
}

async fn missing(store: &Store) -> i64 {
    count(store, "SELECT COUNT(*) FROM message WHERE missing_at IS NOT NULL").await
}

#[tokio::test]
async fn what_is_missing_is_gone_when_it_is_said_so_and_stays_stored() {
    on_both(async |store| {
        let claim = claimed(&store).await;
        let id = &claim.account.id;
        let upserts = vec![listed("a", "A", at(1)), listed("b", "B", at(2)), listed("c", "C", at(3))];
        store_page(&store, &claim, &page(upserts)).await.unwrap();
        store_page(&store, &claim, &gone(&["a", "b", "nobody knows"], Vec::new(), at(2_000))).await.unwrap();
        let inbox = folder_of(id, Role::Inbox).id;
        let of = |is_old, count| Missing { folder: inbox.clone(), is_old, count };
        let lost = async |before, horizon| store.missing(id, at(before), at(horizon)).await.unwrap();
        assert_eq!(lost(2_000, 0).await, [], "not before it was missed");
        assert_eq!(lost(2_001, 0).await, [of(false, 2)]);
        assert_eq!(lost(2_001, 1).await, [of(false, 1), of(true, 1)]);
        let since = async |seconds| store.held_since(&inbox, at(seconds)).await.unwrap();
        assert_eq!((since(0).await, since(1).await, since(3).await), (3, 2, 0));
        assert_eq!(
            store.without_detail(id, &KeySpaces::EXCHANGE, 10).await.unwrap(),
            [key("c")],
            "what is away cannot be read"
        );
        for (is_old, left) in [(true, vec![of(false, 1)]), (false, Vec::new())] {
            let these = [of(is_old, 1)];
            let by_folder = store.mark_gone(&claim, &these, (at(2_001), at(1)), at(2_002)).await.unwrap();
            assert_eq!(by_folder.into_iter().collect::<Vec<_>>(), [(inbox.clone(), 1)]);
            assert_eq!(lost(9_000, 1).await, left, "these alone");
        }
        assert_eq!(since(0).await, 1);
        assert_eq!(store.oldest_message(&folder_of(id, Role::Inbox).id).await.unwrap(), Some(at(3)));
        let everything = MessageQuery { limit: 10, ..MessageQuery::default() };
        assert_eq!(store.messages(&everything).await.unwrap().len(), 1);
        let iso = text(&store, "SELECT MIN(gone_iso) FROM message_v WHERE gone_ms = changed_ms").await;
        assert_eq!(iso.as_deref(), Some("2026-01-01T00:33:22.000Z"));
        assert_eq!(count(&store, "SELECT COUNT(*) FROM message_v WHERE revision = 2").await, 2);
        let late = Claim { epoch: claim.epoch - 1, ..claim.clone() };
        assert!(matches!(
            store.mark_gone(&late, &[], (at(1), at(0)), at(1)).await,
            Err(StoreError::LeaseLost)
        ));
    })
    .await;
}

#[tokio::test]
async fn of_what_is_missing_these_are_gone_and_the_others_stay_missing_as_they_are() {
    on_both(async |store| {
        let claim = claimed(&store).await;
        let id = &claim.account.id;
        let upserts = ["a", "b", "c", "d"].map(|name| listed(name, name, at(1)));
        store_page(&store, &claim, &page(upserts.to_vec())).await.unwrap();
        store_page(&store, &claim, &gone(&["a", "b"], Vec::new(), at(2_000))).await.unwrap();
        store_page(&store, &claim, &gone(&["c"], Vec::new(), at(2_001))).await.unwrap();
        let these: Vec<_> = upserts[1..].iter().map(|upsert| upsert.id.clone()).collect();
        let by_folder = store.mark_these_gone(&claim, &these, at(2_001), at(2_002)).await.unwrap();
        let inbox = folder_of(id, Role::Inbox).id;
        assert_eq!(by_folder.into_iter().collect::<Vec<_>>(), [(inbox, 1)]);
        let all = "SELECT string_agg(subject, ' ') FROM message_v WHERE gone_ms IS NOT NULL";
        assert_eq!(text(&store, all).await.as_deref(), Some("b"), "not what is there or was missed later");
        let since = "SELECT string_agg(CAST(missing_at AS TEXT), ' ' ORDER BY missing_at) FROM message";
        let [a, c] = [2_000, 2_001].map(|seconds| at(seconds).timestamp_millis());
        assert_eq!(text(&store, since).await, Some(format!("{a} {c}")));
        assert_eq!(held_in(&store, id, Role::Inbox).await, 3);
        let late = Claim { epoch: claim.epoch - 1, ..claim.clone() };
        let refused = store.mark_these_gone(&late, &these, at(9_000), at(9_000)).await;
        assert!(matches!(refused, Err(StoreError::LeaseLost)));
    })
    .await;
}

#[tokio::test]
async fn a_sight_ends_that_a_message_is_missing_or_gone() {
    on_both(async |store| {
        let claim = claimed(&store).await;
        let mut sent = listed("a", "A", at(1));
        sent.folder = folder_id(Role::Sent);
        store_page(&store, &claim, &page(vec![sent.clone(), listed("b", "B", at(2))])).await.unwrap();
        store_page(&store, &claim, &gone(&["a"], Vec::new(), at(2_000))).await.unwrap();
        assert_eq!(missing(&store).await, 0, "it lies elsewhere");
        let both = gone(&["b"], vec![listed("b", "B", at(2))], at(2_001));
        assert_eq!(store_page(&store, &claim, &both).await.unwrap(), PageCounts::default());
        assert_eq!(missing(&store).await, 0, "what is seen counts");
        store_page(&store, &claim, &gone(&["b"], Vec::new(), at(2_002))).await.unwrap();
        assert_eq!(missing(&store).await, 1);
        let seen = page(vec![listed("b", "B", at(2))]);
        assert_eq!(store_page(&store, &claim, &seen).await.unwrap(), PageCounts::default());
        assert_eq!(missing(&store).await, 0);
        store_page(&store, &claim, &gone(&["b"], Vec::new(), at(2_003))).await.unwrap();
        let lost = store.missing(&claim.account.id, at(2_004), at(0)).await.unwrap();
        store.mark_gone(&claim, &lost, (at(2_004), at(0)), at(2_005)).await.unwrap();
        assert_eq!(held_in(&store, &claim.account.id, Role::Inbox).await, 0);
        let back = store_page(&store, &claim, &seen).await.unwrap();
        assert_eq!((back.new, back.changed), (0, 1));
        assert_eq!(held_in(&store, &claim.account.id, Role::Inbox).await, 1);
        assert_eq!(text(&store, "SELECT MAX(gone_iso) FROM message_v").await, None);
    })
    .await;
}

/// A move changes an item's id in the space of such ids, and none in the space of lasting ones.
#[tokio::test]
async fn an_id_that_means_nothing_any_more_loses_its_message_unless_another_may_stand_for_it() {
    on_both(async |store| {
        let claim = claimed(&store).await;
        let passing = |id: &str| ItemKey { space: KeySpace::new("owa"), id: id.to_owned() };
        let mut both = listed("m1", "One", at(1));
        both.keys.extend([passing("m1"), passing("m1 moved")]);
        store_page(&store, &claim, &page(vec![both, listed("m2", "Two", at(2))])).await.unwrap();
        for (gone, expected) in [(passing("m1"), 0), (key("m1"), 1), (key("m2"), 2), (key("nobody"), 2)] {
            let write = PageWrite { gone: vec![gone.clone()], ..PageWrite::at(at(2_000)) };
            store_page(&store, &claim, &write).await.unwrap();
            assert_eq!(missing(&store).await, expected, "{gone:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn what_is_gone_from_its_folder_is_no_longer_among_what_could_not_be_read() {
    on_both(async |store| {
        let claim = claimed(&store).await;
        let id = &claim.account.id;
        let fault =
            || outlook_syncd::model::ItemFault { code: "ErrorItemCorrupt".into(), text: String::new() };
        let unread = |folder, id| outlook_syncd::store::Unread { folder, key: key(id), fault: fault() };
        let mut write = page(Vec::new());
        write.failed = vec![unread(folder_id(Role::Inbox), "here"), unread(folder_id(Role::Sent), "there")];
        store_page(&store, &claim, &write).await.unwrap();
        store_page(&store, &claim, &gone(&["here", "there"], Vec::new(), at(2_000))).await.unwrap();
        let left: Vec<_> = store.ledger(id).await.unwrap().into_iter().map(|item| item.key).collect();
        assert_eq!(left, [key("there")]);
    })
    .await;
}

#[tokio::test]
async fn a_message_of_several_ids_is_missing_once_with_all_that_it_is_asked_for_by() {
    on_both(async |store| {
        let claim = claimed(&store).await;
        let mut several = listed("m1", "One", at(1));
        several.keys.extend([key("m1 b"), ItemKey { space: KeySpace::new("a"), id: "m1 c".to_owned() }]);
        store_page(&store, &claim, &page(vec![several, listed("m2", "Two", at(2))])).await.unwrap();
        store_page(&store, &claim, &gone(&["m1", "m2"], Vec::new(), at(2_000))).await.unwrap();
        let missing =
            store.missing_items(&claim.account.id, &KeySpaces::EXCHANGE, at(2_001), at(0)).await.unwrap();
        let mut keys: Vec<_> = missing.into_iter().map(|item| item.keys).collect();
        keys.sort_by(|one, other| one[0].id.cmp(&other[0].id));
        assert_eq!(keys, [vec![key("m1"), key("m1 b")], vec![key("m2")]]);
    })
    .await;
}

/// What another road knows a message by says nothing of where this one has it.
#[tokio::test]
async fn a_message_whose_item_of_this_road_is_gone_is_missed_and_asked_for_by_no_id_of_another_road() {
    on_both(async |store| {
        let claim = claimed(&store).await;
        let numbered = |id: &str| ItemKey { space: KeySpace::IMAP, id: id.to_owned() };
        let passing = |id: &str| ItemKey { space: KeySpace::EXCHANGE_ENTRY, id: id.to_owned() };
        let mut both = listed("m1", "One", at(1));
        both.keys.extend([numbered("1.1@INBOX"), passing("m1 e")]);
        let mut entry = listed("m2", "Two", at(2));
        entry.keys = vec![passing("m2 e"), numbered("1.2@INBOX")];
        store_page(&store, &claim, &page(vec![both.clone(), entry.clone()])).await.unwrap();
        let id = &claim.account.id;
        for (spaces, expected) in [
            (KeySpaces::EXCHANGE, [key("m1"), passing("m2 e")]),
            (KeySpaces::IMAP, [numbered("1.1@INBOX"), numbered("1.2@INBOX")]),
        ] {
            let sorted = |mut keys: Vec<ItemKey>| {
                keys.sort_by(|one, other| one.id.cmp(&other.id));
                keys
            };
            let messages = [both.id.clone(), entry.id.clone()];
            assert_eq!(sorted(store.keys_of(&messages, &spaces).await.unwrap()), expected);
            assert_eq!(sorted(store.without_detail(id, &spaces, 10).await.unwrap()), expected);
        }
        let write = PageWrite { gone: vec![numbered("1.1@INBOX")], ..PageWrite::at(at(2_000)) };
        store_page(&store, &claim, &write).await.unwrap();
        assert_eq!(missing(&store).await, 1);
        let asked =
            async |spaces| store.missing_items(id, &spaces, at(2_001), at(0)).await.unwrap().remove(0).keys;
        assert_eq!(asked(KeySpaces::EXCHANGE).await, [key("m1")]);
        assert_eq!(asked(KeySpaces::IMAP).await, [numbered("1.1@INBOX")]);
        assert_eq!(asked(KeySpaces::of(&KeySpace::new("else"))).await, []);
    })
    .await;
}
