//! The end of a browser, and the clearing up.

use super::egress::Egress;
use super::launch::{self, Process};
use super::profile::ProfileDir;
use super::{BrowserError, tree};
use crate::clock::Clock;
use std::time::Duration;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// The count of open contexts of an engine that takes no more.
pub(super) const CLOSED: usize = usize::MAX;

/// Why an engine ends.
#[derive(Debug, Clone, Copy)]
pub(super) enum EngineEnd {
    Died,
    Stopped,
    Idle,
}

/// Waits for the end of an engine.
pub(super) async fn ending(
    dead: CancellationToken,
    stop: CancellationToken,
    clock: Clock,
    idle: Duration,
    open: watch::Sender<usize>,
) -> EngineEnd {
    tokio::select! {
        () = dead.cancelled() => EngineEnd::Died,
        () = stop.cancelled() => EngineEnd::Stopped,
        () = unused(&clock, idle, &open) => EngineEnd::Idle,
    }
}

/// Waits until no context has been open for `time`, and lets no new one in.
async fn unused(clock: &Clock, time: Duration, open: &watch::Sender<usize>) {
    let mut changes = open.subscribe();
    loop {
        // The sender is ours, so the channel cannot close.
        let _ = changes.wait_for(|open| *open == 0).await;
        tokio::select! {
            () = clock.sleep(time) => {}
            _ = changes.changed() => continue,
        }
        let close = |open: &mut usize| {
            let unused = *open == 0;
            if unused {
                *open = CLOSED;
            }
            unused
        };
        if open.send_if_modified(close) {
            return;
        }
    }
}

/// What a running Chromium needs.
pub(super) struct Care {
    pub(super) process: Process,
    pub(super) profile: ProfileDir,
    pub(super) egress: Egress,
}

impl Care {
    /// Holds it until the end, then clears up. Gives what Chromium wrote about its end.
    pub(super) async fn until(self, ending: impl Future<Output = EngineEnd>) -> BrowserError {
        let ending = ending.await;
        let Self { process, profile, egress } = self;
        let group = process.id();
        let explained = launch::explain(&profile);
        tracing::debug!(process = group, ?ending, "browser closed");
        drop(egress);
        // A panic in there loses a directory at most, which the next start removes.
        let _ = tokio::task::spawn_blocking(move || drop(process)).await;
        // The profile is removed when nobody writes to it any more; and what outlived us would be killed by
        // systemd, which says so in the log.
        for _ in 0..200 {
            if tree::is_gone(group, profile.path()) {
                break;
            }
            Clock::System.sleep(Duration::from_millis(10)).await;
        }
        let _ = tokio::task::spawn_blocking(move || drop(profile)).await;
        explained
    }
}
