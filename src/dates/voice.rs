//! One language, with the formats of its cultures.

use super::candidate::{DateCandidate, Finder};
use super::culture::Culture;
use super::list::{self, ReadList};
use super::scan::Scan;
use super::words::Words;
use super::{Habits, Row, header, tables, text};
use chrono::NaiveDateTime;

/// What is needed to understand the dates of one language.
#[derive(Debug, Clone)]
pub(super) struct Voice {
    words: Words,
    culture: Culture,
    /// Whether its years may be of the Buddhist era.
    buddhist: bool,
}

impl Voice {
    /// The voices of a mailbox: of its language; of every language when it is not known, or has no words in
    /// the table.
    pub(super) fn of(habits: &Habits) -> Vec<Self> {
        let tag = |locale: &str| locale.split(['-', '_']).next().unwrap_or_default().to_lowercase();
        let language = habits.locale.as_deref().map(tag);
        let known = tables::languages().find(|(code, _)| language.as_deref() == Some(code));
        match known {
            Some((code, line)) => vec![Self::new(code, line, habits, habits.locale.as_deref())],
            None if habits.words.iter().any(|word| language.as_deref() == Some(word.language.as_str())) => {
                vec![Self::new(language.as_deref().unwrap_or_default(), "", habits, habits.locale.as_deref())]
            }
            None => {
                tables::languages().map(|(code, line)| Self::new(code, line, habits, Some(code))).collect()
            }
        }
    }

    fn new(code: &str, line: &'static str, habits: &Habits, locale: Option<&str>) -> Self {
        let (date, time) = (habits.date_format.as_deref(), habits.time_format.as_deref());
        let more = habits.words.iter().filter(|word| word.language.eq_ignore_ascii_case(code));
        let more = more.map(|word| (word.meaning, word.shown.as_str()));
        Self {
            words: Words::new(line, more),
            culture: Culture::new(locale, date, time),
            buddhist: code == "th",
        }
    }

    /// Adds every reading of a text and what it costs to believe it.
    pub(super) fn readings(&self, text: &str, now: NaiveDateTime, found: &mut Vec<(DateCandidate, u32)>) {
        self.find(text, now, |candidate| found.push((candidate, candidate.total(&self.culture))));
    }

    /// The pattern of a candidate's format.
    pub(super) fn pattern(&self, format: Option<usize>) -> Option<String> {
        format.and_then(|format| self.culture.formats.get(format)).map(ToString::to_string)
    }

    /// The rows of one list, read together.
    pub(super) fn list(&self, rows: &[Row<'_>], now: NaiveDateTime) -> ReadList {
        let mut above = None;
        let rows: Vec<_> = rows
            .iter()
            .map(|row| {
                let mut candidates = Vec::new();
                self.find(row.text, now, |candidate| candidates.push(candidate));
                let bounds = row.header.and_then(|header| header::read(header, &self.words, now.date()));
                let starts = std::mem::replace(&mut above, row.header) != row.header;
                list::ListedRow { candidates, bounds, starts }
            })
            .collect();
        list::read(&rows, &self.culture)
    }

    fn find(&self, text: &str, now: NaiveDateTime, found: impl FnMut(DateCandidate)) {
        if let Some(scan) = text::plain(text).and_then(|plain| Scan::new(&plain, &self.words)) {
            Finder { scan: &scan, culture: &self.culture, buddhist: self.buddhist, now, found }.find();
        }
    }
}
