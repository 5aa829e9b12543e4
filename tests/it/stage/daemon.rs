//! The program as a service.

use super::World;
use super::browser::{Stat, processes};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use reqwest::{Method, StatusCode};
use std::time::{Duration, Instant};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, ChildStderr, Command};
use tokio::sync::watch;

/// It ends within this time when it is asked to.
const END: Duration = Duration::from_secs(10);

/// A running daemon. Dropped, it is asked to end.
pub(crate) struct Daemon {
    child: Child,
    pub(crate) address: String,
    client: reqwest::Client,
    log: watch::Receiver<Vec<String>>,
    /// How many lines of the log `says` has passed.
    passed: usize,
}

impl Daemon {
    /// Starts the daemon and waits until it says where it listens.
    pub(crate) async fn start(world: &World) -> Self {
        Self::of(world.command(&["run"])).listening().await
    }

    /// Starts the daemon.
    pub(crate) fn spawn(world: &World) -> Self {
        Self::of(world.command(&["run"]))
    }

    /// Starts the daemon by this command.
    pub(crate) fn of(mut command: Command) -> Self {
        let mut child = command.spawn().unwrap();
        let (said, log) = watch::channel(Vec::new());
        tokio::spawn(keep(child.stderr.take().unwrap(), said));
        let client = outlook_syncd::net::client().build().unwrap();
        Self { child, address: String::new(), client, log, passed: 0 }
    }

    /// The daemon, once it says where it listens.
    pub(crate) async fn listening(mut self) -> Self {
        // Its parts begin side by side: what it says before is for `says`.
        let line = self.next("address=").await.1;
        let (_, rest) = line.split_once("address=").unwrap();
        rest.split_whitespace().next().unwrap().clone_into(&mut self.address);
        self
    }

    /// The next line of its log with this text.
    pub(crate) async fn says(&mut self, text: &str) -> String {
        let (at, line) = self.next(text).await;
        self.passed = at + 1;
        line
    }

    async fn next(&mut self, text: &str) -> (usize, String) {
        let passed = self.passed;
        let find = |lines: &[String]| {
            let mut rest = lines.iter().enumerate().skip(passed);
            rest.find(|(_, line)| line.contains(text)).map(|(at, line)| (at, line.clone()))
        };
        let lines = self.log.wait_for(|lines| find(lines).is_some()).await.expect("the daemon goes on");
        find(&lines).unwrap()
    }

    /// All that it has said.
    pub(crate) fn log(&self) -> String {
        self.log.borrow().concat()
    }

    /// A request to it, by its address.
    pub(crate) fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.client.request(method, format!("http://{}{path}", self.address))
    }

    pub(crate) async fn ask(&self, method: Method, path: &str, token: &str) -> (StatusCode, String) {
        let answer = self.request(method, path).bearer_auth(token).send().await.unwrap();
        (answer.status(), answer.text().await.unwrap())
    }

    pub(crate) fn pid(&self) -> i32 {
        i32::try_from(self.child.id().unwrap()).unwrap()
    }

    /// Asks it to stop, which must be done within ten seconds.
    pub(crate) async fn stop(&mut self) {
        self.ask_to_end();
        let ended = tokio::time::timeout(END, self.child.wait()).await;
        assert_eq!(ended.expect("it ends within ten seconds").unwrap().code(), Some(0));
    }

    /// Kill -9.
    pub(crate) async fn kill(&mut self) {
        self.child.kill().await.unwrap();
    }

    fn ask_to_end(&self) {
        kill(Pid::from_raw(self.pid()), Signal::SIGTERM).unwrap();
    }

    /// The browser's process group: a child of the daemon leads it.
    pub(crate) fn browser(&self) -> Option<i32> {
        let leads = |(pid, stat): &(i32, Stat)| stat.parent == self.pid() && stat.group == *pid;
        processes().into_iter().find(leads).map(|(pid, _)| pid)
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        if self.child.id().is_none() {
            return;
        }
        self.ask_to_end();
        let end = Instant::now() + END;
        while Instant::now() < end && matches!(self.child.try_wait(), Ok(None)) {
            std::thread::park_timeout(Duration::from_millis(5));
        }
    }
}

/// Reads to the end, so that the daemon can go on writing.
async fn keep(log: ChildStderr, said: watch::Sender<Vec<String>>) {
    let mut lines = BufReader::new(log).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        said.send_modify(|lines| lines.push(line));
    }
}
