//! What a database cannot hold as it comes, and what cannot be read at all.

use super::pages::{all, counts, failure, only};
use super::*;

#[tokio::test]
async fn text_that_one_database_cannot_hold_is_stored_all_the_same() {
    on_both(async |store| {
        let claim = claimed(&store).await;
        let mut upsert = detailed("m1", "a\0b", at(1));
        let detail = &mut upsert.sight;
        detail.recipients.as_mut().unwrap()[0].address.name = Some("\0".into());
        detail.body.as_mut().unwrap().content = "x\0y 😀 \u{202e}".into();
        assert_eq!(store_page(&store, &claim, &page(vec![upsert.clone()])).await.unwrap(), counts(1, 0));
        assert_eq!(store_page(&store, &claim, &page(vec![upsert.clone()])).await.unwrap(), counts(0, 0));
        assert_eq!(only(&store).await.subject.as_deref(), Some("a\u{fffd}b"));
        assert_eq!(store.body(&upsert.id).await.unwrap().unwrap().content, "x\u{fffd}y 😀 \u{202e}");
    })
    .await;
}

#[tokio::test]
async fn a_subject_of_300_kb_and_a_long_conversation_id_are_stored_whole_and_take_no_neighbour_away() {
    on_both(async |store| {
        let claim = claimed(&store).await;
        // Nothing that a database could compress.
        let noise = |length: u32| -> String {
            let mut seed: u32 = 1;
            let mut next = || {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                char::from(b'!' + u8::try_from(seed >> 26).unwrap())
            };
            (0..length).map(|_| next()).collect()
        };
        let mut long = detailed("m1", &noise(300_000), at(1));
        long.sight.conversation_id = Some(noise(5000));
        let three = vec![listed("m0", "before", at(0)), long.clone(), listed("m2", "after", at(2))];
        assert_eq!(store_page(&store, &claim, &page(three)).await.unwrap(), counts(3, 0));
        let stored = all(&store).await;
        let stored = stored.iter().find(|stored| stored.message.id == long.id).unwrap();
        assert_eq!(stored.message.subject, long.sight.subject);
        let inbox = folder_of(&claim.account.id, Role::Inbox).id;
        let found = store.candidates(&claim.account.id, &inbox, &[&long.sight]).await.unwrap();
        assert_eq!(found.iter().map(|found| &found.message_id).collect::<Vec<_>>(), [&long.id]);
    })
    .await;
}

#[tokio::test]
async fn an_item_that_was_read_by_another_of_its_ids_is_asked_for_no_more() {
    on_both(async |store| {
        let claim = claimed(&store).await;
        let id = &claim.account.id;
        let mut write = page(vec![listed("m1", "One", at(1))]);
        write.failed = vec![failure("m1")];
        store_page(&store, &claim, &write).await.unwrap();
        let inbox = folder_of(id, Role::Inbox).id;
        assert_eq!(
            store.unreadable_by_folder(id).await.unwrap()[&inbox],
            (1, 0),
            "something is stored of it"
        );
        let other = ItemKey { space: KeySpace::new("other"), id: "one".into() };
        let mut whole = detailed("m1", "One", at(1));
        (whole.sight.key, whole.keys) = (Some(other.clone()), vec![key("m1"), other]);
        store_page(&store, &claim, &page(vec![whole])).await.unwrap();
        assert_eq!(store.ledger(id).await.unwrap(), []);
    })
    .await;
}

#[tokio::test]
async fn the_ledger_counts_failures_and_forgets_them_when_the_item_is_read() {
    on_both(async |store| {
        let claim = claimed(&store).await;
        let id = &claim.account.id;
        store_page(&store, &claim, &page(vec![listed("m1", "One", at(1))])).await.unwrap();
        // What a turn that begins at that time asks for.
        let due = async |began| {
            let failed = store.ledger_due(id, at(began), 10).await.unwrap().into_iter().map(|(key, ..)| key);
            [store.without_detail(id, &KeySpaces::EXCHANGE, 10).await.unwrap(), failed.collect()].concat()
        };
        let mut began = 2_000;
        for attempts in 1..=25 {
            assert_eq!(due(began).await, [key("m1")], "before attempt {attempts}");
            let mut write = page(Vec::new());
            (write.failed, write.now) = (vec![failure("m1")], at(began));
            store_page(&store, &claim, &write).await.unwrap();
            let wait = ((attempts - 1) * (attempts - 1) * 4 * 60).min(24 * 60 * 60);
            assert_eq!(due(began + wait).await, [], "it failed {attempts} times, at {began}");
            let ledger = store.ledger(id).await.unwrap();
            assert_eq!((ledger.len(), ledger[0].attempts, &ledger[0].key), (1, attempts, &key("m1")));
            assert_eq!((ledger[0].first_seen, ledger[0].last_seen), (at(2_000), at(began)));
            assert_eq!(ledger[0].due_at, at(began + wait));
            began += wait + 1;
            let inbox = folder_of(id, Role::Inbox).id;
            assert_eq!((ledger[0].code.as_str(), &ledger[0].folder), ("ErrorItemCorrupt", &inbox));
        }
        assert_eq!(due(began).await, [key("m1")], "it is never given up");
        assert_eq!(due(2_000).await, [key("m1")], "a clock was ahead");
        let mut write = page(Vec::new());
        (write.failed, write.now) = (vec![failure("m1")], at(2_000));
        store_page(&store, &claim, &write).await.unwrap();
        assert_eq!(due(2_000).await, [], "and is no longer");
        store_page(&store, &claim, &page(vec![listed("m1", "One", at(1))])).await.unwrap();
        assert_eq!(store.ledger(id).await.unwrap().len(), 1, "a list does not prove that it can be read");
        store_page(&store, &claim, &page(vec![detailed("m1", "One", at(1))])).await.unwrap();
        assert_eq!(store.ledger(id).await.unwrap(), []);
    })
    .await;
}

#[tokio::test]
async fn what_came_before_the_history_is_remembered_until_the_history_begins_earlier() {
    on_both(async |store| {
        let claim = claimed(&store).await;
        let id = &claim.account.id;
        let older = vec![OlderItem { key: key("m1"), received_by: at(100) }];
        for _ in 0..2 {
            store
                .write_page(&claim, &PageWrite { older: older.clone(), ..PageWrite::at(at(1_000)) })
                .await
                .unwrap();
        }
        for (horizon, expected) in [(100, 1), (99, 0)] {
            let found = store.older(id, &[key("m1"), key("m2")], at(horizon)).await.unwrap();
            assert_eq!(found.len(), expected, "{horizon}");
        }
        store.delete_account(id).await.unwrap();
        assert!(store.older(id, &[key("m1")], at(100)).await.unwrap().is_empty());
    })
    .await;
}
