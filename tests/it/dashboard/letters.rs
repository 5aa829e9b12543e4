//! Stored mail on pages: the list, one message to read, and that nothing of a hostile one acts.

use super::browser::{address, look, signed_in, violations};
use super::*;
use crate::access::messages::{ONE, store};
use outlook_syncd::store::Store;
use reqwest::StatusCode;
use serde_json::{Value, json};

/// Markup where it does not belong, with a bidi control (U+202E).
const NASTY: &str = "</title><img src=x onerror=alert(1)><script>alert(2)</script>\u{202e}\"'";
/// A body with all that acts, loads or misleads.
const BODY: &str = "<p style=\"color:red;background:url(https://evil.test/a)\" onclick=alert(3)>Dear Ada</p><script>alert(4)</script>\
    <img src=https://evil.test/b alt=Logo><img src=cid:1 alt=Photo><svg onload=alert(5)></svg><iframe src=https://evil.test/c></iframe>\
    <form action=https://evil.test/d><button autofocus onfocus=alert(6)>Sign in</button></form><base href=https://evil.test/>\
    <a href=https://evil.test/e>www.bank.test</a><a href=javascript:alert(7)>x</a><style>@import 'https://evil.test/f'</style>\
    <meta http-equiv=refresh content='0;url=https://evil.test/g'><link rel=prefetch href=https://evil.test/h>";

