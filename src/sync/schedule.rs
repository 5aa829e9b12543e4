//! When a part of an account is due next, and since when it should have been read. Pure.

mod timetable;

use crate::error::{Disposition, Meaning};
use crate::model::PartState;
use crate::net;
use crate::store::Latest;
use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use chrono_tz::Tz;
use croner::Cron;
use std::iter::successors;
use std::time::Duration;
use timetable::Timetable;

/// The first wait after a failure; it doubles up to an hour, and for drift up to six.
const FIRST_WAIT: TimeDelta = TimeDelta::minutes(5);
const LONGEST_WAIT: TimeDelta = TimeDelta::hours(1);
/// How often something that only a person can change is looked at again.
const SLOW: TimeDelta = TimeDelta::hours(6);
/// In so many turns before this one what stays was met.
const TURNS_BEFORE: i64 = 3;
/// One millisecond less than a minute: added before cutting to the minute, it rounds up.
const LAST_MOMENT: TimeDelta = TimeDelta::milliseconds(59_999);
/// By how much the clocks of machines that share a database may differ.
pub const SKEW: TimeDelta = TimeDelta::minutes(5);
/// Cycles that may fail to read an account before it counts as late.
const PATIENCE: u8 = 3;

/// The next beginning of a cycle, on the minute and always after `now`; an expression that never comes again
/// is taken as one hour.
#[must_use]
pub fn next_cycle(schedule: &Cron, zone: Tz, now: DateTime<Utc>) -> DateTime<Utc> {
    Timetable { schedule, zone }.next(now).unwrap_or(now + LONGEST_WAIT)
}

/// The latest times that the rows of parts can have at `now`: of a machine whose clock differs a little, of
/// `behind` the schedule, and of what a server is believed, lengthened to a whole minute.
#[must_use]
pub fn latest(schedule: &Cron, zone: Tz, behind: TimeDelta, now: DateTime<Utc>) -> Latest {
    let longest = TimeDelta::from_std(net::LONGEST_WAIT).unwrap_or(SLOW);
    Latest {
        turn: now + SKEW,
        cycle: next_cycle(schedule, zone, now) + behind,
        not_before: minute(now + longest + LAST_MOMENT),
    }
}

/// The instant since which an account should have succeeded: three of the schedule's own intervals before
/// `now`. An expression that never came before is taken as every hour.
#[must_use]
pub fn expected_since(schedule: &Cron, zone: Tz, now: DateTime<Utc>) -> DateTime<Utc> {
    three_cycles_ago(schedule, zone, now).unwrap_or(now - LONGEST_WAIT * i32::from(PATIENCE))
}

/// As far into the third cycle before the last one as `now` is into the last one, which has begun and need
/// not have ended. Never later than the cycle after that third one began: a gap after the last one, such as a
/// night, does not count.
fn three_cycles_ago(schedule: &Cron, zone: Tz, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let timetable = Timetable { schedule, zone };
    let before = |at: &DateTime<Utc>| timetable.last(*at - TimeDelta::seconds(1));
    let mut begun = successors(timetable.last(now), before);
    let last = begun.next()?;
    let after = begun.nth(usize::from(PATIENCE) - 2)?;
    let third = begun.next()?;
    Some(after.min(third + (now - last)))
}

/// When a part is due again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Again {
    /// By our own wait; `None` parks it until somebody signs in.
    pub next_at: Option<DateTime<Utc>>,
    /// What the server asked for, and for what is not looked at on request the same as `next_at`: it is not due
    /// before, whoever asks.
    pub not_before: Option<DateTime<Utc>>,
}

/// When a part is due after its `failures`-th failure in a row, of those by drift where this is one; `why` it
/// failed.
///
/// `jitter`, any byte, spreads accounts that failed together over a tenth of the wait. It falls on a whole
/// minute, as cycles begin, so that `--once` by a timer finds it: our own wait is cut to it, the server's is
/// lengthened.
#[must_use]
pub fn after_failure(why: &Meaning, failures: i64, jitter: u8, now: DateTime<Utc>) -> Again {
    let not_before = not_before(why.retry_after, now);
    let Some(wait) = wait(why.disposition, failures) else { return Again { next_at: None, not_before } };
    let spread = wait / 10 * i32::from(jitter) / i32::from(u8::MAX);
    let own = minute(now + wait + spread);
    let is_policy = why.disposition == Disposition::Blocked && !why.on_request;
    Again { next_at: Some(own), not_before: not_before.max(is_policy.then_some(own)) }
}

/// The whole minute before which a server asks to be left alone.
#[must_use]
pub fn not_before(retry_after: Option<Duration>, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let said = TimeDelta::from_std(retry_after?).ok()?;
    Some(minute(now + said + LAST_MOMENT))
}

/// When a session that was just called dead, and may not be, is looked at for the last time.
#[must_use]
pub fn last_look(now: DateTime<Utc>) -> DateTime<Utc> {
    minute(now + SLOW)
}

/// Whether the turns before met it too, for six hours and, with this one, in four turns or more: what an IMAP server says in
/// an outage it says for good too (MailKit#1494, mscdex/node-imap#523).
#[must_use]
pub fn has_stayed(before: Option<&PartState>, code: &str, now: DateTime<Utc>) -> bool {
    let met = before.filter(|state| state.last_error.as_ref().is_some_and(|error| error.code == code));
    let long_ago = |since: DateTime<Utc>| now - since >= SLOW;
    met.is_some_and(|state| state.failures >= TURNS_BEFORE && state.error_since.is_some_and(long_ago))
}

/// Our own wait; `None` until somebody signs in.
fn wait(disposition: Disposition, failures: i64) -> Option<TimeDelta> {
    let doublings = u32::try_from(failures.clamp(1, 8) - 1).unwrap_or(0);
    let growing = FIRST_WAIT * 2_i32.pow(doublings);
    match disposition {
        // What ends a run, a full disk or a browser that is being replaced, is soon mended too.
        Disposition::Retry | Disposition::Fatal => Some(growing.min(LONGEST_WAIT)),
        Disposition::Drift => Some(growing.min(SLOW)),
        Disposition::Blocked => Some(SLOW),
        Disposition::NeedsLogin => None,
    }
}

/// The minute that an instant lies in.
fn minute(at: DateTime<Utc>) -> DateTime<Utc> {
    at.duration_trunc(TimeDelta::minutes(1)).unwrap_or(at)
}

#[cfg(test)]
mod tests;
