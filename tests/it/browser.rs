//! The browser in real Chromium. Run as an unprivileged user: Chromium keeps its sandbox only then.

mod processes;
mod world;

use outlook_syncd::browser::{
    Browser, BrowserError, Capture, Context, ContextWish, Cookie, Exchange, FetchCall, Page, SameSite,
    SourceScheme,
};
use outlook_syncd::clock::Clock;
use outlook_syncd::secret::secret;
use std::collections::BTreeSet;
use std::net::TcpListener;
use std::time::Duration;
use url::Url;
use world::{World, expected_json};

const SOON: Duration = Duration::from_secs(20);

fn url(path: &str) -> Url {
    Url::parse("https://mail.test/").unwrap().join(path).unwrap()
}

/// In whole seconds since 1970, as an f64 can hold for ages.
fn tomorrow() -> f64 {
    f64::from(u32::try_from(Clock::System.now().timestamp()).unwrap() + 86_400)
}

fn cookie(name: &str, value: &str) -> Cookie {
    Cookie {
        name: name.into(),
        value: value.into(),
        domain: "mail.test".into(),
        path: "/".into(),
        expires: Some(tomorrow()),
        secure: true,
        http_only: true,
        same_site: Some(SameSite::Lax),
        partition_key: None,
        source_scheme: SourceScheme::Secure,
        source_port: 443,
    }
}

async fn context(browser: &Browser) -> Context {
    browser.context(ContextWish::default()).await.unwrap()
}

async fn page_at(context: &Context, path: &str) -> Page {
    let page = context.page().await.unwrap();
    page.open(&url(path)).await.unwrap();
    page
}

async fn with_cookies(browser: &Browser, cookies: Vec<Cookie>) -> Context {
    browser.context(ContextWish { cookies, ..ContextWish::default() }).await.unwrap()
}

/// The cookies that the server gets from a page of the context.
async fn cookies_sent(context: &Context) -> String {
    let page = page_at(context, "/").await;
    page.eval("fetch('/headers').then(answer => answer.json()).then(headers => headers.cookie ?? '')")
        .await
        .unwrap()
}

#[tokio::test]
async fn cookies_are_isolated_per_context() {
    let world = World::new().await;
    let browser = world.browser();
    let (one, two) = (
        with_cookies(&browser, vec![cookie("sid", "one")]).await,
        with_cookies(&browser, vec![cookie("sid", "two")]).await,
    );
    let none = context(&browser).await;
    assert_eq!(cookies_sent(&one).await, "sid=one");
    assert_eq!(cookies_sent(&two).await, "sid=two");
    assert_eq!(cookies_sent(&none).await, "");
    browser.shutdown().await;
}

#[tokio::test]
async fn cookies_come_back_as_they_went() {
    let world = World::new().await;
    let browser = world.browser();
    let mut domain_wide = cookie("wide", "w");
    domain_wide.domain = ".mail.test".into();
    let mut of_session = cookie("__Host-session", "s");
    (of_session.expires, of_session.same_site) = (None, Some(SameSite::None));
    let given = vec![cookie("plain", "p"), domain_wide, of_session];
    let first = with_cookies(&browser, given.clone()).await;
    page_at(&first, "/sign-in").await;
    let kept = first.cookies().await.unwrap();
    first.close().await;
    for cookie in &given {
        assert!(kept.contains(cookie), "{cookie:?} is unchanged");
    }
    assert!(kept.iter().any(|cookie| cookie.name == "server" && cookie.expires.is_none()));
    let again = with_cookies(&browser, kept.clone()).await;
    let sorted = |mut list: Vec<Cookie>| {
        list.sort_by(|a, b| a.name.cmp(&b.name));
        list
    };
    assert_eq!(sorted(again.cookies().await.unwrap()), sorted(kept));
    browser.shutdown().await;
}

async fn take(capture: &mut Capture, count: usize) -> Vec<Exchange> {
    let mut taken = Vec::new();
    while taken.len() < count {
        taken.push(capture.next(SOON).await.expect("as many exchanges as responses"));
    }
    taken
}

fn number(exchange: &Exchange) -> u32 {
    exchange.url.rsplit('/').next().unwrap().parse().unwrap()
}

