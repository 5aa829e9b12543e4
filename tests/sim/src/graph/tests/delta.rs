//! Rounds of changes.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::client::{Graph, texts};
use crate::graph::LostCursor;

const START: &str = "/v1.0/me/contacts/delta";
const IMMUTABLE: &str = "IdType=\"ImmutableId\", odata.maxpagesize=3";

fn removed(items: &[Value]) -> Vec<String> {
    texts(&items.iter().filter(|item| item.get("@removed").is_some()).cloned().collect::<Vec<_>>(), "id")
}

fn kept(items: &[Value]) -> Vec<String> {
    texts(&items.iter().filter(|item| item.get("@removed").is_none()).cloned().collect::<Vec<_>>(), "id")
}

#[tokio::test]
async fn a_round_brings_all_and_the_next_what_changed() {
    let graph = Graph::new();
    let made: Vec<String> =
        (0..7).map(|n| graph.add(&json!({"givenName": format!("P{n}")})).immutable_id).collect();
    let (items, link) = graph.round(START, IMMUTABLE).await;
    assert_eq!(kept(&items), made);
    let (items, link) = graph.round(&link, IMMUTABLE).await;
    assert!(items.is_empty());
    graph.edit(&made[2], &json!({"jobTitle": "Pilot"}));
    graph.sim.delete_contact(&graph.smtp, &made[4], false).unwrap();
    graph.sim.delete_contact(&graph.smtp, &made[5], true).unwrap();
    let new = graph.post(json!({"givenName": "New"})).await.text("id");
    graph.edit(&made[2], &json!({"nickName": "P"}));
    let (items, link) = graph.round(&link, IMMUTABLE).await;
    let truth = graph.sim.contacts(&graph.smtp).unwrap();
    let new = truth.iter().find(|contact| contact.id == new).unwrap().immutable_id.clone();
    assert_eq!(kept(&items), [new, made[2].clone()]);
    assert_eq!(removed(&items), made[4..6]);
    assert_eq!(items[0]["@removed"]["reason"], "deleted");
    assert!(graph.round(&link, IMMUTABLE).await.0.is_empty());
}

#[tokio::test]
async fn pages_have_ten_items_unless_more_are_preferred_and_never_more_than_two_hundred() {
    let graph = Graph::new();
    (0..250).for_each(|n| drop(graph.add(&json!({"givenName": format!("P{n}")}))));
    let page = async |prefer: &str| graph.get(START, &[("prefer", prefer)]).await.each("id").len();
    assert_eq!(
        (page("a=b").await, page("odata.maxpagesize=25").await, page("odata.maxpagesize=500").await),
        (10, 25, 200)
    );
    let first = graph.get(START, &[("prefer", "odata.maxpagesize=25")]).await;
    assert_eq!(graph.get(&first.text("@odata.nextLink"), &[]).await.each("id").len(), 10);
}

#[tokio::test]
async fn the_selection_is_kept_by_the_link_and_the_ids_by_nobody() {
    let graph = Graph::new();
    (0..12).for_each(|n| drop(graph.add(&json!({"givenName": format!("P{n}")}))));
    for start in
        ["/v1.0/me/contactFolders/contacts/contacts/delta()", "/v1.0/me/contacts/microsoft.graph.delta()"]
    {
        let first = graph.get(&format!("{start}?%24select=surname"), &[("prefer", IMMUTABLE)]).await;
        assert_eq!(first.headers["preference-applied"], "odata.track-changes, IdType=ImmutableId");
        let next = graph.get(&first.text("@odata.nextLink"), &[]).await;
        let members: Vec<&String> = next.body["value"][0].as_object().unwrap().keys().collect();
        assert_eq!(members, ["@odata.etag", "id", "surname"]);
        assert!(first.each("id")[0].starts_with("AAkALg") && next.each("id")[0].starts_with("AAMk"));
    }
}

#[tokio::test]
async fn a_cursor_made_for_other_ids_is_no_good() {
    let graph = Graph::new();
    graph.add(&json!({"givenName": "Ann"}));
    let (_, link) = graph.round(START, "odata.maxpagesize=3").await;
    assert_eq!(graph.get(&link, &[("prefer", IMMUTABLE)]).await.refusal(), (400, "SyncStateInvalid"));
}

#[tokio::test]
async fn a_link_that_is_encoded_again_or_leads_from_another_folder_is_no_good() {
    let graph = Graph::with_contacts(30);
    let (_, link) = graph.round(START, IMMUTABLE).await;
    assert_eq!(graph.get(&link.replace('%', "%25"), &[]).await.status, 400);
    let folder = graph.get("/v1.0/me/contactFolders", &[]).await.each("id").remove(0);
    let other = link.replace("/contacts/delta", &format!("/contactFolders/{folder}/contacts/delta"));
    assert_eq!(graph.get(&other, &[]).await.status, 400);
    assert_eq!(graph.get("/v1.0/me/contacts/delta?$deltatoken=latest", &[]).await.each("id").len(), 10);
}

