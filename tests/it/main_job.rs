//! The main job, by the real program in real Chromium: from a sign-in to mail in the database.

#![cfg(test)]

use crate::support::World;
use outlook_sim::{Failure, Fetch, Kind, Options, Settings, SignIn, View, Weight, What};
use outlook_syncd::model::AuditAction;
use outlook_syncd::store::Store;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Mail older than this is not read at first.
const HISTORY_DAYS: i64 = 30;

fn with(change: impl FnOnce(&mut Settings)) -> Options {
    let mut settings = Settings { weight: Weight::Light, ..Settings::default() };
    change(&mut settings);
    Options { settings, ..Options::default() }
}

/// What a perfect reader would store of one folder: by Internet message id and time, subject and sender.
fn expected(world: &World, smtp: &str, folder: &str) -> Vec<BTreeMap<&'static str, String>> {
    let horizon = world.sim().now() - chrono::TimeDelta::days(HISTORY_DAYS);
    let mut truth = world.sim().truth(smtp).unwrap();
    truth.retain(|message| message.folder == folder && message.received > horizon);
    let row = |message: outlook_sim::world::Truth| {
        BTreeMap::from([
            ("id", message.internet_message_id.unwrap_or_default()),
            ("at", message.received.timestamp_millis().to_string()),
            ("subject", message.subject.unwrap_or_default()),
            ("read", message.is_read.to_string()),
            ("recipients", (message.to.len() + message.cc.len() + message.bcc.len()).to_string()),
        ])
    };
    sorted(truth.into_iter().map(row).collect())
}

/// The same of what is stored, of messages that are young enough.
fn stored(world: &World, messages: &[Value], folder: &str) -> Vec<BTreeMap<&'static str, String>> {
    let horizon = world.sim().now() - chrono::TimeDelta::days(HISTORY_DAYS);
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let row = |message: &Value| {
        let at: chrono::DateTime<chrono::Utc> = message["received_at"].as_str()?.parse().ok()?;
        (message["folder"] == folder && at > horizon).then(|| {
            BTreeMap::from([
                ("id", text(&message["internet_message_id"])),
                ("at", at.timestamp_millis().to_string()),
                ("subject", text(&message["subject"])),
                ("read", message["is_read"].to_string()),
                ("recipients", message["recipients"].as_array().unwrap().len().to_string()),
            ])
        })
    };
    sorted(messages.iter().filter_map(row).collect())
}

