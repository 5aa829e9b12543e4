//! Contacts, written: what is taken, what is made of it, what is refused.

use axum::body::Body;
use serde_json::{Value, json};

use super::client::Graph;
use crate::graph::{Birthday, Quirk};

#[tokio::test]
async fn a_contact_is_made_changed_and_deleted() {
    let graph = Graph::new();
    let made = graph.post(json!({"givenName": "Pavel", "surname": "Bansky"})).await;
    assert_eq!(
        (made.status, made.text("displayName"), made.text("fileAs")),
        (201, "Pavel Bansky".into(), "Bansky, Pavel".into())
    );
    let (id, tag) = (made.text("id"), made.text("@odata.etag"));
    assert_eq!(tag, format!("W/\"{}\"", made.text("changeKey")));
    assert!(tag.starts_with("W/\"EQAAABYAAA"), "{tag}");
    let changed = graph.patch(&id, json!({"jobTitle": "Owl keeper"})).await;
    assert_eq!(
        (changed.status, changed.text("jobTitle"), changed.text("givenName")),
        (200, "Owl keeper".into(), "Pavel".into())
    );
    assert_ne!(changed.text("@odata.etag"), tag);
    let address = format!("/v1.0/me/contacts/{id}");
    assert_eq!(
        graph.send("DELETE", &address, &[("if-match", &tag)], Body::empty()).await.refusal(),
        (412, "ErrorIrresolvableConflict")
    );
    assert_eq!(graph.send("DELETE", &address, &[], Body::empty()).await.status, 204);
    assert_eq!(graph.contact(&id).await.status, 404);
    let truth = &graph.sim.contacts(&graph.smtp).unwrap()[0];
    assert_eq!(truth.folder, "deleteditems");
    assert_eq!(graph.contact(&truth.immutable_id).await.text("parentFolderId"), truth.folder_id);
    let address = format!("/v1.0/me/contacts/{}/permanentDelete", truth.immutable_id);
    assert_eq!(graph.with("POST", &address, &[], json!({})).await.status, 204);
    assert!(graph.sim.contacts(&graph.smtp).unwrap().is_empty());
}

#[tokio::test]
async fn a_stale_change_key_conflicts_unless_nobody_looks_at_it() {
    let graph = Graph::new();
    let made = graph.post(json!({"givenName": "Ann"})).await;
    let (address, tag) = (format!("/v1.0/me/contacts/{}", made.text("id")), made.text("@odata.etag"));
    graph.edit(&made.text("id"), &json!({"jobTitle": "Pilot"}));
    let stale = graph.with("PATCH", &address, &[("if-match", &tag)], json!({"nickName": "A"})).await;
    assert_eq!(stale.refusal(), (412, "ErrorIrresolvableConflict"));
    graph.quirk(Quirk::IgnoresIfMatch);
    assert_eq!(
        graph.with("PATCH", &address, &[("if-match", &tag)], json!({"nickName": "A"})).await.status,
        200
    );
}

#[tokio::test]
async fn too_many_entries_are_refused() {
    let graph = Graph::new();
    let emails: Vec<Value> = (0..4).map(|n| json!({"address": format!("a{n}@x.example")})).collect();
    for (name, entries, text) in [
        (
            "businessPhones",
            json!(["1", "2", "3"]),
            "The multi value property BusinessPhones has 3 entries, that exceeds the max allowed value of 2",
        ),
        (
            "homePhones",
            json!(["1", "2", "3"]),
            "The multi value property HomePhones has 3 entries, that exceeds the max allowed value of 2",
        ),
        (
            "imAddresses",
            json!(["1", "2", "3", "4"]),
            "The multi value property ImAddresses has 4 entries, that exceeds the max allowed value of 3",
        ),
        (
            "emailAddresses",
            json!(emails),
            "The multi value property EmailAddresses has 4 entries, that exceeds the max allowed value of 3",
        ),
    ] {
        let refused = graph.post(json!({ name: entries })).await;
        assert_eq!((refused.status, &refused.body["error"]["message"]), (400, &json!(text)));
    }
    assert!(graph.sim.contacts(&graph.smtp).unwrap().is_empty());
}

#[tokio::test]
async fn what_cannot_be_read_is_refused() {
    let graph = Graph::new();
    let made = graph.post(json!({"givenName": "Ann"})).await;
    for (body, refusal) in [
        (made.body.clone(), (400, "BadRequest")),
        (json!({"businessPhones": "1"}), (400, "UnableToDeserializePostBody")),
        (json!({"businessPhones": null}), (400, "UnableToDeserializePostBody")),
        (json!({"birthday": 19_740_722}), (400, "UnableToDeserializePostBody")),
        (json!({"fax": "1"}), (400, "RequestBodyRead")),
        (json!({"homeAddress": null}), (500, "ErrorInternalServerError")),
        (
            json!({"singleValueExtendedProperties": [{"id": "OurId", "value": "1"}]}),
            (400, "ErrorInvalidProperty"),
        ),
        (json!([]), (400, "BadRequest")),
    ] {
        assert_eq!(graph.post(body.clone()).await.refusal(), refusal, "{body}");
    }
}

