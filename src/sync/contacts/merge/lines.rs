//! The entries of a list on two sides, then and now, each in the line of what it stands for. Pure.

use super::edit::Edit;
use crate::model::{CardEmail, CardPhone, PhoneKind};
use crate::sync::contacts::fit::Most;
use std::collections::{HashMap, HashSet, VecDeque};

/// The two sides of lines, as places in an array.
pub(super) const OURS: usize = 0;
pub(super) const THEIRS: usize = 1;

/// An entry of a list of a card.
pub(super) trait Entry: Clone {
    /// What a number is for; `None` of other entries.
    fn kind(&self) -> Option<PhoneKind> {
        None
    }

    /// The same entry for something else.
    #[must_use]
    fn made(&self, _kind: Option<PhoneKind>) -> Self {
        self.clone()
    }
}

impl Entry for String {}

impl Entry for CardEmail {}

impl Entry for CardPhone {
    fn kind(&self) -> Option<PhoneKind> {
        Some(self.kind)
    }

    fn made(&self, kind: Option<PhoneKind>) -> Self {
        Self { kind: kind.unwrap_or(self.kind), number: self.number.clone() }
    }
}

/// The canonical form of an entry, and which one it is of those that have the same.
type Key = (String, usize);

/// An entry as one side has it.
#[derive(Debug)]
pub(super) struct HeldEntries<'a, T> {
    key: Key,
    pub(super) entry: &'a T,
}

impl<T> Clone for HeldEntries<'_, T> {
    fn clone(&self) -> Self {
        Self { key: self.key.clone(), entry: self.entry }
    }
}

impl<T: Entry> HeldEntries<'_, T> {
    /// Its canonical form, and what it is for.
    pub(super) fn says(&self) -> (&str, Option<PhoneKind>) {
        (&self.key.0, self.entry.kind())
    }
}

/// What one entry is on both sides, then and now.
#[derive(Debug)]
pub(super) struct EntryLine<'a, T> {
    pub(super) sides: [Edit<Option<HeldEntries<'a, T>>>; 2],
}

impl<'a, T: Entry> EntryLine<'a, T> {
    /// The entry as a side has it.
    pub(super) fn now(&self, side: usize) -> Option<&'a T> {
        self.sides[side].now.as_ref().map(|held| held.entry)
    }

    /// Whether one side alone has the entry, and neither had it.
    fn is_new(&self, side: usize) -> bool {
        let had = [OURS, THEIRS].iter().any(|side| self.sides[*side].base.is_some());
        !had && self.sides[side].now.is_some() && self.sides[1 - side].now.is_none()
    }

    /// The entry as a side had it.
    pub(super) fn base(&self, side: usize) -> Option<&'a T> {
        self.sides[side].base.as_ref().map(|held| held.entry)
    }
}

/// All entries of a list.
pub(super) struct EntryLines<'a, T> {
    pub(super) all: Vec<EntryLine<'a, T>>,
    /// The lines of each side's entries, in the order in which they stand there.
    pub(super) orders: [Edit<Vec<usize>>; 2],
    keys: [HashMap<Key, usize>; 2],
}

impl<'a, T: Entry> EntryLines<'a, T> {
    /// Puts entries of the same canonical form in one line. Entries that both sides had, each in a form that
    /// the other lacked, are one entry that the server keeps in a form of its own, if `pairs`. What both sides put
    /// anew where there is one place is one entry, too.
    pub(super) fn of(
        sides: [Edit<&'a [T]>; 2],
        form: &impl Fn(&T) -> String,
        pairs: bool,
        most: Most,
    ) -> Self {
        let [ours, theirs] = sides.map(|side| side.map(|entries| held(entries, form)));
        let mut lines = Self { all: Vec::new(), orders: Default::default(), keys: Default::default() };
        lines.ours_before(ours.base);
        lines.theirs_before(theirs.base, pairs);
        for (side, now) in [(OURS, &ours.now), (THEIRS, &theirs.now)] {
            lines.find(side, now);
        }
        for (side, now) in [(OURS, ours.now), (THEIRS, theirs.now)] {
            lines.orders[side].now = now.into_iter().map(|held| lines.line_of(side, held)).collect();
        }
        lines.face(most);
        lines
    }

    /// Puts what both sides have anew in a place that there is once in one line, unless ours still has what was there:
    /// what it has beside that has no room.
    fn face(&mut self, most: Most) {
        for theirs in self.orders[THEIRS].now.clone() {
            let kind = self.all[theirs].now(THEIRS).and_then(Entry::kind);
            let keeps = |line: &EntryLine<'_, T>| {
                line.base(THEIRS).is_some_and(|was| was.kind() == kind)
                    && line.now(OURS).is_some_and(|now| now.kind() == kind)
            };
            let is_once = most(kind) == 1 && !self.all.iter().any(keeps);
            if !is_once || !self.all[theirs].is_new(THEIRS) {
                continue;
            }
            let faces = |line: &&usize| {
                self.all[**line].is_new(OURS)
                    && self.all[**line].now(OURS).is_some_and(|now| now.kind() == kind)
            };
            if let Some(ours) = self.orders[OURS].now.iter().find(faces).copied() {
                self.all[ours].sides[THEIRS].now = self.all[theirs].sides[THEIRS].now.take();
                let places = self.orders[THEIRS].now.iter_mut().filter(|line| **line == theirs);
                places.for_each(|line| *line = ours);
            }
        }
    }

