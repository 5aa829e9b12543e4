//! Contacts that the API does not take, or shows to nobody else.

use super::contacts::{add, book, named, names, refused, send};
use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_written_is_refused_with_the_reason() {
    let (edges, at, bearer) = book().await;
    let large = json!({"card": {"texts": {"personal_notes": "x".repeat(200_000)}}}).to_string();
    let too_large = json!({"card": {"texts": {"personal_notes": "x".repeat(300_000)}}}).to_string();
    let long_id = json!({"external_id": "x".repeat(201), "card": {"texts": {"title": "Dr."}}}).to_string();
    for (body, status, error, reason) in [
        ("", 400, "bad_body", "EOF"),
        ("[]", 400, "bad_body", "expected a map"),
        (r#"{"card": {}, "photo": 1}"#, 400, "bad_body", "photo"),
        (r#"{"card": {}}"#, 400, "wrong_contact", "nothing is written"),
        (r#"{"card": {"texts": {"color": "red"}}}"#, 400, "wrong_contact", "color"),
        (r#"{"card": {"phones": [{"kind": "fax", "number": "1"}]}}"#, 400, "wrong_contact", "fax"),
        (&long_id, 400, "wrong_contact", "longer than 200"),
        (&large, 400, "wrong_contact", "at most"),
        (&too_large, 413, "too_large", ""),
    ] {
        let said = send(&edges, (Method::POST, &at), &bearer, &[], Some(body)).await;
        let problem = said.json();
        let start = body.chars().take(60).collect::<String>();
        assert_eq!(refused(&said), (status, json!(error)), "{start}: {problem}");
        assert_eq!(said.header("content-type"), "application/problem+json");
        assert_eq!(
            (&problem["status"], &problem["detail"]),
            (&json!(status), &problem["message"]),
            "{problem}"
        );
        assert!(problem["message"].as_str().unwrap().contains(reason), "{start}: {problem}");
    }
    let typed = [("content-type", "text/plain")];
    let said = send(&edges, (Method::POST, &at), &bearer, &typed, Some("{}")).await;
    assert_eq!(refused(&said), (415, json!("unsupported_media_type")));
    let made = add(&edges, &at, &bearer, &named("Ada")).await;
    for patch in [r#"{"external_id": null}"#, r#"{"card": null}"#, r#"{"revision": 1}"#] {
        let any = [("if-match", "*")];
        let said = send(&edges, (Method::PATCH, made.header("location")), &bearer, &any, Some(patch)).await;
        assert_eq!(refused(&said), (400, json!("bad_body")), "{patch}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn contacts_of_another_owner_are_neither_read_nor_written() {
    let (edges, at, bearer) = book().await;
    let made = add(&edges, &at, &bearer, &named("Ada")).await;
    let place = made.header("location");
    let other = edges.bearer(&[Scope::Read, Scope::Contacts], Some("u2")).await;
    let any = [("if-match", "*")];
    for (method, path) in [
        (Method::GET, at.as_str()),
        (Method::POST, &at),
        (Method::GET, place),
        (Method::PATCH, place),
        (Method::DELETE, place),
    ] {
        let body = named("Eve").to_string();
        let said = send(&edges, (method.clone(), path), &other, &any, Some(&body)).await;
        assert_eq!(refused(&said), (404, json!("no_such_account")), "{method} {path}");
    }
    // Nor by the way of an account of one's own.
    let own = account(&edges, "u2").await;
    edges.store().schedule(&own, Part::Contacts, tomorrow()).await.unwrap();
    let place = place.replace(at.split('/').nth(3).unwrap(), own.as_str());
    for method in [Method::GET, Method::PATCH, Method::DELETE] {
        let said = send(&edges, (method, &place), &other, &any, Some("{}")).await;
        assert_eq!(refused(&said), (404, json!("no_such_contact")));
    }
    let read = edges.bearer(&[Scope::Read], Some("u1")).await;
    assert_eq!(add(&edges, &at, &read, &named("Eve")).await.status, StatusCode::FORBIDDEN);
    assert_eq!(names(&edges.get(&at, &read).await.json()), ["Ada"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_whose_contacts_are_not_kept_in_step_takes_none() {
    let edges = edges().await;
    let id = account(&edges, "u1").await;
    let bearer = edges.bearer(&[Scope::Read, Scope::Contacts], None).await;
    let at = format!("/v1/accounts/{id}/contacts");
    let said = add(&edges, &at, &bearer, &named("Ada")).await;
    assert_eq!(refused(&said), (409, json!("contacts_not_connected")));
    assert_eq!(said.json()["whose_turn"], "owner");
    assert_eq!(edges.get(&at, &bearer).await.json()["contacts"], json!([]));
}
