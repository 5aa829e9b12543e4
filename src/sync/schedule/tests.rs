use super::*;
use crate::testing::now;
use std::str::FromStr;

/// A failure of this kind, after which a server asks to be left alone for so long.
fn why(disposition: Disposition, retry_after: Option<Duration>) -> Meaning {
    Meaning::new(disposition, "code", crate::error::WhoseTurn::Nobody, "").after(retry_after)
}

/// When it is due in the end, and whether somebody who asks can have it sooner.
fn due(again: Again) -> (Option<DateTime<Utc>>, bool) {
    (again.next_at.map(|own| Some(own).max(again.not_before).unwrap_or(own)), again.not_before.is_none())
}

#[test]
fn waits_double_up_to_an_hour() {
    let minutes = |failures| {
        let again = after_failure(&why(Disposition::Retry, None), failures, 0, now());
        assert_eq!(again.not_before, None);
        (again.next_at.unwrap() - now()).num_minutes()
    };
    assert_eq!([1, 2, 3, 4, 5, 90].map(minutes), [5, 10, 20, 40, 60, 60]);
}

#[test]
fn what_has_changed_is_looked_at_soon_and_then_ever_more_rarely() {
    let minutes = |drifts| {
        let again = after_failure(&why(Disposition::Drift, None), drifts, 0, now());
        (again.next_at.unwrap() - now()).num_minutes()
    };
    assert_eq!([1, 2, 3, 7, 8, 90].map(minutes), [5, 10, 20, 320, 360, 360]);
}

#[test]
fn never_sooner_than_the_server_said() {
    let hour = Some(Duration::from_hours(1));
    for disposition in [Disposition::Retry, Disposition::Drift, Disposition::Blocked] {
        let again = after_failure(&why(disposition, hour), 1, u8::MAX, now());
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
        due(after_failure(&why(Disposition::Retry, said.map(Duration::from_secs)), 1, jitter, now)).0.unwrap()
    };
    assert_eq!(after(None, 0), at("2026-11-28T11:10:00Z"));
    assert_eq!(after(None, u8::MAX), at("2026-11-28T11:10:00Z"));
    assert_eq!(after(Some(600), 0), at("2026-11-28T11:16:00Z"), "never sooner than the server said");
}

#[test]
fn a_dead_session_is_parked_and_a_policy_looked_at_slowly() {
    assert_eq!(due(after_failure(&why(Disposition::NeedsLogin, None), 1, 0, now())), (None, true));
    let policy = after_failure(&why(Disposition::Blocked, None), 1, 0, now());
    assert_eq!(due(policy), (Some(now() + TimeDelta::hours(6)), false), "nobody hastens it");
    let mended = why(Disposition::Blocked, None).on_request();
    assert_eq!(due(after_failure(&mended, 1, 0, now())), (Some(now() + TimeDelta::hours(6)), true));
    let asked = why(Disposition::Blocked, Some(Duration::from_hours(1))).on_request();
    assert!(after_failure(&asked, 1, 0, now()).not_before.is_some(), "a server is listened to");
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
        // The hour that is left out, and the one that comes twice.
        (ALWAYS, "2026-03-29T03:02:00+02:00", "2026-03-29T01:47:00+01:00"),
        (ALWAYS, "2026-10-25T03:02:00+01:00", "2026-10-25T02:47:00+01:00"),
        (ALWAYS, "2026-10-25T02:02:00+01:00", "2026-10-25T02:47:00+02:00"),
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
