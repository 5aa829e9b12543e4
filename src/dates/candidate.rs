//! What a text can mean, seen from now: every reading with what it costs to believe it.
//!
//! The costs follow the age ladder of the list (facts/dates: time today, weekday and time to three days, weekday and
//! date to thirty, then the full date; older servers go by the calendar week).

use super::culture::Culture;
use super::scan::{Number, Scan};
use super::sense::Senses;
use chrono::{Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Weekday};

/// The clocks of page and program may differ by so much.
const SLACK: TimeDelta = TimeDelta::minutes(10);
/// For so long after midnight a page may still show what was true before.
const AFTER_MIDNIGHT: TimeDelta = TimeDelta::hours(1);
/// For so long a page that shows a time of today may have been drawn yesterday.
const JUST_AFTER_MIDNIGHT: TimeDelta = TimeDelta::minutes(10);
/// What it costs to take a pair with a dot beside a weekday for a time. Of the dates that are written so a third could be
/// times as well; of the times hardly one could be a date of that weekday in the last thirty days.
const DOTTED_BESIDE_WEEKDAY: u32 = 2;
/// Years before the present that a Buddhist year is ahead.
const BUDDHIST: i32 = 543;
/// The years of mailboxes are fewer than this, those of the Buddhist era more.
const GREGORIAN_UNTIL: i32 = 2400;

/// A reading of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Candidate {
    pub(super) day: NaiveDate,
    pub(super) time: Option<NaiveTime>,
    /// How unlikely it is, without its format's rank: 0 as likely as can be, from 8 on hardly.
    pub(super) cost: u32,
    /// Which of the culture's formats its numbers are read by, where it takes one.
    pub(super) format: Option<usize>,
    /// Whether its time is written with a dot; `None` without a time or by other signs.
    pub(super) dotted: Option<bool>,
}

impl Candidate {
    /// The instant, or the start of the day.
    pub(super) fn at(&self) -> NaiveDateTime {
        self.day.and_time(self.time.unwrap_or_default())
    }

    /// Cost and rank of its format.
    pub(super) fn total(&self, culture: &Culture) -> u32 {
        self.cost + self.format.map_or(0, |format| culture.formats[format].rank)
    }
}

/// A time taken out of the numbers: the rest is a date.
struct Taken {
    time: Option<NaiveTime>,
    dotted: Option<bool>,
    cost: u32,
    rest: [Number; 3],
    count: usize,
    /// Numbers of the rest before its words, as `Scan::words` counts them.
    start: usize,
    length: usize,
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

impl<F: FnMut(Candidate)> Finder<'_, F> {
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

    /// A pair of numbers with a dot that no other number is joined to.
    fn may_be_dotted_time(&self, at: usize) -> bool {
        let numbers = self.scan.numbers();
        let after = numbers.get(at + 1).map_or(self.scan.tail, |next| next.sign);
        numbers[at].sign == '.'
            && !numbers[at].spaced
            && after == ' '
            && (at == 1 || numbers[at - 1].sign == ' ')
    }

    /// Takes the time whose minute is number `at`.
    fn take(&mut self, at: usize, cost: u32, dotted: bool) {
        let numbers = self.scan.numbers();
        let (hour, minute) = (numbers[at - 1], numbers[at]);
        let has_seconds = !dotted && numbers.get(at + 1).is_some_and(|second| second.sign == ':');
        if hour.digits > 2 || minute.digits != 2 {
            return;
        }
        if let Some(time) = self.time(hour.value, minute.value) {
            let length = if has_seconds { 3 } else { 2 };
            self.date(&self.rest(at - 1, length, Some(time), Some(dotted), cost));
        }
    }

    fn time(&self, hour: u32, minute: u32) -> Option<NaiveTime> {
        let half = self.scan.words().iter().find(|(word, _)| word.has(Senses::AM | Senses::PM));
        let hour = match half {
            Some((word, _)) if hour <= 12 => hour % 12 + if word.has(Senses::PM) { 12 } else { 0 },
            // Chinese and Korean lists do show "下午 14:46".
            Some(_) | None => hour,
        };
        NaiveTime::from_hms_opt(hour, minute, 0)
    }

