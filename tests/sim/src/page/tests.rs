use axum::body::{Body, to_bytes};
use axum::http::Request;
use tower::ServiceExt as _;

use super::*;
use crate::sim::Options;

fn sim() -> (Sim, Account) {
    let sim = Sim::new(&Options { messages: 5, ..Options::default() });
    let account = sim.accounts().remove(0);
    (sim, account)
}

async fn answer(sim: &Sim, request: Request<Body>) -> (Response, String) {
    let (parts, body) = router(sim.clone()).oneshot(request).await.unwrap().into_parts();
    let body = String::from_utf8(to_bytes(body, usize::MAX).await.unwrap().to_vec()).unwrap();
    (Response::from_parts(parts, Body::empty()), body)
}

fn get(host: &str, path: &str, cookie: &str, agent: &str) -> Request<Body> {
    let request = Request::get(path).header(header::HOST, host).header(header::COOKIE, cookie);
    request.header(header::USER_AGENT, agent).body(Body::empty()).unwrap()
}

fn location(answer: &Response) -> &str {
    answer.headers()[header::LOCATION].to_str().unwrap()
}

#[tokio::test]
async fn old_hosts_send_on_and_strangers_are_sent_to_sign_in() {
    let (sim, _) = sim();
    let (moved, _) = answer(&sim, get("outlook.office.com", "/mail/sentitems", "", "Chrome")).await;
    assert_eq!(location(&moved), "https://outlook.cloud.microsoft/mail/sentitems");
    let (stranger, html) = answer(&sim, get(hosts::CLOUD, "/mail/", "", "Chrome")).await;
    assert!(stranger.status().is_success() && html.contains("loadingScreen"));
    assert!(html.contains("\"signIn\":\"https://login.microsoftonline.com/common/oauth2/v2.0/authorize?"));
    sim.set(None, |settings| settings.shell_ms = None);
    let (stranger, _) = answer(&sim, get(hosts::CLOUD, "/mail/", "", "Chrome")).await;
    assert!(
        location(&stranger).starts_with("https://login.microsoftonline.com/common/oauth2/v2.0/authorize?")
    );
    sim.set(None, |settings| settings.shell_ms = Some(200));
    sim.set(None, |settings| settings.cloud_host = false);
    let (stranger, _) = answer(&sim, get("outlook.office.com", "/mail/", "", "Chrome")).await;
    assert!(location(&stranger).contains("redirect_uri=https%3A%2F%2Foutlook.office.com%2Fowa%2F"));
}

#[tokio::test]
async fn a_code_opens_the_mailbox_once_and_leads_to_what_was_asked_for() {
    let (sim, account) = sim();
    let code = sim.grant(What::Code, &account.smtp);
    let post = || {
        let request = Request::post("/owa/")
            .header(header::HOST, hosts::CLOUD)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        request.body(Body::from(format!("code={code}&id_token=x.e30.y&state=L21haWwvc2VudGl0ZW1z"))).unwrap()
    };
    let (entered, _) = answer(&sim, post()).await;
    assert_eq!(location(&entered), "/mail/sentitems");
    let cookies: Vec<_> = entered
        .headers()
        .get_all(header::SET_COOKIE)
        .into_iter()
        .map(|line| line.to_str().unwrap())
        .collect();
    assert!(cookies.iter().all(|line| !line.contains("Max-Age")), "session cookies without KMSI");
    let cookie = cookies.iter().find(|line| line.starts_with(OWA_TOKEN)).unwrap().split(';').next().unwrap();
    let (page, html) = answer(&sim, get(hosts::CLOUD, "/mail/", cookie, "Chrome")).await;
    assert!(page.status().is_success() && html.contains("loadingScreen"));
    let (again, _) = answer(&sim, post()).await;
    assert!(location(&again).contains("/authorize?"), "a code works once");
}

#[tokio::test]
async fn a_headless_browser_gets_the_light_page_unless_told_otherwise() {
    let (sim, account) = sim();
    let cookie = format!("{OWA_TOKEN}={}", sim.grant(What::Owa, &account.smtp));
    let (_, html) = answer(&sim, get(hosts::CLOUD, "/mail/", &cookie, "HeadlessChrome/156")).await;
    assert!(html.contains("owaLight") && !html.contains("<script"));
    sim.set(None, |settings| settings.headless_light = false);
    let (_, html) = answer(&sim, get(hosts::CLOUD, "/mail/", &cookie, "HeadlessChrome/156")).await;
    assert!(html.contains("bootConfig"));
}

#[test]
fn the_full_page_weighs_what_the_real_one_does() {
    let assets = cdn::assets();
    let listed: usize = assets.as_object().unwrap().values().map(|list| list.as_array().unwrap().len()).sum();
    assert_eq!(3 + listed, 44, "the page, its script and startup data come on top");
    let scripts = cdn::script_bytes();
    assert!((3_400_000..3_700_000).contains(&scripts), "{scripts}");
}

#[test]
fn every_language_has_the_same_words() {
    let words: Value = serde_json::from_str(WORDS).unwrap();
    let keys = |language: &str| -> Vec<&String> {
        words[language].as_object().unwrap().keys().filter(|key| *key != "rtl").collect()
    };
    for language in ["de", "fr", "ru", "ko", "zh", "ja", "he"] {
        assert_eq!(keys(language), keys("en"), "{language}");
    }
}
