//! What a text can mean, seen from now: every reading with what it costs to believe it.
//!
//! The costs follow the age ladder of the list (time today, weekday and time to three days,
//! weekday and date to thirty, then the full date; older servers go by the calendar week).

mod parts;
mod recent;
mod written;

use self::parts::Taken;
use super::culture::Culture;
use super::scan::{Number, Scan};
use chrono::{NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};

/// The clocks of page and program may differ by so much.
const SLACK: TimeDelta = TimeDelta::minutes(10);

/// A reading of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct DateCandidate {
    pub(super) day: NaiveDate,
    pub(super) time: Option<NaiveTime>,
    /// How unlikely it is, without its format's rank: 0 as likely as can be, from 8 on hardly.
    pub(super) cost: u32,
    /// Which of the culture's formats its numbers are read by, where it takes one.
    pub(super) format: Option<usize>,
    /// Whether its time is written with a dot; `None` without a time or by other signs.
    pub(super) dotted: Option<bool>,
}

impl DateCandidate {
    /// The instant, or the start of the day.
    pub(super) fn at(&self) -> NaiveDateTime {
        self.day.and_time(self.time.unwrap_or_default())
    }

    /// Cost and rank of its format.
    pub(super) fn total(&self, culture: &Culture) -> u32 {
        self.cost + self.format.map_or(0, |format| culture.formats[format].rank)
    }
}

/// Finds every reading.
pub(super) struct Finder<'a, F> {
    pub(super) scan: &'a Scan,
    pub(super) culture: &'a Culture,
    /// Whether years may be of the Buddhist era.
    pub(super) buddhist: bool,
    pub(super) now: NaiveDateTime,
    /// Is given each, in no order.
    pub(super) found: F,
}

impl<F: FnMut(DateCandidate)> Finder<'_, F> {
    /// All readings of the text that lie in the past.
    pub(super) fn find(mut self) {
        let numbers = self.scan.numbers();
        if let Some(at) = (1..numbers.len()).find(|&at| matches!(numbers[at].sign, ':' | 'h')) {
            return self.take(at, 0, false);
        }
        self.date(&self.rest(0, 0, None, None, 0));
        for at in 1..numbers.len() {
            if self.may_be_dotted_time(at) {
                self.take(at, self.culture.dotted_time, true);
            }
        }
    }

    fn date(&mut self, taken: &Taken) {
        let Some(spoken) = self.spoken(taken) else { return };
        match (taken.count, spoken.relative, spoken.month) {
            (0, Some(ago), None) => self.relative(taken, ago),
            (0, None, None) if taken.time.is_some() => match spoken.weekday {
                Some(weekday) => self.weekday_and_time(taken, weekday),
                None => self.time_alone(taken),
            },
            (1, None, Some(month)) => self.named(taken, spoken, month, [taken.rest[0], Number::default()]),
            (2, None, Some(month)) => self.named(taken, spoken, month, [taken.rest[0], taken.rest[1]]),
            (2, None, None) => self.without_year(taken, spoken),
            (3, None, None) => self.with_year(taken, spoken),
            _ => {}
        }
    }

    fn push(&mut self, taken: &Taken, day: NaiveDate, cost: u32, format: Option<usize>) {
        let candidate =
            DateCandidate { day, time: taken.time, cost: cost + taken.cost, format, dotted: taken.dotted };
        let is_past = match taken.time {
            Some(_) => candidate.at() <= self.now + SLACK,
            None => day <= self.now.date(),
        };
        if is_past {
            (self.found)(candidate);
        }
    }
}