#[tokio::test]
async fn a_move_leaves_one_folder_and_comes_to_another() {
    let graph = Graph::new();
    let folder = graph.sim.add_contact_folder(&graph.smtp, "Elsewhere", "contacts").unwrap();
    let there = format!("/v1.0/me/contactFolders/{folder}/contacts/delta");
    let ann = graph.add(&json!({"givenName": "Ann"}));
    let (_, here) = graph.round(START, IMMUTABLE).await;
    let (_, elsewhere) = graph.round(&there, IMMUTABLE).await;
    graph.sim.move_contact(&graph.smtp, &ann.id, "Elsewhere").unwrap();
    let (items, here) = graph.round(&here, IMMUTABLE).await;
    assert_eq!(removed(&items), [ann.immutable_id.as_str()]);
    let (items, elsewhere) = graph.round(&elsewhere, IMMUTABLE).await;
    assert_eq!(kept(&items), [ann.immutable_id.as_str()]);
    graph.sim.move_contact(&graph.smtp, &ann.immutable_id, "contacts").unwrap();
    graph.sim.move_contact(&graph.smtp, &ann.immutable_id, "Elsewhere").unwrap();
    assert_eq!(removed(&graph.round(&here, IMMUTABLE).await.0), [ann.immutable_id.as_str()]);
    assert_eq!(kept(&graph.round(&elsewhere, IMMUTABLE).await.0), [ann.immutable_id]);
}

#[tokio::test]
async fn with_ids_that_change_the_old_one_is_removed_and_the_new_one_comes() {
    let graph = Graph::new();
    graph.sim.add_contact_folder(&graph.smtp, "Elsewhere", "contacts").unwrap();
    let ann = graph.add(&json!({"givenName": "Ann"}));
    let (_, link) = graph.round(START, "odata.maxpagesize=3").await;
    graph.sim.move_contact(&graph.smtp, &ann.id, "Elsewhere").unwrap();
    let back = graph.sim.move_contact(&graph.smtp, &ann.immutable_id, "contacts").unwrap();
    let (items, _) = graph.round(&link, "odata.maxpagesize=3").await;
    assert_eq!((removed(&items), kept(&items)), (vec![ann.id], vec![back.id]));
}

#[tokio::test]
async fn a_round_ends_where_it_began_whatever_happens_meanwhile() {
    let graph = Graph::new();
    let made: Vec<String> =
        (0..6).map(|n| graph.add(&json!({"givenName": format!("P{n}")})).immutable_id).collect();
    let first = graph.get(START, &[("prefer", IMMUTABLE)]).await;
    graph.add(&json!({"givenName": "Late"}));
    graph.sim.delete_contact(&graph.smtp, &made[0], true).unwrap();
    let (rest, link) = graph.round(&first.text("@odata.nextLink"), IMMUTABLE).await;
    assert_eq!(kept(&rest), made[3..]);
    let (items, _) = graph.round(&link, IMMUTABLE).await;
    assert_eq!((texts(&items, "givenName")[0].as_str(), removed(&items)), ("Late", made[..1].to_vec()));
}

#[tokio::test]
async fn lost_cursors_are_told_in_many_ways() {
    let graph = Graph::new();
    (0..7).for_each(|n| drop(graph.add(&json!({"givenName": format!("P{n}")}))));
    let next = graph.get(START, &[("prefer", IMMUTABLE)]).await.text("@odata.nextLink");
    let (_, link) = graph.round(START, IMMUTABLE).await;
    graph.sim.lose_contact_cursors(&graph.smtp).unwrap();
    for (form, refusal) in [
        (LostCursor::NotFound, (410, "SyncStateNotFound")),
        (LostCursor::Location, (410, "SyncStateNotFound")),
        (LostCursor::Invalid, (400, "SyncStateInvalid")),
        (LostCursor::Resync, (410, "resyncRequired")),
        (LostCursor::Malformed, (400, "ErrorInvalidIdMalformed")),
        (LostCursor::Bare, (400, "BadRequest")),
    ] {
        graph.set(|settings| settings.lost_cursor = form);
        for link in [&next, &link] {
            let lost = graph.get(link, &[("prefer", IMMUTABLE)]).await;
            assert_eq!(
                (lost.refusal(), lost.headers.contains_key("location")),
                (refusal, form == LostCursor::Location)
            );
        }
    }
    assert_eq!(graph.round(START, IMMUTABLE).await.0.len(), 7);
}

#[tokio::test]
async fn folders_have_rounds_of_their_own() {
    let graph = Graph::with_contacts(9);
    let (items, link) = graph.round("/v1.0/me/contactFolders/delta", "odata.maxpagesize=1").await;
    let ids: HashSet<String> = texts(&items, "id").into_iter().collect();
    assert_eq!(ids.len(), 2);
    let names = texts(&items, "displayName");
    graph.sim.rename_contact_folder(&graph.smtp, &names[1], "Renamed").unwrap();
    let (items, link) = graph.round(&link, "odata.maxpagesize=1").await;
    assert_eq!(
        (texts(&items, "displayName"), ids.contains(&texts(&items, "id")[0])),
        (vec!["Renamed".to_owned()], true)
    );
    let gone =
        graph.get(&format!("/v1.0/me/contactFolders/{}/contacts/delta", texts(&items, "id")[0]), &[]).await;
    let cursor =
        gone.body["@odata.deltaLink"].as_str().or(gone.body["@odata.nextLink"].as_str()).unwrap().to_owned();
    graph.sim.remove_contact_folder(&graph.smtp, "Renamed").unwrap();
    assert_eq!(removed(&graph.round(&link, "odata.maxpagesize=1").await.0), texts(&items, "id"));
    assert_eq!(graph.get(&cursor, &[]).await.refusal(), (404, "ErrorSyncFolderNotFound"));
    assert!(graph.sim.contacts(&graph.smtp).unwrap().iter().all(|contact| contact.folder != "Renamed"));
}
