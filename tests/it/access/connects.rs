//! Connecting a mailbox by the API: a conversation that its beginner leads, in a real browser.

use super::contacts::{refused, send};
use super::*;
use crate::stage::Answer;
use futures::future::join_all;
use outlook_sim::{Failure, Kind, Options, Settings, SignIn, Weight};
use outlook_syncd::desk::sign_ins::SignInState;
use outlook_syncd::model::{AuditAction, Reach, SignInId};

/// Endpoints in front of mailboxes that are signed in to so.
pub(super) async fn edges_with_sign_in(sign_in: SignIn) -> Stage {
    let settings = Settings { sign_in, weight: Weight::Light, ..Settings::default() };
    edges_of(World::of(Options { settings, ..Options::default() }).await).await
}

async fn post(edges: &Stage, path: &str, bearer: &str, body: &Value) -> Answer {
    send(edges, (Method::POST, path), bearer, &[], Some(&body.to_string())).await
}

/// Endpoints whose people sign in by a code, and the token of the CRM's server, which is bound to nobody.
async fn edges_with_codes() -> (Stage, String) {
    let mut world = World::new().await;
    world.register(Registration::public(CALLBACK));
    let edges = edges_of(world).await;
    edges.sim().set(None, |settings| settings.identity.device_interval_s = Some(1));
    let crm = edges.bearer(&[Scope::Admin, Scope::Read], None).await;
    // A token that was never used takes a guess, and many calls with it at once several.
    assert_eq!(get(&edges, "/v1/accounts", &crm).await.0, StatusCode::OK);
    (edges, crm)
}

/// How a connect stands once it waits for somebody, or has ended.
async fn stands(edges: &Stage, bearer: &str, at: &str) -> Value {
    let actor = Actor::named(&format!("token:{}", token::shown(bearer)), Reach::Everyone);
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

#[tokio::test(flavor = "multi_thread")]
async fn a_code_that_the_crms_server_begins_connects_who_types_it_for_the_user() {
    let (edges, crm) = edges_with_codes().await;
    let (ada, bob) = (edges.account(0), edges.account(1));
    for (login, accept, expected) in [
        (None, true, json!("connected")),
        (Some(&ada.smtp), true, json!("connected")),
        (None, false, json!("oauth_declined")),
        (Some(&bob.smtp), true, json!("another_person")),
    ] {
        let at = begun(&edges, &crm, &json!({"user": "u1", "login": login})).await;
        let asks = edges.get(&at, &crm).await.json();
        assert_eq!((&asks["state"], &asks["asks"]["kind"]), (&json!("asks"), &json!("elsewhere")), "{asks}");
        assert_eq!(
            described::faults(&Method::GET, "/v1/connects/{connect}", StatusCode::OK, &asks),
            Vec::<String>::new()
        );
        let answer = post(&edges, &format!("{at}/answer"), &crm, &json!({})).await;
        assert_eq!(refused(&answer), (409, json!("nothing_asked")));
        let code = asks["asks"]["user_code"].as_str().unwrap();
        edges.sim().type_user_code(code, &ada.smtp, accept).await.unwrap();
        let ended = stands(&edges, &crm, &at).await;
        let is_connected = ended["state"] == "connected";
        assert_eq!(if is_connected { &ended["state"] } else { &ended["error"] }, &expected, "{ended}");
    }
    let accounts = edges.store().accounts(&Reach::Everyone).await.unwrap();
    let [account] = accounts.as_slice() else { panic!("{accounts:?}") };
    assert_eq!((account.owner.as_str(), account.name().as_ref()), ("u1", ada.smtp.to_lowercase().as_str()));
    let at = begun(&edges, &crm, &json!({"user": "u1"})).await;
    let gone = send(&edges, (Method::DELETE, &at), &crm, &[], None).await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT);
    assert_eq!(refused(&edges.get(&at, &crm).await), (404, json!("sign_in_lost")));
}

