//! Sealed bytes and attempts with a password.

use super::*;
use outlook_syncd::store::Attempt;

#[tokio::test]
async fn sealed_records_are_kept_by_account_and_kind() {
    on_both(async |store| {
        let (anna, berta) = (add(&store, "anna").await, add(&store, "berta").await);
        let every_byte: Vec<u8> = (0..=255).collect();
        store.put_sealed(&anna, "session", b"old", at(0)).await.unwrap();
        store.put_sealed(&anna, "session", &every_byte, at(1)).await.unwrap();
        store.put_sealed(&anna, "password", b"p", at(1)).await.unwrap();
        assert_eq!(store.sealed(&anna, "session").await.unwrap(), Some(every_byte));
        assert_eq!(store.sealed(&berta, "session").await.unwrap(), None);
        store.delete_sealed(&anna, "session").await.unwrap();
        store.delete_sealed(&anna, "session").await.unwrap();
        assert_eq!(store.sealed(&anna, "session").await.unwrap(), None);
        assert_eq!(store.sealed(&anna, "password").await.unwrap().as_deref(), Some(&b"p"[..]));
        let nobody = AccountId::new(at(3));
        assert!(store.put_sealed(&nobody, "session", b"x", at(0)).await.is_err(), "no account, no secret");
    })
    .await;
}

#[tokio::test]
async fn data_keys_are_replaced_and_listed() {
    on_both(async |store| {
        let (anna, berta) = (add(&store, "anna").await, add(&store, "berta").await);
        assert_eq!(store.data_key(&anna).await.unwrap(), None);
        for wrapped in [&b"one"[..], b"two"] {
            store.put_data_key(&anna, wrapped).await.unwrap();
            assert_eq!(store.data_key(&anna).await.unwrap().as_deref(), Some(wrapped));
        }
        store.put_data_key(&berta, b"three").await.unwrap();
        let mut expected = vec![(anna, b"two".to_vec()), (berta, b"three".to_vec())];
        expected.sort();
        assert_eq!(store.data_keys().await.unwrap(), expected);
    })
    .await;
}

#[tokio::test]
async fn the_first_canary_stays() {
    on_both(async |store| {
        assert_eq!(store.canary().await.unwrap(), None);
        store.put_canary(b"first").await.unwrap();
        store.put_canary(b"second").await.unwrap();
        assert_eq!(store.canary().await.unwrap().as_deref(), Some(&b"first"[..]));
    })
    .await;
}

#[tokio::test]
async fn a_password_that_was_refused_or_whose_outcome_is_unknown_is_never_tried_again() {
    on_both(async |store| {
        let id = add(&store, "anna").await;
        assert_eq!(store.begin_attempt(&id, "v1", None, at(0)).await.unwrap(), Attempt::Fresh);
        assert_eq!(store.begin_attempt(&id, "v1", None, at(1)).await.unwrap(), Attempt::Unknown);
        assert_eq!(store.begin_attempt(&id, "v1", Some("death"), at(1)).await.unwrap(), Attempt::Unknown);
        store.end_attempt(&id, "v1", false, at(2)).await.unwrap();
        store.end_attempt(&id, "v1", true, at(3)).await.unwrap();
        for death in [None, Some("death"), Some("another")] {
            assert_eq!(store.begin_attempt(&id, "v1", death, at(4)).await.unwrap(), Attempt::Refused);
        }
        assert_eq!(store.begin_attempt(&id, "v2", None, at(5)).await.unwrap(), Attempt::Fresh);
    })
    .await;
}

#[tokio::test]
async fn a_password_that_was_accepted_serves_once_for_each_death_of_a_session() {
    on_both(async |store| {
        let id = add(&store, "anna").await;
        store.begin_attempt(&id, "v1", None, at(0)).await.unwrap();
        store.end_attempt(&id, "v1", true, at(1)).await.unwrap();
        assert_eq!(store.begin_attempt(&id, "v1", None, at(2)).await.unwrap(), Attempt::Accepted);
        assert_eq!(store.begin_attempt(&id, "v1", Some("d1"), at(3)).await.unwrap(), Attempt::Fresh);
        store.end_attempt(&id, "v1", true, at(4)).await.unwrap();
        assert_eq!(store.begin_attempt(&id, "v1", Some("d1"), at(5)).await.unwrap(), Attempt::Accepted);
        assert_eq!(store.begin_attempt(&id, "v1", Some("d2"), at(6)).await.unwrap(), Attempt::Fresh);
        assert_eq!(store.begin_attempt(&id, "v1", Some("d3"), at(7)).await.unwrap(), Attempt::Unknown);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_that_ask_at_once_one_may_try() {
    on_both(async |store| {
        let id = add(&store, "anna").await;
        let asked: Vec<_> = (0..12)
            .map(|_| {
                let (store, id) = (store.clone(), id.clone());
                tokio::spawn(async move { store.begin_attempt(&id, "v1", None, at(0)).await.unwrap() })
            })
            .collect();
        let mut fresh = 0;
        for answer in asked {
            fresh += u32::from(answer.await.unwrap() == Attempt::Fresh);
        }
        assert_eq!(fresh, 1);
    })
    .await;
}
