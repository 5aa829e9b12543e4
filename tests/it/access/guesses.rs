//! Whoever guesses is slowed, and keeps nobody out who comes from the same address.

use super::contacts::send;
use super::*;
use chrono::TimeDelta;
use futures::future::join_all;

/// Guesses of this address are answered no more, for now.
async fn used_up(edges: &Stage) {
    for _ in 0..11 {
        get(edges, "/v1/accounts", token::generate().expose_secret()).await;
    }
    let (status, _) = get(edges, "/v1/accounts", token::generate().expose_secret()).await;
    assert_eq!(status, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_good_token_that_was_never_used_does_not_wait_behind_a_guesser_at_the_same_address() {
    let edges = edges().await;
    let good = edges.bearer(&[Scope::Read], None).await;
    used_up(&edges).await;
    assert_eq!(get(&edges, "/v1/accounts", &good).await.0, StatusCode::OK);
    let gone = edges.bearer_until(&[Scope::Read], None, now()).await;
    assert_eq!(
        get(&edges, "/v1/accounts", &gone).await.0,
        StatusCode::TOO_MANY_REQUESTS,
        "one that has ended"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_was_just_made_does_not_wait_behind_a_guesser_either() {
    let edges = edges().await;
    let good = edges.bearer(&Scope::ALL, None).await;
    used_up(&edges).await;
    // By this the list of tokens was read just now.
    get(&edges, "/v1/accounts", token::generate().expose_secret()).await;
    let asked = json!({"name": "new", "scopes": ["read"], "expires_at": now() + TimeDelta::hours(1)});
    let made = send(&edges, (Method::POST, "/v1/tokens"), &good, &[], Some(&asked.to_string())).await;
    let new = made.json()["token"].as_str().unwrap().to_owned();
    assert_eq!(get(&edges, "/v1/accounts", &new).await.0, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_calls_at_once_with_a_good_token_are_let_in_right_after_a_start() {
    let edges = edges().await;
    let good = edges.bearer(&[Scope::Read], None).await;
    let calls = join_all((0..60).map(|_| get(&edges, "/v1/accounts", &good))).await;
    let refused = calls.iter().filter(|(status, _)| *status != StatusCode::OK).count();
    assert_eq!(refused, 0, "of {}", calls.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_may_not_be_used_from_there_is_a_guess() {
    let edges = edges().await;
    let limits = TokenLimits { networks: "192.0.2.0/24".parse().unwrap(), ..TokenLimits::default() };
    let stolen = edges.narrowed_bearer(&[Scope::Read], None, tomorrow(), limits).await;
    let mut last = StatusCode::OK;
    for _ in 0..12 {
        last = get(&edges, "/v1/accounts", &stolen).await.0;
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_jwts_are_slowed_and_good_ones_get_through() {
    let edges = edges().await;
    let wrong = |number| format!("{}x", jwt(&user(&format!("u{number}"))));
    for number in 0..11 {
        assert_eq!(get(&edges, "/v1/accounts", &wrong(number)).await.0, StatusCode::UNAUTHORIZED);
    }
    let bearer = jwt(&user("u1"));
    let (answers, good) = tokio::join!(
        join_all((0..20).map(async |number| get(&edges, "/v1/accounts", &wrong(number)).await.0)),
        get(&edges, "/v1/accounts", &bearer)
    );
    assert_eq!(good.0, StatusCode::OK, "one that is good among them");
    assert!(answers.iter().all(|status| *status == StatusCode::UNAUTHORIZED), "{answers:?}");
    let flood = join_all((0..200).map(async |number| get(&edges, "/v1/accounts", &wrong(number)).await));
    let flood = flood.await;
    let waits = flood.iter().filter(|(status, _)| *status == StatusCode::TOO_MANY_REQUESTS).count();
    assert!(waits > 0, "none of {} was told to wait", flood.len());
    assert_eq!(get(&edges, "/v1/accounts", &jwt(&user("u2"))).await.0, StatusCode::OK);
}
