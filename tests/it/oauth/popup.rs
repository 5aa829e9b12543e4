//! The popup in real Chromium, from the CRM's page over Microsoft's pages to the end.

mod chromium;
mod web;

use crate::stage::{CALLBACK, HOST, OPENER, Stage};
use chromium::{Chromium, Window};
use outlook_sim::Account;
use outlook_syncd::model::Reach;
use serde_json::{Value, json};
use std::time::Duration;

/// What a person does on each page of the simulator's sign-in: nothing twice.
const PERSON: &str = "((login, password, accept) => {
    const at = (id) => document.getElementById(id);
    const empty = (field) => field && !field.classList.contains('moveOffScreen') && !field.value;
    const once = (button) => { if (!window.answered) { window.answered = true; button.click(); } };
    if (empty(at('i0116'))) { at('i0116').value = login; at('idSIButton9').click(); }
    else if (empty(at('i0118'))) { at('i0118').value = password; at('idSIButton9').click(); }
    else if (at('KmsiDescription')) once(at('idBtn_Back'));
    else if (at('consentTitle')) once(at(accept ? 'idSIButton9' : 'idBtn_Back'));
    return location.host;
})";

/// The person signs in until the window is closed or has come back to us.
async fn sign_in(chromium: &mut Chromium, window: &Window, who: &Account, accept: bool) {
    let person = format!("{PERSON}({}, {}, {accept})", json!(who.smtp), json!(who.password));
    let mut tick = tokio::time::interval(Duration::from_millis(20));
    while chromium.is_open(window).await {
        if chromium.ask(window, &person).await == Some(json!(HOST)) {
            let done = "document.readyState === 'complete'";
            if chromium.ask(window, done).await == Some(json!(true)) {
                return;
            }
        }
        tick.tick().await;
    }
}

/// A page at `origin` opens the popup, in which the person signs in; all that the page was told meanwhile,
/// the last by a window that it opens afterwards: what was sent before would be there.
async fn opened_at(origin: &str, accept: bool) -> (Stage, Vec<Value>) {
    let stage = Stage::start().await;
    let mut chromium = web::browser(&stage).await;
    let opener = chromium.open(&format!("{origin}/contacts")).await;
    chromium.wait_for(&opener, "!!window.told").await;
    let start = stage.auth_url("u1", "").await;
    let open = format!("!!(window.popup = window.open('{start}', 'connect', 'width=500,height=650'))");
    assert_eq!(chromium.ask(&opener, &open).await, Some(json!(true)));
    let popup = chromium.opened_by(&opener).await;
    sign_in(&mut chromium, &popup, &stage.account(0), accept).await;
    chromium.wait_for(&opener, "window.popup.closed").await;
    assert!(chromium.ask(&opener, "!!window.open('https://teller.example.test/')").await.is_some());
    chromium.wait_for(&opener, "told.some(({ data }) => data === 'after all')").await;
    let told = chromium.ask(&opener, "told").await.unwrap();
    chromium.close().await;
    let mut told = told.as_array().unwrap().clone();
    assert_eq!(told.pop().unwrap()["origin"], "https://teller.example.test");
    (stage, told)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_that_opened_it_is_told_once_and_it_closes() {
    let (stage, told) = opened_at(OPENER, true).await;
    let account = stage.store().accounts(&Reach::Everyone).await.unwrap().remove(0);
    let data = json!({"type": "MICROSOFT_AUTH_SUCCESS", "account": account.id, "address": stage.account(0).smtp.to_lowercase()});
    assert_eq!(told, [json!({"origin": format!("https://{HOST}"), "data": data})]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_who_says_no_is_told_with_the_next_step() {
    let (stage, told) = opened_at(OPENER, false).await;
    assert_eq!((told.len(), &told[0]["origin"]), (1, &json!(format!("https://{HOST}"))), "{told:?}");
    let data = &told[0]["data"];
    assert_eq!((&data["type"], &data["error"]), (&json!("MICROSOFT_AUTH_ERROR"), &json!("oauth_declined")));
    assert!(data["message"].as_str().unwrap().contains("AADSTS65004"), "{data}");
    assert!(data["hint"].as_str().unwrap().starts_with("The owner's turn"), "{data}");
    assert!(stage.store().accounts(&Reach::Everyone).await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_another_origin_is_told_nothing() {
    let (stage, told) = opened_at("https://evil.example.test", true).await;
    assert_eq!(told, Vec::<Value>::new());
    assert_eq!(stage.store().accounts(&Reach::Everyone).await.unwrap().len(), 1, "the popup went to its end");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_page_that_opened_it_it_stays_and_reads_well_under_its_policy() {
    let stage = Stage::start().await;
    let mut chromium = web::browser(&stage).await;
    let window = chromium.open("about:blank").await;
    let watch = "window.refused = [];
        document.addEventListener('securitypolicyviolation', ({ violatedDirective }) => refused.push(violatedDirective));";
    chromium.at_each_document(&window, watch).await;
    let start = stage.auth_url("u1", "").await;
    chromium.ask(&window, &format!("location.assign('{start}')")).await;
    sign_in(&mut chromium, &window, &stage.account(0), true).await;
    let shown = chromium.ask(&window, "document.body.innerText").await.unwrap();
    let name = stage.account(0).smtp.to_lowercase();
    assert_eq!(shown, json!(format!("Connected\n\n{name} is connected.\n\nYou can close this window.")));
    let found = "[opener, location.href, getComputedStyle(document.body).maxWidth, refused]";
    let as_meant = json!([null, CALLBACK, "512px", []]);
    assert_eq!(
        chromium.ask(&window, found).await,
        Some(as_meant),
        "script and style ran, the code is out of the address"
    );
    let inject = "document.body.append(Object.assign(document.createElement('script'), { textContent: 'window.ran = true' }))";
    chromium.ask(&window, inject).await;
    chromium.wait_for(&window, "refused.length > 0").await;
    assert_eq!(
        chromium.ask(&window, "[window.ran ?? false, refused[0]]").await,
        Some(json!([false, "script-src-elem"]))
    );
    chromium.close().await;
}
