//! What a message list shows for a date, turned back into an instant. Pure: no clock, no I/O.
//!
//! The list of Outlook on the web shows, by age and in the mailbox's language, formats and zone: the time
//! (today), weekday and time (one to three days), weekday and date without year (to thirty days), the full
//! date. The `title` of newer builds has weekday, full date and time.
//!
//! ```text
//! text      as shown -> plain: lower case, ASCII digits, no accents, no marks
//! scan      plain -> numbers, the signs between them, the meanings of the words (words, sense)
//! candidate numbers and meanings, seen from now -> every reading with its cost (format, culture)
//! reading   the cheapest, how far it is ahead of the next, and what else fits
//! voice     all that for one language
//! list      the rows of a list together: the one format and order that explains them all (header)
//! ```
//!
//! The tables are written by scripts/tables. Nothing lies in the future, beyond what clocks may differ.
//!
//! A date that two readings fit is not believed: the row has none until JSON names the item.

mod candidate;
mod culture;
mod explain;
mod format;
mod header;
mod list;
mod reading;
mod scan;
mod sense;
mod tables;
mod text;
mod voice;
mod words;
mod zones;

pub use explain::Explained;
pub use reading::{Confidence, Granularity, Reading};
pub use zones::{ListedInstant, ZonedReader, zone};

use crate::model::DateWord;
use chrono::NaiveDateTime;
use voice::Voice;

/// How a mailbox writes dates, as far as it is known.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Habits {
    /// Language tag of the interface, such as `de-DE` or `de`.
    pub locale: Option<String>,
    /// .NET pattern of the short date, such as `dd.MM.yyyy`.
    pub date_format: Option<String>,
    /// .NET pattern of the short time, such as `h:mm tt`.
    pub time_format: Option<String>,
    /// Words beyond the tables.
    pub words: Vec<DateWord>,
}

/// A row of a list.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    /// What it shows for its date.
    pub text: &'a str,
    /// The header of its group, where the list has groups.
    pub header: Option<&'a str>,
}

/// Reads the dates of one mailbox.
#[derive(Debug, Clone)]
pub struct Reader(Vec<Voice>);

impl Reader {
    /// For a mailbox with these habits. Where its language is not known, every language is asked, and a text
    /// that two of them understand differently is read with low confidence.
    #[must_use]
    pub fn new(habits: &Habits) -> Self {
        Self(Voice::of(habits))
    }

    /// What a text says at `now`, both in the mailbox's own time.
    #[must_use]
    pub fn read(&self, text: &str, now: NaiveDateTime) -> Option<Reading> {
        let mut readings = Vec::new();
        for voice in &self.0 {
            voice.readings(text, now, &mut readings);
        }
        Reading::of_one(&readings)
    }

    /// What the rows of one list say, read together, in the language that explains most of them.
    #[must_use]
    pub fn read_list(&self, rows: &[Row<'_>], now: NaiveDateTime) -> Vec<Option<Reading>> {
        let read = self.0.iter().map(|voice| voice.list(rows, now));
        read.min_by_key(|read| (read.unread, read.cost)).map(|read| read.readings).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests;
