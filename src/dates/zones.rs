//! The mailbox's zone: its name, and the instants of its wall clock.

use super::reading::{Confidence, Granularity, Reading};
use super::{Reader, Row, tables};
use crate::model::{Instant, Precision};
use chrono::{DateTime, Days, NaiveDateTime, TimeZone, Utc};
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

/// The instants that a reading may mean: those of a whole day, or the one or two that show its time.
#[derive(Debug, Clone, Copy)]
struct Moments {
    at: NaiveDateTime,
    granularity: Granularity,
    confidence: Confidence,
    earliest: DateTime<Utc>,
    latest: DateTime<Utc>,
}

impl Moments {
    fn is_two(&self) -> bool {
        self.granularity == Granularity::Minute && self.earliest < self.latest
    }

    /// Where one of two lies before `bound`, it is the other.
    fn after(self, bound: DateTime<Utc>) -> Self {
        let earliest = if self.is_two() && self.earliest < bound { self.latest } else { self.earliest };
        Self { earliest, ..self }
    }

    /// Where one of two lies after `bound`, it is the other.
    fn before(self, bound: DateTime<Utc>) -> Self {
        let latest = if self.is_two() && self.latest > bound { self.earliest } else { self.latest };
        Self { latest, ..self }
    }
}

impl ZonedReader {
    /// What a text says at `now`.
    #[must_use]
    pub fn read(&self, text: &str, now: DateTime<Utc>) -> Option<ListedInstant> {
        let span = self.span(&self.reader.read(text, self.local(now))?)?;
        self.seen(span.before(now))
    }

    /// What the rows of one list say, read together. Of a time that an hour turned back brings twice, the rows
    /// below and above decide: the list is the newest first.
    #[must_use]
    pub fn read_list(&self, rows: &[Row<'_>], now: DateTime<Utc>) -> Vec<Option<ListedInstant>> {
        let readings = self.reader.read_list(rows, self.local(now));
        let mut spans: Vec<_> = readings.into_iter().map(|reading| self.span(&reading?)).collect();
        let mut below = DateTime::<Utc>::MIN_UTC;
        for span in spans.iter_mut().rev().flatten() {
            *span = span.after(below);
            below = span.earliest;
        }
        let mut above = now;
        for span in spans.iter_mut().flatten() {
            *span = span.before(above);
            above = span.latest;
        }
        spans.into_iter().map(|span| self.seen(span?)).collect()
    }

    fn local(&self, now: DateTime<Utc>) -> NaiveDateTime {
        now.with_timezone(&self.zone).naive_local()
    }

    /// `None` for a time that the zone's clock never showed.
    fn span(&self, reading: &Reading) -> Option<Moments> {
        let Reading { at, granularity, confidence, .. } = *reading;
        let (earliest, latest) = if granularity == Granularity::Day {
            (self.start_of_day(at)?, self.start_of_day(at + Days::new(1))?)
        } else {
            let local = self.zone.from_local_datetime(&at).map(|at| at.with_timezone(&Utc));
            (local.earliest()?, local.latest()?)
        };
        Some(Moments { at, granularity, confidence, earliest, latest })
    }

    /// A time that is still two is known to the day alone: a minute that may be the wrong one would make two
    /// of one message.
    fn seen(&self, span: Moments) -> Option<ListedInstant> {
        let instant = if span.earliest == span.latest {
            Instant { at: span.earliest, precision: Precision::Minute }
        } else {
            Instant { at: self.start_of_day(span.at)?, precision: Precision::Day }
        };
        Some(ListedInstant { instant, confidence: span.confidence })
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
