//! Contacts by the API: pages, entity tags, what is refused and why.

use super::*;
use crate::stage::{Answer, repository, written};
use reqwest::header;

/// Endpoints with an account whose contacts are kept in step, and a token of its owner for them.
pub(super) async fn book() -> (Stage, String, String) {
    book_of(edges().await).await
}

pub(super) async fn book_of(edges: Stage) -> (Stage, String, String) {
    let id = account(&edges, "u1").await;
    edges.store().schedule(&id, Part::Contacts, tomorrow()).await.unwrap();
    let bearer = edges.bearer(&[Scope::Read, Scope::Contacts], Some("u1")).await;
    (edges, format!("/v1/accounts/{id}/contacts"), bearer)
}

pub(super) async fn send(
    edges: &Stage,
    (method, path): (Method, &str),
    bearer: &str,
    headers: &[(&str, &str)],
    body: Option<&str>,
) -> Answer {
    let mut request = edges.client.request(method, format!("http://{}{path}", edges.address));
    request = request.header(header::HOST, HOST).bearer_auth(bearer);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    if let Some(body) = body {
        request = request.body(body.to_owned());
        if !headers.iter().any(|(name, _)| *name == "content-type") {
            request = request.header("content-type", "application/json");
        }
    }
    Answer::of(request).await
}

pub(super) async fn add(edges: &Stage, at: &str, bearer: &str, body: &Value) -> Answer {
    send(edges, (Method::POST, at), bearer, &[], Some(&body.to_string())).await
}

pub(crate) fn named(name: &str) -> Value {
    json!({"card": {"texts": {"display_name": name}}})
}

pub(super) fn names(page: &Value) -> Vec<&str> {
    let contacts = page["contacts"].as_array().unwrap();
    contacts.iter().map(|contact| contact["card"]["texts"]["display_name"].as_str().unwrap()).collect()
}

pub(super) fn refused(said: &Answer) -> (u16, Value) {
    (said.status.as_u16(), said.json()["error"].clone())
}

