//! When a part of an account is due next, and since when it should have been read. Pure.

use crate::error::Disposition;
use chrono::{DateTime, DurationRound, SubsecRound, TimeDelta, Utc};
use chrono_tz::Tz;
use croner::Cron;
use std::iter::successors;
use std::time::Duration;

/// The first wait after a failure; it doubles up to an hour.
const FIRST_WAIT: TimeDelta = TimeDelta::minutes(5);
const LONGEST_WAIT: TimeDelta = TimeDelta::hours(1);
/// How often something that only a person can change is looked at again.
const SLOW: TimeDelta = TimeDelta::hours(6);
/// One millisecond less than a minute: added before cutting to the minute, it rounds up.
const LAST_MOMENT: TimeDelta = TimeDelta::milliseconds(59_999);
/// Cycles that may fail to read an account before it counts as late.
const PATIENCE: u8 = 3;

/// The next beginning of a cycle after `now`, on the minute; an expression that never comes again is taken as
/// one hour.
#[must_use]
pub fn next_cycle(schedule: &Cron, zone: Tz, now: DateTime<Utc>) -> DateTime<Utc> {
    let second = whole_second(now, zone);
    schedule
        .find_next_occurrence(&second, false)
        .map_or(second.with_timezone(&Utc) + LONGEST_WAIT, |at| at.with_timezone(&Utc))
}

/// A fraction of a second would stay in every time that the expression finds.
fn whole_second(now: DateTime<Utc>, zone: Tz) -> DateTime<Tz> {
    now.with_timezone(&zone).trunc_subsecs(0)
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
    let second = whole_second(now, zone);
    let before = |at: &DateTime<Tz>| schedule.find_previous_occurrence(at, false).ok();
    let newest = schedule.find_previous_occurrence(&second, true).ok();
    let mut begun = successors(newest, before).map(|at| at.with_timezone(&Utc));
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
    /// What the server asked for, and for a policy the same as `next_at`: it is not due before, whoever asks.
    pub not_before: Option<DateTime<Utc>>,
}

/// When a part is due after its `failures`-th failure in a row.
///
/// `jitter`, any byte, spreads accounts that failed together over a tenth of the wait. It falls on a whole
/// minute, as cycles begin, so that `--once` by a timer finds it: our own wait is cut to it, the server's is
/// lengthened.
#[must_use]
pub fn after_failure(
    disposition: Disposition,
    failures: i64,
    retry_after: Option<Duration>,
    jitter: u8,
    now: DateTime<Utc>,
) -> Again {
    let said = retry_after.and_then(|time| TimeDelta::from_std(time).ok());
    let not_before = said.map(|said| minute(now + said + LAST_MOMENT));
    let Some(wait) = wait(disposition, failures) else { return Again { next_at: None, not_before } };
    let spread = wait / 10 * i32::from(jitter) / i32::from(u8::MAX);
    let own = minute(now + wait + spread);
    let is_policy = disposition == Disposition::Blocked;
    Again { next_at: Some(own), not_before: not_before.max(is_policy.then_some(own)) }
}

/// Our own wait; `None` until somebody signs in.
fn wait(disposition: Disposition, failures: i64) -> Option<TimeDelta> {
    let doublings = u32::try_from(failures.clamp(1, 6) - 1).unwrap_or(0);
    match disposition {
        // What ends a run, a full disk or a browser that is being replaced, is soon mended too.
        Disposition::Retry | Disposition::Fatal => {
            Some((FIRST_WAIT * 2_i32.pow(doublings)).min(LONGEST_WAIT))
        }
        Disposition::Drift if failures <= 1 => Some(FIRST_WAIT),
        Disposition::Drift | Disposition::Blocked => Some(SLOW),
        Disposition::NeedsLogin => None,
    }
}

