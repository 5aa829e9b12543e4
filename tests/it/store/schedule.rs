//! Who is due, who holds it, and how its turn ends.

use super::*;
use outlook_syncd::error::{Disposition, WhoseTurn};
use outlook_syncd::model::{LastError, SyncState};
use outlook_syncd::store::{Finish, StoreError};
use std::collections::HashSet;

fn success(now: DateTime<Utc>, next: DateTime<Utc>) -> Finish {
    Finish::Success {
        tier: Some(Tier::Network),
        now,
        next_sync_at: next,
        session_expires_at: Some(at(9_999)),
    }
}

fn failure(session: Option<SessionState>, next: Option<DateTime<Utc>>) -> Finish {
    failed("timeout", session, next)
}

fn failed(code: &str, session: Option<SessionState>, next: Option<DateTime<Utc>>) -> Finish {
    let error = LastError {
        disposition: Disposition::Retry,
        code: code.into(),
        message: "no answer".into(),
        whose_turn: WhoseTurn::Nobody,
        hint: "nobody's turn".into(),
        at: at(20),
    };
    Finish::Failure { error, session, now: at(21), next_sync_at: next }
}

async fn state(store: &Store, id: &AccountId) -> SyncState {
    store.state(id).await.unwrap().unwrap()
}

#[tokio::test]
async fn only_accounts_that_can_be_read_become_due() {
    on_both(async |store| {
        let ready = add_due(&store, "a", at(9)).await;
        add(&store, "never signed in").await;
        let off = add_due(&store, "off", at(0)).await;
        store.set_sync_enabled(&off, false).await.unwrap();
        assert_eq!(store.make_due(None, at(3)).await.unwrap(), 1);
        assert_eq!(store.next_due("h", at(9)).await.unwrap(), Some(at(3)));
        store.set_sync_enabled(&ready, false).await.unwrap();
        assert_eq!(store.next_due("h", at(9)).await.unwrap(), None);
        assert_eq!(store.claim("h", at(9), at(9), LEASE).await.unwrap().map(|claim| claim.account.id), None);
    })
    .await;
}

#[tokio::test]
async fn nobody_makes_an_account_due_before_the_time_that_its_server_said() {
    on_both(async |store| {
        let claim = claimed(&store).await;
        let id = &claim.account.id;
        let other = add_due(&store, "other", at(900)).await;
        store.finish(&claim, &failed("throttled", None, Some(at(600)))).await.unwrap();
        assert_eq!(store.make_due(Some(id), at(30)).await.unwrap(), 0);
        assert_eq!(store.make_due(None, at(30)).await.unwrap(), 1);
        let due = async |id| state(&store, id).await.next_sync_at;
        assert_eq!((due(id).await, due(&other).await), (Some(at(600)), Some(at(30))));
        assert_eq!(store.make_due(Some(id), at(700)).await.unwrap(), 1, "the time has come");
        assert_eq!(due(id).await, Some(at(700)));

        store.set_sync_enabled(&other, false).await.unwrap();
        let claim = store.claim("h", at(700), at(700), LEASE).await.unwrap().unwrap();
        store.make_due(Some(id), at(701)).await.unwrap();
        store.finish(&claim, &failed("throttled", None, Some(at(1_000)))).await.unwrap();
        assert_eq!(due(id).await, Some(at(1_000)), "also when it was asked for during the turn");

        store.reset_failures(id).await.unwrap();
        assert_eq!(store.make_due(Some(id), at(710)).await.unwrap(), 1, "a new sign-in begins afresh");
    })
    .await;
}

#[tokio::test]
async fn what_another_holds_is_not_waited_for() {
    on_both(async |store| {
        let claim = claimed(&store).await;
        assert_eq!(
            store.next_due("test", at(1)).await.unwrap(),
            Some(at(0)),
            "its own, taken back after a death"
        );
        assert_eq!(store.next_due("another", at(59)).await.unwrap(), None);
        assert_eq!(store.next_due("another", at(60)).await.unwrap(), Some(at(0)), "the lease ran out");
        add_due(&store, "later", at(30)).await;
        assert_eq!(store.next_due("another", at(1)).await.unwrap(), Some(at(30)));
        store.release(&claim).await.unwrap();
        assert_eq!(store.next_due("another", at(1)).await.unwrap(), Some(at(0)));
    })
    .await;
}

