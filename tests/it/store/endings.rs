//! How turns end: what is recorded, when it is due again, and what was decided meanwhile.

use super::schedule::{EXPIRY, error, failure, finish, state, success};
use super::*;
use outlook_syncd::error::Disposition;
use outlook_syncd::model::{Credential, Reach};
use outlook_syncd::store::PartEnd;

#[tokio::test]
async fn failures_add_up_until_a_success_clears_them() {
    on_both(async |store| {
        let id = add_due(&store, "anna@example.org", at(0)).await;
        for failures in 1..=2 {
            let claim = store.claim("h", at(10), at(10), LEASE).await.unwrap().unwrap();
            finish(&store, &claim, &failure(Some(at(5)))).await.unwrap();
            let now = mail(&store, &id).await;
            assert_eq!((now.failures, now.due_at), (failures, Some(at(5))));
            assert_eq!(state(&store, &id).await.session, SessionState::Valid);
            assert_eq!(now.last_error.map(|error| (error.code, error.at)), Some(("timeout".into(), at(20))));
            assert_eq!((now.last_attempt_at, now.last_success_at), (Some(at(21)), None));
        }
        let claim = store.claim("h", at(10), at(10), LEASE).await.unwrap().unwrap();
        assert_eq!(claim.state.parts[0].failures, 2);
        finish(&store, &claim, &success(at(11), at(300))).await.unwrap();
        let now = mail(&store, &id).await;
        assert_eq!((now.failures, now.last_error, now.read_by.as_deref()), (0, None, Some("network")));
        assert_eq!((now.last_success_at, now.due_at), (Some(at(11)), Some(at(300))));
        assert_eq!(state(&store, &id).await.session_expires_at, Some(EXPIRY));
        assert!(matches!(store.release(&claim).await, Err(StoreError::LeaseLost)));
    })
    .await;
}

#[tokio::test]
async fn a_dead_session_parks_and_a_new_sign_in_starts_afresh() {
    on_both(async |store| {
        let claim = claimed(&store).await;
        let id = &claim.account.id;
        finish(&store, &claim, &failure(None)).await.unwrap();
        let now = state(&store, id).await;
        assert_eq!((now.session, now.parts[0].due_at), (SessionState::NeedsLogin, None));
        store.begin_session(id, None, at(30)).await.unwrap();
        store.reset_failures(id, Credential::Session).await.unwrap();
        let now = mail(&store, id).await;
        assert_eq!((now.failures, now.last_error, now.due_at), (0, None, Some(at(30))));
    })
    .await;
}

#[tokio::test]
async fn a_new_sign_in_shuts_out_the_turn_that_is_under_way() {
    on_both(async |store| {
        let old = claimed(&store).await;
        let id = &old.account.id;
        seal(&store, id, "session", b"signed in anew", at(1)).await.unwrap();
        store.begin_session(id, Some(at(500)), at(1)).await.unwrap();
        let sealing = Sealing { wrapped: KEY, seal: &|_| b"of a turn".to_vec() };
        let refusals = [
            store.put_sealed_held(&old, "session", &sealing, at(2)).await,
            store_page(&store, &old, &page(vec![detailed("m", "Stale", at(1))])).await.map(drop),
            finish(&store, &old, &failure(None)).await,
            store.release(&old).await,
        ];
        for refusal in refusals {
            assert!(matches!(refusal, Err(StoreError::LeaseLost)), "{refusal:?}");
        }
        assert_eq!(sealed(&store, id, "session").await.as_deref(), Some(&b"signed in anew"[..]));
        let now = state(&store, id).await;
        assert_eq!((now.session, now.session_expires_at), (SessionState::Valid, Some(at(500))));
        let new = store.claim("another", at(2), at(2), LEASE).await.unwrap().unwrap();
        assert_eq!(&new.account.id, id, "free at once");

        store.end_session(id, SessionState::NeedsLogin, &error(Disposition::NeedsLogin)).await.unwrap();
        store.put_sealed_held(&new, "session", &sealing, at(3)).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn what_somebody_decides_during_a_turn_stands() {
    on_both(async |store| {
        let claim = claimed(&store).await;
        let id = &claim.account.id;
        store.make_due(&Reach::Everyone, Some(id), at(5)).await.unwrap();
        finish(&store, &claim, &success(at(10), at(300))).await.unwrap();
        assert_eq!(mail(&store, id).await.due_at, Some(at(5)), "asked for again");

        let claim = store.claim("test", at(10), at(10), LEASE).await.unwrap().unwrap();
        store.set_sync_enabled(id, false, &line(at(1))).await.unwrap();
        finish(&store, &claim, &success(at(20), at(300))).await.unwrap();
        assert_eq!(mail(&store, id).await.due_at, None, "switched off");
    })
    .await;
}

#[tokio::test]
async fn a_new_sign_in_is_not_held_back_by_what_was_asked_before_it() {
    on_both(async |store| {
        let claim = claimed(&store).await;
        let id = claim.account.id.clone();
        let blocked = PartEnd { not_before: Some(at(21600)), ..failure(Some(at(21600))) };
        finish(&store, &claim, &blocked).await.unwrap();
        store.begin_session(&id, None, at(10)).await.unwrap();
        assert_eq!(store.next_due("test", at(10)).await.unwrap(), Some(at(10)));
        assert_eq!(store.make_due(&Reach::Everyone, Some(&id), at(10)).await.unwrap(), 1);
    })
    .await;
}

#[tokio::test]
async fn an_account_that_was_read_is_due_again_though_its_session_was_called_dead_meanwhile() {
    on_both(async |store| {
        let claim = claimed(&store).await;
        let id = claim.account.id.clone();
        store.end_session(&id, SessionState::NeedsLogin, &error(Disposition::NeedsLogin)).await.unwrap();
        finish(&store, &claim, &success(at(5), at(300))).await.unwrap();
        assert_eq!(state(&store, &id).await.session, SessionState::Valid);
        assert_eq!(store.next_due("test", at(6)).await.unwrap(), Some(at(300)));
    })
    .await;
}