/// Page fetches 0..50, XHR 50..100, a dedicated worker 100..150.
const THREE_WAYS: &str = "(async () => {
    const xhr = n => new Promise((done, failed) => { const x = new XMLHttpRequest(); x.open('GET', '/json/' + n);
        x.onload = () => done(JSON.parse(x.responseText)); x.onerror = failed; x.send(); });
    const worker = new Worker('/worker.js');
    const worked = new Promise(done => worker.onmessage = message => done(message.data[0]));
    worker.postMessage([100, 150]);
    const all = [];
    for (let n = 0; n < 50; n++) all.push(fetch('/json/' + n).then(answer => answer.json()), xhr(50 + n));
    return (await Promise.all(all)).length + await worked; })()";

#[tokio::test]
async fn capture_keeps_fetch_xhr_and_worker() {
    let world = World::new().await;
    let browser = world.browser();
    let context = context(&browser).await;
    let page = context.page().await.unwrap();
    let mut capture = page.capture(&["*/json/*"]).await.unwrap();
    page.open(&url("/")).await.unwrap();
    assert_eq!(page.eval::<u32>(THREE_WAYS).await.unwrap(), 150);
    let taken = take(&mut capture, 150).await;
    for exchange in &taken {
        assert_eq!(exchange.status, 200);
        assert_eq!(exchange.body.as_deref().unwrap(), expected_json(number(exchange)).as_bytes());
    }
    assert_eq!(taken.iter().map(number).collect::<BTreeSet<_>>(), (0..150).collect());
    assert!(capture.try_next().is_none(), "other addresses are not kept");
    browser.shutdown().await;
}

/// Notes in `sessionStorage` which responses the page has read, and goes away when there are ten.
const READ_AND_LEAVE: &str = "(from => { for (let n = from; n < from + 40; n++)
    fetch('/json/' + n).then(answer => answer.text()).then(() => {
        const got = JSON.parse(sessionStorage.got ?? '[]'); got.push(n); sessionStorage.got = JSON.stringify(got);
        if (got.length === 10) location.href = '/?left'; }); })";

#[tokio::test]
async fn capture_loses_nothing_that_a_leaving_page_has_read() {
    let world = World::new().await;
    let browser = world.browser();
    let context = context(&browser).await;
    let page = context.page().await.unwrap();
    let mut capture = page.capture(&["*/json/*"]).await.unwrap();
    for round in 0..5 {
        page.open(&url("/")).await.unwrap();
        page.eval::<()>(&format!("(delete sessionStorage.got, {READ_AND_LEAVE}({}))", round * 40))
            .await
            .unwrap();
        while page.url().await.unwrap().query() != Some("left") {}
        let read: BTreeSet<u32> = page.eval("JSON.parse(sessionStorage.got)").await.unwrap();
        assert!(read.len() >= 10);
        let mut kept = BTreeSet::new();
        while !kept.is_superset(&read) {
            let exchange = capture.next(SOON).await.expect("what the page has read was kept");
            if exchange.body.is_ok() {
                kept.insert(number(&exchange));
            }
        }
    }
    browser.shutdown().await;
}

#[tokio::test]
async fn capture_tells_what_the_page_sent() {
    let world = World::new().await;
    let browser = world.browser();
    let context = with_cookies(&browser, vec![cookie("sid", "hidden")]).await;
    let page = context.page().await.unwrap();
    let mut capture = page.capture(&["*/post*"]).await.unwrap();
    page.open(&url("/")).await.unwrap();
    let large = 200_000;
    for body in ["'äöü'".to_owned(), format!("'y'.repeat({large})")] {
        let sent = format!(
            "fetch('/post?q', {{ method: 'POST', body: {body}, headers: {{ 'X-Canary': 'tweet' }} }}).then(a => a.text())"
        );
        let echoed: String = page.eval(&sent).await.unwrap();
        let exchange = capture.next(SOON).await.unwrap();
        assert_eq!((exchange.method.as_str(), exchange.url.as_str()), ("POST", "https://mail.test/post?q"));
        assert_eq!(exchange.request_body.as_deref(), Some(echoed.as_str()));
        assert_eq!(exchange.body.unwrap(), echoed.into_bytes());
        assert!(exchange.request_headers.contains(&("x-canary".into(), "tweet".into())));
        assert!(!exchange.request_headers.iter().any(|(name, _)| name == "cookie"));
        assert!(exchange.response_headers.iter().any(|(name, _)| name == "content-length"));
    }
    browser.shutdown().await;
}

