//! What a person is asked about contacts, and what is taken back, by the API.

use super::contacts::{add, book, book_of, named, refused, revision, send};
use super::*;
use crate::stage::{WRITING_RUN, contested, matched, written};

#[tokio::test(flavor = "multi_thread")]
async fn whether_two_contacts_are_one_is_asked_and_answered_by_the_api() {
    let (edges, at, bearer) = book().await;
    let mut made = Vec::new();
    for name in ["Ada", "Ada King", "Ada Lovelace"] {
        made.push(add(&edges, &at, &bearer, &named(name)).await.json());
    }
    let first = matched(edges.store(), &made[0], &made[2]).await;
    let get = async |path: &str| {
        let path = format!("{at}/{path}");
        send(&edges, (Method::GET, path.as_str()), &bearer, &[], None).await
    };
    let page = get("matches?limit=1").await.json();
    assert_eq!((&page["matches"][0]["id"], &page["next"]), (&json!(first.as_str()), &Value::Null));
    assert_eq!(refused(&get(&format!("matches?cursor={first}")).await), (400, json!("invalid_cursor")));
    assert_eq!(refused(&get("matches?limit=0").await), (400, json!("bad_query")));
    let path = format!("{at}/matches/{first}");
    let answer = async |body: &str| send(&edges, (Method::POST, &path), &bearer, &[], Some(body)).await;
    assert_eq!(refused(&answer(r#"{"answer": "perhaps"}"#).await), (400, json!("bad_body")));
    let reader = edges.bearer(&[Scope::Read], Some("u1")).await;
    let same = r#"{"answer": "same"}"#;
    assert_eq!(
        send(&edges, (Method::POST, &path), &reader, &[], Some(same)).await.status,
        StatusCode::FORBIDDEN
    );
    assert_eq!(answer(same).await.json()["id"], made[0]["id"]);
    assert_eq!(refused(&answer(same).await), (404, json!("no_such_match")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_is_told_and_taken_back_by_the_api() {
    let (edges, at, bearer) = book().await;
    let body = json!({"card": {"texts": {"display_name": "Ada", "job_title": "Countess"}}});
    let made = add(&edges, &at, &bearer, &body).await.json();
    written(edges.store(), &made, &json!({"texts": {"display_name": "Ada"}})).await;
    let path = format!("{at}/journal?contact={}", made["id"].as_str().unwrap());
    let journal = send(&edges, (Method::GET, &path), &bearer, &[], None).await.json();
    assert_eq!(journal["writes"][0]["members"], json!(["job_title"]));
    let path = format!("{at}/undo");
    let undo = async |body: &str| send(&edges, (Method::POST, &path), &bearer, &[], Some(body)).await;
    assert_eq!(refused(&undo("{}").await), (400, json!("bad_body")));
    let would = undo(r#"{"since": "2026-01-01T00:00:00Z", "dry_run": true}"#).await.json();
    let done = undo(&json!({"run": WRITING_RUN}).to_string()).await.json();
    assert_eq!(
        (&would["undone"], &would["dry_run"], &done["dry_run"]),
        (&done["undone"], &json!(true), &json!(false))
    );
    let read =
        send(&edges, (Method::GET, &format!("{at}/{}", made["id"].as_str().unwrap())), &bearer, &[], None)
            .await;
    assert_eq!(read.json()["card"]["texts"], json!({"display_name": "Ada"}));
}

#[tokio::test(flavor = "multi_thread")]
async fn whose_values_hold_that_both_sides_have_changed_is_asked_and_said_by_the_api() {
    let (edges, at, bearer) = book_of(edges_with(&[("CONTACTS__CONFLICT", "ask")]).await).await;
    let body = json!({"card": {"texts": {"display_name": "Ada", "job_title": "Countess"}}});
    let made = add(&edges, &at, &bearer, &body).await.json();
    contested(edges.store(), &made, "Peer").await;
    let conflicts =
        async || send(&edges, (Method::GET, &format!("{at}/conflicts")), &bearer, &[], None).await.json();
    let waits = conflicts().await;
    assert_eq!(
        (&waits["conflicts"][0]["contact"], &waits["conflicts"][0]["deleted"]),
        (&made["id"], &Value::Null)
    );
    assert_eq!(waits["conflicts"][0]["values"][0]["theirs"], "Peer");
    let path = format!("{at}/{}/resolve", made["id"].as_str().unwrap());
    let say =
        async |bearer: &str, body: &str| send(&edges, (Method::POST, &path), bearer, &[], Some(body)).await;
    for wrong in ["{}", r#"{"holds": "mine"}"#, r#"{"holds": "ours", "member": "fax"}"#] {
        assert_eq!(refused(&say(&bearer, wrong).await), (400, json!("bad_body")), "{wrong}");
    }
    let other = say(&bearer, r#"{"holds": "ours", "member": "birthday"}"#).await;
    assert_eq!(refused(&other), (404, json!("no_conflict")));
    let reader = edges.bearer(&[Scope::Read], Some("u1")).await;
    assert_eq!(say(&reader, r#"{"holds": "ours"}"#).await.status, StatusCode::FORBIDDEN);
    let said = say(&bearer, r#"{"holds": "theirs", "member": "job_title"}"#).await;
    assert_eq!((revision(&said), &said.json()["card"]["texts"]["job_title"]), ("2", &json!("Peer")));
    assert_eq!(conflicts().await, json!({"conflicts": []}));
    assert_eq!(refused(&say(&bearer, r#"{"holds": "ours"}"#).await), (404, json!("no_conflict")));
}
