//! `account connect --device-code`: the real program, a person elsewhere.

use crate::stage::{CALLBACK, Run, Stage, now};
use outlook_sim::identity::OauthError;
use outlook_sim::{App as Registration, Failure, Kind};
use outlook_syncd::model::{AccountId, AuditAction, NewAccount, Reach};
use serde_json::Value;
use tokio::io::AsyncReadExt;
use tokio::process::Child;

async fn stage() -> Stage {
    let stage = Stage::of(Registration::public(CALLBACK), &[]).await;
    stage.sim().set(None, |settings| settings.identity.device_interval_s = Some(1));
    stage
}

fn connect(stage: &Stage, more: &[&str]) -> Child {
    let args = ["account", "connect", "--device-code", "--owner", "u1", "--json"];
    stage.command(&[&args, more].concat()).spawn().unwrap()
}

async fn end(child: Child) -> Run {
    child.wait_with_output().await.unwrap().into()
}

/// The code that the program shows first of all.
pub(crate) async fn user_code(child: &mut Child) -> String {
    // A byte at a time: what follows the line is for `end`.
    let mut line = Vec::new();
    while !line.ends_with(b"\n") {
        line.push(child.stderr.as_mut().unwrap().read_u8().await.unwrap());
    }
    let line = String::from_utf8(line).unwrap();
    assert!(line.contains("https://") && line.contains("within"), "{line}");
    let (_, rest) = line.split_once("the code ").unwrap();
    rest.split_whitespace().next().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_typed_elsewhere_connects() {
    let stage = stage().await;
    let ada = stage.account(0);
    for known in [vec![], vec![ada.smtp.as_str()]] {
        let mut child = connect(&stage, &known);
        let code = user_code(&mut child).await;
        stage.sim().type_user_code(&code, &ada.smtp, true).await.unwrap();
        let run = end(child).await.expect(0);
        assert_eq!(run.json()["name"], ada.smtp.to_lowercase());
    }
    let status: Run = stage.command(&["status"]).output().await.unwrap().into();
    assert!(status.expect(0).out.contains("no mail"), "an account without a road for mail is no fault");
    let accounts = stage.store().accounts(&Reach::Everyone).await.unwrap();
    let log = stage.store().audit_log(9).await.unwrap();
    let written: Vec<_> =
        log.iter().map(|line| (line.actor.as_str(), line.action, line.account.as_ref())).collect();
    let connected = ("command line", AuditAction::Connected, Some(&accounts[0].id));
    let begun = ("command line", AuditAction::ConnectBegun, None);
    let again = ("command line", AuditAction::ConnectBegun, Some(&accounts[0].id));
    assert_eq!((accounts.len(), written), (1, vec![connected, again, connected, begun]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_connects_nobody_who_makes_the_address_up() {
    let stage = stage().await;
    let (ada, bob) = (stage.account(0).smtp.to_lowercase(), stage.account(1).smtp);
    stage.sim().set(Some(&bob), |settings| settings.identity.mail = Some(ada.clone()));
    let mut child = connect(&stage, &[&ada]);
    let code = user_code(&mut child).await;
    stage.sim().type_user_code(&code, &bob, true).await.unwrap();
    assert_eq!(end(child).await.expect(77).json()["error"], "another_person");
    assert!(stage.store().accounts(&Reach::Everyone).await.unwrap().is_empty(), "nothing was kept");
    // Connected as whoever they are, they still do not go by it.
    stage.connected("u1", &bob).await;
    assert_eq!(end(connect(&stage, &[&ada])).await.expect(64).json()["error"], "account_unproven");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_way_to_fail_ends_with_its_reason() {
    let stage = stage().await;
    let ada = stage.account(0);
    let mut child = connect(&stage, &[]);
    let code = user_code(&mut child).await;
    stage.sim().type_user_code(&code, &ada.smtp, false).await.unwrap();
    assert_eq!(end(child).await.expect(77).json()["error"], "oauth_declined");

    let mut child = connect(&stage, &[]);
    user_code(&mut child).await;
    stage.sim().expire_device_codes();
    assert_eq!(end(child).await.expect(77).json()["error"], "oauth_code_expired");

    for (failure, code, exit) in [
        (OauthError::named("access_denied"), "oauth_declined", 77),
        (OauthError::named("bad_verification_code"), "oauth_code_expired", 77),
        (OauthError::aadsts(53003), "oauth_policy", 77),
        (OauthError::aadsts(7_000_218), "oauth_registration", 78),
    ] {
        stage.sim().fail(None, Failure::from(Kind::Oauth(failure)).on(&["device_code"]).times(1));
        let run = end(connect(&stage, &[])).await.expect(exit);
        assert_eq!(run.json()["error"], code, "{}", run.err);
    }
    assert!(stage.store().accounts(&Reach::Everyone).await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn slow_down_and_a_broken_line_are_no_end() {
    let stage = stage().await;
    let ada = stage.account(0);
    for kind in
        [Kind::HangUp, Kind::Unavailable { retry_after: 1 }, Kind::Oauth(OauthError::named("slow_down"))]
    {
        stage.sim().fail(None, Failure::from(kind).on(&["device_code"]).times(1));
        let mut child = connect(&stage, &[]);
        let code = user_code(&mut child).await;
        stage.sim().type_user_code(&code, &ada.smtp, true).await.unwrap();
        end(child).await.expect(0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_person_than_the_named_one_is_refused() {
    let stage = stage().await;
    let (ada, bob) = (stage.account(0), stage.account(1));
    let mut child = connect(&stage, &[&ada.smtp]);
    let code = user_code(&mut child).await;
    stage.sim().type_user_code(&code, &bob.smtp, true).await.unwrap();
    assert_eq!(end(child).await.expect(77).json()["error"], "another_person");
    assert!(stage.store().accounts(&Reach::Everyone).await.unwrap().is_empty());
}

/// It knows the passwords that were refused: they would be tried again otherwise.
#[tokio::test(flavor = "multi_thread")]
async fn a_mailbox_that_was_begun_with_a_password_is_the_one_that_a_code_connects() {
    let stage = stage().await;
    let ada = stage.account(0);
    let now = now();
    let begun = NewAccount {
        id: AccountId::new(now),
        owner: "another".to_owned(),
        login: ada.smtp.clone(),
        road: None,
    };
    stage.store().add_account(&begun, now).await.unwrap();
    let mut child = connect(&stage, &[&ada.smtp]);
    let code = user_code(&mut child).await;
    stage.sim().type_user_code(&code, &ada.smtp, true).await.unwrap();
    end(child).await.expect(0);
    let accounts = stage.store().accounts(&Reach::Everyone).await.unwrap();
    assert_eq!((accounts.len(), &accounts[0].id, accounts[0].owner.as_str()), (1, &begun.id, "u1"));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_registration_the_operator_is_told() {
    let stage = stage().await;
    let mut command = stage.command(&["account", "connect", "--device-code", "--owner", "u1", "--json"]);
    let run: Run = command.env("OUTLOOK_SYNCD_OAUTH__CLIENT_ID", "").output().await.unwrap().into();
    let said: Value = run.expect(78).json();
    assert_eq!(said["error"], "oauth_off");
    assert!(said["hint"].as_str().unwrap().contains("oauth.client_id"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn doctor_asks_the_authority_whether_it_is_there() {
    let stage = stage().await;
    let doctor = async |tenant: &str| -> Run {
        let mut command = stage.command(&["doctor"]);
        command.env("OUTLOOK_SYNCD_OAUTH__TENANT", tenant).output().await.unwrap().into()
    };
    let fine = doctor("common").await.expect(0);
    assert!(fine.out.contains("ok   oauth") && fine.out.contains("public client"), "{}", fine.out);
    let nobody = doctor("nowhere.example").await.expect(78);
    assert!(nobody.out.contains("FAIL oauth") && nobody.out.contains("tenant"), "{}", nobody.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn doctor_tells_of_popups_that_would_end_nowhere() {
    let stage = stage().await;
    let mut command = stage.command(&["doctor"]);
    command.env("OUTLOOK_SYNCD_OAUTH__RETURNS", "[]");
    let cut: Run = command.output().await.unwrap().into();
    let cut = cut.expect(78);
    assert!(cut.out.contains("FAIL oauth") && cut.out.contains("oauth.returns"), "{}", cut.out);
}