    fn line(&mut self, side: usize, key: &Key) -> usize {
        self.all.push(EntryLine { sides: Default::default() });
        let line = self.all.len() - 1;
        self.keys[side].insert(key.clone(), line);
        line
    }

    fn ours_before(&mut self, base: Vec<HeldEntries<'a, T>>) {
        for held in base {
            let line = self.line(OURS, &held.key);
            self.all[line].sides[OURS].base = Some(held);
            self.orders[OURS].base.push(line);
        }
    }

    fn theirs_before(&mut self, base: Vec<HeldEntries<'a, T>>, pairs: bool) {
        let mut alone = if pairs { self.alone(&base) } else { HashMap::new() };
        for held in base {
            let pair = || alone.get_mut(&held.entry.kind()).and_then(VecDeque::pop_front);
            let line = self.keys[OURS].get(&held.key).copied().or_else(pair);
            let line = line.unwrap_or_else(|| self.line(THEIRS, &held.key));
            self.keys[THEIRS].insert(held.key.clone(), line);
            self.all[line].sides[THEIRS].base = Some(held);
            self.orders[THEIRS].base.push(line);
        }
    }

    /// Our lines whose form they lacked, by what the number is for, in our order.
    fn alone(&self, theirs: &[HeldEntries<'a, T>]) -> HashMap<Option<PhoneKind>, VecDeque<usize>> {
        let had: HashSet<_> = theirs.iter().map(|held| &held.key).collect();
        let mut alone: HashMap<_, VecDeque<_>> = HashMap::new();
        for line in &self.orders[OURS].base {
            if let Some(held) =
                self.all[*line].sides[OURS].base.as_ref().filter(|held| !had.contains(&held.key))
            {
                alone.entry(held.entry.kind()).or_default().push_back(*line);
            }
        }
        alone
    }

    /// Puts entries that a side has in the form that it had in their lines.
    fn find(&mut self, side: usize, now: &[HeldEntries<'a, T>]) {
        for held in now {
            if let Some(line) = self.keys[side].get(&held.key) {
                self.all[*line].sides[side].now = Some(held.clone());
            }
        }
    }

    /// The line of an entry. One that a side had not, or in another form, is in the line of the other side's
    /// entry of this form, unless that stands for another one; then both have it, and it has a line of its
    /// own.
    fn line_of(&mut self, side: usize, held: HeldEntries<'a, T>) -> usize {
        if let Some(line) = self.keys[side].get(&held.key) {
            return *line;
        }
        let other = 1 - side;
        let met = self.keys[other].get(&held.key).copied();
        if let Some(line) = met.filter(|line| self.all[*line].sides[side].now.is_none()) {
            self.all[line].sides[side].now = Some(held);
            return line;
        }
        let there = met.and_then(|line| self.all[line].sides[other].now.clone());
        let line = self.line(side, &held.key);
        self.all[line].sides[side].now = Some(held);
        self.all[line].sides[other].now = there;
        line
    }
}

/// Entries by their keys. Of those with one canonical form, those for the same thing are counted in the same
/// order on both sides.
fn held<'a, T: Entry>(entries: &&'a [T], form: &impl Fn(&T) -> String) -> Vec<HeldEntries<'a, T>> {
    let mut all: Vec<_> = entries.iter().map(|entry| HeldEntries { key: (form(entry), 0), entry }).collect();
    let mut by_kind: Vec<_> = (0..all.len()).collect();
    by_kind.sort_by_key(|at| all[*at].entry.kind());
    let mut seen: HashMap<String, usize> = HashMap::new();
    for at in by_kind {
        let nth = seen.entry(all[at].key.0.clone()).or_default();
        all[at].key.1 = *nth;
        *nth += 1;
    }
    all
}