/// The minute that an instant lies in.
fn minute(at: DateTime<Utc>) -> DateTime<Utc> {
    at.duration_trunc(TimeDelta::minutes(1)).unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::now;
    use std::str::FromStr;

    /// When it is due in the end, and whether somebody who asks can have it sooner.
    fn due(again: Again) -> (Option<DateTime<Utc>>, bool) {
        (again.next_at.map(|own| Some(own).max(again.not_before).unwrap_or(own)), again.not_before.is_none())
    }

    #[test]
    fn waits_double_up_to_an_hour() {
        let minutes = |failures| {
            let again = after_failure(Disposition::Retry, failures, None, 0, now());
            assert_eq!(again.not_before, None);
            (again.next_at.unwrap() - now()).num_minutes()
        };
        assert_eq!([1, 2, 3, 4, 5, 90].map(minutes), [5, 10, 20, 40, 60, 60]);
    }

    #[test]
    fn never_sooner_than_the_server_said() {
        let hour = Some(Duration::from_hours(1));
        for disposition in [Disposition::Retry, Disposition::Drift, Disposition::Blocked] {
            let again = after_failure(disposition, 1, hour, u8::MAX, now());
            assert!(again.not_before.unwrap() - now() >= TimeDelta::hours(1), "{disposition:?}");
            assert!(again.next_at.is_some());
        }
    }

    #[test]
    fn an_account_is_due_on_the_minute_so_that_once_by_a_precise_timer_reads_it() {
        let cron = Cron::from_str("*/5 * * * *").unwrap();
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        for (now, due) in [
            ("2026-11-28T11:01:03.797Z", "2026-11-28T11:05:00Z"),
            ("2026-11-28T11:04:59.999Z", "2026-11-28T11:05:00Z"),
            ("2026-11-28T11:05:00.001Z", "2026-11-28T11:10:00Z"),
        ] {
            assert_eq!(next_cycle(&cron, Tz::UTC, at(now)), at(due), "{now}");
        }
        let now = at("2026-11-28T11:05:03.797Z");
        let after = |said: Option<u64>, jitter| {
            due(after_failure(Disposition::Retry, 1, said.map(Duration::from_secs), jitter, now)).0.unwrap()
        };
        assert_eq!(after(None, 0), at("2026-11-28T11:10:00Z"));
        assert_eq!(after(None, u8::MAX), at("2026-11-28T11:10:00Z"));
        assert_eq!(after(Some(600), 0), at("2026-11-28T11:16:00Z"), "never sooner than the server said");
    }

    #[test]
    fn a_dead_session_is_parked_and_a_policy_looked_at_slowly() {
        assert_eq!(due(after_failure(Disposition::NeedsLogin, 1, None, 0, now())), (None, true));
        let policy = after_failure(Disposition::Blocked, 1, None, 0, now());
        assert_eq!(due(policy), (Some(now() + TimeDelta::hours(6)), false), "nobody hastens it");
    }

    #[test]
    fn cycles_follow_the_expression_in_its_zone() {
        let cron = Cron::from_str("30 7 * * *").unwrap();
        let due = next_cycle(&cron, chrono_tz::Europe::Berlin, now());
        assert_eq!(due.with_timezone(&chrono_tz::Europe::Berlin).format("%H:%M").to_string(), "07:30");
    }

    #[test]
    fn of_an_even_schedule_three_intervals_are_three_intervals_at_any_moment() {
        let cron = Cron::from_str("*/5 * * * *").unwrap();
        for millis in [0, 1, 99_999, 100_000, 100_001, 250_500, 300_000] {
            let now = now() + TimeDelta::milliseconds(millis);
            assert_eq!(now - expected_since(&cron, Tz::UTC, now), TimeDelta::minutes(15), "{now}");
        }
    }

    #[test]
    fn what_lies_between_two_cycles_does_not_count_however_long_it_is() {
        const ALWAYS: &str = "*/5 * * * *";
        const WORK: &str = "*/5 8-18 * * 1-5";
        const SPARSE: &str = "0 8-18 * * *";
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        for (expression, now, since) in [
            (WORK, "2026-01-07T12:02:00+01:00", "2026-01-07T11:47:00+01:00"),
            (WORK, "2026-01-07T12:00:00.5+01:00", "2026-01-07T11:45:00.5+01:00"),
            // Night, weekend, and the first cycles after it.
            (WORK, "2026-01-08T03:00:00+01:00", "2026-01-07T18:45:00+01:00"),
            (WORK, "2026-01-11T15:00:00+01:00", "2026-01-09T18:45:00+01:00"),
            (WORK, "2026-01-12T07:59:59+01:00", "2026-01-09T18:45:00+01:00"),
            (WORK, "2026-01-12T08:01:00+01:00", "2026-01-09T18:46:00+01:00"),
            (WORK, "2026-01-12T08:16:00+01:00", "2026-01-12T08:01:00+01:00"),
            // Weekends in which the clock changes.
            (WORK, "2026-03-30T07:59:00+02:00", "2026-03-27T18:45:00+01:00"),
            (WORK, "2026-10-26T08:01:00+01:00", "2026-10-23T18:46:00+02:00"),
            (SPARSE, "2026-01-07T12:30:00+01:00", "2026-01-07T09:30:00+01:00"),
            (SPARSE, "2026-01-08T03:00:00+01:00", "2026-01-07T16:00:00+01:00"),
            (SPARSE, "2026-01-08T08:30:00+01:00", "2026-01-07T16:30:00+01:00"),
            (SPARSE, "2026-03-29T06:00:00+02:00", "2026-03-28T16:00:00+01:00"),
            // The hour that is left out, and the one that comes twice, in which no cycle begins the second
            // time.
            (ALWAYS, "2026-03-29T03:02:00+02:00", "2026-03-29T01:47:00+01:00"),
            (ALWAYS, "2026-10-25T03:02:00+01:00", "2026-10-25T02:47:00+02:00"),
            ("30 2 * * *", "2026-03-30T12:00:00+02:00", "2026-03-27T12:00:00+01:00"),
        ] {
            let cron = Cron::from_str(expression).unwrap();
            let found = expected_since(&cron, chrono_tz::Europe::Berlin, at(now));
            assert_eq!(found, at(since), "{expression} at {now}");
        }
    }

    #[test]
    fn an_expression_that_never_came_is_taken_as_every_hour() {
        let cron = Cron::from_str("0 0 30 2 *").unwrap();
        assert_eq!(expected_since(&cron, Tz::UTC, now()), now() - TimeDelta::hours(3));
    }
}