#[tokio::test]
async fn the_longest_due_is_claimed_first_and_only_when_due_and_free() {
    on_both(async |store| {
        let late = add_due(&store, "late", at(20)).await;
        let early = add_due(&store, "early", at(10)).await;
        assert!(store.claim("h", at(9), at(9), LEASE).await.unwrap().is_none());
        let first = store.claim("h", at(30), at(30), LEASE).await.unwrap().unwrap();
        assert_eq!((&first.account.id, first.state.next_sync_at), (&early, Some(at(10))));
        assert_eq!(first.state.last_attempt_at, Some(at(30)));
        assert_eq!(store.claim("i", at(30), at(30), LEASE).await.unwrap().unwrap().account.id, late);
        assert!(store.claim("j", at(30), at(30), LEASE).await.unwrap().is_none());
    })
    .await;
}

#[tokio::test]
async fn what_is_due_is_decided_by_one_instant_and_the_lease_begins_at_another() {
    on_both(async |store| {
        let due = add_due(&store, "due", at(0)).await;
        add_due(&store, "due meanwhile", at(50)).await;
        let claim = store.claim("h", at(0), at(100), LEASE).await.unwrap().unwrap();
        assert_eq!((&claim.account.id, claim.state.last_attempt_at), (&due, Some(at(100))));
        assert!(
            store.claim("i", at(0), at(159), LEASE).await.unwrap().is_none(),
            "a lease from the claim on"
        );
        assert!(store.claim("h", at(-1), at(100), LEASE).await.unwrap().is_none(), "not due by then");
        let over = store.claim("i", at(0), at(160), LEASE).await.unwrap().unwrap();
        assert_eq!(over.account.id, due);
    })
    .await;
}

