//! Answers that are kept for requests under keys of their callers'.

use super::*;
use outlook_syncd::clock::Clock;
use outlook_syncd::model::{Actor, Reach, RequestKey};
use outlook_syncd::secret::{ExposeSecret, secret};
use outlook_syncd::store::{RequestFound, RequestRun, SealedAnswer};
use outlook_syncd::strongbox::{RequestState, Strongbox};
use outlook_syncd::vault::{KeySource, Ring, add_key, new_key_file, remove_key};
use std::path::Path;

const DAY: i64 = 24 * 3600;

fn key_of(caller: &str, key: &str, request: &str) -> RequestKey {
    RequestKey::new(&Actor::named(caller, Reach::Everyone), key, &[request.as_bytes()])
}

fn key(key: &str) -> RequestKey {
    key_of("token:osd_one", key, "a request")
}

fn answer(number: u8) -> SealedAnswer {
    SealedAnswer { wrapped: vec![1, number], sealed: vec![2, number] }
}

async fn begun(store: &Store, key: &RequestKey, second: i64) -> RequestRun {
    match store.begin_request(key, at(second)).await.unwrap() {
        RequestFound::Begun(run) => run,
        found @ (RequestFound::UnderWay | RequestFound::Answered(_)) => panic!("{found:?}"),
    }
}

#[tokio::test]
async fn a_request_under_a_key_is_begun_once_and_its_answer_is_kept_for_a_day() {
    on_both(async |store| {
        let run = begun(&store, &key("k"), 0).await;
        let found = async |second| store.begin_request(&key("k"), at(second)).await.unwrap();
        assert_eq!(found(1).await, RequestFound::UnderWay);
        begun(&store, &key("another"), 1).await;
        begun(&store, &key_of("token:osd_two", "k", "a request"), 1).await;
        store.keep_answer(&run, &answer(1), at(2)).await.unwrap();
        for second in [3, 2 + DAY - 1] {
            assert_eq!(found(second).await, RequestFound::Answered(answer(1)));
        }
        assert!(matches!(found(2 + DAY).await, RequestFound::Begun(_)));
        assert_eq!(count(&store, "SELECT COUNT(*) FROM kept_answer").await, 1, "the rest is forgotten");
    })
    .await;
}

#[tokio::test]
async fn a_request_whose_process_died_can_be_made_again_and_the_dead_one_ends_nothing() {
    on_both(async |store| {
        let dead = begun(&store, &key("k"), 0).await;
        assert_eq!(store.begin_request(&key("k"), at(119)).await.unwrap(), RequestFound::UnderWay);
        let run = begun(&store, &key("k"), 120).await;
        store.keep_answer(&dead, &answer(1), at(121)).await.unwrap();
        store.forget_request(&dead).await.unwrap();
        assert_eq!(store.begin_request(&key("k"), at(122)).await.unwrap(), RequestFound::UnderWay);
        store.keep_answer(&run, &answer(2), at(123)).await.unwrap();
        store.forget_request(&run).await.unwrap();
        let found = store.begin_request(&key("k"), at(124)).await.unwrap();
        assert_eq!(found, RequestFound::Answered(answer(2)));
        store.forget_answer(&key("k"), &answer(1)).await.unwrap();
        assert_eq!(store.begin_request(&key("k"), at(124)).await.unwrap(), found, "that was another");
    })
    .await;
}

#[tokio::test]
async fn of_a_callers_answers_the_latest_thousand_are_kept_and_all_of_others() {
    on_both(async |store| {
        let other = key_of("token:osd_two", "k", "a request");
        let run = begun(&store, &other, 0).await;
        store.keep_answer(&run, &answer(0), at(0)).await.unwrap();
        for n in 0..1002 {
            let run = begun(&store, &key(&n.to_string()), n).await;
            store.keep_answer(&run, &answer(1), at(n)).await.unwrap();
        }
        let found = async |key: &RequestKey| store.begin_request(key, at(1002)).await.unwrap();
        assert_eq!(found(&key("2")).await, RequestFound::Answered(answer(1)));
        assert_eq!(found(&other).await, RequestFound::Answered(answer(0)));
        assert!(matches!(found(&key("1")).await, RequestFound::Begun(_)));
    })
    .await;
}

/// As a process opens it that starts now.
async fn opened(store: &Store, file: &Path) -> Strongbox {
    let ring = Ring::load(&KeySource { file: Some(file.to_owned()), ..KeySource::default() }).unwrap();
    Strongbox::open(store.clone(), ring, Clock::System).await.unwrap()
}

/// What was asked and answered; `None` where it is begun.
async fn answered(strongbox: &Strongbox, key: &RequestKey) -> Option<(String, String)> {
    match strongbox.begin_request(key).await.unwrap() {
        RequestState::Begun(run) => {
            let given = secret("a canary that was answered".to_owned());
            strongbox.keep_answer(key, &run, &given).await.unwrap();
            None
        }
        RequestState::UnderWay => panic!("it is under way"),
        RequestState::Answered { request, answer } => Some((request, answer.expose_secret().clone())),
    }
}

#[tokio::test]
async fn an_answer_outlives_a_restart_and_is_as_if_it_had_never_been_once_its_key_is_retired() {
    on_both(async |store| {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("key");
        new_key_file(&file).unwrap();
        let asked = key_of("token:osd_canary", "a canary of a key", "a canary of a password");
        let kept = Some((asked.request.clone(), "a canary that was answered".to_owned()));
        assert_eq!(answered(&opened(&store, &file).await, &asked).await, None);
        assert_eq!(answered(&opened(&store, &file).await, &asked).await, kept);
        let other = key_of("token:osd_canary", "a canary of a key", "another password");
        assert_eq!(answered(&opened(&store, &file).await, &other).await, kept, "and not what is asked now");

        add_key(&file).unwrap();
        let strongbox = opened(&store, &file).await;
        strongbox.adopt_key("test").await.unwrap();
        strongbox.rewrap(drop).await.unwrap();
        assert_eq!(answered(&strongbox, &asked).await, kept, "the old key is there");
        remove_key(&file, 1).unwrap();
        assert_eq!(answered(&opened(&store, &file).await, &asked).await, None);
        assert_eq!(answered(&opened(&store, &file).await, &asked).await, kept);
    })
    .await;
}

#[tokio::test]
async fn an_answer_that_somebody_put_under_another_key_is_none() {
    on_both(async |store| {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("key");
        new_key_file(&file).unwrap();
        let strongbox = opened(&store, &file).await;
        let (one, other) = (key("one"), key("other"));
        assert_eq!(answered(&strongbox, &one).await, None);
        run(&store, &format!("UPDATE kept_answer SET key = '{}'", other.key)).await;
        assert_eq!(answered(&strongbox, &other).await, None);
    })
    .await;
}
