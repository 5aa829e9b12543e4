//! What the real thing was seen to do at times.

use serde_json::{Value, json};

use super::client::{Graph, texts};
use crate::graph::Quirk;

const START: &str = "/v1.0/me/contacts/delta";
const PREFER: &str = "IdType=\"ImmutableId\", odata.maxpagesize=2";

/// A mailbox with three contacts, their ids, and the link behind a first round.
async fn read() -> (Graph, Vec<String>, String) {
    let graph = Graph::new();
    graph.sim.add_contact_folder(&graph.smtp, "Elsewhere", "contacts").unwrap();
    let ids = ["Ann", "Bo", "Cy"].map(|name| graph.add(&json!({"givenName": name})).immutable_id).to_vec();
    let (_, link) = graph.round(START, PREFER).await;
    (graph, ids, link)
}

#[tokio::test]
async fn an_empty_page_leads_on() {
    let (graph, ids, _) = read().await;
    graph.quirk(Quirk::EmptyPages);
    let first = graph.get(START, &[("prefer", PREFER)]).await;
    assert!(first.each("id").is_empty());
    assert_eq!(texts(&graph.round(&first.text("@odata.nextLink"), PREFER).await.0, "id"), ids);
}

#[tokio::test]
async fn items_come_twice_backwards_and_again() {
    let (graph, ids, link) = read().await;
    graph.quirk(Quirk::Doubles);
    assert_eq!(graph.round(START, PREFER).await.0.len(), 6);
    graph.quirk(Quirk::Reversed);
    let order = [&ids[1], &ids[0], &ids[2]];
    assert_eq!(texts(&graph.round(START, PREFER).await.0, "id"), order.map(Clone::clone));
    graph.quirk(Quirk::Replays);
    assert_eq!(texts(&graph.round(&link, PREFER).await.0, "id"), ids);
}

#[tokio::test]
async fn items_have_only_what_changed() {
    let (graph, ids, link) = read().await;
    graph.set(|settings| settings.quirks = [Quirk::PartialItems].into());
    graph.edit(&ids[0], &json!({"birthday": "1974-07-22T11:59:00Z", "jobTitle": null}));
    let (items, next) = graph.round(&link, PREFER).await;
    let members: Vec<&String> = items[0].as_object().unwrap().keys().collect();
    assert_eq!(members, ["@odata.etag", "id", "parentFolderId", "birthday", "jobTitle"]);
    graph.set(|settings| settings.quirks = [Quirk::PartialItems, Quirk::NoEmpties].into());
    graph.edit(&ids[0], &json!({"birthday": null}));
    let (items, _) = graph.round(&next, PREFER).await;
    let members: Vec<&String> = items[0].as_object().unwrap().keys().collect();
    assert_eq!(members, ["@odata.etag", "id", "parentFolderId"]);
}

#[tokio::test]
async fn what_went_and_came_back_is_gone_for_delta() {
    let (graph, ids, link) = read().await;
    graph.quirk(Quirk::ForgetsReturns);
    graph.sim.move_contact(&graph.smtp, &ids[0], "Elsewhere").unwrap();
    graph.sim.move_contact(&graph.smtp, &ids[0], "contacts").unwrap();
    let (items, link) = graph.round(&link, PREFER).await;
    assert_eq!((items.len(), items[0].get("@removed").is_some(), &items[0]["id"]), (1, true, &json!(ids[0])));
    assert!(graph.round(&link, PREFER).await.0.is_empty());
    assert_eq!(graph.contact(&ids[0]).await.status, 200);
}

#[tokio::test]
async fn arrivals_and_the_last_removal_are_hidden() {
    let (graph, ids, link) = read().await;
    graph.sim.move_contact(&graph.smtp, &ids[0], "Elsewhere").unwrap();
    let (_, link) = graph.round(&link, PREFER).await;
    graph.quirk(Quirk::HidesArrivals);
    graph.sim.move_contact(&graph.smtp, &ids[0], "contacts").unwrap();
    let (items, link) = graph.round(&link, PREFER).await;
    assert!(items.is_empty());
    graph.quirk(Quirk::HidesLastRemoval);
    for id in &ids {
        graph.sim.delete_contact(&graph.smtp, id, true).unwrap();
    }
    assert!(graph.round(&link, PREFER).await.0.is_empty());
}

#[tokio::test]
async fn a_removal_may_have_another_reason() {
    let (graph, ids, link) = read().await;
    graph.quirk(Quirk::RemovedAsChanged);
    graph.sim.delete_contact(&graph.smtp, &ids[0], false).unwrap();
    assert_eq!(graph.round(&link, PREFER).await.0[0]["@removed"]["reason"], "changed");
}

