//! Sessions that die, and answers that go wrong.

use super::*;
use crate::{Failure, Kind};

fn list() -> Value {
    find_items("inbox", &offset(0, 25))
}

#[tokio::test]
async fn a_dead_bearer_is_401_and_a_dead_session_440() {
    let client = client(0);
    client.sim.expire(client.smtp(), What::Bearer);
    assert_eq!(client.call("FindItem", &list()).await.status, 401);
    assert_eq!(client.startup().await.status, 401);
    client.sim.expire(client.smtp(), What::Owa);
    assert_eq!(client.call("FindItem", &list()).await.status, 440);
    let get = Request::get("/owa/service.svc?action=FindItem").body(Body::empty()).unwrap();
    let answer = client.send(get).await;
    assert_eq!(answer.status, 302);
    assert!(
        answer.headers["location"]
            .to_str()
            .unwrap()
            .starts_with("https://login.microsoftonline.com/common/oauth2/")
    );
}

#[tokio::test]
async fn the_bearer_of_another_account_opens_nothing() {
    let (mine, sim) = (client(0), client(0).sim);
    let theirs = sim.grant(What::Bearer, &sim.accounts()[1].smtp);
    let mixed =
        Client { owa: sim.grant(What::Owa, mine.smtp()), bearer: theirs, account: mine.account.clone(), sim };
    assert_eq!(mixed.call("FindItem", &list()).await.status, 401);
}

#[tokio::test]
async fn failures_that_replace_the_answer() {
    let client = client(0);
    for (kind, status, body) in [
        (Kind::Unauthorized, 401, ""),
        (Kind::LoginTimeout, 440, "Login Timeout"),
        (Kind::RedirectToSignIn, 302, ""),
        (Kind::SignInPage, 200, "Sign in to your account"),
        (Kind::EmptyBody, 200, ""),
        (Kind::NulBody, 200, "\0\0\0\0"),
        (Kind::Fault { status: 500, back_off_ms: Some(900) }, 500, "\"BackOffPeriodInMs\":900"),
        (Kind::Fault { status: 200, back_off_ms: None }, 200, "\"FaultMessage\":null"),
        (Kind::Throttled, 200, "'MaxConcurrency'"),
        (Kind::TooManyRequests { retry_after: 7 }, 429, ""),
        (Kind::Unavailable { retry_after: 7 }, 503, ""),
        (Kind::NoContent, 204, ""),
    ] {
        client.sim.fail(Some(client.smtp()), Failure::from(kind.clone()).times(1));
        let answer = client.call("FindItem", &list()).await;
        assert_eq!(answer.status, status, "{kind:?}");
        assert!(String::from_utf8(answer.body).unwrap().contains(body), "{kind:?}");
        assert_eq!(client.call("FindItem", &list()).await.status, 200, "after {kind:?}");
    }
}

#[tokio::test]
async fn a_renamed_shape_is_whole_but_unknown() {
    let client = client(0);
    let known = client.call("FindItem", &list()).await;
    client.sim.fail(None, Kind::ShapeChanged);
    let unknown = client.call("FindItem", &list()).await;
    assert_eq!(unknown.headers["x-sim-shape"], "z");
    let row = &unknown.json()["zBody"]["zResponseMessages"]["zItems"][0]["zRootFolder"]["zItems"][0];
    assert_eq!(row["zSubject"], known.message()["RootFolder"]["Items"][0]["Subject"]);
    client.sim.clear_knobs(None);
    assert!(client.call("FindItem", &list()).await.headers.get("x-sim-shape").is_none());
}

#[tokio::test]
async fn broken_json_and_broken_connections() {
    let client = client(0);
    client.sim.fail(None, Failure::from(Kind::TruncatedJson).times(1));
    let answer = client.call("FindItem", &list()).await;
    assert_eq!(answer.status, 500);
    assert!(serde_json::from_slice::<Value>(&answer.body).is_err() && !answer.body.is_empty());
    client.sim.fail(None, Failure::from(Kind::CutOff).times(1));
    let request =
        client.request("/owa/service.svc?action=FindItem").body(Body::from(list().to_string())).unwrap();
    let response = super::super::router(client.sim.clone()).oneshot(request).await.unwrap();
    assert_eq!(response.status(), 200);
    assert!(to_bytes(response.into_body(), usize::MAX).await.is_err());
}

#[tokio::test]
async fn item_errors_stand_beside_successes() {
    let client = client(0);
    client.sim.fail(None, Failure::from(Kind::ItemErrors).on(&["GetItem"]));
    let all = client.sim.truth(client.smtp()).unwrap();
    let ids = [all[0].item_id.as_str(), all[1].item_id.as_str()];
    let answer = client.call("GetItem", &get_items(&ids, "ItemNormalizedBody")).await.json();
    let classes: Vec<&str> = answer["Body"]["ResponseMessages"]["Items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|i| i["ResponseClass"].as_str().unwrap())
        .collect();
    assert_eq!(classes, ["Error", "Success"]);
}

#[tokio::test]
async fn the_log_counts_by_account_and_action() {
    let client = client(0);
    client.call("FindItem", &list()).await;
    client.startup().await;
    let smtp = client.smtp().to_uppercase();
    assert_eq!((client.sim.count("FindItem", &smtp), client.sim.count("StartupData", &smtp)), (1, 1));
    let entry = &client.sim.requests(Some(&smtp))[0];
    assert_eq!((entry.status, entry.returned.len()), (200, 25));
    assert!(entry.bytes > 1000);
    client.sim.wait_for("FindItem", &smtp, 1).await;
    client.sim.clear_requests();
    assert_eq!(client.sim.count("FindItem", &smtp), 0);
}
