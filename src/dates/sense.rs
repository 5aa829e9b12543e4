//! What a word can mean.

use chrono::Weekday;
use std::ops::BitOr;

/// A set of meanings, for one word has several: `mar` is Tuesday and March, `日` a unit and Sunday.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Senses(u32);

impl Senses {
    pub(super) const AM: Self = Self(1 << 19);
    pub(super) const PM: Self = Self(1 << 20);
    /// Stands between hour and minute: `h`, `時`.
    pub(super) const HOUR: Self = Self(1 << 24);
    /// Says nothing: `de`, `Uhr`; or names the number before it: `年`.
    pub(super) const FILLER: Self = Self(1 << 25);
    const WEEKDAYS: Self = Self(0x7f);
    const MONTHS: Self = Self(0xfff << 7);
    const DAYS_AGO: Self = Self(0b111 << 21);

    /// By its key in the table of words, such as `d1`, `m12`, `r-1` (scripts/tables.d/words.mjs).
    pub(super) fn of_key(key: &str) -> Option<Self> {
        let number = |from: usize| key.get(from..).and_then(|digits| digits.parse::<u32>().ok());
        let (base, at, count) = match key {
            "am" => return Some(Self::AM),
            "pm" => return Some(Self::PM),
            "h" => return Some(Self::HOUR),
            "x" => return Some(Self::FILLER),
            _ if key.starts_with('d') => (0, number(1)?.checked_sub(1)?, 7),
            _ if key.starts_with('m') => (7, number(1)?.checked_sub(1)?, 12),
            _ if key.starts_with('r') => (21, ago(key)?, 3),
            _ if key.starts_with('w') => (26, ago(key)?, 2),
            _ if key.starts_with('n') => (28, ago(key)?, 2),
            _ => return None,
        };
        (at < count).then(|| Self(1 << (base + at)))
    }

    pub(super) fn has(self, any: Self) -> bool {
        self.0 & any.0 != 0
    }

    pub(super) fn is_only(self, one: Self) -> bool {
        self == one
    }

    pub(super) fn is_weekday(self) -> bool {
        self.has(Self::WEEKDAYS)
    }

    pub(super) fn is_month(self) -> bool {
        self.has(Self::MONTHS)
    }

    pub(super) fn is_relative(self) -> bool {
        self.has(Self::DAYS_AGO)
    }

    pub(super) fn names(self, day: Weekday) -> bool {
        self.0 & (1 << day.num_days_from_monday()) != 0
    }

    /// The months that it can mean, 1 to 12.
    pub(super) fn months(self) -> impl Iterator<Item = u32> {
        (1..=12).filter(move |month| self.0 & (1 << (6 + month)) != 0)
    }

    /// How many days ago, 0 (today) to 2; the nearest when it means several.
    pub(super) fn days_ago(self) -> Option<u64> {
        (0_u64..=2).find(|ago| self.0 & (1 << (21 + ago)) != 0)
    }

    /// The week that it means: 0 this, 1 the last.
    pub(super) fn weeks_ago(self) -> Option<u32> {
        (0..=1).find(|ago| self.0 & (1 << (26 + ago)) != 0)
    }

    /// The month that it means: 0 this, 1 the last.
    pub(super) fn months_ago(self) -> Option<u32> {
        (0..=1).find(|ago| self.0 & (1 << (28 + ago)) != 0)
    }
}

impl BitOr for Senses {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// `r0` is 0, `r-1` is 1.
fn ago(key: &str) -> Option<u32> {
    key.get(1..)?.trim_start_matches('-').parse().ok()
}

#[cfg(test)]
mod tests;
