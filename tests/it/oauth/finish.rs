//! A connect is completed by the user who began it, and by nobody else, before any token is asked for.

use crate::stage::{Answer, OPENER, Stage};
use outlook_syncd::model::{AuditAction, Reach, Scope};
use reqwest::StatusCode;
use serde_json::{Value, json};

/// A popup that u1 has begun and somebody has walked through: the attempt, and what finishes it.
pub(super) async fn walked(stage: &Stage, query: &str, smtp: &str) -> (Value, String) {
    let begun = stage.begun("u1", query).await;
    let start = stage.go_on(begun["url"].as_str().unwrap(), Some(OPENER)).await;
    let landed = stage.sim().visit(start.goes_on_to().as_str(), smtp, true).await.unwrap();
    let finish = stage.come_back(landed.url(), &start.cookie()).await;
    (begun["attempt"].clone(), finish)
}

/// It was refused for this, Microsoft was not asked, and nothing was kept.
async fn refused(stage: &Stage, answer: &Answer, status: StatusCode, error: &str) {
    assert_eq!((answer.status, &answer.json()["error"]), (status, &json!(error)), "{}", answer.text);
    assert_eq!(stage.sim().count("authorization_code", &stage.account(0).smtp), 0, "Microsoft was asked");
    assert!(stage.store().accounts(&Reach::Everyone).await.unwrap().is_empty(), "nothing was kept");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mailbox_that_somebody_signs_in_by_anothers_link_is_connected_to_nobody() {
    let stage = Stage::start().await;
    let ada = stage.account(0);
    let (attempt, finish) = walked(&stage, "", &ada.smtp).await;
    refused(&stage, &stage.finish("u2", &finish).await, StatusCode::CONFLICT, "another_user").await;
    refused(&stage, &stage.finish("u1", &finish).await, StatusCode::CONFLICT, "sign_in_over").await;
    let told = stage.attempt("u1", &attempt).await.json();
    assert_eq!((&told["state"], &told["error"]), (&json!("failed"), &json!("another_user")), "{told}");
    assert!(!told.to_string().contains("u2"), "who it was stays unsaid: {told}");
    let log = stage.store().audit_log(99).await.unwrap();
    let lines: Vec<_> = log.iter().filter(|line| line.action == AuditAction::ConnectRefused).collect();
    assert_eq!(lines.len(), 1, "{log:?}");
    assert!(lines[0].actor.starts_with("token:osd_"), "{log:?}");
    assert_eq!(lines[0].detail.as_deref(), Some("for u2, begun for u1"));
    assert_eq!(lines[0].owner.as_deref(), Some("u1"), "who began it");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_is_finished_once() {
    let stage = Stage::start().await;
    let ada = stage.account(0);
    let (_, finish) = walked(&stage, "", &ada.smtp).await;
    for made_up in ["", "x", &format!("{finish}x"), &finish.to_lowercase()] {
        refused(&stage, &stage.finish("u1", made_up).await, StatusCode::CONFLICT, "sign_in_over").await;
    }
    stage.finish("u1", &finish).await.connected();
    let again = stage.finish("u1", &finish).await;
    assert_eq!((again.status, &again.json()["error"]), (StatusCode::CONFLICT, &json!("sign_in_over")));
    assert_eq!(stage.sim().count("authorization_code", &ada.smtp), 1, "asked once");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_bound_to_nobody_names_the_user_whose_sign_in_it_finishes() {
    let stage = Stage::start().await;
    let ada = stage.account(0);
    let service = stage.bearer(&[Scope::Admin], None).await;
    let (_, finish) = walked(&stage, "", &ada.smtp).await;
    let nobody = stage.finish_by(&service, "", &finish).await;
    refused(&stage, &nobody, StatusCode::BAD_REQUEST, "user_missing").await;
    stage.finish_by(&service, "?user=u1", &finish).await.connected();
    let (_, finish) = walked(&stage, "", &stage.account(1).smtp).await;
    let other = stage.finish_by(&service, "?user=u2", &finish).await;
    assert_eq!((other.status, &other.json()["error"]), (StatusCode::CONFLICT, &json!("another_user")));
    let bound = stage.bearer(&[Scope::Admin], Some("u2")).await;
    let posing = stage.finish_by(&bound, "?user=u1", &finish).await;
    assert_eq!(posing.status, StatusCode::NOT_FOUND, "{}", posing.text);
    let reader = stage.bearer(&[Scope::Read], Some("u1")).await;
    assert_eq!(stage.finish_by(&reader, "", &finish).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_mailbox_than_the_expected_one_is_refused_and_nothing_of_it_is_kept() {
    let stage = Stage::start().await;
    let (ada, bob) = (stage.account(0), stage.account(1));
    let expect = format!("&expect={}", ada.smtp.to_uppercase());
    let (location, _) = stage.popup("u1", &expect).await;
    assert_eq!(super::hostile::parameter(location.as_str(), "login_hint"), ada.smtp.to_lowercase());
    let (attempt, finish) = walked(&stage, &expect, &bob.smtp).await;
    let answer = stage.finish("u1", &finish).await;
    assert_eq!((answer.status, &answer.json()["error"]), (StatusCode::CONFLICT, &json!("another_mailbox")));
    for named in [&ada.smtp, &bob.smtp] {
        assert!(
            answer.json()["message"].as_str().unwrap().contains(&named.to_lowercase()),
            "{}",
            answer.text
        );
    }
    assert!(stage.store().accounts(&Reach::Everyone).await.unwrap().is_empty(), "nothing was kept");
    assert_eq!(stage.attempt("u1", &attempt).await.json()["error"], "another_mailbox");
    let (_, finish) = walked(&stage, &expect, &ada.smtp).await;
    stage.finish("u1", &finish).await.connected();
    let (_, finish) = walked(&stage, "&expect=", &bob.smtp).await;
    stage.finish("u1", &finish).await.connected();
    let bearer = stage.bearer(&[Scope::Admin], Some("u1")).await;
    let path = "/v1/integrations/outlook/auth-url?expect=somebody";
    assert_eq!(stage.get(path, &bearer).await.json()["error"], "bad_expect");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_attempt_tells_a_reconnect_that_ended_from_one_that_has_not_begun() {
    let stage = Stage::start().await;
    let ada = stage.account(0);
    let account = stage.connected("u1", &ada.smtp).await;
    let query = format!("&account={account}");
    let waiting = stage.begun("u1", &query).await["attempt"].clone();
    let (attempt, finish) = walked(&stage, &query, &ada.smtp).await;
    let standing = async |id: &Value| stage.attempt("u1", id).await.json()["state"].clone();
    assert_eq!((standing(&waiting).await, standing(&attempt).await), (json!("pending"), json!("pending")));
    stage.finish("u1", &finish).await.connected();
    let told = stage.attempt("u1", &attempt).await.json();
    assert_eq!((&told["state"], &told["account"]), (&json!("connected"), &json!(account)), "{told}");
    assert!(told["ended_at"].is_string() && told["error"].is_null(), "{told}");
    assert_eq!(standing(&waiting).await, "pending");
    let other = stage.attempt("u2", &attempt).await;
    assert_eq!((other.status, &other.json()["error"]), (StatusCode::NOT_FOUND, &json!("no_such_attempt")));
    let service = stage.bearer(&[Scope::Read], None).await;
    let path = format!("/v1/integrations/outlook/attempts/{}", attempt.as_str().unwrap());
    assert_eq!(stage.get(&path, &service).await.json()["state"], "connected");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_who_says_no_is_told_of_by_the_attempt() {
    let stage = Stage::start().await;
    let begun = stage.begun("u1", "").await;
    let start = stage.go_on(begun["url"].as_str().unwrap(), Some(OPENER)).await;
    let landed = stage.sim().visit(start.goes_on_to().as_str(), &stage.account(0).smtp, false).await.unwrap();
    let finish = stage.come_back(landed.url(), &start.cookie()).await;
    assert_eq!(stage.attempt("u1", &begun["attempt"]).await.json()["state"], "pending");
    stage.finish("u1", &finish).await;
    let told = stage.attempt("u1", &begun["attempt"]).await.json();
    assert_eq!((&told["state"], &told["error"]), (&json!("failed"), &json!("oauth_declined")), "{told}");
    assert_eq!(told["whose_turn"], "owner");
    assert!(told["hint"].as_str().unwrap().starts_with("The owner's turn"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_an_owners_sign_ins_five_are_under_way() {
    let stage = Stage::start().await;
    let others = stage.auth_url("u2", "").await;
    let mut all = Vec::new();
    for _ in 0..6 {
        all.push(stage.begun("u1", "").await);
    }
    let oldest = stage.go_on(all[0]["url"].as_str().unwrap(), Some(OPENER)).await;
    assert!(oldest.text.contains("<code>old_link</code>"), "{}", oldest.text);
    assert_eq!(stage.attempt("u1", &all[0]["attempt"]).await.json()["state"], "expired");
    for begun in &all[1..] {
        assert_eq!(stage.attempt("u1", &begun["attempt"]).await.json()["state"], "pending");
        stage.go_on(begun["url"].as_str().unwrap(), Some(OPENER)).await.goes_on_to();
    }
    stage.go_on(others.as_str(), Some(OPENER)).await.goes_on_to();
}