#[tokio::test]
async fn strings_of_20_mb_pass() {
    let world = World::new().await;
    let browser = world.browser();
    let context = context(&browser).await;
    let page = context.page().await.unwrap();
    let mut capture = page.capture(&["*/huge"]).await.unwrap();
    page.open(&url("/")).await.unwrap();
    assert_eq!(page.eval::<String>("'ä'.repeat(10 << 20)").await.unwrap().len(), 20 << 20);
    assert_eq!(
        page.eval::<usize>("fetch('/huge').then(a => a.text()).then(t => t.length)").await.unwrap(),
        20 << 20
    );
    assert_eq!(capture.next(SOON).await.unwrap().body.unwrap().len(), 20 << 20);
    let argument = FetchCall {
        method: "POST".into(),
        url: url("/post"),
        headers: vec![],
        body: Some("z".repeat(1 << 20)),
        limit: SOON,
    };
    assert_eq!(page.fetch(&argument).await.unwrap().body.len(), 1 << 20);
    browser.shutdown().await;
}

#[tokio::test]
async fn a_hung_page_costs_only_its_call() {
    let world = World::new().await;
    let mut settings = world.settings();
    settings.call_limit = Duration::from_secs(3);
    let browser = Browser::new(settings, Clock::System);
    let context = context(&browser).await;
    let (hung, other) = (page_at(&context, "/").await, page_at(&context, "/").await);
    let (looped, fine) =
        tokio::join!(hung.eval::<u8>("(() => { while (true) {} })()"), other.eval::<u8>("7"));
    assert!(matches!(looped, Err(BrowserError::Timeout { .. })), "{looped:?}");
    assert_eq!(fine.unwrap(), 7);
    assert_eq!(hung.eval::<u8>("8").await.unwrap(), 8, "the loop was stopped");
    assert!(matches!(other.open(&url("/hang")).await, Err(BrowserError::Timeout { .. })));
    other.open(&url("/")).await.expect("a navigation that hangs does not block the next");
    browser.shutdown().await;
}

#[tokio::test]
async fn a_crash_is_noticed_at_once_and_the_browser_lives() {
    let world = World::new().await;
    let browser = world.browser();
    let context = context(&browser).await;
    let page = page_at(&context, "/").await;
    let before = browser.process_id().unwrap();
    let crash = async {
        assert_eq!(page.eval::<u8>("1").await.unwrap(), 1);
        processes::kill_renderers(before);
    };
    let (hanging, ()) =
        tokio::join!(Clock::limit(Duration::from_secs(3), page.eval::<()>("new Promise(() => {})")), crash);
    assert!(matches!(hanging.expect("within three seconds"), Err(BrowserError::Crashed)));
    let fresh = page_at(&context, "/").await;
    assert_eq!(fresh.eval::<u8>("2").await.unwrap(), 2);
    let next = self::context(&browser).await;
    assert_ne!(browser.process_id().unwrap(), before, "after a crash new contexts get a new browser");
    drop(next);
    browser.shutdown().await;
}

#[tokio::test]
async fn a_killed_browser_fails_calls_at_once_and_is_launched_anew() {
    let world = World::new().await;
    let browser = world.browser();
    let lost = context(&browser).await;
    let page = page_at(&lost, "/").await;
    let before = browser.process_id().unwrap();
    let kill = async { processes::kill(before) };
    let (pending, ()) =
        tokio::join!(Clock::limit(Duration::from_secs(3), page.eval::<()>("new Promise(() => {})")), kill);
    assert!(matches!(pending.expect("within three seconds"), Err(BrowserError::Lost)));
    assert!(matches!(lost.cookies().await, Err(BrowserError::Lost)));
    let again = context(&browser).await;
    assert_ne!(browser.process_id().unwrap(), before);
    assert_eq!(cookies_sent(&again).await, "");
    browser.shutdown().await;
}

