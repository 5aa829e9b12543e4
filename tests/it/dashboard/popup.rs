//! Connecting with Microsoft in real Chromium: in a popup, where it is kept shut, and without script.

use super::browser::{address, axe, look, violations};
use super::connect::signing_in;
use super::*;
use crate::oauth::popup::chromium::{Chromium, Window};
use crate::oauth::popup::{person, web};
use outlook_sim::SignIn;
use outlook_syncd::clock::Clock;
use outlook_syncd::desk::sign_ins::SignInState;
use outlook_syncd::desk::{ConnectionNamed, Ending, PopupWish};
use outlook_syncd::error::{Disposition, WhoseTurn};
use outlook_syncd::http::Popup;
use outlook_syncd::model::{Actor, ContactsEnd, LastError, Reach, SessionState, Visitor};
use outlook_syncd::secret::{ExposeSecret, secret};
use serde_json::{Value, json};
use std::time::Duration;

/// A browser in which a user has come by their link, on the page where mailboxes are connected.
async fn connecting(stage: &Stage, owner: &str) -> (Chromium, Window) {
    let (secret, _) = stage.app.desk.owner_link(&Actor::command_line(), Some(owner), None).await.unwrap();
    let mut chromium = web::browser(stage, &[]).await;
    let window = chromium.open("about:blank").await;
    chromium.listen(&window).await;
    chromium.go(&window, &address(&format!("/ui/link?k={}", secret.expose_secret()))).await;
    chromium.ask(&window, "document.querySelector('main button').click()").await;
    chromium.wait_for(&window, "location.pathname === '/ui' && document.readyState === 'complete'").await;
    chromium.go(&window, &address("/ui/connect")).await;
    (chromium, window)
}

const PRESS: &str = "document.querySelector('form[action$=\"/microsoft\"] button').click()";

/// The person signs in at Microsoft until a page of ours is there, or the window is gone.
async fn at_microsoft(chromium: &mut Chromium, window: &Window, stage: &Stage, accept: bool) {
    let person = person(&stage.account(0), accept);
    let mut tick = tokio::time::interval(Duration::from_millis(20));
    // Where it comes back, or what came of it.
    let ends = ["back", "attempts"].map(|end| address(&format!("/ui/connect/{end}")));
    let is_ours = |at: &Value| at.as_str().is_some_and(|at| ends.iter().any(|end| at.starts_with(end)));
    let signed_in = async {
        while chromium.is_open(window).await
            && !chromium.ask(window, &person).await.as_ref().is_some_and(is_ours)
        {
            tick.tick().await;
        }
    };
    Clock::limit(Duration::from_mins(1), signed_in).await.expect("the sign-in comes to its end");
}

async fn shows(chromium: &mut Chromium, window: &Window, text: &str) {
    let there = format!("document.querySelector('main')?.innerText.includes({})", json!(text));
    chromium.wait_for(window, &there).await;
}

