//! A firm's proxy as Debian has one: tinyproxy, which wants a user, and leads on to the simulator's hosts.

use std::net::SocketAddr;
use std::process::Stdio;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::net::TcpListener;
use tokio::process::{Child, Command};
use tokio::sync::watch;

pub(super) const USER: &str = "svc-outlook";
pub(super) const PASSWORD: &str = "canary-of-the-proxy";

pub(super) struct Tinyproxy {
    /// Its address.
    pub(super) address: SocketAddr,
    log: watch::Receiver<Vec<String>>,
    _child: Child,
    _dir: TempDir,
}

/// A port of loopback at which nobody listens.
pub(super) async fn free() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap()
}

impl Tinyproxy {
    /// One that leads to `upstream`, but to none of the hosts in `denied`.
    pub(super) async fn start(upstream: SocketAddr, denied: &[&str]) -> Self {
        let (dir, address) = (TempDir::new().unwrap(), free().await);
        let path = |name: &str| dir.path().join(name);
        std::fs::write(path("denied"), denied.join("\n")).unwrap();
        let text = format!(
            "Listen 127.0.0.1\nPort {}\nMaxClients 100\nTimeout 60\nLogLevel Info\nConnectPort 443\nConnectPort 993\n\
             BasicAuth {USER} {PASSWORD}\nUpstream http {upstream}\nFilter \"{}\"\n",
            address.port(),
            path("denied").display(),
        );
        std::fs::write(path("conf"), text).unwrap();
        let mut command = Command::new("tinyproxy");
        command.arg("-d").arg("-c").arg(path("conf")).stdout(Stdio::piped()).kill_on_drop(true);
        let mut child = command.spawn().expect("scripts/setup installs tinyproxy");
        let (said, mut log) = watch::channel(Vec::new());
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        tokio::spawn(async move {
            while let Ok(Some(line)) = lines.next_line().await {
                said.send_modify(|all| all.push(line));
            }
        });
        let listens = |all: &Vec<String>| all.iter().any(|line| line.contains("Accepting connections"));
        log.wait_for(listens).await.expect("it starts");
        Self { address, log, _child: child, _dir: dir }
    }

    /// How often it was asked for a host, by whomever; for any where none is named.
    pub(super) fn asked(&self, host: &str) -> usize {
        let asks = |line: &&String| line.contains(": CONNECT ") && line.contains(host);
        self.log.borrow().iter().filter(asks).count()
    }

    pub(super) fn log(&self) -> String {
        self.log.borrow().join("\n")
    }
}
