//! Answers of the service that are none: nothing is lost, doubled or taken for an empty mailbox.

use super::{HISTORY_DAYS, assert_complete, folder};
use crate::stage::{Daemon, READ, World};
use chrono::{DateTime, TimeDelta, Utc};
use outlook_sim::{Account, Failure, Kind};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn json_taken_away_leaves_the_page_and_no_message_is_doubled() {
    let world = World::new().await;
    let account = world.account(0);
    world.connect(&account).await;
    world.sim().fail(None, Kind::ShapeChanged);
    let run = world.run(&["--once", "--json", "--verbose"]).await.expect(0);
    assert_eq!(folder(&run.json(), "inbox")["tier"], "dom");
    let told: Vec<_> = run.err.lines().filter(|line| line.contains(" WARN ")).collect();
    assert!(told.iter().any(|line| line.contains("given up")), "{}", run.err);
    assert!(told.iter().all(|line| line.contains(&account.smtp)), "each names its account: {told:#?}");
    let status = world.run(&["status", "--json"]).await.expect(1).json();
    let card = &status["accounts"][0];
    assert_eq!((&card["verdict"], &card["whose_turn"]), (&"degraded".into(), &"operator".into()));
    let kinds: Vec<_> = card["degraded"].as_array().unwrap().iter().map(|one| &one["kind"]).collect();
    assert_eq!(kinds, ["partial", "fallback"]);
    let mut daemon = Daemon::start(&world).await;
    let (code, health) = daemon.ask(Method::GET, "/health", READ).await;
    assert!(code == StatusCode::SERVICE_UNAVAILABLE && health.contains("\"degraded\""), "{health}");
    daemon.stop().await;
    let told = world.run(&["status"]).await.expect(1).out;
    assert!(told.contains("DEGRADED") && told.contains("inbox, sent leaves something out, by dom"), "{told}");
    let seen = world.messages(&account.smtp).await;
    assert!(!seen.is_empty() && seen.iter().all(|message| message["provisional"] == true));
    world.cycle().await.expect(0);
    assert_eq!(world.messages(&account.smtp).await.len(), seen.len(), "the page shows the same again");
    world.sim().clear_knobs(None);
    let report = world.cycle().await.expect(0).json();
    assert_eq!(folder(&report, "inbox")["tier"], "service");
    assert_complete(&world, &account.smtp).await;
    let status = world.run(&["status", "--json"]).await.expect(0).json();
    assert_eq!(
        (&status["healthy"], &status["accounts"][0]["degraded"]),
        (&true.into(), &Value::Array(vec![]))
    );
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
async fn sync_says_until_when_outlook_wants_to_be_left_alone_and_no_longer_than_a_day() {
    let world = World::new().await;
    let account = world.account(0);
    world.connect(&account).await;
    world.sim().fail(None, Kind::TooManyRequests { retry_after: u32::MAX });
    world.once().await.expect(75);
    let shown = world.run(&["account", "show", "--json", &account.smtp]).await.expect(0).json();
    let until: DateTime<Utc> = shown["health"]["parts"][0]["not_before"].as_str().unwrap().parse().unwrap();
    assert!(until - world.sim().now() <= TimeDelta::hours(24) + TimeDelta::minutes(1), "{until}");
    let said = until.format("is not read before %F %T UTC: Outlook asks us to slow down").to_string();
    for args in [vec!["sync", &account.smtp], vec!["sync", &account.smtp, "--wait"], vec!["sync"]] {
        let run = world.run(&args).await.expect(75);
        assert!(run.err.contains(&account.smtp) && run.err.contains(&said), "{}", run.err);
    }
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
async fn a_network_that_is_down_is_charged_to_no_mailbox() {
    let mut world = World::new().await;
    for index in 0..2 {
        world.connect(&world.account(index)).await;
    }
    world.once().await.expect(0);
    let there = world.running.https.to_string();
    // A port that was free a moment ago: nobody listens.
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    world.set("SIMULATOR__HTTPS", &nobody.to_string());
    let report = world.cycle().await.expect(75).json();
    assert_eq!((&report["fault"]["code"], &report["accounts"]), (&"no_network".into(), &json!([])));
    assert_eq!(report["fault"]["whose_turn"], "operator");
    for index in 0..2 {
        let shown = world.run(&["account", "show", "--json", &world.account(index).smtp]).await.expect(0);
        let card = &shown.json()["health"];
        assert_eq!((&card["failures"], &card["error"]), (&0.into(), &Value::Null), "{card}");
    }
    for _ in 0..3 {
        let again = world.once().await.expect(75).json();
        assert_eq!(again["fault"]["code"], "no_network", "whoever tries it at once learns that it lasts");
    }
    let Account { smtp, password, .. } = world.account(0);
    let run = world.connect_with(&smtp, &password).await.expect(75);
    assert_eq!(run.json()["error"], "no_network");
    assert!(run.err.contains("this machine does not reach Outlook"), "{}", run.err);
    assert!(run.err.contains("connect the account again"), "{}", run.err);

    world.set("SIMULATOR__HTTPS", &there);
    let report = world.once().await.expect(0).json();
    assert_eq!(report["accounts"].as_array().unwrap().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_that_are_no_answers_are_never_no_mail() {
    let mut seen = Vec::new();
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
        let error = &run.json()["accounts"][0]["error"];
        seen.push((run.code, error["code"].as_str().unwrap_or_default().to_owned()));
        assert_eq!(world.messages(&account.smtp).await.len(), before, "{kind:?}");
        world.sim().clear_knobs(None);
    }
    let seen: Vec<_> = seen.iter().map(|(exit, code)| (*exit, code.as_str())).collect();
    assert_eq!(seen, [(75, "slow"), (75, "slow"), (75, "network"), (75, "slow"), (75, "sign_in_page")]);
}

/// Language and time zone are chosen, or a licence is given, somewhere else.
#[tokio::test(flavor = "multi_thread")]
async fn a_mailbox_that_was_opened_or_given_meanwhile_is_read_when_it_is_asked_for() {
    let world = World::new().await;
    let account = world.account(0);
    world.connect(&account).await;
    world.once().await.expect(0);
    for (kind, code) in
        [(Kind::FirstLogon, "first_logon"), (Kind::Text { status: 456, text: String::new() }, "no_mailbox")]
    {
        world.sim().fail(None, kind);
        let report = world.cycle().await.expect(77).json();
        assert_eq!(report["accounts"][0]["error"]["code"], code);
        let status = world.run(&["status"]).await.expect(1).out;
        assert!(status.contains("`outlook-syncd sync` has it looked at again at once"), "{status}");
        world.sim().clear_knobs(None);
        world.run(&["sync", &account.smtp]).await.expect(0);
        let report = world.once().await.expect(0).json();
        assert_eq!(report["accounts"].as_array().unwrap().len(), 1, "{report}");
        world.run(&["status"]).await.expect(0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_that_are_not_understood_of_one_kind_take_nothing_else_away() {
    for (action, tier, kind) in [("GetItem", "service", "bodiless"), ("FindItem", "network", "fallback")] {
        let world = World::new().await;
        let account = world.account(0);
        world.connect(&account).await;
        world.sim().fail(None, Failure::from(Kind::ShapeChanged).on(&[action]));
        let report = world.once().await.expect(0).json();
        assert_eq!(folder(&report, "inbox")["tier"], tier, "{action}: {report}");
        assert!(!world.messages(&account.smtp).await.is_empty(), "{action}");
        let status = world.run(&["status", "--json"]).await.expect(1).json();
        let degraded = status["accounts"][0]["degraded"].as_array().unwrap();
        assert!(degraded.iter().any(|one| one["kind"] == kind), "{action}: {status}");
        world.sim().clear_knobs(None);
        for _ in 0..4 {
            world.cycle().await.expect(0);
        }
        assert_complete(&world, &account.smtp).await;
        world.run(&["status"]).await.expect(0);
    }
}
