//! What strangers cause to be written: so many lines in a minute, and how many were left out.

use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU64, Ordering};

/// So many lines of one kind are in the log in a minute, where nothing else is said.
const IN_LOG: NonZeroU32 = NonZeroU32::new(60).unwrap();

/// How many lines of one kind are written.
pub(crate) struct LineLimit {
    rate: DefaultDirectRateLimiter,
    left_out: AtomicU64,
}

impl Default for LineLimit {
    fn default() -> Self {
        Self::per_minute(IN_LOG)
    }
}

impl LineLimit {
    pub(crate) fn per_minute(most: NonZeroU32) -> Self {
        Self { rate: RateLimiter::direct(Quota::per_minute(most)), left_out: AtomicU64::default() }
    }

    /// Whether a line is to be written, and how many before it were left out.
    pub(crate) fn next(&self) -> Option<u64> {
        if self.rate.check().is_err() {
            self.left_out.fetch_add(1, Ordering::Relaxed);
            return None;
        }
        Some(self.left_out.swap(0, Ordering::Relaxed))
    }

    /// Writes a line of the log by `tell`, unless there were too many; it is given how many those were.
    pub(crate) fn tell(&self, tell: impl FnOnce(Option<u64>)) {
        if let Some(left_out) = self.next() {
            tell(Some(left_out).filter(|count| *count > 0));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_does_not_grow_with_what_strangers_ask() {
        let (lines, mut told) = (LineLimit::default(), 0);
        (0..5000).for_each(|_| lines.tell(|_| told += 1));
        assert!((60..100).contains(&told), "{told}");
        assert_eq!(lines.left_out.load(Ordering::Relaxed), 5000 - told);
    }
}
