//! Who is let in: each page of the table, by links, by passwords, and for how long.

use super::contacts::{CONTACT, stored};
use super::guests::with_form;
use super::kept::{TOKEN, token};
use super::*;
use crate::access::messages::{ONE, store};
use crate::stage::Answer;
use outlook_syncd::dashboard::{self, Audience};
use outlook_syncd::desk::{PasswordSignIn, VisitingBrowser};
use outlook_syncd::model::{Actor, AuditAction, Scope, Visitor};
use outlook_syncd::secret::{ExposeSecret, secret};
use reqwest::StatusCode;

const PASSWORD: &str = "an invented password of fifteen";

/// The address of a page about this account.
fn at(path: &str, id: &AccountId) -> String {
    let path = path.replace("{id}", id.as_str()).replace("{session}", id.as_str());
    let path = path.replace("{contact}", CONTACT).replace("{match}", CONTACT).replace("{token}", TOKEN);
    let path = path.replace("{attempt}", id.as_str()).replace("{connect}", id.as_str());
    path.replace("{name}", "none.css").replace("{*rest}", "nowhere").replace("{message}", ONE)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_lets_in_whom_it_is_for_and_nobody_else() {
    let stage = stage(false).await;
    let (own, others) = (account(&stage, "u1").await, account(&stage, "u2").await);
    store(&stage, &own).await;
    stored(&stage, &own).await;
    token(&stage).await;
    let (nobody, owner) = (Guest::nobody(&stage), Guest::owner(&stage, "u1").await);
    let day = TimeDelta::hours(1);
    let tired = Guest::signed_in(&stage, Visitor::owner("u1", None), day).await;
    let tired_operator = Guest::signed_in(&stage, Visitor::by_link(), day).await;
    let mut open = Vec::new();
    for (method, path, audience, is_grave) in dashboard::pages() {
        if audience == Audience::Anyone {
            open.push(format!("{method} {path}"));
            continue;
        }
        let is_sent = |answer: &Answer| {
            answer.status == StatusCode::SEE_OTHER
                && answer.header("location").starts_with("/ui/sign-in?next=")
        };
        let ask = async |guest: &Guest<'_>, id: &AccountId| match method {
            Method::GET => guest.get(&at(path, id)).await,
            _ => guest.post(&at(path, id), &[]).await,
        };
        assert!(is_sent(&ask(&nobody, &own).await), "{method} {path} without a sign-in");
        if is_grave {
            let tired = if audience == Audience::Operator { &tired_operator } else { &tired };
            assert!(is_sent(&ask(tired, &own).await), "{method} {path} by a sign-in of an hour ago");
        }
        if audience == Audience::Operator {
            assert_eq!(ask(&owner, &own).await.status, StatusCode::NOT_FOUND, "{method} {path} by an owner");
        }
        if path.contains("{id}") {
            let answer = ask(&owner, &others).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{method} {path}: another owner's account");
            assert!(!answer.text.contains("u2"), "{}", answer.text);
        }
        // What ends something has tests of its own.
        if method == Method::GET {
            let answer = ask(&Guest::operator(&stage).await, &own).await;
            // Nobody has begun one by this id, or ended this one.
            let is_begun =
                path.contains("{attempt}") || path.contains("{connect}") || path.ends_with("/receipt");
            let expected = if is_begun { StatusCode::NOT_FOUND } else { StatusCode::OK };
            assert_eq!(answer.status, expected, "{method} {path}: {}", answer.text);
        }
    }
    assert_eq!(
        open,
        [
            "GET /ui/sign-in",
            "POST /ui/sign-in",
            "GET /ui/link",
            "POST /ui/link",
            "POST /ui/theme",
            "GET /ui/assets/{name}",
            "GET /",
            "GET /ui/connect/back",
            "GET /ui/embed/{card}",
            "GET /ui/embed/{card}/live",
            "GET /ui/{*rest}"
        ],
        "what is open is said here"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_sites_page_sends_is_refused() {
    let stage = stage(false).await;
    let id = account(&stage, "u1").await;
    let guest = Guest::operator(&stage).await;
    for (method, path, ..) in dashboard::pages().filter(|(method, ..)| *method == Method::POST) {
        for (header, value) in [
            ("origin", "https://evil.example.test"),
            ("origin", "null"),
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
        ] {
            let request = guest.request(method.clone(), &at(path, &id)).header(header, value);
            let answer = Answer::of(with_form(request, &[])).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path} {header}: {value}");
            assert!(answer.text.contains("Another site"), "{}", answer.text);
        }
    }
    assert!(stage.store().account(&id).await.unwrap().unwrap().sync_enabled);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cookie_counts_nowhere_but_in_the_dashboard() {
    let stage = stage(false).await;
    let id = account(&stage, "u1").await;
    let guest = Guest::operator(&stage).await;
    assert_eq!(guest.get("/ui").await.status, StatusCode::OK);
    for (method, path, scope) in outlook_syncd::http::routes() {
        let Some(_) = scope else { continue };
        let answer = Answer::of(guest.request(method.clone(), &at(&path, &id))).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{method} {path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn to_look_at_a_page_changes_nothing() {
    let stage = stage(false).await;
    let id = account(&stage, "u1").await;
    store(&stage, &id).await;
    stored(&stage, &id).await;
    token(&stage).await;
    let guest = Guest::operator(&stage).await;
    let lines = async || stage.store().audit_log(1000).await.unwrap().len();
    let before = (lines().await, stage.store().state(&id).await.unwrap());
    for (_, path, audience, _) in dashboard::pages().filter(|(method, ..)| *method == Method::GET) {
        let answer = guest.get(&at(path, &id)).await;
        // What is not there would prove nothing: nobody has begun a connect, or ended this account.
        let is_begun = path.contains("{attempt}") || path.contains("{connect}") || path.ends_with("/receipt");
        let is_there = audience == Audience::Anyone || is_begun || answer.status == StatusCode::OK;
        assert!(is_there, "{path}: {} {}", answer.status, answer.text);
    }
    assert_eq!((lines().await, stage.store().state(&id).await.unwrap()), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_lets_in_once_whoever_presses_its_button() {
    for postgres in [false, true] {
        let stage = stage(postgres).await;
        let (key, actor) = (stage.config(&[]).key, Actor::command_line());
        let (secret, _) = stage.app.desk.operator_link(&key, &actor).await.unwrap();
        let secret = secret.expose_secret();
        let nobody = Guest::nobody(&stage);
        for _ in 0..2 {
            let page = nobody.get(&format!("/ui/link?k={secret}")).await;
            assert!(
                page.status == StatusCode::OK && page.text.contains("operator"),
                "a preview spends nothing"
            );
        }
        let entered = nobody.post("/ui/link", &[("k", secret)]).await;
        assert_eq!((entered.status, entered.header("location")), (StatusCode::SEE_OTHER, "/ui"));
        let cookie = entered.header("set-cookie");
        assert!(cookie.starts_with("__Host-outlook-syncd="), "{cookie}");
        assert!(cookie.ends_with("HttpOnly; SameSite=Strict; Secure; Path=/; Max-Age=604800"), "{cookie}");
        let guest = Guest::of(&stage, &entered);
        assert_eq!(guest.get("/ui").await.status, StatusCode::OK);
        let again = nobody.post("/ui/link", &[("k", secret)]).await;
        assert_eq!((again.status, again.header("set-cookie")), (StatusCode::GONE, ""));
        assert_eq!(nobody.get("/ui/link?k=made-up").await.status, StatusCode::GONE);
        let log = stage.store().audit_log(10).await.unwrap();
        let actions: Vec<_> = log.iter().map(|line| (line.action, line.actor.as_str())).collect();
        assert_eq!(
            actions,
            [
                (AuditAction::DashboardSignedIn, "operator by link"),
                (AuditAction::DashboardLinkMade, "command line")
            ]
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_crm_gives_a_user_a_link_to_their_own_accounts_alone() {
    let stage = stage(false).await;
    let (own, others) = (account(&stage, "u1").await, account(&stage, "u2").await);
    let ask = async |bearer: &str, body: &str| {
        let url = format!("http://{}/v1/dashboard-links", stage.address);
        let request = stage.client.post(url).header("host", HOST).bearer_auth(bearer);
        Answer::of(request.header("content-type", "application/json").body(body.to_owned())).await
    };
    let whole = [Scope::Admin, Scope::Read, Scope::Sync, Scope::Contacts];
    let (bound, crm) = (stage.bearer(&whole, Some("u1")).await, stage.bearer(&whole, None).await);
    assert_eq!(ask(&bound, r#"{"user": "u2"}"#).await.status, StatusCode::NOT_FOUND);
    assert_eq!(ask(&crm, "{}").await.status, StatusCode::BAD_REQUEST, "somebody has to be named");
    for elsewhere in
        ["https://evil.example.test/", "javascript:alert(1)", "https://crm.example.test@evil.example.test"]
    {
        let body = format!(r#"{{"user": "u1", "return_to": "{elsewhere}"}}"#);
        assert_eq!(ask(&crm, &body).await.json()["error"], "bad_return_to", "{elsewhere}");
    }
    let body = r#"{"user": "u1", "return_to": "https://crm.example.test/settings"}"#;
    let given = ask(&crm, body).await;
    assert_eq!(given.status, StatusCode::CREATED, "{}", given.text);
    let url: url::Url = given.json()["url"].as_str().unwrap().parse().unwrap();
    assert!(url.as_str().starts_with("https://sync.example.test/ui/link?k="), "{url}");
    let secret = url.query_pairs().next().unwrap().1.into_owned();
    let entered = Guest::nobody(&stage).post("/ui/link", &[("k", &secret)]).await;
    let guest = Guest::of(&stage, &entered);
    let overview = guest.get("/ui").await;
    assert!(
        overview.text.contains(own.as_str()) && !overview.text.contains(others.as_str()),
        "{}",
        overview.text
    );
    assert!(!overview.text.contains("/ui/about"), "an operator's page is not offered");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_signs_in_by_a_password_and_every_refusal_is_alike() {
    for postgres in [false, true] {
        let stage = stage(postgres).await;
        let (key, actor, desk) = (stage.config(&[]).key, Actor::command_line(), &stage.app.desk);
        let nobody = Guest::nobody(&stage);
        let empty = nobody.get("/ui/sign-in").await;
        assert!(empty.text.contains("outlook-syncd user add") && !empty.text.contains("type=\"password\""));
        desk.add_operator(&key, &actor, "Ada", &secret(PASSWORD.to_owned())).await.unwrap();
        let sign_in = async |name: &str, password: &str, next: &str| {
            nobody.post("/ui/sign-in", &[("name", name), ("password", password), ("next", next)]).await
        };
        let (unknown, wrong) = (sign_in("Eve", PASSWORD, "").await, sign_in("Ada", "wrong", "").await);
        assert_eq!((unknown.status, wrong.status), (StatusCode::FORBIDDEN, StatusCode::FORBIDDEN));
        assert_eq!(unknown.text.replace("Eve", "Ada"), wrong.text, "nobody learns which");
        let good = sign_in("Ada", PASSWORD, "/ui/sessions").await;
        assert_eq!((good.status, good.header("location")), (StatusCode::SEE_OTHER, "/ui/sessions"));
        let guest = Guest::of(&stage, &good);
        assert!(guest.get("/ui/sessions").await.text.contains("operator:Ada"));
        let away = sign_in("Ada", PASSWORD, "https://evil.example.test").await;
        assert_eq!(away.header("location"), "/ui");
        desk.set_operator_password(&key, &actor, "Ada", &secret(format!("{PASSWORD}!"))).await.unwrap();
        assert_eq!(guest.get("/ui").await.status, StatusCode::SEE_OTHER, "they are signed out");
        let again = sign_in("Ada", &format!("{PASSWORD}!"), "").await;
        let guest = Guest::of(&stage, &again);
        assert_eq!(guest.get("/ui").await.status, StatusCode::OK);
        desk.remove_operator(&actor, "Ada").await.unwrap();
        assert_eq!(guest.get("/ui").await.status, StatusCode::SEE_OTHER);
        let gone =
            desk.sign_in_by_password("Ada", secret(format!("{PASSWORD}!")), VisitingBrowser::default()).await;
        assert!(matches!(gone.unwrap(), PasswordSignIn::Refused));
        let log = stage.store().audit_log(100).await.unwrap();
        let refused = log.iter().filter(|line| line.action == AuditAction::Refused);
        assert!(refused.clone().count() == 2, "{log:?}");
        assert!(!format!("{log:?}").contains("Eve"), "what was typed as a name may be a password");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_guesses_at_passwords_is_told_to_wait() {
    let stage = stage(false).await;
    let nobody = Guest::nobody(&stage);
    let mut refused = Vec::new();
    for number in 0..12 {
        let name = format!("guess {number}");
        refused.push(nobody.post("/ui/sign-in", &[("name", &name), ("password", "wrong")]).await);
    }
    assert_eq!(refused[0].status, StatusCode::FORBIDDEN);
    let last = refused.last().unwrap();
    assert_eq!(last.status, StatusCode::TOO_MANY_REQUESTS, "{}", last.text);
    assert!(last.header("retry-after").parse::<u64>().unwrap() <= 7);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_sign_in_is_a_new_one_and_ends_where_it_is_ended() {
    let stage = stage(false).await;
    let (one, other) = (Guest::owner(&stage, "u1").await, Guest::owner(&stage, "u2").await);
    let second = Guest::owner(&stage, "u1").await;
    let list = second.get("/ui/sessions").await.text;
    assert_eq!(list.matches("/end\"").count(), 2, "{list}");
    let id = one.cookie.split(['=', '.']).nth(1).unwrap();
    other.post(&format!("/ui/sessions/{id}/end"), &[]).await;
    assert_eq!(one.get("/ui").await.status, StatusCode::OK, "another's is beyond reach");
    second.post(&format!("/ui/sessions/{id}/end"), &[]).await;
    assert_eq!(one.get("/ui").await.status, StatusCode::SEE_OTHER);
    let out = second.post("/ui/sign-out", &[]).await;
    assert!(out.header("set-cookie").contains("Max-Age=0"));
    assert_eq!(second.get("/ui").await.status, StatusCode::SEE_OTHER, "the cookie alone opens nothing");
}

/// A person presses what needs it, signs in again, and is where they were with another cookie.
#[tokio::test(flavor = "multi_thread")]
async fn to_sign_in_again_replaces_the_sign_in_before() {
    let stage = stage(false).await;
    let (key, actor) = (stage.config(&[]).key, Actor::command_line());
    stage.app.desk.add_operator(&key, &actor, "Ada", &secret(PASSWORD.to_owned())).await.unwrap();
    let id = account(&stage, "u1").await;
    let tired = Guest::signed_in(&stage, Visitor::operator("Ada"), TimeDelta::hours(1)).await;
    let page = format!("/ui/accounts/{id}/disconnect");
    let sent = tired.get(&page).await;
    let form = tired.get(sent.header("location")).await;
    assert!(form.text.contains(&format!("value=\"{page}\"")), "{}", form.text);
    let again = tired.post("/ui/sign-in", &[("name", "Ada"), ("password", PASSWORD), ("next", &page)]).await;
    assert_eq!(again.header("location"), page);
    let fresh = Guest::of(&stage, &again);
    assert_eq!(fresh.get(&page).await.status, StatusCode::OK);
    assert_eq!(tired.get("/ui").await.status, StatusCode::SEE_OTHER, "the one before has ended");
}
