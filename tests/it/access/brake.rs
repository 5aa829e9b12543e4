//! What waits for a person before it goes out, by the API: the plan, the brake, and what is decided.

use super::contacts::{add, book, named, refused, send};
use super::*;
use crate::stage::Answer;
use outlook_syncd::model::AuditAction;
use outlook_syncd::store::Store;
use sqlx::AssertSqlSafe;

async fn run(edges: &Stage, sql: &str) {
    let Store::Sqlite(pool) = edges.store() else { panic!("the stage opens SQLite") };
    sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(pool).await.unwrap();
}

/// A cycle has compared what was made here, counted it and asked; the mailbox lacks 3 of 9 contacts.
async fn asked(edges: &Stage) {
    run(
        edges,
        "UPDATE contact SET met = TRUE;
         INSERT INTO contact_gate (account_id, asked_at, asked_why, creates, overwrites, deletes, asked_until, missing_at,
             missing, missing_of)
         SELECT id, 1767225600000, 'first_plan', 1, 0, 0, 32503680000000, 1767225600000, 3, 9 FROM account",
    )
    .await;
}

async fn get(edges: &Stage, path: &str, bearer: &str) -> Answer {
    send(edges, (Method::GET, path), bearer, &[], None).await
}

async fn post(edges: &Stage, path: &str, bearer: &str, body: &str) -> Answer {
    send(edges, (Method::POST, path), bearer, &[], Some(body)).await
}

