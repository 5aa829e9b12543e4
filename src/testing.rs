//! What unit tests share.

use chrono::{DateTime, Utc};

/// An instant at the beginning of a minute: 2026-09-21T14:13:00Z.
pub(crate) fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_789_999_980, 0).unwrap()
}

/// Wednesday, 4 February 2026, in the afternoon.
pub(crate) fn a_wednesday() -> DateTime<Utc> {
    DateTime::from_timestamp(1_770_219_000, 0).unwrap()
}
