//! The only reader of the wall clock and the only place that waits.

use chrono::{DateTime, TimeDelta, Utc};
use std::future::Future;
use std::time::Duration;
use tokio::sync::watch;

/// The time, real or set by a test.
#[derive(Debug, Clone)]
pub enum Clock {
    /// The machine's.
    System,
    /// A test's: it stands still until it is moved.
    Manual(watch::Sender<DateTime<Utc>>),
}

/// A time limit ran out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no answer within {} s", .0.as_secs())]
pub struct Elapsed(
    /// The time that was over.
    pub Duration,
);

impl Clock {
    /// A clock that stands at `start` until `advance` moves it.
    #[must_use]
    pub fn manual(start: DateTime<Utc>) -> Self {
        Self::Manual(watch::Sender::new(start))
    }

    /// The instant now, cut to milliseconds as the database keeps it.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        #[expect(clippy::disallowed_methods, reason = "this is the one place that may")]
        let now = match self {
            Self::System => Utc::now(),
            Self::Manual(at) => *at.borrow(),
        };
        DateTime::from_timestamp_millis(now.timestamp_millis()).unwrap_or(now)
    }

    /// Moves a manual clock on; the machine's clock cannot be moved.
    pub fn advance(&self, by: TimeDelta) {
        if let Self::Manual(at) = self {
            at.send_modify(|now| *now += by);
        }
    }

    /// Waits for that time, on a manual clock until somebody moves it so far.
    pub async fn sleep(&self, time: Duration) {
        match self {
            #[expect(clippy::disallowed_methods, reason = "this is the one place that may")]
            Self::System => tokio::time::sleep(time).await,
            Self::Manual(at) => {
                let end = self.now() + TimeDelta::from_std(time).unwrap_or(TimeDelta::MAX);
                // The sender lives in `self`, so the channel cannot close.
                let _ = at.subscribe().wait_for(|now| *now >= end).await;
            }
        }
    }

    /// Runs `work` under a limit of real time, whatever the clock says: a hung peer must not hang a test.
    ///
    /// # Errors
    /// `Elapsed` when the limit ran out; `work` is dropped.
    pub async fn limit<T>(time: Duration, work: impl Future<Output = T>) -> Result<T, Elapsed> {
        tokio::time::timeout(time, work).await.map_err(|_| Elapsed(time))
    }
}
