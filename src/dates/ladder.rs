//! Which day a text means, seen from now: the age ladder of the list.

use super::text::Said;
use crate::model::{Instant, Precision};
use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

/// The list leaves the year out for thirty days; a page may be a few days old.
const YEARLESS_DAYS: i64 = 35;
/// A time of day later than now is yesterday's only when midnight has just passed over the page.
const AFTER_MIDNIGHT: TimeDelta = TimeDelta::hours(1);
/// How far the clocks of page and program may differ.
const SLACK: TimeDelta = TimeDelta::minutes(10);

/// The instant that `said` means for a mailbox in `zone`.
pub(super) fn place(said: &Said, zone: Tz, now: DateTime<Utc>) -> Option<Instant> {
    let here = now.with_timezone(&zone).naive_local();
    let day = match said.date {
        Some((day, month, Some(year))) => NaiveDate::from_ymd_opt(year, month, day)?,
        Some((day, month, None)) => last_yearless(day, month, here.date())?,
        None => day_of_time(said, here)?,
    };
    if said.weekday.is_some_and(|weekday| day.weekday() != weekday) {
        return None;
    }
    match said.time {
        Some(time) => Some(Instant { at: utc(day.and_time(time), zone)?, precision: Precision::Minute }),
        None => Some(Instant { at: start_of(day, zone)?, precision: Precision::Day }),
    }
}

fn last_yearless(day: u32, month: u32, today: NaiveDate) -> Option<NaiveDate> {
    let years = [today.year(), today.year() - 1];
    let past = years.into_iter().filter_map(|year| NaiveDate::from_ymd_opt(year, month, day));
    past.filter(|date| (0..=YEARLESS_DAYS).contains(&(today - *date).num_days())).max()
}

/// A time alone is today's; with a weekday it is of the last six days. Today's own weekday fits no rung.
fn day_of_time(said: &Said, here: NaiveDateTime) -> Option<NaiveDate> {
    let time = said.time?;
    let today = here.date();
    match said.weekday {
        Some(weekday) => (1..=6)
            .filter_map(|age| today.checked_sub_days(Days::new(age)))
            .find(|day| day.weekday() == weekday),
        None if today.and_time(time) <= here + SLACK => Some(today),
        None if here.time() - NaiveTime::MIN < AFTER_MIDNIGHT => today.pred_opt(),
        None => None,
    }
}

/// Of the two instants of an hour that is turned back, the earlier.
fn utc(local: NaiveDateTime, zone: Tz) -> Option<DateTime<Utc>> {
    zone.from_local_datetime(&local).earliest().map(|at| at.with_timezone(&Utc))
}

/// The first instant of a day; some zones skip midnight when they turn the clock on.
fn start_of(day: NaiveDate, zone: Tz) -> Option<DateTime<Utc>> {
    (0..=2).filter_map(|hour| day.and_hms_opt(hour, 0, 0)).find_map(|local| utc(local, zone))
}