/// Every way out that a page has, to a refused host and to loopback; resolves when all have ended.
const WAYS_OUT: &str = "(port => { const ended = (make, ...events) => new Promise(done => {
        const it = make(); for (const event of events) it.addEventListener(event, done); });
    const element = (name, src) => () => document.body.appendChild(Object.assign(document.createElement(name), { src }));
    const all = [];
    for (const host of ['evil.test', 'mail.test.evil.test', '127.0.0.1:' + port, 'localhost:' + port, '[::1]:' + port])
        for (const s of ['', 's']) all.push(
            ended(element('img', 'http' + s + '://' + host + '/img'), 'error', 'load'),
            // A frame that would be mixed content is not even begun, so it does not end.
            s || host.includes(':') ? ended(element('iframe', 'http' + s + '://' + host + '/iframe'), 'load') : element('iframe', 'http://' + host)(),
            fetch('http' + s + '://' + host + '/fetch', { mode: 'no-cors' }).catch(() => {}),
            ended(() => { try { return new WebSocket('ws' + s + '://' + host + '/ws'); } catch { return { addEventListener: (_, done) => done() }; } }, 'error'));
    return Promise.all(all).then(all => all.length); })";

#[tokio::test]
async fn hosts_off_the_list_and_loopback_are_refused() {
    let world = World::new().await;
    let browser = world.browser();
    let context = context(&browser).await;
    let trap = TcpListener::bind("127.0.0.1:0").unwrap();
    trap.set_nonblocking(true).unwrap();
    let page = page_at(&context, "/").await;
    let ways: u32 = page.eval(&format!("{WAYS_OUT}({})", trap.local_addr().unwrap().port())).await.unwrap();
    assert_eq!(ways, 40);
    assert!(trap.accept().is_err(), "nothing came to the trap");
    assert_eq!(world.seen.count("evil.test"), 0);
    let evil = Url::parse("https://evil.test/").unwrap();
    assert!(matches!(page.open(&evil).await, Err(BrowserError::Refused(host)) if host == "evil.test"));
    let redirect = page.open(&url("/away?to=https://evil.test/stolen")).await;
    assert!(matches!(redirect, Err(BrowserError::Refused(host)) if host == "evil.test"));
    assert!(
        matches!(page.failure().await.unwrap(), Some(BrowserError::Refused(host)) if host == "evil.test")
    );
    let below = Url::parse("https://cdn.static.test/").unwrap();
    page.open(&below).await.expect("a host below an allowed domain");
    assert_eq!(world.seen.count("evil.test"), 0);
    browser.shutdown().await;
}

#[tokio::test]
async fn only_http_is_opened() {
    let world = World::new().await;
    let browser = world.browser();
    let context = context(&browser).await;
    let page = context.page().await.unwrap();
    for text in ["file:///etc/passwd", "chrome://version/", "data:text/html,x", "javascript:1"] {
        assert!(
            matches!(page.open(&Url::parse(text).unwrap()).await, Err(BrowserError::Scheme(_))),
            "{text}"
        );
    }
    page.open(&url("/")).await.unwrap();
    page.eval::<()>("void (location.href = 'file:///etc/passwd')").await.unwrap();
    assert_eq!(page.url().await.unwrap(), url("/"), "nor can a page go there");
    browser.shutdown().await;
}

#[tokio::test]
async fn chromium_listens_nowhere_and_is_sandboxed() {
    let world = World::new().await;
    let browser = world.browser();
    let probe = browser.probe().await.unwrap();
    assert!(probe.sandboxed, "{probe:?}");
    assert!(probe.version.starts_with("Chrome/"));
    let _context = context(&browser).await;
    assert_eq!(processes::listeners(browser.process_id().unwrap()), 0);
    assert!(processes::listeners(std::process::id()) >= 1, "our own proxy and server are found the same way");
    browser.shutdown().await;
}