#[tokio::test]
async fn a_lease_that_ran_out_is_taken_over_and_its_old_holder_is_refused_everything() {
    on_both(async |store| {
        let old = claimed(&store).await;
        assert!(store.claim("new", at(59), at(59), LEASE).await.unwrap().is_none());
        let new = store.claim("new", at(60), at(60), LEASE).await.unwrap().unwrap();
        assert_eq!(new.account.id, old.account.id);
        assert!(new.epoch > old.epoch);

        let refusals = [
            store.release(&old).await,
            store.finish(&old, &success(at(91), at(999))).await,
            store.finish(&old, &failure(Some(SessionState::NeedsLogin), None)).await,
            store.write_page(&old, &page(vec![detailed("m", "Stale", at(1))])).await.map(drop),
        ];
        for refusal in refusals {
            assert!(matches!(refusal, Err(StoreError::LeaseLost)), "{refusal:?}");
        }
        assert_eq!(store.count_messages(&old.account.id, Folder::Inbox).await.unwrap(), 0);
        assert_eq!(state(&store, &old.account.id).await, new.state);
        store.write_page(&new, &page(vec![detailed("m", "Fresh", at(1))])).await.unwrap();
        store.finish(&new, &success(at(92), at(999))).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn one_that_died_takes_back_what_it_held_and_its_former_life_is_refused() {
    on_both(async |store| {
        let dead = claimed(&store).await;
        assert!(store.claim("another", at(1), at(1), LEASE).await.unwrap().is_none());
        let again = store.claim("test", at(1), at(1), LEASE).await.unwrap().unwrap();
        assert_eq!(again.account.id, dead.account.id);
        assert!(matches!(store.release(&dead).await, Err(StoreError::LeaseLost)));
        store.finish(&again, &success(at(2), at(999))).await.unwrap();
        assert!(store.claim("test", at(3), at(3), LEASE).await.unwrap().is_none());
    })
    .await;
}

#[tokio::test]
async fn a_release_leaves_it_due_and_ends_the_claim() {
    on_both(async |store| {
        let claim = claimed(&store).await;
        store.release(&claim).await.unwrap();
        assert!(matches!(store.release(&claim).await, Err(StoreError::LeaseLost)));
        let again = store.claim("h", at(0), at(0), LEASE).await.unwrap().unwrap();
        assert_eq!(again.account.id, claim.account.id);
    })
    .await;
}

#[tokio::test]
async fn failures_add_up_until_a_success_clears_them() {
    on_both(async |store| {
        let id = add_due(&store, "anna@example.org", at(0)).await;
        for failures in 1..=2 {
            let claim = store.claim("h", at(10), at(10), LEASE).await.unwrap().unwrap();
            store.finish(&claim, &failure(None, Some(at(5)))).await.unwrap();
            let now = state(&store, &id).await;
            assert_eq!(
                (now.failures, now.next_sync_at, now.session),
                (failures, Some(at(5)), SessionState::Valid)
            );
            assert_eq!(now.last_error.map(|error| (error.code, error.at)), Some(("timeout".into(), at(20))));
            assert_eq!((now.last_attempt_at, now.last_success_at), (Some(at(21)), None));
        }
        let claim = store.claim("h", at(10), at(10), LEASE).await.unwrap().unwrap();
        assert_eq!(claim.state.failures, 2);
        store.finish(&claim, &success(at(11), at(300))).await.unwrap();
        let now = state(&store, &id).await;
        assert_eq!((now.failures, now.last_error, now.tier), (0, None, Some(Tier::Network)));
        assert_eq!((now.last_success_at, now.next_sync_at), (Some(at(11)), Some(at(300))));
        assert_eq!(now.session_expires_at, Some(at(9_999)));
        assert!(matches!(store.release(&claim).await, Err(StoreError::LeaseLost)));
    })
    .await;
}

#[tokio::test]
async fn a_dead_session_parks_and_a_new_sign_in_starts_afresh() {
    on_both(async |store| {
        let claim = claimed(&store).await;
        let id = &claim.account.id;
        store.finish(&claim, &failure(Some(SessionState::NeedsLogin), None)).await.unwrap();
        let now = state(&store, id).await;
        assert_eq!((now.session, now.next_sync_at), (SessionState::NeedsLogin, None));
        store.set_session(id, SessionState::Valid, None).await.unwrap();
        store.reset_failures(id).await.unwrap();
        let now = state(&store, id).await;
        assert_eq!((now.failures, now.last_error), (0, None));
    })
    .await;
}

#[tokio::test]
async fn a_new_sign_in_shuts_out_the_turn_that_is_under_way() {
    on_both(async |store| {
        let old = claimed(&store).await;
        let id = &old.account.id;
        store.put_sealed(id, "session", b"signed in anew", at(1)).await.unwrap();
        store.set_session(id, SessionState::Valid, Some(at(500))).await.unwrap();
        let refusals = [
            store.put_sealed_held(&old, "session", b"stale", at(2)).await,
            store.write_page(&old, &page(vec![detailed("m", "Stale", at(1))])).await.map(drop),
            store.finish(&old, &failure(Some(SessionState::NeedsLogin), None)).await,
            store.release(&old).await,
        ];
        for refusal in refusals {
            assert!(matches!(refusal, Err(StoreError::LeaseLost)), "{refusal:?}");
        }
        assert_eq!(store.sealed(id, "session").await.unwrap().as_deref(), Some(&b"signed in anew"[..]));
        let now = state(&store, id).await;
        assert_eq!((now.session, now.session_expires_at), (SessionState::Valid, Some(at(500))));
        let new = store.claim("another", at(2), at(2), LEASE).await.unwrap().unwrap();
        assert_eq!(&new.account.id, id, "free at once");

        store.set_session(id, SessionState::NeedsLogin, None).await.unwrap();
        store.put_sealed_held(&new, "session", b"of the turn", at(3)).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn what_somebody_decides_during_a_turn_stands() {
    on_both(async |store| {
        let claim = claimed(&store).await;
        let id = &claim.account.id;
        store.make_due(Some(id), at(5)).await.unwrap();
        store.finish(&claim, &success(at(10), at(300))).await.unwrap();
        assert_eq!(state(&store, id).await.next_sync_at, Some(at(5)), "asked for again");

        let claim = store.claim("h", at(10), at(10), LEASE).await.unwrap().unwrap();
        store.set_sync_enabled(id, false).await.unwrap();
        store.finish(&claim, &success(at(20), at(300))).await.unwrap();
        assert_eq!(state(&store, id).await.next_sync_at, None, "switched off");
    })
    .await;
}

/// Two programs, each with its own connections, claim two hundred accounts as fast as they can.
async fn race(url: &str) {
    let stores = [migrated(url).await, Store::connect(url).await.unwrap()];
    let mut all = HashSet::new();
    for n in 0..200 {
        all.insert(add_due(&stores[0], &format!("{n}@example.org"), at(n % 7)).await);
    }
    let racers: Vec<_> = (0..4)
        .map(|n| {
            let store = stores[n % 2].clone();
            tokio::spawn(async move {
                let mut mine = Vec::new();
                while let Some(claim) =
                    store.claim(&format!("racer {n}"), at(10), at(10), LEASE).await.unwrap()
                {
                    store.finish(&claim, &success(at(10), at(999))).await.unwrap();
                    mine.push(claim.account.id);
                }
                mine
            })
        })
        .collect();
    let mut claims = Vec::new();
    for racer in racers {
        claims.extend(racer.await.unwrap());
    }
    assert_eq!(claims.len(), 200, "none twice");
    assert_eq!(claims.into_iter().collect::<HashSet<_>>(), all, "none left");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn racing_programs_claim_each_account_once() {
    let dir = tempfile::tempdir().unwrap();
    race(&sqlite_url(&dir)).await;
    race(&postgres_url().await).await;
}
