//! Sessions that die, and answers that go wrong.

use super::*;
use crate::{Canary, Failure, FaultForm, Kind};

fn list() -> Value {
    find_items("inbox", &offset(0, 25))
}

#[tokio::test]
async fn the_bearer_alone_opens_a_mailbox_in_the_cloud() {
    let client = Client { owa: String::new(), ..client(0) };
    assert_eq!(client.call("FindItem", &list()).await.status, 200);
    client.sim.expire(client.smtp(), What::Bearer);
    assert_eq!(client.call("FindItem", &list()).await.status, 401);
    assert_eq!(client.startup().await.status, 401);
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
async fn a_dead_session_on_premises_is_440() {
    let client = client(0);
    client.sim.set(None, |settings| settings.key_order = crate::KeyOrder::Onprem);
    client.sim.expire(client.smtp(), What::Bearer);
    assert_eq!(client.call("FindItem", &list()).await.status, 200);
    client.sim.expire(client.smtp(), What::Owa);
    assert_eq!(client.call("FindItem", &list()).await.status, 440);
}

#[tokio::test]
async fn a_bearer_of_fifteen_minutes_is_refused_after_sixteen() {
    let sim = Sim::new(&options());
    sim.set(None, |settings| settings.bearer_life_s = 15 * 60);
    let client = Client::of(sim, 0);
    client.sim.pass(chrono::TimeDelta::minutes(14));
    assert_eq!(client.call("FindItem", &list()).await.status, 200);
    client.sim.pass(chrono::TimeDelta::minutes(2));
    assert_eq!(client.call("FindItem", &list()).await.status, 401);
}

/// A call with this canary.
async fn with_canary(client: &Client, canary: Option<&str>) -> Answer {
    let mut request = client.request("/owa/service.svc?action=FindItem&app=Mail&n=1");
    if let Some(canary) = canary {
        request = request.header("x-owa-canary", canary);
    }
    client.send(request.body(list().to_string().into()).unwrap()).await
}

#[tokio::test]
async fn a_canary_that_is_required_is_answered_by_449_when_it_is_missing_or_stale() {
    let client = client(0);
    for (canary, missing) in [(Canary::Required, 449), (Canary::Demanded, 400)] {
        client.sim.set(None, |settings| settings.canary = canary);
        let live = client.sim.grant(What::Canary, client.smtp());
        assert_eq!(with_canary(&client, Some(&live)).await.status, 200);
        assert_eq!(with_canary(&client, None).await.status, missing);
        let literal = "X-OWA-CANARY_cookie_is_null_or_empty";
        assert_eq!(with_canary(&client, Some(literal)).await.status, missing);
        client.sim.expire(client.smtp(), What::Canary);
        assert_eq!(with_canary(&client, Some(&live)).await.status, 449);
    }
    client.sim.set(None, |settings| settings.canary = Canary::Absent);
    assert_eq!(with_canary(&client, None).await.status, 200);
}

#[tokio::test]
async fn a_canary_that_rotates_is_good_for_one_request() {
    let client = client(0);
    client.sim.set(None, |settings| settings.canary = Canary::Rotating);
    let first = client.sim.grant(What::Canary, client.smtp());
    let answer = with_canary(&client, Some(&first)).await;
    assert_eq!(answer.status, 200);
    let cookie = answer.headers["set-cookie"].to_str().unwrap();
    let next = cookie.strip_prefix("X-OWA-CANARY=").unwrap().split(';').next().unwrap();
    assert_eq!(with_canary(&client, Some(&first)).await.status, 449);
    assert_eq!(with_canary(&client, Some(next)).await.status, 449, "the refusal brought another");
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
        (Kind::Fault { status: 200, back_off_ms: None }, 200, "\"ExceptionName\""),
        (Kind::Text { status: 500, text: "Something failed.".into() }, 500, "Something failed."),
        (Kind::Text { status: 412, text: String::new() }, 412, ""),
        (Kind::Throttled, 200, "'MaxConcurrency'"),
        (Kind::TooManyRequests { retry_after: 7 }, 429, ""),
        (Kind::Unavailable { retry_after: 7 }, 503, ""),
        (Kind::NoContent, 204, ""),
        (Kind::FirstLogon, 204, ""),
    ] {
        client.sim.fail(Some(client.smtp()), Failure::from(kind.clone()).times(1));
        let answer = client.call("FindItem", &list()).await;
        assert_eq!(answer.status, status, "{kind:?}");
        assert!(String::from_utf8(answer.body).unwrap().contains(body), "{kind:?}");
        assert_eq!(client.call("FindItem", &list()).await.status, 200, "after {kind:?}");
    }
}

#[tokio::test]
async fn a_fault_says_more_or_less_and_is_named_in_a_header() {
    let client = client(0);
    for (form, members) in [
        (FaultForm::Brief, &["ExceptionName", "MessageText"][..]),
        (FaultForm::Bare, &["ExceptionName", "ResponseCode"]),
        (FaultForm::Full, &["ErrorCode", "ExceptionName", "FaultMessage", "IsTransient"]),
    ] {
        let kind = Kind::Exception { name: "MemberAccessException".into(), form };
        client.sim.fail(None, Failure::from(kind).times(1));
        let answer = client.call("FindItem", &list()).await;
        assert_eq!(answer.status, 500);
        assert_eq!(answer.headers["x-owa-error"], "System.MemberAccessException");
        assert_eq!(keys(&answer.json()["Body"]), members);
    }
}

#[tokio::test]
async fn what_the_service_does_not_know_is_a_fault_with_a_name() {
    let client = client(0);
    let unknown = client.call("SendItem", &envelope("SendItem", None, &json!({}))).await;
    assert_eq!(unknown.status, 500);
    assert_eq!(unknown.json()["Body"]["ExceptionName"], "OwaOperationNotSupportedException");
    let empty = client.request("/owa/service.svc?action=FindItem").body(Body::empty()).unwrap();
    let empty = client.send(empty).await;
    assert_eq!(empty.headers["x-owa-error"], "System.NullReferenceException");
    let wrong = client.call("FindItem", &envelope("FindItem", None, &json!({"Surprise": 1}))).await;
    assert_eq!(wrong.json()["Body"]["ExceptionName"], "OwaSerializationException");
    assert!(wrong.json()["Body"].get("IsTransient").is_none());
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
