//! What others on this machine can see of our children: not one secret, in neither arguments nor environment.

use crate::stage::{Daemon, Run, Stage, processes, write_secret};
use outlook_syncd::model::{AccountId, Role, Scope};
use outlook_syncd::secret::ExposeSecret;
use reqwest::Method;
use serde_json::Value;
use std::collections::BTreeSet;
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::process::Command;

/// Arguments and environment, one after the other, that processes have shown.
type Shown = BTreeSet<String>;

fn read(pid: i32, what: &str) -> String {
    let bytes = std::fs::read(format!("/proc/{pid}/{what}")).unwrap_or_default();
    String::from_utf8_lossy(&bytes).replace('\0', "\n")
}

/// Looks at everything below a process. Between fork and exec a child still shows what its parent does: that
/// is passed over.
fn look(root: i32, shown: &mut Shown) {
    let all = processes();
    let own = read(root, "cmdline");
    let mut family = vec![root];
    while let Some(parent) = family.pop() {
        for (pid, _) in all.iter().filter(|(_, stat)| stat.parent == parent) {
            family.push(*pid);
            let line = read(*pid, "cmdline");
            // Of a process that has ended nothing is left.
            if line != own && !line.is_empty() {
                shown.insert(format!("{line}\n{}", read(*pid, "environ")));
            }
        }
    }
}

/// Looks until the work is done.
async fn watched<T>(root: i32, work: impl Future<Output = T>) -> (T, Shown) {
    let mut shown = Shown::new();
    let mut tick = tokio::time::interval(Duration::from_millis(10));
    tokio::pin!(work);
    loop {
        tokio::select! {
            done = &mut work => return (done, shown),
            _ = tick.tick() => look(root, &mut shown),
        }
    }
}

/// The program, with its key in its environment.
fn program(stage: &Stage, key: &str, args: &[&str]) -> Command {
    let mut command = stage.command(args);
    command.env("OUTLOOK_SYNCD_KEY", key).env("OUTLOOK_SYNCD_KEY__FILE", stage.dir.path().join("none"));
    command
}

/// Every long text in a value.
fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) if text.len() >= 16 => vec![text.clone()],
        Value::Array(all) => all.iter().flat_map(texts).collect(),
        Value::Object(all) => all.values().flat_map(texts).collect(),
        Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) => Vec::new(),
    }
}

/// Refresh and access tokens, and the values of the session's cookies.
async fn stored(stage: &Stage, account: &AccountId) -> Vec<String> {
    let strongbox = &stage.app.services.strongbox;
    let read = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    let tokens = read(strongbox.tokens(account).await.unwrap().unwrap().expose_secret());
    let session = read(strongbox.session(account).await.unwrap().unwrap().expose_secret());
    let cookies = session["cookies"].as_array().unwrap().iter().map(|cookie| &cookie["value"]);
    let cookies: Vec<_> = cookies.flat_map(texts).collect();
    assert!(cookies.len() >= 2, "{cookies:?}");
    [
        texts(&tokens["refresh"]),
        tokens["access"].as_object().unwrap().values().flat_map(|one| texts(&one["token"])).collect(),
        cookies,
    ]
    .concat()
}

/// The browser's processes were seen, with their environment where the machine shows it.
fn assert_seen(shown: &Shown) {
    let of = |kind: &str| shown.iter().filter(|text| text.contains(kind)).count();
    assert!(of("--user-data-dir=") >= 1 && of("--type=renderer") >= 1, "{shown:?}");
    assert!(
        shown.iter().any(|text| text.contains("--user-data-dir=") && text.contains("\nHOME=")),
        "{shown:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_child_is_given_would_be_seen() {
    let mut command = Command::new("sh");
    command.args(["-c", "echo here; read line", "canary-argument"]).env("CANARY", "canary-variable");
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).await.unwrap();
    let mut shown = Shown::new();
    look(std::process::id().try_into().unwrap(), &mut shown);
    let found = |text: &String| text.contains("canary-argument") && text.contains("canary-variable");
    assert!(shown.iter().any(found), "{shown:?}");
    child.wait().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn no_child_shows_a_canary() {
    let stage = Stage::start().await;
    let ada = stage.account(0);
    let key = std::fs::read_to_string(stage.dir.path().join("key")).unwrap().trim().to_owned();
    let (_, secret) = key.split_once("1:").unwrap();
    let secret = secret.lines().next().unwrap().to_owned();
    let mut canaries = vec![secret, ada.password.clone(), "canary-client-secret".to_owned()];
    for name in ["read-token", "cron-secret"] {
        canaries.push(format!("canary-of-the-{name}, 32 bytes long"));
        write_secret(&stage.dir.path().join(name), canaries.last().unwrap());
    }

    // The password is known to the program that signs in, and to no other.
    let connect = ["account", "connect", "--owner", "u1", "--json", "--password-stdin", &ada.smtp];
    let mut child = program(&stage, &key, &connect).stdin(Stdio::piped()).spawn().unwrap();
    let pid = i32::try_from(child.id().unwrap()).unwrap();
    child.stdin.take().unwrap().write_all(ada.password.as_bytes()).await.unwrap();
    let (run, signing_in) = watched(pid, child.wait_with_output()).await;
    Run::from(run.unwrap()).expect(0);
    assert_seen(&signing_in);
    let account = stage.connected("u1", &ada.smtp).await;
    canaries.extend(stored(&stage, &account).await);

    // The daemon holds the others when it starts its browser.
    let daemon = Daemon::of(program(&stage, &key, &["run"])).listening().await;
    let pid = daemon.pid();
    assert_eq!(read(pid, "environ"), "", "not even its own is shown");
    let bearer = stage.bearer(&[Scope::Tokens], None).await;
    let path = format!("/v1/accounts/{account}/access-token?resource=outlook");
    daemon.ask(Method::GET, &path, &bearer).await;
    let cycle = daemon.ask(Method::GET, "/api/cron/outlook-sync", "canary-of-the-cron-secret, 32 bytes long");
    let (_, syncing) = watched(pid, cycle).await;
    assert_seen(&syncing);
    assert!(crate::store::held_in(stage.store(), &account, Role::Inbox).await > 0);
    canaries.push(bearer);
    canaries.extend(stored(&stage, &account).await);

    for shown in signing_in.iter().chain(&syncing) {
        for canary in &canaries {
            assert!(canary.len() > 8 && !shown.contains(canary.as_str()), "{canary:.12}… in {shown}");
        }
    }
}