#[tokio::test]
async fn nothing_of_a_session_is_on_disk_and_the_profile_goes() {
    let world = World::new().await;
    let browser = world.browser();
    let marker = "m4rker-of-a-session";
    let context = with_cookies(&browser, vec![cookie("sid", marker)]).await;
    let page = page_at(&context, "/").await;
    page.eval::<()>(&format!("(localStorage.kept = '{marker}', document.cookie = 'k={marker}; max-age=9999', fetch('/post', {{ method: 'POST', body: '{marker}' }}).then(a => a.text()).then(() => undefined))")).await.unwrap();
    let profiles = world.settings().profiles;
    assert_eq!(processes::files_with(&profiles, marker), Vec::<std::path::PathBuf>::new());
    context.close().await;
    assert_eq!(processes::files_with(&profiles, marker), Vec::<std::path::PathBuf>::new());
    assert_eq!(world.profile_names().len(), 1);
    let group = browser.process_id().unwrap();
    browser.shutdown().await;
    assert_eq!(world.profile_names(), Vec::<String>::new());
    assert_eq!(processes::members(group), Vec::<u32>::new());
    let left = std::fs::read_dir(std::env::temp_dir()).unwrap().flatten().map(|entry| entry.file_name());
    assert_eq!(
        left.filter(|name| name.to_string_lossy().contains("hromium")).count(),
        0,
        "nor anything in the temporary directory"
    );
}

#[tokio::test]
async fn the_identity_is_that_of_a_desktop_browser() {
    let world = World::new().await;
    let mut settings = world.settings();
    settings.user_agent_suffix = Some("crm-sync/1".into());
    let browser = Browser::new(settings, Clock::System);
    let wish = ContextWish {
        locale: Some("de-DE".into()),
        time_zone: Some("Europe/Berlin".into()),
        ..ContextWish::default()
    };
    let context = browser.context(wish).await.unwrap();
    let page = page_at(&context, "/").await;
    let agent: String = page.eval("navigator.userAgent").await.unwrap();
    assert!(
        agent.contains(" Chrome/") && !agent.contains("Headless") && agent.ends_with(" crm-sync/1"),
        "{agent}"
    );
    assert!(!page.eval::<bool>("navigator.webdriver").await.unwrap());
    assert_eq!(page.eval::<(u32, u32)>("[screen.width, screen.height]").await.unwrap(), (1280, 800));
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
    let world = World::new().await;
    let browser = world.browser();
    let context = with_cookies(&browser, vec![cookie("sid", "one")]).await;
    let page = context.page().await.unwrap();
    page.open_blank(&url("/sign-in?x=1")).await.unwrap();
    assert_eq!(world.seen.count("mail.test"), 0, "no request left");
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
    assert_eq!(capture.next(SOON).await.unwrap().status, 200);
    page.open(&url("/sign-in?x=1")).await.unwrap();
    assert_eq!(world.seen.count("mail.test/sign-in"), 1, "afterwards the server is asked");
    browser.shutdown().await;
}

#[tokio::test]
async fn fetch_tells_its_failures_apart() {
    let world = World::new().await;
    let browser = world.browser();
    let context = context(&browser).await;
    let page = page_at(&context, "/").await;
    let redirected = page.fetch(&call("GET", "/away?to=https://evil.test/")).await.unwrap();
    assert_eq!((redirected.status, redirected.redirected), (0, true));
    let mut slow = call("GET", "/hang");
    slow.limit = Duration::from_millis(300);
    assert!(matches!(page.fetch(&slow).await, Err(BrowserError::Timeout { .. })));
    let mut refused = call("GET", "/");
    refused.url = Url::parse("https://evil.test/").unwrap();
    assert!(matches!(page.fetch(&refused).await, Err(BrowserError::Network(_))));
    assert_eq!(page.fetch(&call("GET", "/nothing-here")).await.unwrap().status, 404);
    let thrown = page.eval::<()>("(() => { throw new TypeError('secret text') })()").await.unwrap_err();
    assert_eq!(thrown.to_string(), "script: TypeError");
    browser.shutdown().await;
}

