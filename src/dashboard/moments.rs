//! Moments, as pages have them: said relative to now, with the instant beside it, which the script goes by.

use super::frame::Frame;
use super::words::Words;
use askama::filters::{Escaper, Html};
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use std::borrow::Cow;
use std::fmt;

/// From so far back on the instant itself is said where it is what a reader looks for.
const LONG_AGO: TimeDelta = TimeDelta::days(7);

/// A moment in a page.
pub(super) struct Moment {
    at: DateTime<Utc>,
    said: Cow<'static, str>,
    /// Whether the instant itself is said.
    is_exact: bool,
}

impl Moment {
    pub(super) fn new(at: DateTime<Utc>, now: DateTime<Utc>, words: &'static Words) -> Self {
        Self { at, said: said(at - now, words), is_exact: false }
    }

    /// The instant itself: in UTC until the script says it in the browser's time zone.
    pub(super) fn exact(at: DateTime<Utc>) -> Self {
        Self { at, said: at.format("%Y-%m-%d %H:%M UTC").to_string().into(), is_exact: true }
    }

    /// How long ago, or the instant where that is more than a week.
    pub(super) fn of_mail(at: DateTime<Utc>, now: DateTime<Utc>, words: &'static Words) -> Self {
        if now - at > LONG_AGO { Self::exact(at) } else { Self::new(at, now, words) }
    }

    /// As it is said where no element can be.
    pub(super) fn said(&self) -> &str {
        &self.said
    }
}

/// Nothing in it is a person's.
impl askama::filters::HtmlSafe for Moment {}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let instant = self.at.to_rfc3339_opts(SecondsFormat::Secs, true);
        let title = self.at.format("%Y-%m-%d %H:%M:%S UTC");
        let mark = if self.is_exact { " data-exact" } else { "" };
        write!(f, "<time datetime=\"{instant}\" title=\"{title}\"{mark}>{}</time>", self.said)
    }
}

/// A moment, or the word that stands where there is none.
pub(super) enum MomentOr {
    At(Moment),
    Word(Cow<'static, str>),
}

/// The word is escaped.
impl askama::filters::HtmlSafe for MomentOr {}

impl fmt::Display for MomentOr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::At(moment) => moment.fmt(f),
            Self::Word(word) => Html.write_escaped_str(f, word),
        }
    }
}

impl Frame {
    pub(super) fn moment(&self, at: &DateTime<Utc>) -> Moment {
        Moment::new(*at, self.now, self.words)
    }

    /// When it was last, or that it never was.
    pub(super) fn last(&self, at: Option<&DateTime<Utc>>) -> MomentOr {
        self.moment_or(at, "never")
    }

    /// When it is next, or that it is not by itself.
    pub(super) fn next_time(&self, at: Option<&DateTime<Utc>>) -> MomentOr {
        self.moment_or(at, "not-by-itself")
    }

    fn moment_or(&self, at: Option<&DateTime<Utc>>, word: &str) -> MomentOr {
        at.map_or_else(|| MomentOr::Word(self.say(word)), |at| MomentOr::At(self.moment(at)))
    }

    /// When a message came, in a list.
    pub(super) fn received(&self, at: &DateTime<Utc>) -> Moment {
        Moment::of_mail(*at, self.now, self.words)
    }

    #[expect(clippy::unused_self, reason = "templates call methods")]
    pub(super) fn exact(&self, at: &DateTime<Utc>) -> Moment {
        Moment::exact(*at)
    }
}

/// A year of the calendar as it is on average, seconds.
const YEAR: i64 = 31_556_952;

/// How far off, in the largest unit of which it is at least one: as `Intl.RelativeTimeFormat` says it.
fn said(off: TimeDelta, words: &'static Words) -> Cow<'static, str> {
    let (seconds, is_past) = (off.num_seconds().abs(), off < TimeDelta::zero());
    let units = [
        (YEAR, "ago-years", "in-years"),
        (YEAR / 12, "ago-months", "in-months"),
        (86_400, "ago-days", "in-days"),
        (3_600, "ago-hours", "in-hours"),
        (60, "ago-minutes", "in-minutes"),
    ];
    match units.into_iter().find(|(size, _, _)| seconds >= *size) {
        Some((size, ago, _)) if is_past => words.count(ago, seconds / size),
        Some((size, _, ahead)) => words.count(ahead, seconds / size),
        None if is_past => words.say("just-now"),
        None => words.say("now"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_said_in_its_largest_unit_with_the_instant_beside_it() {
        let words = Words::accepted("en");
        let now = DateTime::from_timestamp(1_700_000_000, 0).unwrap();
        let off = |seconds| Moment::new(now + TimeDelta::seconds(seconds), now, words).said.into_owned();
        for (seconds, text) in [
            (0, "now"),
            (-59, "just now"),
            (-60, "1 minute ago"),
            (-3599, "59 minutes ago"),
            (3600, "in 1 hour"),
            (-172_800, "2 days ago"),
            (30 * 86_400, "in 30 days"),
            (-31 * 86_400, "1 month ago"),
            (364 * 86_400, "in 11 months"),
            (366 * 86_400, "in 1 year"),
            (-800 * 86_400, "2 years ago"),
        ] {
            assert_eq!(off(seconds), text);
        }
        let mail = |days| Moment::of_mail(now - TimeDelta::days(days), now, words);
        assert_eq!(mail(7).said, "7 days ago");
        assert_eq!(mail(8).said, "2023-11-06 22:13 UTC");
        assert!(mail(8).to_string().contains("title=\"2023-11-06 22:13:20 UTC\" data-exact>"));
        let html = Moment::new(now, now, words).to_string();
        assert_eq!(
            html,
            "<time datetime=\"2023-11-14T22:13:20Z\" title=\"2023-11-14 22:13:20 UTC\">now</time>"
        );
    }
}
