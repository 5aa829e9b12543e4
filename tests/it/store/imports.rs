//! Accounts that have more to read, which is read while nobody is due.

use super::schedule::{badly, finish, well};
use super::*;
use outlook_syncd::model::Import;
use outlook_syncd::store::PartEnd;

/// A turn that ended at that time and left some.
fn left(now: DateTime<Utc>, next: DateTime<Utc>) -> PartEnd {
    PartEnd {
        import: Some(Import { since: at(1), from: 1, done: 120_000, ends_at: None }),
        ..well(Part::Mail, now, next)
    }
}

/// Reads whoever is next, and leaves some.
async fn read(store: &Store, now: DateTime<Utc>) -> Option<AccountId> {
    let claim = store.claim("h", now, now, LEASE).await.unwrap()?;
    finish(store, &claim, &left(now, at(360))).await.unwrap();
    Some(claim.account.id)
}

#[tokio::test]
async fn who_has_more_to_read_is_claimed_while_nobody_is_due_each_in_turn() {
    on_both(async |store| {
        let first = add_due(&store, "first", at(0)).await;
        let second = add_due(&store, "second", at(1)).await;
        let third = add_due(&store, "third", at(300)).await;
        let mut seen = Vec::new();
        for second in 2..8 {
            seen.push(read(&store, at(second)).await.unwrap());
        }
        assert_eq!(seen, [&first, &second, &first, &second, &first, &second].map(Clone::clone));
        assert_eq!(store.next_due("h", at(9)).await.unwrap(), Some(at(9)), "at once");
        assert_eq!(read(&store, at(300)).await, Some(third), "whose time it is comes first");
    })
    .await;
}

#[tokio::test]
async fn who_has_more_to_read_stands_behind_who_became_due_meanwhile() {
    on_both(async |store| {
        let huge = add_due(&store, "huge", at(0)).await;
        assert_eq!(read(&store, at(1)).await, Some(huge.clone()));
        add_due(&store, "small", at(5)).await;
        // A cycle that began before.
        assert!(store.claim("h", at(2), at(5), LEASE).await.unwrap().is_none());
        let small = store.claim("h", at(5), at(5), LEASE).await.unwrap().unwrap();
        assert_eq!(small.account.login, "small");
        // The only one that is due is being read.
        assert!(store.claim("i", at(2), at(5), LEASE).await.unwrap().is_none(), "it stays with who reads it");
    })
    .await;
}

#[tokio::test]
async fn who_has_more_to_read_and_failed_or_was_paused_is_not_read_before_its_time() {
    on_both(async |store| {
        let id = add_due(&store, "huge", at(0)).await;
        read(&store, at(1)).await;
        store.set_sync_enabled(&id, false, &line(at(1))).await.unwrap();
        assert_eq!((read(&store, at(2)).await, store.next_due("h", at(2)).await.unwrap()), (None, None));
        store.set_sync_enabled(&id, true, &line(at(1))).await.unwrap();
        let claim = store.claim("h", at(3), at(3), LEASE).await.unwrap().unwrap();
        let failed = PartEnd { import: left(at(1), at(2)).import, ..badly(Part::Mail, Some(at(900))) };
        finish(&store, &claim, &failed).await.unwrap();
        assert_eq!(read(&store, at(100)).await, None);
        assert_eq!(store.next_due("h", at(100)).await.unwrap(), Some(at(900)));
        assert_eq!(mail(&store, &id).await.import, failed.import);
        assert_eq!(read(&store, at(900)).await, Some(id));
    })
    .await;
}
