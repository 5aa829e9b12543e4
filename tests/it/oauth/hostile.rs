//! What RFC 9700 wants of a client, and answers that are not what they should be.

use crate::stage::{CALLBACK, OPENER, RETURN, Stage};
use outlook_sim::identity::{IdToken, OauthError};
use outlook_sim::{App as Registration, Failure, Kind};
use outlook_syncd::clock::Clock;
use outlook_syncd::model::{Reach, Scope};
use outlook_syncd::store::Store;
use reqwest::{Method, StatusCode};
use serde_json::json;
use std::time::Duration;
use url::Url;

/// A parameter of an address.
pub(super) fn parameter(url: &str, name: &str) -> String {
    let url: Url = url.parse().unwrap();
    let found = url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
    found.unwrap_or_else(|| panic!("no {name} in {url}"))
}

/// A sign-in that has come back: the address with the code, and the browser's cookie.
async fn came_back(stage: &Stage, smtp: &str) -> (String, String) {
    let (location, cookie) = stage.popup("u1", "").await;
    (stage.sim().visit(location.as_str(), smtp, true).await.unwrap().url().to_owned(), cookie)
}

/// What is answered to an address with a code that cannot have come from Microsoft to this browser.
async fn refused(stage: &Stage, url: &str, cookie: Option<&str>) -> String {
    let page = stage.browse(url, cookie).await;
    assert_eq!(page.status, StatusCode::CONFLICT, "{url}: {}", page.text);
    assert!(page.text.contains("<code>oauth_callback</code>"), "{}", page.text);
    assert!(stage.store().accounts(&Reach::Everyone).await.unwrap().is_empty(), "nothing was kept");
    page.text
}

#[tokio::test(flavor = "multi_thread")]
async fn the_question_carries_state_nonce_and_pkce_and_nothing_twice() {
    let stage = Stage::start().await;
    let (one, _) = stage.popup("u1", "").await;
    let (two, _) = stage.popup("u1", "").await;
    assert_eq!(parameter(one.as_str(), "code_challenge_method"), "S256");
    assert_eq!(parameter(one.as_str(), "redirect_uri"), CALLBACK);
    assert_eq!(parameter(one.as_str(), "prompt"), "select_account");
    for name in ["state", "nonce", "code_challenge"] {
        let value = parameter(one.as_str(), name);
        assert!(value.len() >= 43, "{name}");
        assert_ne!(value, parameter(two.as_str(), name), "{name}");
    }
    let names: Vec<_> = one.query_pairs().map(|(name, _)| name.into_owned()).collect();
    let different: std::collections::BTreeSet<_> = names.iter().collect();
    assert_eq!(names.len(), different.len());
}

