//! Whether the daemon runs, what it says of itself, and whether its port is to be had.

use super::Check;
use crate::clock::Clock;
use crate::commands::output::ago;
use crate::commands::presence::{START, outdated};
use crate::config::Config;
use crate::daemon::post::listen_hint;
use crate::lock::presence::{self, Presence};
use std::net::SocketAddr;
use tokio::net::TcpListener;

pub(super) async fn checks(config: &Config) -> Vec<Check> {
    let running = match presence::look(&config.daemon_file()) {
        Ok(running) => running,
        Err(error) => return vec![Check::of("daemon", error)],
    };
    let mut checks = vec![daemon(running.as_ref())];
    if config.http.enabled {
        checks.push(open(config.http.listen, port(running.as_ref(), config.http.listen).await));
    }
    checks
}

fn daemon(running: Option<&Presence>) -> Check {
    let Some(daemon) = running else {
        let step = format!("To have mail read by itself, {START}.");
        return Check { step: Some(step), ..Check::fine("daemon", "none runs here") };
    };
    let Presence { pid, started_at, version, config, fault, .. } = daemon;
    if let Some(fault) = fault {
        let found = format!("it reads no account: {}", fault.message);
        return Check { exit: fault.exit(), ..Check::wrong("daemon", found, fault.hint.clone()) };
    }
    let file =
        config.as_ref().map_or_else(|| "no configuration file".to_owned(), |file| file.display().to_string());
    let since = ago(*started_at, Clock::System.now());
    let check = Check::fine("daemon", format!("{version} runs since {since}, pid {pid}, with {file}"));
    let own = env!("CARGO_PKG_VERSION");
    let other_version = (version != own).then(|| format!("Restart the service: version {own} is installed."));
    let outdated =
        || outdated(daemon).map(|failure| format!("{}: {}", failure.message, failure.meaning.hint()));
    Check { step: other_version.or_else(outdated), ..check }
}

/// What is reached from other machines is said, also where the operator has said so first.
fn open(wanted: SocketAddr, port: Check) -> Check {
    if wanted.ip().is_loopback() || !port.ok {
        return port;
    }
    let step =
        "Other machines reach it without TLS, as http.behind_proxy says: let none but the proxy through.";
    Check { step: Some(step.to_owned()), ..port }
}

async fn port(running: Option<&Presence>, wanted: SocketAddr) -> Check {
    let (listen, error) = running.map_or((None, None), |said| (said.listen, said.listen_error.clone()));
    if let (Some(address), None) = (listen, &error) {
        return Check::fine("port", format!("the daemon listens at {address}"));
    }
    let error = match error {
        Some(error) => Some(error),
        None => TcpListener::bind(wanted).await.err().map(|error| format!("http.listen {wanted}: {error}")),
    };
    match error {
        Some(error) => Check::wrong("port", error, listen_hint()),
        None => Check::fine("port", format!("{wanted} is free")),
    }
}
