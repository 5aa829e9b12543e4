//! Which stored message one is that was just seen under another id, by its Internet message id, time and sender. Pure.
//!
//! An Internet message id alone names nothing: senders give different mails the same (freescout-help-desk/freescout#5591),
//! and a mailbox has copies. Where several fit, they are told apart by the second, the subject, attachments, and last by
//! their first words; of those that are alike in all of it as many are paired as there are on both sides.

mod look;

pub(in crate::sync) use look::by_look;

use crate::model::{Depth, FolderId, Instant, ItemKey, MessageId, Sight};
use crate::store::{ARRIVALS_APART, Counterpart};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::mem;

/// Letters that are compared of a subject.
const SUBJECT: usize = 200;
/// The same of first words; roads cut them at different places.
const WORDS: usize = 150;

/// A stored message that an item is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::sync) struct Recognised {
    pub(in crate::sync) message_id: MessageId,
    /// The deepest look there was.
    pub(super) depth: Depth,
}

/// Pairs what was seen in a folder with stored messages that are free for it, and leaves the others in `stored`. One that
/// lay in another folder has moved, where there is no doubt.
pub(in crate::sync) fn pair(
    seen: &[&Sight],
    folder: &FolderId,
    stored: &mut Vec<Counterpart>,
) -> HashMap<ItemKey, Recognised> {
    let (here, elsewhere): (Vec<_>, Vec<_>) =
        mem::take(stored).into_iter().partition(|one| one.folder == *folder);
    let mut pairs = HashMap::new();
    let mut paired = HashSet::new();
    for is_here in [true, false] {
        let among = if is_here { &here } else { &elsewhere };
        let left: Vec<&Sight> = seen.iter().copied().filter(|one| !is_in(&pairs, one)).collect();
        for (seen, stored) in groups(&left, among) {
            let found = match (seen.as_slice(), stored.as_slice()) {
                ([one], [other]) => vec![(*one, *other)],
                _ if is_here => told_apart(seen, stored),
                _ => Vec::new(),
            };
            for (one, other) in found {
                paired.insert(other.message_id.clone());
                let is = Recognised { message_id: other.message_id.clone(), depth: other.depth };
                pairs.extend(one.key.clone().map(|key| (key, is)));
            }
        }
    }
    stored.extend(here.into_iter().chain(elsewhere).filter(|one| !paired.contains(&one.message_id)));
    pairs
}

fn is_in(pairs: &HashMap<ItemKey, Recognised>, sight: &Sight) -> bool {
    sight.key.as_ref().is_some_and(|key| pairs.contains_key(key))
}

type Group<'a> = (Vec<&'a Sight>, Vec<&'a Counterpart>);

/// Those that may be each other.
fn groups<'a>(seen: &[&'a Sight], stored: &'a [Counterpart]) -> Vec<Group<'a>> {
    let mut by_id: BTreeMap<&str, Group<'a>> = BTreeMap::new();
    for one in seen {
        by_id.entry(one.internet_message_id.as_deref().unwrap_or_default()).or_default().0.push(one);
    }
    for one in stored {
        if let Some(group) = by_id.get_mut(one.internet_message_id.as_str()) {
            group.1.push(one);
        }
    }
    by_id.into_values().flat_map(|(seen, stored)| joined(seen, stored)).collect()
}

/// Parts of a group of which none fits into another.
fn joined<'a>(mut seen: Vec<&'a Sight>, mut stored: Vec<&'a Counterpart>) -> Vec<Group<'a>> {
    let mut groups = Vec::new();
    while let Some(first) = seen.pop() {
        let mut group: Group<'a> = (vec![first], Vec::new());
        loop {
            let (fit, rest): (Vec<_>, Vec<_>) =
                stored.into_iter().partition(|one| group.0.iter().any(|other| fits(other, one)));
            stored = rest;
            group.1.extend(fit);
            let (fit, rest): (Vec<_>, Vec<_>) =
                seen.into_iter().partition(|one| group.1.iter().any(|other| fits(one, other)));
            seen = rest;
            if fit.is_empty() {
                break;
            }
            group.0.extend(fit);
        }
        groups.push(group);
    }
    groups
}

fn fits(seen: &Sight, stored: &Counterpart) -> bool {
    let from = seen.from.as_ref().and_then(|from| from.address.as_deref());
    let may_be = is_near(seen.received, stored.received) && is_same_sender(from, stored.from.as_deref());
    may_be
        && (seen.internet_message_id.is_some() || are_one(&Marks::of_seen(seen), &Marks::of_stored(stored)))
}

/// Without an Internet message id, all that tells mails apart has to be the same, down to their first words.
fn are_one(seen: &Marks, stored: &Marks) -> bool {
    let (seen_words, stored_words) = (seen.words.as_ref(), stored.words.as_ref());
    seen.second == stored.second
        && seen.subject == stored.subject
        && seen_words.is_some()
        && seen_words == stored_words
}

