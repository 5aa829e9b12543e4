//! How the process is told to stop, and what it tells systemd: ready, alive, stopping.

use crate::clock::Clock;
use sd_notify::NotifyState;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// The wish that the process end.
#[derive(Debug, Clone)]
pub struct Stop {
    /// End at the next good place: a page boundary.
    pub soft: CancellationToken,
    /// End now. It cancels `soft` as well.
    pub hard: CancellationToken,
}

impl Default for Stop {
    fn default() -> Self {
        let hard = CancellationToken::new();
        Self { soft: hard.child_token(), hard }
    }
}

impl Stop {
    /// Listens for SIGTERM and SIGINT: the first is a soft stop, the second a hard one.
    ///
    /// # Errors
    /// When the handlers cannot be installed.
    ///
    /// # Panics
    /// Outside a tokio runtime.
    pub fn on_signals() -> io::Result<Self> {
        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        let stop = Self::default();
        let told = stop.clone();
        tokio::spawn(async move {
            for token in [told.soft, told.hard] {
                tokio::select! { _ = terminate.recv() => {}, _ = interrupt.recv() => {} }
                token.cancel();
            }
        });
        Ok(stop)
    }
}

/// Tells systemd that the daemon serves.
pub fn ready() {
    tell(NotifyState::Ready);
}

/// Tells systemd that the daemon ends on purpose.
pub fn stopping() {
    tell(NotifyState::Stopping);
}

/// The line that `systemctl status` shows. No address, no name: others may read it.
pub fn status(line: &str) {
    tell(NotifyState::Status(&line.replace('\n', " ")));
}

/// Outside systemd nobody listens, and that is no error.
fn tell(state: NotifyState<'_>) {
    if let Err(error) = sd_notify::notify(&[state]) {
        tracing::debug!(%error, "systemd was not told");
    }
}

/// Proof that work goes on: whoever does the work touches it, the watchdog looks.
#[derive(Debug, Clone, Default)]
pub struct Heartbeat(Arc<AtomicU64>);

impl Heartbeat {
    /// Something was done: a look at the due rows, a page, an answer waited for in vain.
    pub fn touch(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    fn seen(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// Keeps systemd's watchdog content while there is progress. Looks every quarter of the interval, so that a
/// touch in every three quarters is enough; without one the process is restarted at most five quarters after
/// the last. Returns at once where there is no watchdog, else never.
pub async fn watchdog(progress: Heartbeat, clock: Clock) {
    if let Some(interval) = sd_notify::watchdog_enabled() {
        watch(interval, &progress, &clock, || tell(NotifyState::Watchdog)).await;
    }
}

async fn watch(interval: Duration, progress: &Heartbeat, clock: &Clock, ping: impl Fn()) {
    let mut seen = progress.seen();
    loop {
        clock.sleep(interval / 4).await;
        let now = progress.seen();
        if now != seen {
            seen = now;
            ping();
        }
    }
}

#[cfg(test)]
mod tests;
