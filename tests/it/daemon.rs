//! The daemon: its endpoints, its stop, and what a kill leaves behind.

use crate::support::{Stat, World, describe, group, processes};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use outlook_sim::{Failure, Kind};
use reqwest::{Method, StatusCode};
use serde_json::Value;
use std::time::{Duration, Instant};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, ChildStderr};

/// A running daemon.
struct Daemon {
    child: Child,
    address: String,
    client: reqwest::Client,
    /// Kept open, so that the daemon can go on writing.
    _log: BufReader<ChildStderr>,
}

impl Daemon {
    /// Starts the daemon and waits until it says where it listens.
    async fn start(world: &World) -> Self {
        let mut child = world.command(&["run"]).spawn().unwrap();
        let mut log = BufReader::new(child.stderr.take().unwrap());
        let mut line = String::new();
        let address = loop {
            line.clear();
            assert_ne!(log.read_line(&mut line).await.unwrap(), 0, "the daemon ended");
            if let Some((_, rest)) = line.split_once("address=") {
                break rest.split_whitespace().next().unwrap().to_owned();
            }
        };
        let client = outlook_syncd::net::client().build().unwrap();
        Self { child, address, client, _log: log }
    }

    async fn ask(&self, method: Method, path: &str, token: &str) -> (StatusCode, String) {
        let request =
            self.client.request(method, format!("http://{}{path}", self.address)).bearer_auth(token);
        let answer = request.send().await.unwrap();
        (answer.status(), answer.text().await.unwrap())
    }

    fn pid(&self) -> i32 {
        i32::try_from(self.child.id().unwrap()).unwrap()
    }

    /// The browser's process group: a child of the daemon leads it.
    fn browser(&self) -> Option<i32> {
        let leads = |(pid, stat): &(i32, Stat)| stat.parent == self.pid() && stat.group == *pid;
        processes().into_iter().find(leads).map(|(pid, _)| pid)
    }
}

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
    for (path, token) in [
        ("/health", "run-me"),
        ("/health", ""),
        ("/api/cron/outlook-sync", "read-me"),
        ("/api/cron/outlook-sync", ""),
    ] {
        assert_eq!(daemon.ask(Method::GET, path, token).await.0, StatusCode::UNAUTHORIZED, "{path}");
    }
    let (status, report) = daemon.ask(Method::POST, "/api/cron/outlook-sync", "run-me").await;
    assert_eq!(status, StatusCode::OK, "{report}");
    assert!(world.sim().items_fetched(&account.smtp) > 0);
    let (status, health) = daemon.ask(Method::GET, "/health", "read-me").await;
    assert_eq!(status, StatusCode::OK, "{health}");
    let health: Value = serde_json::from_str(&health).unwrap();
    assert_eq!((&health["healthy"], &health["accounts"][0]["verdict"]), (&true.into(), &"ok".into()));
    let foreign =
        daemon.client.get(format!("http://{}/health", daemon.address)).header("host", "evil.example.test");
    assert_eq!(
        foreign.bearer_auth("read-me").send().await.unwrap().status(),
        StatusCode::MISDIRECTED_REQUEST
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_cron_endpoint_answers_at_once_when_asked_to_and_while_a_cycle_runs() {
    let world = World::new().await;
    let account = world.account(0);
    world.connect(&account).await;
    world.sim().fail(None, Kind::Slow { ms: 3000 });
    let daemon = Daemon::start(&world).await;
    let (status, _) = daemon.ask(Method::GET, "/api/cron/outlook-sync?wait=0", "run-me").await;
    assert_eq!(status, StatusCode::ACCEPTED);
    world.sim().wait_for("GetFolder", &account.smtp, 1).await;
    let (status, body) = daemon.ask(Method::POST, "/api/cron/outlook-sync", "run-me").await;
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
    world.sim().wait_for("GetFolder", &account.smtp, 1).await;
    let browser = daemon.browser().unwrap();
    let asked = Instant::now();
    kill(Pid::from_raw(daemon.pid()), Signal::SIGTERM).unwrap();
    let status = daemon.child.wait().await.unwrap();
    assert_eq!(status.code(), Some(0));
    assert!(asked.elapsed() < Duration::from_secs(10), "{:?}", asked.elapsed());
    assert_eq!(group(browser), Vec::<i32>::new());
    world.sim().clear_knobs(None);
    world.once().await.expect(0);
    assert!(
        !world.messages(&account.smtp).await.is_empty(),
        "the account stayed due and its lease was given back"
    );
}

/// Kill -9 at any point: no browser outlives it, and the next run goes on. `OUTLOOK_SYNCD_KILLS` of them (10).
#[tokio::test(flavor = "multi_thread")]
async fn kill_9_leaves_no_browser_and_loses_nothing() {
    let kills: u32 = std::env::var("OUTLOOK_SYNCD_KILLS").map_or(10, |text| text.parse().unwrap());
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
        daemon.child.kill().await.unwrap();
        let gone = until(Duration::from_secs(1), || group(browser).is_empty()).await;
        assert!(gone, "round {round}: {:?}", group(browser).into_iter().map(describe).collect::<Vec<_>>());
    }
    world.cycle().await.expect(0);
    crate::main_job::assert_complete(&world, &account.smtp).await;
    let browsers = std::fs::read_dir(world.state_dir().join("browser")).unwrap().flatten();
    let profiles: Vec<_> = browsers.map(|entry| entry.path()).filter(|path| path.is_dir()).collect();
    assert_eq!(profiles, Vec::<std::path::PathBuf>::new(), "profiles of the dead are removed");
}