#[tokio::test]
async fn links_may_lead_in_rings_or_nowhere() {
    let (graph, _, _) = read().await;
    let next = async |address: &str| graph.get(address, &[("prefer", PREFER)]).await;
    graph.quirk(Quirk::SelfLink);
    let link = next(START).await.text("@odata.nextLink");
    assert_eq!(next(&link).await.text("@odata.nextLink"), link);
    graph.quirk(Quirk::RingOfLinks);
    let one = next(START).await.text("@odata.nextLink");
    let other = next(&one).await.text("@odata.nextLink");
    assert_ne!(one, other);
    assert_eq!(next(&other).await.text("@odata.nextLink"), one);
    graph.quirk(Quirk::BothLinks);
    let both = next(START).await;
    assert!(both.body["@odata.nextLink"].is_string() && both.body["@odata.deltaLink"].is_string());
    graph.quirk(Quirk::NoLinks);
    let none = next(START).await;
    assert_eq!((&none.body["@odata.nextLink"], &none.body["@odata.deltaLink"]), (&Value::Null, &Value::Null));
    graph.set(|settings| settings.base = "https://elsewhere.example".to_owned());
    graph.set(|settings| settings.quirks.clear());
    assert!(
        next(START)
            .await
            .text("@odata.nextLink")
            .starts_with("https://elsewhere.example/v1.0/me/contacts/delta?")
    );
}

#[tokio::test]
async fn a_folder_may_look_empty() {
    let (graph, _, _) = read().await;
    graph.quirk(Quirk::ShowsNothing);
    assert!(graph.round(START, PREFER).await.0.is_empty());
    assert!(graph.get("/v1.0/me/contacts", &[]).await.each("id").is_empty());
}

#[tokio::test]
async fn a_change_may_take_its_time_to_show() {
    let (graph, _, link) = read().await;
    graph.sim.pass(chrono::TimeDelta::seconds(10));
    graph.set(|settings| settings.late_ms = 5000);
    let new = graph.post(json!({"givenName": "New"})).await.text("id");
    let (items, link) = graph.round(&link, PREFER).await;
    assert!(items.is_empty());
    assert_eq!(graph.get("/v1.0/me/contacts", &[]).await.each("givenName").len(), 3);
    assert_eq!(graph.contact(&new).await.status, 200);
    graph.sim.pass(chrono::TimeDelta::seconds(10));
    assert_eq!(texts(&graph.round(&link, PREFER).await.0, "givenName"), ["New"]);
}

#[tokio::test]
async fn a_full_mailbox_is_read_by_lists_only() {
    let (graph, _, link) = read().await;
    graph.set(|settings| settings.full = true);
    assert_eq!(graph.get(&link, &[]).await.refusal(), (507, "ErrorQuotaExceeded"));
    assert_eq!(graph.post(json!({"givenName": "New"})).await.refusal(), (507, "ErrorQuotaExceeded"));
    assert_eq!(graph.get("/v1.0/me/contacts", &[]).await.each("id").len(), 3);
}

#[tokio::test]
async fn a_page_may_be_too_big_for_the_server() {
    let (graph, _, _) = read().await;
    graph.set(|settings| settings.page_too_big = Some(50));
    assert_eq!(graph.get(START, &[("prefer", "odata.maxpagesize=200")]).await.status, 504);
    assert_eq!(graph.get(START, &[("prefer", "odata.maxpagesize=50")]).await.status, 200);
    let ids = format!("{START}?$select=id,changeKey");
    let page = graph.get(&ids, &[("prefer", "odata.maxpagesize=200")]).await;
    assert_eq!((page.status, page.each("changeKey").len()), (200, 3));
}

#[tokio::test]
async fn a_patch_may_say_nothing_and_a_folder_may_become_a_category() {
    let (graph, ids, _) = read().await;
    assert_eq!(
        graph
            .with(
                "PATCH",
                &format!("/v1.0/me/contacts/{}", ids[0]),
                &[("prefer", "return=minimal")],
                json!({})
            )
            .await
            .status,
        204
    );
    graph.set(|settings| settings.quirks = [Quirk::EmptyPatches, Quirk::FolderAsCategory].into());
    for id in &ids {
        graph.sim.move_contact(&graph.smtp, id, "Elsewhere").unwrap();
        assert_eq!(graph.patch(id, json!({"jobTitle": "Pilot"})).await.status, 204);
    }
    let truth = graph.sim.contacts(&graph.smtp).unwrap();
    let gained = truth
        .iter()
        .filter(|contact| contact.members.get("categories") == Some(&json!(["Elsewhere"])))
        .count();
    assert!((1..3).contains(&gained), "{gained}");
}

#[tokio::test]
async fn control_characters_may_break_the_json() {
    let (graph, ids, _) = read().await;
    graph.quirk(Quirk::RawControls);
    graph.edit(&ids[0], &json!({"personalNotes": "a\u{1}b"}));
    let answer = graph.contact(&ids[0]).await;
    assert_eq!((answer.status, answer.body), (200, Value::Null));
    assert!(answer.bytes.windows(3).any(|bytes| bytes == b"a\x01b"));
}
