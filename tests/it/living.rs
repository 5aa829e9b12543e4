//! What is wrong with the machine ends no daemon: it says so, goes on where it can, and comes back by itself.

#![cfg(test)]

use crate::stage::{Daemon, READ, World};
use outlook_sim::{Failure, Kind, What};
use reqwest::{Method, StatusCode};
use serde_json::Value;
use std::os::unix::fs::symlink;
use tokio::net::TcpListener;

async fn health(daemon: &Daemon) -> (StatusCode, Value) {
    let (status, body) = daemon.ask(Method::GET, "/health", READ).await;
    (status, serde_json::from_str(&body).unwrap())
}

/// A world with a connected account, whose Chromium is then gone until the path that this gives is made.
async fn without_chromium() -> (World, std::path::PathBuf) {
    let mut world = World::new().await;
    world.connect(&world.account(0)).await;
    let path = world.dir.path().join("chromium");
    world.set("BROWSER__EXECUTABLE", path.to_str().unwrap());
    (world, path)
}

#[tokio::test(flavor = "multi_thread")]
async fn without_chromium_the_daemon_stays_says_so_once_and_reads_when_it_is_there() {
    let (world, path) = without_chromium().await;
    world.connect_with(&world.account(1).smtp, "does not matter").await.expect(69);
    let mut daemon = Daemon::start(&world).await;
    let line = daemon.says("no account can be read").await;
    assert!(line.contains("browser_missing") && line.contains("apt install chromium"), "{line}");
    let (status, body) = health(&daemon).await;
    assert_eq!((status, &body["error"]), (StatusCode::SERVICE_UNAVAILABLE, &"browser_missing".into()));
    assert!(body["accounts"][0]["error"].is_null(), "no account is charged: {body}");
    let run = world.run(&["status"]).await.expect(1);
    assert_eq!(run.out.matches("apt install chromium").count(), 1, "{}", run.out);
    let run = world.run(&["doctor"]).await.expect(69);
    assert!(run.out.contains("FAIL daemon: it reads no account"), "{}", run.out);
    let run = world.run(&["sync", "--wait"]).await.expect(69);
    assert!(run.err.contains("no Chromium"), "{}", run.err);
    symlink("/usr/bin/chromium", path).unwrap();
    daemon.says("accounts can be read again").await;
    assert_eq!(health(&daemon).await.0, StatusCode::OK);
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chromium_that_does_not_start_is_quoted_and_no_account_is_charged() {
    let (world, path) = without_chromium().await;
    let script = "#!/bin/sh\necho 'The hardware on this system lacks support for the sse3 instruction set.' >&2\nexit 1\n";
    std::fs::write(&path, script).unwrap();
    std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let run = world.once().await.expect(70);
    let report = run.json();
    assert_eq!(
        (&report["fault"]["code"], &report["accounts"]),
        (&"browser_launch".into(), &Value::Array(vec![]))
    );
    assert!(report["fault"]["message"].as_str().unwrap().contains("sse3"), "{report}");
    let status = world.run(&["status", "--json"]).await.json();
    assert_eq!((&status["accounts"][0]["failures"], &status["daemon"]), (&0.into(), &Value::Null));
    assert_eq!((&status["error"], &status["healthy"]), (&"browser_launch".into(), &false.into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_port_is_taken_mail_is_read_all_the_same() {
    let mut world = World::new().await;
    world.connect(&world.account(0)).await;
    let other = TcpListener::bind("127.0.0.1:0").await.unwrap();
    world.set("HTTP__LISTEN", &other.local_addr().unwrap().to_string());
    let mut daemon = Daemon::spawn(&world);
    let line = daemon.says("no endpoints").await;
    assert!(line.contains("Address already in use") && line.contains("http.listen"), "{line}");
    daemon.says("cycle ended").await;
    let run = world.run(&["status"]).await.expect(0);
    assert!(run.out.contains("no endpoints") && run.out.contains("Address already in use"), "{}", run.out);
    let run = world.run(&["doctor"]).await.expect(69);
    assert!(run.out.contains("FAIL port: http.listen") && run.out.contains("ss -ltnp"), "{}", run.out);
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_cannot_be_opened_is_waited_for_and_health_says_why() {
    let mut world = World::new().await;
    let place = world.dir.path().join("elsewhere");
    world.set("DATABASE__URL", &format!("sqlite://{}/mail.db", place.display()));
    let mut daemon = Daemon::start(&world).await;
    assert_eq!(daemon.ask(Method::GET, "/health/live", "").await.0, StatusCode::OK);
    let (status, body) = health(&daemon).await;
    assert_eq!((status, &body["healthy"]), (StatusCode::SERVICE_UNAVAILABLE, &false.into()));
    assert_eq!(body["error"], "database_access");
    let (status, body) = daemon.ask(Method::GET, "/health", "somebody").await;
    assert_eq!((status, body.contains("database")), (StatusCode::SERVICE_UNAVAILABLE, false), "{body}");
    std::fs::create_dir(place).unwrap();
    daemon.says(" running ").await;
    let (status, body) = health(&daemon).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waiting_does_not_mend_ends_the_daemon_at_once() {
    let mut world = World::new().await;
    world.run(&["migrate"]).await.expect(0);
    let other = world.dir.path().join("other");
    world.connect(&world.account(0)).await;
    world.run(&["key", "new", other.to_str().unwrap()]).await.expect(0);
    world.set("KEY__FILE", other.to_str().unwrap());
    let run = world.run(&["run"]).await.expect(70);
    assert!(run.err.contains("put the key back"), "{}", run.err);
    world.set("KEY__FILE", "/nonexistent/key");
    let run = world.run(&["run"]).await.expect(78);
    assert!(run.err.contains("put the copy of the key file back"), "{}", run.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn there_is_one_daemon_and_the_commands_know_whether() {
    let world = World::new().await;
    let account = world.account(0);
    world.connect(&account).await;
    let run = world.run(&["status"]).await.expect(0);
    assert!(run.out.contains("No daemon runs here") && run.out.contains("systemctl start"), "{}", run.out);
    let run = world.run(&["sync"]).await.expect(0);
    assert!(run.out.contains("no daemon runs here"), "{}", run.out);
    let run = world.run(&["sync", "--wait"]).await.expect(69);
    assert!(run.err.contains("no daemon runs here") && run.err.contains("--once"), "{}", run.err);
    let mut daemon = Daemon::start(&world).await;
    let run = world.run(&["run"]).await.expect(75);
    assert!(run.err.contains("a daemon runs on this state directory already"), "{}", run.err);
    world.run(&["sync", "--wait"]).await.expect(0);
    let run = world.run(&["status"]).await.expect(0);
    assert!(
        run.out.contains(concat!("The daemon ", env!("CARGO_PKG_VERSION"), " runs since")),
        "{}",
        run.out
    );
    world.sim().fail(None, Failure::from(Kind::Slow { ms: 60_000 }).on(&["FindItem"]));
    let run = world.run(&["sync", "--wait", "--timeout", "1s"]).await.expect(75);
    assert!(run.err.contains("within 1s"), "{}", run.err);
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_key_a_running_daemon_reads_on_and_its_next_start_is_warned_of() {
    let world = World::new().await;
    world.connect(&world.account(0)).await;
    let mut daemon = Daemon::start(&world).await;
    daemon.says("cycle ended").await;
    let key = world.dir.path().join("key");
    std::fs::rename(&key, world.dir.path().join("elsewhere")).unwrap();
    let run = world.run(&["status"]).await.expect(0);
    assert!(!run.out.contains("NO ACCOUNT IS READ"), "{}", run.out);
    assert!(run.out.contains("would not start again: there is no key"), "{}", run.out);
    let status = world.run(&["status", "--json"]).await.expect(0).json();
    assert_eq!((&status["healthy"], &status["warnings"][0]["code"]), (&true.into(), &"no_key".into()));
    daemon.stop().await;
    let run = world.run(&["status"]).await.expect(1);
    assert!(run.out.contains("NO ACCOUNT IS READ: there is no key"), "{}", run.out);
    for args in [&["account", "list"][..], &["account", "show", &world.account(0).smtp], &["messages"]] {
        world.run(args).await.expect(0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_configuration_that_was_changed_after_the_start_is_told_until_the_restart() {
    let world = World::new().await;
    let file = world.dir.path().join("own.toml");
    let write = |text: &str| std::fs::write(&file, text).unwrap();
    let run = async |args: &[&str]| {
        world.run(&[&["--config", file.to_str().unwrap()], args].concat()).await.expect(0)
    };
    write("");
    let start = || Daemon::of(world.command(&["--config", file.to_str().unwrap(), "run"]));
    let mut daemon = start().listening().await;
    let said = "own.toml was changed";
    assert!(!run(&["status"]).await.out.contains(said));
    write("[sync]\nhistory = \"7d\"\n");
    let status = run(&["status"]).await.out;
    assert!(status.contains(said) && status.contains("systemctl restart outlook-syncd"), "{status}");
    assert!(run(&["doctor"]).await.out.contains(said));
    let checked = run(&["config", "check"]).await;
    assert!(checked.out.contains("right") && checked.err.contains(said), "{checked:?}");
    daemon.stop().await;
    let mut daemon = start().listening().await;
    assert!(!run(&["status"]).await.out.contains(said));
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mistyped_first_password_leaves_no_account_and_no_alarm_and_is_not_tried_again() {
    let world = World::new().await;
    let account = world.account(0);
    let run = world.connect_with(&account.smtp, "hunter2").await.expect(77);
    assert!(run.err.contains("refused"), "{}", run.err);
    let run = world.run(&["status"]).await.expect(0);
    assert!(run.out.contains("no account is connected yet"), "{}", run.out);
    assert_eq!(world.run(&["account", "list", "--json"]).await.json()["accounts"], Value::Array(vec![]));
    let run = world.connect_with(&account.smtp, "hunter2").await.expect(77);
    assert!(run.err.contains("refused before and is not tried again"), "{}", run.err);
    world.connect(&account).await;
    world.once().await.expect(0);
    assert_eq!(world.run(&["status", "--json"]).await.expect(0).json()["accounts"][0]["verdict"], "ok");
}

#[tokio::test(flavor = "multi_thread")]
async fn once_names_whom_it_does_not_come_to() {
    let world = World::new().await;
    let account = world.account(0);
    world.connect(&account).await;
    world.once().await.expect(0);
    for what in [What::Ests, What::Owa, What::Bearer] {
        world.sim().expire(&account.smtp, what);
    }
    world.cycle().await.expect(75);
    world.run(&["sync"]).await.expect(0);
    let run = world.run(&["--once"]).await.expect(77);
    assert!(!run.out.contains("not read before somebody acts"), "it is told once: {}", run.out);
    let run = world.run(&["--once"]).await.expect(0);
    assert!(
        run.out.contains("not read before somebody acts") && run.out.contains(&account.smtp),
        "{}",
        run.out
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_that_is_not_trusted_is_named_and_shown() {
    let mut world = World::new().await;
    world.connect(&world.account(0)).await;
    world.once().await.expect(0);
    // As behind an inspecting proxy: the key is another than the one that is trusted.
    world.set("SIMULATOR__SPKI_SHA256", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
    let report = world.cycle().await.expect(70).json();
    assert_eq!(report["fault"]["code"], "certificate", "{report}");
    let hint = report["fault"]["hint"].as_str().unwrap();
    assert!(hint.contains("inspecting proxy") && hint.contains("doctor"), "{hint}");
    let run = world.run(&["doctor"]).await.expect(75);
    assert!(
        run.out.contains("shows a certificate that is not trusted") && run.out.contains("issued by"),
        "{}",
        run.out
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn without_user_namespaces_it_is_said_once_and_not_per_account() {
    let mut world = World::new().await;
    for index in 0..2 {
        world.connect(&world.account(index)).await;
    }
    let path = world.dir.path().join("chromium");
    world.set("BROWSER__EXECUTABLE", path.to_str().unwrap());
    let script = "#!/bin/sh
[ \"$1\" != --version ] || exec echo 'Chromium 156.0.8078.108'
echo '[1:1:FATAL:zygote_host_impl_linux.cc:132] No usable sandbox! If you are running on Ubuntu' >&2
exit 1
";
    std::fs::write(&path, script).unwrap();
    std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let mut daemon = Daemon::start(&world).await;
    daemon.says("browser_no_sandbox").await;
    let run = world.run(&["status"]).await.expect(1);
    assert_eq!(run.out.matches("kernel.unprivileged_userns_clone").count(), 1, "{}", run.out);
    daemon.stop().await;
    world.once().await.expect(70);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_line_of_the_log_tells_what_runs_on_what() {
    let mut world = World::new().await;
    world.connect(&world.account(0)).await;
    let file = world.dir.path().join("own.toml");
    std::fs::write(&file, "[sync]\nhistory = \"7d\"\n").unwrap();
    world.set("SYNC__SCHEDULE", "0 0 1 1 *");
    let mut daemon = Daemon::of(world.command(&["--config", file.to_str().unwrap(), "run"]));
    let line = daemon.says(" running ").await;
    for part in [
        concat!("version=\"", env!("CARGO_PKG_VERSION"), "\""),
        "own.toml",
        "SQLite at ",
        "user=",
        "accounts=1",
        "simulator=127.0.0.1:",
    ] {
        assert!(line.contains(part), "{part} is not in {line}");
    }
    daemon.says("a simulator stands in").await;
    let line = daemon.says("cycle ended").await;
    for part in ["accounts=1", "failed=0", "new=", "seconds="] {
        assert!(line.contains(part), "{part} is not in {line}");
    }
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_may_not_read_the_configuration_is_told_to_use_sudo() {
    let world = World::new().await;
    let file = world.dir.path().join("closed.toml");
    std::fs::write(&file, "").unwrap();
    std::fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o000)).unwrap();
    let run = world.run(&["--config", file.to_str().unwrap(), "status"]).await.expect(78);
    assert!(run.err.contains("sudo") && !run.err.contains("correct the configuration"), "{}", run.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn commands_show_no_log_unless_asked() {
    let world = World::new().await;
    world.connect(&world.account(0)).await;
    let run = world.once().await.expect(0);
    assert_eq!(run.err, "");
    world.run(&["sync"]).await.expect(0);
    world.sim().fail(None, Kind::TooManyRequests { retry_after: 60 });
    let run = world.run(&["--once", "-v"]).await.expect(75);
    assert!(run.err.contains("WARN") && run.err.contains(&world.account(0).smtp), "{}", run.err);
}
