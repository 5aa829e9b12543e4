//! The pages in real Chromium, by our public https address.

use super::contacts::{made, waiting};
use super::kept::{TOKEN, token};
use super::*;
use crate::oauth::popup::chromium::{Chromium, Window};
use crate::oauth::popup::web;
use crate::stage::{contested, written};
use crate::store::run;
use outlook_syncd::dashboard;
use outlook_syncd::model::{Actor, Correspondent, Part};
use outlook_syncd::secret::ExposeSecret;
use reqwest::Method;
use serde_json::{Value, json};

/// A browser in which an operator has signed in by a link.
pub(super) async fn signed_in(stage: &Stage) -> (Chromium, Window) {
    let (key, actor) = (stage.config(&[]).key, Actor::command_line());
    let (secret, _) = stage.app.desk.operator_link(&key, &actor).await.unwrap();
    let mut chromium = web::browser(stage, &[]).await;
    let window = chromium.open("about:blank").await;
    chromium.listen(&window).await;
    chromium.go(&window, &address(&format!("/ui/link?k={}", secret.expose_secret()))).await;
    chromium.ask(&window, "document.querySelector('main button').click()").await;
    chromium.wait_for(&window, "location.pathname === '/ui' && document.readyState === 'complete'").await;
    (chromium, window)
}

pub(super) fn address(path: &str) -> String {
    format!("https://{HOST}{path}")
}

