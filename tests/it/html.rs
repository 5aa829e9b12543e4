//! Hostile HTML in real Chromium: thousands of payloads that others collected, after `html`, without any other wall.

#![cfg(test)]

use crate::browser::site::serve;
use crate::stage::{browser_settings, left_by_browsers, nothing_left};
use axum::Router;
use axum::extract::State;
use axum::http::Uri;
use axum::response::Html;
use outlook_syncd::browser::{Browser, ContextWish, Page, Upstream};
use outlook_syncd::clock::Clock;
use outlook_syncd::html;
use std::process::Command;
use std::sync::{Arc, Mutex};
use tempfile::TempDir;
use url::Url;

/// The payloads of `brs-kb` (MIT), one after the other.
const LIST: &str = "import json\nfrom brs_kb.payloads import get_all_payloads\n\
                    print(json.dumps([entry.payload for entry in get_all_payloads().values()]))";

fn payloads() -> Vec<String> {
    #[expect(clippy::disallowed_methods, reason = "the tests are told where packages of Python are")]
    let packages = std::env::var("OUTLOOK_SYNCD_TEST_PYTHON").expect("run scripts/test, which installs them");
    let mut python = Command::new("/usr/bin/python3");
    let ran = python.args(["-c", LIST]).env("PYTHONPATH", packages).output().unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    serde_json::from_slice(&ran.stdout).unwrap()
}

/// What is seen of a page in which something runs or is loaded.
const TRAP: &str = "<!doctype html><meta charset=utf-8><script>window.ran = [];
    for (const name of ['alert', 'confirm', 'prompt', 'print', 'eval', 'fetch', 'open'])
        window[name] = (...given) => { window.ran.push(name + ' ' + given); };
    document.cookie = 'session=1';</script>";

/// Pages with these bodies, and every address but theirs that was asked for.
struct Pages {
    bodies: Vec<String>,
    strays: Mutex<Vec<String>>,
}

async fn answer(State(pages): State<Arc<Pages>>, uri: Uri) -> Html<String> {
    let number = uri.path().strip_prefix("/page/").and_then(|number| number.parse::<usize>().ok());
    if let Some(body) = number.and_then(|number| pages.bodies.get(number)) {
        return Html(format!("{TRAP}{body}"));
    }
    pages.strays.lock().unwrap().push(uri.to_string());
    Html(String::new())
}

/// Presses and points at everything that can be, and says what ran.
const TRY_ALL: &str = "(async () => {
    if (document.readyState === 'loading') await new Promise(done => document.addEventListener('DOMContentLoaded', done));
    for (const element of document.querySelectorAll('body *')) {
        for (const name of ['mouseover', 'mouseenter', 'pointerover', 'focus', 'toggle', 'animationstart', 'transitionend'])
            element.dispatchEvent(new Event(name, { bubbles: true }));
        if (element.tagName === 'DETAILS') element.open = true;
    }
    // What was asked for before this came before it.
    await new Promise(done => Object.assign(new Image(), { onload: done, onerror: done, src: '/favicon.ico' }));
    return window.ran; })()";

/// What ran in pages of these bodies, and which addresses they asked for.
async fn shown(bodies: Vec<String>) -> (Vec<String>, Vec<String>) {
    let count = bodies.len();
    let pages = Arc::new(Pages { bodies, strays: Mutex::default() });
    let router = Router::new().fallback(answer).with_state(Arc::clone(&pages));
    let (https, spki_sha256) = serve(router).await;
    let profiles = TempDir::new().unwrap();
    let place = profiles.path().join("profiles");
    let settings = browser_settings(place.clone(), Upstream::Simulator { https, spki_sha256 });
    let browser = Browser::new(settings, Clock::System);
    let wish = ContextWish { allow: vec!["mail.test".into()], ..ContextWish::default() };
    let context = browser.context(wish).await.unwrap();
    let mut ran = Vec::new();
    for number in 0..count {
        let page: Page = context.page().await.unwrap();
        page.open(&Url::parse(&format!("https://mail.test/page/{number}")).unwrap()).await.unwrap();
        // A page that was left for elsewhere has nothing of ours: then that is what ran.
        ran.extend(page.eval::<Vec<String>>(TRY_ALL).await.unwrap_or_else(|error| vec![error.to_string()]));
    }
    browser.shutdown().await;
    nothing_left(|| left_by_browsers(&place));
    let strays = pages.strays.lock().unwrap().iter().filter(|at| *at != "/favicon.ico").cloned().collect();
    (ran, strays)
}

#[tokio::test]
async fn nothing_of_thousands_of_payloads_runs_or_is_loaded() {
    let payloads = payloads();
    assert!(payloads.len() > 2000, "{}", payloads.len());
    // Unclosed comments and attributes would hide what follows: each is made safe for itself.
    let safe = payloads.iter().map(|payload| html::safe(payload).map_or_else(String::new, |safe| safe.html));
    let bodies = safe.collect::<Vec<_>>().chunks(100).map(<[String]>::concat).collect();
    let (ran, strays) = shown(bodies).await;
    assert!(ran.is_empty(), "{ran:?}");
    assert!(strays.is_empty(), "{strays:?}");
}

/// What the trap is worth: without `html` it is full.
#[tokio::test]
async fn the_same_payloads_as_they_are_run() {
    let plain =
        payloads().into_iter().filter(|payload| payload.contains("onerror=") && payload.len() < 60).take(50);
    let (ran, _) = shown(vec![plain.collect()]).await;
    assert!(!ran.is_empty());
}
