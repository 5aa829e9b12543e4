//! Sealed bytes and attempts with a password.

use super::*;
use outlook_syncd::model::{AuditAction, AuditEntry};
use outlook_syncd::store::{PasswordAttempt, StoreError, WrappedKey};

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
        assert_eq!(store.sealed(&anna, "password").await.unwrap().as_deref(), Some(&b"p"[..]));
        store.put_canary(&by(1, "canary")).await.unwrap();
        let nobody = AccountId::new(at(3));
        for refusal in [
            store.put_sealed(&nobody, "session", b"x", at(0)).await,
            store.add_data_key(&nobody, &by(1, "x")).await,
        ] {
            assert!(matches!(refusal, Err(StoreError::NoSuchAccount)), "{refusal:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn the_holder_of_an_account_keeps_its_secrets_while_its_claim_holds() {
    on_both(async |store| {
        let claim = claimed(&store).await;
        let id = &claim.account.id;
        store.put_canary(&by(1, "canary")).await.unwrap();
        for fresh in ["made", "late"] {
            store.add_data_key_held(&claim, &by(1, fresh)).await.unwrap();
            assert_eq!(
                store.data_key(id).await.unwrap().unwrap().wrapped,
                by(1, "made"),
                "the first one counts"
            );
        }
        for sealed in [&b"one"[..], b"two"] {
            store.put_sealed_held(&claim, "session", sealed, at(1)).await.unwrap();
            assert_eq!(store.sealed(id, "session").await.unwrap().as_deref(), Some(sealed));
        }
        store.release(&claim).await.unwrap();
        refused(&store, &claim).await;
        assert_eq!(store.sealed(id, "session").await.unwrap().as_deref(), Some(&b"two"[..]));
        store.delete_account(id).await.unwrap();
        refused(&store, &claim).await;
    })
    .await;
}

async fn refused(store: &Store, claim: &Claim) {
    let sealed = store.put_sealed_held(claim, "session", b"stale", at(2)).await;
    assert!(matches!(sealed, Err(StoreError::LeaseLost)), "{sealed:?}");
    let key = store.add_data_key_held(claim, &by(1, "stale")).await;
    assert!(matches!(key, Err(StoreError::LeaseLost)), "{key:?}");
}

/// A record as it begins that this key of a ring has wrapped, and something after it.
fn by(key: u8, rest: &str) -> Vec<u8> {
    [&[1, 0, 0, 0, key], rest.as_bytes()].concat()
}

fn canary_entry() -> AuditEntry {
    AuditEntry::new(at(1), "command line", AuditAction::KeyRotated)
}

#[tokio::test]
async fn the_first_data_key_counts_and_its_seals_are_counted() {
    on_both(async |store| {
        let id = add(&store, "anna").await;
        store.put_canary(&by(1, "canary")).await.unwrap();
        assert_eq!(store.data_key(&id).await.unwrap(), None);
        assert_eq!(store.data_key_to_seal(&id).await.unwrap(), None);
        for fresh in ["one", "two"] {
            store.add_data_key(&id, &by(1, fresh)).await.unwrap();
        }
        for seals in 1..4 {
            let expected = WrappedKey { wrapped: by(1, "one"), seals };
            assert_eq!(store.data_key_to_seal(&id).await.unwrap(), Some(expected.clone()));
            assert_eq!(store.data_key(&id).await.unwrap(), Some(expected));
        }
        for (old, kept) in [("other", "one"), ("one", "next")] {
            store.renew_data_key(&id, &by(1, old), &by(1, "next")).await.unwrap();
            assert_eq!(store.data_key(&id).await.unwrap().unwrap().wrapped, by(1, kept));
        }
        let renewed = WrappedKey { wrapped: by(1, "next"), seals: 0 };
        assert_eq!(store.data_key(&id).await.unwrap(), Some(renewed));
    })
    .await;
}

#[tokio::test]
async fn older_data_keys_are_found_in_order_and_wrapped_anew_unless_they_changed() {
    on_both(async |store| {
        store.put_canary(&by(1, "canary")).await.unwrap();
        let mut ids = Vec::new();
        for (login, key) in [("a", 1), ("b", 2), ("c", 1), ("d", 3), ("e", 1)] {
            let id = add(&store, login).await;
            store.add_data_key(&id, &by(key, login)).await.unwrap();
            ids.push((id, key));
        }
        let counts = [(by(1, ""), 3), (by(2, ""), 1), (by(3, ""), 1)];
        assert_eq!(store.data_key_beginnings().await.unwrap(), counts);
        let mut older: Vec<_> = ids.iter().filter(|(_, key)| *key < 2).map(|(id, _)| id.clone()).collect();
        older.sort();
        let first = store.data_keys_before(&by(2, ""), None, 2).await.unwrap();
        let rest = store.data_keys_before(&by(2, ""), Some(&first[1].0), 2).await.unwrap();
        let found: Vec<_> = first.iter().chain(&rest).map(|(id, _)| id.clone()).collect();
        assert_eq!(found, older);
        store.renew_data_key(&first[0].0, &first[0].1, &by(1, "changed")).await.unwrap();
        let again: Vec<_> = first.into_iter().map(|(id, old)| (id, old, by(2, "new"))).collect();
        assert_eq!(store.rewrap(&again).await.unwrap(), 1);
        assert_eq!(store.data_key(&again[0].0).await.unwrap().unwrap().wrapped, by(1, "changed"));
        assert_eq!(store.data_key(&again[1].0).await.unwrap().unwrap().wrapped, by(2, "new"));
        assert_eq!(store.rewrap(&[]).await.unwrap(), 0);
    })
    .await;
}

#[tokio::test]
async fn what_an_older_key_wraps_is_refused_once_the_database_goes_by_a_newer_one() {
    on_both(async |store| {
        let (anna, berta) = (add(&store, "anna").await, add(&store, "berta").await);
        store.put_canary(&by(1, "canary")).await.unwrap();
        store.add_data_key(&anna, &by(1, "a")).await.unwrap();
        assert!(!store.renew_canary(b"other", &by(2, "canary"), &canary_entry()).await.unwrap());
        assert_eq!(store.audit_log(9).await.unwrap(), []);
        assert!(store.renew_canary(&by(1, "canary"), &by(2, "canary"), &canary_entry()).await.unwrap());
        assert_eq!(store.audit_log(9).await.unwrap().len(), 1);
        assert_eq!(store.canary().await.unwrap(), Some(by(2, "canary")));
        for refused in [
            store.add_data_key(&berta, &by(1, "b")).await,
            store.renew_data_key(&anna, &by(1, "a"), &by(1, "next")).await,
            store.rewrap(&[(anna.clone(), by(1, "a"), by(1, "again"))]).await.map(drop),
        ] {
            assert!(matches!(refused, Err(StoreError::RingOutdated)), "{refused:?}");
        }
        assert_eq!(store.data_key(&anna).await.unwrap().unwrap().wrapped, by(1, "a"), "what is there stays");
        assert_eq!(store.data_key(&berta).await.unwrap(), None);
        // 256 is newer than 2: numbers are compared, not their last bytes.
        for key in [[1, 0, 0, 0, 2, 9], [1, 0, 0, 1, 0, 9]] {
            store.add_data_key(&berta, &key).await.unwrap();
        }
    })
    .await;
}

/// A process with an old ring adds keys while the database is made to go by a new one: whatever was let in
/// before is there when the rotation looks.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_key_slips_in_beside_a_rotation() {
    on_both(async |store| {
        let mut ids = Vec::new();
        for number in 0..40 {
            ids.push(add(&store, &number.to_string()).await);
        }
        store.put_canary(&by(1, "canary")).await.unwrap();
        let adders: Vec<_> = ids
            .into_iter()
            .map(|id| {
                let store = store.clone();
                tokio::spawn(async move { store.add_data_key(&id, &by(1, "late")).await.is_ok() })
            })
            .collect();
        tokio::task::yield_now().await;
        assert!(store.renew_canary(&by(1, "canary"), &by(2, "canary"), &canary_entry()).await.unwrap());
        let seen = store.data_keys_before(&by(2, ""), None, 1_000).await.unwrap().len();
        let mut added = 0;
        for adder in adders {
            added += usize::from(adder.await.unwrap());
        }
        assert_eq!(seen, added);
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
        assert_eq!(store.begin_attempt(&id, "v1", None, at(0)).await.unwrap(), PasswordAttempt::Fresh);
        assert_eq!(store.begin_attempt(&id, "v1", None, at(1)).await.unwrap(), PasswordAttempt::Unknown);
        assert_eq!(
            store.begin_attempt(&id, "v1", Some("death"), at(1)).await.unwrap(),
            PasswordAttempt::Unknown
        );
        store.end_attempt(&id, "v1", false, at(2)).await.unwrap();
        store.end_attempt(&id, "v1", true, at(3)).await.unwrap();
        for death in [None, Some("death"), Some("another")] {
            assert_eq!(store.begin_attempt(&id, "v1", death, at(4)).await.unwrap(), PasswordAttempt::Refused);
        }
        assert_eq!(store.begin_attempt(&id, "v2", None, at(5)).await.unwrap(), PasswordAttempt::Fresh);
    })
    .await;
}

