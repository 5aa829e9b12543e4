//! The browser's processes as the machine shows them, and a process that holds a browser and can be killed.

use super::{Site, context};
use nix::sys::signal::{Signal, kill as send};
use nix::unistd::Pid;
use outlook_syncd::browser::Browser;
use outlook_syncd::clock::Clock;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::process::{Child, Command};

/// The living processes of a group.
pub(super) fn members(group: u32) -> Vec<u32> {
    crate::stage::group(group.cast_signed()).into_iter().map(i32::cast_unsigned).collect()
}

/// Waits until a group has no living process.
pub(crate) async fn gone(group: u32) {
    let mut tick = tokio::time::interval(Duration::from_millis(10));
    while !members(group).is_empty() {
        tick.tick().await;
    }
}

pub(super) fn kill(pid: u32) {
    send(Pid::from_raw(pid.try_into().unwrap()), Signal::SIGKILL).unwrap();
}

pub(super) fn kill_renderers(group: u32) {
    let renderers = members(group).into_iter().filter(|pid| {
        let line = fs::read_to_string(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        line.contains("--type=renderer")
    });
    renderers.for_each(kill);
}

/// How many TCP sockets the processes of a group (or one process) listen on.
pub(super) fn listeners(of: u32) -> usize {
    let listening: BTreeSet<String> = ["/proc/net/tcp", "/proc/net/tcp6"]
        .iter()
        .flat_map(|table| {
            fs::read_to_string(table).unwrap_or_default().lines().map(str::to_owned).collect::<Vec<_>>()
        })
        .filter_map(|line| {
            let fields: Vec<_> = line.split_whitespace().collect();
            (fields.get(3) == Some(&"0A")).then(|| format!("socket:[{}]", fields[9]))
        })
        .collect();
    let processes = members(of).into_iter().chain([of]).collect::<BTreeSet<_>>();
    let files = processes
        .into_iter()
        .flat_map(|pid| fs::read_dir(format!("/proc/{pid}/fd")).into_iter().flatten().flatten());
    files
        .filter_map(|file| fs::read_link(file.path()).ok())
        .filter(|to| listening.contains(&*to.to_string_lossy()))
        .count()
}

/// The files below a directory that hold a text.
pub(super) fn files_with(directory: &Path, text: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(directory).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() && !path.is_symlink() {
            found.extend(files_with(&path, text));
        } else if fs::read(&path)
            .is_ok_and(|bytes| bytes.windows(text.len()).any(|window| window == text.as_bytes()))
        {
            found.push(path);
        }
    }
    found
}

/// Another process that runs a browser with its profiles in a given place, until it is killed.
pub(super) struct Holder {
    process: Child,
    pub(super) browser: u32,
}

impl Holder {
    /// Starts this test binary once more, with the test below alone; returns when the browser runs.
    pub(super) async fn start(profiles: &Path) -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["browser::processes::hold_a_browser", "--exact", "--ignored", "--nocapture"]);
        let mut process =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true).spawn().unwrap();
        let path = format!("{}\n", profiles.display());
        process.stdin.as_mut().unwrap().write_all(path.as_bytes()).await.unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let browser = loop {
            let line = lines.next_line().await.unwrap().expect("the holder says which browser it holds");
            if let Some((_, id)) = line.split_once("holding ") {
                break id.parse().unwrap();
            }
        };
        Self { process, browser }
    }

    pub(super) async fn kill(&mut self) {
        self.process.kill().await.unwrap();
    }
}

#[tokio::test]
#[ignore = "not a test: it is what `Holder` runs in a process of its own"]
#[expect(clippy::print_stdout, reason = "it is how the holder answers")]
async fn hold_a_browser() {
    let mut path = String::new();
    std::io::stdin().read_line(&mut path).unwrap();
    let mut settings = Site::new().await.settings();
    settings.profiles = path.trim().into();
    let browser = Browser::new(settings, Clock::System);
    let _context = context(&browser).await;
    println!("holding {}", browser.process_id().unwrap());
    std::future::pending::<()>().await;
}
