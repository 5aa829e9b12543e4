//! What a text consists of: a time among its numbers, the words, and the numbers that are left for a date.

use super::super::scan::Number;
use super::super::sense::Senses;
use super::{DateCandidate, Finder};
use chrono::{NaiveTime, Weekday};

/// A time taken out of the numbers: the rest is a date.
pub(super) struct Taken {
    pub(super) time: Option<NaiveTime>,
    pub(super) dotted: Option<bool>,
    pub(super) cost: u32,
    pub(super) rest: [Number; 3],
    pub(super) count: usize,
    /// Numbers of the rest before its words, as `Scan::words` counts them.
    pub(super) start: usize,
    pub(super) length: usize,
}

impl Taken {
    /// Whether the date wants a month by name that stands after `numbers` numbers of the text.
    fn wants_month(&self, numbers: usize) -> bool {
        let before = if numbers > self.start { numbers.saturating_sub(self.length) } else { numbers };
        let has_year = self.rest.iter().any(|number| number.digits == 4);
        self.count == 1 || (self.count == 2 && (before == 1 || has_year))
    }
}

/// What the words of a text say.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Spoken {
    pub(super) weekday: Option<Senses>,
    pub(super) month: Option<Senses>,
    pub(super) relative: Option<u64>,
}

impl Spoken {
    pub(super) fn agrees(self, day: Weekday) -> bool {
        self.weekday.is_none_or(|weekday| weekday.names(day))
    }
}

impl<F: FnMut(DateCandidate)> Finder<'_, F> {
    /// A pair of numbers with a dot that no other number is joined to.
    pub(super) fn may_be_dotted_time(&self, at: usize) -> bool {
        let numbers = self.scan.numbers();
        let after = numbers.get(at + 1).map_or(self.scan.tail, |next| next.sign);
        numbers[at].sign == '.'
            && !numbers[at].spaced
            && after == ' '
            && (at == 1 || numbers[at - 1].sign == ' ')
    }

    /// Takes the time whose minute is number `at`.
    pub(super) fn take(&mut self, at: usize, cost: u32, dotted: bool) {
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

    pub(super) fn rest(
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

    /// What the words say; `None` when they say too much. A word that is a weekday and a month is the month
    /// where the numbers want one.
    pub(super) fn spoken(&self, taken: &Taken) -> Option<Spoken> {
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
}
