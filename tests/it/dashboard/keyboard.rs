//! The pages in real Chromium by a person who has a keyboard and no mouse, or hears pages instead of seeing them.

use super::browser::{address, signed_in};
use super::*;
use crate::oauth::popup::chromium::{Chromium, Window};
use crate::store::error;
use outlook_syncd::desk::Ending;
use outlook_syncd::error::Disposition;
use outlook_syncd::model::{Actor, ContactsEnd, SessionState};
use serde_json::{Value, json};

/// What Tab should come to, in the order of the page. Of choices of which one is made, that one.
const REACHABLE: &str = "[...document.querySelectorAll('a[href], button, input, select, textarea, iframe, summary')]
    .filter(each => !each.disabled && each.type !== 'hidden' && each.checkVisibility() && !(each.type === 'radio' && !each.checked))";

/// What of the element with the focus cannot be seen; nothing where all is well.
const UNSEEN: &str = "(() => {
    const it = document.activeElement, box = it.getBoundingClientRect(), look = getComputedStyle(it);
    if (it.localName !== 'iframe' && (look.outlineStyle === 'none' || parseFloat(look.outlineWidth) < 2)) return 'no outline';
    const inside = box.bottom > 0 && box.right > 0 && box.top < innerHeight && box.left < innerWidth;
    return inside ? '' : 'out of sight';
})()";

async fn press(chromium: &mut Chromium, window: &Window, key: &str) {
    let (code, text) = match key {
        "Tab" => (9, ""),
        "Enter" => (13, "\r"),
        other => panic!("no such key: {other}"),
    };
    for kind in ["keyDown", "keyUp"] {
        let mut event = json!({"type": kind, "key": key, "code": key, "windowsVirtualKeyCode": code});
        if kind == "keyDown" && !text.is_empty() {
            event["text"] = text.into();
        }
        chromium.tell(window, "Input.dispatchKeyEvent", event).await;
    }
}

/// Presses Tab until the element that `selector` names has the focus.
async fn tab_to(chromium: &mut Chromium, window: &Window, selector: &str) {
    for _ in 0..100 {
        press(chromium, window, "Tab").await;
        let is_there = format!("document.activeElement.matches({})", json!(selector));
        if chromium.ask(window, &is_there).await == Some(json!(true)) {
            return;
        }
    }
    panic!("Tab never comes to {selector}");
}

#[tokio::test(flavor = "multi_thread")]
async fn tab_comes_to_everything_on_a_page_in_its_order_and_shows_where_it_is() {
    let stage = stage(false).await;
    let id = account(&stage, "u1").await;
    let (mut chromium, window) = signed_in(&stage).await;
    let own = ["", "/messages", "/disconnect"].map(|end| format!("/ui/accounts/{id}{end}"));
    for path in
        ["/ui", "/ui/accounts", "/ui/sessions", "/ui/sign-in"].map(str::to_owned).into_iter().chain(own)
    {
        chromium.go(&window, &address(&path)).await;
        let count = chromium.ask(&window, &format!("{REACHABLE}.length")).await.unwrap().as_u64().unwrap();
        assert!(count > 3, "{path}");
        for place in 0..count {
            press(&mut chromium, &window, "Tab").await;
            let is_next = format!("document.activeElement === {REACHABLE}[{place}]");
            let html = chromium.ask(&window, "document.activeElement.outerHTML").await;
            assert_eq!(chromium.ask(&window, &is_next).await, Some(json!(true)), "{path} {place}: {html:?}");
            assert_eq!(chromium.ask(&window, UNSEEN).await, Some(json!("")), "{path} {place}: {html:?}");
        }
    }
    chromium.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mailbox_is_read_and_disconnected_by_keyboard_alone() {
    let stage = stage(false).await;
    let id = account(&stage, "u1").await;
    let (mut chromium, window) = signed_in(&stage).await;
    let page = format!("/ui/accounts/{id}");
    chromium.go(&window, &address(&page)).await;
    press(&mut chromium, &window, "Tab").await;
    press(&mut chromium, &window, "Enter").await;
    chromium.wait_for(&window, "document.activeElement.id === 'main'").await;
    tab_to(&mut chromium, &window, "form[action$='/sync'] button").await;
    press(&mut chromium, &window, "Enter").await;
    chromium
        .wait_for(&window, "document.querySelector('.notice')?.innerText.includes('It is due now') && document.readyState === 'complete'")
        .await;
    tab_to(&mut chromium, &window, "a[href$='/disconnect']").await;
    press(&mut chromium, &window, "Enter").await;
    chromium
        .wait_for(&window, "location.pathname.endsWith('/disconnect') && document.readyState === 'complete'")
        .await;
    tab_to(&mut chromium, &window, "main button.danger").await;
    press(&mut chromium, &window, "Enter").await;
    chromium.wait_for(&window, "document.querySelector('h1')?.innerText === 'Disconnected'").await;
    chromium.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_keeps_the_focus_and_says_aloud_what_has_changed() {
    let stage = stage(false).await;
    let id = account(&stage, "u1").await;
    let actor = Actor::command_line();
    let desk = &stage.app.desk;
    let found = desk.account(&actor, &id).await.unwrap();
    let other = account(&stage, "u2").await;
    // Whose session is over needs attention: their card is on the first page.
    let over = error(Disposition::NeedsLogin);
    stage.store().end_session(&id, SessionState::NeedsLogin, &over).await.unwrap();
    let (mut chromium, window) = signed_in(&stage).await;
    chromium.go(&window, &address("/ui")).await;
    let link = format!("a[href='/ui/accounts/{id}']");
    tab_to(&mut chromium, &window, &link).await;
    chromium.ask(&window, "window.before = document.querySelector('[data-live]')").await;
    let other = desk.account(&actor, &other).await.unwrap();
    desk.set_paused(&actor, &other, true).await.unwrap();
    chromium.wait_for(&window, "document.querySelector('[data-live]') !== window.before").await;
    let is_kept = format!("document.activeElement.matches({})", json!(link));
    assert_eq!(chromium.ask(&window, &is_kept).await, Some(json!(true)));
    // What is gone loses it to the page, not to nowhere.
    desk.disconnect(&actor, &found, Ending::Account, ContactsEnd::Destroy).await.unwrap();
    chromium.wait_for(&window, "document.activeElement.id === 'main'").await;
    let said = "document.querySelector('#said').textContent === 'Nothing needs attention.'";
    chromium.wait_for(&window, said).await;
    assert_eq!(chromium.complaints(), Vec::<Value>::new());
    chromium.close().await;
}
