//! Who asked for what, and who was refused, is written down, and the owner reads it.

use super::*;
use crate::stage::written;
use outlook_syncd::model::{AuditAction, AuditEntry, Part};

/// The lines of this action, the latest first.
async fn lines(edges: &Stage, action: AuditAction) -> Vec<AuditEntry> {
    let log = edges.store().audit_log(99).await.unwrap();
    log.into_iter().filter(|line| line.action == action).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_are_written_down_with_where_they_came_from_and_do_not_flood() {
    let edges = edges().await;
    let bearer = edges.bearer(&[Scope::Read], Some("u1")).await;
    let url = format!("http://{}/api/cron/outlook-sync", edges.address);
    let answer =
        edges.client.post(url).bearer_auth(&bearer).header("x-request-id", "req-1").send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::FORBIDDEN);
    let refused = lines(&edges, AuditAction::Refused).await;
    let [line] = refused.as_slice() else { panic!("{refused:?}") };
    assert!(line.actor.starts_with("token:osd_"), "{line:?}");
    assert_eq!((line.owner.as_deref(), line.request.as_deref()), (Some("u1"), Some("req-1")));
    assert_eq!(
        (line.peer.as_deref(), line.detail.as_deref()),
        (Some("127.0.0.1"), Some("lacks the scope sync"))
    );
    for _ in 0..50 {
        assert_eq!(get(&edges, "/health", "x").await.0, StatusCode::UNAUTHORIZED);
    }
    let refused = lines(&edges, AuditAction::Refused).await;
    assert_eq!((refused.len(), refused[0].actor.as_str()), (6, "nobody"), "{refused:?}");
    assert!(
        edges
            .store()
            .audit_log(99)
            .await
            .unwrap()
            .iter()
            .all(|line| !line.detail.iter().any(|said| said.contains(&bearer)))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_reads_who_used_their_mailbox() {
    let edges = edges().await;
    let own = account(&edges, "u1").await;
    let cron = edges.bearer(&[Scope::Sync], None).await;
    assert_eq!(get(&edges, "/api/cron/outlook-sync?wait=0", &cron).await.0, StatusCode::ACCEPTED);
    edges.app.desk.make_due(&Actor::user("u1"), Some(&own)).await.unwrap();
    let path = format!("/v1/accounts/{own}/audit");
    let (status, told) = get(&edges, &path, &edges.bearer(&[Scope::Read], Some("u1")).await).await;
    assert_eq!(status, StatusCode::OK, "{told}");
    let line = &told["lines"][0];
    assert_eq!(
        (&line["action"], &line["actor"], &line["owner"]),
        (&json!("sync_asked"), &json!("user:u1"), &json!("u1"))
    );
    assert_eq!(told["lines"].as_array().unwrap().len(), 1, "{told}");
    let other = edges.bearer(&[Scope::Read], Some("u2")).await;
    assert_eq!(get(&edges, &path, &other).await.0, StatusCode::NOT_FOUND);
    assert_eq!(get(&edges, &format!("{path}?limit=0"), READ).await.0, StatusCode::BAD_REQUEST);
    assert_eq!(lines(&edges, AuditAction::SyncAsked).await.len(), 2, "the call for all is there too");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_done_that_cannot_be_written_down() {
    let edges = edges().await;
    let own = account(&edges, "u1").await;
    let Store::Sqlite(pool) = edges.store() else { unreachable!() };
    let cron = edges.bearer(&[Scope::Sync], None).await;
    sqlx::query("CREATE TRIGGER full BEFORE INSERT ON audit_log BEGIN SELECT RAISE(ABORT, 'full'); END")
        .execute(pool)
        .await
        .unwrap();
    assert!(get(&edges, "/api/cron/outlook-sync?wait=0", &cron).await.0.is_server_error());
    assert!(!is_due(&edges, &own).await);
    assert!(
        edges
            .app
            .desk
            .set_paused(&Actor::user("u1"), &edges.store().account(&own).await.unwrap().unwrap(), true)
            .await
            .is_err()
    );
    assert!(edges.store().account(&own).await.unwrap().unwrap().sync_enabled);
    assert_eq!(
        get(&edges, "/health", "x").await.0,
        StatusCode::UNAUTHORIZED,
        "a refusal is one all the same"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_done_to_an_account_can_be_read_when_it_is_gone() {
    let edges = edges().await;
    let own = account(&edges, "u1").await;
    edges.run(&["account", "disconnect", own.as_str(), "--yes"]).await.expect(0);
    let told = edges.run(&["account", "audit", own.as_str()]).await.expect(0);
    assert!(told.out.contains("disconnected"), "{}", told.out);
    let path = format!("/v1/accounts/{own}/audit");
    // Somebody asked for it afterwards, when it was nobody's any more.
    let line = AuditEntry::new(tomorrow(), "command line", AuditAction::SyncAsked);
    edges.store().audit(&AuditEntry { account: Some(own.clone()), ..line }).await.unwrap();
    let of_owner = edges.bearer(&[Scope::Read], Some("u1")).await;
    for query in ["", "?limit=1"] {
        let (status, told) = get(&edges, &format!("{path}{query}"), &of_owner).await;
        assert_eq!((status, &told["lines"][0]["action"]), (StatusCode::OK, &json!("disconnected")), "{told}");
    }
    let other = edges.bearer(&[Scope::Read], Some("u2")).await;
    assert_eq!(get(&edges, &path, &other).await.0, StatusCode::NOT_FOUND);
    edges.run(&["account", "audit", "nobody@example.test"]).await.expect(64);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_says_what_a_token_may_and_who_has_become_another_to_make_it() {
    let edges = edges().await;
    let own = account(&edges, "u1").await;
    let args =
        ["token", "new", "n8n", "--scope", "tokens", "--account", own.as_str(), "--cidr", "192.0.2.0/24"];
    let made = edges.command(&args).env("SUDO_USER", "ada").output().await.unwrap();
    let told = String::from_utf8(made.stderr).unwrap();
    assert!(told.contains(&format!("narrowed to account {own}; 192.0.2.0/24")), "{told}");
    let lines = lines(&edges, AuditAction::TokenMade).await;
    let [line] = lines.as_slice() else { panic!("{lines:?}") };
    assert_eq!(line.actor, "command line (sudo of ada)");
    assert_eq!((line.account.as_ref(), line.owner.as_deref()), (Some(&own), Some("u1")));
    let detail = line.detail.as_deref().unwrap();
    assert!(detail.ends_with(&format!(": tokens; account {own}; 192.0.2.0/24")), "{detail}");
    for nothing in ["", "  "] {
        edges.run(&["token", "new", nothing, "--scope", "read"]).await.expect(64);
    }
}

/// What each page of a list holds, from this address on, as their headers lead from one to the next.
async fn pages(edges: &Stage, first: &str, member: &str) -> Vec<Vec<String>> {
    let bearer = edges.bearer(&Scope::ALL, None).await;
    let (mut path, mut pages) = (first.to_owned(), Vec::new());
    loop {
        let page = edges.get(&path, &bearer).await;
        assert_eq!(page.status, StatusCode::OK, "{path}: {}", page.text);
        let ids = page.json()[member].as_array().unwrap().iter().map(|row| row["id"].to_string()).collect();
        pages.push(ids);
        let link = page.headers.get("link").map(|link| link.to_str().unwrap().to_owned());
        assert_eq!(link.is_some(), !page.json()["next"].is_null(), "{path}");
        let Some(link) = link else { return pages };
        path = link.trim_start_matches('<').split('>').next().unwrap().to_owned();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_audit_log_and_the_journal_are_read_page_by_page_to_their_ends() {
    let edges = edges().await;
    let own = account(&edges, "u1").await;
    edges.store().schedule(&own, Part::Contacts, tomorrow()).await.unwrap();
    let at = format!("/v1/accounts/{own}/contacts");
    let bearer = edges.bearer(&Scope::ALL, None).await;
    let made = contacts::add(&edges, &at, &bearer, &contacts::named("Ada")).await.json();
    for _ in 0..5 {
        written(edges.store(), &made, &json!({"texts": {"display_name": "Bo"}})).await;
        edges.app.desk.make_due(&Actor::command_line(), Some(&own)).await.unwrap();
    }
    for (path, member) in
        [(format!("/v1/accounts/{own}/audit"), "lines"), (format!("{at}/journal"), "writes")]
    {
        let pages = pages(&edges, &format!("{path}?limit=2"), member).await;
        let whole = self::pages(&edges, &path, member).await.concat();
        assert_eq!((pages.len(), pages.concat()), (whole.len().div_ceil(2), whole), "{path}");
        assert!(pages.len() > 2, "{path}: {pages:?}");
        let wrong = edges.get(&format!("{path}?cursor=made-up"), &bearer).await;
        assert_eq!(
            (wrong.status, &wrong.json()["error"]),
            (StatusCode::BAD_REQUEST, &json!("invalid_cursor"))
        );
    }
}