/// The revision that a tag says.
pub(super) fn revision(said: &Answer) -> &str {
    said.header("etag").trim_matches('"').split('.').next().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contact_is_made_read_changed_and_removed_by_who_has_seen_it() {
    let (edges, at, bearer) = book().await;
    let made = add(&edges, &at, &bearer, &named("Ada")).await;
    assert_eq!((made.status, revision(&made)), (StatusCode::CREATED, "1"));
    let (place, contact) = (made.header("location").to_owned(), made.json());
    assert_eq!(place, format!("{at}/{}", contact["id"].as_str().unwrap()));

    let read = send(&edges, (Method::GET, &place), &bearer, &[], None).await;
    assert_eq!((read.status, read.header("etag")), (StatusCode::OK, made.header("etag")));
    let read = read.json();
    let same = contact.as_object().unwrap().iter().all(|(member, value)| read[member] == *value);
    assert!(same && read["photo"].is_object() && read["conflict"].is_null(), "{read}");
    let seen = [("if-none-match", made.header("etag"))];
    let unchanged = send(&edges, (Method::GET, &place), &bearer, &seen, None).await;
    assert_eq!((unchanged.status, unchanged.text.as_str()), (StatusCode::NOT_MODIFIED, ""));

    let edit = async |tag: &str, body: &str| {
        let kind = ("content-type", "application/merge-patch+json");
        send(&edges, (Method::PATCH, &place), &bearer, &[("if-match", tag), kind], Some(body)).await
    };
    let patch = r#"{"external_id": "crm-1", "card": {"texts": {"title": "Lady"}, "emails": [{"address": "a@x.test"}]}}"#;
    let edited = edit(made.header("etag"), patch).await;
    assert_eq!((edited.status, revision(&edited)), (StatusCode::OK, "2"));
    assert_eq!(edited.json()["card"]["texts"], json!({"display_name": "Ada", "title": "Lady"}));
    assert_eq!(edited.json()["external_id"], "crm-1");
    assert_eq!(refused(&edit("\"1\"", patch).await), (412, json!("stale_contact")));
    assert_eq!(refused(&edit("W/\"2\"", patch).await), (412, json!("stale_contact")));
    let cleared = edit("*", r#"{"card": {"texts": {"title": null}}}"#).await;
    assert_eq!(revision(&cleared), "3");
    assert_eq!(cleared.json()["card"]["texts"], json!({"display_name": "Ada"}));
    assert_eq!(revision(&edit("\"3\"", "{}").await), "3", "nothing to change");

    for method in [Method::PATCH, Method::DELETE] {
        let blind = send(&edges, (method, &place), &bearer, &[], Some("{}")).await;
        assert_eq!(refused(&blind), (428, json!("precondition_required")));
    }
    let remove =
        async |tag| send(&edges, (Method::DELETE, &place), &bearer, &[("if-match", tag)], None).await.status;
    assert_eq!(remove("\"2\"").await, StatusCode::PRECONDITION_FAILED);
    assert_eq!(remove("\"3\"").await, StatusCode::NO_CONTENT);
    assert_eq!(remove("\"4\"").await, StatusCode::NOT_FOUND);
    let read = send(&edges, (Method::GET, &place), &bearer, &[], None).await;
    assert_eq!(refused(&read), (404, json!("no_such_contact")));

    let log = edges.store().audit_log(9).await.unwrap();
    let actions: Vec<_> = log.iter().map(|line| line.action.as_str()).collect();
    assert_eq!(actions[..4], ["contact_removed", "contact_edited", "contact_edited", "contact_added"]);
    assert!(log[0].actor.starts_with("token:"), "{log:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contact_that_was_seen_waiting_is_told_anew_once_it_went_out_and_changed_by_what_was_seen() {
    let (edges, at, bearer) = book().await;
    let made = add(&edges, &at, &bearer, &named("Ada")).await;
    let (place, tag) = (made.header("location").to_owned(), made.header("etag").to_owned());
    let ask = async || send(&edges, (Method::GET, &place), &bearer, &[("if-none-match", &tag)], None).await;
    assert_eq!(ask().await.status, StatusCode::NOT_MODIFIED);
    written(edges.store(), &made.json(), &json!({})).await;
    let told = ask().await;
    assert_eq!((told.status, &told.json()["edited_at"]), (StatusCode::OK, &Value::Null));
    assert_ne!(told.header("etag"), tag);
    let patch = Some(r#"{"card": {"texts": {"title": "Lady"}}}"#);
    let edited = send(&edges, (Method::PATCH, &place), &bearer, &[("if-match", &tag)], patch).await;
    assert_eq!(edited.status, StatusCode::OK, "it is the same contact");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contact_brought_again_with_its_external_id_is_matched() {
    let (edges, at, bearer) = book().await;
    let body = json!({"external_id": "crm/1 a", "card": {"texts": {"surname": "Byron"}}});
    let first = add(&edges, &at, &bearer, &body).await;
    let again = add(&edges, &at, &bearer, &body).await;
    assert_eq!((first.status, again.status), (StatusCode::CREATED, StatusCode::OK));
    assert_eq!(first.json(), again.json(), "the same again changes nothing");
    let found = edges.get(&format!("{at}?external_id=crm%2F1%20a"), &bearer).await.json();
    assert_eq!((&found["contacts"], &found["next"]), (&json!([first.json()]), &Value::Null));
    assert_eq!(edges.get(&format!("{at}?external_id=crm"), &bearer).await.json()["contacts"], json!([]));
    let other = add(&edges, &at, &bearer, &named("Other")).await;
    let (place, any) = ((Method::PATCH, other.header("location")), [("if-match", "*")]);
    let taken = send(&edges, place, &bearer, &any, Some(r#"{"external_id": "crm/1 a"}"#)).await;
    assert_eq!(refused(&taken), (409, json!("external_id_taken")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_is_compared_as_it_is_dialled_where_the_installation_stands() {
    let (edges, at, bearer) = book().await;
    let body = json!({"card": {"phones": [{"kind": "mobile", "number": "030 123456"}]}});
    add(&edges, &at, &bearer, &body).await;
    let Store::Sqlite(pool) = edges.store() else { panic!("the stage opens SQLite") };
    let e164: Option<String> =
        sqlx::query_scalar("SELECT e164 FROM contact_phone_v").fetch_one(pool).await.unwrap();
    assert_eq!(e164.as_deref(), Some("+4930123456"));
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_hold_every_contact_once_in_the_order_of_their_names() {
    let (edges, at, bearer) = book().await;
    for name in ["Cleo", "anna", "Berta", "Dora", "Emil"] {
        add(&edges, &at, &bearer, &named(name)).await;
    }
    let (mut path, mut all) = (format!("{at}?limit=2&search=%20"), Vec::new());
    loop {
        let answer = edges.get(&path, &bearer).await;
        let page = answer.json();
        all.extend(names(&page).into_iter().map(str::to_owned));
        let Some(next) = page["next"].as_str() else {
            assert_eq!(answer.header("link"), "");
            break;
        };
        let link = answer.header("link").to_owned();
        assert!(link.ends_with("; rel=\"next\"") && link.contains(next), "{link}");
        path = link.trim_start_matches('<').split('>').next().unwrap().to_owned();
    }
    assert_eq!(all, ["anna", "Berta", "Cleo", "Dora", "Emil"]);
    let page = edges.get(&format!("{at}?search=an"), &bearer).await.json();
    assert_eq!(names(&page), ["anna"]);
    let cursor =
        edges.get(&format!("{at}?limit=1"), &bearer).await.json()["next"].as_str().unwrap().to_owned();
    for (query, error) in [
        (format!("cursor={cursor}&search=an"), "invalid_cursor"),
        ("cursor=x".to_owned(), "invalid_cursor"),
        ("limit=0".to_owned(), "bad_query"),
        ("limit=201".to_owned(), "bad_query"),
        ("limit=many".to_owned(), "bad_query"),
    ] {
        let said = edges.get(&format!("{at}?{query}"), &bearer).await;
        assert_eq!(refused(&said), (400, json!(error)), "{query}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_contact_that_the_documentation_shows_is_taken_as_it_is() {
    let (edges, at, bearer) = book().await;
    let page = std::fs::read_to_string(repository().join("docs/api.md")).unwrap();
    let (_, section) = page.split_once("\n## Contacts").unwrap();
    let example = section.split("```json\n").nth(1).unwrap().split("```").next().unwrap();
    let shown: Value = serde_json::from_str(example).unwrap();
    let made = add(&edges, &at, &bearer, &shown).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    for member in ["texts", "birthday", "phones", "places", "categories"] {
        assert_eq!(made.json()["card"][member], shown["card"][member], "{member}");
    }
    for (_, path, _) in http::routes().filter(|(_, path, _)| path.starts_with("/v1/accounts")) {
        let is_told = [format!("{path}`"), format!("{path}?")].iter().any(|told| page.contains(told));
        assert!(is_told, "{path} is not documented");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_request_again_under_its_key_makes_no_second_contact_and_another_is_refused() {
    let (edges, at, bearer) = book().await;
    let post = async |bearer: &str, key: &str, name: &str| {
        let body = named(name).to_string();
        send(&edges, (Method::POST, &at), bearer, &[("idempotency-key", key)], Some(&body)).await
    };
    let first = post(&bearer, "k-1", "Ada").await;
    assert_eq!((first.status, first.header("idempotency-replayed") == "true"), (StatusCode::CREATED, false));
    let again = post(&bearer, "k-1", "Ada").await;
    assert_eq!((again.status, again.header("idempotency-replayed")), (StatusCode::CREATED, "true"));
    assert_eq!((again.json(), again.header("location")), (first.json(), first.header("location")));
    assert_eq!(refused(&post(&bearer, "k-1", "Berta").await), (422, json!("key_reused")));
    let long = "k".repeat(256);
    for wrong in ["", long.as_str()] {
        assert_eq!(refused(&post(&bearer, wrong, "Ada").await), (400, json!("bad_key")), "{wrong}");
    }
    let other = edges.bearer(&[Scope::Read, Scope::Contacts], Some("u1")).await;
    assert_ne!(
        post(&other, "k-1", "Ada").await.json()["id"],
        first.json()["id"],
        "a key is its caller's own"
    );
    let named_twice =
        json!({"external_id": "crm-1", "card": {"texts": {"display_name": "Carl"}}}).to_string();
    for replayed in [false, true] {
        let headers = [("idempotency-key", "k-2")];
        let put = send(&edges, (Method::POST, &at), &bearer, &headers, Some(&named_twice)).await;
        assert_eq!(
            (put.status, put.header("idempotency-replayed") == "true"),
            (StatusCode::CREATED, replayed)
        );
    }
    let all = send(&edges, (Method::GET, &at), &bearer, &[], None).await.json();
    assert_eq!(names(&all), ["Ada", "Ada", "Carl"]);
}
