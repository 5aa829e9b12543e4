//! Failures that are ordered, and what the doorkeeper does.

use axum::body::Body;
use chrono::TimeDelta;
use serde_json::{Value, json};

use super::client::Graph;
use crate::graph::GraphError;
use crate::knobs::{Failure, Kind};

const LIST: &str = "/v1.0/me/contacts";

#[tokio::test]
async fn one_contact_is_refused_for_ever_and_the_others_are_not() {
    let graph = Graph::new();
    let [ann, bo] = ["Ann", "Bo"].map(|name| graph.add(&json!({"givenName": name})).id);
    graph.sim.fail(
        None,
        Failure::from(Kind::Graph(GraphError::not_supported())).on(&["update_contact"]).about(&ann),
    );
    for _ in 0..3 {
        assert_eq!(
            graph.patch(&ann, json!({"jobTitle": "Pilot"})).await.refusal(),
            (405, "ErrorInvalidRequest")
        );
        assert_eq!(graph.patch(&bo, json!({"jobTitle": "Pilot"})).await.status, 200);
    }
    assert_eq!(graph.contact(&ann).await.body["jobTitle"], Value::Null);
    graph.sim.fail(
        None,
        Failure::from(Kind::Graph(GraphError::new(400, "ErrorInvalidRequest", "")))
            .on(&["create_contact"])
            .about("Zoe"),
    );
    assert_eq!(graph.post(json!({"givenName": "Zoe"})).await.status, 400);
    assert_eq!(graph.post(json!({"givenName": "Yan"})).await.status, 201);
}

#[tokio::test]
async fn a_failure_may_come_later() {
    let graph = Graph::new();
    graph.sim.fail(
        None,
        Failure::from(Kind::Graph(GraphError::conflict())).on(&["list_contacts"]).after(2).times(1),
    );
    let mut statuses = Vec::new();
    for _ in 0..4 {
        statuses.push(graph.get(LIST, &[]).await.status);
    }
    assert_eq!(statuses, [200, 200, 412, 200]);
}

#[tokio::test]
async fn a_lost_answer_leaves_a_contact_behind_and_a_cut_connection_does_not() {
    let graph = Graph::new();
    graph.sim.fail(None, Failure::from(Kind::HangUp).on(&["create_contact"]).times(1));
    graph.post(json!({"givenName": "Ann"})).await;
    assert_eq!(graph.sim.contacts(&graph.smtp).unwrap().len(), 0);
    graph.sim.fail(None, Failure::from(Kind::AnswerLost).on(&["create_contact"]).times(1));
    assert!(graph.post(json!({"givenName": "Ann"})).await.bytes.is_empty());
    assert_eq!(graph.sim.contacts(&graph.smtp).unwrap().len(), 1);
}

#[tokio::test]
async fn bodies_may_be_empty_html_cut_or_slow() {
    let graph = Graph::with_contacts(3);
    let times = |kind: Kind| graph.sim.fail(None, Failure::from(kind).on(&["list_contacts"]).times(1));
    times(Kind::EmptyBody);
    assert_eq!(graph.get(LIST, &[]).await.bytes, "");
    times(Kind::Graph(GraphError::new(503, "", "").with("retry-after", "0")));
    let empty = graph.get(LIST, &[]).await;
    assert_eq!((empty.status, empty.bytes.len()), (503, 0));
    times(Kind::Fault { status: 502, back_off_ms: None });
    let html = graph.get(LIST, &[]).await;
    assert_eq!(
        (html.status, html.headers["content-type"].to_str().unwrap()),
        (502, "text/html; charset=utf-8")
    );
    times(Kind::TruncatedJson);
    assert_eq!(graph.get(LIST, &[]).await.body, Value::Null);
    times(Kind::CutOff);
    assert!(graph.get(LIST, &[]).await.bytes.is_empty());
    times(Kind::Slow { ms: 5 });
    assert_eq!(graph.get(LIST, &[]).await.status, 200);
}

