//! When an account is due next. Pure.

use crate::error::Disposition;
use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use croner::Cron;
use std::time::Duration;

/// The first wait after a failure; it doubles up to an hour.
const FIRST_WAIT: TimeDelta = TimeDelta::minutes(5);
const LONGEST_WAIT: TimeDelta = TimeDelta::hours(1);
/// How often something that only a person can change is looked at again.
const SLOW: TimeDelta = TimeDelta::hours(6);

/// The next beginning of a cycle after `now`; an expression that never comes again is taken as one hour.
#[must_use]
pub fn next_cycle(schedule: &Cron, zone: Tz, now: DateTime<Utc>) -> DateTime<Utc> {
    schedule
        .find_next_occurrence(&now.with_timezone(&zone), false)
        .map_or(now + LONGEST_WAIT, |at| at.with_timezone(&Utc))
}

/// The time between two cycles about now.
#[must_use]
pub fn interval(schedule: &Cron, zone: Tz, now: DateTime<Utc>) -> TimeDelta {
    let first = next_cycle(schedule, zone, now);
    next_cycle(schedule, zone, first) - first
}

/// When an account is due after its `failures`-th failure in a row; `None` parks it until it is connected again.
///
/// `jitter`, from 0 to 1, spreads accounts that failed together over a tenth of the wait.
#[must_use]
pub fn after_failure(
    disposition: Disposition,
    failures: i64,
    retry_after: Option<Duration>,
    jitter: f64,
    now: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    let doublings = u32::try_from(failures.clamp(1, 6) - 1).unwrap_or(0);
    let wait = match disposition {
        Disposition::Retry => (FIRST_WAIT * 2_i32.pow(doublings)).min(LONGEST_WAIT),
        Disposition::Drift if failures <= 1 => FIRST_WAIT,
        Disposition::Drift | Disposition::Blocked | Disposition::Fatal => SLOW,
        Disposition::NeedsLogin => return None,
    };
    let said = retry_after.and_then(|time| TimeDelta::from_std(time).ok()).unwrap_or_default();
    #[expect(clippy::cast_possible_truncation, reason = "a tenth of six hours in milliseconds is small")]
    let spread =
        TimeDelta::milliseconds((wait.num_milliseconds() as f64 * 0.1 * jitter.clamp(0.0, 1.0)) as i64);
    Some(now + wait.max(said) + spread)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::str::FromStr;

    fn now() -> DateTime<Utc> {
        DateTime::from_timestamp(1_790_000_000, 0).unwrap()
    }

    #[test]
    fn waits_double_up_to_an_hour() {
        let minutes = |failures| {
            let due = after_failure(Disposition::Retry, failures, None, 0.0, now()).unwrap();
            (due - now()).num_minutes()
        };
        assert_eq!([1, 2, 3, 4, 5, 90].map(minutes), [5, 10, 20, 40, 60, 60]);
    }

    #[test]
    fn never_sooner_than_the_server_said() {
        let due = after_failure(Disposition::Retry, 1, Some(Duration::from_secs(3600)), 1.0, now()).unwrap();
        assert!(due - now() >= TimeDelta::hours(1));
    }

    #[test]
    fn a_dead_session_is_parked_and_a_policy_looked_at_slowly() {
        assert_eq!(after_failure(Disposition::NeedsLogin, 1, None, 0.0, now()), None);
        let due = after_failure(Disposition::Blocked, 1, None, 0.0, now()).unwrap();
        assert_eq!(due - now(), TimeDelta::hours(6));
    }

    #[test]
    fn cycles_follow_the_expression_in_its_zone() {
        let cron = Cron::from_str("30 7 * * *").unwrap();
        let due = next_cycle(&cron, chrono_tz::Europe::Berlin, now());
        assert_eq!(due.with_timezone(&chrono_tz::Europe::Berlin).format("%H:%M").to_string(), "07:30");
        assert_eq!(interval(&Cron::from_str("*/5 * * * *").unwrap(), Tz::UTC, now()), TimeDelta::minutes(5));
    }
}