fn sorted(mut rows: Vec<BTreeMap<&'static str, String>>) -> Vec<BTreeMap<&'static str, String>> {
    rows.sort();
    rows
}

pub(crate) async fn assert_complete(world: &World, smtp: &str) {
    let messages = world.messages(smtp).await;
    for folder in ["inbox", "sentitems"] {
        let expected = expected(world, smtp, folder);
        assert!(!expected.is_empty());
        assert_eq!(stored(world, &messages, folder), expected, "{folder} of {smtp}");
    }
}

/// The counts of one folder of the cycle's first account.
fn folder<'a>(report: &'a Value, folder: &str) -> &'a Value {
    let folders = report["accounts"][0]["folders"].as_array().unwrap();
    folders.iter().find(|count| count["folder"] == folder).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn both_views_page_and_worker_give_the_whole_mailbox() {
    for (view, fetch) in [(View::Conversation, Fetch::Page), (View::Message, Fetch::Worker)] {
        let mut world = World::of(with(|settings| (settings.view, settings.fetch) = (view, fetch))).await;
        // Asked by us, the service answers the same whatever the page shows.
        world.set("OWA__TIERS", r#"["network"]"#);
        for account in world.sim().accounts() {
            world.connect(&account).await;
        }
        let report = world.once().await.expect(0).json();
        for name in ["inbox", "sentitems"] {
            assert_eq!(folder(&report, name)["tier"], "network", "{view:?} {fetch:?}");
        }
        for account in world.sim().accounts() {
            assert_complete(&world, &account.smtp).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_connects_and_disconnects_by_command_stands_in_the_audit_log() {
    let world = World::new().await;
    let account = world.account(0);
    world.connect(&account).await;
    world.run(&["account", "disconnect", "--yes", &account.smtp]).await.expect(0);
    let url = format!("sqlite://{}", world.state_dir().join("outlook-syncd.db").display());
    let log = Store::connect(&url).await.unwrap().audit_log(9).await.unwrap();
    let written: Vec<_> = log.iter().map(|line| (line.actor.as_str(), line.action)).collect();
    let by_command = |action| ("command line", action);
    assert_eq!(written, [AuditAction::Disconnected, AuditAction::Connected].map(by_command));
    assert!(log[0].account.is_some() && log[0].account == log[1].account, "{log:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_cycle_fetches_only_what_is_new() {
    let world = World::new().await;
    let account = world.account(0);
    world.connect(&account).await;
    world.once().await.expect(0);
    world.sim().clear_requests();
    let report = world.cycle().await.expect(0).json();
    assert_eq!(world.sim().items_fetched(&account.smtp), 0, "nothing was new");
    assert_eq!(world.sim().count("StartupData", &account.smtp), 0, "good headers need no full page");
    assert_eq!(
        (&folder(&report, "inbox")["new"], &folder(&report, "inbox")["changed"]),
        (&0.into(), &0.into())
    );
    world.sim().deliver(&account.smtp, 3).unwrap();
    let report = world.cycle().await.expect(0).json();
    assert_eq!(world.sim().items_fetched(&account.smtp), 3);
    assert_eq!(folder(&report, "inbox")["new"], 3);
    assert_complete(&world, &account.smtp).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn history_that_is_raised_a_little_is_fetched() {
    let mut world = World::new().await;
    world.set("SYNC__PAGE_SIZE", "10");
    let account = world.account(0);
    let mut ages: Vec<_> = world.sim().truth(&account.smtp).unwrap();
    ages.retain(|message| message.folder == "inbox");
    let mut ages: Vec<_> = ages.iter().map(|message| world.sim().now() - message.received).collect();
    ages.sort();
    // Both histories end on the second page.
    for held in [15, 16] {
        let history = (ages[held - 1] + ages[held]) / 2;
        world.set("SYNC__HISTORY", &format!("{}s", history.num_seconds()));
        if held == 15 {
            world.connect(&account).await;
        }
        let report = world.cycle().await.expect(0).json();
        assert_eq!(folder(&report, "inbox")["held"], held, "of {} messages", ages.len());
    }
    let shown = world.run(&["account", "show", "--json", &account.smtp]).await.expect(0).json();
    let since: chrono::DateTime<chrono::Utc> =
        shown["folders"][0]["complete_since"].as_str().unwrap().parse().unwrap();
    assert!(world.sim().now() - since < ages[16], "{since}: what is not stored is not called complete");
    let oldest = shown["folders"][0]["oldest_message_at"].as_str().unwrap();
    let said = format!("16 messages, the oldest of {}; complete since {}", &oldest[..10], since.date_naive());
    let text = world.run(&["account", "show", &account.smtp]).await.expect(0).out;
    assert!(text.contains(&said), "{said}: {text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn mail_that_is_moved_in_below_the_newest_is_found() {
    let world = World::new().await;
    let account = world.account(0);
    let junk = outlook_sim::Draft {
        folder: Some("junkemail".to_owned()),
        received: Some(world.sim().now() - chrono::TimeDelta::days(HISTORY_DAYS - 2)),
        ..outlook_sim::Draft::default()
    };
    let rescued = world.sim().deliver_drafts(&account.smtp, &[junk]).unwrap().remove(0);
    world.sim().deliver(&account.smtp, 60).unwrap();
    world.connect(&account).await;
    world.once().await.expect(0);
    world.sim().move_messages(&account.smtp, &[rescued.item_id], "inbox").unwrap();
    let report = world.cycle().await.expect(0).json();
    assert_eq!(folder(&report, "inbox")["new"], 1);
    assert_complete(&world, &account.smtp).await;
    world.sim().clear_requests();
    world.cycle().await.expect(0);
    assert_eq!(world.sim().count("FindItem", &account.smtp), 2, "a page of each folder");
}

#[tokio::test(flavor = "multi_thread")]
async fn mail_that_goes_and_comes_back_is_one_message() {
    let world = World::new().await;
    let account = world.account(0);
    world.connect(&account).await;
    world.once().await.expect(0);
    let before = world.messages(&account.smtp).await.len();
    let inbox = |message: &outlook_sim::world::Truth| message.folder == "inbox";
    let moved = world.sim().truth(&account.smtp).unwrap().into_iter().find(inbox).unwrap();
    for folder in ["archive", "inbox"] {
        // Each move gives it another entry id; the immutable one stays.
        world.sim().move_messages(&account.smtp, std::slice::from_ref(&moved.immutable_id), folder).unwrap();
        world.cycle().await.expect(0);
    }
    assert_eq!(world.messages(&account.smtp).await.len(), before);
    assert_complete(&world, &account.smtp).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_other_half_of_a_divided_inbox_waits_for_the_service() {
    let mut world = World::of(with(|settings| settings.focused = true)).await;
    world.set("OWA__TIERS", r#"["network"]"#);
    let account = world.account(0);
    world.connect(&account).await;
    let report = world.once().await.expect(0).json();
    let all = expected(&world, &account.smtp, "inbox").len();
    let held = folder(&report, "inbox")["held"].as_u64().unwrap();
    assert!(held > 0 && usize::try_from(held).unwrap() < all, "{held} of {all}");
    world.set("OWA__TIERS", r#"["service", "network", "dom"]"#);
    world.cycle().await.expect(0);
    assert_complete(&world, &account.smtp).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_due_is_no_error() {
    let world = World::new().await;
    let report = world.once().await.expect(0).json();
    assert_eq!(report["accounts"], Value::Array(Vec::new()));
}

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
async fn a_page_that_changes_its_kind_of_ids_doubles_nothing() {
    let world = World::of(with(|settings| settings.immutable_ids = false)).await;
    let account = world.account(0);
    world.connect(&account).await;
    world.once().await.expect(0);
    let before = world.messages(&account.smtp).await.len();
    for immutable in [true, false, true] {
        world.sim().set(None, |settings| settings.immutable_ids = immutable);
        world.sim().expire(&account.smtp, What::Bearer);
        world.cycle().await.expect(0);
        assert_eq!(world.messages(&account.smtp).await.len(), before);
    }
    assert_complete(&world, &account.smtp).await;
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
    let report = world.cycle().await.expect(77).json();
    let of = |smtp: &str| {
        report["accounts"].as_array().unwrap().iter().find(|account| account["name"] == smtp).unwrap().clone()
    };
    assert_eq!(of(&dead.smtp)["error"]["disposition"], "needs_login");
    assert_eq!(of(&alive.smtp)["error"], Value::Null);
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
    let report = world.once().await.expect(0).json();
    assert_eq!(report["accounts"], Value::Array(Vec::new()), "parked until it is connected again");
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
    for (sign_in, code) in
        [(SignIn::ConditionalAccess, 77), (SignIn::Disabled, 77), (SignIn::UnknownPage, 76)]
    {
        let world = World::of(with(|settings| settings.sign_in = sign_in)).await;
        let account = world.account(0);
        let run = world.connect_with(&account.smtp, &account.password).await.expect(code);
        assert!(run.json()["hint"].as_str().unwrap().len() > 20, "{run:?}");
    }
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
    assert_eq!(run.json()["code"], "mfa", "{}", run.out);
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
async fn json_taken_away_leaves_the_page_and_no_message_is_doubled() {
    let world = World::new().await;
    let account = world.account(0);
    world.connect(&account).await;
    world.sim().fail(None, Kind::ShapeChanged);
    let report = world.once().await.expect(0).json();
    assert_eq!(folder(&report, "inbox")["tier"], "dom");
    let seen = world.messages(&account.smtp).await;
    assert!(!seen.is_empty() && seen.iter().all(|message| message["provisional"] == true));
    world.cycle().await.expect(0);
    assert_eq!(world.messages(&account.smtp).await.len(), seen.len(), "the page shows the same again");
    world.sim().clear_knobs(None);
    let report = world.cycle().await.expect(0).json();
    assert_eq!(folder(&report, "inbox")["tier"], "service");
    assert_complete(&world, &account.smtp).await;
    // Older rows than the history stay as the page showed them: JSON was not asked for those.
    let horizon = world.sim().now() - chrono::TimeDelta::days(HISTORY_DAYS);
    let messages = world.messages(&account.smtp).await;
    let young = |message: &&Value| {
        message["received_at"].as_str().unwrap().parse::<chrono::DateTime<chrono::Utc>>().unwrap() > horizon
    };
    let provisional: Vec<_> =
        messages.iter().filter(young).filter(|message| message["provisional"] == true).collect();
    assert_eq!(provisional, Vec::<&Value>::new(), "every row of the page was adopted");
}

#[tokio::test(flavor = "multi_thread")]
async fn throttling_waits_as_long_as_it_is_told() {
    let world = World::new().await;
    let account = world.account(0);
    world.connect(&account).await;
    world.once().await.expect(0);
    world.sim().fail(None, Kind::TooManyRequests { retry_after: 1800 });
    let report = world.cycle().await.expect(75).json();
    assert_eq!(report["accounts"][0]["error"]["disposition"], "retry");
    let shown = world.run(&["account", "show", "--json", &account.smtp]).await.expect(0).json();
    let next: chrono::DateTime<chrono::Utc> =
        shown["health"]["next_sync_at"].as_str().unwrap().parse().unwrap();
    assert!(next - world.sim().now() > chrono::TimeDelta::minutes(29), "{next}");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_bad_item_goes_to_the_ledger_and_the_rest_is_read() {
    let world = World::new().await;
    let account = world.account(0);
    world.connect(&account).await;
    world.sim().fail(None, Failure::from(Kind::ItemErrors).on(&["GetItem"]).times(1));
    let report = world.once().await.expect(0).json();
    let failed = folder(&report, "inbox")["failed"].as_u64().unwrap();
    assert!(failed > 0);
    let shown = world.run(&["account", "show", "--json", &account.smtp]).await.expect(0).json();
    assert_eq!(shown["unreadable_items"].as_array().unwrap().len() as u64, failed);
    world.cycle().await.expect(0);
    let shown = world.run(&["account", "show", "--json", &account.smtp]).await.expect(0).json();
    assert_eq!(shown["unreadable_items"], Value::Array(Vec::new()), "read at the second try");
    assert_complete(&world, &account.smtp).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_that_are_no_answers_are_never_no_mail() {
    for kind in [
        Kind::EmptyBody,
        Kind::NulBody,
        Kind::CutOff,
        Kind::Fault { status: 500, back_off_ms: None },
        Kind::SignInPage,
    ] {
        let mut world = World::new().await;
        world.set("OWA__PAGE_LIMIT", "10s");
        let account = world.account(0);
        world.connect(&account).await;
        world.once().await.expect(0);
        let before = world.messages(&account.smtp).await.len();
        world.sim().fail(None, kind.clone());
        let run = world.cycle().await;
        assert!([75, 76, 77].contains(&run.code), "{kind:?}: {run:?}");
        assert_eq!(world.messages(&account.smtp).await.len(), before, "{kind:?}");
        world.sim().clear_knobs(None);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn disconnecting_leaves_nothing() {
    let world = World::new().await;
    let account = world.account(0);
    world.connect(&account).await;
    world.once().await.expect(0);
    let wiped =
        world.run(&["account", "disconnect", "--yes", "--json", &account.smtp]).await.expect(0).json();
    let wiped = &wiped["wiped"];
    assert!(wiped["messages"].as_u64().unwrap() > 0 && wiped["secrets"] == 2, "{wiped}");
    assert_eq!(world.run(&["account", "list", "--json"]).await.json(), json!({"accounts": []}));
    world.connect(&account).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_on_postgresql() {
    let mut world = World::new().await;
    let database = crate::store::postgres_url().await;
    world.set("DATABASE__URL", &database);
    let account = world.account(0);
    world.connect(&account).await;
    world.once().await.expect(0);
    assert_complete(&world, &account.smtp).await;
}
