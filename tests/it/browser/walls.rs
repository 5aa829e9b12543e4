//! What cannot get out, in, or onto the disk.

use super::site::Site;
use super::{context, cookie, page_at, processes, url, with_cookies};
use outlook_syncd::browser::{BrowserError, ContextWish};
use std::net::TcpListener;
use url::Url;

/// Every way out that a page has, to a refused host and to loopback; resolves when all have ended.
const WAYS_OUT: &str = "(async port => {
    // The document has begun; its body may be still to come.
    if (!document.body) await new Promise(done => document.addEventListener('DOMContentLoaded', done));
    const ended = (make, ...events) => new Promise(done => {
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
    let site = Site::new().await;
    let browser = site.browser();
    let context = context(&browser).await;
    let trap = TcpListener::bind("127.0.0.1:0").unwrap();
    trap.set_nonblocking(true).unwrap();
    let page = page_at(&context, "/").await;
    let ways: u32 = page.eval(&format!("{WAYS_OUT}({})", trap.local_addr().unwrap().port())).await.unwrap();
    assert_eq!(ways, 40);
    assert!(trap.accept().is_err(), "nothing came to the trap");
    assert_eq!(site.seen.count("evil.test"), 0);
    let evil = Url::parse("https://evil.test/").unwrap();
    assert!(matches!(page.open(&evil).await, Err(BrowserError::Refused(host)) if host == "evil.test"));
    let redirect = page.open(&url("/away?to=https://evil.test/stolen")).await;
    assert!(matches!(redirect, Err(BrowserError::Refused(host)) if host == "evil.test"));
    assert!(
        matches!(page.failure().await.unwrap(), Some(BrowserError::Refused(host)) if host == "evil.test")
    );
    let below = Url::parse("https://cdn.static.test/").unwrap();
    page.open(&below).await.expect("a host below an allowed domain");
    assert_eq!(site.seen.count("evil.test"), 0);
    browser.shutdown().await;
}

/// Resolves to whether the host answered.
fn asks(host: &str) -> String {
    format!("fetch('https://{host}/', {{ mode: 'no-cors' }}).then(() => true, () => false)")
}

#[tokio::test]
async fn each_context_reaches_its_own_hosts_and_no_others() {
    let site = Site::new().await;
    let browser = site.browser();
    let to = |host: &str| ContextWish { allow: vec![host.to_owned()], ..ContextWish::default() };
    let first = browser.context(to("first.test")).await.unwrap();
    let second = browser.context(to("second.test")).await.unwrap();
    for (context, own, other) in
        [(&first, "first.test", "second.test"), (&second, "second.test", "first.test")]
    {
        let page = context.page().await.unwrap();
        page.open(&Url::parse(&format!("https://{own}/")).unwrap()).await.unwrap();
        assert!(page.eval::<bool>(&asks(own)).await.unwrap());
        let seen = site.seen.count(other);
        assert!(!page.eval::<bool>(&asks(other)).await.unwrap());
        assert_eq!(site.seen.count(other), seen, "the proxy refused, not the answer");
        let address = Url::parse(&format!("https://{other}/")).unwrap();
        assert!(matches!(page.open(&address).await, Err(BrowserError::Refused(host)) if host == other));
    }
    let context = browser.context(ContextWish::default()).await.unwrap();
    let page = context.page().await.unwrap();
    assert!(matches!(page.open(&url("/")).await, Err(BrowserError::Refused(_))), "no list, no host");
    browser.shutdown().await;
}

#[tokio::test]
async fn only_http_is_opened() {
    let site = Site::new().await;
    let browser = site.browser();
    let context = context(&browser).await;
    let page = context.page().await.unwrap();
    for text in ["file:///etc/passwd", "chrome://version/", "data:text/html,x", "javascript:1"] {
        assert!(
            matches!(page.open(&Url::parse(text).unwrap()).await, Err(BrowserError::Scheme(_))),
            "{text}"
        );
    }
    page.open(&url("/")).await.unwrap();
    browser.shutdown().await;
}

#[tokio::test]
async fn chromium_listens_nowhere_and_is_sandboxed() {
    let site = Site::new().await;
    let browser = site.browser();
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
    let site = Site::new().await;
    let browser = site.browser();
    let marker = "m4rker-of-a-session";
    let context = with_cookies(&browser, vec![cookie("sid", marker)]).await;
    let page = page_at(&context, "/").await;
    page.eval::<()>(&format!("(localStorage.kept = '{marker}', document.cookie = 'k={marker}; max-age=9999', fetch('/post', {{ method: 'POST', body: '{marker}' }}).then(a => a.text()).then(() => undefined))")).await.unwrap();
    let profiles = site.settings().profiles;
    assert_eq!(processes::files_with(&profiles, marker), Vec::<std::path::PathBuf>::new());
    context.close().await;
    assert_eq!(processes::files_with(&profiles, marker), Vec::<std::path::PathBuf>::new());
    assert_eq!(site.profile_names().len(), 1);
    let group = browser.process_id().unwrap();
    browser.shutdown().await;
    assert_eq!(site.profile_names(), Vec::<String>::new());
    assert_eq!(processes::members(group), Vec::<u32>::new());
    let left = std::fs::read_dir(std::env::temp_dir()).unwrap().flatten().map(|entry| entry.file_name());
    assert_eq!(
        left.filter(|name| name.to_string_lossy().contains("hromium")).count(),
        0,
        "nor anything in the temporary directory"
    );
}

#[tokio::test]
async fn blocked_addresses_are_not_asked_for() {
    let site = Site::new().await;
    let browser = site.browser();
    let context = context(&browser).await;
    let page = context.page().await.unwrap();
    page.block(&["*://*:*/json/*"]).await.unwrap();
    page.open(&url("/")).await.unwrap();
    assert!(page.eval::<bool>("fetch('/json/1').then(() => false, () => true)").await.unwrap());
    assert_eq!(site.seen.count("/json/"), 0);
    browser.shutdown().await;
}