#[tokio::test]
async fn a_password_that_was_accepted_serves_once_for_each_death_of_a_session() {
    on_both(async |store| {
        let id = add(&store, "anna").await;
        store.begin_attempt(&id, "v1", None, at(0)).await.unwrap();
        store.end_attempt(&id, "v1", true, at(1)).await.unwrap();
        assert_eq!(store.begin_attempt(&id, "v1", None, at(2)).await.unwrap(), PasswordAttempt::Accepted);
        assert_eq!(store.begin_attempt(&id, "v1", Some("d1"), at(3)).await.unwrap(), PasswordAttempt::Fresh);
        store.end_attempt(&id, "v1", true, at(4)).await.unwrap();
        assert_eq!(
            store.begin_attempt(&id, "v1", Some("d1"), at(5)).await.unwrap(),
            PasswordAttempt::Accepted
        );
        assert_eq!(store.begin_attempt(&id, "v1", Some("d2"), at(6)).await.unwrap(), PasswordAttempt::Fresh);
        assert_eq!(
            store.begin_attempt(&id, "v1", Some("d3"), at(7)).await.unwrap(),
            PasswordAttempt::Unknown
        );
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
            fresh += u32::from(answer.await.unwrap() == PasswordAttempt::Fresh);
        }
        assert_eq!(fresh, 1);
    })
    .await;
}
