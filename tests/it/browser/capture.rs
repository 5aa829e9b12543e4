//! Capture loses nothing.

use super::site::{Site, expected_json};
use super::{SOON, context, cookie, url, with_cookies};
use outlook_syncd::browser::{Capture, Exchange, FetchCall};
use std::collections::BTreeSet;

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
    let site = Site::new().await;
    let browser = site.browser();
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
    let site = Site::new().await;
    let browser = site.browser();
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
    let site = Site::new().await;
    let browser = site.browser();
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
    let site = Site::new().await;
    let browser = site.browser();
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
