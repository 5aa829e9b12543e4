//! Contacts and their folders, read.

use serde_json::{Value, json};

use super::client::{Graph, IMMUTABLE, OUR_ID};
use crate::hosts::GRAPH;

fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

#[tokio::test]
async fn a_list_has_pages_with_links_to_the_next() {
    let graph = Graph::new();
    let made: Vec<String> = (0..12).map(|n| graph.add(&json!({"givenName": format!("P{n}")})).id).collect();
    let first = graph.get("/v1.0/me/contacts", &[]).await;
    assert_eq!(first.each("id"), made[..10]);
    let link = first.text("@odata.nextLink");
    assert!(link.starts_with(&format!("https://{GRAPH}/v1.0/me/contacts?")), "{link}");
    let second = graph.get(&link, &[]).await;
    assert_eq!(second.each("id"), made[10..]);
    assert_eq!(second.body["@odata.nextLink"], Value::Null);
    let some = graph.get("/v1.0/me/contacts?%24top=3&$select=displayName&$count=true", &[]).await;
    assert_eq!((some.each("displayName").len(), &some.body["@odata.count"]), (3, &json!(12)));
    let members: Vec<&String> = some.body["value"][0].as_object().unwrap().keys().collect();
    assert_eq!(members, ["@odata.etag", "id", "displayName"]);
}

#[tokio::test]
async fn the_default_folder_is_in_no_list_and_has_an_address() {
    let graph = Graph::with_contacts(40);
    let top = graph.get("/v1.0/me/contactFolders", &[]).await;
    let [child] = &top.each("id")[..] else { panic!("{}", top.body) };
    let default = graph.get("/v1.0/me/contactFolders/contacts", &[]).await.text("id");
    assert_eq!(top.each("parentFolderId"), [default.as_str()]);
    let below = graph.get(&format!("/v1.0/me/contactFolders/{child}/childFolders"), &[]).await;
    assert_eq!(below.each("parentFolderId"), [child.as_str()]);
    let grandchild = below.each("id").remove(0);
    let mut seen = 0;
    for folder in [&default, child, &grandchild] {
        let list = graph.get(&format!("/v1.0/me/contactFolders/{folder}/contacts?$top=100"), &[]).await;
        assert!(list.each("parentFolderId").iter().all(|parent| parent == folder));
        seen += list.each("id").len();
    }
    assert_eq!(seen, 40);
    let own = graph.get("/v1.0/me/contacts?$top=100", &[]).await;
    assert!(own.each("parentFolderId").iter().all(|parent| *parent == default));
    let deep =
        format!("/v1.0/me/contactfolders/{default}/childFolders/{child}/childFolders/{grandchild}/contacts");
    assert_eq!(graph.get(&deep, &[]).await.status, 200);
}

#[tokio::test]
async fn a_contact_list_is_counted_and_never_returned() {
    let graph = Graph::new();
    graph.add(&json!({"givenName": "Ann"}));
    let list = serde_json::from_value(json!({"members": {"displayName": "All"}, "is_list": true})).unwrap();
    let id = graph.sim.add_contact(&graph.smtp, &list).unwrap().id;
    assert_eq!(graph.get("/v1.0/me/contacts/$count", &[]).await.bytes, "2");
    assert_eq!(graph.get("/v1.0/me/contacts", &[]).await.each("displayName"), ["Ann"]);
    assert_eq!(graph.contact(&id).await.refusal(), (404, "ErrorItemNotFound"));
}

#[tokio::test]
async fn an_extended_property_is_told_when_asked_for_and_finds_its_contact() {
    let graph = Graph::new();
    let body =
        json!({"givenName": "Ann", "singleValueExtendedProperties": [{"id": OUR_ID, "value": "o'17"}]});
    let made = graph.post(body).await;
    assert_eq!(made.status, 201);
    let id = made.text("id");
    assert_eq!(graph.contact(&id).await.body["singleValueExtendedProperties"], Value::Null);
    let expand = encoded(&format!("singleValueExtendedProperties($filter=id eq '{OUR_ID}')"));
    let whole = graph.get(&format!("/v1.0/me/contacts/{id}?$expand={expand}"), &[]).await;
    assert_eq!(whole.body["singleValueExtendedProperties"], json!([{"id": OUR_ID, "value": "o'17"}]));
    let filter = |name: &str| {
        format!("singleValueExtendedProperties/Any(ep: ep/id eq '{name}' and ep/value eq 'o''17')")
    };
    let found = graph.get(&format!("/v1.0/me/contacts?$filter={}", encoded(&filter(OUR_ID))), &[]).await;
    assert_eq!(found.each("id"), [id]);
    let other = filter(&OUR_ID.replace("OurId", "ourid"));
    let none = graph.get(&format!("/v1.0/me/contacts?$filter={}", encoded(&other)), &[]).await;
    assert_eq!(none.each("id"), [""; 0]);
}

