//! What a message list shows for a date, turned back into an instant. Pure: no clock, no I/O.
//!
//! The list of Outlook on the web shows, by age and in the mailbox's zone and formats: the time (today), weekday and
//! time (one to three days), weekday and date without year (to thirty days), the full date. The `title` of newer
//! builds has weekday, full date and time. Where a text fits two readings the answer is `None`, never a guess.

mod ladder;
mod text;
mod words;
mod zones;

pub use zones::zone;

use crate::model::Instant;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;

/// How a mailbox writes dates, as its user options say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Culture {
    /// .NET pattern of the short date, such as `dd.MM.yyyy`.
    pub date_format: String,
    /// .NET pattern of the short time, such as `h:mm tt`.
    pub time_format: String,
    /// Language tag of the interface, such as `de-DE`; gives the words for weekdays.
    pub language: String,
    /// The mailbox's zone.
    pub zone: Tz,
}

/// The instant that a row of the list stands for, read at `now`: the title first, then the text.
#[must_use]
pub fn parse(text: &str, title: Option<&str>, culture: &Culture, now: DateTime<Utc>) -> Option<Instant> {
    let read = |shown: &str| ladder::place(&text::read(shown, culture)?, culture.zone, now);
    title.and_then(read).or_else(|| read(text))
}

#[cfg(test)]
mod tests;