/// The details of this action in the audit log, in their own order.
async fn details(edges: &Stage, action: AuditAction) -> Vec<Option<String>> {
    let log = edges.store().audit_log(9).await.unwrap();
    let mut details: Vec<_> =
        log.into_iter().filter(|line| line.action == action).map(|line| line.detail).collect();
    details.sort();
    details
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_next_cycle_would_write_and_what_holds_it_is_told_by_the_api() {
    let (edges, at, bearer) = book().await;
    let made = add(&edges, &at, &bearer, &named("Ada")).await.json();
    let plan = get(&edges, &format!("{at}/plan"), &bearer).await.json();
    assert_eq!((&plan["direction"], &plan["writes"]), (&json!("both"), &json!([])));
    assert_eq!(
        (&plan["withheld"][0]["contact"], &plan["withheld"][0]["why"]),
        (&made["id"], &json!("not_compared"))
    );
    assert_eq!(plan["waits"]["why"], "first_plan", "also before a cycle has asked");
    let brake = get(&edges, &format!("{at}/brake"), &bearer).await.json();
    assert_eq!(brake, json!({"waits": null, "missing": null, "approved_until": null, "revision": null}));
    asked(&edges).await;
    let plan = get(&edges, &format!("{at}/plan"), &bearer).await.json();
    assert_eq!((&plan["writes"][0]["write"], &plan["writes"][0]["why"]), (&json!("create"), &json!("new")));
    let waits = json!({"since": "2026-01-01T00:00:00Z", "why": "first_plan", "creates": 1, "overwrites": 0, "deletes": 0});
    let missing = json!({"since": "2026-01-01T00:00:00Z", "missing": 3, "held": 9});
    assert_eq!((&plan["waits"], &plan["missing"]), (&waits, &missing));
    let brake = get(&edges, &format!("{at}/brake"), &bearer).await.json();
    let revision = &brake["revision"];
    assert!(revision.is_string() && *revision == plan["revision"]);
    assert_eq!(
        brake,
        json!({"waits": waits, "missing": missing, "approved_until": null, "revision": revision})
    );
    let refused = post(&edges, &format!("{at}/brake/approve"), &bearer, r#"{"seen": "another"}"#).await;
    assert_eq!(
        (refused.status, &refused.json()["error"]),
        (StatusCode::PRECONDITION_FAILED, &json!("brake_changed"))
    );
    let seen = json!({"seen": revision}).to_string();
    let approved = post(&edges, &format!("{at}/brake/approve"), &bearer, &seen).await;
    assert_eq!((approved.status, &approved.json()["missing"]), (StatusCode::OK, &json!(3)));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_is_approved_by_the_api_and_a_second_time_does_nothing_more() {
    let (edges, at, bearer) = book().await;
    add(&edges, &at, &bearer, &named("Ada")).await;
    asked(&edges).await;
    let path = format!("{at}/brake/approve");
    for wrong in ["", r#"{"only": "all"}"#, r#"{"answer": "yes"}"#, r#"{"until": "tomorrow"}"#] {
        assert_eq!(refused(&post(&edges, &path, &bearer, wrong).await), (400, json!("bad_body")), "{wrong}");
    }
    for late in
        [r#"{"until": "2026-01-01T00:00:00Z"}"#, r#"{"only": "missing", "until": "2999-01-01T00:00:00Z"}"#]
    {
        assert_eq!(
            refused(&post(&edges, &path, &bearer, late).await),
            (400, json!("wrong_approval")),
            "{late}"
        );
    }
    let decided = post(&edges, &path, &bearer, r#"{"only": "plan"}"#).await.json();
    assert_eq!(decided, json!({"kept_back": 0, "missing": 0}));
    let brake = get(&edges, &format!("{at}/brake"), &bearer).await.json();
    assert_eq!((&brake["waits"], &brake["missing"]["missing"]), (&Value::Null, &json!(3)));
    for missing in [3, 0] {
        let decided = post(&edges, &path, &bearer, "{}").await;
        assert_eq!((decided.status, &decided.json()["missing"]), (StatusCode::OK, &json!(missing)));
    }
    assert_eq!(get(&edges, &format!("{at}/plan"), &bearer).await.json()["waits"], Value::Null);
    let until = json!("2999-01-01T00:00:00Z");
    let decided = post(&edges, &path, &bearer, &json!({ "until": until }).to_string()).await;
    assert_eq!(decided.status, StatusCode::OK);
    let brake = get(&edges, &format!("{at}/brake"), &bearer).await.json();
    assert_eq!(brake["approved_until"], until);
    let told = ["missing gone", "until 2999-01-01T00:00:00.000Z"].map(|told| Some(told.to_owned()));
    let none = [None, None, None];
    assert_eq!(details(&edges, AuditAction::ContactsApproved).await, [&none[..], &told].concat());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_is_rejected_by_the_api_and_stays_here() {
    let (edges, at, bearer) = book().await;
    let made = add(&edges, &at, &bearer, &named("Ada")).await.json();
    asked(&edges).await;
    let decided = post(&edges, &format!("{at}/brake/reject"), &bearer, "{}").await.json();
    assert_eq!(decided, json!({"kept_back": 1, "missing": 3}));
    let plan = get(&edges, &format!("{at}/plan"), &bearer).await.json();
    assert_eq!(
        (&plan["withheld"][0]["contact"], &plan["withheld"][0]["why"]),
        (&made["id"], &json!("rejected"))
    );
    assert_eq!((&plan["waits"], &plan["missing"], &plan["writes"]), (&Value::Null, &Value::Null, &json!([])));
    let details = details(&edges, AuditAction::ContactsRejected).await;
    assert_eq!(details, [None, Some("missing kept".to_owned())]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_only_read_decides_nothing_and_another_owner_sees_nothing() {
    let (edges, at, bearer) = book().await;
    add(&edges, &at, &bearer, &named("Ada")).await;
    asked(&edges).await;
    let reader = edges.bearer(&[Scope::Read], Some("u1")).await;
    let other = edges.bearer(&[Scope::Read, Scope::Contacts], Some("u2")).await;
    for path in ["plan", "brake"].map(|path| format!("{at}/{path}")) {
        assert_eq!(get(&edges, &path, &reader).await.status, StatusCode::OK);
        assert_eq!(refused(&get(&edges, &path, &other).await), (404, json!("no_such_account")), "{path}");
        let nowhere = path.replace(at.split('/').nth(3).unwrap(), "none");
        assert_eq!(refused(&get(&edges, &nowhere, &bearer).await), (404, json!("no_such_account")));
    }
    for path in ["approve", "reject"].map(|path| format!("{at}/brake/{path}")) {
        assert_eq!(post(&edges, &path, &reader, "{}").await.status, StatusCode::FORBIDDEN);
        let said = post(&edges, &path, &other, "{}").await;
        assert_eq!(refused(&said), (404, json!("no_such_account")), "{path}");
    }
    let brake = get(&edges, &format!("{at}/brake"), &reader).await.json();
    assert_eq!((&brake["waits"]["why"], &brake["missing"]["missing"]), (&json!("first_plan"), &json!(3)));
}
