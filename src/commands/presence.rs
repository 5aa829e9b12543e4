//! Which daemon runs on the state directory: said by the daemon, read by the commands beside it.

use super::Stop;
use super::output::ago;
use crate::clock::Clock;
use crate::config::Config;
use crate::error::WhoseTurn;
use crate::lifecycle;
use crate::lock::LockError;
use crate::lock::presence::{self, Post, Presence};
use crate::model::LastError;
use chrono::{DateTime, Utc};
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::sync::watch;

/// Takes the place of the one daemon.
pub(super) fn take(config: &Config) -> Result<Post, Stop> {
    let presence = Presence {
        pid: std::process::id(),
        started_at: Some(Clock::System.now()),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        config: config.file.clone(),
        ..Presence::default()
    };
    // Room, or a disk that is mounted later, mends it: another start is worth it.
    let later = |error| Stop::from(error).later();
    let taken = presence::take(&config.daemon_file(), presence).map_err(later)?;
    taken.map_err(|other| Stop::second_daemon(&other))
}

/// The daemon that runs, if one does.
pub(super) fn look(config: &Config) -> Result<Option<Presence>, LockError> {
    presence::look(&config.daemon_file())
}

/// Says each fault as it comes and goes.
pub(super) async fn follow(post: Arc<Post>, mut faults: watch::Receiver<Option<LastError>>) {
    while faults.changed().await.is_ok() {
        let fault = faults.borrow_and_update().clone();
        // Others may read it: no address, no name.
        lifecycle::status(fault.as_ref().map_or("works", |fault| &fault.code));
        let met_at = fault.as_ref().map(|_| Clock::System.now());
        post.tell(|presence| (presence.fault, presence.fault_met_at) = (fault, met_at));
    }
}

/// Says what came of listening.
pub(super) fn listening(post: &Post, wanted: SocketAddr, tried: io::Result<SocketAddr>) {
    match tried {
        Ok(address) => {
            tracing::info!(%address, "listening");
            post.tell(|presence| (presence.listen, presence.listen_error) = (Some(address), None));
        }
        Err(error) => {
            let error = Some(format!("http.listen {wanted}: {error}"));
            post.tell(|presence| {
                // The same is said once.
                if presence.listen_error != error {
                    tracing::warn!(error, hint = listen_hint(), "no endpoints; mail is read all the same");
                }
                (presence.listen, presence.listen_error) = (None, error);
            });
        }
    }
}

/// What to do when the port cannot be had.
pub(super) fn listen_hint() -> String {
    WhoseTurn::Operator.sentence(
        "end the other program that listens there (`ss -ltnp` names it), or set another http.listen.",
    )
}

/// What runs, in a line for people; and what is wrong with it, in further ones.
pub(super) fn words(presence: Option<&Presence>, now: DateTime<Utc>) -> String {
    let Some(Presence { pid, started_at, version, listen, listen_error, fault, .. }) = presence else {
        return format!("No daemon runs here: {START}.");
    };
    let at = listen.map_or_else(|| "no endpoints".to_owned(), |address| format!("endpoints at {address}"));
    let mut lines =
        vec![format!("The daemon {version} runs since {} (pid {pid}, {at}).", ago(*started_at, now))];
    lines.extend(listen_error.iter().map(|error| format!("  {error}\n  {}", listen_hint())));
    lines.extend(fault.iter().map(|fault| {
        format!("NO ACCOUNT IS READ, since {}: {}\n  {}", ago(Some(fault.at), now), fault.message, fault.hint)
    }));
    lines.join("\n")
}

/// How a daemon is started.
pub(super) const START: &str =
    "start it (`systemctl start outlook-syncd`), or read what is due once with `outlook-syncd --once`";