#[tokio::test]
async fn an_address_finds_its_contacts() {
    let graph = Graph::with_contacts(9);
    let filter = encoded("emailAddresses/any(a:a/address eq 'INFO@share-sim.example')");
    let mut names = Vec::new();
    for folder in graph.sim.contacts(&graph.smtp).unwrap().iter().map(|contact| &contact.folder_id) {
        let address = format!("/v1.0/me/contactFolders/{folder}/contacts?$filter={filter}");
        names.extend(graph.get(&address, &[]).await.each("givenName"));
    }
    names.sort();
    names.dedup();
    assert_eq!(names, ["Anna", "Otto"]);
    let odd = encoded("startswith(displayName,'A')");
    let refused = graph.get(&format!("/v1.0/me/contacts?$filter={odd}"), &[]).await;
    assert_eq!(refused.refusal(), (400, "ErrorInvalidUrlQueryFilter"));
}

#[tokio::test]
async fn a_move_changes_the_id_unless_immutable_ones_are_preferred() {
    let graph = Graph::with_contacts(1);
    let own = &graph.sim.contacts(&graph.smtp).unwrap()[0];
    let (entry, immutable) = (own.id.clone(), own.immutable_id.clone());
    let read = graph.get(&format!("/v1.0/me/contacts/{entry}"), &[IMMUTABLE]).await;
    assert_eq!(read.text("id"), immutable);
    assert_eq!(read.headers["preference-applied"], "IdType=ImmutableId");
    graph.sim.add_contact_folder(&graph.smtp, "Elsewhere", "contacts").unwrap();
    let moved = graph.sim.move_contact(&graph.smtp, &entry, "Elsewhere").unwrap();
    assert_ne!((&moved.id, &moved.change_key), (&entry, &own.change_key));
    assert_eq!(graph.contact(&entry).await.refusal(), (404, "ErrorItemNotFound"));
    assert_eq!(graph.contact(&immutable).await.text("parentFolderId"), moved.folder_id);
    let swapped: String =
        immutable.chars().map(|c| if c.is_lowercase() { c.to_ascii_uppercase() } else { c }).collect();
    assert_eq!(graph.contact(&swapped).await.status, 404);
    assert_eq!(graph.contact("short").await.refusal(), (400, "ErrorInvalidIdMalformed"));
    let body =
        json!({"inputIds": [moved.id], "sourceIdType": "restId", "targetIdType": "restImmutableEntryId"});
    let translated = graph.with("POST", "/v1.0/me/translateExchangeIds", &[], body).await;
    assert_eq!(translated.body["value"][0]["targetId"], immutable);
}

#[tokio::test]
async fn who_may_not_is_told_so() {
    let mut graph = Graph::with_contacts(1);
    let other = graph.sim.accounts()[1].smtp.clone();
    let users = |whose: &str| format!("/v1.0/users/{whose}/contacts");
    assert_eq!(graph.get(&users(&graph.smtp), &[]).await.status, 200);
    assert_eq!(graph.get(&users(&other), &[]).await.refusal(), (403, "ErrorAccessDenied"));
    assert_eq!(graph.get(&users("me"), &[]).await.refusal(), (404, "Request_ResourceNotFound"));
    graph.sim.set(None, |settings| settings.shared_mailboxes = vec![other.clone()]);
    graph.token = graph.sim.access_token(&graph.smtp, "Contacts.Read Contacts.Read.Shared").unwrap();
    assert_eq!(graph.get(&users(&other), &[]).await.status, 200);
    let refused = graph.post(json!({"givenName": "Ann"})).await;
    assert_eq!(refused.refusal(), (403, "ErrorAccessDenied"));
    assert!(refused.body["error"]["innerError"]["request-id"].is_string());
    graph.token = graph.sim.access_token(&graph.smtp, "User.Read").unwrap();
    assert_eq!(graph.get("/v1.0/me/contacts", &[]).await.status, 403);
    graph.token = "a.stranger's.token".to_owned();
    assert_eq!(graph.get("/v1.0/me/contacts", &[]).await.refusal(), (401, "InvalidAuthenticationToken"));
}

#[tokio::test]
async fn what_is_not_there_is_refused_in_graphs_words() {
    let graph = Graph::new();
    let select = graph.get("/v1.0/me/contacts?$select=phones", &[]).await;
    assert_eq!(select.status, 400);
    assert!(
        select.body["error"]["message"]
            .as_str()
            .unwrap()
            .starts_with("Could not find a property named 'phones'")
    );
    assert_eq!(graph.get("/v1.0/me/nothing", &[]).await.refusal(), (400, "BadRequest"));
    assert_eq!(graph.get("/beta/me/contacts", &[]).await.refusal(), (400, "BadRequest"));
    let patch = graph.with("PATCH", "/v1.0/me/contacts", &[], json!({})).await;
    assert_eq!(patch.refusal(), (405, "ErrorInvalidRequest"));
}
