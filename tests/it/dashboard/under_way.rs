//! Connects that are under way: whose they are, and the way back to them.

use super::connect::{came_back, finished, signing_in};
use super::*;
use outlook_sim::SignIn;
use outlook_syncd::desk::sign_ins::SignInState;
use outlook_syncd::model::{AuditAction, Reach, Scope, SignInId, Visitor};
use outlook_syncd::secret::secret;
use reqwest::StatusCode;
use serde_json::json;

async fn connected(stage: &Stage) -> usize {
    stage.store().accounts(&Reach::Everyone).await.unwrap().len()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_owner_has_begun_at_microsoft_an_operator_does_not_finish_and_the_other_way_round() {
    for postgres in [false, true] {
        let stage = stage(postgres).await;
        let owner = Guest::owner(&stage, "u1").await;
        let operator = Guest::operator(&stage).await;
        let named = Guest::signed_in(&stage, Visitor::operator("ada"), TimeDelta::zero()).await;
        let whose = [(&owner, [&operator, &named]), (&operator, [&owner, &named])];
        for (beginner, others) in whose {
            for other in others {
                let back = came_back(beginner, &stage, &[("user", "u1")], true).await;
                let place = format!("/ui/connect/attempts/{}", back[1]);
                for path in [place.clone(), format!("{place}/live")] {
                    assert_eq!(other.get(&path).await.status, StatusCode::NOT_FOUND, "{path}");
                }
                let ended = other.post(&format!("{place}/cancel"), &[]).await;
                assert_eq!(ended.status, StatusCode::NOT_FOUND);
                assert!(beginner.get(&place).await.text.contains("Waiting for Microsoft"));
                let form = [("finish", back[0].as_str()), ("attempt", back[1].as_str())];
                let sent = other.post("/ui/connect/finish", &form).await;
                assert!(sent.status.is_client_error(), "{} {}", sent.status, sent.text);
                assert_eq!(connected(&stage).await, 0);
                let line = stage.store().audit_log(1).await.unwrap().remove(0);
                assert_eq!((line.action, line.owner.as_deref()), (AuditAction::ConnectRefused, Some("u1")));
            }
        }
        // Nor does the CRM, for the user whom it names, what an operator has begun.
        let [finish, attempt] = came_back(&operator, &stage, &[("user", "u1")], true).await;
        let service = stage.bearer(&[Scope::Read, Scope::Admin], None).await;
        let found = stage.get(&format!("/v1/integrations/outlook/attempts/{attempt}"), &service).await;
        assert_eq!(found.status, StatusCode::NOT_FOUND);
        let refused = stage.finish_by(&service, "?user=u1", &finish).await;
        assert_eq!(
            (refused.status, &refused.json()["error"]),
            (StatusCode::CONFLICT, &json!("another_user"))
        );
        // Who began it comes to its end, in a sign-in of later too.
        let back = came_back(&owner, &stage, &[], true).await;
        let later = Guest::owner(&stage, "u1").await;
        assert!(finished(&later, &back).await.text.contains("Connected as"));
        let back = came_back(&named, &stage, &[("user", "u1")], true).await;
        assert!(finished(&named, &back).await.text.contains("For the user <b><bdi>u1"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn microsoft_pressed_twice_is_one_sign_in_and_the_first_one_says_where_it_went_on() {
    let stage = stage(false).await;
    let owner = Guest::owner(&stage, "u1").await;
    let first = came_back(&owner, &stage, &[], true).await;
    let second = came_back(&owner, &stage, &[], true).await;
    let list = owner.get("/ui/connect").await.text;
    assert_eq!(list.matches("/cancel\"").count(), 1, "{list}");
    assert!(list.contains(&format!("/ui/connect/attempts/{}", second[1])), "{list}");
    let page = finished(&owner, &first).await.text;
    assert!(page.contains("Nothing was connected") && page.contains("opened last"), "{page}");
    assert_eq!(connected(&stage).await, 0);
    assert!(finished(&owner, &second).await.text.contains("Connected as"));
    // Of another user it is another's: an operator begins for two.
    let operator = Guest::operator(&stage).await;
    let third = came_back(&operator, &stage, &[("user", "u2")], false).await;
    came_back(&operator, &stage, &[("user", "u3")], false).await;
    assert!(operator.get(&format!("/ui/connect/attempts/{}", third[1])).await.text.contains("Waiting"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_that_was_left_open_is_found_again_and_can_be_given_up() {
    let stage = signing_in(SignIn::Mfa).await;
    let (ada, desk) = (stage.account(0), &stage.app.desk);
    let owner = Guest::owner(&stage, "u1").await;
    let visitor = Visitor::owner("u1", None).actor();
    let id = desk.connect(&visitor, "u1", &ada.smtp, &secret(ada.password.clone())).await.unwrap();
    let mut told = desk.sign_in(&visitor, &id).unwrap();
    told.wait_for(|state| matches!(state, SignInState::Asks(_))).await.unwrap();
    let place = format!("/ui/connects/{id}");
    let list = owner.get("/ui/connect").await.text;
    for said in
        [&format!("href=\"{place}\""), &ada.smtp, "Confirm on your telephone", &format!("{place}/end")]
    {
        assert!(list.contains(said), "{said}: {list}");
    }
    for other in [Guest::owner(&stage, "u2").await, Guest::operator(&stage).await] {
        assert!(!other.get("/ui/connect").await.text.contains(&place));
        for path in ["", "/live"] {
            assert_eq!(other.get(&format!("{place}{path}")).await.status, StatusCode::NOT_FOUND);
        }
        for path in ["/answer", "/end"] {
            assert_eq!(other.post(&format!("{place}{path}"), &[]).await.status, StatusCode::NOT_FOUND);
        }
    }
    let given_up = owner.post(&format!("{place}/end"), &[]).await;
    assert_eq!(given_up.header("location"), "/ui/connect");
    let after = done::after(&stage, &owner, &given_up).get("/ui/connect").await.text;
    assert!(after.contains("It is given up") && !after.contains(&place), "{after}");
    told.wait_for(SignInState::has_ended).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reconnect_that_is_under_way_stands_on_the_page_of_its_account() {
    let stage = stage(false).await;
    let id = stage.connected("u1", &stage.account(0).smtp).await;
    let owner = Guest::owner(&stage, "u1").await;
    let place = format!("/ui/accounts/{id}");
    assert!(!owner.get(&place).await.text.contains("Waiting for Microsoft"));
    let back = came_back(&owner, &stage, &[("account", id.as_str())], true).await;
    let page = owner.get(&place).await.text;
    assert!(page.contains("Waiting for Microsoft") && page.contains(&back[1]), "{page}");
    finished(&owner, &back).await;
    assert!(!owner.get(&place).await.text.contains("Waiting for Microsoft"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_is_told_for_whom_they_connect() {
    let stage = signing_in(SignIn::Mfa).await;
    let operator = Guest::operator(&stage).await;
    let form = [("user", "u7"), ("login", "ada@example.test"), ("password", "an invented password")];
    let begun = operator.post("/ui/connect/password", &form).await;
    let place = begun.header("location").to_owned();
    let page = operator.get(&place).await.text;
    assert!(page.contains("ada@example.test") && page.contains("For the user <b><bdi>u7"), "{page}");
    let id = SignInId::parse(place.rsplit('/').next().unwrap()).unwrap();
    let mut told = stage.app.desk.sign_in(&Visitor::by_link().actor(), &id).unwrap();
    told.wait_for(SignInState::has_ended).await.unwrap();
}
