//! What can be done on the pages: synced, paused, resumed, disconnected.

use super::*;
use crate::store::statements::count;
use outlook_syncd::model::{AuditAction, Visitor};
use reqwest::StatusCode;

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_has_their_mailbox_read_paused_and_resumed() {
    let stage = stage(false).await;
    let id = account(&stage, "u1").await;
    let owner = Guest::owner(&stage, "u1").await;
    let is_due = async || stage.store().state(&id).await.unwrap().unwrap().parts[0].is_due(now());
    let is_on = async || stage.store().account(&id).await.unwrap().unwrap().sync_enabled;
    assert!(!is_due().await);
    let asked = owner.post(&format!("/ui/accounts/{id}/sync"), &[]).await;
    let back = format!("/ui/accounts/{id}");
    assert_eq!((asked.status, asked.header("location")), (StatusCode::SEE_OTHER, back.as_str()));
    assert!(is_due().await);
    owner.post(&format!("/ui/accounts/{id}/pause"), &[]).await;
    assert!(!is_on().await);
    assert!(owner.get(&format!("/ui/accounts/{id}")).await.text.contains("/resume\""));
    owner.post(&format!("/ui/accounts/{id}/resume"), &[]).await;
    assert!(is_on().await);
    let log = stage.store().audit_log(3).await.unwrap();
    assert_eq!(
        log.iter().map(|line| (line.action, line.actor.as_str())).collect::<Vec<_>>(),
        [
            (AuditAction::Resumed, "user:u1"),
            (AuditAction::Paused, "user:u1"),
            (AuditAction::SyncAsked, "user:u1")
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disconnect_says_what_it_destroys_and_ends_with_the_receipt() {
    let stage = stage(false).await;
    let id = stage.connected("u1", &stage.account(0).smtp).await;
    let visitor = Visitor::owner("u1", Some("https://crm.example.test/settings".to_owned()));
    let owner = Guest::signed_in(&stage, visitor, TimeDelta::zero()).await;
    let page = format!("/ui/accounts/{id}/disconnect");
    let asked = owner.get(&page).await;
    assert!(asked.text.contains("This destroys") && asked.text.contains("cannot be brought back"));
    assert!(!asked.text.contains("password"), "no password is kept that could be destroyed: {}", asked.text);
    let ended = owner.post(&page, &[("contacts", "keep")]).await;
    let place = format!("/ui/accounts/{id}/receipt");
    assert_eq!((ended.status, ended.header("location")), (StatusCode::SEE_OTHER, place.as_str()));
    // Loaded anew it is there again, and by another sign-in of theirs.
    for guest in [&owner, &owner, &Guest::owner(&stage, "u1").await] {
        let receipt = guest.get(&place).await;
        for said in ["Disconnected", "Secrets and keys", "myapps.microsoft.com", id.as_str()] {
            assert!(receipt.text.contains(said), "{said}: {}", receipt.text);
        }
    }
    assert!(owner.get(&place).await.text.contains("https://crm.example.test/settings"));
    assert_eq!(Guest::owner(&stage, "u2").await.get(&place).await.status, StatusCode::NOT_FOUND);
    assert_eq!(Guest::nobody(&stage).get(&place).await.status, StatusCode::SEE_OTHER);
    let operator = Guest::operator(&stage).await;
    let told = operator.get(&place).await.text;
    assert!(told.contains("For the user") && told.contains("<bdi>user:u1</bdi>"), "{told}");
    let log = operator.get("/ui/audit").await;
    assert!(log.text.contains(&format!("href=\"{place}\"")), "{}", log.text);
    assert_eq!(count(stage.store(), "SELECT COUNT(*) FROM account").await, 0);
    assert_eq!(owner.get(&format!("/ui/accounts/{id}")).await.status, StatusCode::NOT_FOUND);
    let log = stage.store().audit_log(20).await.unwrap();
    let ends: Vec<_> = log.iter().filter(|line| line.action == AuditAction::Disconnected).collect();
    assert_eq!(ends.iter().map(|line| line.actor.as_str()).collect::<Vec<_>>(), ["user:u1"]);
    let detail = ends[0].detail.as_deref().unwrap();
    assert!(
        detail.contains("messages 0") && !detail.contains('@'),
        "how much, and nothing of what: {detail}"
    );
}