/// Whoever types it would be connected for the one who sent it.
#[tokio::test(flavor = "multi_thread")]
async fn a_user_has_no_code_that_they_could_send_to_somebody_else() {
    let (edges, _) = edges_with_codes().await;
    let bearer = edges.bearer(&[Scope::Admin], Some("u1")).await;
    let bodies =
        [json!({}), json!({"login": edges.account(1).smtp}), json!({"user": "u1"}), json!({"user": "u2"})];
    for body in &bodies {
        let answer = post(&edges, "/v1/connects", &bearer, body).await;
        assert_eq!(refused(&answer), (403, json!("code_by_operator")), "{body}");
        let said = answer.json();
        assert_eq!(
            described::faults(&Method::POST, "/v1/connects", answer.status, &said),
            Vec::<String>::new()
        );
        assert!(said["hint"].as_str().unwrap().contains("popup"), "{said}");
    }
    let log = edges.store().audit_log(50).await.unwrap();
    let written = |action| log.iter().filter(|line| line.action == action).count();
    assert_eq!(
        (written(AuditAction::ConnectBegun), written(AuditAction::ConnectRefused)),
        (0, bodies.len()),
        "{log:?}"
    );
}

/// How many of these were begun; the others are refused so.
fn count(answers: &[Answer], (status, error): (u16, &str)) -> usize {
    let (begun, others): (Vec<_>, Vec<_>) =
        answers.iter().partition(|answer| answer.status == StatusCode::ACCEPTED);
    for other in others {
        assert_eq!(refused(other), (status, json!(error)), "{}", other.text);
    }
    begun.len()
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_connects_of_a_user_at_once_three_are_under_way() {
    let (edges, crm) = edges_with_codes().await;
    let body = json!({"user": "u1"});
    let answers = join_all((0..8).map(|_| post(&edges, "/v1/connects", &crm, &body))).await;
    assert_eq!(count(&answers, (409, "sign_ins_under_way")), 3);
    let first = answers.iter().find(|answer| answer.status == StatusCode::ACCEPTED).unwrap();
    let code = first.json()["asks"]["user_code"].as_str().unwrap().to_owned();
    edges.sim().type_user_code(&code, &edges.account(0).smtp, true).await.unwrap();
    assert_eq!(stands(&edges, &crm, first.header("location")).await["state"], "connected");
    begun(&edges, &crm, &body).await;
    let another = post(&edges, "/v1/connects", &crm, &body).await;
    assert_eq!(refused(&another), (409, json!("sign_ins_under_way")));
}

#[tokio::test(flavor = "multi_thread")]
async fn sixteen_connects_of_all_users_are_under_way_at_most() {
    let (edges, crm) = edges_with_codes().await;
    let bodies: Vec<_> = (0..18).map(|number| json!({"user": format!("u{}", number % 6)})).collect();
    let answers = join_all(bodies.iter().map(|body| post(&edges, "/v1/connects", &crm, body))).await;
    assert_eq!(count(&answers, (503, "sign_ins_full")), 16);
    let full = answers.iter().find(|answer| answer.status != StatusCode::ACCEPTED).unwrap();
    assert_eq!(full.header("retry-after"), "60");
}

/// The browser works on for whoever gave it up.
#[tokio::test(flavor = "multi_thread")]
async fn connects_that_are_given_up_count_until_they_have_ended() {
    let settings = Settings { weight: Weight::Light, ..Settings::default() };
    let world = World::of(Options { accounts: 3, messages: 1, settings, ..Options::default() }).await;
    let edges = edges_of(world).await;
    edges.sim().fail(None, Failure::from(Kind::Slow { ms: 4_000 }).on(&["StartupData"]));
    let bearer = edges.bearer(&[Scope::Admin], Some("u1")).await;
    let body = |index| {
        let account = edges.account(index);
        json!({"login": account.smtp, "password": account.password})
    };
    let actor = Actor::named(&format!("token:{}", token::shown(&bearer)), Reach::Everyone);
    let mut led = Vec::new();
    for index in 0..3 {
        let at = begun(&edges, &bearer, &body(index)).await;
        let id = SignInId::parse(at.rsplit('/').next().unwrap()).unwrap();
        led.push(edges.app.desk.sign_in(&actor, &id).unwrap());
        let gone = send(&edges, (Method::DELETE, &at), &bearer, &[], None).await;
        assert_eq!(gone.status, StatusCode::NO_CONTENT);
    }
    let fourth = post(&edges, "/v1/connects", &bearer, &body(0)).await;
    assert_eq!(refused(&fourth), (409, json!("sign_ins_under_way")));
    for mut state in led {
        let has_ended =
            |state: &SignInState| matches!(state, SignInState::Connected(_) | SignInState::Failed(_));
        state.wait_for(has_ended).await.unwrap();
    }
}