#[tokio::test]
async fn input_is_real() {
    let world = World::new().await;
    let browser = world.browser();
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

#[tokio::test]
async fn blocked_addresses_are_not_asked_for() {
    let world = World::new().await;
    let browser = world.browser();
    let context = context(&browser).await;
    let page = context.page().await.unwrap();
    page.block(&["*://*:*/json/*"]).await.unwrap();
    page.open(&url("/")).await.unwrap();
    assert!(page.eval::<bool>("fetch('/json/1').then(() => false, () => true)").await.unwrap());
    assert_eq!(world.seen.count("/json/"), 0);
    browser.shutdown().await;
}

#[tokio::test]
async fn worn_browsers_are_replaced_when_their_contexts_are_done() {
    let world = World::new().await;
    let mut settings = world.settings();
    settings.recycle_jobs = 1;
    let browser = Browser::new(settings, Clock::System);
    let first = context(&browser).await;
    let page = page_at(&first, "/").await;
    let old = browser.process_id().unwrap();
    let second = context(&browser).await;
    assert_ne!(browser.process_id().unwrap(), old);
    assert_eq!(page.eval::<u8>("1").await.unwrap(), 1, "the old one serves its context to the end");
    drop(page);
    first.close().await;
    processes::gone(old).await;
    drop(second);
    browser.shutdown().await;
}

#[tokio::test]
async fn age_and_memory_wear_a_browser_out() {
    let world = World::new().await;
    let clock = Clock::manual(chrono::DateTime::UNIX_EPOCH);
    let mut settings = world.settings();
    settings.recycle_age = Duration::from_secs(60);
    settings.idle = Duration::from_secs(100_000);
    let browser = Browser::new(settings.clone(), clock.clone());
    context(&browser).await.close().await;
    let old = browser.process_id().unwrap();
    context(&browser).await.close().await;
    assert_eq!(browser.process_id(), Some(old), "one browser serves many");
    clock.advance(chrono::TimeDelta::seconds(60));
    context(&browser).await.close().await;
    assert_ne!(browser.process_id(), Some(old));
    browser.shutdown().await;
    settings.recycle_pss_bytes = 50 << 20;
    let browser = Browser::new(settings, clock);
    context(&browser).await.close().await;
    let old = browser.process_id().unwrap();
    context(&browser).await.close().await;
    assert_ne!(browser.process_id(), Some(old), "no Chromium fits in 50 MB");
    browser.shutdown().await;
}

#[tokio::test]
async fn an_idle_browser_is_closed() {
    let world = World::new().await;
    let clock = Clock::manual(chrono::DateTime::UNIX_EPOCH);
    let browser = Browser::new(world.settings(), clock.clone());
    let open = context(&browser).await;
    let group = browser.process_id().unwrap();
    clock.advance(chrono::TimeDelta::seconds(1000));
    assert_eq!(cookies_sent(&open).await, "", "not while a context is open");
    open.close().await;
    while browser.process_id().is_some() {
        clock.advance(chrono::TimeDelta::seconds(300));
        tokio::task::yield_now().await;
    }
    processes::gone(group).await;
    assert_eq!(cookies_sent(&context(&browser).await).await, "", "and launched again on need");
    browser.shutdown().await;
}

#[tokio::test]
async fn a_missing_chromium_is_named() {
    let world = World::new().await;
    let mut settings = world.settings();
    settings.executable = "/nowhere/chromium".into();
    let missing =
        Browser::new(settings.clone(), Clock::System).context(ContextWish::default()).await.err().unwrap();
    assert!(
        matches!(&missing, BrowserError::Missing { executable } if executable.as_os_str() == "/nowhere/chromium")
    );
    settings.executable = "/bin/true".into();
    let useless = Browser::new(settings, Clock::System).context(ContextWish::default()).await.err().unwrap();
    assert!(matches!(useless, BrowserError::Launch(_)), "{useless:?}");
    assert_eq!(world.profile_names(), Vec::<String>::new());
}

#[tokio::test]
async fn a_killed_holder_leaves_no_process_and_the_next_start_no_profile() {
    let world = World::new().await;
    let settings = world.settings();
    let mut holder = processes::Holder::start(&settings.profiles).await;
    assert_eq!(world.profile_names().len(), 1);
    assert!(processes::members(holder.browser).len() > 3);
    holder.kill().await;
    let gone = Clock::limit(Duration::from_secs(1), processes::gone(holder.browser)).await;
    assert!(gone.is_ok(), "no process a second later");
    let _next = Browser::new(settings, Clock::System);
    assert_eq!(world.profile_names(), Vec::<String>::new());
}
