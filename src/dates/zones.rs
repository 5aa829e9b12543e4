//! The mailbox's zone: its name, and the instants of its wall clock.

use super::reading::{Confidence, Granularity, Reading};
use super::{Reader, Row, tables};
use crate::model::{Instant, Precision};
use chrono::{DateTime, NaiveDateTime, TimeZone, Utc};
use chrono_tz::Tz;

/// The zone that a mailbox's settings name, by its Windows name (CLDR `windowsZones`, the world's zone) or
/// its IANA name; `None` for one we do not know.
#[must_use]
pub fn zone(name: &str) -> Option<Tz> {
    name.parse().ok().or_else(|| tables::zone(name)?.parse().ok())
}

/// Reads the dates of a mailbox whose zone is known.
#[derive(Debug, Clone)]
pub struct ZonedReader {
    /// Reads the mailbox's wall time.
    pub reader: Reader,
    /// Where its clock stands.
    pub zone: Tz,
}

/// An instant that was read off a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListedInstant {
    /// When it was, and to the minute or the day.
    pub instant: Instant,
    /// How surely the text was understood.
    pub confidence: Confidence,
}

impl ZonedReader {
    /// What a text says at `now`.
    #[must_use]
    pub fn read(&self, text: &str, now: DateTime<Utc>) -> Option<ListedInstant> {
        self.seen(self.reader.read(text, self.local(now)), None)
    }

    /// What the rows of one list say, read together. Of a time that an hour turned back brings twice, the row
    /// below decides: the list is the newest first.
    #[must_use]
    pub fn read_list(&self, rows: &[Row<'_>], now: DateTime<Utc>) -> Vec<Option<ListedInstant>> {
        let readings = self.reader.read_list(rows, self.local(now));
        let mut below = None;
        let mut seen: Vec<_> = readings
            .into_iter()
            .rev()
            .map(|reading| {
                let seen = self.seen(reading, below);
                below = seen.map(|seen| seen.instant.at).or(below);
                seen
            })
            .collect();
        seen.reverse();
        seen
    }

    fn local(&self, now: DateTime<Utc>) -> NaiveDateTime {
        now.with_timezone(&self.zone).naive_local()
    }

    /// `None` for a time that the zone's clock never showed.
    fn seen(&self, reading: Option<Reading>, below: Option<DateTime<Utc>>) -> Option<ListedInstant> {
        let Reading { at, granularity, confidence, .. } = reading?;
        if granularity == Granularity::Day {
            let instant = Instant { at: self.start_of_day(at)?, precision: Precision::Day };
            return Some(ListedInstant { instant, confidence });
        }
        let local = self.zone.from_local_datetime(&at).map(|at| at.with_timezone(&Utc));
        let (earlier, later) = (local.earliest()?, local.latest()?);
        let is_later = below.is_some_and(|below| earlier < below);
        let instant = Instant { at: if is_later { later } else { earlier }, precision: Precision::Minute };
        let confidence =
            if earlier == later || is_later { confidence } else { confidence.min(Confidence::Medium) };
        Some(ListedInstant { instant, confidence })
    }

    /// The first instant of a day; some zones skip midnight when they turn the clock on.
    fn start_of_day(&self, at: NaiveDateTime) -> Option<DateTime<Utc>> {
        let hours = (0..=2).filter_map(|hour| at.date().and_hms_opt(hour, 0, 0));
        hours
            .filter_map(|local| self.zone.from_local_datetime(&local).earliest())
            .map(|at| at.with_timezone(&Utc))
            .next()
    }
}

#[cfg(test)]
mod tests;
