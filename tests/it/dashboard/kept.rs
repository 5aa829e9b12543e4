//! What operators see of the program itself: the audit log, the tokens, what `doctor` tells.

use super::*;
use crate::store::{run, text};
use outlook_syncd::model::{AuditAction, Scope, Visitor};
use reqwest::StatusCode;

/// The id of the token that is stored.
pub(super) const TOKEN: &str = "01a0c0f1-9d20-7e11-b2a6-77c0d4a2e913";

/// A token of that id, which opens nothing.
pub(super) async fn token(stage: &Stage) {
    stage.bearer(&[Scope::Read], None).await;
    run(
        stage.store(),
        &format!("UPDATE api_token SET id = '{TOKEN}' WHERE id = (SELECT MAX(id) FROM api_token)"),
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn operators_see_all_that_was_done_and_owners_what_was_done_to_their_accounts() {
    for postgres in [false, true] {
        let stage = stage(postgres).await;
        let (own, others) = (account(&stage, "u1").await, account(&stage, "u2").await);
        let (operator, owner) = (Guest::operator(&stage).await, Guest::owner(&stage, "u1").await);
        for id in [&own, &others] {
            for _ in 0..40 {
                operator.post(&format!("/ui/accounts/{id}/sync"), &[]).await;
            }
        }
        let lines = async |guest: &Guest<'_>, path: &str| {
            let (mut path, mut lines, mut texts) = (path.to_owned(), 0, String::new());
            loop {
                let page = guest.get(&path).await;
                assert_eq!(page.status, StatusCode::OK, "{path}: {}", page.text);
                lines += page.text.matches("Asked for a sync").count();
                texts.push_str(&page.text);
                let Some((_, next)) = page.text.split_once("rel=\"next\" href=\"") else { break };
                path = next.split('"').next().unwrap().to_owned();
            }
            (lines, texts)
        };
        let (all, page) = lines(&operator, "/ui/audit").await;
        assert!(page.contains("u1@example.test") && page.contains("operator by link"), "{page}");
        let account = owner.get(&format!("/ui/accounts/{own}")).await.text;
        assert!(account.contains(&format!("href=\"/ui/accounts/{own}/audit\"")), "{account}");
        let (mine, page) = lines(&owner, &format!("/ui/accounts/{own}/audit")).await;
        assert!(!page.contains("u2"), "{page}");
        assert_eq!((all, mine), (80, 40));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_made_on_a_page_shown_once_and_opens_what_was_ticked() {
    let stage = stage(false).await;
    account(&stage, "u1").await;
    let operator = Guest::operator(&stage).await;
    assert!(operator.get("/ui/tokens").await.text.contains("There is no token"));
    assert!(operator.get("/ui/tokens/new").await.text.contains("begin a sync"));
    let form = [("name", "<b>billing"), ("read", "on"), ("days", "30"), ("owner", "u1")];
    let made = operator.post("/ui/tokens/new", &form).await;
    assert_eq!(made.status, StatusCode::OK, "{}", made.text);
    let log = stage.store().audit_log(1).await.unwrap();
    assert_eq!((log[0].action, log[0].actor.as_str()), (AuditAction::TokenMade, "operator by link"));
    let shown = made.text.split("<p><code>").nth(1).unwrap().split('<').next().unwrap().to_owned();
    assert_eq!(stage.get("/v1/accounts", &shown).await.status, StatusCode::OK);
    assert_eq!(stage.get("/v1/tokens", &shown).await.status, StatusCode::FORBIDDEN, "only what was ticked");
    let list = operator.get("/ui/tokens").await.text;
    assert!(list.contains("&#60;b&#62;billing") && !list.contains(&shown), "{list}");
    let revoke = list.split("/revoke\"").next().unwrap().rsplit("href=\"").next().unwrap();
    let revoke = format!("{revoke}/revoke");
    assert!(operator.get(&revoke).await.text.contains("Revoke this token?"));
    let revoked = operator.post(&revoke, &[]).await;
    assert_eq!((revoked.status, revoked.header("location")), (StatusCode::SEE_OTHER, "/ui/tokens"));
    assert_eq!(stage.get("/v1/accounts", &shown).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(operator.get(&revoke).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_cannot_be_is_not_made_and_the_form_says_why() {
    let stage = stage(false).await;
    let operator = Guest::operator(&stage).await;
    let good = [("name", "x"), ("read", "on"), ("days", "30")];
    for (wrong, why) in [
        (&[("name", "x"), ("days", "30")][..], "Tick at least one thing"),
        (&[("read", "on"), ("days", "30")], "Give it a name"),
        (&[("name", "x"), ("read", "on"), ("days", "400")], "It is good for 1 to 366 days"),
        (&[("name", "x"), ("read", "on"), ("days", "9223372036854775807")], "It is good for 1 to 366 days"),
        (&[good[0], good[1], good[2], ("networks", "home")], "Write networks as"),
        (&[good[0], good[1], good[2], ("uses", "0")], "a number from 1 to 10000"),
        (&[good[0], good[1], good[2], ("owner", "\u{7}")], "no id of a user"),
        (
            &[good[0], good[1], good[2], ("account", "nobody@example.test")],
            "There is no account of that name",
        ),
    ] {
        let again = operator.post("/ui/tokens/new", wrong).await;
        assert_eq!(again.status, StatusCode::BAD_REQUEST, "{why}: {}", again.text);
        assert!(again.text.contains(why), "{why}: {}", again.text);
    }
    let tokens = text(stage.store(), "SELECT CAST(COUNT(*) AS TEXT) FROM api_token").await;
    assert_eq!(tokens.as_deref(), Some("0"));
    let tired = Guest::signed_in(&stage, Visitor::by_link(), TimeDelta::hours(1)).await;
    let sent = tired.post("/ui/tokens/new", &good).await;
    assert_eq!(sent.header("location"), "/ui/sign-in?next=%2Fui%2Ftokens%2Fnew");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_of_doctor_tells_what_the_command_does() {
    for postgres in [false, true] {
        let stage = stage(postgres).await;
        let operator = Guest::operator(&stage).await;
        let page = operator.get("/ui/doctor").await.text;
        for said in [
            "opens what is sealed",
            "schema up to date",
            "none changed or removed",
            "MiB free",
            "All of this is",
        ] {
            assert!(page.contains(said), "{said}: {page}");
        }
        // Nothing of it was ever sealed: it has no key.
        account(&stage, "u1").await;
        let page = operator.get("/ui/doctor").await.text;
        assert!(
            page.contains("1 thing has to be seen to")
                && page.contains("the owner or the key of these accounts"),
            "{page}"
        );
    }
}
