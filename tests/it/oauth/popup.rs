//! The popup in real Chromium, from the CRM's page over Microsoft's pages to the end. Microsoft's pages cut off
//! the window that opened them.

pub(crate) mod chromium;
mod front;
pub(crate) mod web;

use crate::stage::{CALLBACK, HOST, OPENER, RETURN, Stage};
use chromium::{Chromium, Window};
use outlook_sim::{Account, App as Registration};
use outlook_syncd::clock::Clock;
use outlook_syncd::model::Reach;
use serde_json::{Value, json};
use std::time::Duration;
use url::Url;

/// What a person does on our page and on each of the simulator's sign-in: nothing twice.
const PERSON: &str = "((login, password, accept) => {
    const at = (id) => document.getElementById(id);
    const empty = (field) => field && !field.classList.contains('moveOffScreen') && !field.value;
    const once = (button) => { if (!window.answered) { window.answered = true; button.click(); } };
    if (empty(at('i0116'))) { at('i0116').value = login; at('idSIButton9').click(); }
    else if (empty(at('i0118'))) { at('i0118').value = password; at('idSIButton9').click(); }
    else if (document.querySelector('.tile[data-test-id]')) once(document.querySelector('.tile[data-test-id]'));
    else if (at('KmsiDescription')) once(at('idBtn_Back'));
    else if (at('consentTitle')) once(at(accept ? 'idSIButton9' : 'idBtn_Back'));
    else if (location.pathname.endsWith('/start')) { const go = document.querySelector('button'); if (go) once(go); }
    return document.readyState === 'complete' ? location.href : null;
})";

/// What this person does on the page that is shown.
pub(crate) fn person(who: &Account, accept: bool) -> String {
    format!("{PERSON}({}, {}, {accept})", json!(who.smtp), json!(who.password))
}

/// The person signs in until the window is closed or has come to the end: the CRM's page, or our last one.
async fn sign_in(chromium: &mut Chromium, window: &Window, who: &Account, accept: bool) {
    let person = person(who, accept);
    let mut tick = tokio::time::interval(Duration::from_millis(20));
    let signed_in = async {
        while chromium.is_open(window).await
            && !chromium.ask(window, &person).await.as_ref().is_some_and(is_end)
        {
            tick.tick().await;
        }
    };
    Clock::limit(Duration::from_mins(1), signed_in).await.expect("the sign-in comes to its end");
}

fn is_end(at: &Value) -> bool {
    at.as_str().is_some_and(|at| [CALLBACK, RETURN].iter().any(|end| at.starts_with(end)))
}

/// Without an address to go back to: the last page is ours.
async fn ending_here() -> Stage {
    Stage::of(Registration::confidential(CALLBACK, "canary-client-secret"), &[("OAUTH__RETURNS", "[]")]).await
}

/// A page opens this address in a popup.
async fn open(chromium: &mut Chromium, opener: &Window, start: &Url) -> Window {
    chromium.wait_for(opener, "!!window.told").await;
    let open = format!("!!(window.popup = window.open('{start}', '', 'width=500,height=650'))");
    assert_eq!(chromium.ask(opener, &open).await, Some(json!(true)));
    chromium.opened_by(opener).await
}