/// What was connected is looked at, synced, disconnected, and its receipt read.
async fn to_its_end(chromium: &mut Chromium, window: &Window) {
    chromium.ask(window, "document.querySelector('main .live a.button').click()").await;
    chromium.wait_for(window, "location.pathname.startsWith('/ui/accounts/')").await;
    shows(chromium, window, "Connected as").await;
    chromium.ask(window, "document.querySelector('form[action$=\"/sync\"] button').click()").await;
    shows(chromium, window, "It is due now").await;
    chromium.ask(window, "document.querySelector('a.danger').click()").await;
    shows(chromium, window, "This destroys").await;
    chromium.ask(window, "document.querySelector('main button.danger').click()").await;
    shows(chromium, window, "What is left to do").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn in_a_popup_the_page_hears_of_its_end_though_microsoft_cuts_it_off_and_it_closes() {
    let stage = stage(false).await;
    let (mut chromium, window) = connecting(&stage, "u1").await;
    for (accept, end) in [(false, "Nothing was connected"), (true, "Connected as")] {
        chromium.go(&window, &address("/ui/connect")).await;
        chromium.ask(&window, PRESS).await;
        let popup = chromium.opened_by(&window).await;
        shows(&mut chromium, &window, "Waiting for Microsoft").await;
        at_microsoft(&mut chromium, &popup, &stage, accept).await;
        shows(&mut chromium, &window, end).await;
        chromium.gone(&popup).await;
    }
    to_its_end(&mut chromium, &window).await;
    assert!(stage.store().accounts(&Reach::Everyone).await.unwrap().is_empty());
    assert_eq!(chromium.complaints(), Vec::<Value>::new());
    chromium.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_popup_that_is_closed_by_hand_is_given_up_on_the_page() {
    let stage = stage(false).await;
    let (mut chromium, window) = connecting(&stage, "u1").await;
    chromium.ask(&window, PRESS).await;
    let popup = chromium.opened_by(&window).await;
    shows(&mut chromium, &window, "Waiting for Microsoft").await;
    chromium.shut(&popup).await;
    chromium.gone(&popup).await;
    chromium.ask(&window, "document.querySelector('form[action$=\"/cancel\"] button').click()").await;
    shows(&mut chromium, &window, "Nothing was connected").await;
    chromium.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_popups_are_kept_shut_it_goes_on_in_the_same_window() {
    let stage = stage(false).await;
    let (mut chromium, window) = connecting(&stage, "u1").await;
    chromium.ask(&window, "window.open = () => null").await;
    chromium.ask(&window, PRESS).await;
    at_microsoft(&mut chromium, &window, &stage, true).await;
    connected_here(&mut chromium, &window, &stage).await;
    chromium.close().await;
}

/// Microsoft's own pages want script. What comes back from them is shown without in `connect`.
#[tokio::test(flavor = "multi_thread")]
async fn without_script_the_button_leads_to_microsoft_in_the_same_window() {
    let stage = stage(false).await;
    let (mut chromium, window) = connecting(&stage, "u1").await;
    chromium.tell(&window, "Emulation.setScriptExecutionDisabled", json!({"value": true})).await;
    chromium.go(&window, &address("/ui/connect")).await;
    chromium.ask(&window, PRESS).await;
    chromium.wait_for(&window, "location.host === 'login.microsoftonline.com'").await;
    shows_page(&mut chromium, &window, "JsDisabled").await;
    chromium.close().await;
}

/// A page of Microsoft's, by what it calls itself.
async fn shows_page(chromium: &mut Chromium, window: &Window, name: &str) {
    let there = format!("document.querySelector('meta[name=PageID]')?.content === {}", json!(name));
    chromium.wait_for(window, &there).await;
}

async fn connected_here(chromium: &mut Chromium, window: &Window, stage: &Stage) {
    shows(chromium, window, "Connected as").await;
    let at = chromium.ask(window, "location.pathname + location.search").await.unwrap();
    assert!(at.as_str().unwrap().starts_with("/ui/connect/attempts/"), "{at}");
    to_its_end(chromium, window).await;
    assert!(stage.store().accounts(&Reach::Everyone).await.unwrap().is_empty());
}

/// An owner's pages in each state, as they are looked at.
#[tokio::test(flavor = "multi_thread")]
async fn an_owners_pages_run_under_their_policy_fit_a_telephone_and_can_be_read_by_anybody() {
    let axe = axe();
    let stage = signing_in(SignIn::Mfa).await;
    let id = account(&stage, "u1").await;
    let (mut chromium, window) = connecting(&stage, "u1").await;
    let visitor = Visitor::owner("u1", None).actor();
    let password = || secret("an invented password".to_owned());
    let (ada, desk) = (stage.account(0), &stage.app.desk);
    let right = secret(ada.password.clone());
    let asks = desk.connect(&visitor, "u1", &ada.smtp, &right).await.unwrap();
    let fails = desk.connect(&visitor, "u1", &stage.account(1).smtp, &password()).await.unwrap();
    for id in [&asks, &fails] {
        let mut told = desk.sign_in(&visitor, id).unwrap();
        told.wait_for(|state| matches!(state, SignInState::Asks(_) | SignInState::Failed(_))).await.unwrap();
    }
    let popup = Popup { redirect_uri: CALLBACK.parse().unwrap(), openers: Vec::new(), returns: Vec::new() };
    let wish = PopupWish {
        name: None,
        expected: None,
        opener: popup.dashboard().into(),
        redirect_uri: popup.redirect_uri.clone(),
    };
    let begun = desk.begin_popup(&visitor, &ConnectionNamed::default(), wish).await.unwrap();
    let card = desk.owner_card(&visitor, None, crate::stage::OPENER.to_owned()).await.unwrap().0;
    let gone = account(&stage, "u1").await;
    let ended = desk.account(&visitor, &gone).await.unwrap();
    desk.disconnect(&visitor, &ended, Ending::Account, ContactsEnd::Keep).await.unwrap();
    let pages = [
        ("account", format!("/ui/accounts/{id}")),
        ("connect", "/ui/connect".to_owned()),
        ("again", format!("/ui/connect?account={id}")),
        ("asks", format!("/ui/connects/{asks}")),
        ("fails", format!("/ui/connects/{fails}")),
        ("attempt", format!("/ui/connect/attempts/{}", begun.attempt)),
        ("card", format!("/ui/embed/{}", card.expose_secret())),
        ("disconnect", format!("/ui/accounts/{id}/disconnect")),
        ("step-up", format!("/ui/sign-in?next=/ui/accounts/{id}/disconnect")),
        ("receipt", format!("/ui/accounts/{gone}/receipt")),
        ("log", format!("/ui/accounts/{gone}/audit")),
        ("turn", format!("/ui/accounts/{id}")),
        ("overview", "/ui".to_owned()),
    ];
    for (name, path) in pages {
        if name == "turn" {
            let at = LastError {
                disposition: Disposition::NeedsLogin,
                code: "wrong_password".to_owned(),
                message: "Outlook refused the password".to_owned(),
                whose_turn: WhoseTurn::Owner,
                hint: "The owner's turn: connect the account with the right password.".to_owned(),
                at: now(),
            };
            stage.store().end_session(&id, SessionState::NeedsLogin, &at).await.unwrap();
        }
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
    assert_eq!(chromium.complaints(), Vec::<Value>::new());
    chromium.close().await;
    let mut told = desk.sign_in(&visitor, &asks).unwrap();
    desk.leave_unanswered(&visitor, &asks);
    told.wait_for(|state| matches!(state, SignInState::Failed(_))).await.unwrap();
    stage.app.browser.shutdown().await;
}