/// An account of u1 with messages, the newest of them hostile; and where they are.
async fn mail(stage: &Stage) -> (AccountId, String) {
    let id = account(stage, "u1").await;
    store(stage, &id).await;
    let Store::Sqlite(pool) = stage.store() else { unreachable!() };
    let own = "UPDATE message SET subject = $1, preview = $1, from_name = $1, from_address = $1, has_attachments = TRUE WHERE id = $2";
    sqlx::query(own).bind(NASTY).bind(ONE).execute(pool).await.unwrap();
    let attached = "UPDATE attachment SET name = 'plan.pdf' || $1 WHERE message_id = $2";
    sqlx::query(attached).bind(NASTY).bind(ONE).execute(pool).await.unwrap();
    let body = "UPDATE message_body SET content = $1 WHERE message_id = $2";
    sqlx::query(body).bind(BODY).bind(ONE).execute(pool).await.unwrap();
    let messages = format!("/ui/accounts/{id}/messages");
    (id, messages)
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_are_listed_by_folder_and_each_can_be_read() {
    let stage = stage(false).await;
    let (_, messages) = mail(&stage).await;
    let owner = Guest::owner(&stage, "u1").await;
    let list = owner.get(&messages).await.text;
    let at =
        |subject: &str| list.find(&format!(">{subject}<")).unwrap_or_else(|| panic!("{subject}: {list}"));
    assert!(at("n4") < at("n3") && at("n3") < at("n1"), "the newest first, those without a date last");
    assert!(!list.contains(">n6<"), "one that is gone");
    let sent = owner.get(&format!("{messages}?folder=sent")).await.text;
    assert!(sent.contains(">n3<") && !sent.contains(">n4<"), "{sent}");
    let page = owner.get(&format!("{messages}/{ONE}")).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(
        page.text.contains("Dear Ada") && page.text.contains("Ada &#60;ada@example.test&#62;"),
        "{}",
        page.text
    );
    assert!(page.text.contains("plan.pdf&#60;/title&#62;"), "what hangs on it is named: {}", page.text);
    let nowhere = Guest::owner(&stage, "u2").await;
    for path in [messages.clone(), format!("{messages}/{ONE}"), format!("{messages}/{ONE}/body")] {
        assert_eq!(nowhere.get(&path).await.status, StatusCode::NOT_FOUND, "{path} of another");
    }
    let other = account(&stage, "u1").await;
    let elsewhere = owner.get(&format!("/ui/accounts/{other}/messages/{ONE}")).await;
    assert_eq!(elsewhere.status, StatusCode::NOT_FOUND, "of another account");
}

#[tokio::test(flavor = "multi_thread")]
async fn further_pages_of_messages_lose_and_double_none() {
    let stage = stage(false).await;
    let (id, messages) = mail(&stage).await;
    let Store::Sqlite(pool) = stage.store() else { unreachable!() };
    let more = "INSERT INTO message (id, account_id, folder_id, listed_at, received_at, received_precision, subject, \
                recipients_truncated, is_draft, tier, provisional, has_detail, first_seen_at, changed_at, revision)
                SELECT '01a0c0f1-7a02-7b11-9a3c-' || printf('%012d', value), $1, '01a0c0f1-7a02-7b11-9a3c-5f2f4c0b7d21', 9000, 9000, \
                'second', 'm' || value, FALSE, FALSE, 'service', FALSE, TRUE, 1, 1, 1
                FROM (WITH RECURSIVE s(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM s WHERE value < 120) SELECT value FROM s)";
    sqlx::query(more).bind(id.as_str()).execute(pool).await.unwrap();
    let owner = Guest::owner(&stage, "u1").await;
    let (mut path, mut seen) = (messages, Vec::new());
    loop {
        let page = owner.get(&path).await.text;
        seen.extend(
            page.split("/messages/").skip(1).filter_map(|rest| rest.split('"').next()).map(str::to_owned),
        );
        let Some((_, next)) = page.split_once("rel=\"next\" href=\"") else { break };
        path = next.split('"').next().unwrap().replace("&#38;", "&").replace("&amp;", "&");
    }
    let all: std::collections::BTreeSet<_> = seen.iter().collect();
    assert_eq!((seen.len(), all.len()), (125, 125));
}

#[tokio::test(flavor = "multi_thread")]
async fn html_is_shown_in_a_document_that_may_do_nothing() {
    let stage = stage(false).await;
    let (_, messages) = mail(&stage).await;
    let owner = Guest::owner(&stage, "u1").await;
    let shown = owner.get(&format!("{messages}/{ONE}?as=html")).await.text;
    assert!(shown.contains("sandbox=\"allow-popups allow-popups-to-escape-sandbox\""), "{shown}");
    assert!(
        shown.contains("1 remote image is not loaded") && shown.contains("<code>evil.test</code>"),
        "{shown}"
    );
    let body = owner.get(&format!("{messages}/{ONE}/body")).await;
    let policy = body.header("content-security-policy");
    for part in ["default-src 'none'", "img-src data:", "frame-ancestors 'self'", "sandbox allow-popups"] {
        assert!(policy.contains(part), "{policy}");
    }
    assert!(!policy.contains("allow-scripts") && !policy.contains("allow-same-origin"), "{policy}");
    assert_eq!(body.header("x-frame-options"), "SAMEORIGIN");
    for acts in ["alert", "<script", "evil.test/a", "evil.test/b", "<form", "<iframe", "<base", "refresh"] {
        assert!(!body.text.contains(acts), "{acts}: {}", body.text);
    }
    let nobody = Guest::nobody(&stage).get(&format!("{messages}/{ONE}/body")).await;
    assert_eq!(nobody.status, StatusCode::SEE_OTHER, "whoever is not signed in");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hostile_message_does_nothing_in_a_browser_and_is_read() {
    #[expect(clippy::disallowed_methods, reason = "the tests are told where the packages are")]
    let axe = std::env::var("OUTLOOK_SYNCD_TEST_AXE").expect("scripts/test names it");
    let axe = std::fs::read_to_string(axe).unwrap();
    let stage = stage(false).await;
    let (_, messages) = mail(&stage).await;
    let (mut chromium, window) = signed_in(&stage).await;
    for path in [messages.clone(), format!("{messages}/{ONE}"), format!("{messages}/{ONE}?as=html")] {
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
    // The frame has come, with the mail in it, and is of no origin: we cannot look into it either.
    let frame = "(() => { try { return String(document.querySelector('iframe').contentDocument); } catch { return 'shut'; } })()";
    assert_eq!(chromium.ask(&window, frame).await, Some(json!("null")));
    assert_eq!(chromium.complaints(), Vec::<Value>::new());
    chromium.close().await;
}