/// All that a page was told, the last by a window that it opens now: what was sent before would be there.
async fn told(chromium: &mut Chromium, opener: &Window) -> Vec<Value> {
    assert!(chromium.ask(opener, "!!window.open('https://teller.example.test/')").await.is_some());
    chromium.wait_for(opener, "told.some(({ data }) => data === 'after all')").await;
    let told = chromium.ask(opener, "told.splice(0)").await.unwrap();
    let mut told = told.as_array().unwrap().clone();
    assert_eq!(told.pop().unwrap()["origin"], "https://teller.example.test");
    told
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_microsofts_have_cut_off_is_told_nothing_and_the_popup_says_what_to_do() {
    let stage = ending_here().await;
    let mut chromium = web::browser(&stage, &[]).await;
    let opener = chromium.open(&format!("{OPENER}/contacts")).await;
    let start = stage.auth_url("u1", "").await;
    let popup = open(&mut chromium, &opener, &start).await;
    sign_in(&mut chromium, &popup, &stage.account(0), true).await;
    assert_eq!(told(&mut chromium, &opener).await, Vec::<Value>::new());
    let shown = chromium.ask(&popup, "document.body.innerText").await.unwrap();
    assert!(shown.as_str().unwrap().contains("oauth.returns"), "{shown}");
    chromium.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_still_has_its_popup_is_told_how_to_finish_once_and_it_closes() {
    let stage = ending_here().await;
    let ada = stage.account(0);
    let mut chromium = web::browser(&stage, &[]).await;
    let opener = chromium.open(&format!("{OPENER}/contacts")).await;
    let first = open(&mut chromium, &opener, &stage.auth_url("u1", "").await).await;
    sign_in(&mut chromium, &first, &ada, true).await;
    // Whom the simulator knows already it shows no page and cuts nothing; of Microsoft nobody has told.
    let begun = stage.begun("u1", &format!("&expect={}", ada.smtp)).await;
    let second = open(&mut chromium, &opener, &begun["url"].as_str().unwrap().parse().unwrap()).await;
    sign_in(&mut chromium, &second, &ada, true).await;
    chromium.wait_for(&opener, "window.popup.closed").await;
    let told = told(&mut chromium, &opener).await;
    assert_eq!((told.len(), &told[0]["origin"]), (1, &json!(format!("https://{HOST}"))), "{told:?}");
    let data = &told[0]["data"];
    assert_eq!((&data["type"], &data["attempt"]), (&json!("MICROSOFT_AUTH_FINISH"), &begun["attempt"]));
    stage.finish("u1", data["finish"].as_str().unwrap()).await.connected();
    chromium.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_another_origin_is_told_nothing() {
    let stage = ending_here().await;
    let mut chromium = web::browser(&stage, &[]).await;
    let opener = chromium.open("https://evil.example.test/").await;
    for query in [String::new(), format!("&expect={}", stage.account(0).smtp)] {
        let popup = open(&mut chromium, &opener, &stage.auth_url("u1", &query).await).await;
        sign_in(&mut chromium, &popup, &stage.account(0), true).await;
        assert_eq!(told(&mut chromium, &opener).await, Vec::<Value>::new());
    }
    assert!(stage.store().accounts(&Reach::Everyone).await.unwrap().is_empty(), "nobody has finished it");
    chromium.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn our_pages_run_under_their_policy_and_keep_the_code_out_of_the_address() {
    let stage = ending_here().await;
    let mut chromium = web::browser(&stage, &[]).await;
    let window = chromium.open("about:blank").await;
    let watch = "window.refused = [];
        document.addEventListener('securitypolicyviolation', ({ violatedDirective }) => refused.push(violatedDirective));";
    chromium.at_each_document(&window, watch).await;
    let start = stage.auth_url("u1", "").await;
    chromium.ask(&window, &format!("location.assign('{start}')")).await;
    chromium.wait_for(&window, "document.querySelector('button') !== null").await;
    let styled = "[getComputedStyle(document.body).maxWidth, refused]";
    assert_eq!(chromium.ask(&window, styled).await, Some(json!(["512px", []])));
    sign_in(&mut chromium, &window, &stage.account(0), true).await;
    let found = "[opener, location.href, getComputedStyle(document.body).maxWidth, refused]";
    let as_meant = json!([null, CALLBACK, "512px", []]);
    assert_eq!(chromium.ask(&window, found).await, Some(as_meant), "script and style ran");
    let inject = "document.body.append(Object.assign(document.createElement('script'), { textContent: 'window.ran = true' }))";
    chromium.ask(&window, inject).await;
    chromium.wait_for(&window, "refused.length > 0").await;
    assert_eq!(
        chromium.ask(&window, "[window.ran ?? false, refused[0]]").await,
        Some(json!([false, "script-src-elem"]))
    );
    chromium.close().await;
}
