use super::*;
use chrono_tz::TZ_VARIANTS;
use std::collections::BTreeMap;
use std::str::FromStr;

const DEFAULT: &str = "*/5 * * * *";

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// The instants after one, as many as asked for.
fn after(expression: &str, zone: Tz, begin: DateTime<Utc>, count: usize) -> Vec<DateTime<Utc>> {
    let schedule = Cron::from_str(expression).unwrap();
    let timetable = Timetable { schedule: &schedule, zone };
    successors(timetable.next(begin), |at| timetable.next(*at)).take(count).collect()
}

/// The changes of clocks from 1970 to 2037, each kind once: when one is, in which zone, and by how much the
/// clock is turned back. Of a kind are those at the same time of the day, from and to the same offset.
fn changes() -> Vec<(DateTime<Utc>, Tz, TimeDelta)> {
    let offset = |zone: Tz, at: i64| {
        let at = DateTime::from_timestamp(at, 0).unwrap();
        zone.offset_from_utc_datetime(&at.naive_utc()).fix().local_minus_utc()
    };
    let weeks = at("1970-01-01T00:00:00Z").timestamp()..at("2037-12-31T00:00:00Z").timestamp();
    let mut changes = BTreeMap::new();
    for zone in TZ_VARIANTS {
        for week in weeks.clone().step_by(7 * 86_400) {
            // No clock has been changed twice in a week.
            let (mut low, mut high) = (week, week + 7 * 86_400);
            let (before, behind) = (offset(zone, low), offset(zone, high));
            if before == behind {
                continue;
            }
            while high - low > 1 {
                let middle = i64::midpoint(low, high);
                *(if offset(zone, middle) == before { &mut low } else { &mut high }) = middle;
            }
            changes.entry((high.rem_euclid(86_400), before, behind)).or_insert((high, zone));
        }
    }
    let change = |((_, before, behind), (at, zone)): ((i64, i32, i32), (i64, Tz))| {
        (DateTime::from_timestamp(at, 0).unwrap(), zone, TimeDelta::seconds((before - behind).into()))
    };
    changes.into_iter().map(change).collect()
}

#[test]
fn no_change_of_a_clock_makes_a_cycle_of_every_five_minutes_wait_or_hurry() {
    let schedule = Cron::from_str(DEFAULT).unwrap();
    let (five, changes) = (TimeDelta::minutes(5), changes());
    assert!(changes.len() > 200, "{}", changes.len());
    for (change, zone, back) in changes {
        let timetable = Timetable { schedule: &schedule, zone };
        // Some clocks were turned by parts of five minutes.
        let is_even = (change.timestamp() % 300, back.num_seconds() % 300) == (0, 0);
        let longest = if is_even { five } else { five * 2 };
        let mut now = change - back.abs() - five * 2;
        while now < change + back.abs() + five * 2 {
            let next = timetable.next(now).unwrap();
            assert!(next > now && next - now <= longest, "{zone} {change}: {now}, then {next}");
            assert_eq!(timetable.last(next), Some(next), "{zone} {change}");
            assert!(timetable.last(next - TimeDelta::seconds(1)).unwrap() <= now, "{zone} {change}");
            now = next;
        }
    }
}

#[test]
fn no_change_of_a_clock_takes_a_daily_cycle_away_or_doubles_it() {
    let day = TimeDelta::days(1);
    for (change, zone, back) in changes() {
        // Midnight, the hour that most clocks leave out, and the last minute.
        for expression in ["0 0 * * *", "30 2 * * *", "59 23 * * *"] {
            let begin = change - day * 3;
            let all = after(expression, zone, begin, 6);
            for pair in all.windows(2) {
                let gap = pair[1] - pair[0];
                let is_a_day = (day - back.abs()..=day + back.abs()).contains(&gap);
                assert!(is_a_day && gap > TimeDelta::zero(), "{zone} {change} {expression}: {pair:?}");
            }
        }
    }
}

#[test]
fn an_hour_that_comes_twice_has_its_cycles_twice() {
    let berlin = chrono_tz::Europe::Berlin;
    for (now, next) in [
        ("2026-10-25T00:55:00Z", "2026-10-25T01:00:00Z"),
        ("2026-10-25T01:10:00Z", "2026-10-25T01:15:00Z"),
        ("2026-10-25T01:55:00.5Z", "2026-10-25T02:00:00Z"),
        ("2026-03-29T00:55:00Z", "2026-03-29T01:00:00Z"),
    ] {
        assert_eq!(after(DEFAULT, berlin, at(now), 1), [at(next)], "{now}");
    }
    let hourly = after("30 * * * *", berlin, at("2026-10-25T00:00:00Z"), 3);
    assert_eq!(hourly[2] - hourly[0], TimeDelta::hours(2), "each hour of the two");
    let every_other_hour = after("0 */2 * * *", berlin, at("2026-10-24T23:00:00Z"), 2);
    assert_eq!(every_other_hour, [at("2026-10-25T00:00:00Z"), at("2026-10-25T03:00:00Z")], "once");
}

#[test]
fn a_midnight_that_does_not_exist_has_its_cycle_at_the_end_of_the_gap() {
    // The clock of Beirut goes from 23:59 to 01:00.
    let all = after("0 0 * * *", chrono_tz::Asia::Beirut, at("2026-03-28T12:00:00Z"), 2);
    assert_eq!(all, [at("2026-03-28T22:00:00Z"), at("2026-03-29T21:00:00Z")]);
    // The clock of Samoa left out a day.
    let all = after("0 0 * * *", chrono_tz::Pacific::Apia, at("2011-12-29T11:00:00Z"), 2);
    assert_eq!(all, [at("2011-12-30T10:00:00Z"), at("2011-12-31T10:00:00Z")]);
}
