//! Sealed bytes, and the wrapped keys that open them.

use super::*;
use outlook_syncd::model::{AuditAction, AuditEntry};
use outlook_syncd::store::{OldKey, Resealing, SealedRecord, StoreError, WrappedKey};

/// Seals nothing: what it keeps is these bytes and the version.
fn bytes(plain: &'static [u8]) -> impl Fn(i64) -> Vec<u8> + Sync {
    move |version| [plain, format!("/{version}").as_bytes()].concat()
}

#[tokio::test]
async fn sealed_records_are_kept_by_account_and_kind() {
    on_both(async |store| {
        let (anna, berta) = (add(&store, "anna").await, add(&store, "berta").await);
        let every_byte: Vec<u8> = (0..=255).collect();
        seal(&store, &anna, "session", b"old", at(0)).await.unwrap();
        seal(&store, &anna, "session", &every_byte, at(1)).await.unwrap();
        seal(&store, &anna, "password", b"p", at(1)).await.unwrap();
        assert_eq!(sealed(&store, &anna, "session").await, Some(every_byte.clone()));
        assert_eq!(sealed(&store, &berta, "session").await, None);
        assert_eq!(sealed(&store, &anna, "password").await.as_deref(), Some(&b"p"[..]));
        let all = store.all_sealed(&anna).await.unwrap();
        let all: Vec<_> = all.into_iter().map(|(kind, record)| (kind, record.version)).collect();
        assert_eq!(all, [("password".to_owned(), 1), ("session".to_owned(), 2)]);
        let nobody = AccountId::new(at(3));
        let sealing = Sealing { wrapped: KEY, seal: &bytes(b"x") };
        for refusal in [
            store.put_sealed(&nobody, "session", &sealing, at(0)).await,
            store.add_data_key(&nobody, "owner", KEY).await,
            store.add_data_key(&berta, "another", KEY).await,
            store.put_sealed(&berta, "session", &sealing, at(0)).await,
            store
                .put_sealed(&anna, "session", &Sealing { wrapped: b"another", seal: &bytes(b"x") }, at(0))
                .await,
        ] {
            assert!(matches!(refusal, Err(StoreError::KeyChanged)), "{refusal:?}");
        }
        assert_eq!(sealed(&store, &anna, "session").await, Some(every_byte));
    })
    .await;
}

#[tokio::test]
async fn a_record_has_a_version_that_never_comes_again() {
    on_both(async |store| {
        let id = add(&store, "anna").await;
        seal(&store, &id, "session", b"first", at(0)).await.unwrap();
        let sealing = Sealing { wrapped: KEY, seal: &bytes(b"s") };
        store.put_sealed(&id, "session", &sealing, at(1)).await.unwrap();
        let kept = SealedRecord { sealed: b"s/2".to_vec(), version: 2 };
        assert_eq!(store.sealed(&id, "session").await.unwrap(), Some(kept));
        statements::run(&store, "DELETE FROM sealed_record").await;
        store.put_sealed(&id, "session", &sealing, at(2)).await.unwrap();
        assert_eq!(sealed(&store, &id, "session").await.as_deref(), Some(&b"s/3"[..]));
        statements::run(&store, "DELETE FROM sealed_version").await;
        assert_eq!(store.sealed(&id, "session").await.unwrap().unwrap().version, 0);
    })
    .await;
}

#[tokio::test]
async fn a_key_and_its_records_are_exchanged_together_or_not_at_all() {
    on_both(async |store| {
        let id = add(&store, "anna").await;
        seal(&store, &id, "session", b"old", at(0)).await.unwrap();
        store.begin_password(&id, "quick", None, at(0)).await.unwrap();
        let names = [("quick".to_owned(), "slow".to_owned())];
        let new = by(1, "new");
        let exchange = async |old: &[u8], records: &[(String, Vec<u8>)]| {
            let seal = |index: usize, version: i64| format!("{index}/{version}").into_bytes();
            let resealing = Resealing { old, new: &new, seen: records.len(), records, seal: &seal };
            store.reseal(&id, &resealing, &names).await
        };
        let as_read = |bytes: &[u8]| [("session".to_owned(), bytes.to_vec())];
        for refused in [
            exchange(b"another", &as_read(b"old")).await,
            exchange(KEY, &as_read(b"older")).await,
            // It came after the records were read.
            exchange(KEY, &[]).await,
        ] {
            assert!(matches!(refused, Err(StoreError::KeyChanged)), "{refused:?}");
            assert_eq!(store.data_key(&id).await.unwrap().unwrap().wrapped, KEY);
            assert_eq!(store.password_versions(&id).await.unwrap(), ["quick"]);
        }
        exchange(KEY, &as_read(b"old")).await.unwrap();
        assert_eq!(store.data_key(&id).await.unwrap().unwrap().wrapped, new);
        assert_eq!(sealed(&store, &id, "session").await.as_deref(), Some(&b"0/2"[..]));
        assert_eq!(store.password_versions(&id).await.unwrap(), ["slow"]);
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
        let wrapped = by(1, "made");
        for (plain, kept) in [(&b"one"[..], b"one/1"), (b"two", b"two/2")] {
            let sealing = Sealing { wrapped: &wrapped, seal: &bytes(plain) };
            store.put_sealed_held(&claim, "session", &sealing, at(1)).await.unwrap();
            assert_eq!(sealed(&store, id, "session").await.as_deref(), Some(&kept[..]));
        }
        store.release(&claim).await.unwrap();
        refused(&store, &claim).await;
        assert_eq!(sealed(&store, id, "session").await.as_deref(), Some(&b"two/2"[..]));
        store.delete_account(id).await.unwrap();
        refused(&store, &claim).await;
    })
    .await;
}

