//! Why a text is read as it is, for a person.

use super::{Reader, text};
use chrono::NaiveDateTime;

/// One reading of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explained {
    /// The instant, or the start of the day.
    pub at: NaiveDateTime,
    /// How unlikely it is: 0 as likely as can be, from 8 on hardly.
    pub cost: u32,
    /// By which pattern its numbers are read, such as `dd.MM.yyyy`; `None` where they need none.
    pub format: Option<String>,
}

impl Reader {
    /// The text as it is compared with the tables; `None` when it is too long for a date.
    #[must_use]
    pub fn plain(text: &str) -> Option<String> {
        text::plain(text)
    }

    /// All readings of a text, the likeliest first, each once.
    #[must_use]
    pub fn explain(&self, text: &str, now: NaiveDateTime) -> Vec<Explained> {
        let mut all = Vec::new();
        for voice in &self.0 {
            let mut readings = Vec::new();
            voice.readings(text, now, &mut readings);
            for (candidate, cost) in readings {
                all.push(Explained { at: candidate.at(), cost, format: voice.pattern(candidate.format) });
            }
        }
        all.sort_by_key(|reading| (reading.at, reading.cost));
        all.dedup_by_key(|reading| reading.at);
        all.sort_by_key(|reading| reading.cost);
        all
    }
}
