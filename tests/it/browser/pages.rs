//! What a page is, and what it is asked.

use super::site::Site;
use super::{SOON, context, cookie, page_at, url, wish, with_cookies};
use outlook_syncd::browser::{Browser, BrowserError, ContextWish, FetchCall};
use outlook_syncd::clock::Clock;
use outlook_syncd::secret::secret;
use std::time::Duration;
use url::Url;

#[tokio::test]
async fn the_identity_is_that_of_a_desktop_browser() {
    let site = Site::new().await;
    let mut settings = site.settings();
    settings.user_agent_suffix = Some("crm-sync/1".into());
    let browser = Browser::new(settings, Clock::System);
    let german =
        ContextWish { locale: Some("de-DE".into()), time_zone: Some("Europe/Berlin".into()), ..wish() };
    let context = browser.context(german).await.unwrap();
    let page = page_at(&context, "/").await;
    let agent: String = page.eval("navigator.userAgent").await.unwrap();
    assert!(
        agent.contains(" Chrome/") && !agent.contains("Headless") && agent.ends_with(" crm-sync/1"),
        "{agent}"
    );
    assert!(!page.eval::<bool>("navigator.webdriver").await.unwrap());
    assert_eq!(page.eval::<(u32, u32)>("[screen.width, screen.height]").await.unwrap(), (1280, 800));
    assert_eq!(
        page.eval::<(u32, u32)>("[innerWidth, innerHeight]").await.unwrap(),
        (1280, 800),
        "no tabs are drawn"
    );
    assert_eq!(
        page.eval::<Vec<String>>("navigator.languages").await.unwrap(),
        ["de-DE", "de", "en-US", "en"]
    );
    let zone = "Intl.DateTimeFormat().resolvedOptions().timeZone";
    assert_eq!(page.eval::<String>(zone).await.unwrap(), "Europe/Berlin");
    assert_eq!(page.eval::<String>("(1.5).toLocaleString()").await.unwrap(), "1,5");
    let brands: Vec<serde_json::Value> =
        page.eval("navigator.userAgentData.getHighEntropyValues(['fullVersionList']).then(all => all.fullVersionList)").await.unwrap();
    let version = browser.probe().await.unwrap().version;
    let own = brands.iter().find(|brand| brand["brand"] == "Chromium").unwrap();
    assert_eq!(format!("Chrome/{}", own["version"].as_str().unwrap()), version);
    let worker = "new Promise(done => { const w = new Worker('/worker.js'); w.onmessage = m => done(m.data); w.postMessage([0, 0]); })";
    let (_, language, worker_agent, worker_zone): (u32, String, String, String) =
        page.eval(worker).await.unwrap();
    assert_eq!((language.as_str(), worker_agent, worker_zone.as_str()), ("de-DE", agent, "Europe/Berlin"));
    let sent: serde_json::Value = page.eval("fetch('/headers').then(answer => answer.json())").await.unwrap();
    assert!(sent["accept-language"].as_str().unwrap().starts_with("de-DE,de;q=0.9"), "{sent}");
    assert!(sent["sec-ch-ua"].as_str().unwrap().contains("Chromium"), "{sent}");
    browser.shutdown().await;
}

fn call(method: &str, path: &str) -> FetchCall {
    FetchCall { method: method.into(), url: url(path), headers: Vec::new(), body: None, limit: SOON }
}

