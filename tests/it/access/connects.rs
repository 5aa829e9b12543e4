//! Connecting a mailbox by the API: a conversation that its beginner leads, in a real browser.

use super::contacts::{refused, send};
use super::*;
use crate::stage::Answer;
use outlook_sim::{Options, Settings, SignIn, Weight};
use outlook_syncd::desk::sign_ins::SignInState;
use outlook_syncd::model::{AuditAction, Reach, SignInId};

/// Endpoints in front of mailboxes that are signed in to so.
async fn edges_with_sign_in(sign_in: SignIn) -> Stage {
    let settings = Settings { sign_in, weight: Weight::Light, ..Settings::default() };
    edges_of(World::of(Options { settings, ..Options::default() }).await).await
}

async fn post(edges: &Stage, path: &str, bearer: &str, body: &Value) -> Answer {
    send(edges, (Method::POST, path), bearer, &[], Some(&body.to_string())).await
}

/// How a connect of u1's stands once it waits for somebody, or has ended.
async fn stands(edges: &Stage, bearer: &str, at: &str) -> Value {
    let actor = Actor::named(&format!("token:{}", token::shown(bearer)), Reach::Owner("u1".to_owned()));
    let id = SignInId::parse(at.rsplit('/').next().unwrap()).unwrap();
    let mut state = edges.app.desk.sign_in(&actor, &id).unwrap();
    let waits = |state: &SignInState| {
        matches!(state, SignInState::Asks(_) | SignInState::Connected(_) | SignInState::Failed(_))
    };
    loop {
        state.wait_for(waits).await.unwrap();
        let told = edges.get(at, bearer).await.json();
        if told["state"] != "running" {
            return told;
        }
        // What it asked was answered, and it goes on.
        state.changed().await.unwrap();
    }
}

async fn begun(edges: &Stage, bearer: &str, body: &Value) -> String {
    let begun = post(edges, "/v1/connects", bearer, body).await;
    assert_eq!(begun.status, StatusCode::ACCEPTED, "{}", begun.text);
    assert_eq!(
        described::faults(&Method::POST, "/v1/connects", begun.status, &begun.json()),
        Vec::<String>::new()
    );
    begun.header("location").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_is_led_through_the_second_factor_of_their_mailbox() {
    let edges = edges_with_sign_in(SignIn::Choice).await;
    let (account, bearer) = (edges.account(0), edges.bearer(&[Scope::Admin, Scope::Read], Some("u1")).await);
    let at = begun(&edges, &bearer, &json!({"login": account.smtp, "password": account.password})).await;
    let asks = stands(&edges, &bearer, &at).await;
    assert_eq!(
        asks["asks"],
        json!({"kind": "choose", "ways": ["approval", "app_code", "text_message"]}),
        "{asks}"
    );
    assert_eq!(
        described::faults(&Method::GET, "/v1/connects/{connect}", StatusCode::OK, &asks),
        Vec::<String>::new()
    );
    let answer = format!("{at}/answer");
    assert_eq!(refused(&post(&edges, &answer, &bearer, &json!({})).await), (400, json!("bad_body")));
    let other = edges.bearer(&[Scope::Admin], Some("u1")).await;
    for path in [&at, &answer] {
        let foreign = post(&edges, path, &other, &json!({"way": "app_code"})).await;
        assert_ne!(foreign.status, StatusCode::ACCEPTED, "only who began it leads it");
    }
    assert_eq!(edges.get(&at, &other).await.status, StatusCode::NOT_FOUND);
    for body in
        [json!({"way": "app_code"}), json!({"code": "000000"}), json!({"code": account.one_time_code})]
    {
        let asks = stands(&edges, &bearer, &at).await;
        assert_eq!(asks["state"], "asks", "{asks}");
        assert_eq!(post(&edges, &answer, &bearer, &body).await.status, StatusCode::ACCEPTED, "{body}");
    }
    let connected = stands(&edges, &bearer, &at).await;
    assert_eq!(connected["state"], "connected", "{connected}");
    let card = edges.get(&format!("/v1/accounts/{}", connected["account"].as_str().unwrap()), &bearer).await;
    assert_eq!((card.status, &card.json()["session"]), (StatusCode::OK, &json!("valid")));
    assert_eq!(refused(&post(&edges, &answer, &bearer, &json!({})).await), (409, json!("nothing_asked")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_to_confirm_is_told_and_a_wrong_password_says_what_to_do_and_is_in_no_answer() {
    let edges = edges_with_sign_in(SignIn::Mfa).await;
    let (account, bearer) = (edges.account(0), edges.bearer(&[Scope::Admin], Some("u1")).await);
    let at = begun(&edges, &bearer, &json!({"login": account.smtp, "password": "canary-password"})).await;
    let failed = stands(&edges, &bearer, &at).await;
    assert_eq!((&failed["state"], &failed["whose_turn"]), (&json!("failed"), &json!("owner")), "{failed}");
    assert!(failed["error"].is_string() && failed["hint"].is_string(), "{failed}");
    assert!(!failed.to_string().contains("canary-password"), "{failed}");
    let again = begun(&edges, &bearer, &json!({"login": account.smtp, "password": "canary-password"})).await;
    assert_eq!(stands(&edges, &bearer, &again).await["error"], "password_refused_before");
    let at = begun(&edges, &bearer, &json!({"login": account.smtp, "password": account.password})).await;
    let asks = stands(&edges, &bearer, &at).await;
    assert_eq!(asks["asks"]["kind"], "approve", "{asks}");
    assert!(asks["asks"]["number"].as_str().is_some_and(|number| !number.is_empty()), "{asks}");
    let gone = send(&edges, (Method::DELETE, &at), &bearer, &[], None).await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT);
    assert_eq!(refused(&edges.get(&at, &bearer).await), (404, json!("sign_in_lost")));
    let log = edges.store().audit_log(50).await.unwrap();
    assert!(log.iter().filter(|line| line.action == AuditAction::ConnectBegun).count() == 3, "{log:?}");
    assert!(!format!("{log:?}").contains("canary-password"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_begun_is_said_before_anything_is_tried() {
    let edges = edges().await;
    let (bearer, all) =
        (edges.bearer(&[Scope::Admin], Some("u1")).await, edges.bearer(&[Scope::Admin], None).await);
    for (bearer, body, expected) in [
        (&bearer, json!({"password": "x"}), (400, "bad_body")),
        (&bearer, json!({"login": "", "password": "x"}), (400, "bad_body")),
        (&bearer, json!({"login": "ada@example.test", "password": "x\u{7}"}), (400, "bad_body")),
        (&bearer, json!({"login": "ada@example.test", "passwort": "x"}), (400, "bad_body")),
        (&all, json!({"login": "ada@example.test", "password": "x"}), (400, "user_missing")),
        (
            &bearer,
            json!({"login": "ada@example.test", "password": "x", "user": "u2"}),
            (409, "not_the_owner"),
        ),
    ] {
        let answer = post(&edges, "/v1/connects", bearer, &body).await;
        assert_eq!(refused(&answer), (expected.0, json!(expected.1)), "{body}");
    }
}
