//! Lines of the log that strangers cause: so many in a minute, and how many were left out.

use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU64, Ordering};

/// So many lines of one kind are written in a minute.
const MOST: Quota = Quota::per_minute(NonZeroU32::new(60).unwrap());

/// One kind of line.
pub(super) struct Lines {
    rate: DefaultDirectRateLimiter,
    untold: AtomicU64,
}

impl Default for Lines {
    fn default() -> Self {
        Self { rate: RateLimiter::direct(MOST), untold: AtomicU64::default() }
    }
}

impl Lines {
    /// Writes the line by `tell`, which is given how many before it were not told, unless there were too many.
    pub(super) fn tell(&self, tell: impl FnOnce(Option<u64>)) {
        if self.rate.check().is_err() {
            self.untold.fetch_add(1, Ordering::Relaxed);
        } else {
            tell(Some(self.untold.swap(0, Ordering::Relaxed)).filter(|count| *count > 0));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_does_not_grow_with_what_strangers_ask() {
        let (lines, mut told) = (Lines::default(), 0);
        (0..5000).for_each(|_| lines.tell(|_| told += 1));
        assert!((60..100).contains(&told), "{told}");
        assert_eq!(lines.untold.load(Ordering::Relaxed), 5000 - told);
    }
}