#[tokio::test]
async fn a_blank_document_fetches_from_its_origin() {
    let site = Site::new().await;
    let browser = site.browser();
    let context = with_cookies(&browser, vec![cookie("sid", "one")]).await;
    let page = context.hidden_page().await.unwrap();
    page.open_blank(&url("/sign-in?x=1")).await.unwrap();
    assert_eq!(page.eval::<String>("document.visibilityState").await.unwrap(), "hidden");
    assert_eq!(site.seen.count("mail.test"), 0, "no request left");
    assert_eq!(page.eval::<String>("location.href").await.unwrap(), "https://mail.test/sign-in?x=1");
    let mut capture = page.capture(&["*/headers"]).await.unwrap();
    let mut ask = call("POST", "/headers");
    ask.headers = vec![("X-Canary".into(), secret("tweet".into()))];
    let answer = page.fetch(&ask).await.unwrap();
    let seen: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(
        (answer.status, answer.redirected, answer.url.as_str()),
        (200, false, "https://mail.test/headers")
    );
    assert_eq!((seen["cookie"].as_str(), seen["x-canary"].as_str()), (Some("sid=one"), Some("tweet")));
    assert_eq!(seen["origin"].as_str(), Some("https://mail.test"));
    assert!(answer.headers.contains(&("content-type".into(), "application/json".into())));
    // Whoever fetches has the answer; what the page fetches for itself is kept.
    page.eval::<u16>("fetch('/headers', { method: 'PUT' }).then((answer) => answer.status)").await.unwrap();
    assert_eq!(capture.next(SOON).await.unwrap().method, "PUT");
    assert!(capture.try_next().is_none());
    page.open(&url("/sign-in?x=1")).await.unwrap();
    assert_eq!(site.seen.count("mail.test/sign-in"), 1, "afterwards the server is asked");
    browser.shutdown().await;
}

#[tokio::test]
async fn fetch_tells_its_failures_apart() {
    let site = Site::new().await;
    let browser = site.browser();
    let context = context(&browser).await;
    let page = page_at(&context, "/").await;
    let redirected = page.fetch(&call("GET", "/away?to=https://evil.test/")).await.unwrap();
    assert_eq!((redirected.status, redirected.redirected), (0, true));
    let mut slow = call("GET", "/hang");
    slow.limit = Duration::from_millis(300);
    assert!(matches!(page.fetch(&slow).await, Err(BrowserError::Timeout { .. })));
    let mut refused = call("GET", "/");
    refused.url = Url::parse("https://evil.test/").unwrap();
    assert!(matches!(page.fetch(&refused).await, Err(BrowserError::Refused(_))));
    assert_eq!(page.fetch(&call("GET", "/nothing-here")).await.unwrap().status, 404);
    let thrown = page.eval::<()>("(() => { throw new TypeError('secret text') })()").await.unwrap_err();
    assert_eq!(thrown.to_string(), "script: TypeError");
    browser.shutdown().await;
}

#[tokio::test]
async fn input_is_real() {
    let site = Site::new().await;
    let browser = site.browser();
    let context = context(&browser).await;
    let page = page_at(&context, "/").await;
    page.eval::<()>("void (document.body.innerHTML = '<div style=\"height:3000px\"></div><input id=\"name\" value=\"old\"><button>go</button>', globalThis.trusted = [],
        ['input', 'click'].forEach(name => document.addEventListener(name, event => trusted.push([name, event.isTrusted]))))").await.unwrap();
    page.type_text("#name", &secret("ada@example.test".into())).await.unwrap();
    page.click("button").await.unwrap();
    assert_eq!(
        page.eval::<String>("document.querySelector('#name').value").await.unwrap(),
        "ada@example.test"
    );
    let events: Vec<(String, bool)> = page.eval("trusted").await.unwrap();
    assert_eq!(events, [("input".to_owned(), true), ("click".to_owned(), true)]);
    assert!(matches!(page.click("#none").await, Err(BrowserError::NoElement(_))));
    assert!(matches!(page.type_text("#none", &secret(String::new())).await, Err(BrowserError::NoElement(_))));
    assert_eq!(
        page.eval::<u8>("(alert('hello'), confirm('sure?') ? 7 : 8)").await.unwrap(),
        7,
        "dialogs are accepted"
    );
    assert!(page.html().await.unwrap().contains("<button>go</button>"));
    browser.shutdown().await;
}
