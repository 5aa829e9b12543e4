//! Messages by the API: pages that lose and double none, one with its body, and what is refused.

use super::contacts::refused;
use super::*;
use crate::store::run;

/// Five messages of an account, two of them of one moment and one without a date, in two folders; and a gone one.
const ROWS: &str = "
INSERT INTO folder (id, account_id, role, name, path, coverage) VALUES
    ('01a0c0f1-7a02-7b11-9a3c-5f2f4c0b7d21', 'ACCOUNT', 'inbox', 'Posteingang', 'Posteingang', '[]'),
    ('01a0c0f1-7a02-7b11-9a3c-5f2f4c0b7d22', 'ACCOUNT', 'sent', 'Gesendet', 'Gesendet', '[]');
INSERT INTO message (id, account_id, folder_id, listed_at, received_at, received_precision, subject, recipients_truncated,
    is_draft, tier, provisional, has_detail, first_seen_at, changed_at, revision, gone_at)
SELECT '01a0c0f1-7a02-7b11-9a3c-5f2f4c0b7d3' || value, 'ACCOUNT', '01a0c0f1-7a02-7b11-9a3c-5f2f4c0b7d2' || (1 + value % 2),
    CASE value WHEN 1 THEN 0 WHEN 2 THEN 3000 ELSE value * 1000 END,
    CASE value WHEN 1 THEN NULL WHEN 2 THEN 3000 ELSE value * 1000 END, CASE value WHEN 1 THEN NULL ELSE 'second' END,
    'n' || value, FALSE, FALSE, 'service', FALSE, TRUE, 1, 1, 1, CASE value WHEN 6 THEN 1 END
FROM (SELECT 1 AS value UNION SELECT 2 UNION SELECT 3 UNION SELECT 4 UNION SELECT 5 UNION SELECT 6) AS six;
INSERT INTO message_body (message_id, kind, content, truncated)
VALUES ('01a0c0f1-7a02-7b11-9a3c-5f2f4c0b7d35', 'html', '<p>Five</p>', FALSE);
INSERT INTO recipient (message_id, position, kind, name, address)
VALUES ('01a0c0f1-7a02-7b11-9a3c-5f2f4c0b7d35', 0, 'to', 'Ada', 'ada@example.test');
INSERT INTO attachment (message_id, position, kind, name, content_type, size, content_id, is_inline, url)
VALUES ('01a0c0f1-7a02-7b11-9a3c-5f2f4c0b7d35', 0, 'reference', 'plan', 'text/plain', 9, 'kite', FALSE, 'https://files.example/plan');
";

/// The newest of them.
pub(crate) const ONE: &str = "01a0c0f1-7a02-7b11-9a3c-5f2f4c0b7d35";

pub(crate) async fn store(edges: &Stage, account: &AccountId) {
    run(edges.store(), &ROWS.replace("ACCOUNT", account.as_str())).await;
}

/// The same in one account more, under ids of its own and with such subjects: its newest.
pub(super) async fn store_as(edges: &Stage, account: &AccountId, number: usize, subject: &str) -> String {
    let own = |text: &str| text.replace("5f2f4c0b7d", &format!("5f2f4c0{number}7d"));
    let rows = own(ROWS).replace("ACCOUNT", account.as_str()).replace("'n' ||", &format!("'{subject}' ||"));
    run(edges.store(), &rows).await;
    own(ONE)
}

/// Endpoints with an account that has such messages, and a token of its owner.
async fn mail() -> (Stage, String, String) {
    let edges = edges().await;
    let id = account(&edges, "u1").await;
    store(&edges, &id).await;
    let bearer = edges.bearer(&[Scope::Read], Some("u1")).await;
    (edges, format!("/v1/accounts/{id}/messages"), bearer)
}

fn subjects(page: &Value) -> Vec<&str> {
    page["messages"].as_array().unwrap().iter().map(|message| message["subject"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn pages_of_messages_lose_and_double_none_and_begin_with_the_newest() {
    let (edges, at, bearer) = mail().await;
    let (mut path, mut seen, mut pages) = (format!("{at}?limit=2"), Vec::new(), 0);
    loop {
        let page = edges.get(&path, &bearer).await;
        seen.extend(subjects(&page.json()).into_iter().map(str::to_owned));
        pages += 1;
        let link = page.headers.get("link").map(|link| link.to_str().unwrap().to_owned());
        assert_eq!(link.is_some(), !page.json()["next"].is_null());
        let Some(link) = link else { break };
        path = link.trim_start_matches('<').split('>').next().unwrap().to_owned();
    }
    assert_eq!((pages, seen), (3, ["n5", "n4", "n3", "n2", "n1"].map(str::to_owned).to_vec()));
}

#[tokio::test]
async fn messages_of_a_folder_and_of_a_time_are_told_alone() {
    let (edges, at, bearer) = mail().await;
    for (query, expected) in [
        ("folder=sent", &["n5", "n3", "n1"][..]),
        ("folder=Posteingang", &["n4", "n2"]),
        ("folder=01a0c0f1-7a02-7b11-9a3c-5f2f4c0b7d21", &["n4", "n2"]),
        ("since=1970-01-01T00:00:04Z", &["n5", "n4"]),
        ("until=1970-01-01T00:00:04Z&folder=inbox", &["n2"]),
    ] {
        let page = edges.get(&format!("{at}?{query}"), &bearer).await.json();
        assert_eq!(subjects(&page), expected, "{query}");
    }
}

#[tokio::test]
async fn a_message_is_shown_with_its_recipients_and_its_body() {
    let (edges, at, bearer) = mail().await;
    let whole = edges.get(&format!("{at}/{ONE}"), &bearer).await.json();
    assert_eq!((&whole["subject"], &whole["folder"]), (&json!("n5"), &json!("sentitems")));
    assert_eq!(whole["body"], json!({"kind": "html", "content": "<p>Five</p>", "truncated": false}));
    assert_eq!(whole["recipients"][0]["address"], "ada@example.test");
    assert_eq!(whole["attachments"][0]["url"], "https://files.example/plan");
    let bare = edges.get(&format!("{at}/01a0c0f1-7a02-7b11-9a3c-5f2f4c0b7d34"), &bearer).await.json();
    assert_eq!((&bare["has_body"], &bare["body"]), (&json!(false), &Value::Null));
}

#[tokio::test]
async fn what_is_gone_anothers_or_no_list_of_messages_is_refused() {
    let (edges, at, bearer) = mail().await;
    let other = edges.bearer(&[Scope::Read], Some("u2")).await;
    let cursor =
        edges.get(&format!("{at}?limit=1"), &bearer).await.json()["next"].as_str().unwrap().to_owned();
    for (path, bearer, expected) in [
        (format!("{at}/01a0c0f1-7a02-7b11-9a3c-5f2f4c0b7d36"), &bearer, (404, "no_such_message")),
        (format!("{at}/1"), &bearer, (404, "no_such_message")),
        (at.clone(), &other, (404, "no_such_account")),
        (format!("{at}/{ONE}"), &other, (404, "no_such_account")),
        (format!("{at}?folder=nowhere"), &bearer, (400, "folder_unknown")),
        (format!("{at}?limit=0"), &bearer, (400, "bad_query")),
        (format!("{at}?since=yesterday"), &bearer, (400, "bad_query")),
        (format!("{at}?cursor=x"), &bearer, (400, "invalid_cursor")),
        (format!("{at}?folder=sent&cursor={cursor}"), &bearer, (400, "invalid_cursor")),
    ] {
        let said = edges.get(&path, bearer).await;
        assert_eq!(refused(&said), (expected.0, json!(expected.1)), "{path}");
    }
}
