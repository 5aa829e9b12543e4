//! Messages that are marked, moved and deleted.

use axum::body::Body;
use serde_json::{Value, json};

use super::client::{Graph, IMMUTABLE};
use crate::world::Truth;
use crate::world::ids::rest;

fn graph(scope: &str) -> (Graph, Truth) {
    let mut graph = Graph::with_mail(0);
    graph.token = graph.sim.access_token(&graph.smtp, scope).unwrap();
    let message = graph.sim.deliver(&graph.smtp, 1).unwrap().remove(0);
    (graph, message)
}

fn there(graph: &Graph) -> Option<Truth> {
    graph.sim.truth(&graph.smtp).unwrap().pop()
}

#[tokio::test]
async fn a_message_is_marked_read_and_nothing_else_of_it_is_written() {
    let (graph, message) = graph("Mail.ReadWrite");
    let address = format!("/v1.0/me/messages/{}", rest(&message.item_id));
    let answer = graph.with("PATCH", &address, &[], json!({"isRead": true})).await;
    assert_eq!((answer.status, &answer.body["isRead"]), (200, &json!(true)));
    assert!(there(&graph).unwrap().is_read);
    for wrong in [json!({"isRead": "yes"}), json!({"size": 1}), json!([])] {
        assert_eq!(graph.with("PATCH", &address, &[], wrong).await.refusal(), (400, "BadRequest"));
    }
}

/// <https://learn.microsoft.com/graph/api/message-move>: 201, and another id unless ids are immutable.
#[tokio::test]
async fn a_message_that_is_moved_has_another_id_unless_immutable_ones_are_preferred() {
    let (graph, message) = graph("Mail.ReadWrite");
    let to = |id: &str| (format!("/v1.0/me/messages/{}/move", rest(id)), json!({"destinationId": "archive"}));
    let (address, body) = to(&message.item_id);
    let moved = graph.with("POST", &address, &[], body).await;
    assert_eq!(moved.status, 201);
    assert_ne!(moved.text("id"), rest(&message.item_id));
    assert_eq!(there(&graph).unwrap().folder, "archive");
    let (_, body) = to(&message.item_id);
    assert_eq!(graph.with("POST", &address, &[], body).await.refusal(), (404, "ErrorItemNotFound"));
    let (address, _) = to(&message.immutable_id);
    let body = json!({"destinationId": "deleteditems"});
    let moved = graph.with("POST", &address, &[IMMUTABLE], body).await;
    assert_eq!((moved.status, moved.text("id")), (201, rest(&message.immutable_id)));
    let nowhere = graph.with("POST", &address, &[], json!({"destinationId": "nowhere"})).await;
    assert_eq!(nowhere.refusal(), (404, "ErrorItemNotFound"));
}

#[tokio::test]
async fn a_message_is_deleted_to_deleted_items_and_for_good_by_an_action_of_its_own() {
    let (graph, message) = graph("Mail.ReadWrite");
    let address = format!("/v1.0/me/messages/{}", rest(&message.immutable_id));
    assert_eq!(graph.send("DELETE", &address, &[], Body::empty()).await.status, 204);
    assert_eq!(there(&graph).unwrap().folder, "deleteditems");
    let purge = format!("{address}/permanentDelete");
    assert_eq!(graph.send("POST", &purge, &[], Body::empty()).await.status, 204);
    assert!(there(&graph).is_none());
    let again = graph.send("POST", &purge, &[], Body::empty()).await;
    assert_eq!(again.refusal(), (404, "ErrorItemNotFound"));
}

#[tokio::test]
async fn who_may_only_read_changes_nothing() {
    let (graph, message) = graph("Mail.Read");
    let address = format!("/v1.0/me/messages/{}", rest(&message.item_id));
    let denied = (403, "ErrorAccessDenied");
    assert_eq!(graph.with("PATCH", &address, &[], json!({"isRead": true})).await.refusal(), denied);
    let to = json!({"destinationId": "archive"});
    assert_eq!(graph.with("POST", &format!("{address}/move"), &[], to).await.refusal(), denied);
    for (method, more) in [("DELETE", ""), ("POST", "/permanentDelete")] {
        let answer = graph.send(method, &format!("{address}{more}"), &[], Body::empty()).await;
        assert_eq!(answer.refusal(), denied, "{method} {more}");
    }
}

#[tokio::test]
async fn a_round_tells_of_what_was_marked_and_moved() {
    let (graph, message) = graph("Mail.ReadWrite");
    let prefer = IMMUTABLE.1;
    let start = "/v1.0/me/mailFolders/inbox/messages/delta?$select=isRead,parentFolderId";
    let (_, link) = graph.round(start, prefer).await;
    let address = format!("/v1.0/me/messages/{}", rest(&message.immutable_id));
    graph.with("PATCH", &address, &[], json!({"isRead": true})).await;
    let (items, link) = graph.round(&link, prefer).await;
    assert_eq!((items.len(), &items[0]["isRead"]), (1, &json!(true)));
    graph.with("POST", &format!("{address}/move"), &[], json!({"destinationId": "archive"})).await;
    let (items, _) = graph.round(&link, prefer).await;
    assert_eq!((items.len(), &items[0]["id"]), (1, &json!(rest(&message.immutable_id))));
    assert_ne!(items[0]["@removed"], Value::Null);
}
