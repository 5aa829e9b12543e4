//! The instants that an expression means in a zone whose clock is turned on and back. Pure.

use chrono::{DateTime, NaiveDateTime, Offset, SubsecRound, TimeDelta, TimeZone, Utc};
use chrono_tz::{GapInfo, Tz};
use croner::Cron;
use std::iter::successors;

/// When cycles begin.
///
/// The expression names times of the wall clock. One that a clock turned on leaves out comes when the clock is
/// turned. One that a clock turned back brings twice comes twice where the expression names times at least as
/// often as the clock is turned back by, so that the interval stays the same, and else the first time alone.
#[derive(Debug, Clone, Copy)]
pub(super) struct Timetable<'a> {
    pub(super) schedule: &'a Cron,
    pub(super) zone: Tz,
}

impl Timetable<'_> {
    /// The first instant after `now`; `None` when none is to come.
    pub(super) fn next(self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let wall = self.wall(now);
        let is_ahead = |at: &DateTime<Utc>| *at > now;
        let first = |wall| self.instants(wall).0.filter(is_ahead).map(|at| (wall, at));
        let (until, first) = self.walls_after(wall).find_map(first)?;
        // The first instants of wall times are in their order. What comes a second time may be sooner.
        let walls = self.walls_after(wall - self.turned_back(now, first));
        let again =
            walls.take_while(|wall| *wall < until).find_map(|wall| self.instants(wall).1.filter(is_ahead));
        Some(again.map_or(first, |again| again.min(first)))
    }

    /// The last instant not after `now`; `None` when none has come.
    pub(super) fn last(self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let wall = self.wall(now);
        let is_past = |at: &DateTime<Utc>| *at <= now;
        let first = |wall| self.instants(wall).0.filter(is_past).map(|at| (wall, at));
        let (since, first) = self.walls_before(wall).find_map(first)?;
        // Where `now` is in an hour that came twice, wall times after its own have been there.
        let walls = self.walls_before(wall + self.turned_back(first, now));
        let all = walls.take_while(|wall| *wall >= since).map(|wall| self.instants(wall));
        all.flat_map(|(first, again)| [first, again]).flatten().filter(is_past).max()
    }

    /// The instants at which a time of the expression comes: the first, and the second if it counts.
    fn instants(self, wall: NaiveDateTime) -> (Option<DateTime<Utc>>, Option<DateTime<Utc>>) {
        let found = self.zone.from_local_datetime(&wall).map(|at| at.with_timezone(&Utc));
        let turned_on = || GapInfo::new(&wall, &self.zone)?.end.map(|at| at.with_timezone(&Utc));
        let (first, again) = (found.earliest().or_else(turned_on), found.latest());
        let is_again = |again: &DateTime<Utc>| {
            first.is_some_and(|first| *again > first && self.interval_before(wall) <= *again - first)
        };
        (first, again.filter(is_again))
    }

    /// How long it is by the wall clock since the time of the expression before this one.
    fn interval_before(self, wall: NaiveDateTime) -> TimeDelta {
        let before = self.schedule.find_previous_occurrence(&wall.and_utc(), false);
        before.map_or(TimeDelta::MAX, |before| wall - before.naive_utc())
    }

    /// The times of the expression after this one, in order. UTC stands for the wall clock: it is never turned.
    fn walls_after(self, wall: NaiveDateTime) -> impl Iterator<Item = NaiveDateTime> {
        let after = move |at: &DateTime<Utc>| self.schedule.find_next_occurrence(at, false).ok();
        successors(after(&wall.and_utc()), after).map(|at| at.naive_utc())
    }

    /// The times of the expression before this one or at it, the last first.
    fn walls_before(self, wall: NaiveDateTime) -> impl Iterator<Item = NaiveDateTime> {
        let before = move |at: &DateTime<Utc>| self.schedule.find_previous_occurrence(at, false).ok();
        let last = self.schedule.find_previous_occurrence(&wall.and_utc(), true).ok();
        successors(last, before).map(|at| at.naive_utc())
    }

    /// What the wall clock shows. A fraction of a second would stay in every time that the expression finds.
    fn wall(self, at: DateTime<Utc>) -> NaiveDateTime {
        at.with_timezone(&self.zone).naive_local().trunc_subsecs(0)
    }

    /// By how much the clock stands further back at `later` than it did at `earlier`.
    fn turned_back(self, earlier: DateTime<Utc>, later: DateTime<Utc>) -> TimeDelta {
        let offset = |at: DateTime<Utc>| {
            let offset = self.zone.offset_from_utc_datetime(&at.naive_utc()).fix();
            TimeDelta::seconds(offset.local_minus_utc().into())
        };
        (offset(earlier) - offset(later)).max(TimeDelta::zero())
    }
}

#[cfg(test)]
mod tests;