#[tokio::test]
async fn a_new_name_makes_the_display_name_anew_unless_it_is_sent() {
    let graph = Graph::new();
    let id =
        graph.post(json!({"givenName": "Ann", "surname": "Old", "displayName": "Annie"})).await.text("id");
    let kept = graph.patch(&id, json!({"jobTitle": "Pilot"})).await;
    assert_eq!(kept.text("displayName"), "Annie");
    let sent = graph.patch(&id, json!({"surname": "New", "displayName": "Annie"})).await;
    assert_eq!((sent.text("displayName"), sent.text("fileAs")), ("Annie".into(), "New, Ann".into()));
    let anew = graph.patch(&id, json!({"surname": "Newer"})).await;
    assert_eq!(anew.text("displayName"), "Ann Newer");
    assert_eq!(graph.post(json!({"companyName": "Moon"})).await.text("displayName"), "Moon");
}

#[tokio::test]
async fn the_server_decides_what_an_address_is_called() {
    let graph = Graph::new();
    let account = graph.sim.accounts().remove(1);
    let sent = json!([{"address": account.smtp, "name": "Somebody"}, {"address": "b@x.example"}, {"address": "nobody"}]);
    let made = graph.post(json!({"givenName": "Ann", "emailAddresses": sent})).await;
    let expected = json!([{"name": account.name, "address": account.smtp}, {"name": "b@x.example", "address": "b@x.example"}, {"name": "nobody"}]);
    assert_eq!(made.body["emailAddresses"], expected);
    assert_eq!(made.body["secondaryEmailAddress"]["address"], "b@x.example");
    let again = graph
        .patch(&made.text("id"), json!({"emailAddresses": [{"address": "B@x.example", "name": "Bo"}]}))
        .await;
    assert_eq!(again.body["emailAddresses"], json!([{"name": "b@x.example", "address": "B@x.example"}]));
}

#[tokio::test]
async fn a_birthday_keeps_its_day_and_gets_an_hour() {
    let graph = Graph::new();
    for (sent, kept) in [("1992-02-29", "1992-02-29"), ("1992-02-29T23:30:00-01:00", "1992-03-01")] {
        assert_eq!(graph.post(json!({"birthday": sent})).await.text("birthday"), format!("{kept}T11:59:00Z"));
    }
    graph.set(|settings| settings.birthday = Birthday::Midnight);
    let made = graph.post(json!({"birthday": "1931-10-05"})).await;
    assert_eq!(made.text("birthday"), "1931-10-05T00:00:00Z");
    assert_eq!(graph.patch(&made.text("id"), json!({"birthday": null})).await.body["birthday"], Value::Null);
}

#[tokio::test]
async fn emptying_is_not_one_thing() {
    let graph = Graph::new();
    let address = json!({"street": "Owl Street 1", "city": "Berlin"});
    let made = graph
        .post(json!({"homeAddress": address, "nickName": "A", "profession": "P", "children": ["C"]}))
        .await;
    let id = made.text("id");
    assert_eq!(made.body["businessAddress"], json!({}));
    let same = graph
        .patch(&id, json!({"homeAddress": {}, "nickName": "", "profession": null, "children": []}))
        .await;
    assert_eq!((&same.body["homeAddress"], &same.body["children"]), (&address, &json!([])));
    assert_eq!((&same.body["nickName"], &same.body["profession"]), (&Value::Null, &Value::Null));
    let replaced = graph.patch(&id, json!({"homeAddress": {"city": "Bonn"}})).await;
    assert_eq!(replaced.body["homeAddress"], json!({"city": "Bonn"}));
    let empty = json!({"street": "", "city": "", "state": "", "countryOrRegion": "", "postalCode": ""});
    assert_eq!(graph.patch(&id, json!({"homeAddress": empty})).await.body["homeAddress"], json!({}));
}

#[tokio::test]
async fn notes_come_back_with_other_line_ends_and_any_member_may_be_rewritten() {
    let graph = Graph::new();
    graph.set(|settings| settings.rewrites = [("jobTitle".to_owned(), json!("PILOT"))].into());
    let made = graph.post(json!({"personalNotes": "a\nb\u{7}\r\nc", "jobTitle": "Pilot"})).await;
    assert_eq!((made.text("personalNotes"), made.text("jobTitle")), ("a\r\nb\r\nc".into(), "PILOT".into()));
}

