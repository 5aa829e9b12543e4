//! The bar of an account's last day: a piece for each hour, told by its height and its words, never by colour alone.

use super::moments::Moment;
use super::words::Words;
use crate::desk::HourSeen;
use std::fmt;

/// An hour in a page.
pub(super) struct HourBar<'a> {
    hour: &'a HourSeen,
    begin: Moment,
    words: &'static Words,
}

impl<'a> HourBar<'a> {
    /// `begin` is the hour's beginning, as the page says moments.
    pub(super) fn new(hour: &'a HourSeen, begin: Moment, words: &'static Words) -> Self {
        Self { hour, begin, words }
    }

    /// Its class in the stylesheet.
    fn class(&self) -> &'static str {
        match self.hour {
            HourSeen { cycles: 0, good: 0, failed: 0, .. } => "none",
            HourSeen { good: 0, failed: 0, .. } => "quiet",
            HourSeen { failed: 0, .. } => "good",
            HourSeen { good: 0, .. } => "bad",
            _ => "warn",
        }
    }

    /// What happened, in words.
    fn told(&self) -> String {
        let HourSeen { cycles, failed, found, good, .. } = *self.hour;
        let count = |key, n: u64| self.words.count(key, i64::try_from(n).unwrap_or(i64::MAX)).into_owned();
        let parts =
            [(failed > 0).then(|| count("failures", failed)), (found > 0).then(|| count("day-new", found))];
        let parts: Vec<_> = parts.into_iter().flatten().collect();
        match (parts.is_empty(), good, cycles) {
            (false, ..) => parts.join(", "),
            (true, 1.., _) => self.words.say("day-changed").into_owned(),
            (true, 0, 1..) => self.words.say("day-quiet").into_owned(),
            (true, 0, 0) => self.words.say("day-none").into_owned(),
        }
    }
}

/// Nothing in it is a person's.
impl askama::filters::HtmlSafe for HourBar<'_> {}

impl fmt::Display for HourBar<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (class, told, begin) = (self.class(), self.told(), &self.begin);
        let plain = begin.said();
        write!(
            f,
            "<li class=\"{class}\" title=\"{plain}: {told}\"><span class=\"unseen\">{begin}: {told}</span></li>"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::now;

    #[test]
    fn an_hour_says_what_happened_in_words_and_by_its_height() {
        let words = Words::accepted("en");
        let bar = |cycles, good, failed, found| {
            let hour = HourSeen { begin: now(), cycles, good, failed, found };
            let bar = HourBar::new(&hour, Moment::exact(now()), words);
            (bar.class(), bar.told())
        };
        for (hour, class, told) in [
            (bar(0, 0, 0, 0), "none", "no cycle ended"),
            (bar(2, 0, 0, 0), "quiet", "nothing happened"),
            (bar(2, 1, 0, 3), "good", "3 new messages"),
            (bar(2, 1, 0, 0), "good", "changes"),
            (bar(2, 1, 1, 1), "warn", "1 try failed, 1 new message"),
            (bar(2, 0, 2, 0), "bad", "2 tries failed"),
        ] {
            assert_eq!(hour, (class, told.to_owned()));
        }
    }
}
