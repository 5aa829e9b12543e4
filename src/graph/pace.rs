//! How much a mailbox is asked: three requests at a time, and fewer in ten minutes than Outlook allows an
//! application for a mailbox: four at a time, 10,000 in ten minutes.
//! <https://learn.microsoft.com/graph/throttling-limits>

use chrono::{DateTime, TimeDelta, Utc};
use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{Semaphore, SemaphorePermit};

/// Requests at a time.
const AT_ONCE: usize = 3;
/// Requests in a window.
const MOST: usize = 9_600;
/// How long one counts.
const WINDOW: TimeDelta = TimeDelta::minutes(10);

/// What a mailbox was asked lately.
pub(super) struct RequestBudget {
    places: Semaphore,
    asked: Mutex<VecDeque<DateTime<Utc>>>,
}

impl Default for RequestBudget {
    fn default() -> Self {
        Self { places: Semaphore::new(AT_ONCE), asked: Mutex::default() }
    }
}

impl RequestBudget {
    /// Waits for a place among those that ask.
    pub(super) async fn place(&self) -> SemaphorePermit<'_> {
        self.places.acquire().await.expect("it is never closed")
    }

    /// Counts so many requests.
    ///
    /// # Errors
    /// After how long there is room for them again; then nothing is counted.
    pub(super) fn count(&self, requests: usize, now: DateTime<Utc>) -> Result<(), Duration> {
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        // What was asked when a clock was ahead says nothing.
        asked.retain(|at| *at <= now && now - *at < WINDOW);
        let over = (asked.len() + requests).saturating_sub(MOST);
        if let Some(last) = over.checked_sub(1).and_then(|last| asked.get(last)) {
            return Err((*last + WINDOW - now).to_std().unwrap_or_default());
        }
        asked.extend(std::iter::repeat_n(now, requests));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_ten_minutes_there_are_no_more_requests_than_allowed_and_then_there_are_again() {
        let pace = RequestBudget::default();
        let at = |seconds: i64| DateTime::from_timestamp(1_800_000_000 + seconds, 0).unwrap();
        pace.count(20, at(0)).unwrap();
        pace.count(MOST - 20, at(60)).unwrap();
        assert_eq!(pace.count(1, at(100)), Err(Duration::from_secs(500)));
        assert_eq!(pace.count(21, at(100)), Err(Duration::from_secs(560)));
        pace.count(20, at(600)).unwrap();
        assert_eq!(pace.count(1, at(601)), Err(Duration::from_secs(59)));
        pace.count(1, at(-3_000)).expect("a clock that was ahead holds nobody up");
    }
}
