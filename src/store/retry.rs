//! When what could not be read is tried again.

/// How long it is left alone after its second failure, ms.
pub(super) const SECOND_WAIT: i64 = 4 * 60 * 1000;
/// How long at most, ms.
pub(super) const LONGEST_WAIT: i64 = 24 * 60 * 60 * 1000;