/// What comes of an answer of Microsoft's when it is finished.
async fn finished(stage: &Stage, url: &str, cookie: &str) -> String {
    let finish = stage.come_back(url, cookie).await;
    let answer = stage.finish("u1", &finish).await;
    assert_ne!(answer.status, StatusCode::OK, "{}", answer.text);
    assert!(stage.store().accounts(&Reach::Everyone).await.unwrap().is_empty(), "nothing was kept");
    answer.json()["error"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_handle_serves_once() {
    let stage = Stage::start().await;
    let start = stage.auth_url("u1", "").await;
    let first = stage.go_on(start.as_str(), Some(OPENER)).await;
    first.goes_on_to();
    let cookie = first.header("set-cookie");
    for part in ["__Host-connect-", "; Path=/", "; Secure", "; HttpOnly", "; SameSite=Lax"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert!(!cookie.contains("Domain"), "{cookie}");
    for url in [
        start.as_str(),
        &format!("{}x", start.as_str()),
        "https://sync.example.test/v1/integrations/outlook/start",
    ] {
        for again in [stage.go_on(url, Some(OPENER)).await, stage.browse(url, None).await] {
            assert_eq!(again.status, StatusCode::CONFLICT, "{url}");
            assert!(again.text.contains("<code>old_link</code>"), "{}", again.text);
            assert!(again.header("set-cookie").is_empty());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_that_is_mailed_or_looked_at_before_does_nothing() {
    let stage = Stage::start().await;
    let start = stage.auth_url("u1", "").await;
    for method in [Method::HEAD, Method::GET, Method::GET] {
        let path = format!("{}?{}", start.path(), start.query().unwrap());
        let page = stage.ask(method, &path, None, None).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.header("set-cookie").is_empty() && page.header("location").is_empty());
        assert_eq!(page.header("referrer-policy"), "same-origin", "or the form would come from nowhere");
    }
    let elsewhere = [None, Some("null"), Some("https://evil.example.test"), Some("http://crm.example.test")];
    for origin in elsewhere {
        let page = stage.go_on(start.as_str(), origin).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{origin:?}");
        assert!(page.text.contains("<code>unknown_origin</code>"), "{}", page.text);
        assert!(page.header("set-cookie").is_empty());
    }
    stage.go_on(start.as_str(), Some("https://sync.example.test")).await.goes_on_to();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_before_microsofts_says_for_whom_it_connects() {
    let stage = Stage::start().await;
    let start = stage.auth_url("<i>4&2</i>", "").await;
    let page = stage.browse(start.as_str(), None).await;
    assert!(page.text.contains("<bdi>&lt;i&gt;4&amp;2&lt;/i&gt;</bdi>"), "{}", page.text);
    assert!(page.text.contains(&format!("<bdi>{OPENER}</bdi>")), "{}", page.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_seen_of_a_name_is_shown_before_microsofts_page() {
    let stage = Stage::start().await;
    // It reads «u1» backwards, and «u1» with a blank that is none.
    for (owner, shown) in [("1u\u{202e}", "1u\u{fffd}"), ("u\u{200b}1\u{2066}", "u\u{fffd}1\u{fffd}")] {
        let start = stage.auth_url(owner, "").await;
        let page = stage.browse(start.as_str(), None).await;
        assert!(page.text.contains(&format!("<bdi>{shown}</bdi>")), "{}", page.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_outlives_a_microsoft_that_does_not_answer() {
    let stage = Stage::start().await;
    let start = stage.auth_url("u1", "").await;
    let down = Failure::from(Kind::Text { status: 503, text: String::new() });
    stage.sim().fail(None, down.on(&["openid_configuration"]).times(1));
    let page = stage.go_on(start.as_str(), Some(OPENER)).await;
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE, "{}", page.text);
    // For five seconds the failure is the answer, and nobody else waits for Microsoft.
    Clock::System.sleep(Duration::from_secs(5)).await;
    stage.go_on(start.as_str(), Some(OPENER)).await.goes_on_to();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_the_database_is_shown_on_no_page() {
    let stage = Stage::start().await;
    let start = stage.auth_url("u1", "").await;
    let Store::Sqlite(pool) = stage.store() else { unreachable!() };
    sqlx::query("ALTER TABLE oauth_flow RENAME TO elsewhere").execute(pool).await.unwrap();
    for page in [stage.browse(start.as_str(), None).await, stage.go_on(start.as_str(), Some(OPENER)).await] {
        assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE, "{}", page.text);
        assert!(!page.text.contains("oauth_flow") && page.text.contains("turn: "), "{}", page.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_counts_once_and_in_its_own_browser_only() {
    let stage = Stage::start().await;
    let ada = stage.account(0);
    let (url, cookie) = came_back(&stage, &ada.smtp).await;
    let (_, other) = stage.popup("u1", "").await;
    let (name, value) = cookie.split_once('=').unwrap();
    let wrong = format!("{name}={}", value.chars().rev().collect::<String>());
    for foreign in [None, Some(other.as_str()), Some(wrong.as_str()), Some(name)] {
        let text = refused(&stage, &url, foreign).await;
        assert!(!text.contains("postMessage"), "a foreign browser tells nobody");
    }
    let finish = stage.come_back(&url, &cookie).await;
    refused(&stage, &url, Some(&cookie)).await;
    assert_eq!(stage.sim().count("authorization_code", &ada.smtp), 0, "Microsoft was not asked");
    stage.finish("u1", &finish).await.connected();
    assert_eq!(stage.sim().count("authorization_code", &ada.smtp), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn parameters_that_are_missing_or_stand_twice_are_refused() {
    let stage = Stage::start().await;
    let ada = stage.account(0);
    let (url, cookie) = came_back(&stage, &ada.smtp).await;
    let (code, csrf) = (parameter(&url, "code"), parameter(&url, "state"));
    for query in [
        String::new(),
        format!("code={code}"),
        format!("code={code}&state="),
        format!("code={code}&state=x"),
        format!("code={code}&state={csrf}&state={csrf}"),
        format!("code={code}&code={code}&state={csrf}"),
        format!("code={code}&state={csrf}&error=a&error=b"),
        format!("code={code}&state={csrf}&c%6fde=x"),
    ] {
        refused(&stage, &format!("{CALLBACK}?{query}"), Some(&cookie)).await;
    }
    let empty = format!("{CALLBACK}?state={csrf}");
    assert_eq!(finished(&stage, &empty, &cookie).await, "oauth_callback");
    refused(&stage, &url, Some(&cookie)).await;
    assert_eq!(stage.sim().count("authorization_code", &ada.smtp), 0, "an empty answer used the sign-in up");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_of_another_issuer_is_refused_before_its_code_is_sent_anywhere() {
    let stage = Stage::start().await;
    let ada = stage.account(0);
    let (url, cookie) = came_back(&stage, &ada.smtp).await;
    let evil = format!("{url}&iss=https%3A%2F%2Fevil.example.test%2F");
    assert_eq!(finished(&stage, &evil, &cookie).await, "oauth_callback");
    assert_eq!(stage.sim().count("authorization_code", &ada.smtp), 0);
    let (url, cookie) = came_back(&stage, &ada.smtp).await;
    let iss = format!("https%3A%2F%2Flogin.microsoftonline.com%2F{}%2Fv2.0", ada.tenant);
    let finish = stage.come_back(&format!("{url}&iss={iss}"), &cookie).await;
    stage.finish("u1", &finish).await.connected();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_of_another_sign_in_is_of_no_use() {
    let stage = Stage::start().await;
    let ada = stage.account(0);
    let (stolen, _) = came_back(&stage, &ada.smtp).await;
    let (own, cookie) = came_back(&stage, &stage.account(1).smtp).await;
    let csrf = parameter(&own, "state");
    let mut injected: Url = CALLBACK.parse().unwrap();
    injected.query_pairs_mut().append_pair("code", &parameter(&stolen, "code")).append_pair("state", &csrf);
    finished(&stage, injected.as_str(), &cookie).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_identity_that_is_not_right_is_refused() {
    let stage = Stage::start().await;
    let ada = stage.account(0);
    for wrong in [
        IdToken::Missing,
        IdToken::Audience,
        IdToken::Issuer,
        IdToken::Nonce,
        IdToken::NoNonce,
        IdToken::Expired,
        IdToken::Early,
        IdToken::Stranger,
        IdToken::Forged,
        IdToken::Unsigned,
    ] {
        stage.sim().set(Some(&ada.smtp), |settings| settings.identity.id_token = wrong);
        let (url, cookie) = came_back(&stage, &ada.smtp).await;
        assert_eq!(finished(&stage, &url, &cookie).await, "oauth_identity", "{wrong:?}");
    }
    stage.sim().set(Some(&ada.smtp), |settings| settings.identity.id_token = IdToken::Right);
    stage.connected("u1", &ada.smtp).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_roll_and_the_next_sign_in_goes_on() {
    let stage = Stage::start().await;
    let ada = stage.account(0);
    let id = stage.connected("u1", &ada.smtp).await;
    for old_stay in [true, false] {
        stage.sim().rotate_keys(old_stay);
        assert_eq!(stage.connected("u1", &ada.smtp).await, id);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_listed_origins_open_a_popup() {
    let stage = Stage::start().await;
    let bearer = stage.bearer(&[Scope::Admin], Some("u1")).await;
    for origin in [
        "*",
        "https://crm.example.test.evil.test",
        "http://crm.example.test",
        "null",
        "https://crm.example.test/x",
    ] {
        let path = format!("/v1/integrations/outlook/auth-url?origin={origin}");
        let answer = stage.get(&path, &bearer).await;
        let error = &answer.json()["error"];
        assert_eq!((answer.status, error), (StatusCode::BAD_REQUEST, &json!("unknown_origin")));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_is_handed_in_becomes_an_address_to_go_to() {
    let stage = Stage::start().await;
    let (location, cookie) =
        stage.popup("u1", "&redirect_uri=https://evil.example.test&next=//evil.example.test").await;
    assert_eq!(parameter(location.as_str(), "redirect_uri"), CALLBACK);
    let csrf = parameter(location.as_str(), "state");
    let url =
        format!("{CALLBACK}?error=%3Cscript%3E&error_description=https://evil.example.test&state={csrf}");
    let page = stage.browse(&url, Some(&cookie)).await;
    assert!(!page.text.contains("evil") && !page.text.contains("<script>"), "{}", page.text);
    assert!(page.header("location").starts_with(&format!("{RETURN}?finish=")), "{}", page.header("location"));
    let finish = parameter(page.header("location"), "finish");
    let told = stage.finish("u1", &finish).await;
    assert!(
        !told.status.is_success() && !told.text.contains("evil") && !told.text.contains("<script>"),
        "{}",
        told.text
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_microsoft_says_no_to_at_the_exchange_is_told_by_its_class() {
    let stage = Stage::start().await;
    let ada = stage.account(0);
    for (code, class) in [
        (50076, "oauth_interaction"),
        (53003, "oauth_policy"),
        (7_000_222, "oauth_registration"),
        (54005, "oauth_code_expired"),
    ] {
        let (url, cookie) = came_back(&stage, &ada.smtp).await;
        let failure = Failure::from(Kind::Oauth(OauthError::aadsts(code)));
        stage.sim().fail(Some(&ada.smtp), failure.on(&["authorization_code"]).times(1));
        assert_eq!(finished(&stage, &url, &cookie).await, class, "{code}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_public_client_sends_no_secret_and_a_wrong_secret_is_the_operators_turn() {
    let stage = Stage::of(Registration::public(CALLBACK), &[]).await;
    stage.connected("u1", &stage.account(0).smtp).await;
    let mut changed = Registration::confidential(CALLBACK, "another");
    changed.client_id = stage.client_id();
    stage.sim().register(changed).unwrap();
    let told = stage.sign_in("u1", &stage.account(1).smtp, "", true).await.json();
    assert_eq!(told["error"], "oauth_registration");
    assert!(told["hint"].as_str().unwrap().starts_with("The operator's turn"), "{told}");
}