pub(in crate::sync) fn is_near(one: Option<Instant>, other: Option<Instant>) -> bool {
    let (Some(one), Some(other)) = (one, other) else { return false };
    let apart = |one: Instant, other: Instant| one.at - (other.at + other.precision.width());
    apart(one, other) < ARRIVALS_APART && apart(other, one) < ARRIVALS_APART
}

/// Exchange has names of its own for its people: such a one says nothing.
pub(in crate::sync) fn is_same_sender(one: Option<&str>, other: Option<&str>) -> bool {
    let of_internet = |address: Option<&str>| {
        address.filter(|address| address.contains('@')).map(|address| address.trim().to_lowercase())
    };
    match (of_internet(one), of_internet(other)) {
        (Some(one), Some(other)) => one == other,
        (None, _) | (_, None) => true,
    }
}

/// By what several are told apart, of one that was seen or is stored.
struct Marks {
    second: Option<i64>,
    subject: Option<String>,
    has_attachments: Option<bool>,
    words: Option<String>,
}

impl Marks {
    fn of_seen(seen: &Sight) -> Self {
        let Sight { received, subject, has_attachments, preview, .. } = seen;
        Self::of(*received, subject.as_deref(), *has_attachments, preview.as_deref())
    }

    fn of_stored(stored: &Counterpart) -> Self {
        let Counterpart { received, subject, has_attachments, preview, .. } = stored;
        Self::of(*received, subject.as_deref(), *has_attachments, preview.as_deref())
    }

    fn of(
        received: Option<Instant>,
        subject: Option<&str>,
        has_attachments: Option<bool>,
        preview: Option<&str>,
    ) -> Self {
        let second = received.map(|received| received.at.timestamp());
        Self { second, subject: subject.map(folded), has_attachments, words: preview.map(words) }
    }

    /// As a text, one after the other.
    fn mark(&self, n: usize) -> Option<String> {
        match n {
            0 => self.second.map(|second| second.to_string()),
            1 => self.subject.clone(),
            2 => self.has_attachments.map(|has| has.to_string()),
            _ => self.words.clone(),
        }
    }
}

const MARKS: usize = 4;

fn folded(subject: &str) -> String {
    subject.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(SUBJECT).collect()
}

fn words(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).take(WORDS).collect()
}

type Pair<'a> = (&'a Sight, &'a Counterpart);

fn told_apart<'a>(seen: Vec<&'a Sight>, stored: Vec<&'a Counterpart>) -> Vec<Pair<'a>> {
    let seen: Vec<_> = seen.into_iter().map(|one| (one, Marks::of_seen(one))).collect();
    let stored: Vec<_> = stored.into_iter().map(|one| (one, Marks::of_stored(one))).collect();
    split(seen, stored, 0)
}

/// Parts both by one mark after the other, until one is left on either side or they are alike. What is not known of all of
/// them parts none.
fn split<'a>(
    seen: Vec<(&'a Sight, Marks)>,
    stored: Vec<(&'a Counterpart, Marks)>,
    n: usize,
) -> Vec<Pair<'a>> {
    if seen.is_empty() || stored.is_empty() {
        return Vec::new();
    }
    let all = seen.iter().map(|(_, marks)| marks).chain(stored.iter().map(|(_, marks)| marks));
    let is_known = n < MARKS && all.clone().all(|marks| marks.mark(n).is_some());
    let is_clear = seen.len() == 1 && stored.len() == 1 && n > 0;
    // As many on either side: whichever is which is the same to a reader.
    let is_even = n == MARKS - 1 && seen.len() == stored.len();
    if n >= MARKS || is_clear || is_even {
        let is_alike = is_clear || is_even || are_alike(&seen, &stored);
        let pairs = seen.into_iter().zip(stored).filter(|_| is_alike);
        return pairs.map(|((one, _), (other, _))| (one, other)).collect();
    }
    if !is_known {
        return split(seen, stored, n + 1);
    }
    let mut parts: BTreeMap<Option<String>, (Vec<_>, Vec<_>)> = BTreeMap::new();
    for one in seen {
        parts.entry(one.1.mark(n)).or_default().0.push(one);
    }
    for one in stored {
        parts.entry(one.1.mark(n)).or_default().1.push(one);
    }
    parts.into_values().flat_map(|(seen, stored)| split(seen, stored, n + 1)).collect()
}

/// Whether their first words are the same, or those of the stored ones are while those seen are no more.
fn are_alike(seen: &[(&Sight, Marks)], stored: &[(&Counterpart, Marks)]) -> bool {
    let words = |marks: &Marks| marks.words.clone();
    let mut of_stored: Vec<_> = stored.iter().map(|(_, marks)| words(marks)).collect();
    of_stored.dedup();
    let is_one = of_stored.len() == 1 && of_stored[0].is_some();
    is_one && (seen.len() <= stored.len() || seen.iter().all(|(_, marks)| marks.words.is_some()))
}

#[cfg(test)]
mod tests;
