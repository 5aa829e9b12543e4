//! README's front end as it stands: the page that opens the popup knows how its own attempt ended.

use super::chromium::{Chromium, Window};
use super::{sign_in, web};
use crate::stage::{OPENER, RETURN, Stage, repository};
use outlook_sim::{Failure, Kind};
use outlook_syncd::clock::Clock;
use outlook_syncd::model::{AuditAction, Reach, Scope};
use outlook_syncd::store::Store;
use serde_json::json;
use std::time::Duration;

/// From the end of an attempt until the page shows it.
const SOON: Duration = Duration::from_secs(3);

/// The block of README that a CRM copies.
pub(super) fn page() -> String {
    let readme = std::fs::read_to_string(repository().join("README.md")).unwrap();
    let (_, rest) = readme.split_once("```html\n").unwrap();
    let (page, _) = rest.split_once("```").unwrap();
    let (_, script) = page.split_once("<script type=\"module\">\n").unwrap();
    let (script, _) = script.split_once("</script>").unwrap();
    assert!(script.lines().count() <= 20, "twenty lines of front end");
    page.to_owned()
}

/// A CRM whose page is README's, with u1 and u2 signed in to it, each in a window of their own.
struct Crm {
    stage: Stage,
    chromium: Chromium,
}

impl Crm {
    async fn new() -> Self {
        let stage = Stage::start().await;
        let mut users = Vec::new();
        for user in ["u1", "u2"] {
            users.push((user, stage.bearer(&[Scope::Admin, Scope::Read], Some(user)).await));
        }
        let chromium = web::browser(&stage, &users).await;
        Self { stage, chromium }
    }

    /// The CRM's page, before a user who is signed in to it.
    async fn page_of(&mut self, user: &str) -> Window {
        let window = self.chromium.open(&format!("{OPENER}/as/{user}")).await;
        self.chromium.wait_for(&window, "!!window.connect?.onclick").await;
        window
    }

    /// The user presses the button: the popup.
    async fn press(&mut self, page: &Window) -> Window {
        self.chromium.ask(page, "outcome.value = '', connect.click()").await;
        self.chromium.opened_by(page).await
    }

    /// The popup comes to its end, and the page shows this.
    async fn shown(&mut self, page: &Window, popup: &Window, accept: bool, text: &str) {
        sign_in(&mut self.chromium, popup, &self.stage.account(0), accept).await;
        self.shows(page, text).await;
    }

    async fn shows(&mut self, page: &Window, text: &str) {
        let so = format!("outcome.value.includes({})", json!(text));
        let shown = Clock::limit(SOON, self.chromium.wait_for(page, &so)).await;
        assert!(shown.is_ok(), "{text}: {:?}", self.chromium.ask(page, "outcome.value").await);
    }

    async fn accounts(&self) -> usize {
        self.stage.store().accounts(&Reach::Everyone).await.unwrap().len()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_connect_and_a_reconnect_are_known_to_the_page_and_the_popup_is_gone() {
    let mut crm = Crm::new().await;
    let page = crm.page_of("u1").await;
    for _ in 0..2 {
        let popup = crm.press(&page).await;
        crm.shown(&page, &popup, true, "Connected").await;
        crm.chromium.gone(&popup).await;
        assert_eq!(crm.accounts().await, 1);
    }
    crm.chromium.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_says_no_is_told_the_next_step() {
    let mut crm = Crm::new().await;
    let page = crm.page_of("u1").await;
    let popup = crm.press(&page).await;
    crm.shown(&page, &popup, false, "The owner's turn").await;
    assert_eq!(crm.accounts().await, 0);
    crm.chromium.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_popup_that_is_closed_by_hand_is_waited_for_until_nobody_can_finish_it() {
    let mut crm = Crm::new().await;
    let page = crm.page_of("u1").await;
    let popup = crm.press(&page).await;
    crm.chromium.wait_for(&popup, "location.pathname.endsWith('/start')").await;
    crm.chromium.shut(&popup).await;
    crm.chromium.gone(&popup).await;
    assert_eq!(crm.chromium.ask(&page, "outcome.value").await, Some(json!("")), "it may still be under way");
    let Store::Sqlite(pool) = crm.stage.store() else { unreachable!() };
    sqlx::query("UPDATE oauth_flow SET expires_at = 1").execute(pool).await.unwrap();
    crm.shows(&page, "expired").await;
    let again = crm.press(&page).await;
    crm.shown(&page, &again, true, "Connected").await;
    crm.chromium.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_popup_that_was_closed_by_hand_is_given_up_by_its_user() {
    let mut crm = Crm::new().await;
    let page = crm.page_of("u1").await;
    let popup = crm.press(&page).await;
    crm.chromium.wait_for(&popup, "location.pathname.endsWith('/start')").await;
    crm.chromium.shut(&popup).await;
    crm.chromium.gone(&popup).await;
    crm.chromium.ask(&page, "cancel.click()").await;
    crm.shows(&page, "begin the connect again").await;
    crm.chromium.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_popup_whose_code_cannot_be_redeemed_for_a_moment_ends_connected() {
    let mut crm = Crm::new().await;
    let page = crm.page_of("u1").await;
    let down = Failure::from(Kind::Text { status: 503, text: String::new() });
    crm.stage.sim().fail(None, down.on(&["authorization_code"]).times(1));
    let popup = crm.press(&page).await;
    crm.shown(&page, &popup, true, "Connected").await;
    crm.chromium.gone(&popup).await;
    crm.chromium.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_popups_are_blocked_the_same_is_done_in_this_tab() {
    let mut crm = Crm::new().await;
    let page = crm.page_of("u1").await;
    crm.chromium.ask(&page, "window.open = () => null; connect.click()").await;
    crm.chromium.wait_for(&page, "location.pathname.endsWith('/start')").await;
    sign_in(&mut crm.chromium, &page, &crm.stage.account(0), true).await;
    crm.shows(&page, "Connected").await;
    assert_eq!(crm.chromium.ask(&page, "location.href").await, Some(json!(RETURN)));
    crm.chromium.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_signs_in_by_anothers_link_connects_nothing_and_both_are_told() {
    let mut crm = Crm::new().await;
    let attacker = crm.page_of("u1").await;
    let sent = crm.press(&attacker).await;
    crm.chromium.wait_for(&sent, "location.pathname.endsWith('/start')").await;
    let link = crm.chromium.ask(&sent, "location.href").await.unwrap();
    let victim = crm.page_of("u2").await;
    crm.chromium.ask(&victim, &format!("location.assign({link})")).await;
    crm.chromium.wait_for(&victim, "location.pathname.endsWith('/start')").await;
    sign_in(&mut crm.chromium, &victim, &crm.stage.account(0), true).await;
    crm.shows(&victim, "begin the connect yourself").await;
    crm.shows(&attacker, "begin the connect yourself").await;
    assert_eq!(crm.accounts().await, 0);
    assert_eq!(crm.stage.sim().count("authorization_code", &crm.stage.account(0).smtp), 0);
    let log = crm.stage.store().audit_log(9).await.unwrap();
    assert!(log.iter().any(|line| line.action == AuditAction::ConnectRefused), "{log:?}");
    crm.chromium.close().await;
}
