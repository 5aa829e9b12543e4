//! The readings of a date that is written out: day and month, by name or by number, with a year or without.

use super::super::scan::Number;
use super::super::sense::Senses;
use super::parts::{Spoken, Taken};
use super::{DateCandidate, Finder};
use chrono::{Datelike, NaiveDate};

/// Years before the present that a Buddhist year is ahead.
const BUDDHIST: i32 = 543;
/// The years of mailboxes are fewer than this, those of the Buddhist era more.
const GREGORIAN_UNTIL: i32 = 2400;

impl<F: FnMut(DateCandidate)> Finder<'_, F> {
    pub(super) fn named(&mut self, taken: &Taken, spoken: Spoken, months: Senses, [one, two]: [Number; 2]) {
        let readings = match (one.digits, two.digits) {
            (day, 0) if day <= 2 => [Some((one, two, 0)), None],
            (4, day) if day <= 2 => [Some((two, one, 0)), None],
            (day, 4) if day <= 2 => [Some((one, two, 0)), None],
            (2, 2) => [Some((one, two, 0)), Some((two, one, 6))],
            (1, 2) => [Some((one, two, 0)), None],
            _ => return,
        };
        for month in months.months() {
            for (day, year, cost) in readings.into_iter().flatten() {
                if year.digits == 0 {
                    self.push_without_year(taken, spoken, day.value, month, cost, None);
                } else {
                    self.push_with_year(taken, spoken, [day.value, month], year, cost, None);
                }
            }
        }
    }

    pub(super) fn with_year(&mut self, taken: &Taken, spoken: Spoken) {
        for (at, format) in self.culture.formats.iter().enumerate() {
            if let Some([day, month, year]) = format.three(taken.rest) {
                let cost = format.looseness();
                self.push_with_year(taken, spoken, [day.value, month.value], year, cost, Some(at));
            }
        }
    }

    /// Without a weekday only a slash or a hyphen makes it a date: a pair with a dot is a time.
    pub(super) fn without_year(&mut self, taken: &Taken, spoken: Spoken) {
        let pair = [taken.rest[0], taken.rest[1]];
        let cost = match (spoken.weekday, pair[1].sign) {
            (Some(_), _) => 0,
            (None, '.') if pair[1].digits == 2 => 6,
            (None, _) => 2,
        };
        for (at, format) in self.culture.formats.iter().enumerate() {
            if let Some([day, month]) = format.two(pair) {
                let cost = cost + format.looseness();
                self.push_without_year(taken, spoken, day.value, month.value, cost, Some(at));
            }
        }
    }

    fn push_with_year(
        &mut self,
        taken: &Taken,
        spoken: Spoken,
        [day, month]: [u32; 2],
        year: Number,
        cost: u32,
        format: Option<usize>,
    ) {
        for full in self.years(year).into_iter().flatten() {
            let date = NaiveDate::from_ymd_opt(full, month, day);
            if let Some(date) = date.filter(|date| spoken.agrees(date.weekday())) {
                let old = if year.digits == 2 { unlikely_age(self.now.year() - full) } else { 0 };
                self.push(taken, date, cost + old, format);
            }
        }
    }

    /// Which years a number can be: two digits are of this century up to now, else of the last.
    fn years(&self, number: Number) -> [Option<i32>; 2] {
        let Ok(value) = i32::try_from(number.value) else { return [None; 2] };
        let this = self.now.year();
        match number.digits {
            4 if value >= GREGORIAN_UNTIL => [Some(value - BUDDHIST), None],
            4 => [Some(value), None],
            2 => {
                let century = this - this % 100;
                let gregorian = if century + value <= this { century + value } else { century - 100 + value };
                let buddhist = (this + BUDDHIST) / 100 * 100 + value - BUDDHIST;
                [Some(gregorian), Some(buddhist).filter(|year| self.buddhist && *year <= this)]
            }
            _ => [None; 2],
        }
    }

    /// The latest such day that is past, by its weekday when there is one.
    fn push_without_year(
        &mut self,
        taken: &Taken,
        spoken: Spoken,
        day: u32,
        month: u32,
        cost: u32,
        format: Option<usize>,
    ) {
        let today = self.now.date();
        let date = (0..9)
            .filter_map(|ago| NaiveDate::from_ymd_opt(today.year() - ago, month, day))
            .find(|date| *date <= today);
        let Some(date) = date.filter(|date| spoken.agrees(date.weekday())) else { return };
        let age = match (today - date).num_days() {
            4..=30 => 0,
            0..=35 => 2,
            _ => 12,
        };
        self.push(taken, date, cost + age, format);
    }
}

/// What two digits leave open is settled by how old mail is: seldom a decade, hardly ever three.
fn unlikely_age(years: i32) -> u32 {
    match years {
        ..=6 => 0,
        7..=12 => 2,
        13..=25 => 3,
        26..=40 => 6,
        _ => 9,
    }
}