async fn refused(store: &Store, claim: &Claim) {
    let wrapped = by(1, "made");
    let sealing = Sealing { wrapped: &wrapped, seal: &bytes(b"stale") };
    let kept = store.put_sealed_held(claim, "session", &sealing, at(2)).await;
    assert!(matches!(kept, Err(StoreError::LeaseLost)), "{kept:?}");
    let key = store.add_data_key_held(claim, &by(1, "stale")).await;
    assert!(matches!(key, Err(StoreError::LeaseLost)), "{key:?}");
}

/// A record as it begins that this key of a ring has wrapped, and something after it.
fn by(key: u8, rest: &str) -> Vec<u8> {
    [&[2, 0, 0, 0, key], rest.as_bytes()].concat()
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
            store.add_data_key(&id, "owner", &by(1, fresh)).await.unwrap();
        }
        for seals in 1..4 {
            let expected = WrappedKey { wrapped: by(1, "one"), seals, owner: "owner".into() };
            assert_eq!(store.data_key_to_seal(&id).await.unwrap(), Some(expected.clone()));
            assert_eq!(store.data_key(&id).await.unwrap(), Some(expected));
        }
        for (old, kept) in [("other", "one"), ("one", "next")] {
            store.renew_data_key(&id, &by(1, old), &by(1, "next")).await.unwrap();
            assert_eq!(store.data_key(&id).await.unwrap().unwrap().wrapped, by(1, kept));
        }
        let renewed = WrappedKey { wrapped: by(1, "next"), seals: 0, owner: "owner".into() };
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
            store.add_data_key(&id, "owner", &by(key, login)).await.unwrap();
            ids.push((id, key));
        }
        let counts = [(by(1, ""), 3), (by(2, ""), 1), (by(3, ""), 1)];
        assert_eq!(store.data_key_beginnings().await.unwrap(), counts);
        let mut older: Vec<_> = ids.iter().filter(|(_, key)| *key < 2).map(|(id, _)| id.clone()).collect();
        older.sort();
        let first = store.data_keys_before(&by(2, ""), None, 2).await.unwrap();
        let rest = store.data_keys_before(&by(2, ""), Some(&first[1].account), 2).await.unwrap();
        let found: Vec<_> = first.iter().chain(&rest).map(|key| key.account.clone()).collect();
        assert_eq!(found, older);
        store.renew_data_key(&first[0].account, &first[0].wrapped, &by(1, "changed")).await.unwrap();
        let again: Vec<_> = first
            .into_iter()
            .map(|OldKey { account, wrapped, .. }| (account, wrapped, by(2, "new")))
            .collect();
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
        store.add_data_key(&anna, "owner", &by(1, "a")).await.unwrap();
        assert!(!store.renew_canary(b"other", &by(2, "canary"), &canary_entry()).await.unwrap());
        assert_eq!(store.audit_log(9).await.unwrap(), []);
        assert!(store.renew_canary(&by(1, "canary"), &by(2, "canary"), &canary_entry()).await.unwrap());
        assert_eq!(store.audit_log(9).await.unwrap().len(), 1);
        assert_eq!(store.canary().await.unwrap(), Some(by(2, "canary")));
        for refused in [
            store.add_data_key(&berta, "owner", &by(1, "b")).await,
            store.renew_data_key(&anna, &by(1, "a"), &by(1, "next")).await,
            store.rewrap(&[(anna.clone(), by(1, "a"), by(1, "again"))]).await.map(drop),
        ] {
            assert!(matches!(refused, Err(StoreError::RingOutdated)), "{refused:?}");
        }
        assert_eq!(store.data_key(&anna).await.unwrap().unwrap().wrapped, by(1, "a"), "what is there stays");
        assert_eq!(store.data_key(&berta).await.unwrap(), None);
        // 256 is newer than 2: numbers are compared, not their last bytes.
        for key in [[2, 0, 0, 0, 2, 9], [2, 0, 0, 1, 0, 9]] {
            store.add_data_key(&berta, "owner", &key).await.unwrap();
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
                tokio::spawn(async move { store.add_data_key(&id, "owner", &by(1, "late")).await.is_ok() })
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

/// With the ring lost, whoever is let in by its mark is not the first.
#[tokio::test]
async fn what_a_ring_has_marked_alone_is_a_secret_of_it() {
    for marked in [
        "INSERT INTO dashboard_user (name, created_at, verifier, mark) VALUES ('ada', 1, 'v', 'm')",
        "INSERT INTO api_token (id, name, prefix, hash, scopes, created_at, expires_at, mark) VALUES ('t', 'n', 'p', 'h', 'read', 1, 2, 'm')",
    ] {
        on_both(async |store| {
            assert!(!store.holds_secrets().await.unwrap());
            statements::run(&store, marked).await;
            assert!(store.holds_secrets().await.unwrap(), "{marked}");
        })
        .await;
    }
}
