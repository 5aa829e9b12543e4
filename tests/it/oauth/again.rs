//! A sign-in whose code could not be redeemed for a moment can be finished again, by who began it; one that is given
//! up, by nobody.

use super::finish::walked;
use crate::stage::{Answer, Stage};
use outlook_sim::{Failure, Kind};
use outlook_syncd::model::{AuditAction, Scope};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

impl Stage {
    /// Who redeems the code of this mailbox's person is answered so, once.
    pub(crate) fn fails(&self, smtp: &str, kind: Kind) {
        self.sim().fail(Some(smtp), Failure::from(kind).on(&["authorization_code"]).times(1));
    }

    async fn stands(&self, attempt: &Value) -> Value {
        self.attempt("u1", attempt).await.json()
    }
}

fn is(answer: &Answer, status: StatusCode, error: &str) {
    assert_eq!((answer.status, &answer.json()["error"]), (status, &json!(error)), "{}", answer.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connect_outlives_a_microsoft_that_fails_for_a_moment() {
    let stage = Stage::start().await;
    let failures = [
        (Kind::HangUp, "oauth_unreachable"),
        (Kind::Text { status: 503, text: String::new() }, "oauth_unreadable"),
        (Kind::Unavailable { retry_after: 2 }, "oauth_transient"),
        (Kind::TooManyRequests { retry_after: 2 }, "oauth_transient"),
    ];
    for (number, (kind, error)) in failures.into_iter().enumerate() {
        let smtp = &stage.account(number % 2).smtp;
        let (attempt, finish) = walked(&stage, "", smtp).await;
        stage.fails(smtp, kind);
        let answer = stage.finish("u1", &finish).await;
        is(&answer, StatusCode::SERVICE_UNAVAILABLE, error);
        let told = stage.stands(&attempt).await;
        assert_eq!((&told["state"], &told["error"]), (&json!("pending"), &json!(error)), "{told}");
        assert_eq!(told["hint"], answer.json()["hint"]);
        assert!(told["hint"].as_str().unwrap().contains("can be finished again"), "{told}");
        stage.finish("u1", &finish).await.connected();
        let told = stage.stands(&attempt).await;
        assert_eq!((&told["state"], &told["hint"]), (&json!("connected"), &Value::Null), "{told}");
        is(&stage.finish("u1", &finish).await, StatusCode::CONFLICT, "sign_in_over");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_was_lost_is_asked_for_once_more_and_told_as_it_is() {
    let stage = Stage::start().await;
    let smtp = &stage.account(0).smtp;
    let (attempt, finish) = walked(&stage, "", smtp).await;
    stage.fails(smtp, Kind::AnswerLost);
    is(&stage.finish("u1", &finish).await, StatusCode::SERVICE_UNAVAILABLE, "oauth_unreachable");
    assert_eq!(stage.stands(&attempt).await["state"], "pending");
    // Microsoft has redeemed it, and does so once.
    is(&stage.finish("u1", &finish).await, StatusCode::CONFLICT, "oauth_code_expired");
    let told = stage.stands(&attempt).await;
    assert_eq!((&told["state"], &told["error"]), (&json!("failed"), &json!("oauth_code_expired")), "{told}");
    is(&stage.finish("u1", &finish).await, StatusCode::CONFLICT, "sign_in_over");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connect_of_which_graph_does_not_say_whose_it_is_has_ended_since_its_code_is_spent() {
    let stage = Stage::start().await;
    let smtp = &stage.account(0).smtp;
    for kind in [Kind::HangUp, Kind::Unavailable { retry_after: 2 }] {
        let (attempt, finish) = walked(&stage, "", smtp).await;
        stage.sim().fail(Some(smtp), Failure::from(kind).on(&["me"]).times(1));
        is(&stage.finish("u1", &finish).await, StatusCode::CONFLICT, "oauth_code_spent");
        let told = stage.stands(&attempt).await;
        assert_eq!(
            (&told["state"], &told["error"]),
            (&json!("failed"), &json!("oauth_code_spent")),
            "{told}"
        );
        assert!(told["hint"].as_str().unwrap().contains("begin the connect again"), "{told}");
        is(&stage.finish("u1", &finish).await, StatusCode::CONFLICT, "sign_in_over");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_who_finishes_it_then_ends_it_all_the_same() {
    let stage = Stage::start().await;
    let smtp = &stage.account(0).smtp;
    let (attempt, finish) = walked(&stage, "", smtp).await;
    stage.fails(smtp, Kind::HangUp);
    is(&stage.finish("u1", &finish).await, StatusCode::SERVICE_UNAVAILABLE, "oauth_unreachable");
    is(&stage.finish("u2", &finish).await, StatusCode::CONFLICT, "another_user");
    is(&stage.finish("u1", &finish).await, StatusCode::CONFLICT, "sign_in_over");
    let told = stage.stands(&attempt).await;
    assert_eq!((&told["state"], &told["error"]), (&json!("failed"), &json!("another_user")), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_attempt_that_its_user_gives_up_connects_nothing_any_more() {
    let stage = Stage::start().await;
    let smtp = &stage.account(0).smtp;
    let (attempt, finish) = walked(&stage, "", smtp).await;
    let path = format!("/v1/integrations/outlook/attempts/{}", attempt.as_str().unwrap());
    let cancel = async |scope, owner| {
        let bearer = stage.bearer(&[scope], owner).await;
        stage.ask(Method::DELETE, &path, Some(&bearer), None).await
    };
    assert_eq!(cancel(Scope::Read, Some("u1")).await.status, StatusCode::FORBIDDEN);
    is(&cancel(Scope::Admin, Some("u2")).await, StatusCode::NOT_FOUND, "no_such_attempt");
    assert_eq!(stage.stands(&attempt).await["state"], "pending");
    for _ in 0..2 {
        let told = cancel(Scope::Admin, Some("u1")).await;
        assert_eq!((told.status, &told.json()["state"]), (StatusCode::OK, &json!("failed")), "{}", told.text);
        assert_eq!(told.json()["error"], "connect_cancelled");
        assert_eq!(told.json(), stage.stands(&attempt).await);
    }
    is(&stage.finish("u1", &finish).await, StatusCode::CONFLICT, "sign_in_over");
    assert_eq!(stage.sim().count("authorization_code", smtp), 0, "Microsoft was not asked");
    let log = stage.store().audit_log(99).await.unwrap();
    let lines: Vec<_> = log.iter().filter(|line| line.action == AuditAction::ConnectCancelled).collect();
    assert_eq!(lines.len(), 1, "told once: {log:?}");
    assert_eq!(lines[0].owner.as_deref(), Some("u1"));

    let (attempt, finish) = walked(&stage, "", smtp).await;
    stage.finish("u1", &finish).await.connected();
    let path = format!("/v1/integrations/outlook/attempts/{}", attempt.as_str().unwrap());
    let service = stage.bearer(&[Scope::Admin], None).await;
    let told = stage.ask(Method::DELETE, &path, Some(&service), None).await.json();
    assert_eq!(told["state"], "connected", "what has ended stays as it is");
}
