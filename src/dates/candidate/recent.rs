//! The readings of the last days: a time alone, a weekday with a time, words such as "yesterday".

use super::super::sense::Senses;
use super::parts::Taken;
use super::{DateCandidate, Finder};
use chrono::{Datelike, Days, NaiveDate, NaiveTime, TimeDelta};

/// For so long after midnight a page may still show what was true before.
const AFTER_MIDNIGHT: TimeDelta = TimeDelta::hours(1);
/// For so long a page that shows a time of today may have been drawn yesterday.
const JUST_AFTER_MIDNIGHT: TimeDelta = TimeDelta::minutes(10);
/// What it costs to take a pair with a dot beside a weekday for a time. Of the dates that are written so a
/// third could be times as well; of the times hardly one could be a date of that weekday in the last thirty
/// days.
const DOTTED_BESIDE_WEEKDAY: u32 = 2;

impl<F: FnMut(DateCandidate)> Finder<'_, F> {
    pub(super) fn relative(&mut self, taken: &Taken, ago: u64) {
        let drawn_yesterday = self.since_midnight() < JUST_AFTER_MIDNIGHT;
        for (ago, cost) in [(ago, 0), (ago + 1, 2)] {
            if let Some(day) = self.days_ago(ago).filter(|_| cost == 0 || drawn_yesterday) {
                self.push(taken, day, cost, None);
            }
        }
    }

    /// Today's; yesterday's when it is later than now, or when midnight has just passed.
    pub(super) fn time_alone(&mut self, taken: &Taken) {
        let today = self.now.date();
        self.push(taken, today, 0, None);
        let is_later = taken.time.is_some_and(|time| today.and_time(time) > self.now);
        let cost = match self.since_midnight() {
            since if since < AFTER_MIDNIGHT && is_later => 2,
            since if since < JUST_AFTER_MIDNIGHT => 2,
            _ if is_later => 6,
            _ => return,
        };
        if let Some(day) = self.days_ago(1) {
            self.push(taken, day, cost, None);
        }
    }

    /// The last day of that name. Today's own name fits no rung of the ladder: a page that is a week old, or
    /// a clock that is wrong.
    pub(super) fn weekday_and_time(&mut self, taken: &Taken, weekday: Senses) {
        let dotted = if taken.dotted == Some(true) { DOTTED_BESIDE_WEEKDAY } else { 0 };
        for (ago, cost) in [(1, 0), (2, 0), (3, 0), (4, 2), (5, 2), (6, 2), (7, 8), (0, 9)] {
            let cost = cost + dotted;
            if let Some(day) = self.days_ago(ago).filter(|day| weekday.names(day.weekday())) {
                self.push(taken, day, cost, None);
            }
        }
    }

    fn days_ago(&self, days: u64) -> Option<NaiveDate> {
        self.now.date().checked_sub_days(Days::new(days))
    }

    fn since_midnight(&self) -> TimeDelta {
        self.now.time() - NaiveTime::MIN
    }
}
