//! The mail of one person by the API: who may ask, what is answered, and what asking twice does.

use super::contacts::{refused, send};
use super::*;
use crate::stage::Answer;

/// Endpoints with an account of u1's, and a bearer of theirs who may ask.
async fn mailbox() -> (Stage, AccountId, String) {
    let edges = edges().await;
    let id = account(&edges, "u1").await;
    let bearer = edges.bearer(&[Scope::Read, Scope::Sync], Some("u1")).await;
    (edges, id, bearer)
}

async fn post(edges: &Stage, path: &str, bearer: &str) -> Answer {
    send(edges, (Method::POST, path), bearer, &[], None).await
}

/// A contact of the account with these addresses.
async fn contact(edges: &Stage, id: &AccountId, emails: &[&str]) -> String {
    edges.store().schedule(id, Part::Contacts, tomorrow()).await.unwrap();
    let emails: Vec<_> = emails.iter().map(|address| json!({"address": address})).collect();
    let card = json!({"texts": {"display_name": "Bo Berg"}, "emails": emails}).to_string();
    let named = |blank: &Card| blank.overlaid(&card);
    let put = edges.app.desk.put_contact(&Actor::user("u1"), id, None, named).await.unwrap();
    put.contact.id.to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_asks_for_the_mail_of_an_address_is_told_where_to_ask_how_far_it_is_and_twice_is_one() {
    let (edges, id, bearer) = mailbox().await;
    let path = format!("/v1/accounts/{id}/correspondents/Bo%40Example.test/sync");
    assert_eq!(refused(&edges.get(&path, &bearer).await), (404, json!("not_asked")));
    let asked = post(&edges, &path, &bearer).await;
    assert_eq!((asked.status, &asked.json()["state"]), (StatusCode::ACCEPTED, &json!("waiting")));
    assert!(is_due(&edges, &id).await, "it is done in the account's turn");
    let again = post(&edges, &path, &bearer).await;
    assert_eq!((again.json(), again.header("location")), (asked.json(), asked.header("location")));
    let told = edges.get(asked.header("location"), &bearer).await.json();
    assert_eq!((&told["addresses"], &told["folders"]), (&json!(["bo@example.test"]), &json!([])));
    assert_eq!(told["contact_id"], Value::Null);
    let lines = edges.get(&format!("/v1/accounts/{id}/audit"), &bearer).await.json();
    let asked: Vec<_> = lines["lines"].as_array().unwrap().iter().map(|line| &line["action"]).collect();
    assert_eq!(asked.iter().filter(|action| ***action == "correspondent_asked").count(), 1, "{lines}");
    assert_eq!(lines["lines"][0]["detail"], "bo@example.test");
    let card = edges.get(&format!("/v1/accounts/{id}"), &bearer).await.json();
    assert_eq!(card["correspondents"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contacts_mail_is_that_of_all_addresses_that_it_has_when_it_is_asked_for() {
    let (edges, id, bearer) = mailbox().await;
    let contact = contact(&edges, &id, &["Bo@Example.test", "bo@home.test"]).await;
    let path = format!("/v1/accounts/{id}/contacts/{contact}/sync");
    assert_eq!(post(&edges, &path, &bearer).await.status, StatusCode::ACCEPTED);
    let found = edges.app.desk.contact_named(&Actor::user("u1"), &contact).await.unwrap();
    edges.app.desk.remove_contact(&Actor::user("u1"), &found, None).await.unwrap();
    let told = edges.get(&path, &bearer).await.json();
    assert_eq!(
        told["addresses"],
        json!(["bo@example.test", "bo@home.test"]),
        "that it is gone changes nothing"
    );
    assert_eq!(told["contact_id"], json!(contact));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_asked_for_is_refused_with_what_to_do() {
    let (edges, id, bearer) = mailbox().await;
    let nobody = contact(&edges, &id, &[]).await;
    let other = account(&edges, "u2").await;
    let at = |account: &AccountId, rest: &str| format!("/v1/accounts/{account}/{rest}/sync");
    for (path, expected) in [
        (at(&id, &format!("contacts/{nobody}")), (400, "no_address")),
        (at(&id, "contacts/x"), (404, "no_such_contact")),
        (at(&id, "correspondents/bo"), (400, "wrong_address")),
        (at(&id, "correspondents/b%20o%40x"), (400, "wrong_address")),
        (at(&other, "correspondents/bo%40example.test"), (404, "no_such_account")),
    ] {
        let answer = post(&edges, &path, &bearer).await;
        assert_eq!(refused(&answer), (expected.0, json!(expected.1)), "{path}");
    }
    for n in 0..10 {
        let path = at(&id, &format!("correspondents/p{n}%40example.test"));
        assert_eq!(post(&edges, &path, &bearer).await.status, StatusCode::ACCEPTED);
    }
    let eleventh = post(&edges, &at(&id, "correspondents/bo%40example.test"), &bearer).await;
    assert_eq!(refused(&eleventh), (503, json!("too_many_correspondents")));
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_owner_has_to_sign_in_it_waits_and_says_so() {
    let (edges, id, bearer) = mailbox().await;
    let path = format!("/v1/accounts/{id}/correspondents/bo%40example.test/sync");
    let ended = "UPDATE browser_session SET state = 'needs_login';
        UPDATE part_state SET next_at = NULL, failures = 1, error_disposition = 'needs_login', error_code = 'sign_in_page',
        error_message = 'm', error_whose_turn = 'owner', error_hint = 'The owner''s turn: sign in.', error_at = 1";
    let Store::Sqlite(pool) = edges.store() else { unreachable!() };
    sqlx::raw_sql(ended).execute(&pool.clone()).await.unwrap();
    assert_eq!(post(&edges, &path, &bearer).await.status, StatusCode::ACCEPTED);
    let told = edges.get(&path, &bearer).await.json();
    assert_eq!((&told["state"], &told["whose_turn"]), (&json!("waiting"), &json!("owner")), "{told}");
}
