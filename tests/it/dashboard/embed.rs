//! The card that a page of the CRM's frames.

use super::*;
use crate::oauth::popup::web;
use crate::stage::{Answer, OPENER};
use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
use outlook_syncd::model::{Actor, AuditAction, DashboardCard, Scope};
use outlook_syncd::secret::ExposeSecret;
use reqwest::StatusCode;
use serde_json::{Value, json};

async fn asked(stage: &Stage, bearer: &str, body: &Value) -> Answer {
    let request = stage.client.post(format!("http://{}/v1/dashboard-cards", stage.address));
    let request = request.header("host", HOST).bearer_auth(bearer);
    Answer::of(request.header("content-type", "application/json").body(body.to_string())).await
}

/// The path of a card of this user's.
async fn card(stage: &Stage, owner: &str) -> String {
    let bearer = stage.bearer(&[Scope::Read], Some(owner)).await;
    let made = asked(stage, &bearer, &json!({"origin": OPENER})).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    let url: url::Url = made.json()["url"].as_str().unwrap().parse().unwrap();
    assert_eq!(url.origin().ascii_serialization(), format!("https://{HOST}"));
    url.path().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_shows_its_owners_mailboxes_to_whoever_has_its_address_and_does_nothing() {
    for postgres in [false, true] {
        let stage = stage(postgres).await;
        account(&stage, "u1").await;
        account(&stage, "u2").await;
        let (path, nobody) = (card(&stage, "u1").await, Guest::nobody(&stage));
        let shown = nobody.get(&path).await;
        assert!(shown.text.contains("u1@example.test") && !shown.text.contains("u2@"), "{}", shown.text);
        assert!(!shown.text.contains("<form"), "{}", shown.text);
        let policy = shown.header("content-security-policy");
        assert!(policy.contains(&format!("frame-ancestors {OPENER};")), "{policy}");
        assert_eq!(shown.header("x-frame-options"), "");
        let part = nobody.get(&format!("{path}/live")).await;
        assert_eq!((part.status, part.header("x-frame-options")), (StatusCode::OK, "DENY"));
        let log = stage.store().audit_log(1).await.unwrap();
        assert_eq!((log[0].action, log[0].owner.as_deref()), (AuditAction::DashboardCardMade, Some("u1")));
        // Not of another user, by whatever is changed of it, and not of one who was refused since.
        let mut changed = path.clone().into_bytes();
        let at = "/ui/embed/".len() + 20;
        changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
        for path in
            [String::from_utf8(changed).unwrap(), "/ui/embed/x".to_owned(), "/ui/embed/e30.e30".to_owned()]
        {
            assert_eq!(nobody.get(&path).await.status, StatusCode::NOT_FOUND, "{path}");
        }
        stage.app.desk.refuse_user(&Actor::command_line(), "u1").await.unwrap();
        is_over(&nobody, &path).await;
    }
}

/// It says so in the frame, to whoever asks however often: it was no guess.
async fn is_over(nobody: &Guest<'_>, path: &str) {
    for _ in 0..40 {
        let over = nobody.get(path).await;
        assert_eq!(over.status, StatusCode::GONE, "{}", over.text);
        assert!(
            over.text.contains("Reload the page that shows it") && !over.text.contains("u1@"),
            "{}",
            over.text
        );
        assert!(!over.text.contains("data-live"), "{}", over.text);
        let policy = over.header("content-security-policy");
        assert!(policy.contains(&format!("frame-ancestors {OPENER};")), "{policy}");
        assert_eq!(over.header("x-frame-options"), "");
        assert_eq!(nobody.get(&format!("{path}/live")).await.status, StatusCode::GONE);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_whose_hour_is_over_says_so_calmly_and_none_may_frame_it_that_is_listed_no_more() {
    let stage = stage(false).await;
    account(&stage, "u1").await;
    let (nobody, now) = (Guest::nobody(&stage), now());
    let made = |origin: &str, ago| {
        let (owner, made_at) = ("u1".to_owned(), now - TimeDelta::minutes(ago));
        let expires_at = made_at + TimeDelta::hours(1);
        let card = DashboardCard { owner, origin: origin.to_owned(), made_at, expires_at };
        format!("/ui/embed/{}", stage.app.services.strongbox.card_handle(&card).expose_secret())
    };
    is_over(&nobody, &made(OPENER, 61)).await;
    let unlisted = nobody.get(&made("https://former.example.test", 1)).await;
    assert_eq!(unlisted.header("x-frame-options"), "DENY");
    assert!(unlisted.header("content-security-policy").contains("frame-ancestors 'none'"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_address_of_a_card_names_nobody_and_one_line_an_hour_tells_that_some_were_made() {
    let stage = stage(false).await;
    account(&stage, "somebody").await;
    let first = card(&stage, "somebody").await;
    let second = card(&stage, "somebody").await;
    assert_ne!(first, second);
    for part in first.rsplit('/').next().unwrap().split('.') {
        let plain = BASE64_URL_SAFE_NO_PAD.decode(part).unwrap();
        for told in ["somebody", OPENER] {
            assert!(!String::from_utf8_lossy(&plain).contains(told), "{first}");
        }
    }
    card(&stage, "another").await;
    let read = stage.bearer(&[Scope::Read], Some("third")).await;
    for _ in 0..2 {
        assert_eq!(asked(&stage, &read, &json!({"origin": OPENER})).await.status, StatusCode::CREATED);
    }
    let log = stage.store().audit_log(9).await.unwrap();
    let made = log.iter().filter(|line| line.action == AuditAction::DashboardCardMade);
    let owners: Vec<_> = made.map(|line| line.owner.as_deref().unwrap()).collect();
    assert_eq!(owners, ["third", "another", "somebody", "somebody"], "one line by each token");
    // Who opens it without a sign-in is told how to get in.
    let nobody = Guest::nobody(&stage);
    let shown = nobody.get(&first).await.text;
    let open = shown.split("href=\"/ui/accounts/").nth(1).unwrap().split('"').next().unwrap();
    let sent = nobody.get(&format!("/ui/accounts/{open}")).await;
    let how = nobody.get(sent.header("location")).await.text;
    assert!(how.contains("Your own mailbox") && how.contains("it has a link of its own for you"), "{how}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_is_made_for_a_listed_origin_and_by_who_may_read() {
    let stage = stage(false).await;
    let read = stage.bearer(&[Scope::Read], Some("u1")).await;
    for origin in ["https://evil.example.test", "*", "https://crm.example.test; script-src *", ""] {
        let refused = asked(&stage, &read, &json!({"origin": origin})).await;
        assert_eq!(
            (refused.status, &refused.json()["error"]),
            (StatusCode::BAD_REQUEST, &json!("bad_origin"))
        );
    }
    let other = asked(&stage, &read, &json!({"origin": OPENER, "user": "u2"})).await;
    assert_eq!(other.status, StatusCode::NOT_FOUND, "{}", other.text);
    let sync = stage.bearer(&[Scope::Sync], Some("u1")).await;
    assert_eq!(asked(&stage, &sync, &json!({"origin": OPENER})).await.status, StatusCode::FORBIDDEN);
    let all = stage.bearer(&[Scope::Read], None).await;
    assert_eq!(asked(&stage, &all, &json!({"origin": OPENER})).await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_listed_origin_frames_a_card_in_chromium_and_another_does_not() {
    let stage = stage(false).await;
    account(&stage, "u1").await;
    let path = card(&stage, "u1").await;
    let mut chromium = web::browser(&stage, &[]).await;
    for (site, is_framed) in [(OPENER, true), ("https://evil.example.test", false)] {
        let window = chromium.open(&format!("{site}/contacts")).await;
        chromium.wait_for(&window, "!!window.told").await;
        let frame = format!(
            "document.documentElement.append(Object.assign(document.createElement('iframe'), {{
                src: 'https://{HOST}{path}', onload: () => {{ window.loaded = true; }} }}))"
        );
        chromium.ask(&window, &frame).await;
        chromium.wait_for(&window, "window.loaded === true").await;
        let tree = chromium.tell(&window, "Page.getFrameTree", json!({})).await;
        let framed = &tree["result"]["frameTree"]["childFrames"][0]["frame"];
        assert_eq!(framed["unreachableUrl"].is_null(), is_framed, "{site}: {framed}");
        assert_eq!(framed["url"].as_str().unwrap().contains("/ui/embed/"), is_framed, "{site}: {framed}");
    }
    chromium.close().await;
}
