//! How an account, a part or a contact does, as pages show it: a word and a sign, never a colour alone.

use super::words::Words;
use crate::sync::health::Verdict;
use std::borrow::Cow;
use std::fmt;

/// How something does, in a page.
pub(super) struct Badge {
    tone: Tone,
    word: Cow<'static, str>,
}

/// How urgent it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Tone {
    Bad,
    Warn,
    Good,
    Quiet,
}

impl Tone {
    pub(super) fn of(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Failed | Verdict::NeedsLogin | Verdict::Blocked => Self::Bad,
            Verdict::Waits | Verdict::Degraded | Verdict::Late => Self::Warn,
            Verdict::Ok | Verdict::Importing | Verdict::New => Self::Good,
            Verdict::NoMail | Verdict::Off => Self::Quiet,
        }
    }

    /// Its class in the stylesheet.
    pub(super) const fn class(self) -> &'static str {
        match self {
            Self::Bad => "bad",
            Self::Warn => "warn",
            Self::Good => "good",
            Self::Quiet => "quiet",
        }
    }

    /// Its sign, as a path of 16 by 16.
    const fn sign(self) -> &'static str {
        match self {
            Self::Bad => "M4.5 4.5l7 7m0-7l-7 7",
            Self::Warn => "M8 3.5v5.5M8 12.2v.3",
            Self::Good => "M3.5 8.5l3 3 6-7",
            Self::Quiet => "M4 8h8",
        }
    }
}

impl Badge {
    /// A word of ours.
    pub(super) const fn new(tone: Tone, word: Cow<'static, str>) -> Self {
        Self { tone, word }
    }

    pub(super) fn of(verdict: Verdict, words: &'static Words) -> Self {
        Self::new(Tone::of(verdict), word(verdict, words))
    }
}

/// Nothing in it is a person's.
impl askama::filters::HtmlSafe for Badge {}

impl fmt::Display for Badge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (class, sign, word) = (self.tone.class(), self.tone.sign(), &self.word);
        write!(
            f,
            "<span class=\"badge {class}\"><svg viewBox=\"0 0 16 16\" aria-hidden=\"true\"><path d=\"{sign}\"/></svg>{word}</span>"
        )
    }
}

/// A verdict in a word.
pub(super) fn word(verdict: Verdict, words: &'static Words) -> Cow<'static, str> {
    words.say(&format!("verdict-{}", verdict.as_str().replace('_', "-")))
}
