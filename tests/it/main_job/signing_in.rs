//! Sign-ins that succeed, fail and end.

use super::{assert_complete, folder, with};
use crate::stage::World;
use chrono::{DateTime, Utc};
use outlook_sim::{SignIn, What};
use outlook_syncd::model::AuditAction;
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn a_bearer_that_died_costs_one_full_page() {
    let world = World::new().await;
    let account = world.account(0);
    world.connect(&account).await;
    world.once().await.expect(0);
    world.sim().expire(&account.smtp, What::Bearer);
    world.sim().clear_requests();
    let report = world.cycle().await.expect(0).json();
    assert_eq!(folder(&report, "inbox")["new"], 0, "page one names conversations");
    assert_complete(&world, &account.smtp).await;
    assert_eq!(world.sim().count("StartupData", &account.smtp), 1);
    world.cycle().await.expect(0);
    assert_eq!(world.sim().count("StartupData", &account.smtp), 1, "the renewed headers were kept");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_attempt_to_connect_leaves_nothing_that_was_not_there() {
    let world = World::new().await;
    let account = world.account(0);
    world.connect_with("nobody@northwind-sim.example", "whatever").await.expect(77);
    assert_eq!(world.run(&["account", "list", "--json"]).await.json(), json!({"accounts": []}));
    world.connect(&account).await;
    world.connect_with(&account.smtp, "not the password").await.expect(77);
    world.once().await.expect(0);
    assert_complete(&world, &account.smtp).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_session_is_the_owners_turn_and_the_next_account_goes_on() {
    let world = World::new().await;
    let (dead, alive) = (world.account(0), world.account(1));
    world.connect(&dead).await;
    world.connect(&alive).await;
    world.once().await.expect(0);
    for what in [What::Bearer, What::Owa, What::Ests] {
        world.sim().expire(&dead.smtp, what);
    }
    world.sim().deliver(&alive.smtp, 1).unwrap();
    let of = |report: &Value, smtp: &str| {
        report["accounts"].as_array().unwrap().iter().find(|account| account["name"] == smtp).unwrap().clone()
    };
    let report = world.cycle().await.expect(75).json();
    let error = &of(&report, &dead.smtp)["error"];
    assert_eq!((&error["code"], &error["whose_turn"]), (&"sign_in_page".into(), &"nobody".into()));
    let report = world.cycle().await.expect(77).json();
    assert_eq!(of(&report, &dead.smtp)["error"]["disposition"], "needs_login");
    assert_eq!(of(&report, &alive.smtp)["error"], Value::Null);
    assert_complete(&world, &alive.smtp).await;
    let status = world.run(&["status", "--json"]).await.expect(1).json();
    let card = status["accounts"]
        .as_array()
        .unwrap()
        .iter()
        .find(|card| card["name"] == dead.smtp.as_str())
        .unwrap();
    assert_eq!(card["verdict"], "needs_login");
    assert!(card["hint"].as_str().unwrap().contains("connect"));
    let next: DateTime<Utc> = card["next_sync_at"].as_str().unwrap().parse().unwrap();
    let wait = next - world.sim().now();
    assert!((355..=360).contains(&wait.num_minutes()), "a last look, without a password: {wait}");
    world.cycle().await.expect(77);
    let shown = world.run(&["account", "show", "--json", &dead.smtp]).await.expect(0).json();
    assert_eq!(shown["health"]["next_sync_at"], Value::Null, "parked until it is connected again");
    world.connect(&dead).await;
    world.once().await.expect(0);
    assert_complete(&world, &dead.smtp).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_is_tried_once() {
    let world = World::new().await;
    let account = world.account(0);
    let run = world.connect_with(&account.smtp, "not the password").await.expect(77);
    assert_eq!(run.json()["error"], "wrong_password");
    assert!(!run.err.contains("not the password") && !run.out.contains("not the password"));
    let again = world.connect_with(&account.smtp, "not the password").await.expect(77);
    assert_eq!(again.json()["error"], "password_refused_before");
    let attempts = world.sim().password_attempts(&account.smtp);
    assert_eq!((attempts.right, attempts.wrong), (0, 1));
    world.connect(&account).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn policies_that_say_no_stop_the_account_and_say_why() {
    for (sign_in, exit, code, whose_turn) in [
        (SignIn::ConditionalAccess, 77, "conditional_access", "it"),
        (SignIn::Disabled, 77, "disabled", "it"),
        (SignIn::UnknownPage, 76, "drift", "operator"),
    ] {
        let world = World::of(with(|settings| settings.sign_in = sign_in)).await;
        let account = world.account(0);
        let error = world.connect_with(&account.smtp, &account.password).await.expect(exit).json();
        assert_eq!((&error["error"], &error["whose_turn"]), (&code.into(), &whose_turn.into()), "{error}");
        let listed = world.run(&["account", "list", "--json"]).await.expect(0).json();
        // What got past the password has left a session, which the next cycle tries.
        let kept = listed["accounts"].as_array().unwrap().len();
        assert_eq!(kept, usize::from(sign_in == SignIn::UnknownPage), "{listed}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_refuses_a_reconnect_is_what_status_and_sync_say() {
    let world = World::new().await;
    let account = world.account(0);
    world.connect(&account).await;
    world.once().await.expect(0);
    for what in [What::Bearer, What::Owa, What::Ests] {
        world.sim().expire(&account.smtp, what);
    }
    world.cycle().await.expect(75);
    world.cycle().await.expect(77);
    let told = async |verdict: &str, code: &str, whose_turn: &str| {
        let status = world.run(&["status", "--json"]).await.expect(1).json();
        let card = &status["accounts"][0];
        let told = (&card["verdict"], &card["error"], &card["whose_turn"]);
        assert_eq!(told, (&verdict.into(), &code.into(), &whose_turn.into()), "{card}");
        let hint = card["hint"].as_str().unwrap();
        let run = world.run(&["sync", &account.smtp]).await.expect(77);
        assert!(run.err.contains(hint), "{hint}: {}", run.err);
    };
    world.connect_with(&account.smtp, "not the password").await.expect(77);
    told("needs_login", "wrong_password", "owner").await;
    world.sim().set(None, |settings| settings.sign_in = SignIn::ConditionalAccess);
    world.connect_with(&account.smtp, &account.password).await.expect(77);
    told("blocked", "conditional_access", "it").await;
    world.sim().set(None, |settings| settings.sign_in = SignIn::Plain);
    world.connect(&account).await;
    world.once().await.expect(0);
    world.run(&["status"]).await.expect(0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connect_that_the_network_ends_is_tried_again_by_nobody_and_says_so() {
    let mut world = World::new().await;
    let account = world.account(0);
    world.set("SIMULATOR__HTTPS", "127.0.0.1:9");
    let error = world.connect_with(&account.smtp, &account.password).await.expect(75).json();
    assert_eq!(
        (&error["error"], &error["whose_turn"]),
        (&json!("no_network"), &json!("operator")),
        "{error}"
    );
    assert!(error["hint"].as_str().unwrap().contains("connect the account again"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_factor_is_the_owners_to_answer() {
    let world = World::of(with(|settings| settings.sign_in = SignIn::Mfa)).await;
    let account = world.account(0);
    // The simulator approves by itself, as an owner with a telephone would, once the number was asked for.
    let run = world.connect_with(&account.smtp, &account.password).await.expect(0);
    assert!(run.err.contains("approve the sign-in on your telephone and enter "), "{}", run.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_one_time_code_is_asked_for_at_the_terminal_until_it_is_right() {
    let world = World::of(with(|settings| settings.sign_in = SignIn::Code)).await;
    let account = world.account(0);
    let typed = format!("{}\n000000\n{}\n", account.password, account.one_time_code);
    let run = world.connect_with(&account.smtp, &typed).await.expect(0);
    assert_eq!(run.err.matches("that is not the code").count(), 1, "{}", run.err);
    assert!(!run.err.contains(&account.one_time_code), "a code is a secret: {}", run.err);
    world.once().await.expect(0);
    assert_complete(&world, &account.smtp).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_way_of_the_second_factor_is_chosen_at_the_terminal() {
    let world = World::of(with(|settings| settings.sign_in = SignIn::Choice)).await;
    let account = world.account(0);
    let typed = format!("{}\n9\n3\n{}\n", account.password, account.one_time_code);
    let run = world.connect_with(&account.smtp, &typed).await.expect(0);
    assert!(run.err.contains("  3  a code by text message"), "{}", run.err);
    assert!(run.err.contains("a number from 1 to 3, please"), "{}", run.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_that_nobody_gives_leaves_a_password_that_may_be_tried_again() {
    let world = World::of(with(|settings| settings.sign_in = SignIn::Code)).await;
    let account = world.account(0);
    let run = world.connect_with(&account.smtp, &account.password).await.expect(77);
    assert_eq!(run.json()["error"], "mfa", "{}", run.out);
    world.sim().set(None, |settings| settings.sign_in = SignIn::Plain);
    world.connect(&account).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_way_back_from_the_sign_in_is_survived() {
    let world = World::of(with(|settings| settings.slow_redirect_ms = 4000)).await;
    let account = world.account(0);
    world.connect(&account).await;
    world.once().await.expect(0);
    assert_complete(&world, &account.smtp).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_connects_and_disconnects_by_command_stands_in_the_audit_log() {
    let world = World::new().await;
    let account = world.account(0);
    world.connect(&account).await;
    world.run(&["account", "disconnect", "--yes", &account.smtp]).await.expect(0);
    let log = world.store().await.audit_log(9).await.unwrap();
    let written: Vec<_> = log.iter().map(|line| (line.actor.as_str(), line.action)).collect();
    let by_command = |action| ("command line", action);
    let acts = [AuditAction::Disconnected, AuditAction::Connected, AuditAction::ConnectBegun];
    assert_eq!(written, acts.map(by_command));
    assert!(log[0].account.is_some() && log[0].account == log[1].account, "{log:?}");
}
