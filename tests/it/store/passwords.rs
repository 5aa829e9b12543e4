//! Attempts with a password.

use super::*;
use outlook_syncd::store::PasswordAttempt;

#[tokio::test]
async fn a_password_that_was_refused_or_whose_outcome_is_unknown_is_never_tried_again() {
    on_both(async |store| {
        let id = add(&store, "anna").await;
        assert_eq!(store.begin_password(&id, "v1", None, at(0)).await.unwrap(), PasswordAttempt::Fresh);
        assert_eq!(store.begin_password(&id, "v1", None, at(1)).await.unwrap(), PasswordAttempt::Unknown);
        assert_eq!(
            store.begin_password(&id, "v1", Some("death"), at(1)).await.unwrap(),
            PasswordAttempt::Unknown
        );
        store.end_password(&id, "v1", false, at(2)).await.unwrap();
        store.end_password(&id, "v1", true, at(3)).await.unwrap();
        for death in [None, Some("death"), Some("another")] {
            assert_eq!(
                store.begin_password(&id, "v1", death, at(4)).await.unwrap(),
                PasswordAttempt::Refused
            );
        }
        assert_eq!(store.begin_password(&id, "v2", None, at(5)).await.unwrap(), PasswordAttempt::Fresh);
        store.begin_password(&id, "v3", None, at(6)).await.unwrap();
        store.end_password(&id, "v2", true, at(7)).await.unwrap();
        assert_eq!(
            store.password_versions(&id).await.unwrap(),
            ["v2", "v3"],
            "what was refused before the one that was accepted is not kept; what nobody knows is"
        );
    })
    .await;
}

#[tokio::test]
async fn a_password_that_was_accepted_serves_once_for_each_death_of_a_session() {
    on_both(async |store| {
        let id = add(&store, "anna").await;
        store.begin_password(&id, "v1", None, at(0)).await.unwrap();
        store.end_password(&id, "v1", true, at(1)).await.unwrap();
        assert_eq!(store.begin_password(&id, "v1", None, at(2)).await.unwrap(), PasswordAttempt::Accepted);
        assert_eq!(store.begin_password(&id, "v1", Some("d1"), at(3)).await.unwrap(), PasswordAttempt::Fresh);
        store.end_password(&id, "v1", true, at(4)).await.unwrap();
        assert_eq!(
            store.begin_password(&id, "v1", Some("d1"), at(5)).await.unwrap(),
            PasswordAttempt::Accepted
        );
        assert_eq!(store.begin_password(&id, "v1", Some("d2"), at(6)).await.unwrap(), PasswordAttempt::Fresh);
        assert_eq!(
            store.begin_password(&id, "v1", Some("d3"), at(7)).await.unwrap(),
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
                tokio::spawn(async move { store.begin_password(&id, "v1", None, at(0)).await.unwrap() })
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