pub(super) async fn look(chromium: &mut Chromium, window: &Window, width: u32, scheme: &str) {
    let size = json!({"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false});
    chromium.tell(window, "Emulation.setDeviceMetricsOverride", size).await;
    let features = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
    chromium.tell(window, "Emulation.setEmulatedMedia", features).await;
}

/// What axe-core finds against WCAG 2.2 AA.
pub(super) async fn violations(chromium: &mut Chromium, window: &Window) -> Value {
    let run = "axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })
        .then(({ violations }) => violations.map(({ id, nodes }) => [id, nodes.map(({ html, failureSummary }) => [html, failureSummary])]))";
    let params = json!({"expression": run, "awaitPromise": true, "returnByValue": true});
    chromium.tell(window, "Runtime.evaluate", params).await["result"]["result"]["value"].clone()
}

#[expect(clippy::disallowed_methods, reason = "scripts/test says it in the environment")]
pub(super) fn axe() -> String {
    let file = std::env::var("OUTLOOK_SYNCD_TEST_AXE").expect("run scripts/test, which installs it");
    std::fs::read_to_string(file).unwrap()
}

/// The account has contacts of which a person is asked something, one that was written, and changes that wait; where its
/// pages are, behind the account's.
pub(super) async fn filled(stage: &Stage, id: &AccountId) -> [String; 9] {
    stage.store().schedule(id, Part::Contacts, tomorrow()).await.unwrap();
    let (here, ..) = waiting(stage, id).await;
    let bo = json!({"card": {"texts": {"display_name": "Bo Berg", "job_title": "Director", "company_name": "Berg & Søn"},
        "emails": [{"address": "bo@example.test"}], "phones": [{"kind": "mobile", "number": "+47 555 0100"}]}});
    let bo = made(stage, (id, "u1"), &bo).await;
    written(stage.store(), &bo, &json!({"texts": {"display_name": "Bo Berg", "job_title": "Clerk"}})).await;
    contested(stage.store(), &bo, "Chair").await;
    token(stage).await;
    let whose = Correspondent::Contact(bo["id"].as_str().unwrap().to_owned().into());
    run(stage.store(), &format!("UPDATE account SET road = 'owa' WHERE id = '{id}'")).await;
    stage.store().begin_session(id, None, tomorrow()).await.unwrap();
    stage.app.desk.ask_for_correspondence(&Actor::command_line(), id, whose).await.unwrap();
    let contact = |of: &Value| format!("/contacts/{}", of["id"].as_str().unwrap());
    let pages = [
        "",
        "/disconnect",
        "/audit",
        "/contacts",
        "/contacts/matches",
        "/contacts/plan",
        "/contacts/plan/release",
    ];
    let mut pages = pages.map(str::to_owned).to_vec();
    pages.extend([contact(&here), contact(&bo)]);
    pages.try_into().unwrap()
}

/// Whether a page is one of this test's: parts of pages are none, mail and its bodies are `letters`', and what an owner
/// or somebody signing in sees is `popup`'s, the card's `embed`'s.
fn is_looked_at_here(page: &str) -> bool {
    let elsewhere = ["/assets/", "/messages", "/connect/", "/connects/", "/embed/", "/receipt"];
    page != "/" && !page.ends_with("/live") && !elsewhere.iter().any(|part| page.contains(part))
}

/// Whether a path is of a page of the table.
fn fits(page: &str, path: &str) -> bool {
    let path = path.split('?').next().unwrap_or_default();
    let (page, path): (Vec<_>, Vec<_>) = (page.split('/').collect(), path.split('/').collect());
    page.len() == path.len()
        && page.iter().zip(path).all(|(page, path)| *page == path || page.starts_with('{'))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_runs_under_its_policy_fits_a_telephone_and_can_be_read_by_anybody() {
    let axe = axe();
    let stage = stage(false).await;
    let id = stage.connected("u1", &stage.account(0).smtp).await;
    account(&stage, "u2").await;
    let (mut chromium, window) = signed_in(&stage).await;
    let own = filled(&stage, &id).await.map(|end| format!("/ui/accounts/{id}{end}"));
    let revoke = format!("/ui/tokens/{TOKEN}/revoke");
    let others = [
        revoke.as_str(),
        "/ui",
        "/ui/accounts",
        "/ui/connect",
        "/ui/settle",
        "/ui/audit",
        "/ui/tokens",
        "/ui/tokens/new",
        "/ui/doctor",
        "/ui/sessions",
        "/ui/about",
        "/ui/sign-in",
        "/ui/link?k=x",
        "/ui/nowhere",
    ];
    let paths: Vec<_> = others.into_iter().map(str::to_owned).chain(own).collect();
    let own_pages =
        dashboard::pages().filter(|(method, path, ..)| *method == Method::GET && is_looked_at_here(path));
    let missing: Vec<_> = own_pages
        .map(|(_, path, ..)| path)
        .filter(|page| !paths.iter().any(|path| fits(page, path)))
        .collect();
    assert!(missing.is_empty(), "{missing:?} stand in the table and nobody looks at them");
    for path in paths {
        for (width, scheme) in [(1280, "light"), (1280, "dark"), (320, "light")] {
            look(&mut chromium, &window, width, scheme).await;
            chromium.go(&window, &address(&path)).await;
            let wide = chromium.ask(&window, "document.documentElement.scrollWidth").await.unwrap();
            assert!(wide.as_u64().unwrap() <= u64::from(width), "{path} is {wide} wide at {width}");
            chromium.ask(&window, &axe).await;
            let found = violations(&mut chromium, &window).await;
            assert_eq!(found, json!([]), "{path} {width} {scheme}");
        }
    }
    let complaints = chromium.complaints();
    // What is not there is said so by the browser too.
    let is_told = |told: &Value| {
        let text = told["entry"]["text"].as_str().unwrap_or_default();
        text.contains("status of 404") || text.contains("status of 410")
    };
    let complaints: Vec<_> = complaints.into_iter().filter(|told| !is_told(told)).collect();
    assert_eq!(complaints, Vec::<Value>::new());
    chromium.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_that_changes_is_shown_without_the_page_being_asked_for_again() {
    let stage = stage(false).await;
    let id = account(&stage, "u1").await;
    let (mut chromium, window) = signed_in(&stage).await;
    chromium.go(&window, &address(&format!("/ui/accounts/{id}"))).await;
    assert!(chromium.ask(&window, "window.same = true").await.is_some());
    let actor = Actor::command_line();
    let found = stage.app.desk.account(&actor, &id).await.unwrap();
    stage.app.desk.set_paused(&actor, &found, true).await.unwrap();
    chromium.wait_for(&window, "document.querySelector('#health').innerText.includes('Paused')").await;
    assert_eq!(chromium.ask(&window, "window.same").await, Some(json!(true)));
    assert_eq!(chromium.complaints(), Vec::<Value>::new());
    chromium.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_can_be_done_without_script() {
    let stage = stage(false).await;
    let id = account(&stage, "u1").await;
    let (mut chromium, window) = signed_in(&stage).await;
    chromium.tell(&window, "Emulation.setScriptExecutionDisabled", json!({"value": true})).await;
    let page = format!("/ui/accounts/{id}");
    chromium.go(&window, &address(&page)).await;
    for (form, end) in [("sync", "It is due now"), ("pause", "It is paused"), ("resume", "It is read again")]
    {
        chromium
            .ask(&window, &format!("document.querySelector('form[action$=\"/{form}\"] button').click()"))
            .await;
        let there = format!("document.querySelector('.notice')?.innerText.includes('{end}')");
        chromium.wait_for(&window, &there).await;
    }
    chromium.go(&window, &address(&format!("{page}/disconnect"))).await;
    chromium.ask(&window, "document.querySelector('main button.danger').click()").await;
    chromium.wait_for(&window, "document.querySelector('h1')?.innerText === 'Disconnected'").await;
    chromium.ask(&window, "document.querySelector('form[action=\"/ui/sign-out\"] button').click()").await;
    chromium.wait_for(&window, "location.pathname === '/ui/sign-in'").await;
    chromium.go(&window, &address("/ui/sign-in?next=%2Fui")).await;
    chromium.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_their_own_colours_still_sees_what_is_a_button_and_where_they_are() {
    let stage = stage(false).await;
    let id = account(&stage, "u1").await;
    let (mut chromium, window) = signed_in(&stage).await;
    let own = format!("/ui/accounts/{id}");
    for path in ["/ui", "/ui/accounts", "/ui/sessions", &own] {
        let features = json!({"features": [{"name": "forced-colors", "value": "active"}]});
        chromium.tell(&window, "Emulation.setEmulatedMedia", features).await;
        chromium.go(&window, &address(path)).await;
        assert_eq!(
            chromium.ask(&window, "matchMedia('(forced-colors: active)').matches").await,
            Some(json!(true))
        );
        // Grounds are gone in such a page: what they said, lines say.
        let bare = "[...document.querySelectorAll('button, .button, .badge, .tag, .card, .calm, .notice, .panel, table')]
            .filter(each => !['Top', 'Right', 'Bottom', 'Left'].some(side => parseFloat(getComputedStyle(each)[`border${side}Width`]) > 0))
            .map(each => each.outerHTML)";
        assert_eq!(chromium.ask(&window, bare).await, Some(json!([])), "{path}");
        let here = "[...document.querySelectorAll('[aria-current], [aria-pressed=true]')]
            .map(each => parseFloat(getComputedStyle(each).borderBottomWidth))";
        let here = chromium.ask(&window, here).await.unwrap();
        let here: Vec<f64> = here.as_array().unwrap().iter().map(|width| width.as_f64().unwrap()).collect();
        assert!(here.len() >= 2 && here.iter().all(|width| *width >= 3.0), "{path}: {here:?}");
    }
    chromium.close().await;
}
