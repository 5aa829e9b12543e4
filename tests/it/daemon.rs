//! The daemon: its endpoints, its stop, and what a kill leaves behind.

#![cfg(test)]

use crate::stage::{Answer, Daemon, READ, RUN, World, describe, group};
use crate::store::postgres_url;
use outlook_sim::{Failure, Kind};
use reqwest::{Method, StatusCode};
use serde_json::Value;
use sqlx::{Connection as _, PgConnection};
use std::time::{Duration, Instant};
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpStream, UnixDatagram};

/// Waits on a condition that other processes bring about.
async fn until(limit: Duration, mut condition: impl FnMut() -> bool) -> bool {
    let end = Instant::now() + limit;
    while !condition() {
        if Instant::now() > end {
            return false;
        }
        tokio::task::yield_now().await;
    }
    true
}

#[tokio::test(flavor = "multi_thread")]
async fn the_endpoints_say_how_it_goes_and_let_nobody_else_in() {
    let world = World::new().await;
    let account = world.account(0);
    world.connect(&account).await;
    let daemon = Daemon::start(&world).await;
    assert_eq!(daemon.ask(Method::GET, "/health/live", "").await, (StatusCode::OK, "ok".to_owned()));
    for (path, token, expected) in [
        ("/health", RUN, StatusCode::FORBIDDEN),
        ("/health", "", StatusCode::UNAUTHORIZED),
        ("/api/cron/outlook-sync", READ, StatusCode::FORBIDDEN),
        ("/api/cron/outlook-sync", "", StatusCode::UNAUTHORIZED),
    ] {
        assert_eq!(daemon.ask(Method::GET, path, token).await.0, expected, "{path}");
    }
    let (status, report) = daemon.ask(Method::POST, "/api/cron/outlook-sync", RUN).await;
    assert_eq!(status, StatusCode::OK, "{report}");
    assert!(world.sim().items_fetched(&account.smtp) > 0);
    let (status, health) = daemon.ask(Method::GET, "/health", READ).await;
    assert_eq!(status, StatusCode::OK, "{health}");
    let health: Value = serde_json::from_str(&health).unwrap();
    assert_eq!((&health["healthy"], &health["accounts"][0]["verdict"]), (&true.into(), &"ok".into()));
    let foreign = daemon.request(Method::GET, "/health").header("host", "evil.example.test");
    let foreign = Answer::of(foreign.bearer_auth(READ)).await;
    assert_eq!(foreign.status, StatusCode::MISDIRECTED_REQUEST);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_printed_once_works_at_once_and_until_it_is_revoked() {
    let world = World::new().await;
    let made = world.run(&["token", "new", "dashboard", "--scope", "read", "--owner", "u1"]).await.expect(0);
    let token = made.out.trim();
    assert!(token.starts_with("osd_") && !made.err.contains(token), "{made:?}");
    let daemon = Daemon::start(&world).await;
    let (status, body) = daemon.ask(Method::GET, "/v1/accounts", token).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    assert_eq!(daemon.ask(Method::POST, "/api/cron/outlook-sync", token).await.0, StatusCode::FORBIDDEN);
    let listed = world.run(&["token", "list"]).await.expect(0);
    assert!(listed.out.contains(&token[..12]) && !listed.out.contains(token), "{}", listed.out);
    world.run(&["token", "revoke", &token[..12]]).await.expect(0);
    assert_eq!(daemon.ask(Method::GET, "/v1/accounts", token).await.0, StatusCode::UNAUTHORIZED);
    world.run(&["token", "revoke", &token[..12]]).await.expect(64);
    for wrong in [&["token", "new", "x"][..], &["token", "new", "x", "--scope", "write"]] {
        world.run(wrong).await.expect(64);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_daemon_goes_on_after_a_rotation() {
    let world = World::new().await;
    let account = world.account(0);
    world.connect(&account).await;
    let daemon = Daemon::start(&world).await;
    for round in 2..4 {
        world.run(&["key", "rotate"]).await.expect(0);
        world.run(&["key", "retire", &(round - 1).to_string()]).await.expect(0);
        let (status, report) = daemon.ask(Method::POST, "/api/cron/outlook-sync", RUN).await;
        assert_eq!(status, StatusCode::OK, "{report}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_cron_endpoint_answers_at_once_when_asked_to_and_while_a_cycle_runs() {
    let world = World::new().await;
    let account = world.account(0);
    world.connect(&account).await;
    world.sim().fail(None, Kind::Slow { ms: 3000 });
    let daemon = Daemon::start(&world).await;
    let (status, _) = daemon.ask(Method::GET, "/api/cron/outlook-sync?wait=0", RUN).await;
    assert_eq!(status, StatusCode::ACCEPTED);
    world.sim().wait_for("GetFolder", &account.smtp, 1).await;
    let (status, body) = daemon.ask(Method::POST, "/api/cron/outlook-sync", RUN).await;
    assert_eq!(status, StatusCode::CONFLICT, "{body}");
    assert!(serde_json::from_str::<Value>(&body).unwrap()["since"].is_string());
    let held = world.once().await.expect(75);
    assert!(held.err.contains(&daemon.pid().to_string()), "{}", held.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_another_process_made_due_is_read() {
    let world = World::new().await;
    let account = world.account(0);
    world.connect(&account).await;
    let _daemon = Daemon::start(&world).await;
    world.run(&["sync", "--wait", &account.smtp]).await.expect(0);
    assert!(!world.messages(&account.smtp).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn sigterm_ends_within_ten_seconds_even_while_a_page_hangs() {
    let world = World::new().await;
    let account = world.account(0);
    world.connect(&account).await;
    world.sim().fail(None, Failure::from(Kind::Slow { ms: 60_000 }).on(&["FindItem"]));
    let mut daemon = Daemon::start(&world).await;
    world.sim().wait_for("slow:FindItem", &account.smtp, 1).await;
    let browser = daemon.browser().unwrap();
    let asked = Instant::now();
    daemon.stop().await;
    assert!(asked.elapsed() > Duration::from_secs(5), "the page had its time to come");
    assert_eq!(group(browser), Vec::<i32>::new());
    world.sim().clear_knobs(None);
    world.once().await.expect(0);
    assert!(
        !world.messages(&account.smtp).await.is_empty(),
        "the account stayed due and its lease was given back"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_never_ends_its_request_does_not_hold_the_stop() {
    let world = World::new().await;
    let mut daemon = Daemon::start(&world).await;
    let mut client = TcpStream::connect(&daemon.address).await.unwrap();
    client.write_all(b"POST /api/cron/outlook-sync HTTP/1.1\r\nHost: loc").await.unwrap();
    // Connections are accepted in order: an answer to a later one says that the daemon has this one.
    daemon.ask(Method::GET, "/health/live", "").await;
    daemon.stop().await;
}

/// Kill -9 at any point: no browser outlives it, and the next run goes on and clears up.
/// `OUTLOOK_SYNCD_KILLS` of them (10).
#[tokio::test(flavor = "multi_thread")]
async fn kill_9_leaves_no_browser_and_loses_nothing() {
    let kills: u32 =
        std::env::var_os("OUTLOOK_SYNCD_KILLS").map_or(10, |text| text.to_str().unwrap().parse().unwrap());
    let world = World::new().await;
    let account = world.account(0);
    world.connect(&account).await;
    for round in 0..kills {
        world.sim().deliver(&account.smtp, 2).unwrap();
        world.sim().clear_requests();
        world.run(&["sync"]).await;
        let mut daemon = Daemon::start(&world).await;
        // Another place each time: right at the launch, in the list, among the details, after the last page.
        match round % 4 {
            0 => assert!(until(Duration::from_secs(20), || daemon.browser().is_some()).await),
            1 => world.sim().wait_for("FindItem", &account.smtp, 1).await,
            2 => world.sim().wait_for("GetItem", &account.smtp, 1).await,
            _ => world.sim().wait_for("FindItem", &account.smtp, 2).await,
        }
        let browser = daemon.browser().unwrap();
        daemon.kill().await;
        let gone = until(Duration::from_secs(1), || group(browser).is_empty()).await;
        assert!(gone, "round {round}: {:?}", group(browser).into_iter().map(describe).collect::<Vec<_>>());
    }
    world.cycle().await.expect(0);
    crate::main_job::assert_complete(&world, &account.smtp).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_daemon_whose_file_cannot_be_made_is_worth_another_start() {
    let world = World::new().await;
    // In its place stands what is no file.
    std::fs::create_dir(world.state_dir().join("daemon")).unwrap();
    let run = world.run(&["run"]).await.expect(75);
    assert!(run.err.contains("state directory"), "{}", run.err);
}

/// As if thousands of secrets were being sealed anew, or a large table were changed.
#[tokio::test(flavor = "multi_thread")]
async fn a_daemon_whose_parts_take_long_to_open_is_not_ended_by_the_watchdog() {
    let mut world = World::new().await;
    let url = postgres_url().await;
    world.set_secret("DATABASE__URL_FILE", "database-url", &url);
    drop(world.open(&[]).await);
    let mut other = PgConnection::connect(&url).await.unwrap();
    let mut held = other.begin().await.unwrap();
    sqlx::query("LOCK TABLE canary").execute(&mut *held).await.unwrap();
    let place = world.dir.path().join("notify");
    let systemd = UnixDatagram::bind(&place).unwrap();
    let mut command = world.command(&["run"]);
    command.env("NOTIFY_SOCKET", &place).env("WATCHDOG_USEC", "800000");
    let mut daemon = Daemon::of(command);
    let content = async {
        let (mut times, mut told) = (0, [0; 256]);
        while times < 3 {
            let length = systemd.recv(&mut told).await.unwrap();
            times += usize::from(told[..length].starts_with(b"WATCHDOG=1"));
        }
    };
    let content = tokio::time::timeout(Duration::from_secs(20), content).await;
    assert!(content.is_ok(), "{}", daemon.log());
    assert!(!daemon.log().contains("running"), "it still waits: {}", daemon.log());
    held.rollback().await.unwrap();
    daemon.says("running").await;
    daemon.stop().await;
}