#[tokio::test]
async fn a_patch_moves_by_the_parent_folder_where_it_does() {
    let graph = Graph::new();
    let folder = graph.sim.add_contact_folder(&graph.smtp, "Elsewhere", "contacts").unwrap();
    let id = graph.post(json!({"givenName": "Ann"})).await.text("id");
    let nowhere = graph.patch(&id, json!({"jobTitle": "Pilot", "parentFolderId": "AAMk"})).await;
    assert_eq!((nowhere.status, &graph.contact(&id).await.body["jobTitle"]), (404, &Value::Null));
    graph.quirk(Quirk::IgnoresParent);
    assert_eq!(graph.patch(&id, json!({"parentFolderId": folder})).await.text("id"), id);
    graph.set(|settings| settings.quirks.clear());
    let moved = graph.patch(&id, json!({"parentFolderId": folder})).await;
    assert_ne!(moved.text("id"), id);
    assert_eq!(moved.text("parentFolderId"), folder);
}

#[tokio::test]
async fn a_photo_comes_back_as_another_jpeg() {
    let graph = Graph::new();
    let made = graph.post(json!({"givenName": "Ann"})).await;
    let photo = format!("/v1.0/me/contacts/{}/photo", made.text("id"));
    let value = format!("{photo}/$value");
    let jpeg: &[u8] = &[0xff, 0xd8, 0xff, 0xdb, 1, 2, 3, 0xff, 0xd9];
    assert_eq!(graph.get(&value, &[]).await.status, 404);
    assert_eq!(graph.send("PATCH", &photo, &[], Body::from(jpeg)).await.status, 200);
    assert_eq!(graph.get(&photo, &[]).await.status, 404);
    assert_eq!(graph.send("PUT", &value, &[], Body::from(jpeg)).await.status, 200);
    let kept = graph.get(&value, &[]).await.bytes;
    assert_ne!(kept, jpeg);
    assert!(kept.starts_with(&[0xff, 0xd8]));
    assert_eq!(graph.send("PUT", &value, &[], Body::from(kept.clone())).await.status, 200);
    assert_eq!(graph.get(&value, &[]).await.bytes, kept);
    assert_ne!(graph.contact(&made.text("id")).await.text("@odata.etag"), made.text("@odata.etag"));
    assert_eq!(graph.send("PUT", &value, &[], Body::from("GIF89a")).await.status, 400);
    graph.quirk(Quirk::FixedPhotos);
    assert_eq!(graph.send("DELETE", &photo, &[], Body::empty()).await.status, 405);
    graph.set(|settings| settings.quirks.clear());
    assert_eq!(graph.send("DELETE", &photo, &[], Body::empty()).await.status, 204);
    assert_eq!(graph.get(&value, &[]).await.status, 404);
}

#[tokio::test]
async fn a_photo_that_is_set_or_taken_away_gives_the_contact_another_version_which_delta_tells() {
    let graph = Graph::new();
    let id = graph.post(json!({"givenName": "Ann"})).await.text("id");
    let value = format!("/v1.0/me/contacts/{id}/photo/$value");
    let jpeg: &[u8] = &[0xff, 0xd8, 0xff, 0xdb, 1, 2, 3, 0xff, 0xd9];
    let (_, mut link) = graph.round("/v1.0/me/contactFolders/contacts/contacts/delta", "").await;
    let mut tags = vec![graph.contact(&id).await.text("@odata.etag")];
    for (method, body) in [("PUT", Body::from(jpeg)), ("DELETE", Body::empty())] {
        assert!(graph.send(method, &value, &[], body).await.status < 300, "{method}");
        let (told, next) = graph.round(&link, "").await;
        assert_eq!((&told[0]["id"], told[0].get("photo")), (&json!(id), None), "{method}");
        let key = told[0]["changeKey"].as_str().unwrap();
        assert_eq!(told[0]["@odata.etag"], json!(format!("W/\"{key}\"")));
        tags.push(key.to_owned());
        link = next;
    }
    tags.dedup();
    assert_eq!(tags.len(), 3);
    assert_eq!(graph.send("DELETE", &value, &[], Body::empty()).await.refusal(), (404, "ErrorItemNotFound"));
    let long = [jpeg, &vec![0; 4 << 20]].concat();
    assert_eq!(graph.send("PUT", &value, &[], Body::from(long)).await.status, 413);
    graph.set(|settings| settings.full = true);
    assert_eq!(graph.send("PUT", &value, &[], Body::from(jpeg)).await.status, 507);
}
