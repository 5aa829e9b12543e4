//! Several requests in one.

use serde_json::{Value, json};

use super::client::{Answer, Graph, IMMUTABLE};
use crate::graph::{GraphError, Quirk};
use crate::knobs::{Failure, Kind};

async fn batch(graph: &Graph, requests: Value) -> Answer {
    graph.with("POST", "/v1.0/$batch", &[], json!({ "requests": requests })).await
}

/// Status of each part, by its id.
fn status(answer: &Answer, id: &str) -> u64 {
    part(answer, id)["status"].as_u64().unwrap()
}

fn part<'a>(answer: &'a Answer, id: &str) -> &'a Value {
    let parts = answer.body["responses"].as_array().unwrap_or_else(|| panic!("{}", answer.body));
    parts.iter().find(|part| part["id"] == id).unwrap_or_else(|| panic!("no part {id} in {}", answer.body))
}

#[tokio::test]
async fn parts_have_their_own_headers_bodies_and_answers() {
    let graph = Graph::new();
    let ann = graph.add(&json!({"givenName": "Ann"}));
    let url = format!("/me/contacts/{}", ann.id);
    let kind = json!({"Content-Type": "application/json"});
    let answer = batch(&graph, json!([
        {"id": "plain", "method": "GET", "url": url},
        {"id": "immutable", "method": "GET", "url": url, "headers": {"Prefer": IMMUTABLE.1}},
        {"id": "new", "method": "POST", "url": "me/contacts", "headers": kind, "body": {"givenName": "Bo"}},
        {"id": "none", "method": "GET", "url": "/me/contacts/AAMk"},
    ]))
    .await;
    assert_eq!(answer.status, 200);
    assert_eq!(part(&answer, "plain")["body"]["id"], ann.id);
    assert_eq!(part(&answer, "immutable")["body"]["id"], ann.immutable_id);
    assert_eq!((status(&answer, "new"), status(&answer, "none")), (201, 400));
    assert_eq!(answer.body["responses"][0]["id"], "none");
    assert_eq!((graph.sim.count("batch", &graph.smtp), graph.sim.count("get_contact", &graph.smtp)), (1, 3));
}

#[tokio::test]
async fn a_batch_that_cannot_be_read_is_refused_whole() {
    let graph = Graph::new();
    let get = |id: &str| json!({"id": id, "method": "GET", "url": "/me/contacts"});
    let many: Vec<Value> = (0..21).map(|n| get(&n.to_string())).collect();
    for requests in [
        json!(many),
        json!([]),
        json!([get("a"), get("A")]),
        json!([{"id": "a", "method": "POST", "url": "/me/contacts", "body": {}}]),
        json!([{"id": "a", "method": "GET", "url": "/me/contacts", "dependsOn": ["b"]}]),
        json!([{"id": "a", "method": "POST", "url": "/$batch"}]),
        json!({}),
    ] {
        assert_eq!(batch(&graph, requests.clone()).await.refusal(), (400, "BadRequest"), "{requests}");
    }
    assert_eq!(graph.sim.count("list_contacts", &graph.smtp), 0);
}

#[tokio::test]
async fn what_depends_on_a_failure_is_not_tried() {
    let graph = Graph::new();
    let answer = batch(
        &graph,
        json!([
            {"id": "1", "method": "GET", "url": "/me/contacts/AAMk"},
            {"id": "2", "method": "GET", "url": "/me/contacts", "dependsOn": ["1"]},
            {"id": "3", "method": "GET", "url": "/me/contacts", "dependsOn": ["2"]},
        ]),
    )
    .await;
    assert_eq!(["1", "2", "3"].map(|id| status(&answer, id)), [400, 424, 424]);
}

#[tokio::test]
async fn parts_are_throttled_alone_and_the_mailbox_waits() {
    let graph = Graph::new();
    let parts: Vec<Value> =
        (0..8).map(|n| json!({"id": n.to_string(), "method": "GET", "url": "/me/contacts"})).collect();
    graph.sim.fail(
        None,
        Failure::from(Kind::Graph(GraphError::throttled("7"))).on(&["list_contacts"]).after(1).times(1),
    );
    let answer = batch(&graph, json!(parts)).await;
    let throttled: Vec<u64> = (0..8).filter(|n| status(&answer, &n.to_string()) == 429).collect();
    assert_eq!((throttled, &part(&answer, "1")["headers"]["retry-after"]), (vec![1], &json!("7")));
    assert_eq!(batch(&graph, json!(parts)).await.status, 429);
    graph.sim.pass(chrono::TimeDelta::seconds(7));
    graph.quirk(Quirk::ThrottledBatches);
    let answer = batch(&graph, json!(parts)).await;
    let throttled: Vec<u64> = (0..8).filter(|n| status(&answer, &n.to_string()) == 429).collect();
    assert_eq!(throttled, [3, 7]);
}

#[tokio::test]
async fn a_lost_answer_of_a_part_is_the_batchs() {
    let graph = Graph::new();
    graph.sim.fail(None, Failure::from(Kind::AnswerLost).on(&["create_contact"]).times(1));
    let kind = json!({"Content-Type": "application/json"});
    let answer = batch(&graph, json!([{"id": "1", "method": "POST", "url": "/me/contacts", "headers": kind, "body": {"givenName": "Ann"}}])).await;
    assert!(answer.bytes.is_empty());
    assert_eq!(graph.sim.contacts(&graph.smtp).unwrap().len(), 1);
}

#[tokio::test]
async fn a_photo_in_a_batch_is_base64() {
    let graph = Graph::new();
    let ann = graph.add(&json!({"givenName": "Ann"}));
    let url = format!("/me/contacts/{}/photo/$value", ann.id);
    let put = json!([{"id": "1", "method": "PUT", "url": url, "headers": {"Content-Type": "image/jpeg"}, "body": "/9j/2wEC"}]);
    assert_eq!(status(&batch(&graph, put).await, "1"), 200);
    let get = batch(&graph, json!([{"id": "1", "method": "GET", "url": url}])).await;
    let truth = graph.sim.contacts(&graph.smtp).unwrap().remove(0);
    assert_eq!(part(&get, "1")["body"], json!(truth.photo.unwrap()));
}
