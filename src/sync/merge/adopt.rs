//! Which stored message one can only be that was just seen under an id that is not stored. Pure.

use crate::model::{Depth, Instant, KeySpace, MessageId, Sight};
use crate::store::Candidate;
use std::collections::HashSet;

/// What was seen of a message.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seen<'a> {
    space: Option<&'a KeySpace>,
    conversation_id: Option<&'a str>,
    internet_message_id: Option<&'a str>,
    subject: Option<&'a str>,
    received: Option<Instant>,
}

impl<'a> Seen<'a> {
    /// What a look says of who it is.
    pub(super) fn of(sight: &'a Sight) -> Self {
        Self {
            space: sight.key.as_ref().map(|key| &key.space),
            conversation_id: sight.conversation_id.as_deref(),
            internet_message_id: sight.internet_message_id.as_deref(),
            subject: sight.subject.as_deref(),
            received: sight.received,
        }
    }

    /// Whether it can be this one, and how sure the times are of it.
    fn fit(&self, stored: &Candidate) -> Option<Fit> {
        let same_conversation = self.conversation_id == Some(&stored.conversation_id);
        let free = self.space.is_none_or(|space| !stored.spaces.contains(space));
        let same_message = match (self.internet_message_id, &stored.internet_message_id) {
            (Some(seen), Some(stored)) => seen == stored,
            (None, _) | (_, None) => self.has_topic_of(stored),
        };
        self.time(stored).filter(|_| same_conversation && free && same_message)
    }

    fn time(&self, stored: &Candidate) -> Option<Fit> {
        match (self.received, stored.received) {
            (Some(seen), Some(stored)) => meet(seen, stored).then_some(Fit::Same),
            (None, None) if stored.depth == Depth::Shown => Some(Fit::Same),
            (Some(_), None) => (stored.depth == Depth::Shown).then_some(Fit::Undated),
            (None, _) => Some(Fit::Unclear),
        }
    }

    fn has_topic_of(&self, stored: &Candidate) -> bool {
        match (self.subject, &stored.subject) {
            (Some(seen), Some(stored)) => same_topic(seen, stored),
            (None, _) | (_, None) => true,
        }
    }
}

/// Whether two intervals of time have a moment in common.
fn meet(one: Instant, other: Instant) -> bool {
    one.at < other.at + other.precision.width() && other.at < one.at + one.precision.width()
}

/// How the time of what was seen fits that of what is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fit {
    /// They meet, or neither the row then nor the row now had one that could be read.
    Same,
    /// What is stored is a row without a time.
    Undated,
    /// What was seen has no time: it may be this one or a newer one.
    Unclear,
}

/// What a message that was seen is of those that are stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Match {
    /// It can only be this one.
    One(MessageId),
    /// It may be one of several.
    Several,
    /// None of them.
    None,
}

/// Whether one subject is the other, or its topic.
fn same_topic(one: &str, other: &str) -> bool {
    let (one, other) = (topic(one), topic(other));
    // For an empty subject the page shows words of its own language.
    one == other || one.is_empty() || other.is_empty() || announces(one, other) || announces(other, one)
}

/// Whether a subject says what became of a topic: "Undeliverable: Lunch", "Accepted: Lunch", in any language.
fn announces(subject: &str, topic: &str) -> bool {
    let before = subject.strip_suffix(topic).map(str::trim_end);
    before.is_some_and(|before| before.ends_with([':', '：']))
}

/// A subject without its `Re:` and `Fwd:` in any language: a conversation's topic has none, its messages do.
fn topic(subject: &str) -> &str {
    let mut rest = subject.trim();
    while let Some((prefix, tail)) = rest.split_once([':', '：']) {
        let letters = prefix.trim_end();
        if letters.is_empty() || letters.chars().count() > 3 || !letters.chars().all(char::is_alphabetic) {
            break;
        }
        rest = tail.trim_start();
    }
    rest
}

/// Stored messages that can be adopted, each once.
pub(super) struct Adoptions<'a> {
    candidates: &'a [Candidate],
    adopted: HashSet<&'a MessageId>,
}

impl<'a> Adoptions<'a> {
    pub(super) fn of(candidates: &'a [Candidate]) -> Self {
        Self { candidates, adopted: HashSet::new() }
    }

    /// Takes the one that this can only be. A message without a time stands for one that has one only where
    /// no other does.
    pub(super) fn adopt(&mut self, seen: Seen<'_>) -> Match {
        let fitting = |fit: Fit| {
            let free = |stored: &&Candidate| !self.adopted.contains(&stored.message_id);
            let candidates = self.candidates.iter().filter(free);
            candidates.filter(|stored| seen.fit(stored) == Some(fit)).collect::<Vec<_>>()
        };
        let found = [Fit::Same, Fit::Undated].into_iter().map(fitting).find(|found| !found.is_empty());
        match found.as_deref() {
            Some([only]) => {
                self.adopted.insert(&only.message_id);
                Match::One(only.message_id.clone())
            }
            None if fitting(Fit::Unclear).is_empty() => Match::None,
            Some(_) | None => Match::Several,
        }
    }

    /// The same for an item, which its own id tells from all others: where several fit it is taken for a new
    /// one, for a guess would join what is not one.
    pub(super) fn adopt_item(&mut self, seen: Seen<'_>) -> Option<MessageId> {
        match self.adopt(seen) {
            Match::One(id) => Some(id),
            Match::Several | Match::None => None,
        }
    }
}

#[cfg(test)]
mod tests;
