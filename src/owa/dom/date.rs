//! Which text of a row is its date. Pure.
//!
//! The title is read before the text: it has the whole date. A row whose texts hold no date may have one in
//! its label, in a gap between the texts that are known: never within them, for a subject may look like a
//! date.

use super::row::{RawRow, RowText};
use crate::dates::{Confidence, ListedInstant, Row, ZonedReader};
use crate::model::Instant;
use chrono::{DateTime, Utc};

/// The date of a row.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Found {
    /// Which of the row's texts it is; none when it stands in the label alone.
    pub(super) part: Option<usize>,
    /// The instant, unless two readings fit.
    pub(super) instant: Option<Instant>,
}

/// A text that may be the date of its row.
struct Clue<'a> {
    part: Option<usize>,
    text: &'a str,
    confidence: Confidence,
}

/// The date of each row; the rows are read together.
pub(super) fn find(rows: &[RawRow], reader: &ZonedReader, now: DateTime<Utc>) -> Vec<Found> {
    let clues: Vec<_> = rows.iter().map(|row| clue(row, reader, now)).collect();
    let texts = rows.iter().zip(&clues).map(|(row, clue)| Row {
        text: clue.as_ref().map_or("", |clue| clue.text),
        header: row.group.as_deref(),
    });
    let seen = reader.read_list(&texts.collect::<Vec<_>>(), now);
    let found = clues.iter().zip(seen).map(|(clue, seen)| Found {
        part: clue.as_ref().and_then(|clue| clue.part),
        instant: seen.filter(|seen| seen.confidence > Confidence::Low).map(|seen| seen.instant),
    });
    found.collect()
}

/// The likeliest text: one with a title before one without, what is surely a date before what may be one.
fn clue<'a>(row: &'a RawRow, reader: &ZonedReader, now: DateTime<Utc>) -> Option<Clue<'a>> {
    let shown = row.parts.iter().enumerate().filter(|(_, part)| part.address().is_none());
    let best = shown
        .filter_map(|(at, part)| {
            let (text, seen) = read(part, reader, now)?;
            Some(Clue { part: Some(at), text, confidence: seen.confidence })
        })
        .min_by_key(|clue| {
            let titled = clue.part.is_some_and(|at| row.parts[at].title.is_some());
            (!titled, std::cmp::Reverse(clue.confidence))
        });
    best.or_else(|| {
        gaps(row).into_iter().find_map(|text| {
            let seen = reader.read(text, now)?;
            Some(Clue { part: None, text, confidence: seen.confidence })
        })
    })
}

fn read<'a>(part: &'a RowText, reader: &ZonedReader, now: DateTime<Utc>) -> Option<(&'a str, ListedInstant)> {
    let mut texts = part.title.as_deref().into_iter().chain([part.text.as_str()]);
    texts.find_map(|text| Some((text, reader.read(text, now)?)))
}

/// What the label says between the texts of the row.
fn gaps(row: &RawRow) -> Vec<&str> {
    let mut rest = row.label.as_str();
    let mut gaps = Vec::new();
    for part in &row.parts {
        if let Some((gap, after)) = rest.split_once(part.text.as_str()) {
            gaps.push(gap.trim());
            rest = after;
        }
    }
    // What stands before the first text are flags: unread, important.
    gaps.into_iter().skip(1).chain([rest.trim()]).filter(|gap| !gap.is_empty()).collect()
}