#[tokio::test]
async fn who_comes_back_too_early_is_sent_away_again() {
    let graph = Graph::new();
    graph.sim.fail(None, Failure::from(Kind::Graph(GraphError::throttled("2.128"))).times(1));
    let throttled = graph.get(LIST, &[]).await;
    assert_eq!(
        (throttled.refusal(), throttled.headers["retry-after"].to_str().unwrap()),
        ((429, "TooManyRequests"), "2.128")
    );
    assert_eq!(graph.get(LIST, &[]).await.status, 429);
    assert_eq!(graph.sim.count("early", &graph.smtp), 1);
    graph.sim.pass(TimeDelta::milliseconds(2128));
    assert_eq!(graph.get(LIST, &[]).await.status, 200);
    graph.sim.fail(None, Failure::from(Kind::Unavailable { retry_after: 7 }).times(1));
    assert_eq!(graph.get(LIST, &[]).await.refusal(), (503, "serviceNotAvailable"));
    graph.sim.pass(TimeDelta::seconds(7));
    let without = GraphError::new(429, "TooManyRequests", "Please retry again later.");
    graph.sim.fail(None, Failure::from(Kind::Graph(without)).times(1));
    assert!(!graph.get(LIST, &[]).await.headers.contains_key("retry-after"));
    assert_eq!(graph.get(LIST, &[]).await.status, 200);
}

#[tokio::test]
async fn five_requests_at_once_are_one_too_many() {
    let graph = Graph::new();
    graph.sim.fail(None, Failure::from(Kind::Slow { ms: 50 }).on(&["list_contacts"]));
    let get = || graph.get(LIST, &[]);
    let answers: [_; 5] = tokio::join!(get(), get(), get(), get(), get()).into();
    let refused = answers.iter().filter(|answer| answer.refusal() == (429, "ApplicationThrottled")).count();
    assert_eq!((refused, graph.sim.count("too_many_at_once", &graph.smtp)), (1, 1));
    assert_eq!(get().await.status, 200);
}

#[tokio::test]
async fn ten_minutes_have_their_allowance() {
    let graph = Graph::new();
    graph.set(|settings| settings.most_in_ten_minutes = 3);
    for status in [200, 200, 200, 429] {
        assert_eq!(graph.get(LIST, &[]).await.status, status);
    }
    graph.sim.pass(TimeDelta::minutes(11));
    assert_eq!(graph.get(LIST, &[]).await.status, 200);
}

#[tokio::test]
async fn a_cursor_is_lost_in_the_middle_of_a_round() {
    let graph = Graph::new();
    (0..30).for_each(|n| drop(graph.add(&json!({"givenName": format!("P{n}")}))));
    graph.sim.fail(None, Failure::from(Kind::CursorLost).on(&["contact_delta"]).after(1).times(1));
    let first = graph.get("/v1.0/me/contacts/delta", &[]).await;
    let lost = graph.get(&first.text("@odata.nextLink"), &[]).await;
    assert_eq!(lost.refusal(), (410, "SyncStateNotFound"));
    let text = lost.body["error"]["message"].as_str().unwrap();
    assert!(
        text.starts_with("The sync state generation is not found; generation=149;[highest=151][151]"),
        "{text}"
    );
}

#[tokio::test]
async fn tokens_end_and_claims_are_demanded() {
    let graph = Graph::new();
    graph.sim.fail(None, Failure::from(Kind::Unauthorized).times(1));
    assert_eq!(graph.get(LIST, &[]).await.refusal(), (401, "InvalidAuthenticationToken"));
    graph.sim.fail(None, Failure::from(Kind::ClaimsChallenge).times(1));
    let challenge = graph.send("DELETE", LIST, &[], Body::empty()).await;
    assert!(challenge.headers["www-authenticate"].to_str().unwrap().contains("insufficient_claims"));
    graph.sim.end(&graph.smtp, crate::Ended::Access);
    let ended = graph.get(LIST, &[("client-request-id", "mine")]).await;
    assert_eq!((ended.status, ended.headers["client-request-id"].to_str().unwrap()), (401, "mine"));
}