    fn rest(
        &self,
        start: usize,
        length: usize,
        time: Option<NaiveTime>,
        dotted: Option<bool>,
        cost: u32,
    ) -> Taken {
        let numbers = self.scan.numbers();
        let mut taken = Taken { time, dotted, cost, rest: [Number::default(); 3], count: 0, start, length };
        for number in numbers[..start].iter().chain(&numbers[start + length..]) {
            if let Some(place) = taken.rest.get_mut(taken.count) {
                *place = *number;
            }
            taken.count += 1;
        }
        taken
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

    /// What the words say; `None` when they say too much. A word that is a weekday and a month is the month where the
    /// numbers want one.
    fn spoken(&self, taken: &Taken) -> Option<Spoken> {
        let mut spoken = Spoken::default();
        let words = self.scan.words();
        let months = words.iter().filter(|(word, _)| word.is_month()).count();
        for (at, (word, after)) in words.iter().enumerate() {
            let is_half = word.has(Senses::AM | Senses::PM);
            let as_month = word.is_month()
                && (!word.is_weekday()
                    || (months == 1 && taken.wants_month(*after))
                    || (months > 1 && at > 0));
            let slot = match word {
                _ if as_month => &mut spoken.month,
                word if word.is_weekday() => &mut spoken.weekday,
                word if word.is_relative() => {
                    spoken.relative = spoken.relative.is_none().then(|| word.days_ago())?;
                    continue;
                }
                _ if is_half && taken.time.is_some() => continue,
                _ => return None,
            };
            *slot = slot.is_none().then_some(Some(*word))?;
        }
        Some(spoken)
    }

    fn push(&mut self, taken: &Taken, day: NaiveDate, cost: u32, format: Option<usize>) {
        let candidate =
            Candidate { day, time: taken.time, cost: cost + taken.cost, format, dotted: taken.dotted };
        let is_past = match taken.time {
            Some(_) => candidate.at() <= self.now + SLACK,
            None => day <= self.now.date(),
        };
        if is_past {
            (self.found)(candidate);
        }
    }

    fn days_ago(&self, days: u64) -> Option<NaiveDate> {
        self.now.date().checked_sub_days(Days::new(days))
    }

    fn since_midnight(&self) -> TimeDelta {
        self.now.time() - NaiveTime::MIN
    }

    fn relative(&mut self, taken: &Taken, ago: u64) {
        let drawn_yesterday = self.since_midnight() < JUST_AFTER_MIDNIGHT;
        for (ago, cost) in [(ago, 0), (ago + 1, 2)] {
            if let Some(day) = self.days_ago(ago).filter(|_| cost == 0 || drawn_yesterday) {
                self.push(taken, day, cost, None);
            }
        }
    }

    /// Today's; yesterday's when it is later than now, or when midnight has just passed.
    fn time_alone(&mut self, taken: &Taken) {
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

    /// The last day of that name. Today's own name fits no rung of the ladder: a page that is a week old, or a clock
    /// that is wrong.
    fn weekday_and_time(&mut self, taken: &Taken, weekday: Senses) {
        let dotted = if taken.dotted == Some(true) { DOTTED_BESIDE_WEEKDAY } else { 0 };
        for (ago, cost) in [(1, 0), (2, 0), (3, 0), (4, 2), (5, 2), (6, 2), (7, 8), (0, 9)] {
            let cost = cost + dotted;
            if let Some(day) = self.days_ago(ago).filter(|day| weekday.names(day.weekday())) {
                self.push(taken, day, cost, None);
            }
        }
    }

    fn named(&mut self, taken: &Taken, spoken: Spoken, months: Senses, [one, two]: [Number; 2]) {
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

    fn with_year(&mut self, taken: &Taken, spoken: Spoken) {
        for (at, format) in self.culture.formats.iter().enumerate() {
            if let Some([day, month, year]) = format.three(taken.rest) {
                let cost = format.looseness();
                self.push_with_year(taken, spoken, [day.value, month.value], year, cost, Some(at));
            }
        }
    }

    /// Without a weekday only a slash or a hyphen makes it a date: a pair with a dot is a time.
    fn without_year(&mut self, taken: &Taken, spoken: Spoken) {
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

impl Taken {
    /// Whether the date wants a month by name that stands after `numbers` numbers of the text.
    fn wants_month(&self, numbers: usize) -> bool {
        let before = if numbers > self.start { numbers.saturating_sub(self.length) } else { numbers };
        let has_year = self.rest.iter().any(|number| number.digits == 4);
        self.count == 1 || (self.count == 2 && (before == 1 || has_year))
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

/// What the words of a text say.
#[derive(Debug, Clone, Copy, Default)]
struct Spoken {
    weekday: Option<Senses>,
    month: Option<Senses>,
    relative: Option<u64>,
}

impl Spoken {
    fn agrees(self, day: Weekday) -> bool {
        self.weekday.is_none_or(|weekday| weekday.names(day))
    }
}
